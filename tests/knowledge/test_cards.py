"""One test for each promise that a knowledge card makes."""

import re

from bot.retrieval.card import Card
from bot.retrieval.library import Library
from bot.retrieval.render import answer_envelope

MISSION = ("session_count", "pain", "downtime", "risks_side_effects", "cost")

# The facts of the source documents that each of the five topics has to tell, and the conflicts between sources and
# the limits set by authorities that its wording has to heed.
COVERED = {
    "pain": "F070 F071 F072 F105 C20 L17",
    "session_count": "F073 F074 F075 F076 F077 F078 F079 C10 C11",
    "downtime": "F080 F081 F101 F102 F103 F104 C7 C8 C9",
    "risks_side_effects": "F100 F101 F102 F103 F104 F105 F106 F107 F108 F109 F110 F111 F112 F113"
    " C8 C22 C29 C31 L1 L1b L2 L7 L8 L11",
    "cost": "F145 F146 F147 F148 F149 F150 F151 F152 C12 L20",
}
LAST = {"F": 216, "C": 31, "L": 26}

# A number that stands alone can mean anything: each needs its unit, a money sign, or the year that it is.
NUMBER = re.compile(r"\$?\d+(?:,\d{3})*(?:–\$?\d+(?:,\d{3})*)?(?: in 100)?%?")
UNIT = re.compile(
    r"\s(minutes|hours|days|weeks?|months?|sessions|visits|people|women|papers|trials|for any goal|for a full course)\b"
)
YEAR = re.compile(r"(19|20)\d\d")


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


def test_every_fact_exists(library: Library) -> None:
    for card in library.cards.values():
        for fact in card.facts:
            assert 1 <= int(fact[1:].rstrip("abc")) <= LAST[fact[0]], f"{card.id}: {fact}"


def test_no_card_names_a_fact_or_source_twice(library: Library) -> None:
    for card in library.cards.values():
        assert len(set(card.facts)) == len(card.facts), card.id
        assert len(set(card.sources)) == len(card.sources), card.id


def test_every_card_cites_a_source_that_can_be_shown(library: Library) -> None:
    for card in library.cards.values():
        assert all(source.title for source in library.sources_of(card)), card.id


def test_every_source_is_cited_by_a_card(library: Library) -> None:
    cited = {source for card in library.cards.values() for source in card.sources}
    assert set(library.references) - cited - {"s000"} == set()


def test_every_authority_and_study_has_an_address(library: Library) -> None:
    without = [ref.id for ref in library.references.values() if ref.kind != "source_document" and not ref.url]
    assert without == []


def test_every_number_has_its_unit_and_its_card_a_source(library: Library) -> None:
    for card in library.cards.values():
        for field in (card.answer, card.more, card.evidence.note):
            for number in NUMBER.finditer(field):
                bare = number.group()
                named = bare.startswith("$") or bare.endswith(("in 100", "%")) or YEAR.fullmatch(bare)
                assert named or UNIT.match(field, number.end()), f"{card.id}: {field[number.start() :][:40]!r}"


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
    for topic in ("pain", "downtime", "risks_side_effects"):
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
