"""The checks and the registrations of both apps."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.messenger.app import make_app as make_messenger
from bot.channels.messenger.register import register as register_messenger
from bot.channels.whatsapp.app import make_app as make_whatsapp
from bot.channels.whatsapp.register import register as register_whatsapp
from bot.privacy.cipher import new_key
from bot.settings import Settings
from tests.channels.fakes.graph import (
    APP_SECRET,
    PAGE_TOKEN,
    PHONE_ID,
    PUBLIC_URL,
    WHATSAPP_TOKEN,
    Graph,
    hook,
    number,
    template,
)
from tests.channels.fakes.platform import Answer, Fault
from tests.channels.graph.sending import TOKENS, both
from tests.channels.graph.signing import VERIFY_TOKEN
from tests.channels.mail_server import free_port

pytestmark = pytest.mark.anyio


def settings(graph: Graph, **more: Any) -> Settings:
    given = {
        "data_key": new_key(),
        "brain_secret": new_key(),
        "public_url": PUBLIC_URL,
        "graph_api": graph.api,
        "whatsapp_token": WHATSAPP_TOKEN,
        "whatsapp_phone_id": PHONE_ID,
        "whatsapp_app_secret": APP_SECRET,
        "whatsapp_verify_token": VERIFY_TOKEN,
        "messenger_token": PAGE_TOKEN,
        "messenger_app_secret": APP_SECRET,
        "messenger_verify_token": VERIFY_TOKEN,
        "template_name": "hello_again",
        "template_text": "Hello again.",
    }
    return Settings(_env_file=None, **{**given, **more})


async def faults(name: str, found: Settings) -> list[str]:
    app = {"whatsapp": make_whatsapp, "messenger": make_messenger}[name](found)
    assert app is not None
    return await app.check()


async def only(name: str, found: Settings) -> str:
    (fault,) = await faults(name, found)
    for secret in (WHATSAPP_TOKEN, PAGE_TOKEN, APP_SECRET, VERIFY_TOKEN):
        assert secret not in fault
    return fault


@both
async def test_a_right_set_up_has_no_faults(name: str, graph: Graph) -> None:
    assert await faults(name, settings(graph)) == []


def test_without_a_token_an_app_is_off(graph: Graph) -> None:
    assert make_whatsapp(settings(graph, whatsapp_token="")) is None
    assert make_messenger(settings(graph, messenger_token="")) is None


def test_the_template_is_meta_s_own(graph: Graph) -> None:
    app = make_whatsapp(settings(graph))
    assert app is not None
    assert app.template is not None
    assert (app.template.name, app.template.language, app.template.text) == ("hello_again", "en", "Hello again.")
    for other in ("", "HX" + "0" * 32):
        app = make_whatsapp(settings(graph, template_name=other))
        assert app is not None
        assert app.template is None
    messenger = make_messenger(settings(graph))
    assert messenger is not None
    assert messenger.template is None


@both
async def test_a_token_that_meta_refuses(name: str, graph: Graph) -> None:
    fault = f"Meta refused MESOGUIDE_{name.upper()}_TOKEN. Make a new one, as bot/channels/{name}/README.md says."
    graph.tokens[TOKENS[name]]["is_valid"] = False
    assert await only(name, settings(graph)) == fault
    del graph.tokens[TOKENS[name]]
    assert await only(name, settings(graph)) == fault


@both
async def test_a_token_of_another_kind_that_ends_and_may_too_little(name: str, graph: Graph) -> None:
    scopes = graph.tokens[TOKENS[name]]["scopes"][:-1]
    graph.tokens[TOKENS[name]] |= {"type": "APP", "expires_at": 1798761600, "scopes": scopes}
    kind, end, scope = await faults(name, settings(graph))
    assert "of the wrong kind" in kind
    assert "ends on 2027-01-01" in end
    assert "lacks the permission" in scope


@both
async def test_the_secret_of_another_app(name: str, graph: Graph) -> None:
    assert f"MESOGUIDE_{name.upper()}_APP_SECRET" in await only(
        name, settings(graph, **{f"{name}_app_secret": "of another app"})
    )


@both
@pytest.mark.parametrize("address", ["", "http://localhost:8080"])
async def test_an_address_that_meta_can_not_call(name: str, address: str, graph: Graph) -> None:
    found = await faults(name, settings(graph, public_url=address))
    assert found[0] == "MESOGUIDE_PUBLIC_URL must be an https:// address that Meta can reach."


@both
async def test_no_webhook_a_switched_off_one_and_another_s(name: str, graph: Graph) -> None:
    subject = {"whatsapp": "whatsapp_business_account", "messenger": "page"}[name]
    right = hook(subject, name, "messages", "messaging_postbacks")
    for hooks in ([], [{**right, "active": False}]):
        graph.hooks = hooks
        assert "has no webhook yet" in await only(name, settings(graph))
    graph.hooks = [{**right, "callback_url": "https://old.example/hook"}]
    assert f"Set it to {PUBLIC_URL}/webhooks/{name}." in await only(name, settings(graph))
    graph.hooks = [hook(subject, name, "messaging_postbacks")]
    assert "does not bring messages" in await only(name, settings(graph))


async def test_a_number_that_the_token_can_not_see(graph: Graph) -> None:
    assert "MESOGUIDE_WHATSAPP_PHONE_ID" in await only("whatsapp", settings(graph, whatsapp_phone_id="15550783881"))


async def test_a_number_that_can_not_send(graph: Graph) -> None:
    graph.number |= {"status": "PENDING"}
    assert "not connected" in await only("whatsapp", settings(graph))
    graph.number = number()
    graph.number["health_status"]["can_send_message"] = "BLOCKED"
    assert "send nothing" in await only("whatsapp", settings(graph))


async def test_a_number_with_a_webhook_of_its_own(graph: Graph) -> None:
    graph.number["webhook_configuration"]["phone_number"] = "https://old.example/hook"
    assert "webhook of its own" in await only("whatsapp", settings(graph))
    graph.number["webhook_configuration"]["phone_number"] = f"{PUBLIC_URL}/webhooks/whatsapp"
    assert await faults("whatsapp", settings(graph)) == []


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        ([], "no template hello_again in the language en"),
        ([template("hello_again", language="de")], "no template hello_again in the language en"),
        ([template("hello_again_2")], "no template hello_again in the language en"),
        ([template("hello_again", status="REJECTED")], "has not approved"),
        ([template("hello_again", text="Hello {{1}}.")], "gaps"),
        ([template("hello_again", text="Hi.")], "other words"),
    ],
)
async def test_a_template_that_is_not_as_named(found: list[dict[str, Any]], fault: str, graph: Graph) -> None:
    graph.templates = found
    assert fault in await only("whatsapp", settings(graph))


async def test_without_a_template_none_is_looked_for(graph: Graph) -> None:
    graph.templates = []
    assert await faults("whatsapp", settings(graph, template_name="")) == []


async def test_a_page_that_sends_nothing_or_too_little(graph: Graph) -> None:
    graph.page_apps[0]["subscribed_fields"] = ["messages"]
    assert "does not send messaging_postbacks" in await only("messenger", settings(graph))
    graph.page_apps = []
    assert "sends nothing to the app" in await only("messenger", settings(graph))


async def test_a_chat_without_its_first_button(graph: Graph) -> None:
    graph.profile = []
    assert "Get Started" in await only("messenger", settings(graph))


@both
async def test_a_meta_that_is_down(name: str, graph: Graph) -> None:
    graph.faults = [Fault(Answer(503))]
    assert (await only(name, settings(graph))).startswith("Meta could not be asked. The app has no room")
    lost = settings(graph, graph_api=f"http://127.0.0.1:{free_port()}/v25.0")
    assert (await only(name, lost)).startswith("Meta could not be asked. The server can't be reached.")


@both
@pytest.mark.parametrize("place", range(5))
async def test_an_answer_of_an_odd_shape_is_a_fault_and_no_crash(name: str, place: int, graph: Graph) -> None:
    graph.faults = [*([Fault()] * place), Fault(Answer(200, {"data": 1, "health_status": []}))]
    found = await faults(name, settings(graph))
    # Messenger asks four things; the one more changes nothing.
    assert bool(found) == (place < {"whatsapp": 5, "messenger": 4}[name])


@both
async def test_registering_sets_everything_right(name: str, graph: Graph) -> None:
    graph.hooks, graph.account_apps, graph.page_apps, graph.profile = [], [], [], []
    found = settings(graph)
    assert len(await faults(name, found)) >= 2
    assert await {"whatsapp": register_whatsapp, "messenger": register_messenger}[name](found) == []
    assert await faults(name, found) == []


@both
async def test_registering_says_what_is_in_the_way(name: str, graph: Graph) -> None:
    register = {"whatsapp": register_whatsapp, "messenger": register_messenger}[name]
    (fault,) = await register(settings(graph, **{f"{name}_app_secret": "of another app"}))
    assert "APP_SECRET" in fault
    graph.tokens[TOKENS[name]]["is_valid"] = False
    (fault,) = await register(settings(graph))
    assert "Make a new one" in fault
