"""A small knowledge folder that loads, for tests to break in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.errors import DocumentError
from bot.retrieval.library import Library, load_library
from bot.retrieval.replies import REQUIRED, Reply, load_replies

NAMES = ("phone", "price_list")

CARD: dict[str, Any] = {
    "id": "pain.general",
    "topic": "pain",
    "title": "Does it hurt?",
    "answer": "Some feel a pinch. Call {phone} if it gets worse.",
    "more": "**Longer** text.",
    "evidence": {"strength": "unclear", "note": "Nobody measured it."},
    "facts": ["F070"],
    "sources": ["s002"],
    "review": {"status": "unreviewed"},
}
SOURCES = {"sources": [{"id": "s002", "title": "Mesotherapy Treatment", "kind": "source_document"}]}


def write(path: Path, data: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data), encoding="utf-8")
    return path


def card(card_id: str = "pain.general", **changes: Any) -> dict[str, Any]:
    """A good card of that id, with some fields changed; a field changed to None is left out."""
    fields = CARD | {"id": card_id, "topic": card_id.split(".")[0]} | changes
    return {name: value for name, value in fields.items() if value is not None}


def write_card(folder: Path, fields: dict[str, Any]) -> Path:
    """The card in the folder and file that its id asks for."""
    topic, name = fields["id"].split(".")
    return write(folder / "cards" / topic / f"{name}.yml", fields)


def knowledge(folder: Path, *cards: dict[str, Any]) -> Path:
    """A folder with one source and `cards` (one good card when none is given)."""
    write(folder / "sources.yml", SOURCES)
    for fields in cards or (card(),):
        write_card(folder, fields)
    return folder


def loaded(folder: Path, *cards: dict[str, Any]) -> Library:
    return load_library(knowledge(folder, *cards), NAMES)


def complaint(folder: Path) -> str:
    """What loading the cards of a broken folder says."""
    with pytest.raises(DocumentError) as caught:
        load_library(folder, NAMES)
    return str(caught.value)


def write_replies(folder: Path, **changes: dict[str, Any]) -> Path:
    """All replies that the program needs, with `changes` to single ones."""
    for name in REQUIRED:
        reply = {"id": name, "kind": "smalltalk", "text": "What would you like to know?"} | changes.get(name, {})
        write(folder / "replies" / f"{name}.yml", reply)
    return folder


def replies(folder: Path, **changes: dict[str, Any]) -> dict[str, Reply]:
    return load_replies(write_replies(folder, **changes), NAMES)
