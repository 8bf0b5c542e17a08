"""Signing in with a password."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from bot.console.guard import COOKIE
from bot.console.sign_in import browser_of
from bot.privacy.tokens import hash_token
from bot.store.store import Store
from tests.console.accounts import PASSWORD, PROFILE, add_person, field_of, give_session, now, send, sign_in
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
