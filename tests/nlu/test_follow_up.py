"""What a short message means after an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.follow_up import Meaning, Named, meaning
from bot.nlu.follow_up_reader import FollowUpReader
from bot.types import Button, Envelope
from bot.vocabulary import ANYWHERE, Kind

HAIR = "hair"


def answer(topic: str) -> Envelope:
    return Envelope(Kind.ANSWER, "words", topics=(topic,), card_ids=(f"{topic}.general",))


def named(text: str, word: str = HAIR) -> list[Named]:
    start = text.find(word)
    return [Named(HAIR, start, start + len(word))] if start >= 0 else []


@pytest.mark.parametrize(
    "text", ["and for hair?", "what about hair", "How about on my hair then", "is it the same for hair", "hair too?"]
)
def test_another_area_asks_the_same_again(text: str) -> None:
    assert meaning(text, named(text), [answer("pain")]) == Meaning(("ask_pain",), area=HAIR)


def test_another_area_asks_all_questions_of_the_last_turn() -> None:
    text = "and for hair?"
    found = meaning(text, named(text), [answer("pain"), answer("cost")])
    assert found == Meaning(("ask_pain", "ask_cost"), area=HAIR)


@pytest.mark.parametrize("text", ["in general?", "and overall", "no particular area"])
def test_who_asks_in_general_again_names_no_area(text: str) -> None:
    assert meaning(text, [], [answer("pain")]) == Meaning(("ask_pain",), area=ANYWHERE)


@pytest.mark.parametrize(
    "text",
    ["hair", "what about the price for hair", "does it hurt on hair", "and can i wash my hair", "and for them", "and"],
)
def test_a_message_with_a_question_of_its_own_is_no_follow_up(text: str) -> None:
    assert meaning(text, named(text), [answer("pain")]) is None


def test_after_an_answer_about_one_concern_another_area_is_a_new_question() -> None:
    text = "and for hair?"
    assert meaning(text, named(text), [answer("cellulite")]) is None


@pytest.mark.parametrize("text", ["why?", "but why", "how come", "are you sure?", "why is that", "Really??"])
def test_why_asks_for_more_of_the_last_answer(text: str) -> None:
    assert meaning(text, [], [answer("pain"), answer("cost")]) == Meaning(("ask_more",), card="cost.general")


@pytest.mark.parametrize("text", ["why does it hurt more on the lips", "why not botox", "really bad pain"])
def test_a_longer_why_is_a_question_of_its_own(text: str) -> None:
    assert meaning(text, [], [answer("pain")]) is None


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("what about the second one", "cost.general"),
        ("tell me more about the first", "pain.general"),
        ("the last one please", "cost.general"),
        ("and the other one?", "cost.general"),
    ],
)
def test_a_place_names_one_of_several_answers(text: str, card: str) -> None:
    assert meaning(text, [], [answer("pain"), answer("cost")]) == Meaning(("ask_more",), card=card)


def test_a_place_names_one_of_the_topics_offered() -> None:
    offered = ("/ask_pain", "/ask_cost", "/request_handoff")
    clarify = Envelope(Kind.CLARIFY, "words", buttons=tuple(Button("title", payload=one) for one in offered))
    assert meaning("the second one", [], [clarify]) == Meaning(("ask_cost",))
    assert meaning("the third one", [], [clarify]) is None


@pytest.mark.parametrize("text", ["and for hair?", "why?", "the second one"])
def test_without_an_answer_before_it_nothing_is_a_follow_up(text: str) -> None:
    assert meaning(text, named(text), []) is None


WHY_OR_PLACE = ["why?", "are you sure?", "really?", "the second one"]
DECLINED = Envelope(Kind.DECLINE_ADVICE, "Ask us.", buttons=(Button("Risks", payload="/ask_risks_side_effects"),))


@pytest.mark.parametrize("text", [*WHY_OR_PLACE, "the first one"])
@pytest.mark.parametrize("kind", [Kind.DECLINE_ADVICE, Kind.EMERGENCY, Kind.URGENT, Kind.CRISIS, Kind.MINOR])
def test_a_refusal_is_asked_for_again_whatever_it_offers(text: str, kind: Kind) -> None:
    assert meaning(text, [], [replace(DECLINED, kind=kind)]) == Meaning(("ask_more",))


def test_a_refusal_beside_an_answer_is_one_of_two_replies() -> None:
    said = [answer("cost"), DECLINED]
    assert meaning("why?", [], said) == meaning("the second one", [], said) == Meaning(("ask_more",))
    assert meaning("the first one", [], said) == Meaning(("ask_more",), card="cost.general")


@pytest.mark.parametrize("text", WHY_OR_PLACE)
def test_after_a_red_flag_nothing_is_opened(text: str) -> None:
    for said in ([], [answer("pain")], [answer("pain"), answer("cost")]):
        assert meaning(text, [], said, is_after_flag=True) == Meaning(("ask_more",))
    assert meaning("and for hair?", named("and for hair?"), [answer("pain")], is_after_flag=True) is None


OFFERING = tuple(Button("title", payload=one) for one in ("/ask_pain", "/ask_cost", "/request_handoff"))
SMALL_TALK = Envelope(Kind.SMALLTALK, "Hello.", buttons=OFFERING)


def talk(*turns: Envelope, after_flag: int | None = None) -> DialogueStateTracker:
    """One message before each reply; a red flag came before that of number `after_flag`."""
    events: list[Event] = []
    for number, envelope in enumerate(turns):
        data = {"custom": {"envelope": envelope.to_wire()}}
        events += [UserUttered("words", metadata={"after_flag": number == after_flag}), BotUttered("words", data)]
    return DialogueStateTracker.from_events("one", events)


def read(text: str, past: DialogueStateTracker, **metadata: bool) -> tuple[str, str | None] | None:
    """Intent and card that `text` gets after that talk; None where it is no follow-up."""
    (message,) = FollowUpReader().process([Message({"text": text, "metadata": metadata})], past)
    cards = [entity["value"] for entity in message.get("entities", []) if entity["entity"] == "card"]
    return (message.get("intent")["name"], next(iter(cards), None)) if message.get("follow_up") else None


OPENS_PAIN = ("ask_more", "pain.general")
STANDS = ("ask_more", None)


def test_small_talk_and_notices_between_do_not_count() -> None:
    notice = Envelope(Kind.NOTICE, "Noted.")
    assert read("why?", talk(answer("pain"))) == OPENS_PAIN
    assert read("why?", talk(answer("pain"), SMALL_TALK, notice)) == OPENS_PAIN
    assert read("the second one", talk(SMALL_TALK)) is None


def test_what_a_follow_up_was_taken_for_is_not_offered_beside_it() -> None:
    message = Message({"text": "why?", "offered": ["start_candidacy"]})
    FollowUpReader().process([message], talk(answer("pain")))
    assert message.get("offered") == []


@pytest.mark.parametrize("text", WHY_OR_PLACE)
def test_nothing_from_before_a_refusal_is_opened(text: str) -> None:
    assert read(text, talk(answer("pain"), DECLINED)) == STANDS
    assert read(text, talk(answer("pain"), DECLINED, SMALL_TALK)) == STANDS
    assert read(text, talk(answer("cost"), replace(DECLINED, kind=Kind.EMERGENCY))) == STANDS


@pytest.mark.parametrize("text", WHY_OR_PLACE)
def test_nothing_from_before_a_red_flag_is_opened_though_the_gateway_has_answered_it(text: str) -> None:
    assert read(text, talk(answer("cost")), after_flag=True) == STANDS
    # Of "thanks", which came next, the tracker knows what it came after.
    assert read(text, talk(answer("cost"), SMALL_TALK, after_flag=1)) == STANDS
    assert read("why?", talk(SMALL_TALK, answer("pain"), after_flag=0)) == OPENS_PAIN


@pytest.mark.parametrize("kind", [Kind.FALLBACK, Kind.HANDOFF, Kind.QUESTIONNAIRE, Kind.CLARIFY])
def test_what_cannot_be_told_more_of_is_not_skipped(kind: Kind) -> None:
    for text in ("why?", "are you sure?", "the second one"):
        assert read(text, talk(answer("pain"), Envelope(kind, "words"))) is None


def test_choices_below_a_fallback_are_an_offer() -> None:
    older = Envelope(Kind.CLARIFY, "words", buttons=(Button("title", payload="/ask_numbing"), *OFFERING))
    said = talk(older, Envelope(Kind.FALLBACK, "words", buttons=OFFERING))
    assert read("the second one", said) == ("ask_cost", None)
