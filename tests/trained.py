"""The trained model with its actions, the log and the safety check, in the tests' own process."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import SecretStr

from bot.privacy.cipher import new_key
from bot.settings import ROOT, Settings
from bot.talk import Talk, connect
from bot.types import Envelope, PatientTurn
from bot.wiring import open_store
from tests.product import need_model

if TYPE_CHECKING:
    from bot.brain.brain import Brain

T = TypeVar("T")


class Trained:
    """One model for all tests; each conversation is new."""

    def __init__(
        self, brain: Brain, talk: Talk, loop: asyncio.AbstractEventLoop, database: Path, data_key: str
    ) -> None:
        self.brain = brain
        self.talk = talk
        self.database = database
        self.data_key = data_key
        self._loop = loop
        self._numbers = itertools.count(1)

    def run(self, work: Awaitable[T]) -> T:
        return self._loop.run_until_complete(work)

    def new_id(self) -> str:
        return f"conversation-{next(self._numbers)}"

    def answer(self, text: str, *, payload: str | None = None, at: str | None = None) -> list[Envelope]:
        """What the brain says to one message of conversation `at`, a new one unless given."""
        turn = PatientTurn(at or self.new_id(), f"turn-{next(self._numbers)}", text, payload)
        return self.run(self.brain.answer(turn))


@contextmanager
def loaded(folder: Path) -> Iterator[Trained]:
    """Load the model that `make test` has trained; the log is in `folder`."""
    need_model()
    from tests.quiet_rasa import import_rasa, rasas_own_warnings

    import_rasa()
    from bot.brain.brain import load_brain
    from bot.brain.private_logs import keep_names_only

    keep_names_only()
    database = folder / "log.db"
    data_key = new_key()
    settings = Settings(
        data_key=SecretStr(data_key),
        brain_secret=SecretStr(new_key()),
        database_url=f"sqlite:///{database}",
        models_dir=ROOT / "models",
        messages_per_minute=1000,
    )
    store = open_store(settings)
    with rasas_own_warnings():
        brain = load_brain(settings.models_dir, store)
    loop = asyncio.new_event_loop()
    try:
        yield Trained(brain, connect(store, brain, settings), loop, database, data_key)
    finally:
        loop.close()
