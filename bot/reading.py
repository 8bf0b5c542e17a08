"""How hard a text is to read."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

NAMES_FOR_GRADING = ("mesotherapy", "MesoGuide", "lidocaine")
"""Names that a text can't do without; a reader meets them as one short word, so the grade counts them as one."""

SYLLABLE_MARGIN = 2.0
"""The hyphenation rules that count syllables here miss some: on these cards they came out 0.8 grades lower than the CMU
pronouncing dictionary on average, 2.1 at most. The margin errs on the strict side."""

_MARKS = re.compile(r"\[([^]]*)\]\([^)]*\)|\{\w+\}|\*\*")
_NAMES = re.compile(rf"\b({'|'.join(NAMES_FOR_GRADING)})\b", re.IGNORECASE)


def plain(text: str) -> str:
    """`text` as it is read aloud: without Markdown signs and placeholders, and with the excepted names made short."""
    return _NAMES.sub("name", _MARKS.sub(r"\1", text))


def grade(text: str) -> float:
    """Flesch-Kincaid school grade of a text, rather too high than too low (6 means the sixth year of a US school)."""
    return float(_meter().flesch_kincaid_grade(plain(text))) + SYLLABLE_MARGIN


def words_per_sentence(text: str) -> float:
    """Mean length of the sentences; a heading counts with the sentence that it opens."""
    return float(_meter().words_per_sentence(plain(text)))


@cache
def _meter() -> Any:
    """With the underscored "en_US", textstat would download a dictionary; the hyphen keeps it to what is installed."""
    # Imported here: it loads nltk, which takes seconds that a program which grades nothing can spare.
    from textstat.textstat import textstatistics  # type: ignore[import-untyped]  # ships no types

    meter = textstatistics()
    meter.set_lang("en-US")
    return meter
