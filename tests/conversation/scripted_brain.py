"""A brain beside the real ones: says what the test wrote down, as slowly and as unreliably as the test wants."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.errors import BrainUnavailable
from bot.types import Button, Envelope, PatientTurn, Source
from bot.vocabulary import Kind

SOURCE = Source("A source", "https://example.org/a")
BUTTON = Button("Tell me more", "/ask_more")


def answer_to(turn: PatientTurn) -> Envelope:
    """What this brain says to a turn: names the turn, so that a test sees which message was answered."""
    return Envelope(
        Kind.ANSWER,
        f"The answer to turn {turn.turn_id}.",
        topics=("pain",),
        card_ids=("pain.general",),
        sources=(SOURCE,),
        buttons=(BUTTON,),
        reviewed=False,
    )


class ScriptedBrain:
    """The same envelopes for the same turn again, as the protocol asks. `asked` keeps every question."""

    def __init__(self, *, delay_s: float = 0.0) -> None:
        self.asked: list[PatientTurn] = []
        self.is_down = False
        self.is_closed = False
        self.error: Exception | None = None
        self.delay_s = delay_s
        self.script: dict[str, Sequence[Envelope]] = {}
        self.was_asked = asyncio.Event()
        self._may_answer = asyncio.Event()
        self._may_answer.set()

    def hold(self) -> None:
        """Answer nothing until `let_go`."""
        self._may_answer.clear()

    def let_go(self) -> None:
        self._may_answer.set()

    async def answer(self, turn: PatientTurn) -> Sequence[Envelope]:
        self.asked.append(turn)
        self.was_asked.set()
        await asyncio.sleep(self.delay_s)
        await self._may_answer.wait()
        if self.error is not None:
            raise self.error
        await self.check()
        return self.script.get(turn.text, [answer_to(turn)])

    async def check(self) -> None:
        if self.is_down:
            raise BrainUnavailable("The brain is down, says the script.")

    async def close(self) -> None:
        self.is_closed = True

    @property
    def asked_texts(self) -> list[str]:
        return [turn.text for turn in self.asked]
