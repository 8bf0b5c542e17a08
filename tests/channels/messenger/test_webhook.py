from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channels.events import Batch, Inbound, What
from bot.channels.messenger.webhook import MessengerWebhook
from tests.channels.fakes.graph import MESSENGER_CHAT, PUBLIC_URL
from tests.channels.graph.signing import SECRET, VERIFY_TOKEN, signed
from tests.channels.messenger import payloads
from tests.channels.messenger.payloads import AT, MID, attached, delivered, item, message

DOOR = MessengerWebhook(SecretStr(SECRET), SecretStr(VERIFY_TOKEN), PUBLIC_URL)


def take(found: object) -> Batch:
    batch, reply = DOOR.take(signed(found))
    assert (reply.status, reply.body) == (200, b"")
    return batch


def only(found: dict[str, Any]) -> Inbound:
    (event,) = take(delivered(found)).events
    return event


@pytest.mark.parametrize("name", ["TEXT", "REPLYING"])
def test_a_text_is_what_was_typed(name: str) -> None:
    assert only(getattr(payloads, name)) == Inbound(MID, MESSENGER_CHAT, What.TEXT, "Does it hurt? \U0001f60a")


def test_a_typed_address_is_a_text_in_spite_of_its_preview() -> None:
    assert only(payloads.ADDRESS) == Inbound(MID, MESSENGER_CHAT, What.TEXT, "https://www.example.org/x")


def test_a_pressed_button_carries_its_id_and_title() -> None:
    assert only(payloads.QUICK_REPLY) == Inbound(MID, MESSENGER_CHAT, What.BUTTON, "Yes", button="b1")
    assert only(payloads.POSTBACK) == Inbound(MID, MESSENGER_CHAT, What.BUTTON, "Prices", button="b7")


def test_get_started_is_a_start() -> None:
    assert only(payloads.GET_STARTED) == Inbound(MID, MESSENGER_CHAT, What.START)


def test_a_postback_without_an_id_gets_one_that_stays_and_tells_nothing() -> None:
    first = item(postback={"title": "Prices", "payload": "b7"})
    again, later = only(first), only({**first, "timestamp": AT + 1})
    assert only(first).key == again.key != later.key
    assert MESSENGER_CHAT not in again.key


@pytest.mark.parametrize("kind", payloads.SENT)
def test_what_the_bot_can_not_read_is_media_of_a_kind(kind: str) -> None:
    assert only(payloads.SENT[kind]) == Inbound(MID, MESSENGER_CHAT, What.MEDIA, media=kind)


def test_the_words_with_a_picture_are_kept() -> None:
    found = attached("image", "My cheek", url="https://scontent.example/1.jpg")
    assert only(found) == Inbound(MID, MESSENGER_CHAT, What.MEDIA, "My cheek", media="image")


def test_several_pictures_at_once_are_one_event() -> None:
    pictures = [{"type": "image", "payload": {"url": "https://scontent.example/1.jpg"}}] * 3
    assert only(message(attachments=pictures)).media == "image"


def test_what_messenger_itself_can_not_show_is_media() -> None:
    assert only(message(is_unsupported=True)).media == "unknown"


@pytest.mark.parametrize("name", payloads.LEFT_OUT)
def test_what_nobody_needs_is_left_out(name: str) -> None:
    assert take(delivered(payloads.LEFT_OUT[name])) == Batch()


def test_a_batch_is_taken_whole_and_in_order() -> None:
    texts = [item(message={"mid": f"m_{place}", "text": str(place)}) for place in range(4)]
    found = delivered(texts[0], payloads.LEFT_OUT["read"], texts[1])
    found["entry"] += delivered(texts[2], texts[3])["entry"]
    assert [event.text for event in take(found).events] == ["0", "1", "2", "3"]


def test_standby_is_for_others() -> None:
    found = delivered()
    found["entry"][0]["standby"] = [payloads.TEXT]
    assert take(found) == Batch()


def test_instagram_is_not_messenger() -> None:
    assert take({**delivered(payloads.TEXT), "object": "instagram"}) == Batch()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "mid": ANYTHING | st.just(MID),
        "text": ANYTHING,
        "quick_reply": ANYTHING | st.fixed_dictionaries({"payload": ANYTHING}),
        "attachments": ANYTHING
        | st.lists(st.fixed_dictionaries({"type": ANYTHING | st.just("image"), "payload": ANYTHING}), max_size=2),
        "is_echo": st.booleans(),
    },
)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "sender": ANYTHING | st.fixed_dictionaries({"id": ANYTHING | st.just(MESSENGER_CHAT)}),
        "timestamp": ANYTHING,
        "message": ANYTHING | MESSAGES,
        "postback": ANYTHING | st.fixed_dictionaries({"payload": ANYTHING, "title": ANYTHING}),
    },
)
DOCUMENTS = ANYTHING | st.builds(lambda items: delivered(*items), st.lists(ITEMS, max_size=3))


@given(DOCUMENTS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_signed_document_is_ever_an_error(found: object) -> None:
    for event in take(found).events:
        assert event.key
        assert event.chat
        assert Inbound.from_json(event.to_json()) == event
        event.text.encode()
