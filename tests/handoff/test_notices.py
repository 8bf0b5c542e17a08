"""What the patient reads while staff come and go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import HandoffError
from bot.handoff.desk import Desk
from bot.people import Staff
from bot.store.store import Store
from bot.types import Handoff
from bot.vocabulary import BACK_TO_BOT
from tests.handoff.samples import employ, texts, told
from tests.store.samples import NOW


def test_the_patient_reads_who_comes_and_goes(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff, dan: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    desk.transfer(handoff.id, dan, by=nora, now=NOW)
    desk.take_over(handoff.id, by=nora, why="Dan went home", now=NOW)
    desk.release(handoff.id, by=nora, now=NOW)
    desk.claim(handoff.id, by=dan, now=NOW)
    desk.hand_back(handoff.id, by=dan, now=NOW)
    assert texts(store, handoff.conversation_id) == [
        "Nora from the clinic has joined. The assistant is quiet now.",
        "Dan from the clinic is with you now.",
        "Nora from the clinic is with you now.",
        "Nora has left. You are waiting for our team. Until then the assistant answers.",
        "Dan from the clinic has joined. The assistant is quiet now.",
        "You are back with the assistant.",
    ]


def test_the_patient_reads_that_the_talk_was_closed_by_whom(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    desk.close(handoff.id, by=nora, why="booked", now=NOW)
    assert texts(store, handoff.conversation_id)[-1] == "Nora has ended this chat. You can start a new one at any time."


def test_a_move_that_is_refused_tells_the_patient_nothing(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff, dan: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    before = store.messages(handoff.conversation_id)
    for deed in (desk.claim, desk.release, desk.hand_back):
        with pytest.raises(HandoffError):
            deed(handoff.id, by=dan, now=NOW)
    assert store.messages(handoff.conversation_id) == before


def test_whoever_joins_comes_with_the_button_back(desk: Desk, store: Store, handoff: Handoff, nora: Staff) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    (joined,) = told(store, handoff.conversation_id)
    assert joined.envelope is not None
    (button,) = joined.envelope.buttons
    assert button.id is not None
    found = store.find_button(handoff.conversation_id, button.id)
    assert found is not None
    assert (found.title, found.payload) == ("Back to the assistant", BACK_TO_BOT)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>alert(1)</script>", "script alert(1) /script"),
        ("**Anna** [x](javascript:y)", "Anna x (javascript:y)"),
        ("{phone} {staff_name}", "phone staff name"),
        ("An\u202ena\n\x00", "An na"),
        ("x" * 500, "x" * 60),
        ("*", "Our team"),
    ],
)
def test_an_odd_name_of_staff_stays_a_plain_short_name(
    name: str, shown: str, desk: Desk, store: Store, handoff: Handoff
) -> None:
    odd = replace(employ(store, "odd"), name=name)
    desk.claim(handoff.id, by=odd, now=NOW)
    assert texts(store, handoff.conversation_id) == [f"{shown} from the clinic has joined. The assistant is quiet now."]
    desk.reply(handoff.id, "Hello.", by=odd, now=NOW)
    assert [one.name for one in store.messages(handoff.conversation_id)[-2:]] == [shown, shown]
