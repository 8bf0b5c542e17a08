"""`python -m bot.nlu.confusion`: which intents are mixed up, on the lines of a writer whom the model has not met.

Trains the understanding part of `config.yml` without the writers named there under `calibrate_on`, asks it their
lines, and writes the pairs most often mixed up, with the messages, to var/reports/confusion-YYYY-MM-DD.md.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from rasa.core.agent import Agent
from rasa.model_training import train_nlu

from bot.settings import ROOT

MOST_PAIRS = 40
MOST_MESSAGES = 6
LEFT_OUT = "calibrate_on"


class Judged(NamedTuple):
    text: str
    intent: str
    ranking: Sequence[str]
    confidence: float


def main() -> int:
    """Returns the exit code."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    writers = next(part[LEFT_OUT] for part in config["pipeline"] if LEFT_OUT in part)
    with tempfile.TemporaryDirectory() as scratch:
        kept = _split(Path(scratch), set(writers))
        sys.stdout.write(f"Training without {', '.join(writers)} (about two minutes) ...\n")
        trained = train_nlu(str(ROOT / "config.yml"), str(Path(scratch) / "data"), scratch, fixed_model_name="model")
        judged = asyncio.run(_judge(trained, kept))
    text = render(judged, dt.datetime.now(dt.timezone.utc).date())
    path = ROOT / "var" / "reports" / f"confusion-{dt.datetime.now(dt.timezone.utc).date().isoformat()}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{text}\nWritten to {path}\n")
    return 0


def _split(scratch: Path, writers: set[str]) -> list[tuple[str, str]]:
    """Write the training data without `writers` below `scratch`; returns their lines as (text, intent)."""
    (scratch / "data").mkdir()
    theirs: list[tuple[str, str]] = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        others = []
        for block in document["nlu"]:
            if (block.get("metadata") or {}).get("voice") in writers:
                lines = (line.removeprefix("- ") for line in block["examples"].splitlines())
                theirs += [(line, block["intent"]) for line in lines]
            else:
                others.append(block)
        (scratch / "data" / path.name).write_text(yaml.safe_dump(document | {"nlu": others}, allow_unicode=True))
    return theirs


async def _judge(trained: Any, lines: Sequence[tuple[str, str]]) -> list[Judged]:
    agent = Agent.load(trained)
    judged = []
    for text, intent in lines:
        parsed = await agent.parse_message(text)
        ranking = [item for item in parsed["intent_ranking"] if item["name"] != "nlu_fallback"]
        judged.append(Judged(text, intent, [item["name"] for item in ranking], ranking[0]["confidence"]))
    return judged


def render(judged: Sequence[Judged], day: dt.date) -> str:
    """The report as Markdown."""
    mixed: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        if one.ranking[0] != one.intent:
            mixed[one.intent, one.ranking[0]].append(one)
    first = sum(one.ranking[0] == one.intent for one in judged) / len(judged)
    third = sum(one.intent in one.ranking[:3] for one in judged) / len(judged)
    parts = [
        f"# Intents mixed up, {day.isoformat()}",
        f"{len(judged)} lines of writers left out: {first:.1%} right, {third:.1%} among the first three.",
    ]
    for (meant, taken), found in sorted(mixed.items(), key=lambda item: -len(item[1]))[:MOST_PAIRS]:
        lines = [f"- {one.confidence:.2f} {one.text}" for one in found[:MOST_MESSAGES]]
        parts.append("\n".join([f"## {meant} taken for {taken}: {len(found)}", "", *lines]))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
