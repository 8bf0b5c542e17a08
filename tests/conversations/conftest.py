"""Whole conversations: safety check, log, trained model, actions and cards, as a patient gets them."""

from __future__ import annotations

import datetime as dt

import pytest

from bot import wiring
from tests.conversations.patient import Patient
from tests.trained import Trained

WEDNESDAY_MORNING = dt.datetime(2026, 11, 18, 15, tzinfo=dt.timezone.utc)


@pytest.fixture(autouse=True)
def open_clinic(monkeypatch: pytest.MonkeyPatch) -> None:
    """In opening hours, whenever the tests run."""
    monkeypatch.setattr(wiring, "now", lambda: WEDNESDAY_MORNING)


@pytest.fixture
def patient(trained: Trained) -> Patient:
    """Somebody in a new conversation."""
    return Patient(trained)
