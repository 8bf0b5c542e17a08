"""Reads JSON that may have any shape: what isn't as it should be counts as empty, and nothing is ever raised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ID = re.compile(r"[!-~]{1,512}")
LONE = re.compile(r"[\ud800-\udfff]")
"""Halves of characters: JSON can carry them, a database can't."""


def as_object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> list[Mapping[str, Any]]:
    """Those members of a list that are objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def as_text(value: object) -> str:
    """What somebody typed, as it is, but for what isn't a character."""
    return LONE.sub("\ufffd", value).replace("\0", "\ufffd") if isinstance(value, str) else ""


def as_id(value: object) -> str:
    """An id of Meta's: printable ASCII. Numbers count too, as some of its documents have them."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and ID.fullmatch(value) else ""
