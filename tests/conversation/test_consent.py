"""Before a patient in an app agrees, and after they have told us to stop."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest

from bot.channels.events import What
from bot.conversation.echo import MOST_REPEATS
from bot.conversation.intake import MOST_ATTEMPTS
from bot.errors import ChatGone
from bot.settings import Settings
from bot.store.app_tables import chats
from bot.store.store import Store
from bot.store.tables import conversations, messages
from bot.talk import Talk, connect
from bot.types import Envelope
from bot.vocabulary import ChatStatus, Kind
from tests.conversation.app import NAME, Phone, Writer, app, rows, stored
from tests.conversation.samples import DANGER, QUESTION
from tests.conversation.scripted_brain import ScriptedBrain

pytestmark = pytest.mark.anyio

ABSENT = "I'm driving and will answer later."
OTHER_DANGER = "the skin where they injected has turned black"


class Clock:
    """The real one, and what it was put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> dt.datetime:
        return dt.datetime.now(dt.timezone.utc) + self.ahead

    def forward(self, **step: float) -> None:
        self.ahead += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def talk(
    store: Store,
    brain: ScriptedBrain,
    settings: Settings,
    phone: Phone,
    clock: Clock,
) -> Talk:
    made = connect(store, brain, settings, apps={NAME: app(phone)})
    consent = made.apps.intake._reception._consent  # type: ignore[attr-defined]
    consent._now = consent._echo._now = made.apps.intake._now = made.notify.courier._clock = clock
    return made


@pytest.fixture
def writer(talk: Talk, phone: Phone) -> Writer:
    return Writer(talk, phone)


def status(talk: Talk, writer: Writer) -> ChatStatus | None:
    chat = talk.store.find_chat(NAME, writer.address)
    return None if chat is None else chat.status


async def answers(writer: Writer, clock: Clock, text: str, times: int) -> list[str]:
    """What arrives when that is said again and again, once a minute."""
    said = []
    for _ in range(times):
        said += await writer.say(text)
        clock.forward(minutes=1)
    return said


async def test_the_first_message_is_answered_by_what_this_is_and_is_not_stored(talk: Talk, writer: Writer) -> None:
    (asked,) = await writer.say(QUESTION)
    assert "I'm a bot" in asked
    assert "STOP" in asked
    assert "911" in asked
    assert [choice.title for choice in writer.phone.posts[0].part.choices] == ["Yes, I agree", "No, thank you"]
    assert (rows(talk, conversations), rows(talk, messages)) == (0, 0)


@pytest.mark.parametrize("words", ["yes", "Yes please", "I agree", "1"])
async def test_a_typed_yes_will_do(talk: Talk, writer: Writer, words: str) -> None:
    await writer.say("hello")
    assert "What would you like to know?" in (await writer.say(words))[0]


async def test_yes_as_the_very_first_word_agrees_to_nothing(talk: Talk, writer: Writer) -> None:
    assert "Do you agree?" in (await writer.say("yes"))[0]
    assert rows(talk, conversations) == 0


async def test_after_a_no_nothing_is_left(talk: Talk, writer: Writer) -> None:
    await writer.say(QUESTION)
    (said,) = await writer.press("No, thank you")
    assert "We have kept nothing" in said
    assert (rows(talk, conversations), rows(talk, chats)) == (0, 0)


async def test_three_messages_in_a_row_are_asked_once(writer: Writer) -> None:
    assert len(await writer.send(*(writer.event(text) for text in ("hi", "are you there", "hello?")))) == 1


async def test_danger_is_answered_before_any_consent_and_alone(talk: Talk, writer: Writer) -> None:
    (said,) = await writer.say(DANGER)
    assert "911" in said
    assert "agree" not in said
    assert (rows(talk, conversations), rows(talk, messages)) == (0, 0)


@pytest.mark.parametrize("word", ["STOP", "stop", "Stop.", "unsubscribe"])
async def test_stop_is_obeyed(talk: Talk, writer: Writer, word: str) -> None:
    await writer.agree()
    (said,) = await writer.say(word)
    assert "won't write to you" in said
    assert writer.conversation_id is not None
    talk.store.add_notice(
        writer.conversation_id, Envelope(Kind.NOTICE, "Late news."), now=dt.datetime.now(dt.timezone.utc)
    )
    await talk.notify.courier.deliver_due()
    assert "Late news." not in writer.phone.texts()


