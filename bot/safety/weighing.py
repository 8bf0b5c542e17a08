"""What the exact signs and the second opinion come to together, for the words of one or several messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.safety.ages import says_grown
from bot.safety.clues import level_of
from bot.safety.matching import Place
from bot.safety.normalise import Text
from bot.safety.opinion import RANK, Opinion, SecondOpinion, is_long
from bot.types import Flag
from bot.vocabulary import Level

HARDLY_QUIET = 0.1
"""A part of a message that is at most so likely quiet speaks for the whole, however much else is said."""
ENDLESS_WORDS = 1000
"""Of more words than any stored message has, the sentences aren't read one by one: that would take a minute."""
BESIDE = 2
"""Words on each side of a sign that are read with it."""
WITH_CHILD = frozenset({"breastfeeding", "pregnant", "trimester", "trimesters"})
"""Words of grown women. Whether one is under age then, only a rule can tell."""
ABOUT_US = frozenset({"assistant", "bot", "chatbot", "data", "erase", "gdpr", "robot", "transcript", "wipe"})
"""Who writes that they don't want these any more means just that, unless a rule finds more in it."""

Words = Sequence[str]


@dataclass(frozen=True)
class Ruled:
    """What the exact signs say, and the places in the text where they stand."""

    flag: Flag
    places: tuple[Place, ...]


def weigh(opinion: SecondOpinion, text: Text, ruled: Ruled | None, *, together: bool = False) -> Flag | None:
    """The flag that both come to, or None. `together` asks for more: the words stem from several messages."""
    flag = ruled.flag if ruled else None
    found = opinion.judge(text.words, flag)
    level = opinion.level(found, together=together)
    if level is not None:
        return None if flag is None and _is_harmless(level, text.words) else _combine(level, found, flag)
    if ruled is not None:
        return flag if _is_kept(opinion, found, text, ruled) else None
    return None if together else _in_one_sentence(opinion, text)


def _is_harmless(level: Level, words: Words) -> bool:
    """Whether these words speak against a level that only the second opinion finds."""
    if level is Level.MINOR:
        return not WITH_CHILD.isdisjoint(words) or says_grown(words)
    return level is Level.CRISIS and not ABOUT_US.isdisjoint(words)


def _is_kept(opinion: SecondOpinion, found: Opinion, text: Text, ruled: Ruled) -> bool:
    """Whether a sign holds although no sign is the likeliest: the whole isn't surely quiet, or a part of it isn't.

    A question about the price beside it makes a message read quiet; the words around the sign alone don't. Words about
    wanting to die always hold.
    """
    if ruled.flag.level is Level.CRISIS or not opinion.overrules(found, ruled.flag):
        return True
    near = [text.words[max(0, place.start - BESIDE) : place.end + BESIDE] for place in ruled.places]
    sentences = _sentences(text) if len(text.words) <= ENDLESS_WORDS else []
    parts = [part for part in (*sentences, *near) if len(part) < len(text.words)]
    return any(one.quiet <= HARDLY_QUIET for one in opinion.each(parts, ruled.flag))


def _in_one_sentence(opinion: SecondOpinion, text: Text) -> Flag | None:
    """What one of several sentences says by itself, if that is hardly quiet. Long messages are read in parts anyway."""
    sentences = _sentences(text)
    if len(sentences) < 2 or is_long(text.words):
        return None
    loudest = min(opinion.each(sentences, None), key=lambda one: one.quiet)
    level = opinion.level(loudest)
    if level is None or loudest.quiet > HARDLY_QUIET or _is_harmless(level, text.words):
        return None
    return _combine(level, loudest, None)


def _sentences(text: Text) -> list[Words]:
    groups = (list(group) for _, group in groupby(range(len(text.words)), key=text.sentences.__getitem__))
    return [text.words[at[0] : at[-1] + 1] for at in groups]


def _combine(level: Level, opinion: Opinion, ruled: Flag | None) -> Flag:
    """The flag of that level: with the rule's codes and words where the rule found it, else with the likeliest code."""
    if ruled is not None and RANK[ruled.level] <= RANK[level]:
        return ruled
    code = max((code for code in opinion.shares if level_of(code) is level), key=lambda code: opinion.shares[code])
    codes = dict.fromkeys((code, *(ruled.codes if ruled else ())))
    return Flag(level, tuple(codes), ruled.words if ruled else (), f"{code}: reads like messages that carry this sign")
