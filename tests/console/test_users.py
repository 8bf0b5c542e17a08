from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.privacy.tokens import hash_token
from bot.staff.links import invite
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.vocabulary import Act, Role, Status
from tests.console.accounts import (
    PASSWORD,
    SECRET,
    add_person,
    field_of,
    fresh_code,
    give_phone,
    give_session,
    now,
    send,
)
from tests.console.colleague import ADDRESS, Colleague
from tests.console.conftest import ClientAs, Talked
from tests.handoff.samples import desk_at
from tests.store.samples import together

LINK = re.compile(rf"{re.escape(ADDRESS)}(/console/welcome/[\w-]{{43}})")


def link_in(page: str) -> str:
    found = LINK.search(page)
    assert found is not None
    return found[1]


def test_an_admin_invites_and_the_link_lets_the_colleague_in(
    admin: Colleague, anonymous: TestClient, store: Store
) -> None:
    made = admin.submit("/console/users", login="Ben@clinic.example", name="Ben, nurse", role="agent")
    path = link_in(made.text)
    form = anonymous.get(path)
    assert field_of(form, "name") == "Ben, nurse"
    assert anonymous.get(path).status_code == 200, "looking at it doesn't use it up"
    done = send(anonymous, path, name="Ben Ek, nurse", password=PASSWORD, again=PASSWORD)
    assert done.headers["location"] == "/console/second-factor"
    offered = anonymous.get("/console/second-factor")
    assert "Not now" in offered.text
    assert anonymous.get("/console/profile").status_code == 200
    assert "Ben Ek, nurse" in admin.get("/console/users").text
    again = send(anonymous, path, name="Mallory", password=PASSWORD, again=PASSWORD)
    assert again.status_code == anonymous.get(path).status_code == 410


def test_an_invited_admin_is_not_in_before_the_second_factor(
    admin: Colleague, anonymous: TestClient, store: Store
) -> None:
    path = link_in(admin.submit("/console/users", login="bea", name="Bea", role="admin").text)
    send(anonymous, path, name="Bea", password=PASSWORD, again=PASSWORD)
    assert anonymous.get("/console/users", follow_redirects=False).status_code == 303
    assert "Your role needs one" in anonymous.get("/console/second-factor").text


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        (PASSWORD, "velvet otter climbs eight", "differ"),
        ("short", "short", "12"),
        ("password1234", "password1234", "guess"),
    ],
)
def test_a_link_survives_a_password_that_will_not_do(
    password: str, again: str, said: str, anonymous: TestClient, store: Store
) -> None:
    _, path = invite(store, login="ben", name="Ben", role=Role.AGENT, by=None, now=now())
    refused = send(anonymous, path, name="Ben", password=password, again=again)
    assert refused.status_code == 422
    assert said in refused.text
    assert password not in refused.text
    assert send(anonymous, path, name="Ben", password=PASSWORD, again=PASSWORD).status_code == 303


def test_an_expired_or_made_up_link_says_what_to_do(anonymous: TestClient, store: Store) -> None:
    _, path = invite(store, login="ben", name="Ben", role=Role.AGENT, by=None, now=now() - timedelta(hours=24))
    for wrong in (path, "/console/welcome/" + "x" * 43):
        for response in (anonymous.get(wrong), send(anonymous, wrong, name="Ben", password=PASSWORD, again=PASSWORD)):
            assert response.status_code == 410
            assert "Ask an admin" in response.text


def test_two_requests_with_the_same_link_at_once_let_one_in(app: ASGIApp, anonymous: TestClient, store: Store) -> None:
    ben, path = invite(store, login="ben", name="Ben", role=Role.AGENT, by=None, now=now())
    browsers = [TestClient(app, base_url=ADDRESS) for _ in range(2)]
    for browser in browsers:
        browser.portal = anonymous.portal

    def use(browser: TestClient) -> int:
        return send(browser, path, name="Ben", password=PASSWORD, again=PASSWORD).status_code

    statuses = together([lambda browser=browser: use(browser) for browser in browsers])  # type: ignore[misc]
    assert sorted(statuses) == [303, 410]
    assert len(store.sessions_of(ben.id)) == 1


