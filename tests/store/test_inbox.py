"""What apps send is stored once, taken in order, and emptied when it is dealt with."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher, new_key
from bot.store.app_tables import inbox
from bot.store.inbox import Arrived, Taken
from bot.store.store import Store
from tests.store.samples import NOW, later, together
from tests.store.test_chats import PHONE, agreed

LEASE_S = 30.0


def arrived(key: str, address: str = PHONE, text: str = "Does it hurt?") -> Arrived:
    whole = {"key": key, "chat": address, "text": text}
    return Arrived("whatsapp", key, address, whole, whole | {"text": ""})


def keep(store: Store, *events: Arrived, owner: str = "door") -> list[int | None]:
    return [one.id for one in store.keep_inbound(events, owner=owner, now=NOW, seconds=LEASE_S)]


def take(store: Store, owner: str = "door", seconds: int = 0, limit: int = 10) -> list[Taken]:
    return store.take_inbound(owner, now=later(seconds), seconds=LEASE_S, limit=limit)


def texts(taken: list[Taken]) -> list[str]:
    return [one.body["text"] for one in taken]


def test_a_second_copy_is_known(store: Store) -> None:
    agreed(store)
    assert keep(store, arrived("a"), arrived("a")) == [1, None]
    assert keep(store, arrived("a")) == [None]
    assert len(take(store)) == 1


def test_a_second_copy_is_known_after_it_was_dealt_with(store: Store) -> None:
    agreed(store)
    keep(store, arrived("a"))
    store.finish_inbound(take(store)[0].id, now=NOW)
    assert keep(store, arrived("a")) == [None]
    assert take(store, seconds=100) == []


def test_of_many_copies_at_once_one_is_kept(store: Store) -> None:
    agreed(store)
    found = together([lambda: keep(store, arrived("a"))[0]] * 6)
    assert len([one for one in found if one is not None]) == 1


def test_words_of_who_has_not_agreed_are_not_stored(store: Store, engine: Engine, key: str) -> None:
    keep(store, arrived("a", text="I am pregnant"))
    with engine.connect() as connection:
        body = Cipher(key).open_json(connection.execute(select(inbox.c.body)).scalar_one())
    assert body["text"] == ""


def test_the_yes_in_one_app_is_none_in_another(store: Store) -> None:
    agreed(store, "sms")
    words = {"text": "I am pregnant"}
    both = [Arrived(channel, "a", PHONE, words, {"text": ""}) for channel in ("sms", "twilio_whatsapp")]
    kept = store.keep_inbound(both, owner="door", now=NOW, seconds=LEASE_S)
    assert [one.is_whole for one in kept] == [True, False]
    assert [one.body["text"] for one in take(store)] == ["I am pregnant", ""]


def test_who_heard_the_words_deals_with_them_and_others_only_after_a_crash(store: Store) -> None:
    keep(store, arrived("a"), owner="door")
    assert take(store, owner="other") == []
    assert len(take(store, owner="door")) == 1
    assert take(store, owner="other", seconds=10) == []
    assert len(take(store, owner="other", seconds=31)) == 1


def test_those_of_one_patient_are_taken_one_after_the_other(store: Store) -> None:
    agreed(store)
    agreed(store, address="+15550101")
    keep(store, arrived("a", text="first"), arrived("b", text="second"), arrived("c", "+15550101", "other"))
    first = take(store)
    assert sorted(texts(first)) == ["first", "other"]
    assert take(store) == []
    store.finish_inbound(first[0].id, now=NOW)
    assert texts(take(store)) == ["second"]


def test_two_workers_never_take_the_same_one(store: Store) -> None:
    for number in range(6):
        agreed(store, address=f"+1555010{number}")
    keep(store, *(arrived(str(number), f"+1555010{number}") for number in range(6)))
    taken = together([lambda: take(store, "one"), lambda: take(store, "two"), lambda: take(store, "three")])
    ids = [one.id for found in taken for one in found]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == 6


def test_one_that_was_put_off_waits_and_keeps_its_place(store: Store) -> None:
    agreed(store)
    keep(store, arrived("a", text="first"), arrived("b", text="second"))
    (first,) = take(store)
    store.put_off_inbound(first.id, "door", due_at=later(20), is_tried=False)
    assert take(store, seconds=10) == []
    (again,) = take(store, seconds=21)
    assert (again.body["text"], again.attempts) == ("first", 1)


def test_what_went_wrong_counts_as_an_attempt(store: Store) -> None:
    agreed(store)
    keep(store, arrived("a"))
    store.put_off_inbound(take(store)[0].id, "door", due_at=NOW, is_tried=True)
    assert take(store)[0].attempts == 2


def test_after_it_was_dealt_with_no_word_is_left(store: Store, engine: Engine) -> None:
    agreed(store)
    keep(store, arrived("a"))
    store.finish_inbound(take(store)[0].id, now=NOW)
    with engine.connect() as connection:
        assert connection.execute(select(inbox.c.body)).scalar_one() is None


def test_erasing_the_patient_takes_what_nobody_has_read_yet(store: Store, engine: Engine) -> None:
    conversation_id = agreed(store)
    keep(store, arrived("a"))
    store.erase(conversation_id, now=NOW)
    assert take(store) == []
    with engine.connect() as connection:
        assert connection.execute(select(inbox.c.body)).scalar_one() is None
    assert keep(store, arrived("a")) == [None]


def test_erasing_after_a_change_of_keys_takes_it_too(engine: Engine, key: str) -> None:
    conversation_id = agreed(Store(engine, Cipher(key)))
    after = Store(engine, Cipher(f"{new_key()},{key}"))
    keep(after, arrived("a"))
    after.erase(conversation_id, now=NOW)
    assert take(after) == []
    with engine.connect() as connection:
        assert connection.execute(select(inbox.c.body)).scalar_one() is None


def test_one_that_no_key_opens_blocks_nobody(engine: Engine, key: str) -> None:
    before = Store(engine, Cipher(f"{key}"))
    agreed(before)
    keep(before, arrived("a"))
    stranger = Store(engine, Cipher(new_key()))
    assert take(stranger) == []
    assert take(before, seconds=100) == []


def test_keys_are_forgotten_after_a_week(store: Store, engine: Engine) -> None:
    agreed(store)
    keep(store, arrived("a"), arrived("b"))
    store.finish_inbound(take(store)[0].id, now=NOW)
    store.tidy(now=NOW + timedelta(days=9), retention=timedelta(days=30))
    with engine.connect() as connection:
        assert len(connection.execute(select(inbox)).all()) == 1


def test_how_many_of_a_patient_wait(store: Store) -> None:
    agreed(store)
    keep(store, arrived("a"), arrived("b"), arrived("c", "+15550101"))
    assert store.waiting_inbound("whatsapp", PHONE) == 2
