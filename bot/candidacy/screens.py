"""What a patient sees at each place of the questionnaire, as one message."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from bot.candidacy.desk import SCREENS, Desk
from bot.candidacy.engine import Assessment, Cause, assess, path, so_far
from bot.candidacy.model import SKIPPED, Question
from bot.candidacy.reading import choices, substantive
from bot.candidacy.sheet import make_sheet
from bot.candidacy.state import State
from bot.types import Button, Envelope, Source
from bot.vocabulary import Kind

START = "/start_candidacy"
NUMBERED_FROM, STAFF_FROM = 2, 3
"""How many answers in a row that were not understood bring numbered choices, and then the offer of staff."""


def show(desk: Desk, state: State) -> Envelope:
    """The screen for `state`. An urgent or under-age end has none here: the safety texts speak then."""
    if state.place == "ended":
        return _ended(desk, state)
    if state.place == "asking":
        return _question(desk, state)
    if state.place == "send":
        return _result(desk, state)
    texts = {"full_list": _full_list, "read_back": _read_back, "resume": _resume}
    buttons = _two(desk, state.place) + _person(desk, state)
    return _message(state, [texts[state.place](desk, state), *_numbers(state, buttons)], buttons)


def _question(desk: Desk, state: State) -> Envelope:
    question = desk.protocol.question(state.open)
    parts = [] if question.kind == "consent" else [f"**{_progress(desk, state)}**"]
    if state.is_why:
        parts.append(desk.say("why", why=desk.fill(question.why)))
    buttons = _answer_buttons(desk, state, question)
    meant = state.doubt or state.stated.get(question.id, ())
    if state.partial:
        parts.append(desk.say("anything_else", answer=desk.answer_text(question, state.partial)))
    elif meant:
        parts.append(desk.fill(question.ask))
        name = "confirm" if state.doubt else "stated"
        parts.append(desk.say(name, answer=desk.answer_text(question, meant)))
        buttons = _two(desk, "doubt") + _controls(desk, question)
    else:
        parts += _asked(desk, state, question)
    buttons += _person(desk, state)
    media = () if question.kind == "consent" else (_bar(desk, state),)
    sources = _sources(desk, question.sources) if state.is_why else ()
    # Said once before it begins and again with the result; on each of thirty questions nobody would read it.
    reviewed = desk.protocol.is_reviewed if question.kind == "consent" else None
    return _message(
        state, [*parts, *_numbers(state, buttons)], buttons, media=media, sources=sources, reviewed=reviewed
    )


def _asked(desk: Desk, state: State, question: Question) -> Iterator[str]:
    yield desk.fill(question.ask)
    if question.listed:
        yield "\n".join(f"- {name}." for name in question.listed)
    if question.many and desk.protocol.texts["several"] not in question.ask:
        yield desk.say("several")
    if not state.is_why:
        yield desk.say("why", why=desk.fill(question.why))


def _answer_buttons(desk: Desk, state: State, question: Question) -> tuple[Button, ...]:
    if state.partial:
        left = [one for one in substantive(question) if one not in state.partial]
        done = (_button(desk.title("done"), question.id, "done"),)
        own = tuple(_button(desk.protocol.title(question, (one,)), question.id, one) for one in left)
        return (*done, *own, *_controls(desk, question))
    ids = [answer.id for answer in question.answers] if question.kind == "private" else choices(question)
    shown = tuple(_button(desk.protocol.title(question, (one,)), question.id, one) for one in ids)
    skip = (_button(desk.title("skip"), question.id, SKIPPED),) if question.optional else ()
    return (*shown, *skip, *_controls(desk, question))


def _controls(desk: Desk, question: Question) -> tuple[Button, ...]:
    if question.kind == "consent":
        return ()
    return (_button(desk.title("back"), question.id, "back"), _button(desk.title("stop"), question.id, "stop"))


def _two(desk: Desk, place: str) -> tuple[Button, ...]:
    return tuple(_button(desk.title(choice), place, choice) for choice in SCREENS[place])


def _person(desk: Desk, state: State) -> tuple[Button, ...]:
    return (Button(desk.title("person"), payload="/request_handoff"),) if state.misses >= STAFF_FROM else ()


def _numbers(state: State, buttons: Iterable[Button]) -> list[str]:
    """The choices once more as a numbered list, for somebody whose words weren't understood twice."""
    if state.misses < NUMBERED_FROM:
        return []
    own = [
        button
        for button in buttons
        if '"back"' not in (button.payload or "") and '"stop"' not in (button.payload or "")
    ]
    return [
        "\n".join(
            f"{number}. {button.title}"
            for number, button in enumerate(own, start=1)
            if button.payload != "/request_handoff"
        )
    ]


