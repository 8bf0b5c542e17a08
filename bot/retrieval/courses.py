"""What a whole course of treatment costs: from the clinic's own prices, or from a general range where it has none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from bot.clinic import Clinic, offers, prices_for
from bot.documents import NoBlanks, load_document
from bot.prices import Price, Range, range_text, whole_range


class GeneralPrices(NoBlanks):
    """Prices that hold for no clinic in particular. Their source gives no date."""

    source: str
    currency: str = Field(..., regex=r"^[A-Z]{3}$")
    sessions: Range
    items: list[Price] = Field(..., min_items=1)


@dataclass(frozen=True)
class Course:
    """One treatment's course: `total` is sessions times the price of one, in `currency`."""

    label: str
    per_session: Range
    sessions: Range
    currency: str
    is_own_count: bool = True
    """Whether the clinic has set the number of sessions; otherwise it is the general source's."""

    @property
    def total(self) -> Range:
        return Range(
            low=self.per_session.low * self.sessions.low,
            high=self.per_session.high * self.sessions.high,
        )


@dataclass(frozen=True)
class Courses:
    """All courses that can be named together: either the clinic's own, or general ones."""

    courses: tuple[Course, ...]
    as_of: dt.date | None = None
    """The day of the clinic's own prices; None for general ones, whose source gives no date."""

    @property
    def is_own(self) -> bool:
        return self.as_of is not None

    @property
    def counted_generally(self) -> tuple[Course, ...]:
        """Those whose number of sessions isn't the clinic's."""
        return tuple(course for course in self.courses if not course.is_own_count)


def load_general_prices(knowledge_dir: Path) -> GeneralPrices:
    """Read `general_prices.yml`. Raises DocumentError that names each wrong field and its mend."""
    return load_document(knowledge_dir / "general_prices.yml", GeneralPrices)


def courses(
    clinic: Clinic, general: GeneralPrices, treatments: Collection[str] = (), areas: Collection[str] = ()
) -> Courses:
    """The clinic's own courses for `treatments`; where it has set no price for them, the general ones that it offers.

    Own and general prices never stand side by side: they would look alike, and currencies differ.
    """
    own = prices_for(clinic, treatments, areas)
    if own and clinic.prices is not None:
        found = tuple(_course(item, general.sessions, clinic.prices.currency) for item in own)
        return Courses(found, clinic.prices.as_of)
    items = [item for item in general.items if not treatments or item.treatment in treatments]
    offered = [item for item in items if offers(clinic, (item.treatment,)) is not False]
    return Courses(tuple(_course(item, general.sessions, general.currency) for item in offered))


def total_text(found: Courses) -> str:
    """`A course of 4–8 sessions makes USD 1,280–2,560.`; of several only the range, nothing where there is none."""
    if not found.courses:
        return ""
    first, *others = found.courses
    total = f"{first.currency} {range_text(whole_range(course.total for course in found.courses))}"
    if others:
        return f"A full course: {total}."
    whose = "" if first.is_own_count else " That number of sessions is from one of our sources."
    return f"A course of {range_text(first.sessions)} sessions makes {total}.{whose}"


def list_text(found: Courses) -> str:
    """A line of a list for each course: how its total comes about, and whose number of sessions it has."""
    return "\n".join(
        f"- {course.label}: {range_text(course.sessions)} sessions at {course.currency}"
        f" {range_text(course.per_session)} make {course.currency} {range_text(course.total)}.{_whose(course)}"
        for course in found.courses
    )


def _whose(course: Course) -> str:
    return "" if course.is_own_count else " This number of sessions is from one of our sources, without a date."


def _course(item: Price, sessions: Range, currency: str) -> Course:
    return Course(item.label, item.per_session, item.sessions or sessions, currency, item.sessions is not None)
