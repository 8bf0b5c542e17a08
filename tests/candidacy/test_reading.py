"""What a patient's own words answer."""

from __future__ import annotations

import pytest

from bot.candidacy.commands import Command, read_change, read_command
from bot.candidacy.model import Protocol
from bot.candidacy.reading import facts, read

UNDERSTOOD = [
    ("diabetes", "nope", "no"),
    ("diabetes", "Yes.", "yes"),
    ("diabetes", "yeah type 2", "yes"),
    ("diabetes", "I'm not diabetic", "no"),
    ("diabetes", "I am diabetic", "yes"),
    ("diabetes", "not sure tbh", "not_sure"),
    ("diabetes", "I'd rather not say", "prefer_not"),
    ("diabetes", "1", "yes"),
    ("diabetes", "2.", "no"),
    ("diabetes", "3", "not_sure"),
    ("pregnancy", "5 months along", "yes"),
    ("pregnancy", "I'm in my second trimester", "yes"),
    ("pregnancy", "no chance", "no"),
    ("pregnancy", "I'm a man", "not_for_me"),
    ("pregnancy", "could be", "yes"),
    ("pregnancy", "I am not pregnant", "no"),
    ("breastfeeding", "both", "yes"),
    ("blood_thinner", "I'm on Eliquis", "thinner"),
    ("blood_thinner", "yes, warfarin", "thinner"),
    ("blood_thinner", "just ibuprofen now and then", "other_pills"),
    ("blood_thinner", "baby aspirin every day", "thinner"),
    ("blood_thinner", "nah", "none"),
    ("goal", "skin and hair", "skin hair"),
    ("goal", "1, 3", "skin fat"),
    ("goal", "my double chin", "fat"),
    ("bleeding", "both", "easy disease"),
    ("bleeding", "neither", "none"),
    ("skin_today", "I have a cold sore", "cold_sore"),
    ("skin_today", "eczema on my arms", "disease"),
    ("skin_today", "none of these", "none"),
    ("allergies", "lidocaine", "ingredient"),
    ("allergies", "penicillin", "other"),
    ("skin_disease_state", "pretty quiet at the moment", "quiet"),
    ("expectation", "just a small change", "small"),
    ("provider", "my friend does it at home", "home"),
    ("own_choice", "it's my own choice", "yes"),
    ("adult", "I'm 34", "34"),
    ("adult", "17", "17"),
    ("adult", "yes", "yes"),
]


@pytest.mark.parametrize(("question", "text", "answers"), UNDERSTOOD)
def test_own_words_answer_the_open_question(protocol: Protocol, question: str, text: str, answers: str) -> None:
    found = read(protocol, protocol.question(question), text)
    assert found.answers == tuple(answers.split())
    if question != "provider":
        assert found.is_sure


DOUBTFUL = [
    ("blood_thinner", "I take xaralto", "thinner"),
    ("blood_thinner", "clopidogril", "thinner"),
    ("blood_thinner", "no, I'm on Eliquis", "thinner"),
    ("blood_thinner", "I used to take warfarin", "thinner"),
    ("blood_thinner", "my mum takes warfarin", "thinner"),
    ("diabetes", "I think so", "yes"),
    ("diabetes", "I don't think so", "no"),
    ("diabetes", "yes... no", "yes"),
]


@pytest.mark.parametrize(("question", "text", "answer"), DOUBTFUL)
def test_doubtful_words_are_to_be_confirmed(protocol: Protocol, question: str, text: str, answer: str) -> None:
    found = read(protocol, protocol.question(question), text)
    assert (found.answers, found.is_sure) == ((answer,), False)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("diabetes", "does it hurt?"),
        ("diabetes", "what is insulin"),
        ("diabetes", "banana"),
        ("diabetes", ""),
        ("diabetes", "😀"),
        ("adult", "200"),
        ("adult", "old enough"),
        ("adult", "3000"),
        ("goal", "99"),
        ("goal", "yes"),
        ("consent", "does it hurt?"),
    ],
)
def test_other_words_answer_nothing(protocol: Protocol, question: str, text: str) -> None:
    assert read(protocol, protocol.question(question), text).answers == ()


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("I'm pregnant, can I have it?", {"pregnancy": ("yes",)}),
        ("I'm on Eliquis", {"blood_thinner": ("thinner",)}),
        ("I take xarelto and I have diabetes", {"blood_thinner": ("thinner",), "diabetes": ("yes",)}),
        ("I'm allergic to lidocaine", {"allergies": ("ingredient",)}),
        ("I'm not pregnant", {}),
        ("can pregnant women have it?", {}),
        ("my sister is pregnant", {}),
        ("is warfarin a problem?", {}),
        ("I stopped taking warfarin", {}),
        ("I ate fish yesterday", {}),
        ("does it hurt?", {}),
    ],
)
def test_facts_are_what_is_stated_of_oneself(protocol: Protocol, text: str, stated: dict[str, tuple[str, ...]]) -> None:
    assert facts(protocol, text) == stated


def test_every_name_of_the_protocol_is_read_where_it_belongs(protocol: Protocol) -> None:
    for question in protocol.questions:
        for answer in question.answers:
            for name in answer.names:
                found = read(protocol, question, f"I have {name}")
                assert answer.id in found.answers, f"{question.id}: {name}"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("why do you ask?", Command.WHY),
        ("why", Command.WHY),
        ("back", Command.BACK),
        ("go back please", Command.BACK),
        ("skip this", Command.SKIP),
        ("stop", Command.STOP),
        ("I want to stop", Command.STOP),
        ("start over", Command.RESTART),
        ("change my answer about allergies", Command.CHANGE),
        ("I want to change allergies", Command.CHANGE),
        ("that's all", Command.DONE),
        ("what did I say", Command.SHOW),
        ("no", None),
        ("I stopped smoking", None),
        ("don't stop", None),
        ("it stops hurting after I put ice on my back and rest a while", None),
        ("old enough", None),
        ("my back hurts", None),
    ],
)
def test_commands_are_short_and_plain(text: str, command: Command | None) -> None:
    assert read_command(text) is command


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("change my answer about allergies", "allergies"),
        ("change pregnancy", "pregnancy"),
        ("change blood thinner", "blood_thinner"),
        ("change my age", "adult"),
        ("change question q12", "diabetes"),
        ("change thick scars", "keloids"),
        ("change the weather", None),
    ],
)
def test_a_change_finds_its_question(protocol: Protocol, text: str, question: str | None) -> None:
    found = read_change(protocol, text)
    assert (found.id if found else None) == question
