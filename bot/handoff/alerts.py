"""Makes of one alert one message for each who should get it, and keeps those back that came too late to be of use."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.channels.delivery import Transport
from bot.channels.load import EMAIL, SLACK
from bot.channels.trial import trial_body, trial_mail
from bot.clinic import Clinic
from bot.errors import NotNeeded
from bot.handoff.alert_text import document, mail, posting, subject
from bot.privacy.tokens import new_id
from bot.store.outbox import Leased, Outgoing
from bot.store.store import Store
from bot.vocabulary import Act, Status

LATE = timedelta(minutes=1)
"""An alert as old as this is sent only while it is still true."""


def _now() -> datetime:
    return datetime.now(timezone.utc)


class Alerts:
    """The transport of alerts: it sends nothing itself, but queues what the others send.

    `clinic` gives the facts as they are now; `targets` are those of `TARGETS` that are set up.
    """

    def __init__(
        self,
        store: Store,
        clinic: Callable[[], Clinic],
        *,
        public_url: str,
        targets: Collection[str],
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._clinic = clinic
        self._public_url = public_url
        self._targets = targets
        self._clock = clock

    async def send(self, leased: Leased) -> None:
        """Queue one message for each target; again changes nothing. Raises NotNeeded for one that came too late."""
        await asyncio.to_thread(self._expand, leased)

    def queue_test(self, *, now: datetime) -> int:
        """Queue a test for each target; returns how many there are."""
        clinic = self._clinic()
        addresses = dict.fromkeys([*clinic.alert_emails, *clinic.escalation_emails])
        key = f"test:{new_id()}"
        outgoing = [
            Outgoing(target := f"{key}:{_target(EMAIL, address)}", target, EMAIL, trial_mail(address))
            for address in addresses
        ]
        outgoing += [Outgoing(f"{key}:{kind}", f"{key}:{kind}", kind, trial_body(kind, now)) for kind in self._targets]
        return self._store.enqueue_all(outgoing, now=now)

    def _expand(self, leased: Leased) -> None:
        alert, conversation_id = leased.outgoing.body, leased.outgoing.conversation_id
        if conversation_id is None or is_late(self._store, alert, now=self._clock()):
            raise NotNeeded
        about = {"alert": {name: alert[name] for name in ("handoff_id", "act", "at")}}
        words = {
            "subject": subject(alert, conversation_id),
            "text": mail(alert, conversation_id, zone=self._clinic().hours.zone, public_url=self._public_url),
        }
        bodies = {
            f"{leased.outgoing.key}:{_target(EMAIL, address)}": (EMAIL, {"to": address, **words, **about})
            for address in self._addresses(alert)
        }
        for kind in self._targets:
            bodies[f"{leased.outgoing.key}:{kind}"] = (kind, {**self._body(kind, alert, conversation_id), **about})
        # Each in a lane of its own: a mail server that is down must not hold up the next alert.
        outgoing = [Outgoing(key, key, kind, body, conversation_id) for key, (kind, body) in bodies.items()]
        self._store.enqueue_all(outgoing, now=self._clock())

    def _body(self, kind: str, alert: Any, conversation_id: str) -> dict[str, Any]:
        if kind == SLACK:
            return posting(alert, conversation_id, zone=self._clinic().hours.zone, public_url=self._public_url)
        return {"document": document(alert, conversation_id, public_url=self._public_url)}

    def _addresses(self, alert: Any) -> list[str]:
        clinic = self._clinic()
        others = clinic.escalation_emails if alert["is_escalated"] else []
        return list(dict.fromkeys([*clinic.alert_emails, *others]))


class WhileTrue:
    """Wraps a transport: what was queued for an alert is sent only while that is of use to somebody.

    A mail server that was down for a day must not bring up yesterday's patients.
    """

    def __init__(self, store: Store, transport: Transport, *, clock: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock

    async def send(self, leased: Leased) -> None:
        """As the transport does. Raises NotNeeded for one that came too late."""
        alert = leased.outgoing.body.get("alert")
        if alert is not None and await asyncio.to_thread(is_late, self._store, alert, now=self._clock()):
            raise NotNeeded
        await self._transport.send(leased)


def is_late(store: Store, alert: Any, *, now: datetime) -> bool:
    """Whether somebody has taken care since, or the conversation was erased. Never within the first minute."""
    found = store.find_handoff(alert["handoff_id"])
    if found is None:
        return True
    # That it got urgent is news for whoever has it too.
    open_to = {Status.WAITING, Status.CLAIMED} if alert["act"] == Act.RAISE.value else {Status.WAITING}
    return found.status not in open_to and now - datetime.fromisoformat(alert["at"]) > LATE


def _target(kind: str, address: str) -> str:
    """Names a target in a key without saying its address."""
    return f"{kind}-{hashlib.sha256(address.lower().encode()).hexdigest()[:12]}"
