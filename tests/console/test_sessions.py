"""How a session is locked after a pause, and how it ends."""

from __future__ import annotations

from datetime import timedelta

from starlette.testclient import TestClient

from bot.console.guard import COOKIE
from bot.privacy.tokens import hash_token
from bot.store.store import Store
from tests.console.accounts import PASSWORD, PROFILE, add_person, field_of, fresh_code, give_phone, give_session, send


def test_a_half_session_is_over_after_a_quarter_of_an_hour(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    csrf = give_session(browser, store, nora, is_verified=False, opened=timedelta(minutes=16))
    late = send(browser, "/console/code", csrf=csrf, code=fresh_code())
    assert late.headers["location"] == "/console/sign-in"


def test_after_a_pause_the_password_opens_the_same_session_where_it_was(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    csrf = give_session(browser, store, nora, opened=timedelta(hours=2), seen=timedelta(minutes=16))
    token = browser.cookies[COOKIE]
    sent_away = browser.get(f"{PROFILE}?done=name", follow_redirects=False)
    assert sent_away.headers["location"] == "/console/locked?next=/console/profile%3Fdone%3Dname"
    form = browser.get(sent_away.headers["location"])
    wrong = send(browser, "/console/locked", csrf=csrf, answer="not this one", next=field_of(form, "next"))
    assert wrong.status_code == 401
    done = send(browser, "/console/locked", csrf=csrf, answer=PASSWORD, next=field_of(form, "next"))
    assert done.headers["location"] == f"{PROFILE}?done=name"
    assert browser.cookies[COOKIE] == token, "forms in other tabs are still good"
    assert browser.get(PROFILE).status_code == 200


def test_a_code_unlocks_too(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    csrf = give_session(browser, store, nora, opened=timedelta(hours=2), seen=timedelta(minutes=16))
    assert send(browser, "/console/locked", csrf=csrf, answer=fresh_code()).status_code == 303
    assert browser.get(PROFILE).status_code == 200


def test_a_locked_page_needs_its_token(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_session(browser, store, nora, opened=timedelta(hours=2), seen=timedelta(minutes=16))
    assert send(browser, "/console/locked", answer=PASSWORD).status_code == 403


def test_being_there_puts_the_lock_off_and_a_page_that_asks_by_itself_does_not(
    browser: TestClient, store: Store
) -> None:
    nora = add_person(store)
    give_session(browser, store, nora, opened=timedelta(hours=1), seen=timedelta(minutes=10))
    token_hash = hash_token(browser.cookies[COOKIE])
    seen = store.sessions_of(nora.id)[0].seen_at
    assert browser.get("/console/here/still").status_code == 204
    assert store.sessions_of(nora.id)[0].seen_at == seen
    assert browser.get("/console/here").status_code == 204
    found = store.find_staff_session(token_hash)
    assert found is not None
    assert found.seen_at > seen


def test_after_twelve_hours_everybody_signs_in_again(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_session(browser, store, nora, opened=timedelta(hours=12), seen=timedelta(0))
    assert browser.get(PROFILE, follow_redirects=False).headers["location"].startswith("/console/sign-in")
    assert browser.get("/console/locked", follow_redirects=False).headers["location"].startswith("/console/sign-in")


def test_signing_out_ends_the_session_and_takes_the_cookie_away(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    csrf = give_session(browser, store, nora)
    token = browser.cookies[COOKIE]
    assert send(browser, "/console/sign-out").status_code == 403, "not without its token"
    done = send(browser, "/console/sign-out", csrf=csrf)
    assert done.headers["location"] == "/console/sign-in"
    assert "max-age=0" in done.headers["set-cookie"].lower()
    assert store.find_staff_session(hash_token(token)) is None
