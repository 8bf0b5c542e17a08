"""What a patient's own words answer: the open question, and facts that belong to others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.candidacy.model import NOT_SURE, PREFER_NOT, Answer, Protocol, Question
from bot.candidacy.words import Clause, clauses, find, find_name, plain

YES = (
    "yes", "yeah", "yep", "yup", "yea", "ya", "yh", "y", "aye", "si", "oui", "sure", "correct", "right", "true",
    "i am", "i do", "i have", "i did", "i was", "ok", "okay", "of course", "absolutely", "definitely",
    "afraid so", "indeed", "thats right", "that is right", "affirmative", "both", "ye", "yess", "yesss",
    "uh huh", "very much so",
)  # fmt: skip
NO = (
    "no", "nope", "nah", "n", "never", "not at all", "im not", "i am not", "i dont", "i do not", "i havent",
    "i have not", "none", "negative", "neither", "noo", "nooo", "no way", "not me", "nothing like that", "nay",
    "i didnt", "i cant say that i do",
)  # fmt: skip
RATHER_YES = (
    "i think so", "probably", "i guess so", "guess so", "i believe so", "kind of", "sort of", "a bit",
    "a little", "sometimes",
)  # fmt: skip
RATHER_NO = (
    "dont think so", "do not think so", "probably not", "not really", "hardly", "doubt it",
    "not that i know of",
)  # fmt: skip
UNSURE = (
    "not sure", "unsure", "dont know", "do not know", "dunno", "no idea", "idk", "maybe", "perhaps", "might be",
    "could be", "possibly", "cant remember", "not certain", "hard to say", "no clue",
)  # fmt: skip
PRIVATE = (
    "prefer not", "rather not", "none of your business", "private", "dont want to say", "dont want to tell",
    "wont say", "not telling", "no comment", "do not want to say",
)  # fmt: skip
ALL = (
    "both", "both of them", "all of them", "all of those", "all of these", "all three", "all of the above",
)  # fmt: skip
FILLERS = frozenset(
    {"one", "that", "those", "it", "them", "so", "yes", "yeah", "indeed", "actually", "do", "have", "am"}
)
REST_OF_NO = 2
"""Words that may follow "I don't" while it is still just a no."""
YOUNGER = (
    "under",
    "below",
    "nearly",
    "almost",
    "not yet",
    "turning",
    "turn",
    "soon",
    "until",
    "till",
    "less than",
    "not",
)
AGE = re.compile(r"\b(\d{1,4})\b")
YOUNGEST, OLDEST = 5, 110
NUMBERS = re.compile(r"\s*(\d{1,2})(?:\s*(?:,|and|&|\+|\s)\s*(\d{1,2}))*\s*[.)]?\s*")


@dataclass(frozen=True)
class Reading:
    """`answers` to the open question, none if the words hold no answer to it. `is_sure` is False when they should be
    confirmed. `elsewhere` are facts for other questions. `is_asking`: the message asks something."""

    answers: tuple[str, ...] = ()
    is_sure: bool = True
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_asking: bool = False
    needs_choice: bool = False
    """Somebody said yes where only a choice answers."""


def read(protocol: Protocol, question: Question, text: str) -> Reading:
    """What `text` says, while `question` is open. A question in it states nothing; what it states counts still."""
    pieces = clauses(text)
    stated = [piece for piece in pieces if not piece.is_question]
    is_asking = len(stated) < len(pieces)
    elsewhere = {name: found for name, found in facts(protocol, text).items() if name != question.id}
    numbered = _numbered(question, text)
    if numbered:
        return Reading(numbered, elsewhere=elsewhere)
    if question.kind == "age":
        return _age(question, stated, elsewhere, is_asking=is_asking)
    found, is_sure = _answers(question, stated)
    if not found:
        said_yes = _leading(stated, YES) and question.find("yes") is None
        return Reading(elsewhere=elsewhere, is_asking=is_asking, needs_choice=bool(said_yes))
    return Reading(found, is_sure, elsewhere, is_asking)


def facts(protocol: Protocol, text: str) -> dict[str, tuple[str, ...]]:
    """What a message states by itself, whatever is asked: "I'm pregnant", "I'm on Eliquis". Denied, asked or told of
    somebody else, it isn't stated."""
    found: dict[str, tuple[str, ...]] = {}
    for piece in clauses(text):
        if piece.is_question or piece.is_of_another or piece.is_past:
            continue
        for question in protocol.questions:
            given = tuple(answer.id for answer in question.answers if _states(piece, answer))
            if given:
                found[question.id] = tuple(dict.fromkeys((*found.get(question.id, ()), *given)))
    return found


def _states(piece: Clause, answer: Answer) -> bool:
    is_allergy = find(piece.words, "allerg*") is not None
    if is_allergy and not answer.names_need and not any("allerg" in phrase for phrase in answer.facts):
        return False
    places = [place for phrase in answer.facts if (place := find(piece.words, phrase)) is not None]
    if not answer.names_need or any(find(piece.words, word) is not None for word in answer.names_need):
        places += [named.place for name in answer.names if (named := find_name(piece.words, name))]
    return any(not piece.denies(place) for place in places)


def _numbered(question: Question, text: str) -> tuple[str, ...]:
    """The answers whose numbers were typed, as they stand in the numbered list of choices."""
    if not NUMBERS.fullmatch(text):
        return ()
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    ids = choices(question)
    if question.kind == "age" and max(numbers) >= YOUNGEST:
        return ()
    if not all(1 <= number <= len(ids) for number in numbers) or (len(numbers) > 1 and not question.many):
        return ()
    return tuple(dict.fromkeys(ids[number - 1] for number in numbers))


