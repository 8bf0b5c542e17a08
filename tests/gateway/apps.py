"""The gateway with one messaging app switched on: its requests come in by HTTP, its server is the fake one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from bot.channels.hook import Raw
from bot.gateway.app import create_app
from bot.settings import Settings
from bot.store.store import Store
from bot.talk import connect
from bot.wiring import content, open_store, starter_questions
from tests.channels.wires import PUBLIC, Seen, Wire
from tests.conversation.samples import talk_settings
from tests.conversation.scripted_brain import ScriptedBrain

LIMIT_S = 15.0
QUIET_S = 0.6


class Gateway:
    """One running gateway and the phone of its patient."""

    def __init__(
        self, client: TestClient, wire: Wire[Any], store: Store, brain: ScriptedBrain, settings: Settings
    ) -> None:
        self.client = client
        self.wire = wire
        self.store = store
        self.brain = brain
        self.settings = settings

    def post(self, raw: Raw) -> int:
        """The status of the answer."""
        path = raw.url.removeprefix(PUBLIC).replace("/webhooks/x", f"/webhooks/{self.wire.name}")
        return self.client.request(raw.method, path, content=raw.body, headers=dict(raw.headers)).status_code

    def say(self, words: str, replies: int = 1) -> list[Seen]:
        """Type it, and read so many replies."""
        return self._after(self.wire.typed(words), replies)

    def press(self, title: str, replies: int = 1) -> list[Seen]:
        choices = {name: one for seen in self.wire.seen() for name, one in seen.choices.items()}
        return self._after(self.wire.pressed(title, choices.get(title, "")), replies)

    def agree(self) -> None:
        self.say("hello")
        self.press("Yes, I agree")

    def wait(self, condition: Callable[[], object]) -> None:
        until = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < until, f"it never came; the phone shows {self.wire.seen()}"
            time.sleep(0.02)

    def _after(self, raw: Raw, replies: int) -> list[Seen]:
        before = len(self.wire.seen())
        assert self.post(raw) == 200
        self.wait(lambda: len(self.wire.seen()) >= before + replies)
        return self.wire.seen()[before:]


def app_settings(folder: Path, wire: Wire[Any], **others: Any) -> Settings:
    own = {"public_url": PUBLIC, **wire.settings, **others}
    return talk_settings(folder, **own)


@contextmanager
def gateway(settings: Settings, wire: Wire[Any], brain: ScriptedBrain) -> Iterator[Gateway]:
    store = open_store(settings)
    app = create_app(connect(store, brain, settings), content().clinic, starters=starter_questions())
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Gateway(client, wire, store, brain, settings)
