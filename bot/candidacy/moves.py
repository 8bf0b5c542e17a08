"""What each answer, command and choice does to the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.candidacy.commands import Command
from bot.candidacy.desk import Desk
from bot.candidacy.engine import causes_of, is_over, next_question, path, so_far, strictness
from bot.candidacy.model import SKIPPED, Question
from bot.candidacy.state import State
from bot.vocabulary import Outcome

Move = Callable[[Desk, State], State]
NEGATIVE = frozenset({"no", "none", "not_for_me"})


def record(desk: Desk, state: State, question: Question, answers: tuple[str, ...]) -> State:
    """Take `answers` as they are, explicitly given, and go to what comes next. A later answer replaces an earlier."""
    before = state.answers.get(question.id)
    stated = {name: given for name, given in state.stated.items() if name != question.id}
    taken = state.but(
        answers={**state.answers, question.id: answers},
        history=tuple(dict.fromkeys((*state.history, question.id))),
        stated=stated,
        doubt=(),
        partial=(),
        misses=0,
    )
    if question.kind == "consent" and answers == ("no",):
        return taken.but(place="ended", end="declined", answers={}, history=())
    if before is not None and before != answers:
        taken = taken.note(desk.say("changed", question=question.short, answer=desk.answer_text(question, answers)))
    return go_on(desk, _tell(desk, taken, question))


def go_on(desk: Desk, state: State) -> State:
    """The next question, or the screen that comes in between, or the end."""
    if is_over(desk.protocol, state.answers):
        outcome = so_far(desk.protocol, state.answers).outcome
        return state.but(place="ended", end=outcome.value)
    following = next_question(desk.protocol, state.answers)
    if following is None or state.is_partial:
        return state.but(place="read_back", open=following.id if following else state.open)
    asked = state.but(place="asking", open=following.id)
    is_known = so_far(desk.protocol, state.answers).outcome is Outcome.NOT_NOW
    return asked.but(place="full_list") if is_known and not state.is_full else asked


def _tell(desk: Desk, state: State, question: Question) -> State:
    """What a rule says at once, each rule once."""
    told = state.told
    for cause in causes_of(desk.protocol, state.answers, question.id):
        if cause.tell and cause.rule not in told:
            state = state.note(desk.fill(cause.tell))
            told = (*told, cause.rule)
    return state.but(told=told)


def add_facts(desk: Desk, state: State, facts: Mapping[str, tuple[str, ...]]) -> State:
    """Facts said outside of their questions. Against an earlier answer the stricter one stands, and the patient is
    told; what isn't asked yet is kept to be confirmed."""
    for name, given in facts.items():
        question = desk.protocol.question(name)
        known = state.answers.get(name)
        if known is None:
            answer = desk.answer_text(question, given)
            is_new = state.stated.get(name) != given
            state = state.but(stated={**state.stated, name: given})
            state = state.note(desk.say("noted", question=question.short, answer=answer)) if is_new else state
        else:
            state = _join_stricter(desk, state, question, given)
    return state


def _join_stricter(desk: Desk, state: State, question: Question, given: tuple[str, ...]) -> State:
    known = state.answers[question.id]
    joined = tuple(dict.fromkeys((*(one for one in known if one not in NEGATIVE), *given))) if question.many else given
    if set(joined) == set(known):
        return state
    is_stricter = strictness(desk.protocol, question, joined) < strictness(desk.protocol, question, known)
    if not is_stricter and not (question.many and set(joined) > set(known)):
        return state
    open_before = state.open
    changed = state.but(answers={**state.answers, question.id: joined})
    note = desk.say("stricter", question=question.short, answer=desk.answer_text(question, joined))
    moved = go_on(desk, _tell(desk, changed.note(note), question))
    still_open = open_before in [one.id for one in path(desk.protocol, moved.answers)]
    if moved.place == "asking" and state.place == "asking" and still_open and open_before not in moved.answers:
        return moved.but(open=open_before)
    return moved


def strictest(desk: Desk, question: Question, answers: tuple[str, ...]) -> str:
    """Of several answers to a question that takes one, the one that leads to the highest outcome."""
    return min(answers, key=lambda answer: strictness(desk.protocol, question, (answer,)))


def miss(desk: Desk, state: State) -> State:
    """Not understood: once a plain word, twice numbered choices, then the offer of staff."""
    misses = state.misses + 1
    name = "not_understood" if misses == 1 else "numbered"
    said = state.note(desk.say(name))
    return (said.note(desk.say("offer_staff")) if misses > 2 else said).but(misses=misses, doubt=())


def command(desk: Desk, state: State, asked: Command) -> State:
    """Carry out what was asked. On a screen without a question most of it leads back to the last question."""
    if asked is Command.WHY:
        return state.but(is_why=True)
    if asked is Command.STOP:
        return state.but(place="ended", end="stopped", doubt=(), partial=())
    if asked is Command.RESTART:
        return restart(desk, state)
    if asked is Command.BACK:
        return _back(desk, state)
    if asked is Command.SHOW:
        answers = [
            _line(desk, name, given) for name, given in state.answers.items() if name != desk.protocol.consent.id
        ]
        return state.note("\n".join([desk.say("your_answers"), "", *answers]) if answers else desk.say("back_at_start"))
    return _skip(desk, state)


def _line(desk: Desk, name: str, given: tuple[str, ...]) -> str:
    question = desk.protocol.question(name)
    return f"- {question.short}: {desk.answer_text(question, given)}."


def _back(desk: Desk, state: State) -> State:
    on_path = [question.id for question in path(desk.protocol, state.answers)]
    answered = [name for name in on_path[1:] if name in state.answers]
    if state.place == "asking" and state.open in on_path:
        here = on_path.index(state.open)
        answered = [name for name in answered if on_path.index(name) < here]
    if not answered:
        return state.note(desk.say("back_at_start"))
    return reopen(desk, state, desk.protocol.question(answered[-1]))


def reopen(desk: Desk, state: State, question: Question) -> State:
    """Ask a question again; until it is answered anew, the old answer stands."""
    return state.but(place="asking", open=question.id, doubt=(), partial=(), misses=0, is_partial=False,
                     stated={name: given for name, given in state.stated.items() if name != question.id})  # fmt: skip


def _skip(desk: Desk, state: State) -> State:
    question = desk.protocol.question(state.open)
    if state.place != "asking" or question.kind == "consent":
        return miss(desk, state)
    if not question.group:
        return record(desk, state, question, (SKIPPED,))
    # Questions that are skipped together are skipped with one word.
    for other in desk.protocol.questions:
        if other.group == question.group and other.id not in state.answers:
            state = record(desk, state, other, (SKIPPED,))
    return state


def want_full_list(desk: Desk, state: State) -> State:
    return go_on(desk, state.but(is_full=True))


def show_now(desk: Desk, state: State) -> State:
    return state.but(place="read_back", is_partial=True)


def to_result(desk: Desk, state: State) -> State:
    return state.but(place="send", misses=0)


def ask_what_to_change(desk: Desk, state: State) -> State:
    return state.note(desk.say("which_change"))


def send(desk: Desk, state: State) -> State:
    return state.but(place="ended", end="sent")


def keep(desk: Desk, state: State) -> State:
    return state.but(place="ended", end="kept")


def resume(desk: Desk, state: State) -> State:
    return go_on(desk, state.but(place="asking"))


def restart(desk: Desk, state: State) -> State:
    """From the first question, with nothing answered."""
    first = desk.protocol.consent.id
    return State(hash=state.hash, version=state.version, open=first, started_at=state.seen_at, seen_at=state.seen_at)
