"""The training messages of `data/nlu`, read as plain lines. Nothing here is written back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from bot.documents import load_yaml
from bot.errors import DocumentError

MARKED = re.compile(r"\[([^]]+)\]\([^)]+\)")


class Line(NamedTuple):
    text: str
    intent: str
    voice: str = ""
    """Who wrote it."""


def training_lines(folder: Path) -> list[Line]:
    """Every message of every intent, in the order of the files. Raises DocumentError when a file can't be read."""
    blocks = [block for path in sorted(folder.glob("*.yml")) for block in load_yaml(path)["nlu"] if "intent" in block]
    return [Line(text, block["intent"], _voice(block)) for block in blocks for text in examples(block["examples"])]


def _voice(block: dict[str, Any]) -> str:
    return str((block.get("metadata") or {}).get("voice", ""))


def draft_lines(path: Path) -> list[str]:
    """The questions that a draft says it answers: its `examples`, as a list or as lines that begin with a dash.

    Raises DocumentError when it has none: without questions nobody can tell what it would take away.
    """
    draft: Any = load_yaml(path)
    found = examples(draft.get("examples") or []) if isinstance(draft, dict) else []
    if not found:
        raise DocumentError(f"{path}: field `examples`: missing; list some questions that the card is to answer.")
    return found


def examples(value: str | list[str]) -> list[str]:
    """Rasa's block of dashed lines, or a plain list; marked words lose their marks."""
    lines = value.splitlines() if isinstance(value, str) else [str(one) for one in value]
    return [MARKED.sub(r"\1", line.removeprefix("- ")).strip() for line in lines if line.strip(" -")]
