"""Find the places in a message where all terms of a sign come close together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.safety.phrases import Hit
from bot.safety.signs import Sign

MOST_PLACES = 200
"""Places tried for one sign: enough for any honest message, and a limit for a flood of words."""
LONGEST = 8
"""Words of the longest phrase that a term may match."""

Hits = Mapping[str, Sequence[Hit]]


@dataclass(frozen=True)
class Place:
    """One way in which a sign fits: a hit for each term."""

    hits: tuple[Hit, ...]

    @property
    def start(self) -> int:
        return min(hit.start for hit in self.hits)

    @property
    def end(self) -> int:
        return max(hit.end for hit in self.hits)

    def covers(self, at: int) -> bool:
        return any(hit.start <= at < hit.end for hit in self.hits)


def find_places(sign: Sign, hits: Hits, slack: int = 0) -> Iterator[Place]:
    """Places where the sign fits, its window made wider by `slack` words, in reading order.

    The context (`beside`, `never`, `unless`, `without`) is already considered.
    """
    names = hits.keys()
    if any(names.isdisjoint(term) for term in (*sign.terms, *sign.beside)) or not names.isdisjoint(sign.never):
        return
    choices = [sorted(hit for name in term for hit in hits.get(name, ())) for term in sign.terms]
    found = 0
    for first in choices[0]:
        for rest in _extend((first,), choices[1:], sign.window + slack, sign.in_order):
            place = Place(rest)
            if not _is_excused(place, sign, hits):
                yield place
                found += 1
                if found >= MOST_PLACES:
                    return


def _extend(
    chosen: tuple[Hit, ...], choices: list[list[Hit]], window: int, in_order: bool
) -> Iterator[tuple[Hit, ...]]:
    if not choices:
        yield chosen
        return
    earliest = chosen[-1].end if in_order else max(hit.end for hit in chosen) - window - LONGEST
    hits = choices[0]
    for at in range(bisect_left(hits, Hit(earliest, 0, "")), len(hits)):
        hit = hits[at]
        if hit.start - min(other.start for other in chosen) > window + LONGEST:
            return
        if all(_gap(hit, other) <= window and not _overlap(hit, other) for other in chosen):
            yield from _extend((*chosen, hit), choices[1:], window, in_order)


def _gap(a: Hit, b: Hit) -> int:
    """Words between the two."""
    return max(a.start, b.start) - min(a.end, b.end)


def _overlap(a: Hit, b: Hit) -> bool:
    return a.start < b.end and b.start < a.end


def _is_excused(place: Place, sign: Sign, hits: Hits) -> bool:
    """`unless`: within the window of the place. `without`: on the very words of the place. `within`: around them."""
    around = hits.get(sign.within, ()) if sign.within else ()
    if sign.within and not any(hit.start <= place.start and place.end <= hit.end for hit in around):
        return True
    if any(_overlap(hit, own) for name in sign.without for hit in hits.get(name, ()) for own in place.hits):
        return True
    return any(
        hit.end > place.start - sign.window and hit.start < place.end + sign.window
        for name in sign.unless
        for hit in hits.get(name, ())
    )
