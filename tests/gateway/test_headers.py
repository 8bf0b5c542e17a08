from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.gateway.conftest import MakeClient
from tests.gateway.patient import Patient

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
PANEL = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'{sites}; require-trusted-types-for 'script'"
)
DEMO = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
CONSOLE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types mesoguide"
)
NOTHING = "default-src 'none'; frame-ancestors 'none'"

POLICIES = {
    "/widget/panel": PANEL.format(sites=""),
    "/widget/main.js": PANEL.format(sites=""),
    "/widget/config.json": PANEL.format(sites=""),
    "/widget/nothing": PANEL.format(sites=""),
    "/demo": DEMO,
    "/": NOTHING,
    "/api/openapi.json": NOTHING,
    "/api/nothing": NOTHING,
    "/health/live": NOTHING,
    "/nothing": NOTHING,
}


@pytest.fixture
def client(shared_client: TestClient) -> TestClient:
    return shared_client


@pytest.mark.parametrize(("path", "policy"), POLICIES.items(), ids=POLICIES.keys())
def test_each_part_of_the_site_may_do_what_it_needs_and_nothing_else(
    path: str, policy: str, client: TestClient
) -> None:
    response = client.get(path, follow_redirects=False)
    assert response.headers["content-security-policy"] == policy
    assert EVERYWHERE.items() <= dict(response.headers).items()


def test_only_the_listed_sites_may_embed_the_panel(make_client: MakeClient) -> None:
    client = make_client(sites="https://www.example.org http://localhost:3000")
    policy = client.get("/widget/panel").headers["content-security-policy"]
    assert policy == PANEL.format(sites=" https://www.example.org http://localhost:3000")


def test_other_sites_may_load_one_file_only(client: TestClient) -> None:
    name = "cross-origin-resource-policy"
    assert client.get("/widget/embed.js").headers[name] == "cross-origin"
    assert name not in client.get("/widget/main.js").headers


def test_what_a_patient_writes_and_reads_is_never_cached(patient: Patient) -> None:
    patient.ask("hello")
    for response in (patient.get(), patient.send("hello"), patient.client.get(patient.path)):
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/widget/panel", "/widget/main.js", "/widget/config.json", "/demo"])
def test_pages_are_asked_for_again_so_that_none_is_half_old(path: str, client: TestClient) -> None:
    assert client.get(path).headers["cache-control"] == "no-cache"


def test_no_other_site_may_call_the_api(patient: Patient) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for response in (
        patient.client.options(f"{patient.path}/messages", headers=headers),
        patient.client.get(f"{patient.path}/messages", headers=headers | patient.headers),
    ):
        assert not [name for name in response.headers if name.startswith("access-control-")]


def test_no_cookie_is_ever_set(patient: Patient) -> None:
    for path in (f"{patient.path}/messages", "/widget/panel", "/demo"):
        assert "set-cookie" not in patient.client.get(path, headers=patient.headers).headers


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/console/sign-in", "no-store"),
        ("/console/", "no-store"),
        ("/console/nothing", "no-store"),
        ("/console/static/console.css", "no-cache"),
    ],
)
def test_the_console_shows_itself_to_nobody_else_and_stays_in_no_cache(
    path: str, kept: str, client: TestClient
) -> None:
    headers = client.get(path, follow_redirects=False).headers
    assert headers["content-security-policy"] == CONSOLE
    assert headers["cache-control"] == kept
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "same-origin", "or browsers keep back the origin of our own forms"
    assert headers["x-frame-options"] == "DENY"


def test_only_what_came_by_https_says_that_https_is_a_must(client: TestClient) -> None:
    name = "strict-transport-security"
    assert name not in client.get("http://testserver/console/sign-in").headers
    assert client.get("https://testserver/console/sign-in").headers[name] == "max-age=31536000"


def test_what_only_begins_like_the_console_is_not_it(client: TestClient) -> None:
    assert client.get("/consoles").headers["content-security-policy"] == NOTHING