def choices(question: Question) -> tuple[str, ...]:
    """The answers in the order in which they are shown and numbered."""
    own = tuple(answer.id for answer in question.answers)
    return own if question.kind == "consent" else (*own, NOT_SURE, PREFER_NOT)


def _age(
    question: Question, stated: list[Clause], elsewhere: dict[str, tuple[str, ...]], *, is_asking: bool
) -> Reading:
    """Yes and no, or an age in years; "old enough" and "200" are neither. Of several ages the youngest is asked back,
    and so is a no for "nearly 18"."""
    text = " ".join(piece.text for piece in stated)
    own = tuple(
        answer.id for answer in question.answers if any(find(text.split(), one) is not None for one in answer.says)
    )
    ages = [int(age) for age in AGE.findall(text)]
    if own:
        return Reading(own[:1], elsewhere=elsewhere, is_asking=is_asking)
    if ages and all(YOUNGEST <= age <= OLDEST for age in ages):
        if any(find(text.split(), word) is not None for word in YOUNGER):
            return Reading(("no",), is_sure=False, elsewhere=elsewhere, is_asking=is_asking)
        is_sure = len(set(ages)) == 1
        return Reading((str(min(ages)),), is_sure, elsewhere, is_asking)
    if ages or find(text.split(), "old enough") is not None:
        return Reading(elsewhere=elsewhere, is_asking=is_asking)
    found, is_sure = _common(stated)
    return Reading(found, is_sure, elsewhere, is_asking)


def tells_an_age(text: str) -> bool:
    """Whether it speaks of an age without giving one that counts: "200", "old enough"."""
    return AGE.search(text) is not None or "old enough" in plain(text)


def _answers(question: Question, stated: list[Clause]) -> tuple[tuple[str, ...], bool]:
    """The answers in the stated clauses, and whether they are beyond doubt. The stricter side is left to the caller:
    a yes and a no together come back both, and unsure."""
    common, is_common_sure = _common(stated)
    own, is_own_sure = _own(question, stated)
    if question.many and _leading(stated, ALL) and len(substantive(question)) == 2:
        return substantive(question), True
    if own:
        return _joined(question, own, common, is_sure=is_own_sure and is_common_sure)
    if not common:
        return (), True
    if common[0] in {NOT_SURE, PREFER_NOT} or question.find(common[0]):
        return common, is_common_sure
    if common[0] == "no" and question.find("none"):
        return ("none",), is_common_sure
    return (), True


def _joined(
    question: Question, own: tuple[str, ...], common: tuple[str, ...], *, is_sure: bool
) -> tuple[tuple[str, ...], bool]:
    """Own words with a plain yes or no beside them. "No, I'm on Eliquis" contradicts itself and has to be asked."""
    negative = {"no", "none", "not_for_me"}
    against = set(common) & {"no"} and not set(own) <= negative
    if against or (set(own) & negative and set(own) - negative):
        kept = tuple(answer for answer in own if answer not in negative)
        return kept or own, False
    if not question.many and len(own) > 1:
        return own, False
    return own, is_sure


def _own(question: Question, stated: list[Clause]) -> tuple[tuple[str, ...], bool]:
    found: dict[str, None] = {}
    denied: set[str] = set()
    is_sure = True
    for piece in stated:
        for answer in question.answers:
            state = _says(piece, answer)
            if state is None:
                continue
            if state.denied and answer.id not in {"no", "none"}:
                denied.add(answer.id)
                continue
            found[answer.id] = None
            is_sure = is_sure and state.is_exact and not piece.is_of_another and not piece.is_past
    if not found and denied:
        negative = next((answer.id for answer in question.answers if answer.id in {"no", "none"}), None)
        return ((negative,), True) if negative and len(denied) == 1 else ((), True)
    return tuple(found), is_sure


@dataclass(frozen=True)
class _Said:
    denied: bool
    is_exact: bool


def _says(piece: Clause, answer: Answer) -> _Said | None:
    for phrase in (plain(answer.title), *answer.says, *answer.facts):
        place = find(piece.words, phrase)
        if place is not None:
            return _Said(piece.denies(place), is_exact=True)
    for name in answer.names:
        named = find_name(piece.words, name)
        if named:
            return _Said(piece.denies(named.place), named.is_exact)
    return None


def _common(stated: list[Clause]) -> tuple[tuple[str, ...], bool]:
    """Yes, no, not sure, prefer not to say; the hedged ones are unsure."""
    for phrases, answer, is_sure in (
        (PRIVATE, PREFER_NOT, True),
        (RATHER_NO, "no", False),
        (RATHER_YES, "yes", False),
        (UNSURE, NOT_SURE, True),
    ):
        if any(find(piece.words, phrase) is not None for piece in stated for phrase in phrases):
            return (answer,), is_sure
    said_no, said_yes = _leading(stated, NO), _leading(stated, YES)
    if said_no and said_yes:
        return ("yes",), False
    return (("no",), True) if said_no else (("yes",), True) if said_yes else ((), True)


def _leading(stated: list[Clause], phrases: tuple[str, ...]) -> bool:
    """Whether a clause begins with one of the phrases: a "no" inside a story is no answer."""
    return any(find(piece.words, phrase) == 0 and _is_whole(piece, phrase) for piece in stated for phrase in phrases)


def _is_whole(piece: Clause, phrase: str) -> bool:
    """Whether "I have" is all that is said: "I have a cat" is no yes, and "I am not" neither."""
    if not phrase.startswith(("i ", "im ")):
        return True
    rest = piece.words[len(phrase.split()) :]
    if phrase in YES:
        return set(rest) <= FILLERS
    return len(rest) <= REST_OF_NO


def substantive(question: Question) -> tuple[str, ...]:
    """The answers that say something: all but "none of these" and the like."""
    return tuple(answer.id for answer in question.answers if answer.id not in {"none", "no", "not_for_me"})
