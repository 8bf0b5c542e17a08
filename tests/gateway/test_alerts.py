"""The running gateway tells staff by itself, and stays ready when it can't."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bot.clinic import Clinic
from bot.wiring import content
from tests.channels.mail_server import USER, MailServer, free_port, mail_server
from tests.conversation.samples import DANGER
from tests.gateway.conftest import MakeClient
from tests.gateway.patient import Patient

NURSE = "nora@clinic.example"


@pytest.fixture(autouse=True)
def clinic(monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """The sample clinic, with somebody to tell."""
    monkeypatch.setitem(content().clinic.__dict__, "alert_emails", [NURSE])
    return content().clinic


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def test_a_patient_in_danger_is_a_mail_within_seconds(mail: MailServer, make_client: MakeClient) -> None:
    client = make_client(
        smtp_host="127.0.0.1",
        smtp_port=mail.port,
        smtp_security="none",
        smtp_from=USER,
        public_url="https://chat.clinic.example",
    )
    assert Patient(client).ask(DANGER)["kind"] == "emergency"
    until = time.monotonic() + 20
    while not mail.messages and time.monotonic() < until:
        time.sleep(0.05)
    (message,) = mail.messages
    assert message["Subject"].startswith("Urgent: Patient ")
    assert "https://chat.clinic.example/console/conversations/" in message.get_content()
    assert "breathe" not in message.as_string()


def test_a_mail_server_that_is_down_makes_nobody_wait(make_client: MakeClient) -> None:
    client = make_client(smtp_host="127.0.0.1", smtp_port=free_port(), smtp_security="none", smtp_from=USER)
    assert Patient(client).ask(DANGER)["kind"] == "emergency"
    time.sleep(1.5)
    assert client.get("/health/ready").status_code == 200
    assert Patient(client).ask("Does it hurt?")["kind"] == "answer"
