from __future__ import annotations

from bot.store.store import Store
from bot.types import Button, Conversation, Envelope, Source
from bot.vocabulary import Kind
from tests.store.samples import NOW, OFFER, accept

FULL = Envelope(
    Kind.ANSWER,
    "Two to four days.",
    topics=("downtime", "pain"),
    card_ids=("downtime.skin",),
    sources=(Source("A review", "https://example.org/1"), Source("A leaflet")),
    media=({"kind": "chart", "alt": "days"},),
    reviewed=False,
)


def _buttons(store: Store, conversation_id: str, seq: int) -> tuple[Button, ...]:
    envelope = store.messages(conversation_id)[seq - 1].envelope
    assert envelope is not None
    return envelope.buttons


def test_reading_goes_on_after_the_last_number_that_was_read(store: Store, conversation: Conversation) -> None:
    for n in range(5):
        accept(store, conversation.id, str(n), text=f"message {n + 1}")
    assert [m.text for m in store.messages(conversation.id, after=3)] == ["message 4", "message 5"]
    assert [m.seq for m in store.messages(conversation.id, after=1, limit=2)] == [2, 3]
    assert store.messages(conversation.id, after=5) == []


def test_an_unknown_conversation_has_no_messages(store: Store) -> None:
    assert store.messages("nobody") == []


def test_an_envelope_is_read_back_whole(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", replies=[FULL])
    assert store.messages(conversation.id)[1].envelope == FULL


def test_a_button_goes_out_as_an_opaque_id(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", replies=[OFFER])
    shown = _buttons(store, conversation.id, 2)
    assert [button.title for button in shown] == ["Pain", "Price"]
    assert all(button.payload is None and button.id for button in shown)
    assert "/ask_pain" not in str(store.messages(conversation.id)[1].to_json())


def test_the_id_of_a_button_leads_back_to_its_payload(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", replies=[OFFER])
    pain, price = _buttons(store, conversation.id, 2)
    assert store.find_button(conversation.id, str(pain.id)) == Button("Pain", "/ask_pain", pain.id)
    assert store.find_button(conversation.id, str(price.id)) == Button("Price", "/ask_cost", price.id)


def test_the_same_offer_twice_has_different_ids(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", replies=[OFFER, OFFER])
    shown = _buttons(store, conversation.id, 2) + _buttons(store, conversation.id, 3)
    assert len({button.id for button in shown}) == 4


def test_a_button_without_a_payload_can_be_pressed_too(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", replies=[Envelope(Kind.CLARIFY, "Sure?", buttons=(Button("Yes"),))])
    (yes,) = _buttons(store, conversation.id, 2)
    assert store.find_button(conversation.id, str(yes.id)) == Button("Yes", None, yes.id)


def test_a_button_works_in_its_own_conversation_only(store: Store, conversation: Conversation) -> None:
    other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    accept(store, conversation.id, "a", replies=[OFFER])
    pain, _ = _buttons(store, conversation.id, 2)
    assert store.find_button(other.id, str(pain.id)) is None
    assert store.find_button(conversation.id, "/ask_pain") is None
