"""What holds on every way through the questions."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.candidacy.desk import Desk
from bot.candidacy.engine import assess, is_over, next_question, path, so_far
from bot.candidacy.load import load_protocol
from bot.candidacy.model import UNKNOWN, Answers, Protocol
from bot.candidacy.screens import show
from bot.candidacy.talk import Said, begin, step
from bot.clinic import load_clinic, placeholders
from bot.settings import ROOT
from bot.vocabulary import Outcome
from tests.candidacy.visit import START, clear_answers

VALUES = placeholders(load_clinic(ROOT / "clinic.yml"))
PROTOCOL: Protocol = load_protocol(ROOT / "knowledge", VALUES)
DESK = Desk(PROTOCOL, VALUES)
CALM = settings(max_examples=120, deadline=None)


@st.composite
def walks(draw: st.DrawFn) -> Answers:
    """Answers to the questions in the order in which they are asked, until the end or somewhere before."""
    answers: dict[str, tuple[str, ...]] = {}
    length = draw(st.integers(0, len(PROTOCOL.questions)))
    mostly_clear = draw(st.booleans())
    while len(answers) < length and (question := next_question(PROTOCOL, answers)):
        ids = [one for one in question.answer_ids if one != "unanswered"]
        if mostly_clear and draw(st.integers(0, 9)) and question.clear:
            ids = list(question.clear)
        size = draw(st.integers(1, 2)) if question.many else 1
        answers[question.id] = tuple(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=size, unique=True)))
    return answers


@CALM
@given(walks())
def test_no_barrier_is_never_found_with_an_open_question(answers: Answers) -> None:
    if assess(PROTOCOL, answers).outcome is not Outcome.NO_BARRIER_FOUND:
        return
    for question in path(PROTOCOL, answers):
        if question.kind in {"health", "age"}:
            assert question.id in answers
            assert not set(answers[question.id]) & set(UNKNOWN)
            assert set(answers[question.id]) <= set(question.clear)


@CALM
@given(walks())
def test_the_highest_outcome_wins_and_the_trace_names_real_answers(answers: Answers) -> None:
    found = assess(PROTOCOL, answers)
    ranks = [cause.outcome.rank for cause in found.causes]
    assert ranks == sorted(ranks)
    assert found.outcome.rank == (ranks[0] if ranks else Outcome.NO_BARRIER_FOUND.rank)
    for cause in found.causes:
        for name, given_answers in cause.answers:
            assert given_answers == ("unanswered",) or set(given_answers) <= set(answers[name])


@CALM
@given(walks(), st.data())
def test_changing_an_answer_back_restores_the_outcome(answers: Answers, data: st.DataObject) -> None:
    if not answers:
        return
    name = data.draw(st.sampled_from(sorted(answers)))
    other = data.draw(st.sampled_from(PROTOCOL.question(name).answer_ids))
    before = assess(PROTOCOL, answers)
    changed = {**answers, name: (other,)}
    assess(PROTOCOL, changed)
    assert assess(PROTOCOL, {**changed, name: answers[name]}) == before


@CALM
@given(walks())
def test_an_answer_more_never_hides_a_stop(answers: Answers) -> None:
    """What stands in the way so far still does when the rest is answered without a barrier."""
    stop = so_far(PROTOCOL, answers).outcome
    rest = clear_answers(PROTOCOL, **{name: tuple(given_answers) for name, given_answers in answers.items()})
    if stop in {Outcome.URGENT, Outcome.UNDER_AGE, Outcome.NOT_NOW}:
        assert assess(PROTOCOL, rest).outcome.rank <= stop.rank


@CALM
@given(st.lists(st.sampled_from(["yes", "no", "not sure", "skip", "1", "2", "both", "hm", "go on", "I'm on Eliquis"])))
def test_every_way_of_talking_ends_or_goes_on_with_a_message(words: list[str]) -> None:
    state = begin(DESK, (), START)
    for word in words:
        state = step(DESK, state, Said(word), START).state
        if state.place == "ended":
            break
        assert show(DESK, state).text.strip()


@CALM
@given(st.data())
def test_every_path_ends(data: st.DataObject) -> None:
    state = begin(DESK, (), START)
    for _ in range(3 * len(PROTOCOL.questions)):
        if state.place != "asking":
            break
        question = PROTOCOL.question(state.open)
        answer = data.draw(st.sampled_from(question.clear or [question.answers[0].id]))
        state = step(DESK, state, Said("", pressed=(question.id, answer)), START).state
        if state.partial:
            state = step(DESK, state, Said("", pressed=(question.id, "done")), START).state
    assert state.place in {"read_back", "ended"}
    assert is_over(PROTOCOL, state.answers) or next_question(PROTOCOL, state.answers) is None or state.end == "declined"
