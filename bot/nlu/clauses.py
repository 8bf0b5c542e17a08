"""Where one question of a message ends and the next begins, by its words alone. What each asks is the classifier's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_CLAUSES = 8
"""Longer messages are letters: their further questions wait for the next message, so that a reply stays readable."""
FEWEST_LETTERS = 3
LONGEST_PIECE = 5
"""Words. A longer piece of an enumeration is more likely a thought that holds a comma."""

_ASKS = r"(?:what|how|when|where|who|which|why|whose)(?:['’]?(?:s|re|d|ll))?|wat|wats|wen|hw"
_HELPS = (
    r"(?:is|are|am|was|were|do|does|did|can|could|will|would|should|shall|has|have|may|might|must)(?:n['’]?t)?|"
    r"cant|wont|r"
)
_SUBJECTS = (
    r"i|it|its|it['’]s|you|u|ya|ye|yous|yall|they|there|this|that|these|those|we|he|she|the|a|my|your|ur|our|any|"
    r"anyone|anybody|someone|everyone|people|men|women|guys|mesotherapy|meso|mesos|insurance|results|result|"
    r"injections|needles"
)
_MEASURES = (
    r"much|many|long|often|soon|far|bad|big|deep|painful|sore|old|safe|expensive|quick|quickly|fast|well|effective|"
    r"come|do|does|is|are|will|would|can|could|did|should|about|exactly"
)
# "At what age", but not "from what I read".
_LED = (
    r"(?:about|after|around|at|by|for|from|in|on|over|to|with)\s+(?:(?:what|which)\s+(?:age|cost|day|hour|month|point|"
    r"price|product|stage|time)s?|how\s+(?:long|many|much|often|soon))"
)
_OPENER = (
    rf"(?:(?:(?:also|exactly|roughly)\s+)?(?:{_ASKS})\s+\w|{_LED}\b|(?:{_HELPS})\s+(?:{_SUBJECTS})\b|"
    rf"any(?:thing)?\s+\w+|(?:if|whether)\s+(?:{_SUBJECTS})\b(?!\s*[,?.!]))"
)
# After a comma or "and", a helping verb opens a question whatever its subject: "and does Medicare pay".
_LOOSE_OPENER = rf"(?:{_OPENER}|(?:{_HELPS})\s+\w+\s+\w+)"
_JOINER = r"(?:,|;|/|–|—|\s-|&|\+|:|\b(?:and|plus|also|but|or|then|so|n|oh|btw|an|if so|if yes|if not|if it does)\b)"
_OWN = r"(?:i['’]?m|i am|i have|i['’]?ve|i take|i get|i got|i had|there['’]s)\b"
_STORY = rf"(?:{_OWN}|my\b)"

_SENTENCE_END = re.compile(r"(?<=[?!])\s*|(?<=[.…])\s+|\.{2,}\s*|\s*\n+\s*|;\s+")
_AFTER_JOINER = re.compile(
    rf"(?:\s*{_JOINER})+\s+(?={_LOOSE_OPENER})|\s*[,;]\s+(?={_STORY})|[,;]?\s+(?:and|also|and also)\s+(?={_OWN})",
    re.IGNORECASE,
)
# Verb and subject that agree: "do it" and "are the" stand within a question.
_INVERTED = (
    r"(?:(?:is|does|can|could|will|would|should)\s+(?:it|this|that|he|she|there)|"
    r"(?:are|do|can|could|will|would|should)\s+(?:you|u|ya|ye|yous|yall|they|we|there|these|those|people)|"
    r"(?:do|can|could|will|would|should)\s+i)\b"
)
_UNJOINED = re.compile(
    rf"\s+(?=(?:(?:{_ASKS})\s+(?:{_HELPS}|{_MEASURES})|(?:what|how|where|when)['’]?s)\b|{_INVERTED})", re.IGNORECASE
)
_STARTS_INVERTED = re.compile(_INVERTED, re.IGNORECASE)
_GOES_ON = re.compile(rf"\b(?:i|you|u|they|we|he|she|who|not|never|ever|even|also|while|if|{_HELPS})$", re.IGNORECASE)
_LAST_ASK = re.compile(rf"\b(?:{_ASKS})\b", re.IGNORECASE)
_HELP = re.compile(rf"\b(?:{_HELPS})\b", re.IGNORECASE)
_EMBEDS = re.compile(
    r"\b(?:know|knows|wonder|wondering|wondered|ask|asking|asked|tell|told|me|sure|about|of|idea|see|understand|"
    r"understood|on|in|at|to|for|with|by|like|that|is|explain|say|said|says|find|out|remember|clear|curious|matter|"
    r"is|was|or|than|from|check|and|just|exactly|roughly|approximately|so|but|cos|because)$",
    re.IGNORECASE,
)
# Within a question it parts nothing: "can I also come on Sunday".
_ALSO = r"(?<!\bi )(?<!\bit )(?<!\byou )(?<!\bu )(?<!\bthey )(?<!\bwe )(?<!\bis )(?<!\bare )\balso\b"
_PIECE_END = re.compile(
    rf"\s*(?:,|/|&|\+|\b(?:and|plus|or|n)\b|{_ALSO})+\s*(?:the\s+|your\s+|also\s+|any\s+)?", re.IGNORECASE
)
# With any subject, where nothing stands before it: "are ibuprofens a problem".
_INVERSION = r"(?:is|are|do|does|did|can|could|will|would|should)\s+(?!(?:not|be|for|like|love|need|that)\b)\w+\s+\w"
_IS_QUESTION = re.compile(
    rf"\?\s*$|^\W*(?:(?:and|so|but|also|or|hi|hello|hey|ok|well|please|pls|then)\W+)*(?:{_OPENER}|{_INVERSION})|"
    r"\b(?:wonder|wondering|curious|want(?:ed)? to know|like to know|need to know|tell me|let me know|any idea|"
    r"can you|could you|do you know|asking|question|confused about|worried about|info|information|details)\b|"
    rf"\b(?:know|ask|sure|about|idea)\s+(?:{_ASKS}|if|whether)\b",
    re.IGNORECASE,
)


MANNERS = frozenset(
    {
        "actually",
        "basically",
        "exactly",
        "honestly",
        "please",
        "really",
        "roughly",
        "seriously",
        "thanks",
        "though",
        "truly",
        "truthfully",
    }
)
"""How something is asked, and nothing that is."""


@dataclass(frozen=True)
class Clause:
    """A stretch of a message that may be a question of its own, and the pieces of an enumeration that it may be."""

    text: str
    is_question: bool
    pieces: tuple[str, ...] = ()


def clauses(text: str) -> list[Clause]:
    """The clauses of `text` in order, at most `MOST_CLAUSES`; one or none where nothing can be parted."""
    found = [clause for sentence in _SENTENCE_END.split(text) for clause in _clauses_of(sentence)]
    return found[:MOST_CLAUSES]


def _clauses_of(sentence: str) -> Iterator[Clause]:
    for joined in _AFTER_JOINER.split(sentence):
        for clause in _unjoined(joined):
            if _letters(clause) >= FEWEST_LETTERS:
                yield Clause(clause.strip(), bool(_IS_QUESTION.search(clause)), _pieces(clause))


def _unjoined(text: str) -> Iterator[str]:
    """Parts that begin with a new question although no comma says so: "how long is it how much is it"."""
    start = 0
    for gap in _UNJOINED.finditer(text):
        before = text[start : gap.start()]
        if not before or _EMBEDS.search(before):
            continue
        # "How many visits do I need" is one question: "do I" opens another only after a whole one.
        if _STARTS_INVERTED.match(text, gap.end()) and not _is_whole(before, text[gap.end() :]):
            continue
        yield before
        start = gap.end()
    yield text[start:]


def _is_whole(before: str, after: str) -> bool:
    """Whether `before` is a question by itself, so that `after`, which begins with a verb, is another one."""
    is_cut = _GOES_ON.search(before) is not None and not after.casefold().startswith(("is ", "are "))
    return not is_cut and _HELP.search(_LAST_ASK.split(before)[-1]) is not None


def _pieces(clause: str) -> tuple[str, ...]:
    """What an enumeration names, or nothing: "price, downtime and pain" has three pieces."""
    found = [piece.strip(" .?!") for piece in _PIECE_END.split(clause)]
    found = [piece for piece in found if _letters(piece) >= FEWEST_LETTERS and piece.casefold() not in MANNERS]
    short = all(len(piece.split()) <= LONGEST_PIECE for piece in found[1:])
    return tuple(found) if len(found) > 1 and short else ()


def _letters(text: str) -> int:
    return sum(sign.isalpha() for sign in text)
