from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.run import _say_first_link
from bot.staff.accounts import Accounts
from bot.staff.links import use_link
from bot.store.opening import opened_store
from tests.conversation.samples import talk_settings
from tests.staff.samples import PASSWORD, later

ADDRESS = "http://127.0.0.1:8080"


def test_a_start_prints_a_link_until_there_is_an_admin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = talk_settings(tmp_path)
    monkeypatch.setenv("MESOGUIDE_DATA_KEY", settings.data_key.get_secret_value())
    monkeypatch.setenv("MESOGUIDE_BRAIN_SECRET", settings.brain_secret.get_secret_value())
    monkeypatch.setenv("MESOGUIDE_DATABASE_URL", settings.database_url)
    _say_first_link(ADDRESS)
    found = re.search(rf"{re.escape(ADDRESS)}/console/welcome/([\w-]+)\n", capfd.readouterr().err)
    assert found is not None
    store = opened_store(settings)
    accounts = Accounts(store, clinic_name="Example Clinic")
    use_link(store, accounts, found[1], password=PASSWORD, name="Ann", now=later())
    _say_first_link(ADDRESS)
    assert capfd.readouterr().err == ""


def test_a_wrong_key_is_said_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = talk_settings(tmp_path)
    monkeypatch.setenv("MESOGUIDE_DATA_KEY", "not a key")
    monkeypatch.setenv("MESOGUIDE_BRAIN_SECRET", settings.brain_secret.get_secret_value())
    monkeypatch.setenv("MESOGUIDE_DATABASE_URL", settings.database_url)
    _say_first_link(ADDRESS)
    assert "MESOGUIDE_DATA_KEY" in capfd.readouterr().err
