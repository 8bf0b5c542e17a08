"""No path through the gateway puts a patient's words into a log, however talkative the logs are set."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from bot.privacy.logs import PrivateFormatter
from tests.conversation.samples import DANGER
from tests.conversation.scripted_brain import ScriptedBrain
from tests.gateway.conftest import MakeClient
from tests.gateway.patient import Patient

MARKER = "zanzibara"


@pytest.fixture
def log_lines(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """Everything from DEBUG up of every library but the tests' own client, through the product's formatter."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(PrivateFormatter())
    handler.addFilter(lambda record: not record.name.startswith("http"))
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def watched_patient(log_lines: io.StringIO, make_client: MakeClient) -> Patient:
    """Opened while the logs are watched: some libraries look at their level only once."""
    return Patient(make_client())


def test_an_answered_question_is_not_logged(watched_patient: Patient, log_lines: io.StringIO) -> None:
    watched_patient.ask(f"does it hurt, {MARKER}?")
    assert watched_patient.get().status_code == 200
    assert "sqlalchemy" in log_lines.getvalue(), "the logs were not watched"
    assert MARKER not in log_lines.getvalue()


def test_a_flagged_message_is_not_logged(watched_patient: Patient, log_lines: io.StringIO) -> None:
    assert watched_patient.ask(f"{DANGER}, {MARKER}")["kind"] == "emergency"
    assert MARKER not in log_lines.getvalue()


def test_a_refused_message_is_not_logged(watched_patient: Patient, log_lines: io.StringIO) -> None:
    watched_patient.send(f"{MARKER} " * 1000)
    watched_patient.post_raw(b'{"text": "zanzibara')
    watched_patient.post({"client_id": MARKER, "text": "hello", "button": MARKER})
    watched_patient.press(MARKER)
    watched_patient.get(after=MARKER)
    assert MARKER not in log_lines.getvalue()


def test_a_brain_that_is_down_is_logged_without_the_question(
    watched_patient: Patient, brain: ScriptedBrain, log_lines: io.StringIO
) -> None:
    brain.is_down = True
    assert watched_patient.ask(f"does it hurt, {MARKER}?")["kind"] == "notice"
    assert "The brain is down, says the script." in log_lines.getvalue()
    assert MARKER not in log_lines.getvalue()


def test_an_error_that_quotes_the_question_is_logged_without_it(
    watched_patient: Patient, brain: ScriptedBrain, log_lines: io.StringIO
) -> None:
    brain.error = RuntimeError(f"can't parse 'does it hurt, {MARKER}?'")
    watched_patient.send(f"does it hurt, {MARKER}?")
    while "a turn failed" not in log_lines.getvalue():
        watched_patient.get(after=1, wait=1)
    assert "RuntimeError" in log_lines.getvalue()
    assert MARKER not in log_lines.getvalue()


def test_no_log_names_a_conversation_or_a_token(
    watched_patient: Patient, brain: ScriptedBrain, log_lines: io.StringIO
) -> None:
    brain.is_down = True
    watched_patient.ask("does it hurt?")
    own_lines = [line for line in log_lines.getvalue().splitlines() if " bot." in line]
    assert own_lines
    assert not [line for line in own_lines if watched_patient.id in line]
    assert watched_patient.token not in log_lines.getvalue()
