"""The sentence encoder as a component of Rasa's graph."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.encoder import convert, sentence, sources, spec
from bot.encoder.sentence import FOLDER_VARIABLE, encoder_folder
from bot.nlu.sentence_encoder_featurizer import SentenceEncoderFeaturizer
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


@pytest.mark.parametrize("helper", [convert, sentence, sources, spec])
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
