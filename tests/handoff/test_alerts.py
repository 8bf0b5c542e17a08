"""From a patient's message to what staff read in their mail: complete, once for each, and without a word of it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from bot.channels.delivery import Courier, Transport
from bot.channels.load import TARGETS
from bot.channels.trial import TEXT
from bot.clinic import Clinic, load_clinic
from bot.handoff.alerts import Alerts, WhileTrue
from bot.settings import ROOT
from bot.store.store import Store
from bot.types import Conversation, Envelope, Flag, Handoff, Move
from bot.vocabulary import Act, Kind, Level, Sending, State, Status
from tests.channels.conftest import anyio_backend, hook, mail  # noqa: F401  (fixtures)
from tests.channels.fakes.platform import Answer, Fault, running
from tests.channels.fakes.slack import Slack
from tests.channels.mail_server import MailServer
from tests.channels.receiver import Receiver
from tests.channels.samples import NURSE, mailer, poster, slacker
from tests.handoff.samples import ask_for_a_person
from tests.store.samples import NOW, accept, later

pytestmark = pytest.mark.anyio
BOSS = "boss@clinic.example"
ADDRESS = "https://chat.clinic.example"
CLAIM = Move(Act.CLAIM, Status.WAITING, Status.CLAIMED, State.HUMAN, "nora", "nora", "")
RELEASE = Move(Act.RELEASE, Status.CLAIMED, Status.WAITING, State.WAITING, None, "nora", "")
CLOSE = Move(Act.CLOSE, Status.CLAIMED, Status.CLOSED, State.CLOSED, None, "nora", "done")
Deed = Callable[[Store, Handoff], object]
DEEDS: dict[str, Deed] = {
    "claimed": lambda store, handoff: store.move_handoff(handoff.id, CLAIM, now=later(5)),
    "closed": lambda store, handoff: [store.move_handoff(handoff.id, move, now=later(5)) for move in (CLAIM, CLOSE)],
}


@dataclass
class Post:
    """What a clinic has: a mail server, a webhook, Slack if it wants, and the time."""

    store: Store
    mail: MailServer
    hook: Receiver
    now: datetime = NOW
    targets: tuple[str, ...] = ("webhook",)
    slack: Slack | None = None
    clinic: Clinic = field(default_factory=lambda: clinic())

    async def deliver(self) -> None:
        """All that is due."""
        alerts = self.alerts(ADDRESS)
        transports: dict[str, Transport] = {"email": mailer(self.mail.port), "webhook": poster(self.hook.url)}
        if self.slack is not None:
            transports["slack"] = slacker(self.slack.url)
        kept = {kind: WhileTrue(self.store, one, clock=lambda: self.now) for kind, one in transports.items()}
        await Courier(self.store, {"alert": alerts, **kept}, clock=lambda: self.now).deliver_due()

    def alerts(self, public_url: str) -> Alerts:
        return Alerts(
            self.store,
            lambda: self.clinic,
            public_url=public_url,
            targets=self.targets,
            clock=lambda: self.now,
        )

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.mail.messages]


def clinic(**others: Any) -> Clinic:
    own = {"alert_emails": [NURSE], "escalation_emails": [BOSS], "time_zone": "Europe/Berlin"}
    return load_clinic(ROOT / "clinic.yml").copy(update={**own, **others})


@pytest.fixture
def clinics_post(store: Store, mail: MailServer, hook: Receiver) -> Post:  # noqa: F811  (the fixtures)
    return Post(store, mail, hook)


@pytest.fixture
def with_slack(clinics_post: Post) -> Iterator[Slack]:
    """The clinic has Slack too."""
    with running(Slack()) as server:
        clinics_post.slack, clinics_post.targets = server, TARGETS
        yield server


def name_of(conversation_id: str) -> str:
    return f"Patient {hashlib.sha256(conversation_id.encode()).hexdigest()[:4].upper()}"


async def test_a_patient_who_asks_is_a_mail_and_a_post(clinics_post: Post, handoff: Handoff) -> None:
    await clinics_post.deliver()
    name, link = name_of(handoff.conversation_id), f"{ADDRESS}/console/conversations/{handoff.conversation_id}"
    (message,) = clinics_post.mail.messages
    assert (message["To"], message["Subject"]) == (NURSE, f"{name} is waiting for a person")
    assert message.get_content().splitlines() == [
        f"{name} is waiting for a person.",
        "",
        "Priority: normal",
        "Why: asked for a person",
        "Waiting since: 14 March 2025, 10:26 (Europe/Berlin)",
        "Channel: web",
        "",
        link,
        "",
        "What the patient wrote is in the console only.",
    ]
    (posted,) = clinics_post.hook.posts
    assert {key: value for key, value in posted.document.items() if key != "id"} == {
        "event": "handoff.opened",
        "text": f"{name} is waiting for a person. {link}",
        "patient": name,
        "priority": "normal",
        "reason": "asked",
        "since": NOW.isoformat(),
        "at": NOW.isoformat(),
        "channel": "web",
        "url": link,
    }


async def test_nothing_comes_twice(clinics_post: Post, handoff: Handoff) -> None:
    await clinics_post.deliver()
    (expanded,) = [one for one in clinics_post.store.deliveries(limit=9) if one.kind == "alert"]
    assert expanded.status is Sending.SENT
    clinics_post.now = later(30)
    await clinics_post.deliver()
    assert (len(clinics_post.mail.messages), len(clinics_post.hook.posts)) == (1, 1)


async def test_each_act_says_what_it_is(clinics_post: Post, store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    await clinics_post.deliver()
    accept(store, conversation.id, "flag", replies=[Envelope(Kind.URGENT, "Call us.")])
    await clinics_post.deliver()
    (waiting,) = store.unclaimed_handoffs()
    clinics_post.now = later(120)
    store.remind(waiting, Act.REMIND, why="", now=later(120))
    await clinics_post.deliver()
    (waiting,) = store.unclaimed_handoffs()
    clinics_post.now = later(300)
    store.remind(waiting, Act.ESCALATE, why="", now=later(300))
    await clinics_post.deliver()
    name = name_of(conversation.id)
    assert clinics_post.subjects == [
        f"{name} is waiting for a person",
        f"Urgent: {name} is now urgent",
        f"Urgent: {name} is still waiting",
        *[f"Urgent: {name} has waited too long"] * 2,
    ]
    assert sorted(clinics_post.mail.receivers) == sorted([NURSE] * 4 + [BOSS])
    assert [posted.document["event"] for posted in clinics_post.hook.posts] == [
        "handoff.opened",
        "handoff.raised",
        "handoff.reminder",
        "handoff.escalated",
    ]


async def test_who_gets_them_may_change_at_any_time(clinics_post: Post, handoff: Handoff) -> None:
    clinics_post.clinic, clinics_post.targets = clinic(alert_emails=[BOSS, NURSE]), ()
    await clinics_post.deliver()
    assert sorted(clinics_post.mail.receivers) == sorted([BOSS, NURSE])
    assert clinics_post.hook.posts == []


async def test_where_nobody_wants_them_nothing_fails(clinics_post: Post, handoff: Handoff) -> None:
    clinics_post.clinic, clinics_post.targets = clinic(alert_emails=[]), ()
    await clinics_post.deliver()
    assert [one.status for one in clinics_post.store.deliveries(limit=9)] == [Sending.SENT]


async def test_without_a_public_address_the_mail_says_where_to_look(clinics_post: Post, handoff: Handoff) -> None:
    alerts = clinics_post.alerts("")
    courier = Courier(clinics_post.store, {"alert": alerts, "email": mailer(clinics_post.mail.port)}, clock=lambda: NOW)
    await courier.deliver_due()
    (message,) = clinics_post.mail.messages
    assert f"Open the console and look for {name_of(handoff.conversation_id)}." in message.get_content()


async def test_a_clinic_with_slack_reads_it_there_too(clinics_post: Post, with_slack: Slack, handoff: Handoff) -> None:
    await clinics_post.deliver()
    name, link = name_of(handoff.conversation_id), f"{ADDRESS}/console/conversations/{handoff.conversation_id}"
    assert with_slack.shown == [
        f"*{name} is waiting for a person*\n"
        "Priority: normal\n"
        "Why: asked for a person\n"
        "Waiting since: 14 March 2025, 10:26 (Europe/Berlin)\n"
        "Channel: web\n"
        f"<{link}|Open the conversation>"
    ]
    assert (len(clinics_post.mail.messages), len(clinics_post.hook.posts)) == (1, 1)


async def test_without_a_public_address_slack_says_where_to_look(
    clinics_post: Post, with_slack: Slack, handoff: Handoff
) -> None:
    transports: dict[str, Transport] = {"alert": clinics_post.alerts(""), "slack": slacker(with_slack.url)}
    await Courier(clinics_post.store, transports, clock=lambda: NOW).deliver_due()
    (shown,) = with_slack.shown
    assert shown.endswith(f"\nOpen the console and look for {name_of(handoff.conversation_id)}.")


async def test_a_slack_that_asks_to_wait_gets_it_later_and_only_what_is_still_true(
    clinics_post: Post, with_slack: Slack, store: Store, handoff: Handoff
) -> None:
    limited = Fault(Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "90"}))
    with_slack.faults = [limited, limited]
    await clinics_post.deliver()
    clinics_post.now = later(89)
    await clinics_post.deliver()
    assert (len(with_slack.requests), with_slack.posts) == (1, [])
    clinics_post.now = later(91)
    await clinics_post.deliver()
    assert len(with_slack.requests) == 2
    DEEDS["claimed"](store, handoff)
    clinics_post.now = later(600)
    await clinics_post.deliver()
    assert (len(with_slack.requests), with_slack.posts) == (2, [])


async def test_that_it_got_urgent_is_sent_to_whoever_else_although_somebody_has_it(
    clinics_post: Post, store: Store, handoff: Handoff
) -> None:
    DEEDS["claimed"](store, handoff)
    accept(store, handoff.conversation_id, "flag", replies=[Envelope(Kind.URGENT, "Call us.")], now=later(100))
    clinics_post.now = later(200)
    await clinics_post.deliver()
    assert clinics_post.subjects == [f"Urgent: {name_of(handoff.conversation_id)} is now urgent"]


async def test_a_test_goes_to_everybody(clinics_post: Post, with_slack: Slack) -> None:
    assert clinics_post.alerts(ADDRESS).queue_test(now=NOW) == 4
    await clinics_post.deliver()
    assert sorted(clinics_post.mail.receivers) == sorted([NURSE, BOSS])
    assert [posted.document["event"] for posted in clinics_post.hook.posts] == ["test"]
    assert with_slack.shown == [f"*{TEXT}*"]
    clinics_post.clinic, clinics_post.targets = clinic(alert_emails=[], escalation_emails=[]), ()
    assert clinics_post.alerts(ADDRESS).queue_test(now=NOW) == 0


CANARIES = ("zanzibara", "quokka", "+1 555 0199", "jane.roe@mail.example", "can't breathe", "swollen", "E-CANARY")


async def test_no_alert_and_no_log_holds_a_word_of_the_patient_or_about_the_sign(
    clinics_post: Post,
    with_slack: Slack,
    store: Store,
    conversation: Conversation,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    words = " ".join(CANARIES)
    flag = Flag(Level.EMERGENCY, (CANARIES[-1],), (words,), words)
    accept(store, conversation.id, "flag", words, flag=flag, replies=[Envelope(Kind.EMERGENCY, f"You said {words}")])
    (handoff,) = store.open_handoffs(limit=9)
    for move in (CLAIM, RELEASE):
        store.move_handoff(handoff.id, Move(**{**vars(move), "why": words}), now=NOW)
    (waiting,) = store.unclaimed_handoffs()
    notice = Envelope(Kind.NOTICE, words)
    store.remind(waiting, Act.ESCALATE, why=words, notice=notice, now=NOW)
    clinics_post.hook.answers = [(503, {})]
    await clinics_post.deliver()
    clinics_post.now = later(60)
    await clinics_post.deliver()
    assert (len(clinics_post.mail.messages), len(clinics_post.hook.posts)) == (3, 3)
    sent = [message.as_string() for message in clinics_post.mail.messages]
    sent += [message.get_content() for message in clinics_post.mail.messages]
    sent += [f"{posted.headers} {posted.body!r}" for posted in clinics_post.hook.posts]
    assert len(with_slack.posts) == 2
    sent += [f"{request.headers} {request.body!r}" for request in with_slack.requests]
    sent += [f"{record.getMessage()} {record.exc_text}" for record in caplog.records if record.name.startswith("bot")]
    sent += [str(vars(one)) for one in store.deliveries(limit=99)]
    found = {canary for canary in CANARIES for text in sent if canary.lower() in text.lower()}
    assert found == set()


async def test_two_workers_make_one_mail_of_an_alert(clinics_post: Post, handoff: Handoff) -> None:
    await asyncio.gather(clinics_post.deliver(), clinics_post.deliver())
    assert (len(clinics_post.mail.messages), len(clinics_post.hook.posts)) == (1, 1)
