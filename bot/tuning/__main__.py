"""`make tune`: learn the encoders' corrections and the second opinion of the red-flag check from the lines in `data/`.

Takes over an hour on two cores, and is needed only after many lines were added. The results are kept
in `data/` and committed, so that a start needs neither this nor TensorFlow. Some hands of each kind are left out, so
that the confidences are judged on writers whom no encoder ever met.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.encoder.adapter import load_adapter
from bot.encoder.sentence import load_encoder, load_large_encoder
from bot.errors import MesoGuideError
from bot.safety.check import load_safety
from bot.safety.opinion import OPINION_FOLDER
from bot.settings import ROOT
from bot.tuning.left_out import LEFT_OUT_HANDS
from bot.tuning.tasks import TASKS, Task, all_lines

OPINION = "opinion"


def main() -> int:
    """Returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=[*TASKS, OPINION], help="learn this, and keep the rest as it is")
    parser.add_argument("--passes", type=int, help="passes over all lines")
    parser.add_argument("--go-on-from", type=Path, help="a correction to go on from")
    arguments = parser.parse_args()
    if arguments.go_on_from and arguments.only not in TASKS:
        parser.error("A correction belongs to one encoder: say --only small or --only large with --go-on-from.")
    try:
        for name, task in TASKS.items():
            if arguments.only in (None, name):
                _tune(task, arguments.passes or task.plan.passes, arguments.go_on_from)
        if arguments.only in (None, OPINION):
            _learn_opinion()
    except (MesoGuideError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _tune(task: Task, passes: int, go_on_from: Path | None) -> None:
    # Imported here: `--help` shouldn't take the seconds that TensorFlow does.
    from bot.tuning.fit import tune
    from bot.tuning.opened import opened

    lines = task.lines()
    kept = [line for line in lines if line.hand not in LEFT_OUT_HANDS]
    logging.info("%s: %d lines, of which %d are left out", task.source.name, len(lines), len(lines) - len(kept))
    plan = replace(task.plan, passes=passes)
    scratch = ROOT / "var"
    scratch.mkdir(exist_ok=True)
    start = load_adapter(go_on_from) if go_on_from else None
    network, tokenizer = opened(
        task.source, scratch, rank=plan.rank, seed=plan.seed, tuned_from=task.tuned_from, start=start
    )

    def tokenize(texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]

    tune(network, tokenize, kept, plan).save(task.written_to)
    logging.info("Written to %s", task.written_to.name)


def _learn_opinion() -> None:
    """The second opinion judges by the encoders' vectors, so it is learnt anew with each correction."""
    from bot.tuning.opinion import learn, save

    check = load_safety(ROOT / "knowledge")
    save(learn(all_lines(), load_encoder().encode, load_large_encoder().encode, check), OPINION_FOLDER)
    logging.info("Written to %s/", OPINION_FOLDER.name)


if __name__ == "__main__":
    sys.exit(main())
