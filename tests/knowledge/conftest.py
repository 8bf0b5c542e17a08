"""The real cards and replies of this repository, with the clinic that stands beside them."""

from __future__ import annotations

import pytest

from bot.clinic import load_clinic, placeholders
from bot.retrieval.library import Library, load_library
from bot.retrieval.replies import Reply, load_replies
from bot.settings import ROOT


@pytest.fixture(scope="session")
def values() -> dict[str, str]:
    """What placeholders stand for."""
    return placeholders(load_clinic(ROOT / "clinic.yml"))


@pytest.fixture(scope="session")
def library(values: dict[str, str]) -> Library:
    return load_library(ROOT / "knowledge", values)


@pytest.fixture(scope="session")
def replies(values: dict[str, str]) -> dict[str, Reply]:
    return load_replies(ROOT / "knowledge", values)


@pytest.fixture(scope="session")
def texts(library: Library, replies: dict[str, Reply]) -> dict[str, str]:
    """Every field that a patient reads, under `<card or reply>: <field>`."""
    documents = [*library.cards.values(), *replies.values()]
    return {f"{document.id}: {field}": text for document in documents for field, text in document.texts.items()}


@pytest.fixture(scope="session")
def running_texts(texts: dict[str, str]) -> dict[str, str]:
    """The fields made of whole sentences: all but titles."""
    return {name: text for name, text in texts.items() if not name.endswith("title")}
