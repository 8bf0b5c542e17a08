"""Any process may be killed at any moment: nothing is lost, nothing is said twice."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import httpx2
import pytest
from sqlalchemy import update

from bot.store.engine import create_store_engine
from bot.store.tables import conversations
from tests.conversation.samples import DANGER
from tests.gateway.patient import Patient
from tests.product import Product

pytestmark = pytest.mark.model

NOTICE_LIMIT_S = 8.0


def _let_half_a_minute_pass(product: Product) -> None:
    """A dead gateway's leases run out by themselves; this only spares the wait."""
    engine = create_store_engine(product.environment["MESOGUIDE_DATABASE_URL"])
    long_ago = datetime.now(timezone.utc) - timedelta(seconds=1)
    with engine.begin() as connection:
        leased = conversations.c.leased_by.is_not(None)
        connection.execute(update(conversations).where(leased).values(leased_until=long_ago))
    engine.dispose()


def _assert_answered_once(patient: Patient) -> None:
    assert patient.reply_to(3)["topics"] == ["cost"]
    # Time for a second answer, if there were one.
    time.sleep(0.5)
    messages = patient.messages()
    assert [message["seq"] for message in messages] == [1, 2, 3, 4]
    assert [message["author"] for message in messages] == ["patient", "bot", "patient", "bot"]


def test_a_message_survives_kill_9_of_the_gateway_and_is_answered_once(product: Product, patient: Patient) -> None:
    other = Patient(patient.client)
    for one in (patient, other):
        one.ask("does it hurt?")
    for one in (patient, other):
        assert one.send("how much does it cost?", "killed-message").status_code == 202
    product.kill_gateway()
    _let_half_a_minute_pass(product)
    product.start_gateway()
    # What a client does that doesn't know whether it was heard.
    assert patient.send("how much does it cost?", "killed-message").json() == {"seq": 3}
    for one in (patient, other):
        _assert_answered_once(one)


def test_without_the_brain_there_is_an_honest_notice_and_with_it_answers_again(
    product: Product, patient: Patient
) -> None:
    assert patient.ask("does it hurt?")["kind"] == "answer"
    product.stop_brain()
    try:
        assert patient.client.get("/health/live").status_code == 200
        assert patient.client.get("/health/ready").status_code == 503
        started = time.monotonic()
        notice = patient.ask("how much does it cost?")
        assert notice["kind"] == "notice"
        assert time.monotonic() - started < NOTICE_LIMIT_S + 2
        assert patient.ask(DANGER)["kind"] == "emergency"
    finally:
        product.start_brain()
    assert patient.ask("how much does it cost?")["topics"] == ["cost"]
    assert [message["seq"] for message in patient.messages()] == list(range(1, 9))


def test_a_turn_repeated_after_a_crash_gets_the_same_answer_from_the_brain(product: Product, patient: Patient) -> None:
    url = f"http://127.0.0.1:{product.environment['MESOGUIDE_BRAIN_PORT']}/turn"
    turn = {"conversation_id": patient.id, "turn_id": "1", "text": "does it hurt?", "payload": None}
    headers = {"Authorization": f"Bearer {product.environment['MESOGUIDE_BRAIN_SECRET']}"}
    with httpx2.Client(trust_env=False, timeout=20) as gateway:
        assert gateway.post(url, json=turn).status_code == 401
        first, second = (gateway.post(url, json=turn, headers=headers) for _ in range(2))
    assert first.status_code == 200
    assert first.json()["envelopes"][0]["kind"] == "answer"
    assert second.json() == first.json()
    exported = patient.client.get(f"{patient.path}/export", headers=patient.headers).json()
    assert exported["tracker"].count('"event": "user"') == 1, "the turn was played twice"
