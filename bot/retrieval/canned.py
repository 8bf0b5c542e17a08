"""The replies that staff keep ready: the first ones, and what any of them has to be like."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import Field

from bot.documents import NoBlanks, load_document
from bot.errors import DocumentError
from bot.retrieval import placeholders

STAFF_NAME = "staff_name"
"""Filled with the name of whoever writes."""
LONGEST_TITLE, LONGEST_TEXT = 60, 2000


class Shipped(NoBlanks):
    title: str
    text: str


class ShippedReplies(NoBlanks):
    replies: list[Shipped] = Field(..., min_items=1)


def canned_problems(title: str, text: str, names: Collection[str]) -> dict[str, str]:
    """What is wrong with a reply: a sentence for `title` and for `text`. `names` are the clinic's placeholders."""
    wrong = {}
    for name, value, longest in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_TEXT)):
        if not value.strip():
            wrong[name] = f"Write a {name}."
        elif len(value) > longest:
            wrong[name] = f"That is {len(value)} characters; {longest} is the most."
    for problem in placeholders.problems({"text": text}, {*names, STAFF_NAME}):
        found = problem.removeprefix("field `text`: ")
        wrong.setdefault("text", f"{found[0].upper()}{found[1:]}.")
    return wrong


def load_canned(knowledge_dir: Path, names: Collection[str]) -> list[tuple[str, str]]:
    """Titles and texts of `canned.yml`. Raises DocumentError with one sentence for each thing wrong."""
    path = knowledge_dir / "canned.yml"
    found = load_document(path, ShippedReplies).replies
    wrong = [
        f"{path}: reply {one.title!r}: {problem}"
        for one in found
        for problem in canned_problems(one.title, one.text, names).values()
    ]
    if wrong:
        raise DocumentError("\n".join(wrong))
    return [(one.title, one.text) for one in found]