def _button(title: str, place: str, answer: str) -> Button:
    return Button(title, payload=f"{START}{json.dumps({'question': place, 'answer': answer})}")


def _full_list(desk: Desk, state: State) -> str:
    found = so_far(desk.protocol, state.answers)
    return desk.say("full_list", reasons=_reasons(desk, found.deciding))


def _resume(desk: Desk, state: State) -> str:
    number, total = desk.progress(state)
    return desk.say("resume", number=str(number), total=str(total))


def _read_back(desk: Desk, state: State) -> str:
    return "\n".join([desk.say("read_back"), "", *answer_lines(desk, state)])


def answer_lines(desk: Desk, state: State) -> list[str]:
    """Every answer that counts, one line each, in the order of the questions."""
    answered = [question for question in path(desk.protocol, state.answers)[1:] if question.id in state.answers]
    return [f"- {one.short}: {desk.answer_text(one, state.answers[one.id])}." for one in answered]


def result_of(desk: Desk, state: State) -> Assessment:
    """What the answers come to, the unanswered ones included."""
    return assess(desk.protocol, state.answers)


def _result(desk: Desk, state: State) -> Envelope:
    found = result_of(desk, state)
    told = desk.protocol.outcome_text(found.outcome)
    others = [cause for cause in found.others if not _is_unanswered(cause)]
    deciding = [cause for cause in found.deciding if not _is_unanswered(cause)]
    parts = [f"**{told.title}**", desk.fill(told.text, reasons=_reasons(desk, deciding))]
    if any(_is_unanswered(cause) for cause in found.causes):
        parts.append(desk.say("stopped_early"))
    if others:
        parts.append(f"{desk.say('also')}\n\n{_reasons(desk, others)}")
    parts += [desk.say("this_is_not"), desk.say("sheet"), desk.say("send_offer")]
    cited = tuple(source for cause in (*deciding, *others) for source in cause.sources)
    buttons = _two(desk, "send") + _person(desk, state)
    sheet = make_sheet(desk, found, answer_lines(desk, state), _sources(desk, cited))
    return _message(
        state,
        [*parts, *_numbers(state, buttons)],
        buttons,
        media=(sheet.to_media(),),
        sources=_sources(desk, cited),
        reviewed=desk.protocol.is_reviewed,
    )


def _ended(desk: Desk, state: State) -> Envelope:
    if state.end == "declined":
        links = tuple(Button(link.title, payload=link.payload) for link in desk.protocol.reading)
        return _message(state, [desk.say("declined")], links)
    if state.end == "stopped":
        return _message(state, [desk.say("stopped")], (Button(desk.title("resume"), payload=START),))
    name = "sent" if state.end == "sent" else "not_sent"
    return _message(state, [desk.say(name), desk.say("finished")], ())


def _is_unanswered(cause: Cause) -> bool:
    return any(answers == ("unanswered",) for _, answers in cause.answers)


def _reasons(desk: Desk, causes: Iterable[Cause]) -> str:
    """One line for each cause: the patient's own answer, then what the sources say about it."""
    lines: dict[str, None] = {}
    for cause in causes:
        own = "; ".join(
            f"{desk.protocol.question(name).short}: {desk.answer_text(desk.protocol.question(name), given)}"
            for name, given in cause.answers
        )
        lines[f"- {own}. {desk.fill(cause.reason)}"] = None
    return "\n".join(lines)


def _progress(desk: Desk, state: State) -> str:
    number, total = desk.progress(state)
    return desk.say("progress", number=str(number), total=str(total))


def _bar(desk: Desk, state: State) -> dict[str, object]:
    number, total = desk.progress(state)
    return {"type": "progress", "now": number, "of": total, "alt": _progress(desk, state)}


def _sources(desk: Desk, ids: Iterable[str]) -> tuple[Source, ...]:
    cited = (desk.protocol.sources[one] for one in dict.fromkeys(ids))
    return tuple(Source(one.title, one.url) for one in cited)


def _message(
    state: State,
    parts: Iterable[str],
    buttons: tuple[Button, ...],
    *,
    media: tuple[dict[str, object], ...] = (),
    sources: tuple[Source, ...] = (),
    reviewed: bool | None = None,
) -> Envelope:
    text = "\n\n".join(part.strip() for part in (*state.notes, *parts))
    return Envelope(
        Kind.QUESTIONNAIRE,
        text,
        topics=("candidacy",),
        sources=sources,
        buttons=buttons,
        media=media,
        reviewed=reviewed,
    )
