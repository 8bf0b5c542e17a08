"""Where the stretches of a message stand in it, so that each is read among the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from rasa.shared.nlu.training_data.message import Message

from bot.encoder.sentence import Place
from bot.nlu.clauses import Clause
from bot.nlu.question_splitter import CLAUSES, STRETCH, joined
from bot.nlu.spelling_corrector import corrected


def places_in(whole: Message, stretches: Sequence[Message]) -> list[Place | None]:
    """Of each stretch begin and end in the text of the whole as it is read. None where it isn't found: its spelling, or
    the treatment's name, was mended otherwise alone. What is said twice stands where it is said first.
    """
    mended = {stretch.get(STRETCH): corrected(stretch) for stretch in stretches}
    places: dict[str, Place] = {}
    for stretch, place in _places(corrected(whole), whole.get(CLAUSES) or (), mended):
        places.setdefault(stretch, place)
    return [places.get(stretch.get(STRETCH)) for stretch in stretches]


def _places(text: str, clauses: Sequence[Clause], mended: Mapping[str, str]) -> Iterator[tuple[str, Place]]:
    """Of clauses, of their pieces and of neighbours, as far as they are found; each is looked for behind the last."""
    found: list[Place | None] = []
    behind = 0
    for clause in clauses:
        place = _find(text, mended[clause.text], behind, len(text))
        found.append(place)
        if place is None:
            continue
        yield clause.text, place
        start, behind = place
        for piece in clause.pieces:
            if within := _find(text, mended[piece], start, behind):
                yield piece, within
                start = within[1]
    for (one, first), (other, second) in pairwise(zip(clauses, found, strict=True)):
        if first and second:
            yield joined(one.text, other.text), (first[0], second[1])


def _find(text: str, stretch: str, start: int, end: int) -> Place | None:
    """Whole words only: no "pain" in "painkillers"."""
    before, after = (r"(?<!\w)" if stretch[:1].isalnum() else ""), (r"(?!\w)" if stretch[-1:].isalnum() else "")
    match = re.compile(f"{before}{re.escape(stretch)}{after}").search(text, start, end)
    return match.span() if match else None