async def test_a_block_is_obeyed_in_silence(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    assert await writer.send(writer.event(what=What.STOP)) == []
    chat = talk.store.find_chat(NAME, writer.address)
    assert chat is not None
    assert chat.status is ChatStatus.SILENCED


async def test_who_comes_back_after_a_stop_is_asked_again(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    await writer.say("stop")
    before = stored(talk)
    assert await writer.say(QUESTION) == []
    assert "Do you agree?" in (await writer.say("START"))[0]
    assert stored(talk) == before


async def test_a_phone_that_answers_by_itself_is_asked_three_times_and_told_once(writer: Writer, clock: Clock) -> None:
    said = await answers(writer, clock, ABSENT, 20)
    assert ["Do you agree?" in text for text in said] == [True, True, True, False]
    assert "send YES" in said[-1]
    clock.forward(hours=24)
    assert "Do you agree?" in (await writer.say(ABSENT))[0]


async def test_who_says_yes_after_the_last_question_begins(writer: Writer, clock: Clock) -> None:
    await answers(writer, clock, ABSENT, 8)
    assert "What would you like to know?" in (await writer.say("yes"))[0]


async def test_who_says_start_is_asked_however_often_that_was(writer: Writer, clock: Clock) -> None:
    await answers(writer, clock, ABSENT, 8)
    assert "Do you agree?" in (await writer.say("START"))[0]


async def test_danger_is_answered_when_nothing_else_is(writer: Writer, clock: Clock) -> None:
    await answers(writer, clock, ABSENT, 8)
    assert "911" in (await writer.say(DANGER))[0]


async def test_the_same_danger_again_gets_less_and_in_the_end_an_answer_a_minute(writer: Writer, clock: Clock) -> None:
    said = [text for _ in range(12) for text in await writer.say(DANGER)]
    assert len(said) == 1 + MOST_REPEATS
    assert all("911" in text for text in said)
    assert len(said[0]) > len(said[1])
    (new,) = await writer.say(OTHER_DANGER)
    assert len(new) > len(said[1]), "a new sign is never met with silence, nor with half"
    assert await writer.say(DANGER) == []
    clock.forward(minutes=1)
    assert await writer.say(DANGER) == [said[1]]
    clock.forward(hours=1)
    assert await writer.say(DANGER) == [said[0]]


async def test_danger_that_could_not_be_answered_is_answered_in_full(
    talk: Talk, writer: Writer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue = talk.store.enqueue_all
    monkeypatch.setattr(talk.store, "enqueue_all", lambda *_, **__: 1 / 0)
    assert await writer.say(DANGER) == []
    monkeypatch.setattr(talk.store, "enqueue_all", enqueue)
    clock.forward(minutes=1)
    (full, short) = await writer.say(DANGER)
    assert len(full) > len(short), "the first, tried again, and the second"


async def test_a_stop_before_any_yes_holds_and_keeps_no_address(talk: Talk, writer: Writer, clock: Clock) -> None:
    await writer.say(QUESTION)
    assert "send START" in (await writer.say("STOP"))[0]
    assert await answers(writer, clock, ABSENT, 3) == []
    assert await writer.say("STOP") == []
    chat = talk.store.find_chat(NAME, writer.address)
    assert chat is not None
    assert (chat.status, chat.address, chat.asked_at) == (ChatStatus.SILENCED, "", None)
    clock.forward(days=40)
    talk.store.tidy(now=clock(), retention=timedelta(days=30))
    assert await writer.say(QUESTION) == []


async def test_a_stop_as_the_very_first_word_holds(writer: Writer) -> None:
    await writer.say("STOP")
    assert await writer.say(ABSENT) == []


@pytest.mark.parametrize("word", ["START", "start", "Unstop."])
async def test_start_lifts_a_stop(talk: Talk, writer: Writer, word: str) -> None:
    await writer.say("STOP")
    assert "Do you agree?" in (await writer.say(word))[0]
    await writer.press("Yes, I agree")
    assert (await writer.say(QUESTION))[0].startswith("The answer to turn")
    chat = talk.store.find_chat(NAME, writer.address)
    assert chat is not None
    assert chat.address == writer.address


async def test_a_button_lifts_a_stop_for_no_machine_presses_one(writer: Writer) -> None:
    await writer.say(QUESTION)
    await writer.say("STOP")
    assert "Do you agree?" in (await writer.press("Yes, I agree"))[0]


async def test_after_a_stop_danger_is_still_answered(writer: Writer) -> None:
    await writer.agree()
    await writer.say("STOP")
    assert "911" in (await writer.say(DANGER))[0]


async def test_after_a_stop_nobody_is_asked_to_send_again_what_failed(
    talk: Talk, writer: Writer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await writer.say("STOP")
    monkeypatch.setattr("bot.conversation.consent.Consent.deal", lambda *_: 1 / 0)
    said = await writer.send(writer.event(QUESTION), writer.event(DANGER))
    for _ in range(2 * MOST_ATTEMPTS):
        clock.forward(minutes=1.8)
        said += await writer.send()
    assert len(said) == 1
    assert "911" in said[0]


async def test_a_stop_outlasts_the_talk_but_not_the_wish_to_be_forgotten(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    await writer.say("STOP")
    later = dt.datetime.now(dt.timezone.utc) + timedelta(days=40)
    assert talk.store.expire(now=later, retention=timedelta(days=30), limit=9) == 1
    assert (rows(talk, conversations), await writer.say(QUESTION)) == (0, [])
    assert status(talk, writer) is ChatStatus.SILENCED
    await writer.send(writer.event(what=What.FORGET))
    assert rows(talk, chats) == 0


async def test_who_was_gone_and_writes_again_is_asked_again(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    writer.phone.failures.append(ChatGone())
    await writer.say(QUESTION)
    assert status(talk, writer) is ChatStatus.STOPPED
    assert "Do you agree?" in (await writer.say(QUESTION))[0]
