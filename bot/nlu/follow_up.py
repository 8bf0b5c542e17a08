"""Short messages that only make sense after what the bot said last: "and for hair?", "the second one", "why?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.types import Envelope
from bot.vocabulary import ANYWHERE, AREA_OF_TOPIC, REFUSALS, Kind

ASK_MORE = "ask_more"
TOPIC_PAYLOAD = re.compile(r"/(ask_(?!more\b)[a-z_]+)")

_LEAD = r"(?:(?:and|ok|okay|so|but|hm+|oh|ah|well|now|no|yes|um+|er+)\W+)*"
_WHY = re.compile(
    rf"\W*{_LEAD}(?:why|how come|how so|why not|why so|why(?:['’]?s| is| does| would)? (?:that|this|it)(?: be)?|"
    r"says who|who says(?: so)?|how do you know(?: that)?|are you sure|really|is that (?:true|right|really true)|"
    r"what makes you (?:say|think) (?:that|so)|what do you mean(?: by that)?)\W*",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    rf"\W*{_LEAD}(?:what about |how about )?(?:in general|generally|overall|on the whole|everywhere|anywhere|"
    r"no (?:special|particular) (?:area|place|part))(?: (?:then|please|i mean))?\W*",
    re.IGNORECASE,
)
_PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "other": 1, "third": 2, "3rd": 2, "last": -1}
_PLACE = re.compile(
    rf"\W*{_LEAD}(?:what about|how about|what of|tell me (?:more )?about|(?:more )?(?:about|on)|i meant?|explain|"
    r"what is|what['’]s)?\W*(?:the|your|that)?\s*(?P<place>first|1st|second|2nd|other|third|3rd|last)"
    r"(?: (?:one|question|thing|point|part|answer|bit|option))?(?: (?:please|then|you said|you mentioned))?\W*",
    re.IGNORECASE,
)
_CUE = re.compile(r"\b(and|about|for|on|in|same|too|also|instead|if|then|or|but|with|does that|is it)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w'’]+")
_FILLERS = frozenset(
    _WORD.findall(
        "and what whats about how for on in the my your a an of it its is same does do that this apply to "
        "also too as well then if i get had have done instead just only ok okay so but with around here area "
        "part say or no sorry i'm im meant mean treatment treatments session sessions mesotherapy meso people "
        "would be was will there goes go us me not one ones please thanks now asking asked thing things near "
        "at ask want wanted were different any all"
    )
)


@dataclass(frozen=True)
class Meaning:
    """What a follow-up asks in full: intents in order, all about `area`, or more of the card `card`."""

    intents: tuple[str, ...]
    area: str | None = None
    card: str | None = None


@dataclass(frozen=True)
class Named:
    """An area that a message names, with the characters that name it."""

    area: str
    start: int
    end: int


def meaning(
    text: str, named: Sequence[Named], said: Sequence[Envelope], *, is_after_flag: bool = False
) -> Meaning | None:
    """What `text` asks after the messages `said`, the bot's last turn that was more than small talk; else None.

    `is_after_flag`: a red flag was answered since, and that counts instead of `said`.
    """
    said = () if is_after_flag else said
    answers = [envelope for envelope in said if envelope.kind is Kind.ANSWER]
    refused = is_after_flag or (bool(said) and said[-1].kind in REFUSALS)
    if _WHY.fullmatch(text):
        return Meaning((ASK_MORE,)) if refused else _more(answers[-1]) if answers else None
    if place := _PLACE.fullmatch(text):
        return _at(_PLACES[place["place"].lower()], said, refused=refused)
    if answers and _ANYWHERE.fullmatch(text):
        return _elsewhere(ANYWHERE, answers)
    if answers and named and _only_names(text, named):
        return _elsewhere(named[-1].area, answers)
    return None


def _more(reply: Envelope) -> Meaning:
    """More of an answer; a refusal has no card, and is said again."""
    return Meaning((ASK_MORE,), card=next(iter(reply.card_ids), None))


def _at(place: int, said: Sequence[Envelope], *, refused: bool) -> Meaning | None:
    """More of that reply when there were several, otherwise the topic that was offered there."""
    replies = [envelope for envelope in said if envelope.kind is Kind.ANSWER or envelope.kind in REFUSALS]
    if len(replies) > 1 and place < len(replies):
        return _more(replies[place])
    if refused:
        return Meaning((ASK_MORE,))
    buttons = said[-1].buttons if said and len(replies) < 2 else ()
    offered = [found[1] for button in buttons if (found := TOPIC_PAYLOAD.fullmatch(button.payload or ""))]
    return Meaning((offered[place],)) if offered and place < len(offered) else None


def _elsewhere(area: str, answers: Sequence[Envelope]) -> Meaning | None:
    """The same questions for another area. None when they were about an area by themselves, as hair loss is."""
    topics = dict.fromkeys(topic for answer in answers for topic in answer.topics)
    if any(topic in AREA_OF_TOPIC for topic in topics):
        return None
    return Meaning(tuple(f"ask_{topic}" for topic in topics), area=area)


def _only_names(text: str, named: Sequence[Named]) -> bool:
    """Whether there is nothing but the area and words that hold no question of their own, one of them pointing back."""
    rest = text
    for name in sorted(named, key=lambda name: -name.start):
        rest = f"{rest[: name.start]} {rest[name.end :]}"
    words = [word.lower() for word in _WORD.findall(rest)]
    return bool(_CUE.search(rest)) and all(word in _FILLERS for word in words)
