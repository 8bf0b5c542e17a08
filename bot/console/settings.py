"""The clinic's settings: each fact that the console may change, with who changed it and what clinic.yml says."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console import settings_form
from bot.console.page import Page, Tools
from bot.console.render import page as rendered
from bot.console.settings_form import NAMES
from bot.hours import DAY_NAMES, DAYS
from bot.office import CHANGEABLE, ChangeRefused, as_json, with_changes
from bot.people import StaffSession
from bot.store.office import Change, ChangedMeanwhile
from bot.vocabulary import Permission

BLANK_ROWS = 2


@dataclass
class Shown:
    """What the page has to show beside the facts themselves."""

    fields: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    done: str = ""
    problem: str = ""
    status: int = 200
    taken: tuple[str, ...] = ()
    """What somebody else has changed since this form was opened."""


def pages(tools: Tools) -> list[Page]:
    return [Page("/settings", partial(_settings, tools), Permission.SETTINGS, methods=("GET", "POST"))]


async def _settings(tools: Tools, request: Request, session: StaffSession) -> Response:
    await asyncio.to_thread(partial(tools.office.refresh, at_once=True))
    if request.method == "POST":
        shown = await asyncio.to_thread(_change, tools, request.state.form, session)
        if shown is None:
            return RedirectResponse("/console/settings?saved=1", status_code=303)
    else:
        done = "Saved. It holds from now on." if "saved" in request.query_params else ""
        shown = Shown(settings_form.shown(tools.clinic), done=done)
    return await asyncio.to_thread(_page, tools, session, shown)


def _change(tools: Tools, form: Mapping[str, str], session: StaffSession) -> Shown | None:
    """Write what the form says; None when all is done, else what to show, with everything that was typed."""
    if form.get("do") == "more":
        return Shown(form)
    if form.get("reset") in CHANGEABLE:
        return _reset(tools, form, form["reset"], session)
    found = settings_form.read(form)
    before = as_json(tools.clinic)
    changed = {name: value for name, value in found.values.items() if value != before[name]}
    file = as_json(tools.office.file)
    reset = {name for name, value in changed.items() if value == file[name]}
    changes = tools.store.clinic_changes()
    kept = {name: one.value for name, one in changes.items() if name not in reset}
    try:
        clinic = with_changes(tools.office.file, kept | {n: v for n, v in changed.items() if n not in reset})
    except ChangeRefused as error:
        for name, sentence in error.problems.items():
            found.errors.setdefault(name, sentence)
    if found.errors:
        return Shown(form, found.errors, problem=_problem(len(found.errors)), status=422)
    # As the model writes it: an address without its capitals, a text without its blanks.
    written = as_json(clinic)
    values = {name: written[name] for name in changed if name not in reset}
    return _write(tools, form, values, [name for name in reset if name in changes], session)


def _reset(tools: Tools, form: Mapping[str, str], name: str, session: StaffSession) -> Shown:
    """One fact comes from clinic.yml again; what else was typed stays in the form."""
    kept = {other: one.value for other, one in tools.store.clinic_changes().items() if other != name}
    try:
        with_changes(tools.office.file, kept)
    except ChangeRefused as error:
        return Shown(form, error.problems, problem=_problem(len(error.problems)), status=422)
    refused = _write(tools, form, {}, [name], session)
    if refused is not None:
        return refused
    own = settings_form.shown(tools.clinic)
    prefix = {"opening_hours": "hours_", "holidays": "holiday_"}.get(name, name)
    others = {field: text for field, text in form.items() if not field.startswith(prefix)}
    return Shown(
        others | {field: text for field, text in own.items() if field.startswith(prefix)},
        done=f"{NAMES[name]}: this comes from clinic.yml again.",
    )


def _write(
    tools: Tools, form: Mapping[str, str], values: Mapping[str, Any], reset: list[str], session: StaffSession
) -> Shown | None:
    seen = {name: _moment(form.get(f"seen_{name}", "")) for name in (*values, *reset)}
    now = dt.datetime.now(dt.timezone.utc)
    try:
        if values or reset:
            tools.store.change_clinic(values, reset=reset, seen=seen, by=session.staff, now=now)
    except ChangedMeanwhile as error:
        problem = "Somebody else has changed the same setting meanwhile, so nothing was saved. Compare, and save again."
        return Shown(form, problem=problem, status=409, taken=error.names)
    tools.office.refresh(at_once=True)
    return None


def _page(tools: Tools, session: StaffSession, shown: Shown) -> Response:
    changes = tools.store.clinic_changes()
    file, now = as_json(tools.office.file), as_json(tools.clinic)
    people = {one.id: one.name for one in tools.store.all_staff()}
    today = dt.datetime.now(tools.clinic.hours.zone).date().isoformat()
    numbers = settings_form.holiday_numbers(shown.fields)
    empty = [number for number in numbers if settings_form.is_empty(number, shown.fields)]
    written = [number for number in numbers if number not in empty]
    past = [number for number in written if settings_form.is_before(today, number, shown.fields, shown.errors)]
    first_blank = max(numbers, default=-1) + 1
    more = len(empty) if shown.fields.get("do") == "more" else 0
    return rendered(
        "settings.html",
        session,
        status=shown.status,
        title="Settings",
        shown=shown,
        names=NAMES,
        days=list(zip(DAYS, DAY_NAMES, strict=True)),
        past=past,
        coming=[number for number in written if number not in past],
        blank=range(first_blank, first_blank + BLANK_ROWS + more),
        about={name: _about(changes.get(name), people, tools) for name in CHANGEABLE},
        file={name: settings_form.told(name, file[name]) for name in CHANGEABLE},
        now={name: settings_form.told(name, now[name]) for name in CHANGEABLE},
        zone=str(tools.clinic.hours.zone),
    )


def _about(change: Change | None, people: Mapping[str, str], tools: Tools) -> dict[str, str] | None:
    """Who changed it, and when, by the clinic's clock."""
    if change is None:
        return None
    local = change.at.astimezone(tools.clinic.hours.zone)
    name = people.get(change.by, "somebody who has left")
    return {"by": name, "at": change.at.isoformat(), "shown_at": f"{local.day} {local:%B %Y, %H:%M}"}


def _problem(count: int) -> str:
    return f"{'One thing is' if count == 1 else f'{count} things are'} not right yet, so nothing was saved."


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
