"""The sentence encoder as a component of Rasa's graph."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.sentence import FOLDER_VARIABLE, encoder_folder, load_large_encoder
from bot.nlu.company import WITHIN
from bot.nlu.question_splitter import STRETCH, QuestionSplitter
from bot.nlu.sentence_encoder_featurizer import HELPERS, SentenceEncoderFeaturizer
from tests.nlu.pipeline import context, tokenizer


@pytest.fixture(scope="module")
def featurizer() -> SentenceEncoderFeaturizer:
    config = SentenceEncoderFeaturizer.get_default_config()
    return SentenceEncoderFeaturizer.create(config, None, Resource("encoder"), context("encoder"))


def test_each_message_gets_one_vector_of_unit_length(featurizer: SentenceEncoderFeaturizer) -> None:
    messages = [Message({TEXT: text}) for text in ("does it hurt", "", "كم السعر", "😀")]
    tokenizer().process(messages)
    featurizer.process(messages)
    found = [message.get_dense_features(TEXT)[1] for message in messages]
    assert [features is not None for features in found] == [True, False, True, True]
    for features in filter(None, found):
        assert features.features.shape == (1, 768)
        assert float(np.linalg.norm(features.features)) == pytest.approx(1, abs=1e-5)


def test_a_message_gets_the_same_vector_alone_as_among_others(featurizer: SentenceEncoderFeaturizer) -> None:
    alone, *together = (Message({TEXT: text}) for text in ("how much", "how much", "will I have bruises for a week"))
    tokenizer().process([alone, *together])
    featurizer.process([alone])
    featurizer.process(together)
    one, other = (message.get_dense_features(TEXT)[1].features[0] for message in (alone, together[0]))
    assert float(one @ other) > 0.999


def test_a_clause_gets_a_vector_between_what_it_means_alone_and_where_it_stands(
    featurizer: SentenceEncoderFeaturizer,
) -> None:
    messages = QuestionSplitter().process([Message({TEXT: "does it hurt? and what is the price"})])
    tokenizer().process(messages)
    featurizer.process(messages)
    found = [message.get_dense_features(TEXT)[1].features[0] for message in messages]
    whole, *within = load_large_encoder().encode_within(["does it hurt? and what is the price"], [[(0, 13), (18, 35)]])[
        0
    ]
    alone = load_large_encoder().encode([str(message.get(STRETCH)) for message in messages[1:]])
    sums = within + alone
    assert found[0] == pytest.approx(whole, abs=1e-5)
    assert np.stack(found[1:]) == pytest.approx(sums / np.linalg.norm(sums, axis=1, keepdims=True), abs=1e-5)
    assert all(float(one @ other) < 0.999 for one, other in zip(within, alone, strict=True))


def test_a_line_is_learnt_as_a_message_is_read(featurizer: SentenceEncoderFeaturizer) -> None:
    """Alone, or within another: the classifier must meet the same vectors in both."""
    texts = [f"{start} {number} visits" for number in range(20) for start in ("does it hurt after", "is it dear after")]
    lines = [Message({TEXT: text, INTENT: f"ask_{text.split()[1]}_{text.split()[2]}"}) for text in texts]
    tokenizer().process(lines)
    featurizer.process_training_data(TrainingData(lines))
    live = [Message({TEXT: text}) for text in texts]
    tokenizer().process(live)
    featurizer.process(live)
    near = [
        float(one.get_dense_features(TEXT)[1].features[0] @ other.get_dense_features(TEXT)[1].features[0])
        for one, other in zip(lines, live, strict=True)
    ]
    within = [bool(line.get(WITHIN)) for line in lines]
    assert 0 < sum(within) < len(lines)
    assert all((cosine > 0.999) is not is_within for cosine, is_within in zip(near, within, strict=True))


def test_each_of_several_messages_keeps_its_own_clauses(featurizer: SentenceEncoderFeaturizer) -> None:
    texts = ["does it hurt? and what is the price", "", "is it safe", "how long is it? where are you?"]
    together = QuestionSplitter().process([Message({TEXT: text}) for text in texts])
    tokenizer().process(together)
    featurizer.process(together)
    for text in texts:
        alone = QuestionSplitter().process([Message({TEXT: text})])
        tokenizer().process(alone)
        featurizer.process(alone)
        for message in alone:
            other = next(one for one in together if one.get(TEXT) == message.get(TEXT))
            mine, theirs = (one.get_dense_features(TEXT)[1] for one in (message, other))
            assert (mine is None) == (theirs is None) == (not text)
            assert mine is None or float(mine.features[0] @ theirs.features[0]) > 0.999


def test_a_clause_beyond_what_is_read_is_read_alone(featurizer: SentenceEncoderFeaturizer) -> None:
    story = "I had my arms done some years ago and it went well for me " * 12
    messages = QuestionSplitter().process([Message({TEXT: f"{story}. does it hurt?"})])
    tokenizer().process(messages)
    featurizer.process(messages)
    last = next(message for message in messages if message.get(TEXT) == "does it hurt?")
    alone = load_large_encoder().encode(["does it hurt?"])[0]
    assert float(last.get_dense_features(TEXT)[1].features[0] @ alone) > 0.999


@pytest.mark.parametrize("helper", HELPERS)
def test_a_changed_helper_means_training_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, helper: Any) -> None:
    before = SentenceEncoderFeaturizer.fingerprint_addon({})
    changed = tmp_path / "helper.py"
    changed.write_bytes(Path(helper.__file__).read_bytes() + b"\n# changed\n")
    monkeypatch.setattr(helper, "__file__", str(changed))
    assert before is not None
    assert SentenceEncoderFeaturizer.fingerprint_addon({}) != before


def test_other_weights_mean_training_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = SentenceEncoderFeaturizer.fingerprint_addon({})
    shutil.copytree(encoder_folder(), tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert SentenceEncoderFeaturizer.fingerprint_addon({}) == before
    with (tmp_path / "large" / "model.bin").open("ab") as weights:
        weights.write(b"\0")
    assert SentenceEncoderFeaturizer.fingerprint_addon({}) != before
