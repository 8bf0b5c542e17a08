from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.testclient import TestClient

from bot.console.guard import BODY_LIMIT, Guard
from bot.console.page import Page, Tools
from bot.console.site import console_routes, pages
from bot.handoff.desk import Desk
from bot.office import Office
from bot.people import StaffSession
from bot.settings import Settings
from bot.staff.permissions import ALLOWED
from bot.store.store import Store
from bot.talk import connect
from bot.vocabulary import Permission, Role
from bot.wiring import content, notices
from tests.console.accounts import FROM_US, PROFILE, add_person, give_session, now, send
from tests.console.colleague import ADDRESS, add_colleague
from tests.console.conftest import ClientAs
from tests.conversation.scripted_brain import ScriptedBrain
from tests.handoff.samples import desk_at

PARAMETER = re.compile(r"\{[^}]*\}")


@pytest.fixture
def tools(store: Store, settings: Settings) -> Tools:
    talk = connect(store, ScriptedBrain(), settings)
    return Tools(
        store=store,
        desk=Desk(store, notices()),
        service=talk.service,
        bulletin=talk.bulletin,
        office=Office(content().clinic, store),
        learning=talk.learning,
        alerts=talk.notify.alerts,
    )


def filled(page: Page) -> str:
    """The page's address with something in place of each parameter: a number where it wants one."""
    return "/console" + PARAMETER.sub(lambda found: "1" if ":int" in found[0] else "nothing-here", page.path)


def test_every_route_of_the_console_stands_behind_a_guard(tools: Tools) -> None:
    bare: list[BaseRoute] = []
    for route in console_routes(tools):
        is_static = isinstance(route, Mount) and route.path == "/console/static"
        if not is_static and not (isinstance(route, Route) and isinstance(_behind(route), Guard)):
            bare.append(route)
    assert bare == []


def _behind(route: Route) -> object:
    """What a route calls: the guard, of which it was handed a method."""
    return getattr(route.endpoint, "__self__", route.endpoint)


def test_nothing_but_the_console_s_own_routes_is_below_its_address(app: object, tools: Tools) -> None:
    own = {route.path for route in console_routes(tools)}  # type: ignore[attr-defined]  # routes and mounts have one
    whole: Starlette = app._app  # type: ignore[attr-defined]  # what stands behind the security headers
    found = {path for route in whole.routes if (path := getattr(route, "path", "")).startswith("/console")}
    assert found == own


def test_only_the_ways_in_are_public(tools: Tools) -> None:
    public = {page.path for page in pages(tools) if page.needs is Permission.PUBLIC}
    assert public == {"/sign-in", "/code", "/locked", "/sign-out", "/second-factor", "/welcome/{token}"}


@pytest.mark.parametrize("role", [None, *Role])
def test_each_page_lets_in_exactly_the_roles_that_may_open_it(role: Role | None, tools: Tools, store: Store) -> None:
    cookies, csrf = add_colleague(store, role, "Ann")[1:] if role else ({}, "")
    allowed = ALLOWED[role] if role else {Permission.PUBLIC}
    headers = {**FROM_US, "X-CSRF-Token": csrf, "X-Requested-With": "fetch"}
    routes = _emptied(console_routes(tools))
    wrong = []
    with TestClient(Starlette(routes=routes), base_url=ADDRESS, cookies=cookies) as client:
        for page in pages(tools):
            answers = {client.request(method, filled(page), headers=headers).status_code for method in page.methods}
            refused = 403 if role else 401
            if answers != {204 if page.needs in allowed else refused}:
                wrong.append((page.path, answers))
    assert wrong == []


def _emptied(routes: list[BaseRoute]) -> list[BaseRoute]:
    """The real routes behind their real guards, with nothing behind those: some pages end the session that opens
    them, change something, or never end."""

    async def let_in(request: Request, session: StaffSession | None) -> Response:
        return Response(status_code=204)

    for route in routes:
        if isinstance(route, Route):
            guard = _behind(route)
            assert isinstance(guard, Guard)
            guard._page = replace(guard._page, endpoint=let_in)
    return routes


def test_a_form_without_the_session_s_token_changes_nothing(store: Store, anonymous: TestClient) -> None:
    nora = add_person(store)
    csrf = give_session(anonymous, store, nora)
    for wrong in ({}, {"csrf": ""}, {"csrf": csrf[:-1]}, {"csrf": "ü"}):
        refused = send(anonymous, PROFILE, act="name", name="Mallory", **wrong)
        assert refused.status_code == 403
        assert "expired" in refused.text
    assert store.find_staff(nora.id) == nora


