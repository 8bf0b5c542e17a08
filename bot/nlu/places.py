"""Where the stretches of a message stand in it, so that each is read among the words around it."""

from __future__ import annotations

from collections.abc import Sequence

from rasa.shared.nlu.training_data.message import Message

from bot.encoder.sentence import Place
from bot.nlu.question_splitter import ENDS, STRETCH
from bot.nlu.spelling_corrector import corrected


def places_in(whole: Message, stretches: Sequence[Message]) -> list[Place | None]:
    """Of each stretch, in their order, begin and end in the text of the whole as it is read; None where it isn't found:
    alone, its spelling may have been mended otherwise.
    """
    text, after = corrected(whole), 0
    found: dict[str, Place | None] = {}
    for stretch in stretches:
        first, _ = stretch.get(ENDS)
        if stretch.get(STRETCH) == first:
            start = text.find(corrected(stretch), after)
            found[first] = (start, start + len(corrected(stretch))) if start >= 0 else None
            after = max(start, after)
    return [_from_to(*(found.get(end) for end in stretch.get(ENDS))) for stretch in stretches]


def _from_to(first: Place | None, last: Place | None) -> Place | None:
    return (first[0], last[1]) if first and last else None
