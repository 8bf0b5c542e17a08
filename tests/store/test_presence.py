"""Who looks and who types: for seconds, across processes, and gone with the conversation."""

from __future__ import annotations

from functools import partial

from bot.people import Presence
from bot.store.store import Store
from bot.types import Conversation
from bot.vocabulary import PATIENT
from tests.handoff.samples import desk_at, employ
from tests.store.samples import NOW, accept, later, together


def test_who_looks_is_there_for_half_a_minute(store: Store, conversation: Conversation) -> None:
    store.look(conversation.id, "n", "Nora", typing=False, now=NOW)
    assert store.presences(conversation.id, later(29)) == [Presence("n", "Nora", is_typing=False)]
    assert store.presences(conversation.id, later(30)) == []


def test_typing_is_over_after_six_seconds_unless_it_is_told_again(store: Store, conversation: Conversation) -> None:
    store.look(conversation.id, "n", "Nora", typing=True, now=NOW)
    assert [one.is_typing for one in store.presences(conversation.id, later(5))] == [True]
    assert [one.is_typing for one in store.presences(conversation.id, later(6))] == [False]
    store.look(conversation.id, "n", "Nora", typing=True, now=later(5))
    assert [one.is_typing for one in store.presences(conversation.id, later(10))] == [True]
    store.look(conversation.id, "n", "Nora", typing=False, now=later(7))
    assert [one.is_typing for one in store.presences(conversation.id, later(8))] == [False]


def test_all_who_are_there_are_listed_by_name_and_each_once(store: Store, conversation: Conversation) -> None:
    for who, name in (("n", "Nora"), ("d", "Dan"), ("n", "Nora"), (PATIENT, "")):
        store.look(conversation.id, who, name, typing=False, now=NOW)
    assert [one.who for one in store.presences(conversation.id, NOW)] == [PATIENT, "d", "n"]
    store.leave(conversation.id, "d")
    assert [one.who for one in store.presences(conversation.id, NOW)] == [PATIENT, "n"]


def test_many_who_look_at_once_are_all_there(store: Store, conversation: Conversation) -> None:
    together([partial(store.look, conversation.id, str(n % 4), str(n % 4), typing=True, now=NOW) for n in range(8)])
    assert [one.who for one in store.presences(conversation.id, NOW)] == ["0", "1", "2", "3"]


def test_the_patient_sees_typing_only_of_whoever_has_the_talk(store: Store, conversation: Conversation) -> None:
    nora, dan = employ(store, "nora"), employ(store, "dan")
    desk = desk_at(store)
    for one in (nora, dan):
        store.look(conversation.id, one.id, one.name, typing=True, now=NOW)
    assert store.typing_staff(conversation.id, NOW) is None
    handoff = desk.open_for(conversation.id, by=nora, why="", now=NOW)
    assert store.typing_staff(conversation.id, NOW) == "Nora"
    desk.reply(handoff.id, "Hello.", by=nora, now=NOW)
    assert store.typing_staff(conversation.id, NOW) is None
    desk.transfer(handoff.id, dan, by=nora, now=NOW)
    assert store.typing_staff(conversation.id, NOW) == "Dan"
    assert store.typing_staff(conversation.id, later(6)) is None


def test_a_patient_who_has_sent_the_message_types_no_more(store: Store, conversation: Conversation) -> None:
    store.look(conversation.id, PATIENT, "", typing=True, now=NOW)
    accept(store, conversation.id, "sent")
    assert [one.is_typing for one in store.presences(conversation.id, NOW)] == [False]


def test_it_goes_with_the_conversation_and_nobody_can_come_back(store: Store, conversation: Conversation) -> None:
    store.look(conversation.id, "n", "Nora", typing=True, now=NOW)
    store.erase(conversation.id, now=NOW)
    store.look(conversation.id, "n", "Nora", typing=True, now=NOW)
    assert store.presences(conversation.id, NOW) == []
