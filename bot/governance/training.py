"""The training messages of `data/nlu`, read as plain lines. Nothing here is written back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from bot.documents import load_yaml
from bot.errors import DocumentError
from bot.vocabulary import TOPICS

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


class Draft(NamedTuple):
    """A card in the making: the questions that it says it answers, and the topic that it belongs to, if one of ours."""

    lines: list[str]
    topic: str | None = None


def load_draft(path: Path) -> Draft:
    """A draft's `examples`, a list or lines that begin with a dash, and its `topic`.

    Raises DocumentError when it has no questions, for then nobody can tell what it would take away; and when its topic
    is unknown, for then the topic's own messages would count as stolen.
    """
    draft: Any = load_yaml(path)
    draft = draft if isinstance(draft, dict) else {}
    asked, topic = draft.get("examples"), draft.get("topic")
    if not asked:
        raise DocumentError(f"{path}: field `examples`: missing; list some questions that the card is to answer.")
    if not (isinstance(asked, str) or (isinstance(asked, list) and all(isinstance(one, str) for one in asked))):
        raise DocumentError(f"{path}: field `examples`: not questions; write each as text on a line after a dash.")
    if topic is not None and topic not in TOPICS:
        raise DocumentError(
            f"{path}: field `topic`: {topic!r} is none of ours; correct it, or leave it out if the topic is to be new."
        )
    if not (lines := examples(asked)):
        raise DocumentError(f"{path}: field `examples`: all empty; list some questions that the card is to answer.")
    return Draft(lines, topic)


def examples(value: str | list[str]) -> list[str]:
    """Rasa's block of dashed lines, or a plain list; marked words lose their marks."""
    lines = value.splitlines() if isinstance(value, str) else value
    return [MARKED.sub(r"\1", line.removeprefix("- ")).strip() for line in lines if line.strip(" -")]
