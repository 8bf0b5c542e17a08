"""One test for each promise that a knowledge card makes."""

import re

from bot.candidacy.load import load_protocol
from bot.retrieval.card import Card
from bot.retrieval.library import Library
from bot.retrieval.render import answer_envelope
from bot.settings import ROOT

MISSION = ("session_count", "pain", "downtime", "risks_side_effects", "cost")

# The facts of the source documents that each topic has to tell, and the conflicts between sources and
# the limits set by authorities that its wording has to heed.
COVERED = {
    "pain": "F070 F071 F072 F105 C20 L17",
    "session_count": "F073 F074 F075 F076 F077 F078 F079 C10 C11",
    "downtime": "F080 F081 F101 F102 F103 F104 C7 C8 C9",
    "risks_side_effects": "F100 F101 F102 F103 F104 F105 F106 F107 F108 F109 F110 F111 F112 F113"
    " C8 C22 C29 C31 L1 L1b L2 L7 L8 L11",
    "cost": "F145 F146 F147 F148 F149 F150 F151 F152 C12 L20",
    "session_duration": "F073 F088 C10",
    "session_spacing": "F074 F075 F076 F077 F078 F079 F159 C11",
    "numbing": "F072 C20 L17",
    "preparation": "F082 F083 F084 F085 F086 F087 C6 C18 L19 L26",
    "aftercare": "F089 F090 F091 F092 F093 F094 F095 F096 F097 F098 F099 C7 C8 C29",
    "serious_complications": "F106 F107 F108 F109 F110 F111 F112 F113 F185"
    " C22 C29 C31 L1 L1b L2 L7 L8 L11 L12 L13 L16 L17 L17b L21 L26",
    "contraindications": "F114 F115 F116 F117 F118 F119 F120 F121 F122 F123 F124 F125 F126 F127 F128 F129 F130 F131"
    " F132 F133 F134 F135 C6 C28 L18 L19 L25",
    "candidacy": "F136 F137 F138 F139 F140 F141 F142 F143 F144 C23",
    "pregnancy_breastfeeding": "F114 F115 F141",
    "medications_blood_thinners": "F084 F085 F086 F119 F120 F130 C6 L19",
    "medical_conditions": "F054 F116 F119 F122 F123 F124 F125 F126 F127 F128 F129 F130 F133 C6 C28 L13 L18",
    "allergies": "F087 F109 F121 C4 C18 C22 L21",
    "age_limits": "F212 L1b L23",
    "insurance_payment": "F153 F154 F155 F156 C21 L24",
    "provider_qualifications": "F007 F113 F135 F144 F194 F199 F205 F206 F207 F213 F214 F215 C16 L11 L16 L26",
    "clinic_standards_regulation": "F112 F192 F193 F194 F195 F196 F197 F198 F199 F204"
    " C15 C17 L1 L2 L2b L2c L10 L12 L14 L15 L20 L21 L22 L23 L26",
    "at_home_diy": "F007 F113 F201 C16 L1 L2 L11 L16 L17b",
    "booking_hours_location": "F144",
    "what_is": "F001 F002 F003 F004 F005 F006 F007 F019 F047 F144 F216 C2 C5 C15 C16",
    "how_it_works": "F008 F011 F012 F013 F014 F015 F016 F018 F019 F020 F021 F022 F023 F024 C1 C2 C14 L1 L2 L3",
    "history_popularity": "F009 F010 F208 F209 F210 F211 C3 C27 C30",
    "benefits": "F060 F061 F062 F063 F064 F065 F066 F067 F068 F069 F183 C13 C31",
    "effectiveness_evidence": "F178 F179 F180 F181 F182 F183 F184 F185 C13 L3 L4 L5 L6 L7 L9 L10 L21",
    "worth_it_reviews": "F157 F158 F160 F161 F186 F187 F188 F189 F190 F191 C13 L20",
    "treatment_areas": "F049 F050 F053 F055 F056 F057 F058 F059 F142 L1b L2 L16",
    "facial_rejuvenation": "F014 F015 F025 F040 F050 F060 F061 F140 F157 F184 L3 L4 L16",
    "hair_loss": "F037 F045 F055 F064 F179 C25 C28 L6 L7 L8 L15",
    "cellulite": "F033 F039 F056 F065 F178 L1 L2 L5",
    "fat_reduction": "F017 F034 F057 F065 F131 F132 F175 F176 F178 F211 C17 C31 L1 L1b L2 L2b L2c L5 L10",
    "scars_acne_pigmentation": "F051 F052 F053 F054 F059 F067 F068 F127 F129 C6 C26 C27 L14 L16 L18",
    "pain_management": "F035 F036 F058 F066 L9 L12 L19",
    "substances_ingredients": "F025 F026 F027 F028 F029 F030 F031 F032 F033 F034 F036 F037 F038 F193 F212"
    " C4 C17 C26 L1 L2 L12 L13 L14 L15 L16 L22",
    "techniques_devices": "F041 F042 F043 F044 F045 F046 F047 F048 F200 F201 F202 F203 F204 F214 C1 C19 L17b",
    "results_onset": "F074 F157 F158",
    "results_duration": "F077 F158 F159 L10",
    "alternatives_comparison": "F160 F162 F163 F164 F165 F166 F167 F168 F169 F170 F171 F173 F175 F176 F177"
    " C24 C31 L10 L16",
    "combination_treatments": "F174 C26 L1b L16",
}
OF_THE_BODY = (
    "pain",
    "downtime",
    "risks_side_effects",
    "numbing",
    "aftercare",
    "serious_complications",
    "allergies",
    "at_home_diy",
)

