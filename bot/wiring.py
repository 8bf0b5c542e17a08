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
from bot.retrieval.card import Card
from bot.retrieval.courses import load_general_prices
from bot.retrieval.library import Library, load_library
from bot.retrieval.offer import Offer
from bot.retrieval.replies import Reply, load_replies
from bot.safety.check import SafetyCheck, load_safety
from bot.safety.opinion import SecondOpinion, load_weights
from bot.safety.texts import SafetyTexts, load_safety_texts
from bot.settings import Settings, load_content_settings

if TYPE_CHECKING:
    from bot.conversation.brain import Brain
    from bot.conversation.bulletin import Bulletin
    from bot.conversation.learning import Learning
    from bot.conversation.service import ConversationService
    from bot.conversation.turns import Turns
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
    cost_chart: Mapping[str, Any] | None
    """Goes with each answer about the cost."""

    def may_say(self, card: Card) -> bool:
        """Whether this clinic lets the bot say `card` today: always, or only while a clinician's signature holds."""
        return not self.clinic.require_signed or card.is_in_force(dt.date.today())


@lru_cache(maxsize=1)
def content() -> Content:
    """Raises DocumentError when a file of knowledge or `clinic.yml` is wrong."""
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
        cost_chart=cost_chart(found) if (found := offer.courses()) and found.courses else None,
    )


@lru_cache(maxsize=1)
def safety_check() -> SafetyCheck:
    """Raises DocumentError when a file of signs is wrong, SettingsError when the second opinion's files are."""
    from bot.encoder.sentence import load_encoder

    weights = load_weights()
    try:
        opinion = SecondOpinion(load_encoder().encode, weights)
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


def open_store(settings: Settings) -> Store:
    """The conversation log, with its tables brought up to date first."""
    # Imported here, so that training and the action server, which need no database, load none of it.
    from bot.privacy.cipher import Cipher
    from bot.store.engine import create_store_engine
    from bot.store.migrate import upgrade
    from bot.store.store import Store

    engine = create_store_engine(settings.database_url)
    upgrade(engine)
    return Store(engine, Cipher(settings.data_key.get_secret_value()))


@dataclass(frozen=True)
class Talk:
    """What carries conversations from the patient's message to the answer in the log."""

    store: Store
    brain: Brain
    turns: Turns
    service: ConversationService
    learning: Learning
    bulletin: Bulletin


def connect(store: Store, brain: Brain, settings: Settings) -> Talk:
    """Join log, safety check and brain. Raises DocumentError when a file of knowledge is wrong."""
    from bot.conversation.bulletin import Bulletin
    from bot.conversation.learning import Learning
    from bot.conversation.rights import Rights, Words
    from bot.conversation.service import ConversationService, Safety
    from bot.conversation.turns import Turns
    from bot.privacy.redact import redact

    words = content()
    bulletin = Bulletin()
    known = known_words(words)
    learning = Learning(store, lambda text: redact(text, known))
    sorry = words.replies["brain_down"].envelope(words.values)
    rights = Rights(store, lambda: Words(words.replies, words.values, words.clinic))
    turns = Turns(store, brain, bulletin, sorry=sorry, learning=learning, rights=rights)
    safety = Safety(safety_check(), words.safety_texts, words.values)
    service = ConversationService(
        store, safety, turns, bulletin, rights=rights, messages_per_minute=settings.messages_per_minute
    )
    return Talk(store, brain, turns, service, learning, bulletin)


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
