"""`python -m bot.staff` as somebody types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.privacy.cipher import new_key
from bot.settings import load_settings
from bot.staff.__main__ import main
from bot.wiring import open_store
from tests.handoff.samples import desk_at, employ, opened, texts
from tests.store.samples import NOW


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESOGUIDE_DATA_KEY", new_key())
    monkeypatch.setenv("MESOGUIDE_BRAIN_SECRET", new_key())
    monkeypatch.setenv("MESOGUIDE_DATABASE_URL", f"sqlite:///{tmp_path / 'log.db'}")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


INVITE = ("invite", "--login", "ann", "--name", "Ann", "--role", "admin")


def test_inviting_prints_a_link_below_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = run(capsys, "--address", "https://chat.clinic.example/", *INVITE)
    assert code == 0
    assert said.startswith("https://chat.clinic.example/console/welcome/")


def test_the_list_says_how_everybody_stands(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, *INVITE)
    run(capsys, "invite", "--login", "ben", "--name", "Ben", "--role", "agent")
    run(capsys, "deactivate", "ben")
    _, said, _ = run(capsys, "list")
    assert [line.split() for line in said.splitlines()] == [
        ["ann", "admin", "invited", "Ann"],
        ["ben", "agent", "deactivated", "Ben"],
    ]


def test_deactivating_gives_back_what_they_hold_and_tells_the_patient(capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(load_settings())
    ben = employ(store, "ben")
    talk = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    handoff = opened(store, talk.id)
    desk_at(store).claim(handoff.id, by=ben, now=NOW)
    assert run(capsys, "deactivate", "ben")[1].splitlines() == [
        "ben can't sign in any more.",
        "Conversations that they had and that wait in the queue again: 1.",
    ]
    assert texts(store, talk.id)[-1].startswith("Ben has left.")
    assert store.transitions(handoff.id)[-1].by == "command line"


def test_what_is_not_possible_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, *INVITE)
    assert run(capsys, *INVITE)[0::2] == (1, "There is an account with the login ann already.\n")
    code, _, complaint = run(capsys, "unlock", "nobody")
    assert code == 1
    assert "list" in complaint


def test_the_first_link_is_printed_alone_so_that_a_script_can_read_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = run(capsys, "--address", "http://127.0.0.1:8080", "first-link")
    assert code == 0
    assert len(said.splitlines()) == 1
    assert said.startswith("http://127.0.0.1:8080/console/welcome/")


def test_a_forgotten_password_gets_a_new_link_and_a_deactivated_account_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(capsys, "invite", "--login", "ben", "--name", "Ben", "--role", "agent")
    code, said, _ = run(capsys, "link", "ben", "--lost-phone")
    assert code == 0
    assert "/console/welcome/" in said
    assert run(capsys, "unlock", "ben")[0] == 0
    run(capsys, "deactivate", "ben")
    assert run(capsys, "link", "ben")[0] == 1