def test_a_link_can_not_be_used_from_another_site(anonymous: TestClient, store: Store) -> None:
    _, path = invite(store, login="ben", name="Ben", role=Role.AGENT, by=None, now=now())
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert send(anonymous, path, headers, name="Ben", password=PASSWORD, again=PASSWORD).status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "no space", "name": "Ben", "role": "agent"},
        {"login": "ben", "name": "", "role": "agent"},
        {"login": "ben", "name": "Ben", "role": "owner"},
        {"login": "nora", "name": "Nora", "role": "agent"},
    ],
)
def test_an_invitation_that_will_not_do_keeps_what_was_typed(
    fields: dict[str, str], admin: Colleague, store: Store
) -> None:
    add_person(store)
    refused = admin.submit("/console/users", **fields)
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert field_of(refused, "login") == fields["login"]
    assert store.find_login("ben") is None


def test_a_name_with_tags_is_shown_as_text(admin: Colleague, store: Store) -> None:
    name = "<script>alert(1)</script>"
    made = admin.submit("/console/users", login="ben", name=name, role="agent")
    for page in (made, admin.get("/console/users"), admin.get("/console/audit")):
        assert name not in page.text
    assert "&lt;script&gt;" in made.text


def test_a_new_link_for_a_lost_phone_takes_the_second_factor_when_it_is_used(
    admin: Colleague, anonymous: TestClient, store: Store
) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    made = admin.submit(f"/console/users/{nora.id}", act="link", lost_phone="yes")
    assert store.totp_secret(nora.id) == SECRET
    send(anonymous, link_in(made.text), name="Nora", password=PASSWORD, again=PASSWORD)
    assert store.totp_secret(nora.id) is None


def test_a_new_link_alone_leaves_the_second_factor_and_asks_for_it(
    admin: Colleague, anonymous: TestClient, store: Store
) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    path = link_in(admin.submit(f"/console/users/{nora.id}", act="link").text)
    send(anonymous, path, name="Nora", password=PASSWORD, again=PASSWORD)
    form = anonymous.get("/console/second-factor")
    assert "Code from your app" in form.text
    assert send(anonymous, "/console/code", csrf=field_of(form, "csrf"), code=fresh_code()).status_code == 303


@pytest.mark.parametrize("fields", [{"act": "deactivate"}, {"act": "role", "role": "viewer"}])
def test_letting_somebody_go_says_what_they_hold_and_gives_it_back_to_the_queue(
    fields: dict[str, str], admin: Colleague, client_as: ClientAs, store: Store, talked: Talked
) -> None:
    ben = client_as(Role.AGENT, "Ben")
    desk_at(store).claim(talked.handoff.id, by=ben.staff, now=now())
    page = admin.get(f"/console/users/{ben.staff.id}")
    assert "Holds 1 open conversation" in page.text
    assert f"/console/conversations/{talked.id}" in page.text
    assert page.text.count("1 conversation goes back to the queue") == 3, "above, and beside each of both buttons"
    done = admin.submit(f"/console/users/{ben.staff.id}", **fields)
    assert ben.get("/console/profile", follow_redirects=False).status_code == 303
    page = admin.get(done.headers["location"])
    assert "in the queue" in page.text
    assert "Holds" not in page.text
    assert store.conversations_held() == {}
    found = store.find_handoff(talked.handoff.id)
    assert found is not None
    assert found.status is Status.WAITING
    released = store.transitions(talked.handoff.id)[-1]
    assert (released.act, released.by_name) == (Act.RELEASE, "Ann")
    assert released.why in admin.get(f"/console/conversations/{talked.id}").text
    (line,) = store.audit_lines(AuditFilter(conversation_id=talked.id, act="release"), limit=9)
    assert (line.staff_name, line.detail) == ("Ann", f"held by {ben.staff.login}")


def test_a_lower_role_that_still_answers_keeps_what_they_hold(
    admin: Colleague, client_as: ClientAs, store: Store, talked: Talked
) -> None:
    lea = client_as(Role.LEAD, "Lea")
    desk_at(store).claim(talked.handoff.id, by=lea.staff, now=now())
    admin.submit(f"/console/users/{lea.staff.id}", act="role", role="agent")
    assert store.conversations_held() == {lea.staff.id: [talked.id]}


def test_a_deactivated_account_can_be_made_active_again(admin: Colleague, client_as: ClientAs, store: Store) -> None:
    ben = client_as(Role.AGENT, "Ben")
    admin.submit(f"/console/users/{ben.staff.id}", act="deactivate")
    admin.submit(f"/console/users/{ben.staff.id}", act="reactivate")
    again = store.find_staff(ben.staff.id)
    assert again is not None
    assert again.is_active


