"""A change in the console reaches the running gateway and the running brain, without a restart."""

from __future__ import annotations

import time
from datetime import datetime, timezone

import httpx2
import pytest

from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.vocabulary import Role
from tests.gateway.patient import Patient
from tests.product import Product

pytestmark = pytest.mark.model

QUESTION = "what are your opening hours?"


def test_new_opening_hours_are_told_within_seconds(product: Product, client: httpx2.Client) -> None:
    engine = create_store_engine(product.environment["MESOGUIDE_DATABASE_URL"])
    store = Store(engine, Cipher(product.environment["MESOGUIDE_DATA_KEY"]))
    assert "Sun closed" in Patient(client).ask(QUESTION)["text"]
    now = datetime.now(timezone.utc)
    ada = store.add_staff(login="ada@changed.example", name="Ada", role=Role.ADMIN, password_hash=None, now=now)
    names = {"opening_hours": {"sun": ["06:00-07:15"]}, "retention_days": 8}
    store.change_clinic(names, seen={}, by=ada, now=now)
    try:
        time.sleep(4.5)
        assert "Sun 06:00-07:15" in Patient(client).ask(QUESTION)["text"]
        assert client.get("/widget/config.json").json()["retention_days"] == 8
    finally:
        store.change_clinic({}, reset=[*names], seen=dict.fromkeys(names, now), by=ada, now=datetime.now(timezone.utc))
        time.sleep(4.5)
    assert "Sun closed" in Patient(client).ask(QUESTION)["text"]
    engine.dispose()
