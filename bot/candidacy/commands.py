"""What a patient may say instead of an answer: why, back, skip, stop, change this."""

from __future__ import annotations

from enum import Enum

from bot.candidacy.model import Protocol, Question
from bot.candidacy.words import clauses, find, plain


class Command(str, Enum):
    WHY = "why"
    BACK = "back"
    SKIP = "skip"
    STOP = "stop"
    RESTART = "restart"
    CHANGE = "change"
    SHOW = "show"
    DONE = "done"


SAID: dict[Command, tuple[str, ...]] = {
    Command.WHY: (
        "why do you ask", "why do you need", "why do you want to know", "why is that", "why does it matter",
        "why does that matter", "why are you asking", "whats it for", "what is it for", "what for", "how come",
        "what has that got to do", "is that relevant", "why is this important", "why are u asking", "why you asking",
    ),
    Command.RESTART: (
        "start over", "start again", "start from the beginning", "begin again", "restart", "from scratch",
    ),
    Command.BACK: ("go back", "previous question", "back please", "one back", "last question again", "back one"),
    Command.SKIP: (
        "skip", "skip it", "skip this", "skip that", "next question", "next please", "pass on this", "pass on that",
    ),
    Command.STOP: (
        "stop", "quit", "exit", "cancel", "i want to stop", "no more questions", "leave it", "im done with this",
        "end this", "forget it", "i dont want to continue", "i dont want to go on",
    ),
    Command.SHOW: (
        "show my answers", "show me my answers", "what did i say", "what have i said", "read back", "my answers so far",
    ),
    Command.DONE: ("thats all", "that is all", "thats it", "nothing else", "no more", "all of it", "done", "finished"),
}  # fmt: skip
ALONE = {
    "why": Command.WHY, "back": Command.BACK, "skip": Command.SKIP, "next": Command.SKIP, "pass": Command.SKIP,
}  # fmt: skip
CHANGING = ("change", "correct", "edit", "redo", "go back to", "fix my answer", "different answer", "update my answer")
BRIEF = frozenset({Command.STOP, Command.DONE, Command.SKIP})
SPARE_WORDS = 4
"""How many words less than this may stand around a brief command: "stop" in a longer message tells a story."""
LONGEST = 10
"""Words. A command is short; in a long message the same words tell a story."""


def read_command(text: str) -> Command | None:
    """The command in a short message, or None. "Change" is read by `read_change`."""
    bare = plain(text).strip(" .!?")
    if bare in ALONE:
        return ALONE[bare]
    words = [word for clause in clauses(text) for word in clause.words]
    if not words or len(words) > LONGEST:
        return None
    for command, phrases in SAID.items():
        if any(_is_said(command, words, phrase) for phrase in phrases):
            return command
    return Command.CHANGE if any(_begins_to_change(words, phrase) for phrase in CHANGING) else None


def _is_said(command: Command, words: list[str], phrase: str) -> bool:
    place = find(words, phrase)
    if place is None or _denied(words, place):
        return False
    return command not in BRIEF or len(words) - len(phrase.split()) < SPARE_WORDS


def _begins_to_change(words: list[str], phrase: str) -> bool:
    return find(words, phrase) == 0 or any(find(words, f"{lead} {phrase}") is not None for lead in ("to", "can i"))


def _denied(words: list[str], place: int) -> bool:
    return "dont" in words[max(0, place - 2) : place] or "not" in words[max(0, place - 2) : place]


def read_change(protocol: Protocol, text: str) -> Question | None:
    """The question that "change my answer about allergies" or "change question 5" means."""
    words = [word for clause in clauses(text) for word in clause.words]
    numbered = next((word for word in words if word.upper().startswith("Q") and word[1:2].isdigit()), None)
    best: tuple[int, Question] | None = None
    for question in protocol.questions[1:]:
        if numbered and question.number.lower() == numbered:
            return question
        score = _overlap(question, words)
        if score and (best is None or score > best[0]):
            best = (score, question)
    return best[1] if best else None


IGNORED = frozenset({
    "my", "the", "a", "about", "answer", "question", "change", "to", "of", "on", "for", "and", "or", "your",
    "is", "it", "now", "that", "before", "other", "no", "yes", "not",
})  # fmt: skip


def _overlap(question: Question, words: list[str]) -> int:
    """How many words of the question's short name were said."""
    names = {stem(word) for clause in clauses(question.short) for word in clause.words if word not in IGNORED}
    return len(names & {stem(word) for word in words if word not in IGNORED})


def stem(word: str) -> str:
    """Without the endings that a plural or a form of a verb has."""
    for ending in ("ies", "ing", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word
