"""Whether the set-up of Messenger is right."""

from __future__ import annotations

from bot.channels.graph.checking import Setup, app_of_token, faults_of_webhook, graph_of, trouble
from bot.channels.graph.client import Graph
from bot.channels.graph.shapes import as_id, as_object, as_objects
from bot.channels.messenger.webhook import GET_STARTED
from bot.errors import DeliveryError
from bot.settings import Settings

FIELDS = ("messages", "messaging_postbacks")
REGISTER = "Run python -m bot.channels register messenger."


def setup_of(settings: Settings) -> Setup:
    return Setup(
        name="messenger",
        api=settings.graph_api,
        public_url=settings.public_url,
        token=settings.messenger_token,
        app_secret=settings.messenger_app_secret,
        verify_token=settings.messenger_verify_token,
        kinds=frozenset({"PAGE"}),
        scopes=("pages_messaging", "pages_manage_metadata"),
        subject="page",
        fields=FIELDS,
    )


async def check(settings: Settings) -> list[str]:
    """A plain sentence for each thing that is wrong."""
    setup = setup_of(settings)
    faults: list[str] = []
    try:
        async with graph_of(setup) as graph:
            app_id, found = await app_of_token(setup, graph)
            faults += found
            if app_id:
                faults += await faults_of_webhook(setup, app_id)
                faults += await _faults_of_page(graph, app_id)
    except DeliveryError as error:
        faults.append(trouble(setup, error))
    return faults


async def _faults_of_page(graph: Graph, app_id: str) -> list[str]:
    answer = await graph.get("me/subscribed_apps")
    ours = [one for one in as_objects(answer.get("data")) if as_id(one.get("id")) == app_id]
    if not ours:
        return [f"The page sends nothing to the app. {REGISTER}"]
    held = ours[0].get("subscribed_fields")
    missing = [field for field in FIELDS if not isinstance(held, list) or field not in held]
    faults = [f"The page does not send {field} to the app. {REGISTER}" for field in missing]
    profile = next(iter(as_objects((await graph.get("me/messenger_profile", fields="get_started")).get("data"))), {})
    if as_object(profile.get("get_started")).get("payload") != GET_STARTED:
        faults.append(f"The chat has no Get Started button, so people don't see first what this is. {REGISTER}")
    return faults
