"""What WhatsApp and Messenger take as a message, as their references have it. Raises GraphError for all else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tests.channels.fakes.graph_errors import invalid, no_template, wrong_value


def check_whatsapp(
    message: Mapping[str, Any], uploads: Collection[str], templates: Sequence[Mapping[str, Any]]
) -> None:
    """Everything but who it goes to."""
    kind = message.get("type")
    _only(message, {"messaging_product", "recipient_type", "to", "recipient", "type", kind})
    if message.get("messaging_product") != "whatsapp":
        raise invalid("The parameter messaging_product is required.")
    if message.get("recipient_type") != "individual" or not isinstance(message.get(str(kind)), dict):
        raise invalid(f"The parameter {kind} is required.")
    content = message[str(kind)]
    if kind == "text":
        _only(content, {"body", "preview_url"})
        _length("text.body", content.get("body"), 4096)
    elif kind == "image":
        _only(content, {"id", "caption"})
        if content.get("id") not in uploads:
            raise wrong_value("Invalid media id")
        _length("caption", content.get("caption", "x"), 1024)
    elif kind == "interactive":
        _check_interactive(content)
    elif kind == "template":
        _check_template(content, templates)
    else:
        raise invalid(f"Unexpected type {kind}")


def _check_interactive(content: Mapping[str, Any]) -> None:
    _only(content, {"type", "body", "action", "header", "footer"})
    _length("body.text", content["body"].get("text"), 1024)
    if content["type"] == "button":
        buttons = content["action"]["buttons"]
        if not 1 <= len(buttons) <= 3 or any(button.get("type") != "reply" for button in buttons):
            raise wrong_value("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
        _choices([button["reply"] for button in buttons], title=20, id_length=256, unique=("id", "title"))
    elif content["type"] == "list":
        sections = content["action"]["sections"]
        rows = [row for section in sections for row in section["rows"]]
        _length("action.button", content["action"].get("button"), 20)
        if not 1 <= len(rows) <= 10 or (len(sections) > 1 and not all(section.get("title") for section in sections)):
            raise wrong_value("Total row count exceed max allowed count: 10")
        _choices(rows, title=24, id_length=200, unique=("id",))
        for row in rows:
            _length("row.description", row.get("description", "x"), 72)
    else:
        raise invalid("Unexpected interactive type")


def _choices(found: Sequence[Mapping[str, Any]], *, title: int, id_length: int, unique: tuple[str, ...]) -> None:
    for one in found:
        _only(one, {"id", "title", "description"})
        _length("title", one.get("title"), title)
        _length("id", one.get("id"), id_length)
    for name in unique:
        if len({one[name] for one in found}) != len(found):
            raise wrong_value(f"Duplicated {name}")


def _check_template(content: Mapping[str, Any], templates: Sequence[Mapping[str, Any]]) -> None:
    _only(content, {"name", "language", "components"})
    wanted = (content.get("name"), content.get("language", {}).get("code"), "APPROVED")
    if wanted not in [(one["name"], one["language"], one["status"]) for one in templates]:
        raise no_template()


def check_messenger(request: Mapping[str, Any], picture: bytes | None) -> None:
    """Everything but who it goes to. `picture` came as a file."""
    _only(request, {"recipient", "message", "messaging_type", "tag", "access_token"})
    kind, tag = request.get("messaging_type"), request.get("tag")
    if kind not in {"RESPONSE", "UPDATE", "MESSAGE_TAG"} or (kind == "MESSAGE_TAG") != (tag == "HUMAN_AGENT"):
        raise invalid("messaging_type and tag don't fit")
    message = request.get("message") or {}
    _only(message, {"text", "quick_replies", "attachment"})
    if ("text" in message) == ("attachment" in message):
        raise invalid("A message has either a text or an attachment")
    if "attachment" in message:
        if message["attachment"]["type"] != "image" or not (picture or b"").startswith(b"\x89PNG"):
            raise invalid("Incorrect attachment")
        return
    _length("message[text]", message["text"], 2000)
    replies = message.get("quick_replies", [{"content_type": "text", "title": "x", "payload": "x"}])
    if not 1 <= len(replies) <= 13:
        raise invalid("quick_replies must have 1 to 13 members")
    for reply in replies:
        _only(reply, {"content_type", "title", "payload"})
        if reply.get("content_type") != "text":
            raise invalid("content_type")
        _length("title", reply.get("title"), 20)
        _length("payload", reply.get("payload"), 1000)


def _only(found: Mapping[str, Any], known: Collection[object]) -> None:
    if unknown := set(found) - set(known):
        raise invalid(f"Unexpected key {sorted(unknown)[0]!r}")


def _length(name: str, text: object, most: int) -> None:
    """In UTF-16's units."""
    if not isinstance(text, str) or not text.strip() or len(text.encode("utf-16-le")) // 2 > most:
        raise invalid(f"Param {name} must be a non-empty string of at most {most} characters")