# A number that stands alone can mean anything: each needs its unit, a money sign, or the year that it is.
NUMBER = re.compile(r"\$?\d+(?:,\d{3})*(?:–\$?\d+(?:,\d{3})*)?(?: in 100)?%?")
UNIT = re.compile(r"\s(minutes|hours|days|weeks?|months?|sessions|visits|for any goal|for a full course)\b")
YEAR = re.compile(r"(19|20)\d\d")

# A count of people is worth little to a reader who can't tell in its own sentence how old it is, or whose it is.
COUNT = re.compile(r"\b\d+ (people|women|men|patients|papers|trials)\b|\b\d+ in 100\b")
DATED = re.compile(r"\b(19|20)\d\d\b|\blabel\b")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def cards_of(library: Library, topic: str) -> list[Card]:
    return [card for card in library.cards.values() if card.topic == topic]


def test_the_five_mission_topics_have_a_general_card(library: Library) -> None:
    assert set(MISSION) <= set(library.topics())


def test_the_cards_of_a_topic_cover_its_facts(library: Library) -> None:
    for topic, facts in COVERED.items():
        told = {fact for card in cards_of(library, topic) for fact in card.facts}
        assert set(facts.split()) - told == set(), topic


def test_the_general_card_tells_what_holds_everywhere(library: Library) -> None:
    for topic, facts in COVERED.items():
        general = library.get(f"{topic}.general")
        assert {fact for fact in facts.split() if fact.startswith("F")} - set(general.facts) == set(), topic


def test_no_card_names_a_fact_or_source_twice(library: Library) -> None:
    for card in library.cards.values():
        assert len(set(card.facts)) == len(card.facts), card.id
        assert len(set(card.sources)) == len(card.sources), card.id


def test_every_card_cites_a_source_that_can_be_shown(library: Library) -> None:
    for card in library.cards.values():
        assert all(source.title for source in library.sources_of(card)), card.id


def test_every_source_is_cited_by_a_card_or_the_questionnaire(library: Library, values: dict[str, str]) -> None:
    cited = {source for card in library.cards.values() for source in card.sources}
    cited |= set(load_protocol(ROOT / "knowledge", values).sources)
    assert set(library.references) - cited - {"s000"} == set()


def test_every_authority_and_study_has_an_address(library: Library) -> None:
    without = [ref.id for ref in library.references.values() if ref.kind != "source_document" and not ref.url]
    assert without == []


def test_every_number_has_its_unit_and_its_card_a_source(library: Library) -> None:
    for card in library.cards.values():
        for field in (card.answer, card.more, card.evidence.note, card.own_more or ""):
            for number in NUMBER.finditer(field):
                bare = number.group()
                named = bare.startswith("$") or bare.endswith("%") or YEAR.fullmatch(bare)
                counted = COUNT.match(field, number.start())
                assert named or counted or UNIT.match(field, number.end()), (
                    f"{card.id}: {field[number.start() :][:40]!r}"
                )


