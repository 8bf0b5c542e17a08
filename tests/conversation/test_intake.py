"""What apps have sent is dealt with to the end, whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels.events import Batch, What
from bot.conversation.intake import MOST_ATTEMPTS, Intake
from bot.conversation.unsaid import LONGEST
from bot.privacy.cipher import Cipher, new_key
from bot.settings import Settings
from bot.store.inbox import Arrived, Kept
from bot.store.store import Store
from bot.store.tables import messages
from bot.talk import Talk, connect
from bot.vocabulary import State
from tests.conversation.app import NAME, PATIENT, Phone, Writer, app
from tests.conversation.samples import DANGER, QUESTION
from tests.conversation.scripted_brain import ScriptedBrain

pytestmark = pytest.mark.anyio

START = dt.datetime.now(dt.timezone.utc)


class Clock:
    """Each step is longer than any pause."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> dt.datetime:
        return self.at

    def step(self) -> None:
        self.at += dt.timedelta(seconds=2.0**MOST_ATTEMPTS)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def talk(store: Store, brain: ScriptedBrain, settings: Settings, clock: Clock) -> Talk:
    made = connect(store, brain, settings, apps={NAME: app(Phone())})
    made.apps.intake._now = clock
    return made


@pytest.fixture
def writer(talk: Talk) -> Writer:
    phone = talk.apps.transports[NAME]._app.make_client()
    assert isinstance(phone, Phone)
    return Writer(talk, phone)


def keep(talk: Talk, body: Mapping[str, Any], clock: Clock) -> None:
    talk.store.keep_inbound([Arrived(NAME, "odd", PATIENT, body, body)], owner="x", now=clock(), seconds=1)


async def fail(talk: Talk, clock: Clock, times: int) -> None:
    for _ in range(times):
        await talk.apps.intake.work_due()
        clock.step()


def broken(*_: object, **__: object) -> None:
    raise RuntimeError


async def test_what_fails_every_time_is_given_up_and_blocks_nobody(talk: Talk, writer: Writer, clock: Clock) -> None:
    await writer.agree()
    keep(talk, {"of": "a later version"}, clock)
    assert await writer.say(QUESTION) == []
    clock.step()
    await fail(talk, clock, MOST_ATTEMPTS - 2)
    assert talk.store.waiting_inbound(NAME, PATIENT) == 2
    (answer,) = await writer.send()
    assert answer.startswith("The answer to turn")
    assert talk.store.waiting_inbound(NAME, PATIENT) == 0


