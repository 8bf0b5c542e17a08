from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channels.events import Batch, Inbound, Receipt, What
from bot.channels.whatsapp.webhook import WhatsAppWebhook
from tests.channels.fakes.graph import HIDDEN_CHAT, PHONE_ID, WHATSAPP_CHAT
from tests.channels.graph.signing import SECRET, VERIFY_TOKEN, signed
from tests.channels.whatsapp import payloads
from tests.channels.whatsapp.payloads import WAMID, delivered, document, message, status, value

DOOR = WhatsAppWebhook(PHONE_ID, SecretStr(SECRET), SecretStr(VERIFY_TOKEN))


def take(found: object) -> Batch:
    batch, reply = DOOR.take(signed(found))
    assert (reply.status, reply.body) == (200, b"")
    return batch


def only(found: dict[str, Any]) -> Inbound:
    batch = take(delivered(found))
    (event,) = batch.events
    assert batch.receipts == ()
    return event


@pytest.mark.parametrize("name", ["TEXT", "FORWARDED", "FROM_AN_AD", "QUOTING"])
def test_a_text_is_what_was_typed(name: str) -> None:
    assert only(getattr(payloads, name)) == Inbound(WAMID, WHATSAPP_CHAT, What.TEXT, "Does it hurt? \U0001f60a")


def test_who_hides_the_number_is_answered_by_user_id() -> None:
    assert only(payloads.HIDDEN) == Inbound(WAMID, HIDDEN_CHAT, What.TEXT, "Does it hurt? \U0001f60a")
    both = {**payloads.HIDDEN, "from": WHATSAPP_CHAT}
    assert only(both).chat == WHATSAPP_CHAT


@pytest.mark.parametrize(
    ("found", "button", "title"),
    [
        (payloads.BUTTON_REPLY, "b1", "Yes"),
        (payloads.LIST_REPLY, "b7", "Prices"),
        (payloads.TEMPLATE_BUTTON, "Go on", "Go on"),
    ],
)
def test_a_pressed_button_carries_its_id_and_title(found: dict[str, Any], button: str, title: str) -> None:
    assert only(found) == Inbound(WAMID, WHATSAPP_CHAT, What.BUTTON, title, button=button)


def test_opening_the_chat_is_a_start() -> None:
    assert only(payloads.WELCOME) == Inbound(WAMID, WHATSAPP_CHAT, What.START)


@pytest.mark.parametrize("kind", payloads.SENT)
def test_what_the_bot_can_not_read_is_media_of_a_kind(kind: str) -> None:
    found = payloads.SENT[kind]
    caption = {"image": "My cheek", "video": "Look"}.get(kind, "")
    assert only(found) == Inbound(WAMID, WHATSAPP_CHAT, What.MEDIA, caption, media=kind)


@pytest.mark.parametrize("name", payloads.LEFT_OUT)
def test_what_nobody_needs_is_left_out(name: str) -> None:
    assert take(delivered(payloads.LEFT_OUT[name])) == Batch()


def test_a_batch_is_taken_whole_and_in_order() -> None:
    texts = [message("text", {"body": str(place)}, id=f"wamid.{place}") for place in range(5)]
    found = document(
        value(messages=texts[:2]),
        value(statuses=[status("failed", 131047)]),
        value(messages=[payloads.LEFT_OUT["reaction"], texts[2]]),
    )
    more = document(value(messages=texts[3:], statuses=[status("failed", 131026, wamid="wamid.x")]))
    found["entry"] += more["entry"]
    batch = take(found)
    assert [event.text for event in batch.events] == ["0", "1", "2", "3", "4"]
    assert batch.receipts == (Receipt(WAMID, "window_over"), Receipt("wamid.x", "no_such_chat"))


def test_another_number_of_the_account_is_not_ours() -> None:
    foreign = value("999999999999999", messages=[payloads.TEXT], statuses=[status("failed", 131047)])
    assert take(document(foreign)) == Batch()
    assert len(take(document(foreign, value(messages=[payloads.TEXT]))).events) == 1


def test_other_fields_and_objects_are_left_out() -> None:
    other_field = delivered(payloads.TEXT)
    other_field["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
    assert take(other_field) == Batch()
    assert take({**delivered(payloads.TEXT), "object": "page"}) == Batch()


@pytest.mark.parametrize("kind", ["sent", "delivered", "read", "played", "deleted", "warning"])
def test_only_failures_are_receipts(kind: str) -> None:
    assert take(document(value(statuses=[status(kind, 131049)]))) == Batch()


@pytest.mark.parametrize(
    ("codes", "code", "is_blocked"),
    [
        ((131047,), "window_over", False),
        ((131026,), "no_such_chat", False),
        ((131050,), "chat_gone", True),
        ((131056,), "app_busy", False),
        ((132015,), "bad_template", False),
        ((131049,), "app_refused", False),
        ((), "app_refused", False),
    ],
)
def test_a_failure_says_why(codes: tuple[int, ...], code: str, is_blocked: bool) -> None:
    batch = take(document(value(statuses=[status("failed", *codes)])))
    assert batch == Batch(receipts=(Receipt(WAMID, code, is_blocked=is_blocked),))


def test_what_is_no_character_is_replaced() -> None:
    assert only(message("text", {"body": "a\ud800b\0c"})).text == "a\ufffdb\ufffdc"


def test_words_and_addresses_are_not_shown_by_repr() -> None:
    shown = repr(only(payloads.TEXT))
    assert "hurt" not in shown
    assert WHATSAPP_CHAT not in shown


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(["text", "button", "interactive", "image", "audio", "contacts", "unsupported", "system"])
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "from": ANYTHING | st.just(WHATSAPP_CHAT),
        "id": ANYTHING | st.just(WAMID),
        "type": ANYTHING | KINDS,
        "from_user_id": ANYTHING,
        **{
            kind: ANYTHING | st.fixed_dictionaries({}, optional={"type": KINDS, "body": ANYTHING, "text": ANYTHING})
            for kind in ("text", "button", "interactive", "image", "unsupported")
        },
    },
)
DOCUMENTS = ANYTHING | st.builds(
    lambda messages, statuses: document(value(messages=messages, statuses=statuses)),
    ANYTHING | st.lists(MESSAGES, max_size=3),
    ANYTHING
    | st.lists(st.fixed_dictionaries({"status": st.just("failed"), "id": ANYTHING, "errors": ANYTHING}), max_size=2),
)


@given(DOCUMENTS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_signed_document_is_ever_an_error(found: object) -> None:
    for event in take(found).events:
        assert event.key
        assert event.chat
        assert Inbound.from_json(event.to_json()) == event
        event.text.encode()
