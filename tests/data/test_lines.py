"""What the model learns from: who says what, how often, and nothing twice."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

import numpy as np
import pytest
import yaml

from bot.safety.check import SafetyCheck
from bot.settings import ROOT
from bot.vocabulary import TOPICS
from bot.wiring import safety_check
from tests.training_lines import blocks, line_vectors, training_lines

pytestmark = pytest.mark.timeout(480)  # all lines are read, and a machine may be busy

FEWEST = 25
FEWEST_FOR_A_TOPIC = 80
NEAREST = 0.92
"""Two lines of one intent whose vectors are nearer than this say the same in nearly the same words."""

LIMIT_MS_FOR_A_LINE = 5
"""Of processor time, so that a busy machine fails nobody; a quiet one needs about 1."""

HIGHEST_ALARM_SHARE = 0.05
"""The check is made for the words of treated people; on questions of strangers it may fire rarely, never often."""
EVERY = 8
"""Of so many lines one is judged: that tells enough, and saves minutes."""


def domain_intents() -> list[str]:
    return list(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])


@pytest.fixture(scope="module")
def safety() -> SafetyCheck:
    return safety_check()


def test_no_line_is_in_two_intents_or_twice_in_one() -> None:
    places = defaultdict(list)
    for line in training_lines():
        places["".join(filter(str.isalnum, line.text.casefold())) or line.text].append(f"{line.intent} {line.file}")
    assert {text: found for text, found in places.items() if len(found) > 1} == {}


def test_no_line_says_in_nearly_the_same_words_what_another_of_its_intent_says() -> None:
    started = time.process_time()
    lines = training_lines()
    vectors = line_vectors()
    intents = np.array([line.intent for line in lines])
    near = []
    for intent in sorted(set(intents)):
        rows = np.flatnonzero(intents == intent)
        pairs = np.argwhere(np.triu(vectors[rows] @ vectors[rows].T, k=1) > NEAREST)
        near += [(lines[rows[one]].text, lines[rows[other]].text) for one, other in pairs]
    took_ms = (time.process_time() - started) * 1000
    assert near == []
    assert took_ms < LIMIT_MS_FOR_A_LINE * len(lines)


def test_the_intents_are_the_topics_and_the_rest_of_the_domain() -> None:
    intents = domain_intents()
    assert len(intents) == len(set(intents))
    assert {line.intent for line in training_lines()} == set(intents)
    asked = {intent.removeprefix("ask_") for intent in intents if intent.startswith("ask_")}
    assert asked - {"more", "bot", "my_data"} == set(TOPICS)


def test_every_intent_has_enough_lines() -> None:
    counts = Counter(line.intent for line in training_lines())
    fewest = {f"ask_{topic}": FEWEST_FOR_A_TOPIC for topic in TOPICS}
    short = {name: counts[name] for name in domain_intents() if counts[name] < fewest.get(name, FEWEST)}
    assert short == {}


def test_every_line_has_somebody_who_says_it() -> None:
    nameless = {f"{line.file}: {line.intent}" for line in training_lines() if not line.voice}
    # Nobody's voice: signs written for the purpose.
    assert nameless <= {"red_flag.yml: red_flag"}


@pytest.mark.parametrize("intent", [f"ask_{topic}" for topic in TOPICS])
def test_no_topic_is_the_words_of_one_person(intent: str) -> None:
    voices = Counter(line.voice for line in training_lines() if line.intent == intent)
    assert len(voices) >= 4
    assert max(voices.values()) <= 0.7 * sum(voices.values())


def test_every_block_is_read_by_rasa_as_a_list() -> None:
    for path, block in blocks():
        lines = str(block["examples"]).splitlines()
        assert [line for line in lines if not line.startswith("- ") or not line[2:].strip()] == [], path.name


def test_nearly_every_sign_in_the_data_is_one_for_the_safety_check(safety: SafetyCheck) -> None:
    signs = [line.text for line in training_lines() if line.intent == "red_flag"]
    missed = [text for text in signs if safety.assess(text) is None]
    assert len(missed) <= 1, missed


def test_questions_are_hardly_ever_signs(safety: SafetyCheck) -> None:
    asked = [line for line in training_lines() if line.intent.startswith("ask_")][::EVERY]
    fired = [line.text for line in asked if safety.assess(line.text) is not None]
    assert len(fired) <= HIGHEST_ALARM_SHARE * len(asked), fired
