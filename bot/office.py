"""The clinic's facts as they are now: those of clinic.yml, with what was changed in the console."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.clinic import Clinic
from bot.errors import MesoGuideError
from bot.store.store import Store

logger = logging.getLogger(__name__)

PAUSE_S = 2.0
"""A change made by another process holds after so long."""

CHANGEABLE = (
    "opening_hours",
    "holidays",
    "retention_days",
    "alert_after_minutes",
    "alert_urgent_after_minutes",
    "escalate_after_minutes",
    "alert_emails",
    "escalation_emails",
    "who_treats",
)
"""Fields of `Clinic` that the console may change."""


class ChangeRefused(MesoGuideError):
    """Facts that can't be so: a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class Office:
    """What was changed, over what stands in the file. `present` never waits; `refresh` asks the database."""

    def __init__(self, clinic: Clinic, store: Store) -> None:
        self.file = clinic
        self._store = store
        self._present = clinic
        self._stamp: object = None
        self._due_at = 0.0

    def present(self) -> Clinic:
        """The facts of the last refresh; the very same object until one of them changes."""
        return self._present

    def refresh(self, *, at_once: bool = False) -> None:
        """Look for changes; blocking, and at most every two seconds unless `at_once`.

        Without a database everything stays as it was.
        """
        if not at_once and time.monotonic() < self._due_at:
            return
        self._due_at = time.monotonic() + PAUSE_S
        try:
            stamp = self._store.clinic_stamp()
            if stamp != self._stamp:
                changes = self._store.clinic_changes()
                self._present = _whatever_holds(self.file, {name: one.value for name, one in changes.items()})
                self._stamp = stamp
        except SQLAlchemyError as error:
            logger.warning("The clinic's settings could not be read again (%s).", type(error).__name__)

    async def refresh_forever(self) -> None:
        """Keep `present` fresh where nobody else asks."""
        while True:
            await asyncio.to_thread(self.refresh)
            await asyncio.sleep(PAUSE_S)


def as_json(clinic: Clinic) -> dict[str, Any]:
    """All facts as JSON has them."""
    holidays = {day.isoformat(): holiday.dict() for day, holiday in clinic.holidays.items()}
    return dict(json.loads(clinic.json(exclude={"holidays"}))) | {"holidays": holidays}


def with_changes(clinic: Clinic, values: Mapping[str, Any]) -> Clinic:
    """`clinic` with other facts, given as in JSON. Raises ChangeRefused."""
    if not values:
        return clinic
    try:
        return Clinic(**(as_json(clinic) | dict(values)))
    except ValidationError as error:
        raise ChangeRefused(_sentences(error)) from None


def _whatever_holds(clinic: Clinic, values: dict[str, Any]) -> Clinic:
    """An edited clinic.yml may make an older change impossible; that one then no longer holds."""
    known = {name: value for name, value in values.items() if name in CHANGEABLE}
    try:
        return with_changes(clinic, known)
    except ChangeRefused as error:
        names = set(error.problems) & set(known)
        logger.error("Changed in the console, but no longer possible: %s.", ", ".join(sorted(error.problems)))
        rest = {name: value for name, value in known.items() if name not in names}
        return _whatever_holds(clinic, rest) if names else clinic


def _sentences(error: ValidationError) -> dict[str, str]:
    """The first problem of each field, as a sentence."""
    found: dict[str, str] = {}
    for problem in error.errors():
        name = str(problem["loc"][0])
        found.setdefault(name, _sentence(name, str(problem["type"]), str(problem["msg"])))
    return found


def _sentence(name: str, kind: str, message: str) -> str:
    limits = Clinic.__fields__[name].field_info
    if limits.ge is not None and (kind.startswith("value_error.number") or kind == "type_error.integer"):
        return f"Write a whole number from {limits.ge:g} to {limits.le:g}."
    return f"{message[0].upper()}{message[1:].rstrip('.')}."
