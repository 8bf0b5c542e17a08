"""Patients in messaging apps, as the database keeps them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher, new_key
from bot.store.app_tables import chats
from bot.store.desk_tables import outbox
from bot.store.store import Store
from bot.types import Envelope
from bot.vocabulary import ChatStatus, Kind, Priority, Reason, State
from tests.store.samples import NOW, later, together

PHONE = "+15550100"
HELLO = Envelope(Kind.NOTICE, "Hello.")


def agreed(store: Store, channel: str = "whatsapp", address: str = PHONE) -> str:
    chat = store.hear(channel, address, now=NOW)
    found = store.agree(chat.id, locale="en", now=NOW)
    assert found is not None
    return found


def test_somebody_new_has_agreed_to_nothing(store: Store) -> None:
    chat = store.hear("whatsapp", PHONE, now=NOW)
    assert (chat.status, chat.conversation_id, chat.asked_at) == (ChatStatus.ASKED, None, None)
    assert store.hear("whatsapp", PHONE, now=later(5)).id == chat.id


def test_the_address_is_nowhere_in_the_clear(store: Store, engine: Engine) -> None:
    agreed(store)
    with engine.connect() as connection:
        row = connection.execute(select(chats)).mappings().one()
    assert PHONE not in repr(dict(row))
    assert store.hear("whatsapp", PHONE, now=NOW).address == PHONE


def test_the_same_number_in_another_app_is_another_patient(store: Store) -> None:
    assert agreed(store) != agreed(store, "sms")


def test_a_new_data_key_in_front_still_finds_the_patient(engine: Engine, key: str) -> None:
    before = Store(engine, Cipher(key))
    conversation_id = agreed(before)
    after = Store(engine, Cipher(f"{new_key()},{key}"))
    assert after.hear("whatsapp", PHONE, now=NOW).conversation_id == conversation_id


def test_two_who_meet_the_same_patient_at_once_find_one_chat(store: Store) -> None:
    found = together([lambda: store.hear("telegram", "1", now=NOW)] * 4)
    assert len({one.id for one in found}) == 1


def test_saying_yes_twice_opens_one_conversation(store: Store) -> None:
    chat = store.hear("telegram", "1", now=NOW)
    found = together([lambda: store.agree(chat.id, locale="en", now=NOW)] * 4)
    assert len(set(found)) == 1


def test_what_the_bot_says_there_is_queued_with_it_and_holds_no_words(store: Store, engine: Engine, key: str) -> None:
    conversation_id = agreed(store)
    seq = store.add_notice(conversation_id, HELLO, now=NOW)
    with engine.connect() as connection:
        row = connection.execute(select(outbox)).one()
    assert (row.kind, row.conversation_id) == ("whatsapp", conversation_id)
    assert Cipher(key).open_json(row.body) == {"seq": seq}


def test_the_page_of_the_clinic_fetches_its_messages_itself(store: Store, engine: Engine) -> None:
    opened = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    store.add_notice(opened.id, HELLO, now=NOW)
    with engine.connect() as connection:
        assert connection.execute(select(outbox)).all() == []


def test_a_safety_text_waits_behind_nothing(store: Store) -> None:
    conversation_id = agreed(store)
    store.add_notice(conversation_id, HELLO, now=NOW)
    store.add_notice(conversation_id, Envelope(Kind.EMERGENCY, "Call 911 now."), now=NOW)
    leased = store.lease_due("one", now=NOW, seconds=60, limit=5)
    assert len(leased) == 2


def test_messages_of_one_patient_go_out_in_order(store: Store) -> None:
    conversation_id = agreed(store)
    for _ in range(3):
        store.add_notice(conversation_id, HELLO, now=NOW)
    (first,) = store.lease_due("one", now=NOW, seconds=60, limit=5)
    assert first.outgoing.body == {"seq": 1}
    store.mark_sent(first.id, "one", now=NOW)
    (second,) = store.lease_due("one", now=NOW, seconds=60, limit=5)
    assert second.outgoing.body == {"seq": 2}


def test_after_a_stop_nothing_is_sent(store: Store) -> None:
    conversation_id = agreed(store)
    store.add_notice(conversation_id, HELLO, now=NOW)
    chat = store.chat_of(conversation_id)
    assert chat is not None
    store.stop_chat(chat.id, now=NOW)
    assert store.lease_due("one", now=NOW, seconds=60, limit=5) == []
    assert store.hear("whatsapp", PHONE, now=NOW).status is ChatStatus.STOPPED


def test_after_a_stop_a_new_yes_leads_back_into_the_same_talk(store: Store) -> None:
    conversation_id = agreed(store)
    chat = store.chat_of(conversation_id)
    assert chat is not None
    store.stop_chat(chat.id, now=NOW)
    assert store.agree(chat.id, locale="en", now=later(1)) == conversation_id


def silenced(store: Store, *, has_agreed: bool = True) -> str | None:
    conversation_id = agreed(store) if has_agreed else None
    store.silence_chat(store.hear("whatsapp", PHONE, now=NOW).id, now=NOW)
    return conversation_id


def test_a_stop_before_any_yes_keeps_the_fingerprint_alone(store: Store, engine: Engine) -> None:
    silenced(store, has_agreed=False)
    with engine.connect() as connection:
        row = connection.execute(select(chats)).one()
    assert (bytes(row.address), row.status, row.conversation_id) == (b"", "silenced", None)
    store.tidy(now=NOW + timedelta(days=400), retention=timedelta(days=30))
    found = store.hear("whatsapp", PHONE, now=NOW)
    assert (found.status, found.address) == (ChatStatus.SILENCED, PHONE)


def test_who_is_asked_again_after_a_stop_has_an_address_again(store: Store) -> None:
    silenced(store, has_agreed=False)
    store.note_asked(store.hear("whatsapp", PHONE, now=NOW), asks=2, now=NOW)
    found = store.find_chat("whatsapp", PHONE)
    assert found is not None
    assert (found.status, found.address, found.asks, found.asked_at) == (ChatStatus.ASKED, PHONE, 2, NOW)


def test_a_stop_stays_a_stop_when_the_patient_is_gone_too(store: Store) -> None:
    silenced(store)
    store.stop_chat(store.hear("whatsapp", PHONE, now=NOW).id, now=NOW)
    assert store.hear("whatsapp", PHONE, now=NOW).status is ChatStatus.SILENCED


def test_a_stop_outlasts_the_time_of_a_talk_and_no_wish_to_erase(store: Store) -> None:
    silenced(store)
    store.expire(now=NOW + timedelta(days=31), retention=timedelta(days=30), limit=10)
    assert store.hear("whatsapp", PHONE, now=NOW).status is ChatStatus.SILENCED
    agreed(store)
    conversation_id = silenced(store)
    assert conversation_id is not None
    store.erase(conversation_id, now=NOW)
    assert store.find_chat("whatsapp", PHONE) is None


def test_erasing_a_conversation_forgets_who_it_was(store: Store, engine: Engine) -> None:
    store.erase(agreed(store), now=NOW)
    with engine.connect() as connection:
        assert connection.execute(select(chats)).all() == []
    assert store.hear("whatsapp", PHONE, now=NOW).status is ChatStatus.ASKED


def test_who_was_asked_and_never_answered_is_forgotten(store: Store, engine: Engine) -> None:
    store.hear("whatsapp", PHONE, now=NOW)
    kept = agreed(store, "telegram", "1")
    store.tidy(now=NOW + timedelta(days=8), retention=timedelta(days=30))
    with engine.connect() as connection:
        assert [row.conversation_id for row in connection.execute(select(chats))] == [kept]


def test_writing_in_an_app_counts_as_being_there(store: Store) -> None:
    conversation_id = agreed(store)
    store.hear("whatsapp", PHONE, now=NOW + timedelta(days=20))
    expired = store.expire(now=NOW + timedelta(days=31), retention=timedelta(days=30), limit=10)
    assert expired == 0
    assert store.find_conversation(conversation_id) is not None


def test_a_closed_talk_is_the_bots_again_when_the_patient_writes(store: Store) -> None:
    conversation_id = agreed(store)
    assert not store.reopen_closed(conversation_id)
    store.open_handoff(conversation_id, Reason.ASKED, Priority.NORMAL, by="patient", why="asked", now=NOW)
    found = store.find_conversation(conversation_id)
    assert found is not None
    assert found.state is State.WAITING
    assert not store.reopen_closed(conversation_id)
