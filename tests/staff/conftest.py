"""Accounts on a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.staff.accounts import Accounts
from bot.store.opening import opened_store
from bot.store.store import Store
from tests.conversation.samples import talk_settings


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return opened_store(talk_settings(tmp_path))


@pytest.fixture
def accounts(store: Store) -> Accounts:
    return Accounts(store, clinic_name="Example Clinic")
