"""Read YAML files into validated models; say file, field and mend when something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, Extra, ValidationError

from bot.errors import DocumentError

Model = TypeVar("Model", bound=BaseModel)

MENDS = {
    "value_error.missing": "add it",
    "value_error.extra": "remove it, or correct its spelling",
    "type_error.enum": "use one of the listed values",
    "type_error.none.not_allowed": "give it a value",
    "type_error.list": "write it as a list, each item on its own line after a dash",
    "type_error.dict": "write it as `name: value` lines",
}


class Strict(BaseModel):
    """A part of a document: nothing unknown in it, and not changed once it is read."""

    class Config:
        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = True


class NoBlanks(Strict):
    """A part in which no text may be left empty."""

    class Config:
        min_anystr_length = 1


def load_yaml(path: Path) -> Any:
    """The content of one YAML file. Raises DocumentError with file, line and mend."""
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.safe_load(file)
    except FileNotFoundError:
        raise DocumentError(f"{path}: the file doesn't exist; create it or correct the path.") from None
    except UnicodeDecodeError:
        raise DocumentError(f"{path}: the file isn't UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise DocumentError(
            f"{path}: the file can't be read ({error.strerror}); correct the path or its rights."
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "the file"
        problem = getattr(error, "problem", None) or "not YAML"
        raise DocumentError(
            f"{path}: {where}: {problem}; check the indentation and put text that holds ': ' in quotes."
        ) from None
    except ValueError as error:
        # A day or time that no calendar has, as YAML reads 2026-02-30.
        raise DocumentError(f"{path}: a date is wrong ({error}); write it like 2026-11-01.") from None


def load_document(path: Path, model: type[Model]) -> Model:
    """One YAML file as `model`. Raises DocumentError that names file, field and mend for every problem at once."""
    data = load_yaml(path)
    if not isinstance(data, dict):
        raise DocumentError(f"{path}: the file must hold `name: value` lines; compare it with its neighbours.")
    try:
        return model(**data)
    except ValidationError as error:
        raise DocumentError("\n".join(_sentences(path, error))) from None
    except TypeError:
        raise DocumentError(f"{path}: every field name must be a word; put quotes around numbers.") from None


def _sentences(path: Path, error: ValidationError) -> list[str]:
    return [f"{path}: field `{_field(problem['loc'])}`: {_mend(problem)}." for problem in error.errors()]


def _field(location: tuple[int | str, ...]) -> str:
    """`sources[0].title` from pydantic's ("sources", 0, "title")."""
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location if part != "__root__")
    return name.lstrip(".") or "(whole file)"


def _mend(problem: Any) -> str:
    message = str(problem["msg"]).rstrip(".")
    mend = MENDS.get(problem["type"])
    return f"{message}; {mend}" if mend else message
