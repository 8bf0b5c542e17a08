"""Whether a writer says that they are grown: "I'm 18", "turned 45 in May", "34 yo"."""

from __future__ import annotations

from collections.abc import Sequence

ADULT = 18
OLDEST = 110
YOUNGEST_ASKING = 9
BEFORE = frozenset({"age", "aged", "am", "im", "turned", "now"})
"""Words that make the number after them an age."""
AFTER = frozenset({"yo", "yr", "yrs", "year", "years"})
"""Words that make the number before them an age, when "old" follows or they are the end."""
OLD = frozenset({"old", "of"})
NOT_YET = frozenset({"next", "soon", "until", "till", "til", "almost", "nearly", "when", "before", "not", "turning"})
"""Beside one of these, eighteen is still to come."""


def says_grown(words: Sequence[str]) -> bool:
    """Whether an age of 18 or more is said in `words`, and no number that could be the age of somebody younger."""
    numbers = {at: int(word) for at, word in enumerate(words) if word.isascii() and word.isdigit()}
    if any(YOUNGEST_ASKING <= number < ADULT for number in numbers.values()):
        return False
    ages = [number for at, number in numbers.items() if ADULT <= number < OLDEST and _is_age(words, at)]
    return bool(ages) and (max(ages) > ADULT or NOT_YET.isdisjoint(words))


def _is_age(words: Sequence[str], at: int) -> bool:
    before, after = words[max(0, at - 1) : at], words[at + 1 : at + 3]
    follows = bool(after) and after[0] in AFTER and (after[0] == "yo" or len(after) < 2 or after[1] in OLD)
    return not BEFORE.isdisjoint(before) or follows
