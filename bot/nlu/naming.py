"""What every message here is about may be named or not: "is mesotherapy safe" asks the same as "is it safe"."""

from __future__ import annotations

import re

IT = "it"
_NAME = re.compile(
    r"\b(?:(?:the|this|a|your)\s+)?(?:m[ei][sz]+o\s?-?\s?t[eh]+rap(?:y|ie|ies|ia|i)|meso)"
    r"(?:\s+(?:treatments?|procedures?|therapy))?\b(?!\s*-)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")


def unnamed(text: str) -> str:
    """The message with "it" for mesotherapy. A message that only names it stays as it is.

    Whoever asks what mesotherapy is names it, most others don't; left in, the name alone drew every short question
    ("mesotherapy cost") there.
    """
    found = _NAME.sub(IT, text)
    return found if any(word.lower() != IT for word in _WORD.findall(found)) else text
