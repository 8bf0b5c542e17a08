from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channels.events import Batch, Inbound, What
from bot.channels.hook import Raw, Refused, Reply
from bot.channels.telegram.webhook import TelegramWebhook
from tests.channels.telegram.updates import (
    CHAT,
    FILE,
    GROUP,
    SECRET,
    member,
    message,
    pressed,
    raw,
    update,
)

DOOR = TelegramWebhook(SecretStr(SECRET))
NOTHING = Batch()


def events(body: Any) -> tuple[Inbound, ...]:
    batch, reply = DOOR.take(raw(body))
    assert reply.status == 200
    assert batch.receipts == ()
    return batch.events


def refused(door: TelegramWebhook, request: Raw) -> int:
    with pytest.raises(Refused) as caught:
        door.take(request)
    return caught.value.status


@pytest.mark.parametrize(
    "secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], SECRET.upper(), f" {SECRET}", "ä€", "\udc80"]
)
def test_without_the_right_secret_nothing_is_let_in(secret: str | None) -> None:
    assert refused(DOOR, raw(message(text="Hello"), secret)) == 403
    assert refused(DOOR, raw(b"no json", secret)) == 403


@pytest.mark.parametrize("secret", [None, "", "anything"])
def test_without_a_secret_of_our_own_nothing_is_let_in(secret: str | None) -> None:
    assert refused(TelegramWebhook(SecretStr("")), raw(message(text="Hello"), secret)) == 403


@pytest.mark.parametrize("body", [b"", b"no json", b'{"update_id": 1', b"\xff\xfe", b"[" * 100_000])
def test_what_was_cut_off_is_asked_for_again(body: bytes) -> None:
    assert refused(DOOR, raw(body)) == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_posts_carry_updates(method: str) -> None:
    assert refused(DOOR, raw(message(text="Hello"), method=method)) == 400


def test_a_text_is_one_event() -> None:
    batch, reply = DOOR.take(raw(message(1001, text="Does it hurt? 😀")))
    assert batch == Batch((Inbound("1001", "42", What.TEXT, "Does it hurt? 😀"),))
    assert reply == Reply()


@pytest.mark.parametrize("text", ["/start", "/start ", "/start@clinic_bot", "/start web-page_1"])
def test_the_start_button_is_a_start(text: str) -> None:
    assert events(message(text=text)) == (Inbound("1001", "42", What.START),)


@pytest.mark.parametrize("text", ["/stop", "/help", "/", "/starting", "/start my face is swollen", "please /start"])
def test_other_commands_are_texts(text: str) -> None:
    assert events(message(text=text)) == (Inbound("1001", "42", What.TEXT, text),)


def test_a_pressed_button_has_its_title_and_is_acknowledged() -> None:
    batch, reply = DOOR.take(raw(pressed("b2")))
    assert batch.events == (Inbound("1001", "42", What.BUTTON, "Talk to our team", button="b2"),)
    assert reply.media_type == "application/json"
    assert json.loads(reply.body) == {"method": "answerCallbackQuery", "callback_query_id": "4382bfdwdsb323b2d9"}


def test_a_button_of_an_old_message_has_no_title() -> None:
    old = {"message_id": 6, "chat": CHAT, "date": 0}
    assert events(pressed("b2", message=old)) == (Inbound("1001", "42", What.BUTTON, "", button="b2"),)


@pytest.mark.parametrize(
    "other",
    [
        {"data": None, "game_short_name": "chess"},
        {"message": None, "inline_message_id": "abc"},
        {"message": {"message_id": 6, "chat": GROUP, "date": 1}},
        {"data": ["b1"]},
    ],
)
def test_a_button_that_is_not_ours_stops_spinning_too(other: dict[str, Any]) -> None:
    batch, reply = DOOR.take(raw(pressed(**other)))
    assert batch == NOTHING
    assert json.loads(reply.body)["method"] == "answerCallbackQuery"


@pytest.mark.parametrize(
    ("content", "media"),
    [
        ({"photo": [{**FILE, "width": 90, "height": 90}, {**FILE, "width": 800, "height": 800}]}, "image"),
        ({"voice": {**FILE, "duration": 3, "mime_type": "audio/ogg"}}, "voice"),
        ({"audio": {**FILE, "duration": 3, "title": "Song"}}, "audio"),
        ({"video": {**FILE, "width": 1, "height": 1, "duration": 3}}, "video"),
        ({"video_note": {**FILE, "length": 240, "duration": 3}}, "video"),
        ({"animation": {**FILE, "duration": 3}, "document": {**FILE, "file_name": "a.mp4"}}, "video"),
        ({"document": {**FILE, "file_name": "letter.pdf", "mime_type": "application/pdf"}}, "document"),
        ({"sticker": {**FILE, "emoji": "👍", "type": "regular"}}, "sticker"),
        ({"location": {"latitude": 52.5, "longitude": 13.4}}, "location"),
        ({"venue": {"title": "Clinic", "address": "Main Street 1"}, "location": {"latitude": 1.0}}, "location"),
        ({"contact": {"phone_number": "+15550100", "first_name": "Bob"}}, "contact"),
        ({"poll": {"id": "1", "question": "?", "options": []}}, "other"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "other"),
    ],
)
def test_what_the_bot_cannot_read_says_what_it_is(content: dict[str, Any], media: str) -> None:
    assert events(message(**content)) == (Inbound("1001", "42", What.MEDIA, media=media),)


