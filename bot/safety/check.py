"""The red-flag check: reads one message, with the few before it, and says whether it needs a person now.

Exact signs (`knowledge/safety`) always judge; a learnt second opinion, where there is one, judges with them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path

from bot.safety.guards import GROUPS, Guards
from bot.safety.matching import Hits, Place, find_places
from bot.safety.normalise import Text
from bot.safety.opinion import RANK, SecondOpinion
from bot.safety.reading import Reader, join, load_reader
from bot.safety.shape import GROWN_UP, YOUNG_AGE
from bot.safety.signs import Sign, load_signs
from bot.safety.times import GROUPS as TIME_GROUPS
from bot.safety.weighing import Ruled, weigh
from bot.types import Flag
from bot.vocabulary import Level

logger = logging.getLogger(__name__)

EARLIER_MESSAGES = 3
GLUED = re.compile(r"[^\W\d_]{21,}")
"""Several words without spaces, most likely: the signs are found in them, but no encoder reads them."""
ABOUT_AGE = frozenset(
    {"adult", "adults", "age", "aged", "ages", "old", "older", "teen", "underage", "young", "younger"}
)
"""Beside one of these a message that is nothing but a number may tell an age. Elsewhere it counts something else."""
SLACK = 6
"""Words by which a sign may be stretched when it comes in several messages."""


class SafetyCheck:
    """Ready to assess messages; holds no state between them, so threads may share it."""

    def __init__(self, reader: Reader, signs: Sequence[Sign], opinion: SecondOpinion | None = None) -> None:
        self._reader = reader
        self._signs = tuple(signs)
        self._opinion = opinion
        self.plain: SafetyCheck = self if opinion is None else SafetyCheck(reader, signs)
        """The plain signs alone, for the bot's own words on buttons: what they are like says nothing of a patient."""

    @property
    def titles(self) -> dict[str, str]:
        """What each code stands for, in words for staff."""
        return {sign.code: sign.title for sign in self._signs}

    def assess(self, text: str, earlier: Sequence[str] = (), asked: str = "") -> Flag | None:
        """The most serious red flag of `text`, or None. Never raises.

        `earlier` holds the patient's last messages, oldest first. They may complete a sign of which `text` says a
        part, but never fire by themselves. `asked` is what was said to them last: whether a number is an age depends
        on it. Between two levels the higher wins (emergency, crisis, urgent, minor).
        """
        if self._opinion is not None and GLUED.search(text) and (flag := self.plain.assess(text, earlier)) is not None:
            return flag
        words = self._reader.read(text)
        if self._is_number_alone(words, [asked, *earlier]):
            # It is like what children answer, but only the rules can tell whether it does.
            return self.plain.assess(text, earlier)
        alone = self._weigh(words, self._judge(words, new_from=0))
        if not earlier or not words.words or (alone is not None and alone.level is Level.EMERGENCY):
            return alone
        joined = self._assess_joined(words, earlier[-EARLIER_MESSAGES:])
        if joined is None or (alone is not None and RANK[alone.level] <= RANK[joined.level]):
            return alone
        return joined

    def words(self, text: str) -> tuple[str, ...]:
        """The plain words of `text`, with mended spelling, as rules and opinion read them."""
        return self._reader.read(text).words

    def _is_number_alone(self, words: Text, beside: Sequence[str]) -> bool:
        """Whether a message holds nothing but figures, and nothing `beside` it is about an age."""
        if self._opinion is None or not words.words or not all(word[0].isdigit() for word in words.words):
            return False
        return all(ABOUT_AGE.isdisjoint(self.words(text)) for text in beside)

    def _assess_joined(self, words: Text, earlier: Sequence[str]) -> Flag | None:
        """What only the messages together say: a sign that neither the newest nor the ones before it hold alone."""
        before = self._reader.read("\n".join(earlier))
        ruled = self._judge(join(before, words), new_from=len(before.words))
        known = self._judge(before, new_from=0)
        if ruled.flag is not None and known.flag is not None and set(ruled.flag.codes) <= set(known.flag.codes):
            ruled = Ruled(is_grown=ruled.is_grown)
        if ruled.flag is None and (self._opinion is None or known.flag is not None):
            return None
        if self._opinion is not None and self._weigh(before, known) is not None:
            return ruled.flag
        return self._weigh(join(before, words), ruled, together=True)

    def _weigh(self, words: Text, ruled: Ruled, *, together: bool = False) -> Flag | None:
        """What rules and second opinion come to together; the rules alone where there is no second opinion.

        Of a single word the second opinion knows too little: "throat?" and "bleeding" are topics as well. A number is
        none, where ages are spoken of.
        """
        is_topic = len(words.words) == 1 and not words.words[0][0].isdigit()
        if self._opinion is None or not words.words or is_topic:
            return ruled.flag
        try:
            return weigh(self._opinion, words, ruled, together=together)
        except Exception:
            # Whatever is wrong with the encoder, the plain signs still count.
            logger.exception("The second opinion failed; the rules alone decide.")
            return ruled.flag

    def _judge(self, text: Text, *, new_from: int) -> Ruled:
        hits = self._reader.find(text)
        guards = Guards(text, hits)
        stands = [(sign, place) for sign in self._signs if (place := _stands(sign, hits, guards, new_from))]
        is_grown = GROWN_UP in hits and YOUNG_AGE not in hits
        return Ruled(_flag(stands, text) if stands else None, tuple(place for _, place in stands), is_grown)


def load_safety(knowledge_dir: Path, opinion: SecondOpinion | None = None) -> SafetyCheck:
    """Read words and signs from `knowledge_dir`/safety. Raises DocumentError that names file, field and mend."""
    folder = knowledge_dir / "safety"
    reader, groups = load_reader(folder / "words", GROUPS)
    return SafetyCheck(reader, load_signs(folder / "signs", groups | TIME_GROUPS), opinion)


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