def undated(card: Card) -> list[str]:
    """The sentences of a card that count people, papers or trials without saying of when, or by what label."""
    sentences = [one for text in card.texts.values() for one in SENTENCE_END.split(text)]
    return [one for one in sentences if COUNT.search(one) and not DATED.search(one)]


def test_a_count_of_people_is_dated_in_its_own_sentence(library: Library) -> None:
    assert {card.id: found for card in library.cards.values() if (found := undated(card))} == {}


def test_a_year_in_another_sentence_dates_no_count(library: Library) -> None:
    card = library.get("pain.general")
    said = "In 2005 it was seen. In the US, 14 people fell ill. A 2022 review counted 423 people."
    assert undated(Card(**{**card.dict(), "answer": said})) == ["In the US, 14 people fell ill."]


def test_rough_prices_say_that_they_are_rough_undated_dollars_from_one_source(library: Library) -> None:
    for card in cards_of(library, "cost"):
        assert card.answer.startswith("{price_list}"), card.id
        for words in ("rough", "dollar", "one of our sources"):
            assert words in card.answer, f"{card.id}: {words}"
        assert re.search(r"undated|without a date", card.answer), card.id
        assert "later visits" in (card.answer + card.more).lower(), card.id


def test_totals_of_a_course_are_four_to_ten_times_the_price_of_a_session(library: Library) -> None:
    for card_id in ("cost.face", "cost.hair", "cost.body_fat", "cost.pain_relief"):
        answer = library.get(card_id).answer
        low, high = (int(price.replace(",", "")) for price in re.findall(r"\$([\d,]+)", answer)[:2])
        assert f"4–10 sessions, that makes ${4 * low:,}–${10 * high:,}" in answer, card_id


def test_cards_about_the_body_say_when_to_call(library: Library) -> None:
    for topic in OF_THE_BODY:
        for card in cards_of(library, topic):
            assert "{urgent_phone}" in card.answer or "{emergency_number}" in card.answer, card.id
            assert "**When to call**" in card.more, card.id
            assert "{urgent_phone}" in card.more, card.id
            assert "{emergency_number}" in card.more, card.id


def test_cards_that_name_bruises_say_that_getting_worse_is_a_reason_to_call(library: Library) -> None:
    for card in library.cards.values():
        if "bruise" in card.answer:
            assert re.search(r"worse|grow", card.answer + card.more), card.id


def test_lumps_are_never_left_to_settle_alone(library: Library) -> None:
    for card in library.cards.values():
        if "lumps may settle" in card.more:
            assert "New, late or painful lumps need a clinician." in card.more, card.id


def test_numbing_cream_is_never_named_without_its_warning(library: Library) -> None:
    for card in library.cards.values():
        if "numbing cream" in card.answer.lower() + card.more.lower():
            assert "more than 4% lidocaine can harm you" in card.more, card.id


def test_next_topics_lead_elsewhere_and_at_least_one_has_a_card(library: Library) -> None:
    for card in library.cards.values():
        assert card.topic not in card.next, card.id
        assert set(card.next) & set(library.topics()), card.id


def test_titles_differ(library: Library) -> None:
    titles = [card.title for card in library.cards.values()]
    assert len(set(titles)) == len(titles)


def test_every_card_can_be_said_short_and_long(library: Library, values: dict[str, str]) -> None:
    for card in library.cards.values():
        for more in (False, True):
            text = answer_envelope(library, card, values, more=more).text
            assert "{" not in text, card.id


def test_a_card_shows_as_reviewed_only_while_its_signature_fits(library: Library) -> None:
    for card in library.cards.values():
        stale = card.review.status == "signed" and not card.is_reviewed
        assert not stale, f"{card.id} was changed after it was signed; set `review: {{status: unreviewed}}`"


def test_lost_sight_is_always_laid_to_the_shots_after_which_it_was_seen(library: Library) -> None:
    for card in library.cards.values():
        for line in card.more.splitlines():
            if "4 people" in line and "sight" in line:
                assert "PRP" in line or "plasma" in line, f"{card.id}: {line}"


def test_other_choices_for_scars_are_those_that_the_source_names_for_scars(library: Library) -> None:
    card = library.get("alternatives_comparison.scars")
    named, general = card.more.split("**Named for skin in general, not for scars**")
    assert "lasers" in card.answer
    assert [word for word in ("microneedling", "creams", "PRP") if word.lower() in (card.answer + named).lower()] == []
    assert all(word in general for word in ("Microneedling", "Creams", "PRP"))