def test_a_caption_is_the_text() -> None:
    (found,) = events(message(photo=[FILE], caption="Is this normal?"))
    assert (found.what, found.text, found.media) == (What.MEDIA, "Is this normal?", "image")


def test_an_album_counts_once_and_keeps_what_was_written_below_it() -> None:
    numbers = (1001, 1002, 1003)
    plain = [events(message(number, photo=[FILE], media_group_id="13"))[0].key for number in numbers]
    assert plain == ["album-13"] * 3
    (found,) = events(message(1001, photo=[FILE], media_group_id="13", caption="Is this normal?"))
    assert (found.key, found.text) == ("1001", "Is this normal?")


def test_a_forwarded_text_and_a_reply_are_texts() -> None:
    origin = {"type": "hidden_user", "sender_user_name": "Bob", "date": 1}
    (found,) = events(message(text="Read this", forward_origin=origin, reply_to_message={"message_id": 3}))
    assert (found.what, found.text) == (What.TEXT, "Read this")


@pytest.mark.parametrize(("status", "what"), [("kicked", What.STOP), ("member", What.START)])
def test_who_blocks_us_stops_and_who_unblocks_us_starts(status: str, what: What) -> None:
    assert events(member(status)) == (Inbound("1001", "42", what),)


LEFT_OUT: dict[str, Any] = {
    "edited": update(edited_message=message(text="Hello")["message"]),
    "group": message(text="Hello", chat=GROUP),
    "button of a group": member("member", chat=GROUP),
    "channel": update(channel_post={"message_id": 1, "chat": {"id": -1, "type": "channel"}, "text": "News"}),
    "another bot": message(text="Hello", **{"from": {"id": 9, "is_bot": True, "first_name": "Bot"}}),
    "reaction": update(message_reaction={"chat": CHAT, "message_id": 3, "new_reaction": [{"type": "emoji"}]}),
    "other status": member("restricted"),
    "odd status": member({"a": 1}),
    "pinned": message(pinned_message={"message_id": 3}),
    "allowed to write": message(write_access_allowed={"from_request": True}),
    "later kind of update": update(hologram={"chat": CHAT}),
    "later kind of message": message(hologram={"file_id": "x"}),
    "empty": {},
    "no id": {"message": message(text="Hello")["message"]},
    "id that is none": message(text="Hello") | {"update_id": True},
    "huge id": message(text="Hello") | {"update_id": 2**63},
    "message that is none": update(message=["text"]),
    "list": [message(text="Hello")],
    "null": None,
    "number": 7,
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_nobody_needs_is_taken_and_left_out(name: str) -> None:
    assert DOOR.take(raw(LEFT_OUT[name])) == (NOTHING, Reply())


def test_halves_of_characters_can_be_stored() -> None:
    (found,) = events(message(text="a \ud83d b"))
    assert found.text.encode() == b"a ? b"


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["private", "kicked", "/start"]),
    lambda one: (
        st.lists(one, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "chat",
                    "from",
                    "text",
                    "data",
                    "message",
                    "status",
                    "reply_markup",
                    "inline_keyboard",
                    "photo",
                ]
            )
            | st.text(max_size=3),
            one,
            max_size=5,
        )
    ),
    max_leaves=20,
)
UPDATE = st.fixed_dictionaries(
    {"update_id": st.just(5) | ODD}, optional={"message": ODD, "callback_query": ODD, "my_chat_member": ODD}
)
FIELDS = st.sampled_from(["chat", "from", "text", "photo", "caption", "media_group_id", "message_id"])
MESSAGE = st.dictionaries(FIELDS, ODD).map(lambda odd: message(text="Hello", photo=[]) | message(**odd))
BUTTON = st.dictionaries(st.sampled_from(["id", "from", "message", "data"]), ODD).map(lambda odd: pressed(**odd))
MEMBER = st.dictionaries(st.sampled_from(["chat", "new_chat_member"]), ODD).map(lambda odd: member("kicked", **odd))


@given(ODD | UPDATE | MESSAGE | BUTTON | MEMBER)
def test_no_shape_upsets_it(body: Any) -> None:
    batch, reply = DOOR.take(raw(body))
    assert reply.status == 200
    for event in batch.events:
        assert event.key
        assert event.chat.isdigit()
        assert Inbound.from_json(json.loads(json.dumps(event.to_json()))) == event
        event.text.encode()


@given(st.binary(max_size=200))
def test_no_bytes_upset_it(body: bytes) -> None:
    with contextlib.suppress(Refused):
        DOOR.take(raw(body))
