"""What is told of the usual wait, when the message goes out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import update

from bot.conversation.promise import USUAL_WAIT, make_promise, wait_text
from bot.store.store import Store
from bot.store.tables import handoffs
from bot.talk import Talk
from bot.types import Envelope
from bot.vocabulary import Kind, Missed, Priority, Reason
from tests.conversation.samples import QUESTION, ask, begin, bot_texts
from tests.conversation.scripted_brain import ScriptedBrain

NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
WAITING = Envelope(Kind.HANDOFF, f"I've told our team. {USUAL_WAIT} Stay here.")


@pytest.mark.anyio
async def test_without_enough_waits_no_number_is_told(talk: Talk, brain: ScriptedBrain) -> None:
    brain.script[QUESTION] = [WAITING]
    messages = await ask(talk, await begin(talk), QUESTION)
    assert bot_texts(messages) == ["I've told our team. I can't say how long it takes. Stay here."]


@pytest.mark.anyio
async def test_with_enough_of_them_the_measured_time_is_told(talk: Talk, store: Store, brain: ScriptedBrain) -> None:
    # In opening hours of the sample clinic, on a Wednesday in the last 30 days of the real clock.
    day = datetime.now(timezone.utc) - timedelta(days=1)
    while day.weekday() != 2:
        day -= timedelta(days=1)
    opened = day.replace(hour=16, minute=0, second=0)
    for _ in range(5):
        conversation_id = await begin(talk)
        store.open_handoff(conversation_id, Reason.ASKED, Priority.NORMAL, by="", why="", now=opened)
    with store._engine.begin() as connection:
        connection.execute(update(handoffs).values(first_claimed_at=opened + timedelta(minutes=8)))
    brain.script[QUESTION] = [WAITING]
    messages = await ask(talk, await begin(talk), QUESTION)
    assert bot_texts(messages) == ["I've told our team. It usually takes about 10 minutes. Stay here."]


@pytest.mark.anyio
async def test_a_question_that_staff_were_told_of_is_kept_to_learn_from(
    talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    brain.script[QUESTION] = [Envelope(Kind.HANDOFF, "I've told our team.", request={"handoff": "not_understood"})]
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, QUESTION)
    assert [one["reason"] for one in store.export(conversation_id)["missed"]] == [Missed.UNANSWERED.value]


def test_other_messages_pass_unread() -> None:
    def measure(now: datetime) -> int:
        raise AssertionError("Nobody asked how long it takes.")

    said = [Envelope(Kind.SMALLTALK, "Hello.")]
    assert make_promise(measure, known="{wait}", unknown="-")(said, NOW) is said


def test_a_log_that_cannot_be_read_promises_no_number() -> None:
    def measure(now: datetime) -> int:
        raise RuntimeError("the database is down")

    (said,) = make_promise(measure, known="About {wait}.", unknown="I can't say.")([WAITING], NOW)
    assert said.text == "I've told our team. I can't say. Stay here."


@pytest.mark.parametrize(
    ("minutes", "text"), [(1, "1 minute"), (15, "15 minutes"), (60, "1 hour"), (180, "3 hours"), (90, "90 minutes")]
)
def test_a_wait_in_words(minutes: int, text: str) -> None:
    assert wait_text(minutes) == text
