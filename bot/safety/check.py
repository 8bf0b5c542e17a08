"""The red-flag check: reads one message, with the few before it, and says whether it needs a person now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.safety.guards import GROUPS, Guards
from bot.safety.matching import Hits, Place, find_places
from bot.safety.normalise import Text
from bot.safety.reading import Reader, join, load_reader
from bot.safety.signs import Sign, load_signs
from bot.safety.times import GROUPS as TIME_GROUPS
from bot.types import Flag
from bot.vocabulary import Level

RANK = {Level.EMERGENCY: 0, Level.CRISIS: 1, Level.URGENT: 2, Level.MINOR: 3}
EARLIER_MESSAGES = 3
SLACK = 6
"""Words by which a sign may be stretched when it comes in several messages."""


class SafetyCheck:
    """Ready to assess messages; holds no state between them, so threads may share it."""

    def __init__(self, reader: Reader, signs: Sequence[Sign]) -> None:
        self._reader = reader
        self._signs = tuple(signs)

    def assess(self, text: str, earlier: Sequence[str] = ()) -> Flag | None:
        """The most serious red flag of `text`, or None. Never raises.

        `earlier` holds the patient's last messages, oldest first. They may complete a sign of which `text` says a
        part, but never fire by themselves. Between two levels the higher wins (emergency, crisis, urgent, minor).
        """
        words = self._reader.read(text)
        alone = self._judge(words, new_from=0)
        if not earlier or (alone is not None and alone.level is Level.EMERGENCY):
            return alone
        before = self._reader.read("\n".join(earlier[-EARLIER_MESSAGES:]))
        joined = self._judge(join(before, words), new_from=len(before.words))
        if joined is None or (alone is not None and RANK[alone.level] <= RANK[joined.level]):
            return alone
        known = self._judge(before, new_from=0)
        return alone if known is not None and set(joined.codes) <= set(known.codes) else joined

    def _judge(self, text: Text, *, new_from: int) -> Flag | None:
        hits = self._reader.find(text)
        guards = Guards(text, hits)
        stands = [(sign, place) for sign in self._signs if (place := _stands(sign, hits, guards, new_from))]
        return _flag(stands, text) if stands else None


def load_safety(knowledge_dir: Path) -> SafetyCheck:
    """Read words and signs from `knowledge_dir`/safety. Raises DocumentError that names file, field and mend."""
    folder = knowledge_dir / "safety"
    reader, groups = load_reader(folder / "words", GROUPS)
    return SafetyCheck(reader, load_signs(folder / "signs", groups | TIME_GROUPS))


def _stands(sign: Sign, hits: Hits, guards: Guards, new_from: int) -> Place | None:
    """The first place where the sign fits, that the newest message completes and no guard excuses."""
    slack = SLACK if new_from else 0
    for place in find_places(sign, hits, slack):
        if _is_new(place, sign, new_from, hits) and not guards.excuse(place, sign.guards):
            return place
    return None


def _is_new(place: Place, sign: Sign, new_from: int, hits: Hits) -> bool:
    """Whether the newest message says a part of the place, or all that the sign wants beside it."""
    if place.end > new_from:
        return True
    beside = ([hit for name in term for hit in hits.get(name, ())] for term in sign.beside)
    return any(all(hit.start >= new_from for hit in found) for found in beside)


def _flag(stands: Sequence[tuple[Sign, Place]], text: Text) -> Flag:
    first = min(stands, key=lambda found: RANK[found[0].level])[0]
    codes = sorted({sign.code for sign, _ in stands}, key=lambda code: (code != first.code, code))
    words = dict.fromkeys(
        " ".join(text.words[hit.start : hit.end]) for _, place in stands for hit in sorted(place.hits)
    )
    return Flag(level=first.level, codes=tuple(codes), words=tuple(words), reason=f"{first.code}: {first.title}")
