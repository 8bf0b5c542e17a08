"""From the settings to a store that is ready."""

from __future__ import annotations

from bot.privacy.cipher import Cipher
from bot.settings import Settings
from bot.store.engine import create_store_engine
from bot.store.migrate import upgrade
from bot.store.store import Store


def opened_store(settings: Settings) -> Store:
    """The store, with its tables brought up to date first. Raises SettingsError for a wrong key or URL."""
    engine = create_store_engine(settings.database_url)
    upgrade(engine)
    return Store(engine, Cipher(settings.data_key.get_secret_value()))
