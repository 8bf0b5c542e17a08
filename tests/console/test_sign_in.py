from __future__ import annotations

import re
from datetime import timedelta

import httpx2
import pyotp
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from bot.console.guard import COOKIE
from bot.console.sign_in import browser_of
from bot.privacy.tokens import hash_token
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.vocabulary import Role
from tests.console.accounts import (
    PASSWORD,
    SECRET,
    add_person,
    field_of,
    fresh_code,
    give_phone,
    give_session,
    now,
    quick_passwords,
    send,
)
from tests.console.colleague import ADDRESS

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/console/../demo",
    "/console//../../x",
    "javascript:alert(1)",
    "/demo",
    "/console/\r\nSet-Cookie: a=b",
    "/consolex",
    "/console/" + "a" * 2000,
)
PROFILE = "/console/profile"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_passwords(monkeypatch)


@pytest.fixture
def browser(anonymous: TestClient) -> TestClient:
    return anonymous


def sign_in(
    browser: TestClient, password: str = PASSWORD, where: str = PROFILE, login: str = "nora"
) -> httpx2.Response:
    return send(browser, "/console/sign-in", login=login, password=password, next=where)


def test_whoever_is_not_signed_in_comes_back_to_the_page_afterwards(browser: TestClient, store: Store) -> None:
    add_person(store)
    sent_away = browser.get(f"{PROFILE}?done=name", follow_redirects=False)
    assert sent_away.status_code == 303
    form = browser.get(sent_away.headers["location"])
    done = sign_in(browser, where=field_of(form, "next"))
    assert (done.status_code, done.headers["location"]) == (303, f"{PROFILE}?done=name")
    assert "Your name was changed" in browser.get(done.headers["location"]).text


def test_the_cookie_is_for_this_host_for_https_and_for_no_script(browser: TestClient, store: Store) -> None:
    add_person(store)
    cookie = sign_in(browser).headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "path=/", "samesite=strict", "secure"}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_is_led_to_another_site(browser: TestClient, store: Store, where: str) -> None:
    add_person(store)
    assert sign_in(browser, where=where).headers["location"] == "/console/"
    assert browser.get("/console/sign-in", params={"next": where}, follow_redirects=False).headers["location"] == (
        "/console/"
    )


def test_a_wrong_password_and_an_unknown_login_read_the_same(browser: TestClient, store: Store) -> None:
    add_person(store)
    wrong, unknown = sign_in(browser, "wrong wrong wrong"), sign_in(browser, login="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace('value="nora"', "") == unknown.text.replace('value="nobody"', "")
    assert COOKIE not in browser.cookies
    assert "wrong wrong" not in wrong.text


def test_a_locked_account_reads_the_same_too_and_stays_shut_to_the_right_password(
    browser: TestClient, store: Store
) -> None:
    nora = add_person(store)
    answers = [sign_in(browser, "wrong wrong wrong") for _ in range(5)]
    refused = sign_in(browser)
    assert refused.status_code == 401
    assert refused.text == answers[0].text
    store.unlock_account(nora.id, by=None, now=now())
    assert sign_in(browser).status_code == 303


def test_many_tries_from_one_address_have_to_wait(browser: TestClient, store: Store) -> None:
    add_person(store)
    for _ in range(20):
        assert sign_in(browser).status_code == 303
    refused = sign_in(browser)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 61


def test_signing_in_gives_another_token_and_ends_the_session_before(browser: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_session(browser, store, nora)
    before = browser.cookies[COOKIE]
    sign_in(browser)
    assert browser.cookies[COOKIE] != before
    assert store.find_staff_session(hash_token(before)) is None


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


def test_a_form_from_another_site_signs_nobody_in(browser: TestClient, store: Store) -> None:
    add_person(store)
    fields = {"login": "nora", "password": PASSWORD}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {}):
        refused = send(browser, "/console/sign-in", headers, **fields)
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers
    assert send(browser, "/console/sign-in", {"Origin": ADDRESS}, **fields).status_code == 303


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("<script>alert(1)</script>", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_session_is_named_by_browser_and_system(agent: str, shown: str) -> None:
    scope = {"type": "http", "headers": [(b"user-agent", agent.encode())]}
    assert browser_of(Request(scope)) == shown
