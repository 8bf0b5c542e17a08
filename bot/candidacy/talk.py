"""One step of the questionnaire: where the patient stands, what was said or pressed, where that leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.candidacy import moves
from bot.candidacy.commands import Command, read_change, read_command
from bot.candidacy.desk import SCREENS, Desk
from bot.candidacy.model import SKIPPED
from bot.candidacy.reading import Reading, choices, facts, read, substantive, tells_an_age
from bot.candidacy.screen_words import read_screen
from bot.candidacy.state import State
from bot.candidacy.words import clauses

SILENCE = timedelta(hours=12)
LONG_WORDS = 120


@dataclass(frozen=True)
class Said:
    """One message of the patient. `pressed` is a button's (question or screen, answer). `may_ask`: understanding
    took it for a question or a wish that somebody else answers."""

    text: str
    pressed: tuple[str, str] | None = None
    may_ask: bool = False


@dataclass(frozen=True)
class Step:
    """`is_taken` is False when the words are for somebody else: answer them, then show the same screen again."""

    state: State
    is_taken: bool = True


def begin(desk: Desk, earlier: Iterable[str], now: datetime) -> State:
    """A new questionnaire. What `earlier` messages of the talk have stated is kept, to be confirmed."""
    protocol = desk.protocol
    stated: dict[str, tuple[str, ...]] = {}
    for text in earlier:
        stated.update(facts(protocol, text))
    return State(
        hash=protocol.hash,
        version=protocol.version,
        open=protocol.consent.id,
        stated=stated,
        started_at=now,
        seen_at=now,
    )


def is_unfinished(state: State) -> bool:
    """Whether somebody who starts again can go on where they were."""
    return state.place != "ended" or state.end == "stopped"


def return_to(desk: Desk, state: State, now: datetime) -> State:
    """Somebody starts again: where they stopped if they did, from the beginning if they had come to an end."""
    if not is_unfinished(state):
        return begin(desk, (), now)
    answered = [question for question in state.answers if question != desk.protocol.consent.id]
    if not answered:
        return begin(desk, (), now).but(stated=state.stated)
    return _as_of_today(desk, state).but(place="resume", end=None, misses=0, notes=(), seen_at=now)


def fit_version(desk: Desk, state: State) -> State:
    """The state of a version that is lost, on the version at hand: what fits stays, the rest is asked again."""
    protocol = desk.protocol
    kept = {
        question: answers
        for question, answers in state.answers.items()
        if protocol.has(question) and set(answers) <= set(protocol.question(question).answer_ids)
    }
    history = tuple(question for question in state.history if question in kept)
    moved = state.but(
        hash=protocol.hash, version=protocol.version, answers=kept, history=history, stated={}, doubt=(), partial=()
    )
    return moves.go_on(desk, moved).note(desk.say("new_version"))


def step(desk: Desk, state: State, said: Said, now: datetime) -> Step:
    """Where one message leads. Pure: the same state, message and time lead to the same place."""
    fresh = state.but(notes=(), is_why=False)
    if now - state.seen_at >= SILENCE and state.place != "ended":
        fresh = _as_of_today(desk, fresh).note(desk.say("welcome_back"))
    fresh = fresh.but(seen_at=now)
    taken = _pressed(desk, fresh, said.pressed) if said.pressed else _typed(desk, fresh, said)
    return Step(_close(taken.state, now), taken.is_taken)


def _as_of_today(desk: Desk, state: State) -> State:
    """The answers about "now" and "today" are no longer sure: they are kept, and asked to be confirmed."""
    old = [
        q.id for q in desk.protocol.questions if q.again_after_hours and q.id in state.answers and q.id != state.open
    ]
    answers = {name: given for name, given in state.answers.items() if name not in old}
    return state.but(answers=answers, stated={**state.stated, **{name: state.answers[name] for name in old}})


def _close(state: State, now: datetime) -> State:
    return state.but(ended_at=now) if state.place == "ended" and state.ended_at is None else state


def _pressed(desk: Desk, state: State, pressed: tuple[str, str]) -> Step:
    place, answer = pressed
    if place in SCREENS:
        current = "doubt" if _confirms(state) else state.place
        return Step(_choose(desk, state, place, answer) if place == current else state)
    if answer in {"back", "stop"}:
        return Step(moves.command(desk, state, Command(answer)))
    if not desk.protocol.has(place):
        return Step(state)
    question = desk.protocol.question(place)
    if answer == "done":
        return Step(moves.record(desk, state, question, state.partial)) if state.partial else Step(state)
    if answer not in question.answer_ids or not (place == state.open or place in state.answers):
        return Step(state)
    if answer == SKIPPED and question.group and place == state.open:
        return Step(moves.command(desk, state, Command.SKIP))
    if question.many and answer in substantive(question) and place == state.open:
        partial = tuple(dict.fromkeys((*state.partial, answer)))
        whole = len(partial) == len(substantive(question))
        return Step(moves.record(desk, state, question, partial) if whole else state.but(partial=partial, doubt=()))
    # A button below an older question changes the answer to that one.
    return Step(moves.record(desk, state, question, (answer,)))


def _typed(desk: Desk, state: State, said: Said) -> Step:
    command = read_command(said.text)
    if command is Command.CHANGE or (state.place == "read_back" and _is_short(said.text)):
        tells = command is not Command.CHANGE and facts(desk.protocol, said.text)
        question = None if tells else read_change(desk.protocol, said.text)
        if question is not None:
            return Step(moves.reopen(desk, state, question))
    screen = "doubt" if _confirms(state) else state.place
    choice = read_screen(screen, said.text)
    if choice:
        return Step(_choose(desk, state, screen, choice))
    if command is Command.DONE and state.partial:
        return Step(moves.record(desk, state, desk.protocol.question(state.open), state.partial))
    if command is Command.CHANGE:
        return Step(state.note(desk.say("which_change")))
    if command is not None and command is not Command.DONE:
        return Step(moves.command(desk, state, command))
    return _answered(desk, state, said) if state.place == "asking" else _off_screen(desk, state, said)


def _is_short(text: str) -> bool:
    return len(text.split()) <= 6


def _confirms(state: State) -> bool:
    """Whether the screen asks "is that right?"."""
    return state.place == "asking" and bool(state.doubt or (state.open in state.stated and not state.partial))


def _off_screen(desk: Desk, state: State, said: Said) -> Step:
    """Words that choose nothing on a screen: facts that they state still count."""
    moved = moves.add_facts(desk, state, facts(desk.protocol, said.text))
    if said.may_ask:
        return Step(moved, is_taken=False)
    return Step(moved if moved.notes != state.notes else moves.miss(desk, state))


def _answered(desk: Desk, state: State, said: Said) -> Step:
    """The open question in the patient's own words."""
    question = desk.protocol.question(state.open)
    reading = read(desk.protocol, question, said.text)
    answers = _with_age(desk, reading, question.kind)
    moved = moves.add_facts(desk, state, reading.elsewhere) if question.kind != "consent" else _keep(state, reading)
    if moved.place == "ended":
        return Step(moved)
    if len(clauses(said.text)) and len(said.text.split()) > LONG_WORDS:
        moved = moved.note(desk.say("long"))
    if state.partial and not set(answers) & set(substantive(question)) and read_screen("doubt", said.text) == "no":
        # "No" to "anything else?" ends the list.
        return Step(moves.record(desk, moved, question, state.partial))
    if answers and moved.open == state.open:
        moved = _take(desk, moved, answers, reading)
        return Step(moved, is_taken=not (reading.is_asking and said.may_ask) or moved.place == "ended")
    if said.may_ask:
        return Step(moved, is_taken=False)
    if question.kind == "age" and tells_an_age(said.text):
        return Step(moves.miss(desk, moved).but(notes=(*state.notes, desk.say("age_wrong"))))
    if reading.needs_choice:
        return Step(moved.note(desk.say("which")))
    return Step(moved if reading.elsewhere else moves.miss(desk, moved))


