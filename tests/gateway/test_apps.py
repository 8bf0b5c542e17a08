"""What every messaging app keeps to, each in front of its own server: one suite for all of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.load import APPS as LOADED
from bot.store.app_tables import chats, inbox
from bot.store.tables import conversations, messages
from bot.vocabulary import APPS, Author, ChatStatus, State
from tests.channels.fakes.platform import Answer, Fault
from tests.channels.wires import MAKERS, Wire, wired
from tests.conversation.samples import DANGER, QUESTION
from tests.conversation.scripted_brain import ScriptedBrain
from tests.gateway.apps import QUIET_S, Gateway, app_settings, gateway


@pytest.fixture(params=sorted(MAKERS))
def wire(request: pytest.FixtureRequest) -> Iterator[Wire[Any]]:
    with wired(request.param) as found:
        yield found


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apps' own rates have tests of their own; nobody waits for them here, nor long for another try."""

    async def at_once(_self: object, _chat: str) -> None:
        return

    monkeypatch.setattr("bot.channels.pace.Pace.take", at_once)
    monkeypatch.setattr("bot.channels.delivery.PAUSES_S", (0.2,) * 5)


@pytest.fixture
def app(tmp_path: Path, wire: Wire[Any]) -> Iterator[Gateway]:
    with gateway(app_settings(tmp_path, wire), wire, ScriptedBrain()) as found:
        yield found


def rows(app: Gateway, table: Any) -> int:
    with app.store._read() as connection:
        return len(connection.execute(select(table)).all())


def patients_words(app: Gateway) -> list[str]:
    with app.store._read() as connection:
        ids = connection.execute(select(conversations.c.id)).scalars().all()
    lines = [line for conversation_id in ids for line in app.store.messages(conversation_id)]
    return [line.text or "" for line in lines if line.author is Author.PATIENT]


def texts(app: Gateway) -> list[str]:
    return [one.text for one in app.wire.seen()]


def quiet(app: Gateway) -> int:
    """How many messages there are once nothing more comes."""
    app.wait(lambda: not app.store.waiting_inbound(app.wire.name, app.wire.address))
    time.sleep(QUIET_S)
    return len(app.wire.seen())


def test_the_suite_knows_every_app() -> None:
    assert set(MAKERS) == set(APPS) == set(LOADED)


def test_what_nobody_signed_is_refused_and_leaves_nothing(app: Gateway) -> None:
    assert app.post(app.wire.unsigned(app.wire.typed(QUESTION))) == 403
    assert (rows(app, inbox), rows(app, chats)) == (0, 0)


def test_an_app_that_is_off_is_not_there(app: Gateway) -> None:
    for name in APPS - {app.wire.name}:
        assert app.client.post(f"/webhooks/{name}", content=b"{}").status_code == 404


def test_consent_then_a_question_then_its_answer(app: Gateway) -> None:
    (asked,) = app.say(QUESTION)
    assert "I'm a bot" in asked.text
    assert "STOP" in asked.text
    assert rows(app, messages) == 0
    app.press("Yes, I agree")
    (answer,) = app.say(QUESTION)
    assert "The answer to turn" in answer.text
    assert "A source" in answer.text
    assert patients_words(app)[-1] == QUESTION
    assert not any("/ask_" in text or "consent-yes" in text for text in texts(app))


def test_a_next_step_can_be_taken(app: Gateway) -> None:
    app.agree()
    app.press("Does it hurt?")
    assert app.brain.asked[-1].payload == "/ask_pain"


def test_copies_at_the_same_moment_get_one_reply(app: Gateway) -> None:
    app.agree()
    raw, before = app.wire.typed(QUESTION), len(app.wire.seen())
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda _: app.post(raw), range(6))) == {200}
    app.wait(lambda: len(app.wire.seen()) > before)
    assert quiet(app) == before + 1
    assert app.post(raw) == 200
    assert quiet(app) == before + 1
    assert patients_words(app).count(QUESTION) == 1


def test_two_gateways_that_get_the_same_event_give_one_reply(app: Gateway, tmp_path: Path) -> None:
    settings = app_settings(tmp_path, app.wire, data_key=app.settings.data_key)
    with gateway(settings, app.wire, app.brain) as other:
        app.agree()
        raw, before = app.wire.typed(QUESTION), len(app.wire.seen())
        with ThreadPoolExecutor(4) as pool:
            found = pool.map(lambda number: (app, other)[number % 2].post(raw), range(4))
            assert set(found) == {200}
        app.wait(lambda: len(app.wire.seen()) > before)
        assert quiet(app) == before + 1


