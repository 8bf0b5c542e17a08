"""The intent classifier as a component of Rasa's graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import calibration, features, intent_model, word_parts
from bot.nlu.perceptron_intent_classifier import PerceptronIntentClassifier
from bot.perceptron import network, spread
from tests.nlu.pipeline import CLASSIFIER, Line, Pipeline, context
from tests.nlu.samples import GIBBERISH, UNSEEN, bank_lines


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    return Pipeline(tmp_path_factory.mktemp("bank"), bank_lines())


def fallback(messages: list[Message], **config: Any) -> list[str | None]:
    """What Rasa's fallback makes of classified messages."""
    settings = FallbackClassifier.get_default_config() | {"threshold": 0.45, "ambiguity_threshold": 0.0} | config
    component = FallbackClassifier.create(settings, None, CLASSIFIER, context())
    return [message.get(INTENT)["name"] for message in component.process(messages)]


def test_unseen_wordings_get_their_intent(bank: Pipeline) -> None:
    assert bank.intents(*UNSEEN) == list(UNSEEN.values())


def test_gibberish_gets_less_confidence_than_any_real_question(bank: Pipeline) -> None:
    assert max(bank.confidences(*GIBBERISH)) < min(bank.confidences(*UNSEEN))


def test_the_ranking_is_sorted_and_shares_out_at_most_one(bank: Pipeline) -> None:
    for message in bank.parse(*UNSEEN, *GIBBERISH):
        chances = [item["confidence"] for item in message.get(INTENT_RANKING_KEY)]
        assert len(chances) == 6
        assert chances == sorted(chances, reverse=True)
        assert min(chances) >= 0
        assert sum(chances) <= 1 + 1e-5
        assert message.get(INTENT) == message.get(INTENT_RANKING_KEY)[0]


def test_training_twice_gives_the_same_bytes(bank: Pipeline, tmp_path: Path) -> None:
    again = Pipeline(tmp_path, bank_lines())
    assert set(bank.stored()) == {"classifier.json", "classifier.safetensors"}
    assert again.stored() == bank.stored()


def test_other_lines_give_other_bytes(bank: Pipeline, tmp_path: Path) -> None:
    assert Pipeline(tmp_path, bank_lines()[1:]).stored() != bank.stored()


def test_loading_what_was_never_trained_is_refused(bank: Pipeline, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        PerceptronIntentClassifier.load(bank.config, Pipeline.empty(tmp_path), CLASSIFIER, context())


def test_loading_half_a_model_is_refused(tmp_path: Path) -> None:
    storage = Pipeline.empty(tmp_path)
    with storage.write_to(CLASSIFIER) as folder:
        (Path(folder) / "classifier.json").write_text("{}", encoding="utf-8")
    with pytest.raises((FileNotFoundError, KeyError)):
        PerceptronIntentClassifier.load(PerceptronIntentClassifier.get_default_config(), storage, CLASSIFIER, context())


def test_a_message_without_features_gets_no_intent_and_falls_back(bank: Pipeline) -> None:
    messages = [Message({TEXT: ""}), Message({TEXT: "does it hurt"})]
    # Straight to the classifier: nothing before it has put a feature on either.
    bank.load().process(messages)
    assert [message.get(INTENT) for message in messages] == [{"name": None, "confidence": 0.0}] * 2
    assert [message.get(INTENT_RANKING_KEY) for message in messages] == [[], []]
    assert fallback(messages) == ["nlu_fallback"] * 2


def test_an_empty_text_through_the_whole_pipeline_gets_no_intent(bank: Pipeline) -> None:
    assert bank.intents("", "  \n") == [None, None]


def test_messages_without_words_among_others_leave_each_its_own_intent(bank: Pipeline) -> None:
    assert bank.intents("", *UNSEEN, "12345", *UNSEEN) == [None, *UNSEEN.values(), None, *UNSEEN.values()]


@pytest.mark.parametrize("figures", ["+1 202 555 0143", "12345", "(20) 7946-0958?"])
def test_figures_alone_ask_nothing_whatever_they_look_like(bank: Pipeline, figures: str) -> None:
    assert bank.intents(figures) == [None]


def test_a_sure_message_does_not_fall_back(bank: Pipeline) -> None:
    assert fallback(bank.parse("please tell me how much is in my account")) == ["check_balance"]


def test_one_intent_trains_and_every_message_falls_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    alone = Pipeline(tmp_path, [line for line in bank_lines() if line.intent == "send_money"])
    assert "Fewer than two intents" in caplog.text
    messages = alone.parse("send money to my sister")
    assert messages[0].get(INTENT) == {"name": None, "confidence": 0.0}
    assert fallback(messages) == ["nlu_fallback"]


@pytest.mark.parametrize("lines_each", [1, 2, 12])
def test_two_intents_are_told_apart(tmp_path: Path, lines_each: int) -> None:
    wanted = [[line for line in bank_lines() if line.intent == name] for name in ("send_money", "opening_times")]
    both = Pipeline(tmp_path, [line for lines in wanted for line in lines[:lines_each]])
    texts = ("transfer 80 to Anna", "when do you open on monday")
    assert both.intents(*texts) == ["send_money", "opening_times"]
    assert all(0.5 < confidence <= 1 for confidence in both.confidences(*texts))


def test_the_voice_of_a_line_is_never_taken_for_its_meaning(bank: Pipeline, tmp_path: Path) -> None:
    voiced = [Line(line.text, line.intent, f"person {place % 5}") for place, line in enumerate(bank_lines())]
    pipeline = Pipeline(tmp_path, voiced)
    assert pipeline.intents(*UNSEEN) == list(UNSEEN.values())
    # People are kept whole in the splits, so the calibration is another one than with every line on its own.
    assert pipeline.stored()["classifier.json"] != bank.stored()["classifier.json"]


@pytest.mark.parametrize("helper", [calibration, features, intent_model, word_parts, network, spread])
def test_a_changed_helper_means_training_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, helper: Any) -> None:
    before = PerceptronIntentClassifier.fingerprint_addon({})
    changed = tmp_path / "helper.py"
    changed.write_bytes(Path(helper.__file__).read_bytes() + b"\n# changed\n")
    monkeypatch.setattr(helper, "__file__", str(changed))
    assert before is not None
    assert PerceptronIntentClassifier.fingerprint_addon({}) != before
