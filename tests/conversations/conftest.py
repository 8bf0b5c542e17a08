"""Whole conversations: safety check, log, trained model, actions and cards, as a patient gets them."""

from __future__ import annotations

import pytest

from tests.conversations.patient import Patient
from tests.trained import Trained


@pytest.fixture
def patient(trained: Trained) -> Patient:
    """Somebody in a new conversation."""
    return Patient(trained)