def test_a_script_sends_the_token_in_a_header(store: Store, anonymous: TestClient) -> None:
    nora = add_person(store)
    csrf = give_session(anonymous, store, nora)
    headers = {**FROM_US, "X-CSRF-Token": csrf}
    assert send(anonymous, PROFILE, headers, act="name", name="Nora B").status_code == 303
    refused = send(anonymous, PROFILE, {**headers, "X-CSRF-Token": "no", "Accept": "application/json"}, act="name")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "form_expired")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": ADDRESS},
    ],
)
def test_a_form_from_another_site_changes_nothing_even_with_the_token(
    headers: dict[str, str], store: Store, anonymous: TestClient
) -> None:
    nora = add_person(store)
    csrf = give_session(anonymous, store, nora)
    refused = send(anonymous, PROFILE, headers, csrf=csrf, act="name", name="Mallory")
    assert refused.status_code == 403
    assert "another site" in refused.text
    assert store.find_staff(nora.id) == nora


def test_behind_a_proxy_that_changes_the_host_forms_still_arrive(store: Store, anonymous: TestClient) -> None:
    csrf = give_session(anonymous, store, add_person(store))
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "https://chat.clinic.example"}
    assert send(anonymous, PROFILE, headers, csrf=csrf, act="name", name="Nora").status_code == 303


def test_a_body_larger_than_any_form_is_refused(store: Store, anonymous: TestClient) -> None:
    csrf = give_session(anonymous, store, add_person(store))
    refused = send(anonymous, PROFILE, csrf=csrf, act="name", name="x" * BODY_LIMIT)
    assert refused.status_code == 413


@pytest.mark.parametrize(
    "headers", [{"Accept": "application/json"}, {"X-Requested-With": "fetch"}, {"Accept": "text/event-stream"}]
)
@pytest.mark.parametrize("is_locked", [False, True])
def test_a_script_whose_session_is_over_gets_json_rather_than_a_page(
    headers: dict[str, str], is_locked: bool, store: Store, anonymous: TestClient
) -> None:
    if is_locked:
        give_session(anonymous, store, add_person(store), opened=timedelta(hours=1), seen=timedelta(minutes=20))
    where = "/console/locked" if is_locked else "/console/sign-in"
    for method in ("GET", "POST"):
        response = anonymous.request(method, PROFILE, headers={**FROM_US, **headers}, follow_redirects=False)
        assert response.status_code == 401
        error = response.json()["error"]
        assert error["code"] == "signed_out"
        assert error["sign_in"].startswith(f"{where}?next=")


def test_a_form_sent_too_late_leads_back_to_the_page_it_stood_on(store: Store, anonymous: TestClient) -> None:
    headers = {**FROM_US, "Referer": f"{ADDRESS}/console/conversations/abc?tab=notes"}
    response = send(anonymous, PROFILE, headers, act="name")
    assert response.headers["location"] == "/console/sign-in?next=/console/conversations/abc%3Ftab%3Dnotes"
    elsewhere = send(anonymous, PROFILE, {**FROM_US, "Referer": "https://evil.example/console/x"}, act="name")
    assert elsewhere.headers["location"] == "/console/sign-in?next=/console/"


def test_a_role_that_was_taken_away_is_gone_with_the_next_request(store: Store, client_as: ClientAs) -> None:
    add_person(store, "ann", Role.ADMIN)
    client = client_as(Role.ADMIN)
    assert client.get("/console/users").status_code == 200
    desk_at(store).change_role(client.staff, Role.AGENT, by=None, now=now())
    assert client.get("/console/users", follow_redirects=False).status_code == 303


def test_a_deactivated_colleague_is_out_with_the_next_request(store: Store, client_as: ClientAs) -> None:
    client = client_as(Role.AGENT)
    desk_at(store).let_go(client.staff, by=None, now=now())
    assert client.get(PROFILE, follow_redirects=False).status_code == 303


def test_a_made_up_cookie_is_nobody(anonymous: TestClient, store: Store) -> None:
    _, cookies, _ = add_colleague(store, Role.ADMIN, "Ann")
    for name, token in cookies.items():
        anonymous.cookies.set(name, token[:-1] + ("A" if token[-1] != "A" else "B"))
    assert anonymous.get(PROFILE, follow_redirects=False).status_code == 303
