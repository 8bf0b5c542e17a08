"""Facts of clinic.yml with what the console changes of them, as gateway and brain hold them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.clinic import Clinic, load_clinic
from bot.hours import next_opening_text
from bot.office import CHANGEABLE, ChangeRefused, Office, as_json, with_changes
from bot.people import Staff
from bot.privacy.cipher import Cipher, new_key
from bot.settings import ROOT
from bot.store.engine import create_store_engine
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.vocabulary import Role
from bot.wiring import _Live, content, file_content, refresh_office, use_office
from tests.store.samples import NOW, later

CLINIC = load_clinic(ROOT / "clinic.yml")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_store_engine(f"sqlite:///{tmp_path / 'log.db'}")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine, Cipher(new_key()))


@pytest.fixture
def admin(store: Store) -> Staff:
    return store.add_staff(login="ada@example.org", name="Ada", role=Role.ADMIN, password_hash=None, now=NOW)


@pytest.fixture
def live(store: Store) -> Iterator[Office]:
    """This process follows the console, until the test ends."""
    yield use_office(store)
    _Live.office = _Live.content = None


def test_all_facts_go_through_json_unharmed() -> None:
    assert Clinic(**as_json(CLINIC)) == CLINIC
    assert set(CHANGEABLE) <= set(as_json(CLINIC))


def test_an_impossible_change_names_its_field() -> None:
    with pytest.raises(ChangeRefused) as caught:
        with_changes(CLINIC, {"retention_days": 0, "alert_after_minutes": 99, "who_treats": "x" * 201})
    assert set(caught.value.problems) == {"retention_days", "escalate_after_minutes", "who_treats"}
    assert caught.value.problems["retention_days"] == "Write a whole number from 1 to 365."


def test_a_change_of_another_process_is_seen_within_two_seconds(
    store: Store, admin: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr("bot.office.time.monotonic", lambda: clock[0])
    office = Office(CLINIC, store)
    office.refresh()
    store.change_clinic({"retention_days": 7}, seen={}, by=admin, now=NOW)
    office.refresh()
    assert office.present() is CLINIC
    clock[0] += 2.1
    office.refresh()
    assert office.present().retention_days == 7
    before = office.present()
    clock[0] += 2.1
    office.refresh()
    assert office.present() is before
    store.change_clinic({}, reset=["retention_days"], seen={"retention_days": NOW}, by=admin, now=later(1))
    office.refresh(at_once=True)
    assert office.present() == CLINIC


def test_what_the_file_has_made_impossible_no_longer_holds(store: Store, admin: Staff) -> None:
    store.change_clinic({"escalate_after_minutes": 6, "retention_days": 7}, seen={}, by=admin, now=NOW)
    office = Office(with_changes(CLINIC, {"alert_after_minutes": 10}), store)
    office.refresh()
    assert office.present().escalate_after_minutes == 15
    assert office.present().retention_days == 7


def test_without_a_database_everything_stays_as_it_was(engine: Engine, store: Store, admin: Staff) -> None:
    store.change_clinic({"retention_days": 7}, seen={}, by=admin, now=NOW)
    office = Office(CLINIC, store)
    office.refresh()
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE clinic_settings")
    office.refresh(at_once=True)
    assert office.present().retention_days == 7


def test_what_the_bot_says_follows_the_console(live: Office, store: Store, admin: Staff) -> None:
    assert content() is file_content()
    hours = {day: ["07:00-08:00"] for day in CLINIC.opening_hours}
    store.change_clinic({"opening_hours": hours, "who_treats": "Lee alone."}, seen={}, by=admin, now=NOW)
    live.refresh(at_once=True)
    refresh_office()
    words = content()
    assert words is content()
    assert "Sun 07:00-08:00" in words.values["opening_hours"]
    opening = next_opening_text(words.clinic.hours, later(86_400))
    said = words.replies["promise_closed"].envelope({**words.values, "next_opening": opening or ""}).text
    assert "back today at 7:00" in said
    assert words.library.offer.clinic is words.clinic
    assert words.clinic.hours.open_minutes(NOW, later(86_400)) == 60


def test_without_an_office_the_file_holds() -> None:
    refresh_office()
    assert content() is file_content()
