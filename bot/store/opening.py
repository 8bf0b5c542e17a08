"""From the settings to a store that is ready."""

from __future__ import annotations

from collections.abc import Callable

from bot.hours import Hours
from bot.privacy.cipher import Cipher
from bot.settings import Settings
from bot.store.engine import create_store_engine
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.tally import set_clock


def opened_store(settings: Settings, hours: Callable[[], Hours] | None = None) -> Store:
    """The store, with its tables brought up to date first; it counts by the clinic's `hours`.

    Raises SettingsError for a wrong key or URL.
    """
    engine = create_store_engine(settings.database_url)
    upgrade(engine)
    if hours is not None:
        set_clock(engine, hours)
    return Store(engine, Cipher(settings.data_key.get_secret_value()))
