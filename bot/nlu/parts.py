"""Which clauses of a message are questions of their own: decided from what the classifier thinks of each.

The limits were chosen on 940 messages of several questions and 1,120 of one, a quarter of which only look like several,
by nine writers whose messages of several questions taught nothing: 85 in 100 of the questions are answered, and 10 in
100 of the single ones get a further answer as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.nlu.clauses import Clause

SURE_QUESTION = 0.65
SURE_STATEMENT = 0.9
"""A sentence that asks nothing is mostly the story around the question."""
SURE_PIECE = 0.75
SURE_TAIL = 0.9
SURE_ALONE = 0.99
"""A single question is answered where the message as a whole isn't understood, and what else it asks is offered."""
LONGEST_TAIL = 4
"""Words after the last comma or "and" that may ask something of their own, whatever stands before them."""
FEWEST_ASKING = 4
"""Words of a piece that may ask whether it helps with a concern; fewer only name where."""
FEWEST_ALIKE = 3
"""Topics that an enumeration must surely name before it is offered as a choice; fewer are mostly asides."""
SURE_WHOLE = 0.95
SURE_SECOND = 0.85
"""A message that is as surely one question as `SURE_WHOLE` isn't several, unless one of its parts is as sure, and
another as this."""
LEAN_ON_QUESTION = 0.75
LEAN_ON_STATEMENT = 0.9
"""Below this, a clause is also read together with the question or statement before it ("my hair is thin. would this
help?"), and the surer reading counts."""

POINTS_BACK = re.compile(r"\b(?:by|until|till|before|after|since) (?:then|that)\b", re.IGNORECASE)
"""A clause with such words asks about what the statement before it tells, however surely it is read alone."""

SURE_WISH = 0.9
"""Of a sentence that asks nothing, and of any clause in a message that is as surely one question as `SURE_WHOLE`."""
WISHES = ("request_handoff", "seek_advice", "delete_my_data", "ask_my_data", "send_transcript", "start_candidacy")
"""What a clause may ask for that no card answers, the most urgent first. Each comes before all topics, but the last."""
START = WISHES[-1]

ASK = "ask_"
NO_TOPIC = ("ask_more", "ask_bot", "ask_my_data")
CONCERNS = frozenset(
    f"ask_{topic}"
    for topic in (
        "facial_rejuvenation",
        "hair_loss",
        "cellulite",
        "fat_reduction",
        "scars_acne_pigmentation",
        "pain_management",
        "treatment_areas",
    )
)
"""In an enumeration, such a word says where ("on face and neck"), not what is asked."""
DOES_IT_HELP = frozenset(("ask_benefits", "ask_effectiveness_evidence", "ask_how_it_works"))
"""After a sentence about a concern, these ask whether it helps there: the answer about the concern says so."""


@dataclass(frozen=True)
class Guess:
    """What the classifier thinks of one stretch of a message. `areas` are the body parts that it names."""

    text: str
    intent: str
    confidence: float
    areas: tuple[str, ...] = ()

    def is_topic(self, least: float) -> bool:
        return self.intent.startswith(ASK) and self.intent not in NO_TOPIC and self.confidence >= least


@dataclass(frozen=True)
class Reading:
    """One clause with its guess, those of its pieces, and the one for it together with the clause before it."""

    clause: Clause
    alone: Guess
    pieces: tuple[Guess, ...] = ()
    with_before: Guess | None = None


def several(readings: Sequence[Reading], whole: Guess) -> list[Guess]:
    """The questions that are surely asked, in order; none where the message as a whole is more surely a single one."""
    found = questions(readings)
    if len(found) < 2 or not whole.is_topic(SURE_WHOLE):
        return found
    if all(guess.intent != whole.intent for guess in found):
        # Parts of one thought, each taken for something else: "does it stay put or go round the body".
        return []
    second, first = sorted(guess.confidence for guess in found)[-2:]
    return found if first >= SURE_WHOLE and second >= SURE_SECOND else []


