"""What cards and replies have in common: strict fields, titles, and reading a whole folder of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import ConstrainedStr

from bot.documents import NoBlanks, load_document
from bot.errors import DocumentError
from bot.retrieval import placeholders


class Title(ConstrainedStr):
    """Short words for a button. Shown as they stand, so no placeholder fits in."""

    max_length = 40

    @classmethod
    def validate(cls, value: str) -> str:
        if "{" in value or "}" in value:
            raise ValueError("a title is shown as it stands; write it without curly brackets")
        return super().validate(value)


class Text(NoBlanks):
    """A document that patients read."""

    @property
    @abstractmethod
    def texts(self) -> dict[str, str]:
        """Every field that a patient reads, by its name in the file."""


Model = TypeVar("Model", bound=Text)
Check = Callable[[Path, Model], Iterable[str]]
"""Says what is wrong with one file beyond its own fields: "field `…`: what; mend", without a full stop."""


def load_folder(
    folder: Path, model: type[Model], check: Check[Model], names: Collection[str]
) -> tuple[dict[Path, Model], list[str]]:
    """Every YAML file below `folder` that can be read as `model`, and one sentence for each thing wrong in any file."""
    found: dict[Path, Model] = {}
    wrong: list[str] = []
    for path in sorted([*folder.glob("**/*.yml"), *folder.glob("**/*.yaml")]):
        try:
            text = found[path] = load_document(path, model)
        except DocumentError as error:
            wrong.append(str(error))
            continue
        if path.suffix != ".yml":
            wrong.append(f"{path}: the file's name must end in .yml; rename it.")
        wrong += [f"{path}: {problem}." for problem in check(path, text)]
        wrong += [f"{path}: {problem}." for problem in placeholders.problems(text.texts, names)]
    return found, wrong
