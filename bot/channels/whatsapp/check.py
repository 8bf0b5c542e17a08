"""Whether the set-up of WhatsApp is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.channels.graph.checking import Setup, app_of_token, faults_of_webhook, graph_of, trouble
from bot.channels.graph.client import Graph
from bot.channels.graph.shapes import as_id, as_object, as_objects, as_text
from bot.errors import DeliveryError
from bot.settings import Settings

NUMBER_FIELDS = "display_phone_number,status,health_status,webhook_configuration"


def setup_of(settings: Settings) -> Setup:
    return Setup(
        name="whatsapp",
        api=settings.graph_api,
        public_url=settings.public_url,
        token=settings.whatsapp_token,
        app_secret=settings.whatsapp_app_secret,
        verify_token=settings.whatsapp_verify_token,
        kinds=frozenset({"SYSTEM_USER", "USER"}),
        scopes=("whatsapp_business_management", "whatsapp_business_messaging"),
        subject="whatsapp_business_account",
        fields=("messages",),
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
                faults += await _faults_of_account(settings, graph, app_id)
    except DeliveryError as error:
        faults.append(trouble(setup, error))
    return faults


async def account_of(settings: Settings, graph: Graph) -> tuple[str, list[str]]:
    """The id of the business account that has the number, "" if there is none, and what is wrong with the number."""
    try:
        number = await graph.get(settings.whatsapp_phone_id, fields=NUMBER_FIELDS)
    except DeliveryError as error:
        if not error.is_permanent:
            raise
        return "", ["The token can't see the number in MESOGUIDE_WHATSAPP_PHONE_ID. It is Meta's id, not the number."]
    health = as_object(number.get("health_status"))
    parts = {as_text(part.get("entity_type")): part for part in as_objects(health.get("entities"))}
    account = as_id(parts.get("WABA", {}).get("id"))
    faults = list(_faults_of_number(setup_of(settings), number, health))
    if not account:
        faults.append("Meta does not say which account the number is in. May the token use the WhatsApp account?")
    return account, faults


def _faults_of_number(setup: Setup, number: Mapping[str, Any], health: Mapping[str, Any]) -> Iterator[str]:
    if number.get("status") not in {None, "CONNECTED"}:
        yield "The number is not connected. Register it in WhatsApp Manager."
    if health.get("can_send_message") == "BLOCKED":
        yield "Meta lets the number send nothing. WhatsApp Manager says why."
    hooks = as_object(number.get("webhook_configuration"))
    own = as_text(hooks.get("phone_number")) or as_text(hooks.get("whatsapp_business_account"))
    if own and own != setup.callback:
        yield f"The number or its account has a webhook of its own, which goes first. Set it to {setup.callback}."


async def _faults_of_account(settings: Settings, graph: Graph, app_id: str) -> list[str]:
    account, faults = await account_of(settings, graph)
    if not account:
        return faults
    answer = await graph.get(f"{account}/subscribed_apps")
    apps = [as_object(one.get("whatsapp_business_api_data")) for one in as_objects(answer.get("data"))]
    if app_id not in {as_id(app.get("id")) for app in apps}:
        faults.append("The account sends nothing to the app. Run python -m bot.channels register whatsapp.")
    if settings.template_name:
        faults += await _faults_of_template(settings, graph, account)
    return faults


async def _faults_of_template(settings: Settings, graph: Graph, account: str) -> list[str]:
    name, language = settings.template_name, settings.template_language
    answer = await graph.get(
        f"{account}/message_templates", name=name, fields="name,language,status,components", limit="100"
    )
    # Meta looks for names that contain this one.
    same = [one for one in as_objects(answer.get("data")) if one.get("name") == name]
    found = [one for one in same if one.get("language") == language]
    if not found:
        return [f"There is no template {name} in the language {language}. Check MESOGUIDE_TEMPLATE_NAME and _LANGUAGE."]
    if found[0].get("status") != "APPROVED":
        return [f"Meta has not approved the template {name}, or has paused it. WhatsApp Manager says why."]
    return list(_faults_of_words(settings, found[0]))


def _faults_of_words(settings: Settings, template: Mapping[str, Any]) -> Iterator[str]:
    parts = as_objects(template.get("components"))
    text = "".join(as_text(part.get("text")) for part in parts if part.get("type") == "BODY").strip()
    if "{{" in "".join(as_text(part.get("text")) for part in parts):
        yield f"The template {settings.template_name} has gaps like {{{{1}}}}. Use one without."
    elif text != settings.template_text:
        yield "MESOGUIDE_TEMPLATE_TEXT is not what Meta approved, so staff would see other words than the patient."
