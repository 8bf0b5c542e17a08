"""Questions about the five main topics, asked in plain ways, and what follows from an answer."""

from __future__ import annotations

import pytest

from bot.vocabulary import Kind
from tests.conversations.patient import Patient

ASKED = {
    "pain": [
        "does it hurt?",
        "is this going to be painful",
        "how bad is the pain, honestly",
        "HOW MUCH DO THE NEEDLES HURT",
        "i'm a wimp with pain, will i cope",
    ],
    "downtime": [
        "how long is the recovery?",
        "how much time off work do i need",
        "can I go back to the office the next day",
        "what is the downtime",
        "when can I be seen in public again",
    ],
    "session_count": [
        "how many sessions do I need?",
        "how many times would i have to come",
        "is one session enough",
        "number of treatments needed?",
        "do I need several appointments or just one",
    ],
    "risks_side_effects": [
        "what are the side effects?",
        "is it risky",
        "what are the risks of mesotherapy",
        "what side effects should i expect",
        "can it cause bruising or swelling",
    ],
    "cost": [
        "how much does it cost?",
        "what's the price of one session",
        "is it expensive",
        "how much do you charge",
        "price list please",
    ],
}


@pytest.mark.parametrize(("topic", "text"), [(topic, text) for topic, texts in ASKED.items() for text in texts])
def test_a_plain_question_gets_the_answer_to_it(patient: Patient, topic: str, text: str) -> None:
    answer = patient.say(text)
    assert (answer.kind, answer.topics) == (Kind.ANSWER, (topic,))
    assert [card_id.partition(".")[0] for card_id in answer.card_ids] == [topic]
    assert answer.sources
    assert all(source.title for source in answer.sources)
    titles = [button.title for button in answer.buttons]
    assert titles[0] == "Tell me more"
    assert titles[-1] == "Talk to a person"


@pytest.mark.parametrize("topic", ASKED)
def test_a_misspelt_question_is_understood(patient: Patient, topic: str) -> None:
    misspelt = {
        "pain": "dos it hurt alot",
        "downtime": "what is teh downtime",
        "session_count": "how mny sesions do i need",
        "risks_side_effects": "wat r the side efects",
        "cost": "how mutch dos it cost",
    }
    assert patient.say(misspelt[topic]).topics == (topic,)


@pytest.mark.parametrize(
    ("text", "card_id"),
    [
        ("does it hurt on the scalp?", "pain.hair"),
        ("will it hurt on my cheeks", "pain.face"),
        ("how much does it cost for hair", "cost.hair"),
        ("what does it cost for the tummy", "cost.body_fat"),
        ("how many sessions do I need for cellulite?", "session_count.cellulite"),
        ("how many sessions do I need for acne scars?", "session_count.scars"),
        ("what are the side effects for a DOUBLE CHIN", "risks_side_effects.body_fat"),
        ("what is the downtime on the face", "downtime.face"),
    ],
)
def test_a_part_of_the_body_gets_its_own_card(patient: Patient, text: str, card_id: str) -> None:
    assert patient.say(text).card_ids == (card_id,)


def test_the_part_of_the_body_is_remembered_until_another_one_is_named(patient: Patient) -> None:
    assert patient.say("does it hurt on the scalp?").card_ids == ("pain.hair",)
    assert patient.say("how much does it cost?").card_ids == ("cost.hair",)
    assert patient.say("how many sessions do I need for cellulite?").card_ids == ("session_count.cellulite",)
    assert patient.say("does it hurt?").card_ids == ("pain.cellulite",)


@pytest.mark.parametrize("ask", ["tell me more", "can you say more about that", "more details please"])
def test_more_is_told_in_words(patient: Patient, ask: str) -> None:
    short = patient.say("does it hurt?")
    long = patient.say(ask)
    assert (long.kind, long.card_ids, long.sources) == (Kind.ANSWER, short.card_ids, short.sources)
    assert len(long.text) > len(short.text)
    assert "How sure are we?" in long.text
    assert "Tell me more" not in [button.title for button in long.buttons]


def test_more_is_told_by_button_also_of_an_area(patient: Patient) -> None:
    patient.say("does it hurt on the scalp?")
    long = patient.press("Tell me more")
    assert (long.kind, long.card_ids) == (Kind.ANSWER, ("pain.hair",))
    assert "scalp" in long.text


def test_more_before_any_answer_asks_what_about(patient: Patient) -> None:
    assert patient.say("tell me more").kind is Kind.SMALLTALK


def test_a_talk_by_buttons_alone(patient: Patient) -> None:
    assert patient.say("hello").kind is Kind.SMALLTALK
    assert patient.press("Does it hurt?").card_ids == ("pain.general",)
    assert patient.press("Tell me more").card_ids == ("pain.general",)
    assert patient.last is not None
    assert patient.press(patient.last.buttons[0].title).kind is Kind.ANSWER
    assert patient.press("Talk to a person").kind is Kind.HANDOFF


def test_a_talk_about_everything_gets_each_answer(patient: Patient) -> None:
    for topic, texts in ASKED.items():
        assert patient.say(texts[0]).topics == (topic,)
