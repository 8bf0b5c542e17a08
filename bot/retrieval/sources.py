"""The list of everything that a card may cite."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import Field, validator

from bot.documents import NoBlanks, load_document
from bot.types import Source


class Reference(NoBlanks):
    """One citable source. `title` is what the patient sees; `read_on` is the day somebody last opened `url`."""

    id: str = Field(..., regex=r"^[a-z][a-z0-9_]*$")
    title: str
    kind: Literal["source_document", "authority", "study"]
    url: str | None = Field(None, regex=r"^https?://\S+$")
    publisher: str | None = None
    read_on: dt.date | None = None

    @property
    def shown(self) -> Source:
        publisher = f" ({self.publisher})" if self.publisher else ""
        return Source(title=f"{self.title}{publisher}", url=self.url)


class References(NoBlanks):
    sources: list[Reference]

    @validator("sources")
    def _each_once(cls, value: list[Reference]) -> list[Reference]:
        ids = [source.id for source in value]
        twice = sorted({id for id in ids if ids.count(id) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands here twice; keep one of each")
        return value


def load_sources(path: Path) -> dict[str, Reference]:
    """`sources.yml` by id. Raises DocumentError that names file, field and mend."""
    return {source.id: source for source in load_document(path, References).sources}
