"""The second factor: codes from the phone, recovery codes, and setting it up."""

from __future__ import annotations

import re

import pyotp
from starlette.testclient import TestClient

from bot.console.guard import COOKIE
from bot.privacy.tokens import hash_token
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.vocabulary import Role
from tests.console.accounts import (
    PROFILE,
    SECRET,
    add_person,
    field_of,
    fresh_code,
    give_phone,
    give_session,
    send,
    sign_in,
)


def test_the_second_factor_comes_after_the_password_and_changes_the_token(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    half = sign_in(browser)
    assert half.headers["location"] == "/console/code?next=/console/profile"
    assert browser.get(PROFILE, follow_redirects=False).headers["location"].startswith("/console/sign-in")
    token = browser.cookies[COOKIE]
    form = browser.get(half.headers["location"])
    done = send(
        browser,
        "/console/code",
        csrf=field_of(form, "csrf"),
        code=fresh_code(),
        next=field_of(form, "next"),
    )
    assert (done.status_code, done.headers["location"]) == (303, PROFILE)
    assert browser.cookies[COOKIE] != token
    assert store.find_staff_session(hash_token(token)) is None
    assert browser.get(PROFILE).status_code == 200


def test_a_code_that_was_used_lets_nobody_else_in(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    code = fresh_code()
    statuses = []
    for _ in range(2):
        csrf = give_session(browser, store, nora, is_verified=False)
        statuses.append(send(browser, "/console/code", csrf=csrf, code=code).status_code)
    assert statuses == [303, 401]


def test_a_recovery_code_stands_in_for_the_phone_once(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora, ("aaaa-bbbb-cccc-dddd",))
    statuses = []
    for typed in ("AAAA BBBB CCCC DDDD", "aaaa-bbbb-cccc-dddd"):
        csrf = give_session(browser, store, nora, is_verified=False)
        statuses.append(send(browser, "/console/code", csrf=csrf, code=typed).status_code)
    assert statuses == [303, 401]


def test_five_wrong_codes_lock_the_account(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    csrf = give_session(browser, store, nora, is_verified=False)
    for _ in range(5):
        assert send(browser, "/console/code", csrf=csrf, code="000000").status_code == 401
    assert send(browser, "/console/code", csrf=csrf, code=fresh_code()).status_code == 401
    assert [line.act for line in store.audit_lines(AuditFilter(act="locked_out"), limit=5)] == ["locked_out"]


def test_a_code_form_without_its_token_is_refused(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    give_session(browser, store, nora, is_verified=False)
    refused = send(browser, "/console/code", code=fresh_code())
    assert refused.status_code == 403
    assert "expired" in refused.text


def test_the_password_alone_does_not_replace_the_second_factor(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    csrf = give_session(browser, store, nora, is_verified=False)
    fields = {"csrf": csrf, "secret": "A" * 32, "code": "000000"}
    for response in (
        browser.get("/console/second-factor", follow_redirects=False),
        send(browser, "/console/second-factor", **fields),
    ):
        assert response.headers["location"].startswith("/console/code")
    assert store.totp_secret(nora.id) == SECRET


def test_an_admin_without_second_factor_sets_it_up_before_anything_else(browser: TestClient, store: Store) -> None:
    add_person(store, "ann", Role.ADMIN)
    sign_in(browser, login="ann", where="/console/users")
    assert browser.get("/console/users", follow_redirects=False).status_code == 303
    form = browser.get("/console/code?next=/console/users")
    assert "data:image/svg+xml" in form.text
    assert "Not now" not in form.text
    secret = field_of(form, "secret")
    fields = {"csrf": field_of(form, "csrf"), "secret": secret, "next": field_of(form, "next")}
    assert send(browser, "/console/second-factor", **fields, code="000000").status_code == 422
    shown = send(browser, "/console/second-factor", **fields, code=pyotp.TOTP(secret).now())
    assert len(re.findall(r"<code>[a-z2-7-]{19}</code>", shown.text)) == 10
    assert shown.headers["cache-control"] == "no-store"
    assert browser.get("/console/users").status_code == 200
