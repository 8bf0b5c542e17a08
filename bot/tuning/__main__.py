"""`make tune`: learn the encoder's correction and the second opinion of the red-flag check from all lines in `data/`.

Takes about half an hour on two cores and is needed only after many lines were added; the results are kept in `data/`
and committed, so that a start needs neither this nor TensorFlow. One hand of each kind is left out, so that the
confidences are judged on a writer whom the encoder never met.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from safetensors.numpy import load_file
from tokenizers import Tokenizer

from bot.encoder.adapter import ADAPTER_FILE, load_adapter
from bot.encoder.sentence import load_encoder, load_large_encoder
from bot.encoder.sources import SMALL, TOKENIZER, WEIGHTS, unpacked
from bot.errors import MesoGuideError
from bot.safety.check import load_safety
from bot.safety.opinion import OPINION_FOLDER
from bot.settings import ROOT
from bot.tuning.lines import Line, intent_lines, safety_lines
from bot.vocabulary import LEFT_OUT_HANDS

MAX_TOKENS = 96
"""Longer messages are cut while tuning: their cost grows with the square of their length."""


def main() -> int:
    """Returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=None, help="passes over all lines")
    parser.add_argument("--go-on-from", type=Path, default=None, help="a correction to go on from")
    parser.add_argument("--opinion-only", action="store_true", help="keep the correction, learn the second opinion")
    arguments = parser.parse_args()
    try:
        if not arguments.opinion_only:
            _tune(arguments.passes, arguments.go_on_from)
        _learn_opinion()
    except (MesoGuideError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _tune(passes: int | None, go_on_from: Path | None) -> None:
    # Imported here: `--help` shouldn't take the seconds that TensorFlow does.
    from bot.tuning.fit import Plan, tune
    from bot.tuning.network import Network

    lines = _lines()
    kept = [line for line in lines if line.hand not in LEFT_OUT_HANDS]
    logging.info("%d lines, %d of them by hands that are left out", len(lines), len(lines) - len(kept))
    plan = Plan() if passes is None else Plan(passes=passes)
    start = load_adapter(go_on_from) if go_on_from else None
    with unpacked(SMALL, ROOT) as source:
        tokenizer = Tokenizer.from_file(str(source / TOKENIZER))
        weights = load_file(str(source / WEIGHTS))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)

    def tokenize(texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]

    network = Network(weights, rank=plan.rank, seed=plan.seed, start=start)
    tune(network, tokenize, kept, plan).save(ADAPTER_FILE)
    logging.info("Written to %s", ADAPTER_FILE.name)


def _learn_opinion() -> None:
    """The second opinion judges by the encoder's vectors, so it is learnt anew with each correction."""
    from bot.tuning.opinion import learn, save

    check = load_safety(ROOT / "knowledge")
    save(learn(_lines(), load_encoder().encode, load_large_encoder().encode, check), OPINION_FOLDER)
    logging.info("Written to %s/", OPINION_FOLDER.name)


def _lines() -> list[Line]:
    return [*intent_lines(ROOT / "data" / "nlu"), *safety_lines(ROOT / "data" / "safety")]


if __name__ == "__main__":
    sys.exit(main())
