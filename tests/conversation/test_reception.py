"""A patient writes in a messaging app: consent first, then the same talk as on the clinic's page."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from bot.channels.events import Batch, Receipt, What
from bot.channels.parts import Post
from bot.errors import ChatGone, DeliveryError
from bot.settings import Settings
from bot.store.app_tables import chats, inbox
from bot.store.store import Store
from bot.store.tables import conversations, messages
from bot.talk import Talk, connect
from bot.types import Button, Envelope
from bot.vocabulary import APPS, ChatStatus, Kind, State
from tests.conversation.app import NAME, Phone, Writer, app, rows, stored
from tests.conversation.samples import DANGER, QUESTION, bot_texts
from tests.conversation.scripted_brain import ScriptedBrain

pytestmark = pytest.mark.anyio


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def talk(store: Store, brain: ScriptedBrain, settings: Settings, phone: Phone) -> Talk:
    return connect(store, brain, settings, apps={NAME: app(phone)})


@pytest.fixture
def writer(talk: Talk, phone: Phone) -> Writer:
    return Writer(talk, phone)


async def test_after_the_yes_questions_are_answered(talk: Talk, writer: Writer) -> None:
    (welcome,) = await writer.agree()
    assert "What would you like to know?" in welcome
    (answer,) = await writer.say(QUESTION)
    assert answer.startswith("The answer to turn")
    assert stored(talk) == ["Yes, I agree", QUESTION]


async def test_danger_after_consent_opens_an_urgent_request(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    (said,) = await writer.say(DANGER)
    assert "911" in said
    assert writer.conversation_id is not None
    found = talk.store.find_conversation(writer.conversation_id)
    assert found is not None
    assert found.state is State.WAITING


async def test_danger_in_a_message_that_only_the_app_takes_whole_is_kept_for_staff(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    text = f"{'and so on ' * 400}. {DANGER}"
    assert 4000 < len(text) <= 4096
    (said,) = await writer.say(text)
    assert "911" in said
    assert stored(talk)[-1].startswith(text[:4000])
    assert len(talk.store.open_handoffs(limit=9)) == 1


async def test_a_button_leads_on(talk: Talk, writer: Writer, brain: ScriptedBrain) -> None:
    await writer.agree()
    await writer.press("Does it hurt?")
    assert brain.asked[-1].payload == "/ask_pain"


async def test_the_title_typed_is_as_good_as_the_button(talk: Talk, writer: Writer, brain: ScriptedBrain) -> None:
    await writer.agree()
    await writer.say("does it hurt?")
    assert brain.asked[-1].payload == "/ask_pain"


async def test_where_there_are_no_buttons_a_number_chooses(
    store: Store, brain: ScriptedBrain, settings: Settings, phone: Phone
) -> None:
    talk = connect(store, brain, settings, apps={NAME: app(phone, buttons=0, button_title=0)})
    writer = Writer(talk, phone)
    await writer.say("hello")
    await writer.say("1")
    await writer.say("5")
    assert brain.asked[-1].payload == "/ask_cost"


async def test_a_leading_slash_is_text(writer: Writer, brain: ScriptedBrain) -> None:
    await writer.agree()
    await writer.say("/restart")
    assert (brain.asked[-1].text, brain.asked[-1].payload) == ("/restart", None)


async def test_deleting_the_account_in_the_app_erases_everything(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    await writer.say(QUESTION)
    assert await writer.send(writer.event(what=What.FORGET)) == []
    assert (rows(talk, conversations), rows(talk, messages), rows(talk, chats)) == (0, 0, 0)


async def test_delete_my_data_erases_and_the_receipt_arrives(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    await writer.say("delete my data")
    (receipt,) = await writer.press("Yes, delete everything")
    assert "deleted" in receipt
    assert (rows(talk, conversations), rows(talk, messages), rows(talk, chats)) == (0, 0, 0)


async def test_the_receipt_arrives_though_the_process_ends_right_after_the_erasure(
    talk: Talk, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await writer.agree()
    await writer.say("delete my data")
    monkeypatch.setattr(talk.store, "enqueue_all", lambda *_, **__: 1 / 0)
    (receipt,) = await writer.press("Yes, delete everything")
    assert "deleted" in receipt
    assert rows(talk, conversations) == 0


@pytest.mark.parametrize(
    ("media", "said"), [("voice", "voice messages"), ("photo", "can't judge skin"), ("sticker", "only read words")]
)
async def test_what_it_can_not_read_is_answered_and_noted(talk: Talk, writer: Writer, media: str, said: str) -> None:
    await writer.agree()
    (answer,) = await writer.send(writer.event(what=What.MEDIA, media=media))
    assert said in answer
    assert stored(talk)[-1] == f"({media})"


async def test_a_caption_is_read(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    answers = await writer.send(writer.event(QUESTION, What.MEDIA, media="photo"))
    assert sorted(answer.startswith("The answer") for answer in answers) == [False, True]


async def test_danger_in_a_caption_is_answered_alone(writer: Writer) -> None:
    await writer.agree()
    (said,) = await writer.send(writer.event(DANGER, What.MEDIA, media="photo"))
    assert "911" in said


async def test_the_same_event_twice_is_answered_once(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    event = writer.event(QUESTION)
    assert len(await writer.send(event, event)) == 1
    assert await writer.send(event) == []
    assert stored(talk).count(QUESTION) == 1


async def test_who_writes_to_a_closed_talk_has_the_bot_again(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    assert writer.conversation_id is not None
    with talk.store._write() as connection:
        connection.execute(conversations.update().values(state=State.CLOSED.value))
    assert len(await writer.say(QUESTION)) == 1


async def test_too_many_messages_wait_and_none_is_lost(
    store: Store, brain: ScriptedBrain, settings: Settings, phone: Phone
) -> None:
    talk = connect(store, brain, settings, apps={NAME: app(phone)})
    writer = Writer(talk, phone)
    await writer.agree()
    await writer.send(*(writer.event(f"{QUESTION} {number}") for number in range(8)))
    assert len(stored(talk)) < 9
    assert talk.store.waiting_inbound(NAME, writer.address) > 0


async def test_an_endless_text_is_refused_in_words(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    (said,) = await writer.say("why " * 2000)
    assert "too long" in said
    assert len(stored(talk)) == 1


async def test_a_patient_who_is_gone_gets_nothing_more(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    writer.phone.failures.append(ChatGone())
    await writer.say(QUESTION)
    chat = talk.store.find_chat(NAME, writer.address)
    assert chat is not None
    assert chat.status is ChatStatus.STOPPED


async def test_what_the_app_could_not_deliver_is_seen_later(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    await talk.apps.intake.keep(NAME, Batch(receipts=(Receipt("remote-2", "no_such_chat"),)))
    assert talk.store.failing_deliveries() == 1


async def test_what_the_app_could_not_deliver_is_sent_again_when_staff_want_it(talk: Talk, writer: Writer) -> None:
    (welcome,) = await writer.agree()
    receipt = Batch(receipts=(Receipt("remote-2", "no_such_chat"),))
    await talk.apps.intake.keep(NAME, receipt)
    (failed,) = talk.store.deliveries(limit=10)
    assert talk.store.send_again(failed.id, now=dt.datetime.now(dt.timezone.utc))
    await talk.notify.courier.deliver_due()
    assert writer.phone.texts().count(welcome) == 2
    await talk.apps.intake.keep(NAME, receipt)
    assert talk.store.failing_deliveries() == 0, "a second copy is about the first try"


async def test_a_passing_failure_is_tried_again_from_where_it_was(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    writer.phone.failures.append(DeliveryError("timeout"))
    await writer.say(QUESTION)
    waiting = [one for one in talk.store.deliveries(limit=10) if one.status.value == "waiting"]
    assert [one.error for one in waiting] == ["timeout"]


async def test_a_patient_was_heard_when_they_wrote_and_not_when_it_was_read(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    await talk.apps.intake.keep(NAME, Batch((writer.event(QUESTION),)))
    wrote = dt.datetime.now(dt.timezone.utc) - dt.timedelta(hours=2)
    with talk.store._write() as connection:
        connection.execute(inbox.update().where(inbox.c.done_at.is_(None)).values(received_at=wrote))
    await talk.apps.intake.work_due()
    chat = talk.store.find_chat(NAME, writer.address)
    assert chat is not None
    assert chat.heard_at == wrote


async def test_a_block_is_nothing_that_the_patient_wrote(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    with talk.store._write() as connection:
        wrote = dt.datetime.now(dt.timezone.utc) - dt.timedelta(hours=2)
        connection.execute(chats.update().values(heard_at=wrote))
        connection.execute(conversations.update().values(seen_at=wrote))
    await writer.send(writer.event(what=What.STOP))
    with talk.store._read() as connection:
        assert connection.execute(select(chats.c.heard_at)).scalar_one() == wrote
        assert connection.execute(select(conversations.c.seen_at)).scalar_one() == wrote


async def test_a_wrong_key_loses_nothing(talk: Talk, writer: Writer) -> None:
    await writer.agree()
    writer.phone.failures.append(DeliveryError("bad_token", is_permanent=True))
    await writer.say(QUESTION)
    waiting = [one for one in talk.store.deliveries(limit=10) if one.status.value == "waiting"]
    assert [one.error for one in waiting] == ["bad_token"]


async def test_the_log_is_the_same_as_on_the_page(talk: Talk, writer: Writer, brain: ScriptedBrain) -> None:
    brain.script[QUESTION] = (Envelope(Kind.CLARIFY, "Which one?", buttons=(Button("This", "/ask_pain"),)),)
    await writer.agree()
    await writer.say(QUESTION)
    assert writer.conversation_id is not None
    assert len(bot_texts(talk.store.messages(writer.conversation_id))) == 2
    assert NAME in APPS


@pytest.mark.parametrize(
    ("code", "status", "failing"),
    [("no_such_chat", ChatStatus.ACTIVE, 1), ("chat_gone", ChatStatus.STOPPED, 0)],
)
async def test_what_the_app_could_not_deliver_is_seen_though_it_says_so_first(
    talk: Talk, writer: Writer, monkeypatch: pytest.MonkeyPatch, code: str, status: ChatStatus, failing: int
) -> None:
    await writer.agree()
    send = writer.phone.send

    async def told_first(post: Post) -> str:
        remote = await send(post)
        await talk.apps.intake.keep(NAME, Batch(receipts=(Receipt(remote, code, is_blocked=code == "chat_gone"),)))
        return remote

    monkeypatch.setattr(writer.phone, "send", told_first)
    await writer.say(QUESTION)
    assert talk.store.failing_deliveries() == failing
    chat = talk.store.find_chat(NAME, writer.address)
    assert chat is not None
    assert chat.status is status
