"""The sheet for the visit, as a file for its patient alone."""

from __future__ import annotations

import pytest

from bot.types import Envelope
from bot.vocabulary import Kind
from tests.conversation.scripted_brain import ScriptedBrain
from tests.gateway.patient import Patient, assert_error

SHEET = {
    "type": "sheet",
    "alt": "My sheet",
    "title": "My sheet",
    "intro": "Not a diagnosis.",
    "sections": [{"title": "What I want to ask", "lines": ["Is 1 < 2?"]}],
}


@pytest.fixture
def with_sheet(patient: Patient, brain: ScriptedBrain) -> Patient:
    """Somebody whose questionnaire has come to a sheet, and who has talked on since."""
    brain.script["result please"] = [Envelope(Kind.QUESTIONNAIRE, "Here it is.", media=(SHEET,))]
    patient.ask("result please")
    patient.ask("does it hurt?")
    return patient


def _get(patient: Patient, **parameters: str) -> tuple[int, str, dict[str, str]]:
    response = patient.client.get(f"{patient.path}/sheet", headers=patient.headers, params=parameters)
    return response.status_code, response.text, dict(response.headers)


def test_it_is_a_page_to_save(with_sheet: Patient) -> None:
    status, page, headers = _get(with_sheet)
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert headers["content-disposition"] == 'attachment; filename="sheet.html"'
    assert headers["cache-control"] == "no-store"
    assert "Is 1 &lt; 2?" in page


def test_it_is_also_plain_text(with_sheet: Patient) -> None:
    status, text, headers = _get(with_sheet, **{"as": "text"})
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/plain")
    assert "- Is 1 < 2?" in text


def test_without_the_token_there_is_none(with_sheet: Patient) -> None:
    assert_error(with_sheet.client.get(f"{with_sheet.path}/sheet"), 401, "token_missing")


def test_another_patients_token_opens_nothing(with_sheet: Patient) -> None:
    other = Patient(with_sheet.client)
    response = with_sheet.client.get(f"{with_sheet.path}/sheet", headers=other.headers)
    assert_error(response, 401, "token_wrong")


def test_before_a_result_there_is_none(patient: Patient) -> None:
    patient.ask("does it hurt?")
    response = patient.client.get(f"{patient.path}/sheet", headers=patient.headers)
    assert_error(response, 404, "no_sheet")


def test_it_goes_with_the_talk(with_sheet: Patient) -> None:
    with_sheet.client.delete(with_sheet.path, headers=with_sheet.headers)
    assert _get(with_sheet)[0] == 401
