"""What the encoders are tuned on: the training lines of the intents, and lines that do or don't need a doctor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import DocumentError
from bot.governance.training import training_lines

NONE = "none"
RED_FLAG = "red_flag"


@dataclass(frozen=True)
class Line:
    """One message. `intent` is None for the safety lines; `level` and `code` are those of the check, or `none`. `trap`
    says what may mislead the check in a line that needs no doctor.
    """

    text: str
    intent: str | None
    level: str
    code: str
    hand: str
    trap: str = ""

    @property
    def kind(self) -> str:
        """The code, or what the line is about where it needs no doctor."""
        return self.code if self.code != NONE else f"{NONE}: {self.intent or self.trap}"


def intent_lines(folder: Path) -> Iterator[Line]:
    """The lines of `data/nlu`, without the red-flag examples, which the check and not the classifier decides."""
    for line in training_lines(folder):
        if line.intent != RED_FLAG:
            yield Line(line.text, line.intent, NONE, NONE, line.voice)


def safety_lines(folder: Path) -> Iterator[Line]:
    """The lines of `data/safety`. Raises DocumentError for a line that is wrong."""
    for path in sorted(folder.glob("*.jsonl")):
        for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                data = json.loads(raw)
                yield Line(
                    data["text"], None, data["expect"], (data["codes"] or [NONE])[0], path.stem, data.get("trap") or ""
                )
            except (ValueError, KeyError, TypeError):
                raise DocumentError(f"{path}: line {number}: not a labelled message; see its neighbours.") from None
