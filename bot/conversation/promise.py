"""What is only known when a message goes out: how long somebody who asks for a person usually waits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.types import Envelope

logger = logging.getLogger(__name__)

USUAL_WAIT = "{usual_wait}"
"""The gap in a text of the brain, which knows no log to measure in."""

Promise = Callable[[Sequence[Envelope], datetime], Sequence[Envelope]]
"""Messages with their gaps filled, as they go out at that time. Blocking: it reads the database."""


def make_promise(measure: Callable[[datetime], int | None], *, known: str, unknown: str) -> Promise:
    """`measure` gives the minutes, or None. `known` has the gap `{wait}`; `unknown` promises no number."""

    def fill(envelopes: Sequence[Envelope], now: datetime) -> Sequence[Envelope]:
        if not any(USUAL_WAIT in envelope.text for envelope in envelopes):
            return envelopes
        sentence = _sentence(measure, now, known, unknown)
        return [replace(one, text=one.text.replace(USUAL_WAIT, sentence)) for one in envelopes]

    return fill


def wait_text(minutes: int) -> str:
    """`1 minute`, `10 minutes`, `1 hour`, `2 hours`."""
    number, unit = (minutes // 60, "hour") if minutes >= 60 and minutes % 60 == 0 else (minutes, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _sentence(measure: Callable[[datetime], int | None], now: datetime, known: str, unknown: str) -> str:
    try:
        minutes = measure(now)
    except Exception:
        # A number that can't be read must not keep anybody from being told that staff have been asked.
        logger.exception("The usual wait can't be measured.")
        minutes = None
    return unknown if minutes is None else known.replace("{wait}", wait_text(minutes))
