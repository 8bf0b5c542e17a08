"""Joins log, safety check, brain, staff and messaging apps: what carries a message to its answer and on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.app import App
from bot.channels.chats import ChatTransport
from bot.channels.delivery import Courier, Transport
from bot.channels.load import TARGETS, load_apps, load_transports
from bot.clinic import Clinic
from bot.conversation.brain import Brain
from bot.conversation.bulletin import Bulletin
from bot.conversation.desk import Desk
from bot.conversation.files import Files
from bot.conversation.intake import Intake
from bot.conversation.judging import Safety
from bot.conversation.learning import Learning
from bot.conversation.promise import make_promise
from bot.conversation.reception import Reception
from bot.conversation.rights import Rights, Words
from bot.conversation.service import ConversationService
from bot.conversation.turns import Turns
from bot.conversation.ways_back import WaysBack
from bot.handoff.alerts import Alerts, WhileTrue
from bot.handoff.watch import Watch
from bot.handoff.way_back import asked, pressed
from bot.privacy.cipher import Cipher
from bot.privacy.redact import redact
from bot.retrieval.wishes import load_wish
from bot.settings import Settings, load_content_settings
from bot.store.alerts import ALERT
from bot.store.store import Store
from bot.types import Envelope
from bot.wiring import content, known_words, notices, safety_check


@dataclass(frozen=True)
class Talk:
    """What carries conversations from the patient's message to the answer in the log, and out into apps."""

    store: Store
    brain: Brain
    turns: Turns
    service: ConversationService
    learning: Learning
    bulletin: Bulletin
    notify: Notify
    apps: Apps


@dataclass(frozen=True)
class Notify:
    """What tells staff, wherever they are, that somebody waits; and carries messages into apps."""

    courier: Courier
    alerts: Alerts
    watch: Watch


@dataclass(frozen=True)
class Apps:
    """The messaging apps that are set up, by name; none on most clinics' first day."""

    known: Mapping[str, App]
    intake: Intake
    files: Files
    transports: Mapping[str, ChatTransport]
    public_url: str

    async def close(self) -> None:
        for transport in self.transports.values():
            await transport.close()


def connect(store: Store, brain: Brain, settings: Settings, *, apps: Mapping[str, App] | None = None) -> Talk:
    """Join them; `apps` are those that the settings switch on, unless given.

    Raises DocumentError when a file of knowledge is wrong, SettingsError when an app is half set up.
    """
    words = content()
    bulletin = Bulletin()
    plain = known_words(words)
    learning = Learning(store, lambda text: redact(text, plain))
    sorry = words.replies["brain_down"].envelope(words.values)
    promise = make_promise(
        lambda at: store.usual_wait_minutes(at, content().clinic.hours.open_minutes),
        known=words.replies["usual_wait"].text,
        unknown=words.replies["usual_wait_unknown"].text,
    )
    rights = Rights(store, _words_of_rights)
    turns = Turns(store, brain, bulletin, sorry=sorry, promise=promise, learning=learning, rights=rights)
    safety = Safety(safety_check(), words.safety_texts, words.values)
    service = ConversationService(
        store,
        safety,
        turns,
        bulletin,
        ways_back=_ways_back(),
        rights=rights,
        messages_per_minute=settings.messages_per_minute,
    )
    known = load_apps(settings) if apps is None else apps
    files = Files(Cipher(settings.data_key.get_secret_value()), settings.public_url)
    chats = {name: ChatTransport(store, app, files.links) for name, app in known.items()}
    notify = _notify(store, bulletin, settings, chats)
    if known:
        bulletin.listen(notify.courier.wake)
    desk = Desk(
        store, service, safety, rights, _words_of_rights, known, settings.messages_per_minute, notify.courier.wake
    )
    joined = Apps(known, Intake(store, Reception(desk)), files, chats, settings.public_url)
    return Talk(store, brain, turns, service, learning, bulletin, notify, joined)


def _ways_back() -> WaysBack:
    told = notices()
    is_said = load_wish(load_content_settings().knowledge_dir, "back_to_bot").is_said
    return WaysBack(is_said, pressed(told), asked(told))


def _words_of_rights() -> Words:
    words = content()
    return Words(words.replies, words.values, words.clinic)


def _notify(store: Store, bulletin: Bulletin, settings: Settings, chats: Mapping[str, Transport]) -> Notify:
    transports = load_transports(settings)

    def clinic() -> Clinic:
        return content().clinic

    def sorry() -> Envelope:
        words = content()
        return words.replies["handoff_escalated"].envelope(words.values)

    targets = [kind for kind in TARGETS if kind in transports]
    alerts = Alerts(store, clinic, public_url=settings.public_url, targets=targets)
    kept_back = {kind: WhileTrue(store, transport) for kind, transport in transports.items()}
    courier = Courier(store, {ALERT: alerts, **kept_back, **chats})
    return Notify(courier, alerts, Watch(store, clinic, sorry=sorry, ring=bulletin.ring))
