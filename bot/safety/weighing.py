"""What the exact signs and the second opinion come to together, for the words of one or several messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.safety.matching import Place
from bot.safety.normalise import Text
from bot.safety.opinion import RANK, Opinion, SecondOpinion
from bot.safety.signs import LEVELS
from bot.types import Flag
from bot.vocabulary import Level

HARDLY_QUIET = 0.001
"""A part of a message that is at most so likely quiet speaks for the whole, however much else is said."""
MOST_SENTENCES = 60
"""Of more, none is read by itself, which would take seconds; the message is read in parts all the same."""
QUIET_BESIDE = 0.02
"""The same, for the words right around a sign: they hold little that could quiet it."""
BESIDE = 2
"""Words on each side of a sign that are read with it."""
WITH_CHILD = frozenset({"breastfeeding", "pregnant", "trimester", "trimesters"})
"""Words of grown women. Whether one is under age then, only a rule can tell."""
DOUBTLESS = 0.45
"""A message that is at most so likely quiet is about wanting to die even if it holds one of the next words."""
ABOUT_US = frozenset({"assistant", "bot", "chatbot", "data", "erase", "gdpr", "robot", "transcript", "wipe"})
"""Who writes that they don't want these any more means just that, unless a rule finds more in it."""

Words = Sequence[str]


@dataclass(frozen=True)
class Ruled:
    """What the rules say: the flag of the exact signs and the places where these stand, if any does; and whether the
    writer tells a grown-up's age and no other that could be a patient's."""

    flag: Flag | None = None
    places: tuple[Place, ...] = ()
    is_grown: bool = False


def weigh(opinion: SecondOpinion, text: Text, ruled: Ruled, *, together: bool = False) -> Flag | None:
    """The flag that both come to, or None. `together` asks for more: the words stem from several messages."""
    found = opinion.judge(text.words, ruled.flag)
    level = opinion.level(found, together=together)
    if ruled.flag is not None:
        return _beside_signs(opinion, found, level, text, ruled, ruled.flag)
    if level is None and not together:
        level, found = _in_one_sentence(opinion, text, ruled, found)
    if level is not None and _is_harmless(level, found, text.words, ruled):
        # What else it may be still counts.
        level = opinion.level(found, together=together, without=level)
    return None if level is None or _is_harmless(level, found, text.words, ruled) else _flag(level, found)


def _beside_signs(
    opinion: SecondOpinion, found: Opinion, level: Level | None, text: Text, ruled: Ruled, flag: Flag
) -> Flag | None:
    """The higher of both levels; the exact signs' own where they hold although none is likely enough."""
    if level is None:
        return flag if _is_kept(opinion, found, text, ruled, flag) else None
    if RANK[flag.level] <= RANK[level]:
        return flag
    likeliest = _flag(level, found)
    return replace(likeliest, codes=tuple(dict.fromkeys((*likeliest.codes, *flag.codes))), words=flag.words)


def _is_harmless(level: Level, found: Opinion, words: Words, ruled: Ruled) -> bool:
    """Whether something in a message speaks against a level that only the second opinion finds."""
    if level is Level.MINOR:
        return ruled.is_grown or not WITH_CHILD.isdisjoint(words)
    return level is Level.CRISIS and found.quiet > DOUBTLESS and not ABOUT_US.isdisjoint(words)


def _is_kept(opinion: SecondOpinion, found: Opinion, text: Text, ruled: Ruled, flag: Flag) -> bool:
    """Whether a sign holds although none is likely enough: the whole isn't surely quiet, or a part of it isn't.

    A question about the price beside it makes a message read quiet; the words around the sign alone don't. Words about
    wanting to die always hold.
    """
    if flag.level is Level.CRISIS or not opinion.overrules(found, flag):
        return True
    near = [text.words[max(0, place.start - BESIDE) : place.end + BESIDE] for place in ruled.places]
    sentences = _sentences(text)
    read = sentences if len(sentences) <= MOST_SENTENCES else []
    bounded = [*((part, HARDLY_QUIET) for part in read), *((part, QUIET_BESIDE) for part in near)]
    judged = opinion.each([part for part, _ in bounded], flag)
    return any(one.quiet <= bound for one, (_, bound) in zip(judged, bounded, strict=True))


def _in_one_sentence(opinion: SecondOpinion, text: Text, ruled: Ruled, whole: Opinion) -> tuple[Level | None, Opinion]:
    """The most serious of what single sentences say by themselves, each of them hardly quiet."""
    sentences = _sentences(text)
    if not 2 <= len(sentences) <= MOST_SENTENCES:
        return None, whole
    hardly_quiet = [one for one in opinion.each(sentences, None) if one.quiet <= HARDLY_QUIET]
    said = [(level, one) for one in hardly_quiet if (level := opinion.level(one)) is not None]
    counted = [(level, one) for level, one in said if not _is_harmless(level, one, text.words, ruled)]
    return min(counted, key=lambda found: RANK[found[0]]) if counted else (None, whole)


def _sentences(text: Text) -> list[Words]:
    groups = (list(group) for _, group in groupby(range(len(text.words)), key=text.sentences.__getitem__))
    return [text.words[at[0] : at[-1] + 1] for at in groups]


def _flag(level: Level, opinion: Opinion) -> Flag:
    """The flag of that level, with its likeliest code."""
    code = max((code for code in opinion.shares if LEVELS[code] is level), key=lambda code: opinion.shares[code])
    return Flag(level, (code,), (), f"{code}: reads like messages that carry this sign")