def test_several_messages_in_one_request_are_all_answered_in_order(app: Gateway) -> None:
    raw = app.wire.batch("first?", "second?", "third?")
    if raw is None:
        pytest.skip("this app sends one message at a time")
    app.agree()
    before = len(app.wire.seen())
    assert app.post(raw) == 200
    app.wait(lambda: len(app.wire.seen()) >= before + 3)
    assert patients_words(app)[-3:] == ["first?", "second?", "third?"]
    assert [turn.text for turn in app.brain.asked[-3:]] == ["first?", "second?", "third?"]


def test_answers_come_in_the_order_of_the_questions(app: Gateway) -> None:
    app.agree()
    before = len(app.wire.seen())
    for number in range(4):
        assert app.post(app.wire.typed(f"question {number}")) == 200
    app.wait(lambda: len(app.wire.seen()) >= before + 4)
    turns = [turn.turn_id for turn in app.brain.asked[-4:]]
    assert [text.split(".")[0] for text in texts(app)[before:]] == [f"The answer to turn {one}" for one in turns]


@pytest.mark.parametrize(
    "fault",
    [Fault(Answer(500)), Fault(Answer(503, {}, {"Retry-After": "0"})), Fault(is_cut=True)],
    ids=["500", "503", "cut"],
)
def test_what_fails_for_a_moment_arrives_once(app: Gateway, fault: Fault) -> None:
    app.agree()
    before = quiet(app)
    app.wire.fake.faults.append(fault)
    (answer,) = app.say(QUESTION)
    assert "The answer to turn" in answer.text
    assert quiet(app) == before + 1


def test_a_server_that_is_busy_is_left_alone_as_long_as_it_asks(app: Gateway) -> None:
    app.agree()
    app.wire.fake.faults.append(Fault(Answer(429, {}, {"Retry-After": "1"})))
    started = time.monotonic()
    app.say(QUESTION)
    assert time.monotonic() - started >= 1.0


def test_who_blocks_us_gets_nothing_more(app: Gateway) -> None:
    app.agree()
    app.wire.block()
    before = len(app.wire.seen())
    assert app.post(app.wire.typed(QUESTION)) == 200
    if app.wire.name == "whatsapp":
        # Meta never says that it was a block: the message fails for good, and staff see that.
        app.wait(app.store.failing_deliveries)
    else:
        app.wait(lambda: _status(app) is ChatStatus.STOPPED)
    assert quiet(app) == before


def test_stop_is_obeyed(app: Gateway) -> None:
    app.agree()
    app.say("STOP")
    app.wait(lambda: _status(app) is ChatStatus.SILENCED)
    before = len(app.wire.seen())
    assert app.post(app.wire.typed(QUESTION)) == 200
    assert quiet(app) == before
    (asked,) = app.say("START")
    assert "Do you agree?" in asked.text


def test_danger_before_consent_is_answered_alone_and_not_stored(app: Gateway) -> None:
    (said,) = app.say(DANGER)
    assert "911" in said.text
    assert rows(app, messages) == 0
    assert DANGER not in str(patients_words(app))


def test_danger_in_a_talk_opens_an_urgent_request(app: Gateway) -> None:
    app.agree()
    (said,) = app.say(DANGER)
    assert "911" in said.text
    chat = app.store.find_chat(app.wire.name, app.wire.address)
    assert chat is not None
    assert chat.conversation_id is not None
    found = app.store.find_conversation(chat.conversation_id)
    assert found is not None
    assert found.state is State.WAITING


def test_somebody_under_age_is_told_so(app: Gateway) -> None:
    app.agree()
    (said,) = app.say("i am 15 can i come without my mum")
    assert "18" in said.text


def test_delete_my_data_works_here_too(app: Gateway) -> None:
    app.agree()
    app.say("delete my data")
    (receipt,) = app.press("Yes, delete everything")
    assert "deleted" in receipt.text
    assert (rows(app, messages), rows(app, conversations), rows(app, chats)) == (0, 0, 0)


def test_what_is_no_event_is_acknowledged(app: Gateway) -> None:
    raw = app.wire.typed(" ")
    assert app.post(raw) == 200
    assert app.wire.seen() == []


def _status(app: Gateway) -> ChatStatus | None:
    chat = app.store.find_chat(app.wire.name, app.wire.address)
    return None if chat is None else chat.status
