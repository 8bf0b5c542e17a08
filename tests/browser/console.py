"""The console in a real browser: the gateway's application in this process, with a scripted brain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from playwright.sync_api import BrowserContext

from bot.channels.app import App
from bot.gateway.app import create_app
from bot.people import Staff
from bot.settings import Settings
from bot.store.store import Store
from bot.talk import connect
from bot.vocabulary import Role
from bot.wiring import content, open_store
from tests.console.colleague import add_colleague
from tests.conversation.samples import talk_settings
from tests.conversation.scripted_brain import ScriptedBrain
from tests.product import free_port

START_TIMEOUT_S = 30


@dataclass(frozen=True)
class Site:
    """A running gateway, and the store that it works with."""

    url: str
    store: Store
    settings: Settings

    def sign_in(self, context: BrowserContext, role: Role, name: str) -> Staff:
        """Make the browser profile a colleague's who is signed in."""
        staff, cookies, _ = add_colleague(self.store, role, name)
        for cookie, value in cookies.items():
            # Set as for HTTPS: Chromium then sends it to a program on this machine without, as to any trusted origin.
            one = {"name": cookie, "value": value, "url": self.url.replace("http:", "https:"), "secure": True}
            context.add_cookies([{**one, "httpOnly": True, "sameSite": "Strict"}])
        return staff


@contextmanager
def running_site(
    folder: Path, seed: Callable[[Store], None] | None = None, apps: Mapping[str, App] | None = None
) -> Iterator[Site]:
    """Serve the application on a free port until the end of the block. The database is in `folder`.

    What `seed` writes is there before the server is, which would answer a message that waits at once.
    """
    settings = talk_settings(folder)
    store = open_store(settings)
    if seed is not None:
        seed(store)
    app = create_app(connect(store, ScriptedBrain(), settings, apps=apps), content().clinic, starters=())
    port = free_port()
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + START_TIMEOUT_S
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    assert server.started
    yield Site(f"http://127.0.0.1:{port}", store, settings)
    server.should_exit = True
    thread.join(10)
