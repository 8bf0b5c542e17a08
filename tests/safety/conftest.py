"""The real check, the real texts and the published bank."""

from __future__ import annotations

import pytest

from bot.clinic import load_clinic, placeholders
from bot.safety.check import SafetyCheck, load_safety
from bot.safety.report import Labelled, Outcome, load_bank, measure
from bot.safety.texts import SafetyTexts, load_safety_texts
from bot.settings import ROOT
from bot.wiring import safety_check

BANK = ROOT / "tests" / "safety" / "bank"


@pytest.fixture(scope="session")
def check() -> SafetyCheck:
    """The plain signs alone, as they work where the encoder is missing."""
    return load_safety(ROOT / "knowledge")


@pytest.fixture(scope="session")
def whole_check() -> SafetyCheck:
    """The check as the product runs it: plain signs and second opinion."""
    return safety_check()


@pytest.fixture(scope="session")
def texts() -> SafetyTexts:
    return load_safety_texts(ROOT / "knowledge")


@pytest.fixture(scope="session")
def values() -> dict[str, str]:
    """What placeholders stand for."""
    return placeholders(load_clinic(ROOT / "clinic.yml"))


@pytest.fixture(scope="session")
def bank() -> list[Labelled]:
    return load_bank(BANK)


@pytest.fixture(scope="session")
def outcomes(check: SafetyCheck, bank: list[Labelled]) -> list[Outcome]:
    return measure(check, bank)


@pytest.fixture(scope="session")
def whole_outcomes(whole_check: SafetyCheck, bank: list[Labelled]) -> list[Outcome]:
    """As the product runs it, with the second opinion."""
    return measure(whole_check, bank)
