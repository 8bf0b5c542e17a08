"""What treatments cost at one clinic: the prices in `clinic.yml`, and how an amount is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, root_validator, validator

from bot.documents import Strict
from bot.vocabulary import TREATMENT_OF_AREA

HIGHEST_PRICE = 100_000

Treatment = Literal["skin", "hair", "fat", "cellulite", "scars", "pain"]


class Range(Strict):
    """From the lowest to the highest."""

    low: float = Field(..., gt=0, lt=HIGHEST_PRICE)
    high: float = Field(..., gt=0, lt=HIGHEST_PRICE)

    @root_validator(pre=True)
    def _from_to(cls, values: dict[str, Any]) -> dict[str, Any]:
        # "from" is a word of Python, so the file's names differ from the fields'.
        return {{"from": "low", "to": "high"}.get(name, name): value for name, value in values.items()}

    @validator("high")
    def _not_below(cls, value: float, values: dict[str, Any]) -> float:
        if value < values.get("low", value):
            raise ValueError(f"{value:g} is less than `from`; write the lower number first")
        return value


class Price(Strict):
    """What one session of one treatment costs here, and how many sessions a course usually has."""

    treatment: Treatment
    area: str | None = None
    label: str = Field(..., min_length=2, max_length=60)
    per_session: Range
    sessions: Range | None = None

    @validator("per_session", pre=True)
    def _one_price(cls, value: object) -> object:
        if not isinstance(value, (int, float)):
            return value
        if not 0 < value < HIGHEST_PRICE:
            raise ValueError(f"{value:g} is no price; write a number greater than 0, or {{from: 250, to: 350}}")
        return {"low": value, "high": value}

    @validator("area")
    def _known_area(cls, value: str | None, values: dict[str, Any]) -> str | None:
        if value is not None and TREATMENT_OF_AREA.get(value) != values.get("treatment"):
            fitting = [area for area, treatment in TREATMENT_OF_AREA.items() if treatment == values.get("treatment")]
            raise ValueError(f"{value!r} is not an area of this treatment; use one of {', '.join(fitting)}")
        return value


class PriceList(Strict):
    currency: str = Field(..., regex=r"^[A-Z]{3}$")
    as_of: dt.date
    items: list[Price] = Field(..., min_items=1)


def whole_range(ranges: Iterable[Range]) -> Range:
    """From the lowest of all to the highest."""
    listed = [*ranges]
    return Range(low=min(one.low for one in listed), high=max(one.high for one in listed))


def date_text(day: dt.date) -> str:
    """`1 Nov 2026`, the same everywhere."""
    return f"{day.day} {day:%b %Y}"


def range_text(amount: Range) -> str:
    """`290`, or `250–350`. Cents only where there are any."""
    return "–".join(dict.fromkeys((_amount(amount.low), _amount(amount.high))))


def _amount(price: float) -> str:
    return f"{price:,.0f}" if price == int(price) else f"{price:,.2f}"
