"""Every fact of the source documents is told by some card, and only in the way in which it may be."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from bot.governance.report import report
from bot.retrieval.card import Card
from bot.retrieval.facts import NEVER_SAID, Facts, load_facts, misuses, uncovered
from bot.retrieval.library import Library
from bot.settings import ROOT
from bot.vocabulary import AREAS, TOPICS

LAST = {"F": 216, "C": 31, "L": 26}
DIFFERING = ("session_count", "cost", "downtime", "risks_side_effects", "effectiveness_evidence", "pain")

# A word without which a card can't have named that limit.
WORDS_OF = {
    "L1": r"US health officials|US warning|FDA",
    "L1b": r"chin drug|under the chin",
    "L2": r"\b(France|French)\b",
    "L2b": r"\b(UK|Brazil)\b",
    "L8": r"\bpus\b",
    "L9": r"\btrials\b",
    "L12": r"[Hh]omeopathic",
    "L13": r"thyroid",
    "L14": r"lighten",
    "L15": r"(FDA|US health officials|They) (has )?warn.*stem cell|[Ss]tem cells: the FDA",
    "L17": r"4% lidocaine|numbing cream",
    "L19": r"[Nn]ever stop|[Dd]on't stop|Keep taking",
    "L26": r"new needle",
}


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts(ROOT / "knowledge")


def with_card(
    library: Library, card_id: str, *, without: str = "", also: str = "", waived: dict[str, str] | None = None
) -> Library:
    """The library with the facts of one card changed."""
    old = library.cards[card_id]
    told = [fact for fact in old.facts if fact not in without.split()] + also.split()
    card = Card(**{**old.dict(), "facts": told, "waived": {**old.waived, **(waived or {})}})
    return replace(library, cards={**library.cards, card_id: card})


def test_the_list_has_every_fact_conflict_and_limit(facts: Facts) -> None:
    numbers = {
        kind: {int(one[1:].rstrip("abc")) for one in [*facts.facts, *facts.rows] if one[0] == kind} for kind in "FCL"
    }
    assert numbers == {kind: set(range(1, last + 1)) for kind, last in LAST.items()}


def test_what_a_fact_has_to_heed_is_in_the_list(facts: Facts) -> None:
    assert {row for fact in facts.facts.values() for row in fact.heed} <= set(facts.rows)


def test_every_fact_has_a_card(facts: Facts, library: Library) -> None:
    assert uncovered(facts, library) == []


def test_a_fact_that_loses_its_only_card_is_missed(facts: Facts, library: Library) -> None:
    telling = {one: [card.id for card in library.cards.values() if one in card.facts] for one in facts.facts}
    fact, (card_id,) = next((one, cards) for one, cards in telling.items() if len(cards) == 1)
    assert uncovered(facts, with_card(library, card_id, without=fact)) == [fact]


def test_no_card_says_a_fact_as_it_may_not(facts: Facts, library: Library) -> None:
    assert [*misuses(facts, library)] == []


@pytest.mark.parametrize(
    ("card_id", "without", "also", "sentence"),
    [
        ("pain.general", "", "F999", "'F999' is not in facts.yml"),
        ("pain.general", "", "F172 C24", "is to be said nowhere"),
        ("pain.general", "", "F034", "may only be corrected or warned about, and not without L1 and L2; say it"),
        ("treatment_areas.body_fat", "L10", "", "F057 may only be corrected or warned about, and not without L10;"),
        ("hair_loss.general", "L8", "", "F055 is told without L8; say it and add it, or name under `waived` why"),
        ("session_count.pain_relief", "C6", "", "F084 is told without C6; say it and add it"),
    ],
)
def test_a_misused_fact_is_named(
    facts: Facts, library: Library, card_id: str, without: str, also: str, sentence: str
) -> None:
    (wrong,) = misuses(facts, with_card(library, card_id, without=without, also=also))
    assert wrong.startswith(f"{card_id}: field `facts`: ")
    assert sentence in wrong


def test_a_card_may_waive_what_does_not_concern_it(facts: Facts, library: Library) -> None:
    waived = {"L8": "It says whom to ask, not what may happen."}
    assert [*misuses(facts, with_card(library, "pain.general", also="F055 L6 L7", waived=waived))] == []


def test_what_goes_with_a_warning_cannot_be_waived(facts: Facts, library: Library) -> None:
    (wrong,) = misuses(facts, with_card(library, "pain.general", also="F057 L1 L2", waived={"L10": "No reason."}))
    assert "not without L10" in wrong


def test_what_is_waived_without_need_is_named(facts: Facts, library: Library) -> None:
    (wrong,) = misuses(facts, with_card(library, "pain.general", waived={"L8": "Somebody's reason."}))
    assert wrong == "pain.general: field `waived`: L8 is not missing here; remove it."


@pytest.mark.parametrize(("row", "words"), WORDS_OF.items())
def test_a_card_that_claims_a_limit_says_it(library: Library, row: str, words: str) -> None:
    claiming = [card for card in library.cards.values() if row in card.facts]
    assert [card.id for card in claiming if not re.search(words, f"{card.answer} {card.more}")] == []


def test_what_is_said_nowhere_is_in_no_card(facts: Facts, library: Library) -> None:
    told = {fact for card in library.cards.values() for fact in card.facts}
    assert {fact.id for fact in facts.facts.values() if fact.tag == NEVER_SAID} & told == set()


def test_every_topic_has_a_card(library: Library) -> None:
    assert library.topics() == TOPICS


@pytest.mark.parametrize("topic", DIFFERING)
def test_where_the_answer_differs_no_area_is_left_to_the_general_card(library: Library, topic: str) -> None:
    own = {area for card in library.cards.values() if card.topic == topic for area in card.areas}
    assert set(AREAS) - own == set()


@pytest.mark.parametrize("area", ["hands", "scars"])
def test_where_no_source_gives_a_price_none_is_named(library: Library, area: str) -> None:
    card = library.find("cost", area)
    assert card is not None
    assert card.areas == [area]
    assert "Our sources give no price" in card.answer
    assert "$" not in card.answer + card.more


def test_the_report_names_what_is_unsigned_expired_changed_or_unread(facts: Facts, library: Library) -> None:
    card = library.get("pain.general")
    review = {"status": "signed", "signed_by": "Dr Ann Example", "signed_on": "2026-01-01", "due_on": "2026-06-30"}
    good = Card(**{**card.dict(), "review": {**review, "text_hash": card.text_hash}})
    stale = Card(**{**library.get("cost.general").dict(), "review": {**review, "text_hash": "0" * 64}})
    changed = replace(library, cards={**library.cards, good.id: good, stale.id: stale})
    before, after = (list(report(changed, facts, dt.date(2026, month, 1))) for month in (6, 7))
    assert f"Unsigned cards: {len(library.cards) - 2}" in before
    assert "Expired signatures: none" in before
    assert "Expired signatures: 1" in after
    assert "  pain.general: Dr Ann Example, 2026-01-01, due 2026-06-30" in after
    assert "Changed since they were signed: 1" in before
    assert "Facts that no card covers: none" in before
    assert before[-1] == f"1 of {len(library.cards)} cards carry a signature that holds on 2026-06-01."
    assert after[-1].startswith("0 of ")