def named_alike(readings: Sequence[Reading]) -> list[Guess]:
    """Of an enumeration that can't be answered piece by piece, the pieces that surely name a topic; else none.

    "Pain, cost, risks or whatever" asks for no single one of them, however sure the classifier is of the whole.
    """
    for reading in readings:
        sure: dict[str, Guess] = {}
        for piece in filter(_names_topic, reading.pieces):
            sure.setdefault(piece.intent, piece)
        if len(sure) >= FEWEST_ALIKE and not _enumerated(reading):
            return list(sure.values())
    return []


def questions(readings: Sequence[Reading]) -> list[Guess]:
    """The questions that are surely asked, in order, one for each topic."""
    found: list[Guess] = []
    before: Reading | None = None
    for reading in readings:
        for guess in _asked(reading, before, found):
            if all(guess.intent != known.intent for known in found):
                found.append(guess)
        before = reading
    return found


def wishes(readings: Sequence[Reading], whole: Guess) -> list[Guess]:
    """What clauses surely ask for beside topics, one of each kind, the most urgent first."""
    found: dict[str, Guess] = {}
    for reading, before in zip(readings, (None, *readings), strict=False):
        guess = _in_its_place(reading, before)
        is_question = reading.clause.is_question and not whole.is_topic(SURE_WHOLE)
        # What the whole message says, no clause says for certain.
        if guess is not whole and guess.confidence >= (SURE_QUESTION if is_question else SURE_WISH):
            found.setdefault(guess.intent, guess)
    return [found[wish] for wish in WISHES if wish in found]


def asides(readings: Sequence[Reading]) -> list[str]:
    """The topics that are asked about for certain beside a wish that the message as a whole stands for."""
    sure = [reading.alone for reading in readings if reading.clause.is_question and reading.alone.is_topic(SURE_WISH)]
    return list(dict.fromkeys(guess.intent for guess in sure))


def _asked(reading: Reading, before: Reading | None, found: list[Guess]) -> Iterator[Guess]:
    pieces = _enumerated(reading)
    if pieces:
        yield from pieces
        return
    guess, least = _in_its_place(reading, before), SURE_QUESTION if reading.clause.is_question else SURE_STATEMENT
    is_part_of_concern = guess.intent in DOES_IT_HELP and any(known.intent in CONCERNS for known in found)
    is_said = is_part_of_concern and guess is reading.alone and before is not None and reading.with_before is not None
    if guess.is_topic(least) and not is_said:
        yield guess
    if reading.clause.is_question and reading.pieces and _is_tail(reading.pieces[-1]):
        yield reading.pieces[-1]


def _is_tail(piece: Guess) -> bool:
    """Whether a question ends with another one of a few words: "can you do something about it, and price"."""
    return _names_topic(piece) and piece.confidence >= SURE_TAIL and len(piece.text.split()) <= LONGEST_TAIL


def _in_its_place(reading: Reading, before: Reading | None) -> Guess:
    """The clause alone, or where that is vague, together with the one before it."""
    alone, together = reading.alone, reading.with_before
    if before is None or together is None:
        return alone
    if not before.clause.is_question and POINTS_BACK.search(reading.clause.text):
        return together
    lean = LEAN_ON_QUESTION if before.clause.is_question else LEAN_ON_STATEMENT
    if before.clause.is_question and alone.intent in WISHES:
        # A question before it says nothing against a wish that is sure enough.
        lean = SURE_QUESTION
    return together if alone.confidence < lean and together.confidence > alone.confidence else alone


def _enumerated(reading: Reading) -> tuple[Guess, ...]:
    """All pieces, when each is surely something that can be asked, and they are not all the same."""
    pieces = reading.pieces
    sure = all(map(_names_topic, pieces))
    return pieces if sure and len({piece.intent for piece in pieces}) > 1 else ()


def _names_topic(piece: Guess) -> bool:
    is_asked = piece.intent not in CONCERNS or len(piece.text.split()) >= FEWEST_ASKING
    return piece.is_topic(SURE_PIECE) and is_asked
