"""Meta's Graph API on this machine: one number of WhatsApp, one page of Messenger, and the app that has both."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

from tests.channels.fakes import graph_errors as errors
from tests.channels.fakes.graph_messages import check_messenger, check_whatsapp
from tests.channels.fakes.platform import Answer, Platform, Request

WHATSAPP_TOKEN, PAGE_TOKEN = "EAAGwhatsapp-token", "EAAGpage-token"
APP_SECRET, APP_ID = "an-app-secret-of-meta-for-tests", "670843887433847"
PHONE_ID, WABA, PAGE = "106540352242922", "102290129340398", "682498302938465"
PUBLIC_URL = "https://chat.clinic.example"
WHATSAPP_CHAT, HIDDEN_CHAT, MESSENGER_CHAT = "16505551234", "US.13491208655302741918", "9130846253695712"
VERSION = "/v25.0/"


class Graph(Platform):
    """Right in every way until a test changes an attribute. `sent` are the messages that it took.

    `closed`: chats whose window is over. `long_closed`: also for staff. `gone`: blocked us. `strangers`: not known.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Mapping[str, Any]] = []
        self.pictures: list[bytes] = []
        self.uploads: dict[str, bytes] = {}
        self.closed: set[str] = set()
        self.long_closed: set[str] = set()
        self.gone: set[str] = set()
        self.strangers: set[str] = set()
        self.templates = [template("hello_again")]
        self.tokens = {WHATSAPP_TOKEN: whatsapp_token(), PAGE_TOKEN: page_token()}
        self.hooks = [
            hook("whatsapp_business_account", "whatsapp", "messages"),
            hook("page", "messenger", "messages", "messaging_postbacks"),
        ]
        self.number: dict[str, Any] = number()
        self.account_apps = [
            {"whatsapp_business_api_data": {"id": APP_ID, "name": "Clinic", "link": "https://x.example"}}
        ]
        self.page_apps = [{"id": APP_ID, "name": "Clinic", "subscribed_fields": ["messages", "messaging_postbacks"]}]
        self.profile: list[dict[str, Any]] = [{"get_started": {"payload": "GET_STARTED"}}]

    @property
    def api(self) -> str:
        """What MESOGUIDE_GRAPH_API is set to."""
        return f"{self.url}{VERSION}".rstrip("/")

    def handle(self, request: Request) -> Answer:
        try:
            query = {name: values[0] for name, values in parse_qs(request.query).items()}
            token = _token(request, query)
            self._let_in(token, query)
            return Answer(200, self._answer(request, token, query))
        except errors.GraphError as error:
            return error.answer

    def _let_in(self, token: str, query: Mapping[str, str]) -> None:
        known = self.tokens.get(token)
        if known is None and token != f"{APP_ID}|{APP_SECRET}":
            raise errors.bad_token()
        proof = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if query.get("appsecret_proof") != proof:
            raise errors.no_proof()
        if known is not None and not known["is_valid"]:
            raise errors.bad_token()

    def _answer(self, request: Request, token: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        path = request.path.removeprefix(VERSION)
        is_page, is_app = token == PAGE_TOKEN, token not in self.tokens
        answers = {
            ("GET", "debug_token"): lambda: {"data": self.tokens[query["input_token"]]},
            ("GET", f"{APP_ID}/subscriptions"): lambda: {"data": _for(is_app, self.hooks)},
            ("POST", f"{APP_ID}/subscriptions"): lambda: self._hook(is_app, request),
            ("GET", PHONE_ID): lambda: _picked(self.number, query),
            ("GET", f"{WABA}/subscribed_apps"): lambda: {"data": self.account_apps},
            ("POST", f"{WABA}/subscribed_apps"): self._subscribe_account,
            ("GET", f"{WABA}/message_templates"): lambda: {
                "data": [one for one in self.templates if query["name"] in one["name"]]
            },
            ("POST", f"{PHONE_ID}/media"): lambda: self._upload(request),
            ("POST", f"{PHONE_ID}/messages"): lambda: self._whatsapp(request),
            ("GET", "me/subscribed_apps"): lambda: {"data": self.page_apps},
            ("POST", "me/subscribed_apps"): lambda: self._subscribe_page(request),
            ("GET", "me/messenger_profile"): lambda: {"data": self.profile},
            ("POST", "me/messenger_profile"): lambda: self._set_profile(request),
            ("POST", "me/messages"): lambda: self._messenger(request),
        }
        if (request.method, path) not in answers or (is_page and path.startswith((PHONE_ID, WABA))):
            raise errors.not_there()
        if path.startswith("me/") and not is_page:
            raise errors.no_permission()
        return answers[request.method, path]()

    def _whatsapp(self, request: Request) -> Mapping[str, Any]:
        message = request.json
        check_whatsapp(message, self.uploads, self.templates)
        if ("to" in message) == ("recipient" in message):
            raise errors.invalid("The parameter to is required.")
        chat = message.get("to") or message["recipient"]
        if "." in message.get("to", "") or "." not in message.get("recipient", "."):
            raise errors.wrong_value("to is a number, recipient a user id")
        if chat in self.strangers | self.gone:
            raise errors.undeliverable()
        if chat in self.closed and message["type"] != "template":
            raise errors.window_over()
        self.sent.append(message)
        contact = {"input": chat, "wa_id" if "to" in message else "user_id": chat}
        return {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": f"wamid.HBgL{len(self.sent)}=="}],
        }

    def _upload(self, request: Request) -> Mapping[str, Any]:
        form = _form(request)
        is_png = form.get("file", b"").startswith(b"\x89PNG")
        if form.get("messaging_product") != b"whatsapp" or form.get("type") != b"image/png" or not is_png:
            raise errors.invalid("Param file must be a file of the type that is named")
        media_id = str(1_037_543_291_543_636 + len(self.uploads))
        self.uploads[media_id] = form["file"]
        return {"id": media_id}

    def _messenger(self, request: Request) -> Mapping[str, Any]:
        form = _form(request)
        picture = form.pop("filedata", None)
        found = {name: _value(name, value) for name, value in form.items()} or request.json
        check_messenger(found, picture)
        chat = found["recipient"]["id"]
        if chat in self.gone:
            raise errors.not_available()
        if chat in self.strangers:
            raise errors.no_such_user()
        is_tagged = found["messaging_type"] == "MESSAGE_TAG"
        if chat in self.long_closed or (chat in self.closed and not is_tagged):
            raise errors.outside_window()
        self.sent.append(found)
        self.pictures += [picture] if picture else []
        return {"recipient_id": chat, "message_id": f"m_{len(self.sent)}"}

    def _hook(self, is_app: bool, request: Request) -> Mapping[str, Any]:
        if not is_app:
            raise errors.no_permission()
        asked = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        name = asked["callback_url"].rpartition("/")[2]
        self.hooks = [one for one in self.hooks if one["object"] != asked["object"]]
        self.hooks.append(hook(asked["object"], name, *asked["fields"].split(",")))
        return {"success": bool(asked["verify_token"])}

    def _subscribe_account(self) -> Mapping[str, Any]:
        self.account_apps = [{"whatsapp_business_api_data": {"id": APP_ID, "name": "Clinic", "link": ""}}]
        return {"success": True}

    def _subscribe_page(self, request: Request) -> Mapping[str, Any]:
        fields = parse_qs(request.body.decode())["subscribed_fields"][0].split(",")
        self.page_apps = [{"id": APP_ID, "name": "Clinic", "subscribed_fields": fields}]
        return {"success": True}

    def _set_profile(self, request: Request) -> Mapping[str, Any]:
        self.profile = [request.json]
        return {"result": "success"}


def whatsapp_token() -> dict[str, Any]:
    scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
    return {"app_id": APP_ID, "type": "SYSTEM_USER", "is_valid": True, "expires_at": 0, "scopes": scopes}


def page_token() -> dict[str, Any]:
    scopes = ["pages_show_list", "pages_messaging", "pages_manage_metadata"]
    return {
        "app_id": APP_ID,
        "type": "PAGE",
        "is_valid": True,
        "expires_at": 0,
        "scopes": scopes,
        "profile_id": PAGE,
    }


def hook(subject: str, name: str, *fields: str) -> dict[str, Any]:
    return {
        "object": subject,
        "callback_url": f"{PUBLIC_URL}/webhooks/{name}",
        "active": True,
        "fields": [{"name": field, "version": "v25.0"} for field in fields],
    }


def number() -> dict[str, Any]:
    parts = {"PHONE_NUMBER": PHONE_ID, "WABA": WABA, "BUSINESS": "2729063490586005", "APP": APP_ID}
    entities = [{"entity_type": kind, "id": found, "can_send_message": "AVAILABLE"} for kind, found in parts.items()]
    return {
        "display_phone_number": "+1 555-078-3881",
        "status": "CONNECTED",
        "health_status": {"can_send_message": "AVAILABLE", "entities": entities},
        "webhook_configuration": {"application": f"{PUBLIC_URL}/webhooks/whatsapp"},
        "id": PHONE_ID,
    }


def template(
    name: str, *, language: str = "en", status: str = "APPROVED", text: str = "Hello again."
) -> dict[str, Any]:
    parts = [{"type": "BODY", "text": text}]
    return {"name": name, "language": language, "status": status, "components": parts, "id": "564750795574598"}


def _token(request: Request, query: Mapping[str, str]) -> str:
    if "access_token" in query:
        raise AssertionError("A token in an address ends up in logs.")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        raise errors.bad_token()
    return token


def _for(is_allowed: bool, data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not is_allowed:
        raise errors.no_permission()
    return data


def _picked(found: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
    wanted = [*query["fields"].split(","), "id"]
    return {name: found[name] for name in wanted if name in found}


def _form(request: Request) -> dict[str, bytes]:
    """Parts of multipart/form-data by name; {} for another body."""
    head = f"Content-Type: {request.headers.get('Content-Type', '')}\r\n\r\n".encode()
    found = BytesParser(policy=HTTP).parsebytes(head + request.body)
    return {
        str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True)
        for part in found.iter_parts()
    }


def _value(name: str, value: bytes) -> Any:
    return json.loads(value) if name in {"recipient", "message"} else value.decode()
