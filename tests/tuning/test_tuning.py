"""The encoders as TensorFlow sees them: the same vectors as at run time, and a correction that tells intents apart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from bot.encoder.convert import ensure_encoder
from bot.encoder.sentence import SentenceEncoder
from bot.encoder.sources import LARGE, SMALL, TOKENIZER, WEIGHTS, Source, unpacked
from bot.tuning.batches import padded
from bot.tuning.fit import Plan, tune
from bot.tuning.lines import NONE, Line
from bot.tuning.network import Network

pytestmark = pytest.mark.timeout(240)  # TensorFlow takes its time

TEXTS = ("does it hurt", "When can I be seen in public again, my face will be swollen I guess?", "price")
HURT = ("does it hurt", "is it sore", "will I scream", "ouch?", "how bad is the sting", "painful or not")
PRICE = ("what does it cost", "price", "how much", "is it dear", "what do you charge", "euros for one")


def opened(source: Source, scratch: Path, *, tuned_from: int) -> tuple[Network, Tokenizer]:
    with unpacked(source, scratch) as folder:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        weights = load_file(str(folder / WEIGHTS))
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tokenizer.no_padding()
    config["num_hidden_layers"] = source.layers or config["num_hidden_layers"]
    return Network(weights, config, rank=4, seed=1, tuned_from=tuned_from), tokenizer


def tokens(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]


def apart(encoder: SentenceEncoder) -> float:
    """How much nearer lines of one intent are to each other than to those of the other."""
    one, other = encoder.encode(HURT), encoder.encode(PRICE)
    near: npt.NDArray[np.float32] = np.concatenate([(one @ one.T).ravel(), (other @ other.T).ravel()])
    return float(near.mean() - (one @ other.T).mean())


@pytest.mark.parametrize(("source", "tuned_from"), [(SMALL, 0), (LARGE, 4)], ids=["small", "large"])
def test_what_is_tuned_is_what_runs(source: Source, tuned_from: int, tmp_path: Path) -> None:
    network, tokenizer = opened(source, tmp_path, tuned_from=tuned_from)
    ids, mask = padded(tokens(tokenizer, TEXTS))
    running = SentenceEncoder(ensure_encoder(tmp_path / "encoder", source, source.made_of))
    alike = (network.vectors(ids, mask).numpy() * running.encode(TEXTS)).sum(axis=1)
    assert alike.min() > 0.99


def test_layers_that_are_left_alone_have_no_correction(tmp_path: Path) -> None:
    network, _ = opened(SMALL, tmp_path, tuned_from=4)
    assert {name.split(".")[2] for name in network.adapter().factors} == {"4", "5"}


def test_a_correction_brings_the_lines_of_one_intent_together(tmp_path: Path) -> None:
    network, tokenizer = opened(SMALL, tmp_path, tuned_from=4)
    lines = [Line(text, intent, NONE, NONE, "x") for intent, all_of in (("a", HURT), ("b", PRICE)) for text in all_of]
    adapter = tune(network, lambda texts: tokens(tokenizer, texts), lines, Plan(rank=4, passes=12, batch=12))
    plain = SentenceEncoder(ensure_encoder(tmp_path / "plain", SMALL, "plain"))
    tuned = SentenceEncoder(ensure_encoder(tmp_path / "tuned", SMALL, "tuned", adapter))
    assert apart(tuned) > apart(plain) + 0.1
