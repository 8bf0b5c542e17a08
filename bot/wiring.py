"""The only place where real things are chosen. Each function makes its thing once per process, on first use."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from bot.candidacy.desk import Desk
from bot.candidacy.load import load_protocol
from bot.candidacy.versions import Versions
from bot.charts.costs import cost_chart
from bot.clinic import Clinic, load_clinic, placeholders
from bot.errors import SettingsError
from bot.handoff.notices import Notices
from bot.retrieval.asked import Asked
from bot.retrieval.canned import load_canned
from bot.retrieval.card import Card
from bot.retrieval.courses import load_general_prices
from bot.retrieval.library import Library, load_library
from bot.retrieval.offer import Offer
from bot.retrieval.replies import GAPS, Reply, load_replies
from bot.safety.check import SafetyCheck, load_safety
from bot.safety.opinion import SecondOpinion, load_weights
from bot.safety.texts import SafetyTexts, load_safety_texts
from bot.settings import Settings, load_content_settings

if TYPE_CHECKING:
    from bot.office import Office
    from bot.store.store import Store

WORD = re.compile(r"[^\W\d_]+")
logger = logging.getLogger(__name__)

STARTERS = ("pain", "downtime", "session_count", "cost")
"""Topics of the questions that a new talk offers first."""


@dataclass(frozen=True)
class Content:
    """Everything that may be said, and what the placeholders in it stand for."""

    clinic: Clinic
    values: dict[str, str]
    library: Library
    replies: dict[str, Reply]
    safety_texts: SafetyTexts

    def cost_chart(self, asked: Asked) -> Mapping[str, Any] | None:
        """Goes with an answer about the cost; None where there is nothing to show."""
        found = self.library.offer.courses(asked)
        return None if found is None else cost_chart(found)

    def may_say(self, card: Card) -> bool:
        """Whether this clinic lets the bot say `card` today: always, or only while a clinician's signature holds."""
        return not self.clinic.require_signed or card.is_in_force(dt.date.today())


class _Live:
    """What this process knows of the console: nothing in training, in `rasa shell` and on the command line."""

    office: Office | None = None
    content: Content | None = None


def content() -> Content:
    """Everything that may be said, by the facts of `clinic.yml` and what the console has changed of them.

    Raises DocumentError when a file of knowledge or `clinic.yml` is wrong.
    """
    words = file_content()
    if _Live.office is None:
        return words
    clinic = _Live.office.present()
    if clinic is words.clinic:
        return words
    live = _Live.content
    if live is None or live.clinic is not clinic:
        offer = replace(words.library.offer, clinic=clinic)
        live = replace(words, clinic=clinic, values=placeholders(clinic), library=replace(words.library, offer=offer))
        _Live.content = live
    return live


def use_office(store: Store) -> Office:
    """From now on `content` follows what the console changes. Call `refresh_office` now and then."""
    from bot.office import Office

    office = Office(file_content().clinic, store)
    office.refresh(at_once=True)
    _Live.office = office
    return office


def refresh_office() -> None:
    """Look for changes of the console; blocking, at most every two seconds. Does nothing without `use_office`."""
    if _Live.office is not None:
        _Live.office.refresh()


@lru_cache(maxsize=1)
def file_content() -> Content:
    """As `content`, by the facts of `clinic.yml` alone."""
    settings = load_content_settings()
    clinic = load_clinic(settings.clinic_file)
    values = placeholders(clinic)
    library = load_library(settings.knowledge_dir, values)
    offer = Offer(clinic, load_general_prices(settings.knowledge_dir))
    return Content(
        clinic=clinic,
        values=values,
        library=replace(library, offer=offer),
        replies=load_replies(settings.knowledge_dir, values),
        safety_texts=load_safety_texts(settings.knowledge_dir),
    )


def notices() -> Notices:
    """What patients are told when staff come and go."""
    words = content()
    # What is known only when it is said, like the name of who comes, stays a placeholder until then.
    values = words.values | {gap: f"{{{gap}}}" for gap in GAPS}
    return Notices({name: reply.envelope(values) for name, reply in words.replies.items()})


@lru_cache(maxsize=1)
def safety_check() -> SafetyCheck:
    """Raises DocumentError when a file of signs is wrong, SettingsError when the second opinion's files are."""
    from bot.encoder.sentence import load_encoder, load_large_encoder

    weights = load_weights()
    try:
        opinion = SecondOpinion(load_encoder().encode, load_large_encoder().encode, weights)
    except (SettingsError, RuntimeError) as error:
        # The plain signs need no encoder, and a bot that checks those is better than none.
        logger.error("The red-flag check works without its second opinion: %s", error)
        return load_safety(load_content_settings().knowledge_dir)
    return load_safety(load_content_settings().knowledge_dir, opinion)


@lru_cache(maxsize=1)
def versions() -> Versions:
    """The questionnaire's present version, and the older ones in which somebody still is.

    Raises DocumentError when a file of the questionnaire is wrong.
    """
    return Versions(load_protocol(load_content_settings().knowledge_dir, content().values))


def desk_of(version: str | None = None) -> Desk | None:
    """The questionnaire of that version (its hash), the present one unless given; None when it is lost."""
    protocol = versions().current if version is None else versions().find(version)
    return None if protocol is None else Desk(protocol, content().values)


def now() -> dt.datetime:
    """The time, for whatever depends on the clinic being open."""
    return dt.datetime.now(dt.timezone.utc)


def open_store(settings: Settings) -> Store:
    """The conversation log, with its tables brought up to date first."""
    # Imported here, so that training and the action server, which need no database, load none of it.
    from bot.store.opening import opened_store

    return opened_store(settings, lambda: content().clinic.hours)


def ship_canned_replies(store: Store) -> None:
    """Give a new clinic's staff the replies of `canned.yml`. Raises DocumentError when that file is wrong."""
    shipped = load_canned(load_content_settings().knowledge_dir, file_content().values)
    store.ship_canned_replies(shipped, now=dt.datetime.now(dt.timezone.utc))


def starter_questions() -> tuple[str, ...]:
    """What the widget offers before the first message: the titles of general cards."""
    words = content()
    cards = [card for topic in STARTERS if (card := words.library.find(topic))]
    return tuple(card.title for card in cards if words.may_say(card))


def known_words(words: Content) -> frozenset[str]:
    """Words that are no names: all that the bot's own texts use, and the easy words of English."""
    easy = (resources.files("textstat") / "resources" / "en" / "easy_words.txt").read_text(encoding="utf-8")
    texts = [text for card in words.library.cards.values() for text in card.texts.values()]
    texts += [text for reply in words.replies.values() for text in reply.texts.values()]
    return frozenset(WORD.findall(" ".join([easy, *texts]).lower()))
