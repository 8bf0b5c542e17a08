"""The product's Python files, read as syntax trees."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.settings import ROOT

OWN = {"bot", "actions", "tests"}


class Import(NamedTuple):
    """One import, wherever it stands in a file: inside a function and under TYPE_CHECKING too."""

    path: str
    line: int
    name: str

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]


@cache
def files() -> dict[str, ast.Module]:
    """Every module of the product by its path below the root."""
    found = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").rglob("*.py")])
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in found}


def imports() -> Iterator[Import]:
    for path, tree in files().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (Import(path, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                start = "." * node.level + (node.module or "")
                yield from (Import(path, node.lineno, f"{start}.{alias.name}") for alias in node.names)


def room_of(path_or_name: str) -> str:
    """`bot/store/log.py` and `bot.store.log` are in the room `store`; everything in `actions` is one room."""
    parts = path_or_name.removesuffix(".py").replace("/", ".").split(".")
    return parts[1] if parts[0] == "bot" and len(parts) > 1 else parts[0]


def is_foreign(name: str) -> bool:
    package = name.partition(".")[0]
    return package not in sys.stdlib_module_names and package not in OWN


def lines_of(path: str) -> int:
    return len((ROOT / Path(path)).read_text(encoding="utf-8").splitlines())
