"""A clinician's signature under a card: who, when, until when, and for which text."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from pathlib import Path

from bot.documents import load_document
from bot.errors import DocumentError
from bot.retrieval.card import Card

VALID = dt.timedelta(days=365)
"""Knowledge about an ageing field: looked at again after a year unless the clinician says when."""
CONTROLS = frozenset({"Cc", "Zl", "Zp"})
"""Unicode's categories of signs that break a line or do worse: no name holds one."""
REVIEW_FIELD = re.compile(r"^review:.*(?:\n(?:[ \t]+.*|))*\n?", re.MULTILINE)


def sign(path: Path, *, by: str, on: dt.date, due: dt.date) -> Card:
    """Write a signature for the texts as they stand into the file at `path`; the signed card.

    Raises DocumentError when the name or the dates can't be right, or the file isn't a card.
    """
    if len(by.split()) < 2:
        raise DocumentError(f"{path}: {by!r} doesn't name a clinician; give first and last name.")
    if any(unicodedata.category(sign) in CONTROLS for sign in by.strip()):
        raise DocumentError(f"{path}: {by!r} holds a line break or another control sign; give the name on one line.")
    if due <= on:
        raise DocumentError(f"{path}: the signature would end on {due}, not after {on}; give a later day.")
    card = load_document(path, Card)
    text = path.read_text(encoding="utf-8")
    signed, found = REVIEW_FIELD.subn(lambda _: _review(card, by, on, due), text, count=1)
    if not found:
        raise DocumentError(f"{path}: field `review`: not at the start of a line; write `review:` there.")
    path.write_text(signed, encoding="utf-8")
    return load_document(path, Card)


def _review(card: Card, by: str, on: dt.date, due: dt.date) -> str:
    # A JSON string is a YAML string whatever the name holds.
    return (
        f"review:\n  status: signed\n  signed_by: {json.dumps(by.strip(), ensure_ascii=False)}\n"
        f"  signed_on: {on}\n  due_on: {due}\n  text_hash: {card.text_hash!r}\n"
    )
