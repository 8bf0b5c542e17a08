"""The encoders as TensorFlow sees them: the same vectors as at run time, and a correction that tells intents apart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.adapter import LARGE_ADAPTER_FILE, Adapter, load_adapter
from bot.encoder.convert import ensure_encoder, model_fingerprint
from bot.encoder.sentence import SentenceEncoder, large_folder
from bot.encoder.sources import LARGE, SMALL, Source
from bot.settings import ROOT
from bot.tuning.tasks import TASKS
from tests.tuning.sayings import TEXTS

pytestmark = pytest.mark.timeout(300)  # TensorFlow takes its time


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the other process has left its results."""
    folder = tmp_path_factory.mktemp("tuning")
    command = [sys.executable, "-m", "tests.tuning.child", str(folder)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert ended.returncode == 0, ended.stderr[-2000:]
    return folder


@pytest.mark.parametrize("source", [SMALL, LARGE], ids=["small", "large"])
def test_what_is_tuned_is_what_runs(source: Source, done: Path, tmp_path: Path) -> None:
    correction = load_adapter(done / f"{source.name}.safetensors")
    tuned = SentenceEncoder(ensure_encoder(tmp_path / "tuned", source, "tuned", correction)).encode(TEXTS)
    plain = SentenceEncoder(ensure_encoder(tmp_path / "plain", source, source.made_of)).encode(TEXTS)
    assert (tuned * plain).sum(axis=1).max() < 0.95
    assert (np.load(done / f"{source.name}.npy") * tuned).sum(axis=1).min() > 0.98


def test_learning_tells_two_intents_apart(done: Path) -> None:
    losses = json.loads((done / "losses.json").read_text(encoding="utf-8"))
    assert losses[-1] < 0.7 * losses[0]
    assert all(np.abs(up).max() > 0 for _, up in load_adapter(done / "learnt.safetensors").factors.values())


def test_a_correction_of_the_other_encoder_is_refused(done: Path) -> None:
    assert "another encoder's" in (done / "refusal.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "file"), [("MiniLM", "learnt.safetensors"), ("MPNet", None)])
def test_layers_that_are_left_alone_have_no_correction(name: str, file: str | None, done: Path) -> None:
    expected = {4, 5} if name == SMALL.name else set(range(TASKS["large"].tuned_from, LARGE.layers or 0))
    assert layers_of(load_adapter(done / file if file else LARGE_ADAPTER_FILE)) == expected


def test_the_large_encoder_that_runs_is_the_tuned_one(tmp_path: Path) -> None:
    plain = ensure_encoder(tmp_path / "plain", LARGE, LARGE.made_of)
    assert model_fingerprint(plain) != model_fingerprint(large_folder())


def layers_of(adapter: Adapter) -> set[int]:
    return {int(name.split(".")[2]) for name in adapter.factors}