def _with_age(desk: Desk, reading: Reading, kind: str) -> tuple[str, ...]:
    if kind == "age" and reading.answers and reading.answers[0].isdigit():
        return ("yes",) if desk.is_adult(int(reading.answers[0])) else ("no",)
    return reading.answers


def _keep(state: State, reading: Reading) -> State:
    return state.but(stated={**state.stated, **reading.elsewhere})


def _take(desk: Desk, state: State, answers: tuple[str, ...], reading: Reading) -> State:
    question = desk.protocol.question(state.open)
    if question.kind == "consent" and answers[0] not in choices(question):
        return moves.miss(desk, state)
    joined = answers
    if state.partial and set(answers) & set(substantive(question)):
        joined = tuple(dict.fromkeys((*state.partial, *answers)))
    if reading.is_sure:
        return moves.record(desk, state, question, joined)
    chosen = joined if question.many else (moves.strictest(desk, question, joined),)
    return state.but(doubt=chosen, misses=0)


def _choose(desk: Desk, state: State, place: str, choice: str) -> State:
    if place == "doubt":
        return _settle_doubt(desk, state, is_right=choice == "yes")
    return CHOICES[choice](desk, state)


def _settle_doubt(desk: Desk, state: State, *, is_right: bool) -> State:
    question = desk.protocol.question(state.open)
    meant = state.doubt or state.stated.get(state.open, ())
    stated = {name: given for name, given in state.stated.items() if name != state.open}
    cleared = state.but(doubt=(), stated=stated)
    return moves.record(desk, cleared, question, meant) if is_right else cleared


CHOICES: Mapping[str, moves.Move] = {
    "go_on": moves.want_full_list,
    "stop_here": moves.show_now,
    "all_right": moves.to_result,
    "change": moves.ask_what_to_change,
    "send": moves.send,
    "keep": moves.keep,
    "resume": moves.resume,
    "restart": moves.restart,
}
