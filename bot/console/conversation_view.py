"""Everything that a conversation's page shows, read from the store in one go. Blocking."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from bot.candidacy.assessment import summary
from bot.candidacy.desk import Desk as CandidacyDesk
from bot.candidacy.model import Protocol
from bot.candidacy.sheet import Sheet
from bot.clinic import Clinic
from bot.console.conversation_lines import Line, Teller
from bot.console.conversation_words import ACTS, LEVELS, REASONS, Clock, named, waited
from bot.people import CannedReply, Presence, Staff
from bot.privacy.tokens import short_name
from bot.staff.permissions import may
from bot.store.alerts import ALERT
from bot.store.notes import Note
from bot.store.store import Store
from bot.store.transcripts import Case, Delivery
from bot.types import Conversation, Message, Transition
from bot.vocabulary import Permission, Sending, State, Status
from bot.wiring import content, desk_of, safety_check

PAGE_SIZE = 50
OVERVIEW = 2_000
"""Messages that are looked through for red flags and for what the patient wants."""
KNOWN_TAGS = 12
USUAL_TAGS = ("price", "appointment", "call back", "aftercare", "complaint")


@dataclass(frozen=True)
class Sign:
    """A red flag on the card: how soon, which signs in plain words, the patient's words, and where."""

    level: str
    level_word: str
    signs: str
    words: str
    seq: int
    at: datetime


@dataclass(frozen=True)
class Finding:
    """A finished questionnaire on the card. `lines` is the outcome's ground, `sheet` everything for the fold."""

    title: str
    outcome: str
    version: str
    reasons: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Pulse:
    """Enough to tell whether a page is up to date. `version` stands for all of it but the messages and notes."""

    newest: int
    last_note: int
    version: str
    others: Sequence[Presence]


@dataclass(frozen=True)
class View:
    """One conversation as one member of staff sees it now."""

    conversation: Conversation
    me: Staff
    clock: Clock
    cases: Sequence[Case]
    histories: Mapping[str, Sequence[Transition]]
    colleagues: Sequence[Staff]
    lines: Sequence[Line]
    has_earlier: bool
    first_seq: int
    signs: Sequence[Sign]
    findings: Sequence[Finding]
    wants: Mapping[str, str]
    tags: Sequence[str]
    known_tags: Sequence[str]
    presences: Sequence[Presence]
    deliveries: Sequence[Delivery]
    canned: Sequence[CannedReply]
    pulse: Pulse

    @cached_property
    def name(self) -> str:
        return short_name(self.conversation.id)

    @property
    def case(self) -> Case | None:
        """The open handoff, or else the last one."""
        return self.cases[0] if self.cases else None

    @property
    def open_case(self) -> Case | None:
        return self.case if self.case is not None and self.case.is_open else None

    @property
    def is_mine(self) -> bool:
        return self.open_case is not None and self.open_case.owner == self.me.id

    @property
    def owner(self) -> str | None:
        """The name of whoever has it."""
        found = self.open_case
        return None if found is None or found.owner is None else self.who(found.owner)

    @property
    def waiting(self) -> str | None:
        """How long the patient has waited for somebody; None while somebody has it."""
        found = self.open_case
        if found is None or found.status is not Status.WAITING:
            return None
        return waited(found.waiting_since, self.clock.now)

    @property
    def acts(self) -> tuple[str, ...]:
        """The moves that are possible now. The server decides again when one is made."""
        return allowed(self.conversation.state, self.open_case, self.me)

    @property
    def others(self) -> list[Presence]:
        return [one for one in self.presences if one.who != self.me.id]

    @property
    def receivers(self) -> list[Staff]:
        """Colleagues who could answer instead."""
        able = (one for one in self.colleagues if one.is_active and may(one.role, Permission.REPLY))
        return [one for one in able if one.id != self.me.id]

    def who(self, by: str) -> str:
        """The name of a member of staff; other words, such as `patient`, stay as they are."""
        return next((one.name for one in self.colleagues if one.id == by), by)

    def history(self, case: Case) -> list[tuple[datetime, str, str, str]]:
        """When, what, through whom and why, in words, oldest first."""
        lines = self.histories[case.id]
        return [(one.at, named(ACTS, one.act.value), self.who(one.by), one.why) for one in lines]

    def reason(self, case: Case) -> str:
        return named(REASONS, case.reason.value)


def allowed(state: State, case: Case | None, me: Staff) -> tuple[str, ...]:
    """Which moves a page offers, in the order of its buttons."""
    if not may(me.role, Permission.REPLY):
        return ()
    if case is None:
        return ("reopen",) if state is State.CLOSED else ("open",)
    if case.status is Status.WAITING:
        return ("claim",)
    return ("transfer", "release", "hand-back", "close") if case.owner == me.id else ("take-over",)


