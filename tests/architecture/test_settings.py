"""Every setting is explained in `.env.example`, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.settings import ROOT, Settings

PREFIX = "MESOGUIDE_"
NAME = re.compile(rf"\b{PREFIX}[A-Z][A-Z_]*\b")
EXAMPLE = ROOT / ".env.example"
NOT_FOR_CLINICS = {"MESOGUIDE_TEST_URL"}


def explained() -> set[str]:
    """Variables that have a line of their own."""
    return set(re.findall(rf"^#?\s*({PREFIX}[A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))


def product_files() -> Iterator[Path]:
    for folder in ("bot", "actions", "deploy"):
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".sh", ".in"})
    yield ROOT / "Makefile"


def named_in_the_product() -> set[str]:
    return {name for path in product_files() for name in NAME.findall(path.read_text(encoding="utf-8"))}


def fields() -> set[str]:
    return {PREFIX + name.upper() for name in Settings.__fields__}


def test_every_setting_is_explained() -> None:
    assert fields() - explained() == set()


def test_every_variable_that_the_product_reads_is_explained() -> None:
    assert named_in_the_product() - explained() - NOT_FOR_CLINICS == set()


def test_nothing_is_explained_that_does_not_exist() -> None:
    assert explained() - fields() - named_in_the_product() == set()


def test_each_explained_variable_has_words_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    first_of_block = [
        place for place, line in enumerate(lines) if NAME.match(line.lstrip("# ")) and "=" in line and place > 0
    ]
    bare = [lines[place] for place in first_of_block if not lines[place - 1].strip().startswith("#")]
    assert bare == []