@pytest.mark.parametrize("fields", [{"act": "role", "role": "agent"}, {"act": "deactivate"}])
def test_the_last_admin_stays(fields: dict[str, str], store: Store, anonymous: TestClient) -> None:
    ann = add_person(store, "ann", Role.ADMIN)
    csrf = give_session(anonymous, store, ann)
    refused = send(anonymous, f"/console/users/{ann.id}", csrf=csrf, **fields)
    assert refused.status_code == 422
    assert "last admin" in refused.text
    assert store.find_staff(ann.id) == ann


def test_changes_are_made_and_written_down(admin: Colleague, store: Store) -> None:
    nora = add_person(store)
    path = f"/console/users/{nora.id}"
    assert admin.submit(path, act="role", role="lead").headers["location"] == f"{path}?done=role"
    admin.submit(path, act="name", name="Nora B")
    admin.submit(path, act="unlock")
    found = store.find_staff(nora.id)
    assert found is not None
    assert (found.role, found.name) == (Role.LEAD, "Nora B")
    lines = store.audit_lines(AuditFilter(staff_id=admin.staff.id), limit=10)
    assert [line.act for line in lines] == ["unlocked", "name_changed", "role_changed"]


def test_a_role_that_is_none_and_an_act_that_is_none_change_nothing(admin: Colleague, store: Store) -> None:
    nora = add_person(store)
    assert admin.submit(f"/console/users/{nora.id}", act="role", role="owner").status_code == 422
    assert admin.submit(f"/console/users/{nora.id}", act="explode").status_code == 200
    assert admin.submit("/console/users/nobody", act="deactivate").status_code == 404
    assert store.find_staff(nora.id) == nora


def test_a_locked_account_shows_until_when_and_can_be_unlocked(admin: Colleague, store: Store) -> None:
    nora = add_person(store)
    for _ in range(5):
        store.begin_attempt(nora.id, lock_for=lambda failures: timedelta(hours=failures // 5), now=now())
    page = admin.get(f"/console/users/{nora.id}")
    assert "locked until" in page.text
    assert "5 wrong tries" in page.text
    admin.submit(f"/console/users/{nora.id}", act="unlock")
    assert "locked until" not in admin.get(f"/console/users/{nora.id}").text


def test_everybody_changes_their_own_name_and_password(anonymous: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_session(anonymous, store, nora)
    elsewhere = store.sessions_of(nora.id)[0].token_hash
    csrf = give_session(anonymous, store, nora)
    assert send(anonymous, "/console/profile", csrf=csrf, act="name", name="Nora  B").status_code == 303
    changed = {"csrf": csrf, "act": "password", "new": "another quiet lamp post", "again": "another quiet lamp post"}
    assert send(anonymous, "/console/profile", **changed, present="not mine").status_code == 422
    assert send(anonymous, "/console/profile", **(changed | {"again": "x"}), present=PASSWORD).status_code == 422
    assert send(anonymous, "/console/profile", **changed, present=PASSWORD).status_code == 303
    assert store.find_staff_session(elsewhere) is None
    found = store.find_staff(nora.id)
    assert found is not None
    assert found.name == "Nora B"


def test_one_ends_ones_own_other_session_and_nobody_else_s(anonymous: TestClient, store: Store) -> None:
    nora, ben = add_person(store), add_person(store, "ben")
    give_session(anonymous, store, ben)
    bens = store.sessions_of(ben.id)[0].token_hash
    give_session(anonymous, store, nora)
    other = store.sessions_of(nora.id)[0].token_hash
    csrf = give_session(anonymous, store, nora)
    assert "Firefox on Linux" in anonymous.get("/console/profile").text
    for wanted in (other, bens):
        send(anonymous, "/console/profile", csrf=csrf, act="session", session=wanted)
    assert store.find_staff_session(other) is None
    assert store.find_staff_session(bens) is not None


def test_a_new_phone_needs_the_password_and_its_own_code(anonymous: TestClient, store: Store) -> None:
    nora = add_person(store)
    give_phone(store, nora)
    csrf = give_session(anonymous, store, nora, opened=timedelta(hours=1), seen=timedelta(0))
    secret = field_of(anonymous.get("/console/second-factor"), "secret")
    fields = {"csrf": csrf, "secret": secret, "code": pyotp.TOTP(secret).now()}
    assert send(anonymous, "/console/second-factor", **fields, password="not mine").status_code == 422
    assert store.totp_secret(nora.id) == SECRET
    token_hash = hash_token(anonymous.cookies["__Host-mesoguide-staff"])
    assert send(anonymous, "/console/second-factor", **fields, password=PASSWORD).status_code == 200
    assert store.totp_secret(nora.id) == secret
    assert store.find_staff_session(token_hash) is None, "the session goes on under a new token"
    assert anonymous.get("/console/profile").status_code == 200
