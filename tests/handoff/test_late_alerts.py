# ruff: noqa: F811  (fixtures)
"""An alert that comes late is sent only while it is still true."""

from __future__ import annotations

import pytest

from bot.store.store import Store
from bot.types import Conversation, Handoff
from bot.vocabulary import Sending
from tests.channels.conftest import anyio_backend, hook, mail  # noqa: F401  (fixtures)
from tests.handoff.samples import ask_for_a_person
from tests.handoff.test_alerts import DEEDS, Post, clinics_post, name_of  # noqa: F401  (one is a fixture)
from tests.store.samples import NOW, later

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("deed", DEEDS)
async def test_an_alert_that_comes_too_late_is_not_sent(
    deed: str, clinics_post: Post, store: Store, handoff: Handoff
) -> None:
    DEEDS[deed](store, handoff)
    clinics_post.now = later(61)
    await clinics_post.deliver()
    assert (clinics_post.mail.messages, clinics_post.hook.posts) == ([], [])
    assert {one.status for one in store.deliveries(limit=9)} == {Sending.DROPPED}


async def test_within_a_minute_it_is_sent_although_somebody_was_quick(
    clinics_post: Post, store: Store, handoff: Handoff
) -> None:
    DEEDS["claimed"](store, handoff)
    clinics_post.now = later(59)
    await clinics_post.deliver()
    assert len(clinics_post.mail.messages) == 1


async def test_a_mail_server_that_was_down_brings_up_only_who_still_waits(
    clinics_post: Post, store: Store, handoff: Handoff, conversation: Conversation
) -> None:
    other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    ask_for_a_person(store, other.id)
    erased = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    ask_for_a_person(store, erased.id)
    clinics_post.mail.refusals = ["451 Down"] * 3
    await clinics_post.deliver()
    assert clinics_post.mail.messages == []
    DEEDS["claimed"](store, handoff)
    store.erase(erased.id, now=NOW)
    clinics_post.now = later(24 * 3600)
    await clinics_post.deliver()
    assert clinics_post.subjects == [f"{name_of(other.id)} is waiting for a person"]
