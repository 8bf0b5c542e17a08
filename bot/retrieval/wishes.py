"""Plain wishes that are read word for word, where a guess would do harm."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from pathlib import Path

from pydantic import Field

from bot.documents import NoBlanks, load_document

LONGEST = 80
"""Characters of a message that can be nothing but such a wish."""


class Wish(NoBlanks):
    """The ways to say one thing: something polite before and after may be left out, all else must be there."""

    before: list[str] = Field([])
    core: list[str] = Field(..., min_items=1)
    after: list[str] = Field([])

    class Config:
        keep_untouched = (cached_property,)

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        before, core, after = (
            "|".join(re.escape(_plain(words)) for words in part) for part in (self.before, self.core, self.after)
        )
        return re.compile(rf"(?:(?:{before}) )?(?:{core})(?: (?:{after}))?")

    def is_said(self, text: str) -> bool:
        """Whether `text` says this and nothing else."""
        return len(text) <= LONGEST and self._whole.fullmatch(_plain(text)) is not None


def load_wish(knowledge_dir: Path, name: str) -> Wish:
    """`wishes/<name>.yml`. Raises DocumentError with file, field and mend."""
    return load_document(knowledge_dir / "wishes" / f"{name}.yml", Wish)


def _plain(text: str) -> str:
    """Small letters and single spaces; no punctuation but the apostrophe, straightened."""
    straight = unicodedata.normalize("NFKC", text).replace("’", "'").casefold()
    return " ".join(re.sub(r"[^\w' ]+", " ", straight).split())