class Reader:
    """Reads views. One for each page."""

    def __init__(self, store: Store, clinic: Clinic) -> None:
        self._store = store
        self._clinic = clinic

    def view(self, conversation_id: str, me: Staff, now: datetime, *, before: int | None = None) -> View | None:
        """The newest page of the conversation, or the one before message `before`; None when there is none."""
        store = self._store
        conversation = store.find_conversation(conversation_id)
        if conversation is None:
            return None
        end = before or conversation.last_seq + 1
        shown = store.messages_before(conversation_id, end, limit=PAGE_SIZE)
        overview = store.latest(conversation_id, OVERVIEW)
        cases = store.cases(conversation_id)
        colleagues = store.all_staff()
        clock = Clock(self._clinic.zone, now)
        teller = Teller(clock, safety_check().titles, {one.id: one.name for one in colleagues})
        notes = store.notes(conversation_id)
        return View(
            conversation=conversation,
            me=me,
            clock=clock,
            cases=sorted(cases, key=lambda one: not one.is_open),
            histories={one.id: store.transitions(one.id) for one in cases},
            colleagues=colleagues,
            lines=teller.lines(shown, _beside(notes, shown, overview, end)),
            has_earlier=bool(shown) and shown[0].seq > 1,
            first_seq=shown[0].seq if shown else 1,
            signs=list(_signs(overview, safety_check().titles)),
            findings=[_finding(store, one.body) for one in reversed(store.assessments(conversation_id))],
            wants=_wants(overview),
            tags=store.tags(conversation_id),
            known_tags=list(dict.fromkeys((*store.known_tags(limit=KNOWN_TAGS), *USUAL_TAGS))),
            presences=store.presences(conversation_id, now),
            deliveries=[one for one in store.sent_about(conversation_id) if _left_the_house(one)],
            canned=store.canned_replies(),
            pulse=_pulse(
                conversation, notes, cases, store.tags(conversation_id), (), store.undelivered(conversation_id)
            ),
        )

    def pulse(self, conversation_id: str, me: Staff, now: datetime) -> Pulse | None:
        """Whether there is anything new, without reading what; None when the conversation is gone."""
        store = self._store
        conversation = store.find_conversation(conversation_id)
        if conversation is None:
            return None
        notes, cases = store.notes(conversation_id), store.cases(conversation_id)
        others = [one for one in store.presences(conversation_id, now) if one.who != me.id]
        return _pulse(
            conversation, notes, cases, store.tags(conversation_id), others, store.undelivered(conversation_id)
        )

    def news(self, conversation_id: str, now: datetime, *, after: int, note: int, day: str) -> list[Line]:
        """Messages above `after` and notes above `note`, as lines that follow one of the `day`."""
        colleagues = self._store.all_staff()
        teller = Teller(Clock(self._clinic.zone, now), safety_check().titles, {one.id: one.name for one in colleagues})
        notes = [one for one in self._store.notes(conversation_id) if one.id > note]
        return teller.lines(self._store.messages(conversation_id, after=after), notes, day)


def _pulse(
    conversation: Conversation,
    notes: Sequence[Note],
    cases: Sequence[Case],
    tags: Sequence[str],
    others: Sequence[Presence],
    undelivered: Mapping[int, str],
) -> Pulse:
    told = [(one.id, one.status.value, one.owner, one.priority.value, one.waiting_since) for one in cases]
    version = hashlib.sha256(repr((conversation.state.value, told, tags, undelivered)).encode()).hexdigest()[:16]
    return Pulse(conversation.last_seq, notes[-1].id if notes else 0, version, others)


def _beside(notes: Sequence[Note], shown: Sequence[Message], overview: Sequence[Message], end: int) -> list[Note]:
    """The notes that were written while the messages of this page were."""
    start = shown[0].at if shown and shown[0].seq > 1 else None
    following = next((one for one in overview if one.seq >= end), None)
    stop = following.at if following is not None else None
    return [one for one in notes if (start is None or one.at >= start) and (stop is None or one.at < stop)]


def _signs(messages: Sequence[Message], titles: Mapping[str, str]) -> Iterator[Sign]:
    """The newest first."""
    for message in reversed(messages):
        if message.flag is not None:
            level = message.flag.level.value
            signs = "; ".join(f"{code} {titles.get(code, '')}".strip() for code in message.flag.codes)
            words = ", ".join(f"“{words}”" for words in message.flag.words)
            yield Sign(level, named(LEVELS, level), signs, words, message.seq, message.at)


def _wants(messages: Sequence[Message]) -> Mapping[str, str]:
    """The area and concern that the patient named last."""
    for message in reversed(messages):
        if message.envelope is not None and message.envelope.about:
            return {name: value.replace("_", " ") for name, value in message.envelope.about.items() if value}
    return {}


def _finding(store: Store, record: Mapping[str, Any]) -> Finding:
    reasons = tuple(dict.fromkeys(str(cause["reason"]) for cause in record.get("trace", ())))
    sheet = _sheet(store, record)
    trace = tuple(f"{cause['rule']}: {cause['outcome'].replace('_', ' ')}" for cause in record.get("trace", ()))
    sections = (*(sheet.sections if sheet is not None else ()), *((("Rules that fired", trace),) if trace else ()))
    outcome = str(record.get("outcome", ""))
    title = sheet.title if sheet is not None else named({}, outcome)
    return Finding(title, outcome, str(record.get("protocol_version", "")), reasons, sections)


def _sheet(store: Store, record: Mapping[str, Any]) -> Sheet | None:
    """The stored record in words of the version in which it was answered; None when that version is lost."""
    version = str(record.get("protocol_hash", ""))
    desk = desk_of(version)
    if desk is None:
        document = store.load_protocol(version)
        desk = None if document is None else CandidacyDesk(Protocol.parse_raw(document), content().values)
    try:
        return None if desk is None else summary(desk, record)
    except (KeyError, ValueError):
        return None


def _left_the_house(one: Delivery) -> bool:
    """An alert itself goes to nobody: the letters that were made of it have their own lines, if there are any."""
    return one.kind != ALERT or one.status == Sending.FAILED.value