async def test_who_can_not_be_answered_is_asked_to_send_it_again(
    talk: Talk, writer: Writer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await writer.agree()
    monkeypatch.setattr(talk.store, "accept", broken)
    assert await writer.say(QUESTION) == []
    clock.step()
    await fail(talk, clock, MOST_ATTEMPTS - 2)
    (said,) = await writer.send()
    assert "send that again" in said


async def test_what_ended_the_process_each_time_is_not_tried_for_ever(talk: Talk, writer: Writer, clock: Clock) -> None:
    await writer.agree()
    event = writer.event(DANGER)
    arrived = Arrived(NAME, event.key, PATIENT, event.to_json(), event.to_json())
    talk.store.keep_inbound([arrived], owner="x", now=clock(), seconds=1)
    for _ in range(MOST_ATTEMPTS):
        assert talk.store.take_inbound("dead", now=clock(), seconds=1, limit=1)
        clock.step()
    (said,) = await writer.send()
    assert "911" in said


@pytest.mark.parametrize("failing", ["latest", "find_button"])
async def test_danger_is_answered_whatever_fails(
    talk: Talk, writer: Writer, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    await writer.agree()
    monkeypatch.setattr(talk.store, failing, broken)
    event = writer.event(DANGER) if failing == "latest" else writer.event(DANGER, What.BUTTON, "1" * 22)
    (said,) = await writer.send(event)
    assert "911" in said


async def test_danger_opens_a_request_though_the_past_is_unreadable(talk: Talk, writer: Writer, store: Store) -> None:
    await writer.agree()
    with store._write() as connection:
        unreadable = Cipher(new_key()).seal_json({"text": "hello"})
        connection.execute(update(messages).values(body=unreadable))
    (said,) = await writer.say(DANGER)
    assert "911" in said
    assert writer.conversation_id is not None
    found = talk.store.find_conversation(writer.conversation_id)
    assert found is not None
    assert found.state is State.WAITING


async def test_danger_waits_behind_no_question(talk: Talk, writer: Writer, clock: Clock) -> None:
    await writer.agree()
    questions = [writer.event(f"{QUESTION} {number}") for number in range(8)]
    said = await writer.send(*questions, writer.event(DANGER))
    assert talk.store.waiting_inbound(NAME, PATIENT) > 1
    assert ["911" in text for text in said].count(True) == 1
    assert not any("911" in text for text in await writer.say("hello?")), "told twice"


async def test_danger_that_comes_while_a_question_waits_is_seen_soon(
    store: Store, brain: ScriptedBrain, settings: Settings, clock: Clock
) -> None:
    phone = Phone()
    few = settings.copy(update={"messages_per_minute": 3})
    talk = connect(store, brain, few, apps={NAME: app(phone)})
    talk.apps.intake._now = clock
    writer = Writer(talk, phone)
    await writer.agree()
    await writer.send(*(writer.event(f"{QUESTION} {number}") for number in range(4)))
    assert await writer.say(DANGER) == []
    clock.at += dt.timedelta(seconds=5)
    (said,) = await writer.send()
    assert "911" in said


async def test_a_yes_that_a_crash_cut_short_is_welcomed(talk: Talk, writer: Writer, store: Store, clock: Clock) -> None:
    await writer.say("hello")
    chat = store.find_chat(NAME, PATIENT)
    assert chat is not None
    assert store.agree(chat.id, locale="en", now=clock()) is not None
    (welcome,) = await writer.say("yes")
    assert "What would you like to know?" in welcome


async def test_unstored_words_stay_with_who_heard_them_when_something_fails(
    talk: Talk, writer: Writer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Intake(talk.store, talk.apps.intake._reception, clock=clock)
    with monkeypatch.context() as failing:
        failing.setattr(talk.store, "hear", broken)
        assert await writer.say(DANGER) == []
    clock.at += dt.timedelta(seconds=3)
    await other.work_due()
    (said,) = await writer.send()
    assert "Call 911 now" in said


async def test_unstored_words_are_there_though_a_worker_is_quicker_than_who_took_them_in(
    talk: Talk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, intake, real = asyncio.get_running_loop(), talk.apps.intake, talk.store.keep_inbound

    def kept_and_dealt_with(*arguments: Any, **others: Any) -> list[Kept]:
        kept = real(*arguments, **others)
        asyncio.run_coroutine_threadsafe(intake.work_due(), loop).result(30)
        return kept

    monkeypatch.setattr(talk.store, "keep_inbound", kept_and_dealt_with)
    event = writer.event(DANGER)
    (said,) = await writer.send(event)
    assert "Call 911 now" in said
    assert not list(intake._unsaid)


async def test_no_words_stay_of_what_was_stored_or_dealt_with_or_is_a_second_copy(
    talk: Talk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsaid, event = talk.apps.intake._unsaid, writer.event(QUESTION)
    await talk.apps.intake.keep(NAME, Batch((event, event)))
    assert [one.text for one in map(unsaid.event, unsaid) if one] == [QUESTION]
    await talk.apps.intake.keep(NAME, Batch((event,)))
    assert len(list(unsaid)) == 1, "the first copy still waits"
    await writer.send()
    await writer.send(event)
    assert not list(unsaid)
    await writer.agree()
    await talk.apps.intake.keep(NAME, Batch((writer.event(QUESTION),)))
    assert not list(unsaid)
    with monkeypatch.context() as failing:
        failing.setattr(talk.store, "keep_inbound", broken)
        with pytest.raises(RuntimeError):
            await Writer(talk, writer.phone, "patient-2").say(QUESTION)
    assert not list(unsaid)


async def test_words_that_another_process_dealt_with_go_when_nobody_writes_any_more(
    talk: Talk, writer: Writer, clock: Clock
) -> None:
    await talk.apps.intake.keep(NAME, Batch((writer.event(QUESTION),)))
    clock.at += LONGEST
    other = Intake(talk.store, talk.apps.intake._reception, clock=clock)
    await other.work_due()
    assert talk.store.waiting_inbound(NAME, PATIENT) == 0
    await talk.apps.intake.work_due()
    assert not list(talk.apps.intake._unsaid)
