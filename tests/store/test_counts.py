"""The anonymous counters: what is counted, that it stays when conversations go, and that no words get in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Engine

from bot.hours import Hours
from bot.privacy.cipher import Cipher
from bot.privacy.tokens import new_id
from bot.store.requests import write_transition
from bot.store.store import Store
from bot.store.tally import LABELS, OTHER, WAITS, count, set_clock
from bot.types import Conversation, Envelope, Flag, Transition
from bot.vocabulary import Act, Kind, Level, Priority, Reason, Status
from tests.store.samples import ANSWER, NOW, OFFER, accept, later, take, together

DAY = date(2025, 3, 14)
FOREVER = (date(2000, 1, 1), date(2100, 1, 1))
HANDOFF = Envelope(Kind.HANDOFF, "I have told the team.")
FALLBACK = Envelope(Kind.FALLBACK, "I don't know.")
BREATH = Flag(Level.EMERGENCY, ("E1",), ("can't breathe",), "breathing")
CALL = Envelope(Kind.EMERGENCY, "Call now.")
RULE = timedelta(days=30)
LABEL = re.compile(r"[a-z0-9_ ]{1,40}")


def counted(store: Store, name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in store.counts(*FOREVER):
        if one.name == name:
            found[one.label] = found.get(one.label, 0) + one.n
    return found


def turn(store: Store, conversation_id: str, replies: Sequence[Envelope], now: datetime = NOW) -> list[int]:
    """A message and what the bot says to it; the numbers of the replies."""
    seq = accept(store, conversation_id, new_id(), "I have herpes and my name is Mary", now=now).seq
    take(store, conversation_id, now=now)
    return store.answer(conversation_id, seq, replies, owner="one", now=now).seqs


def test_a_talk_is_counted_by_whose_kind_and_topic(store: Store, conversation: Conversation) -> None:
    both = Envelope(Kind.ANSWER, "It can sting.", topics=("pain", "cost", "pain"), card_ids=("pain.general",))
    turn(store, conversation.id, [ANSWER, both])
    turn(store, conversation.id, [FALLBACK])
    assert counted(store, "conversations") == {"web 09": 1}
    assert counted(store, "messages") == {"patient": 2, "bot": 3}
    assert counted(store, "kinds") == {"answer": 2, "fallback": 1}
    assert counted(store, "topics") == {"cost": 2, "pain": 1}


def test_topics_of_what_was_no_answer_are_not_counted(store: Store, conversation: Conversation) -> None:
    turn(store, conversation.id, [Envelope(Kind.FALLBACK, "I can't say.", topics=("pain",))])
    assert counted(store, "topics") == {}


def test_a_message_sent_twice_is_counted_once(store: Store, conversation: Conversation) -> None:
    for _ in range(3):
        accept(store, conversation.id, "the same")
    assert counted(store, "messages") == {"patient": 1}


def test_what_is_refused_is_not_counted(store: Store, conversation: Conversation) -> None:
    def fail() -> None:
        with store._write() as connection:
            count(connection, NOW, "messages", "patient", 7)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    turn(store, conversation.id, [ANSWER])
    assert counted(store, "messages") == {"patient": 1, "bot": 1}


def test_a_red_flag_is_counted_by_its_level(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "one", flag=BREATH, replies=[CALL])
    assert counted(store, "red_flags") == {"emergency": 1}
    assert counted(store, "handoffs") == {"red_flag urgent": 1}


def test_a_handoff_is_counted_once_with_reason_and_priority(store: Store, conversation: Conversation) -> None:
    turn(store, conversation.id, [HANDOFF])
    turn(store, conversation.id, [HANDOFF])
    assert counted(store, "handoffs") == {"asked normal": 1}
    assert counted(store, "handoff_acts") == {"open": 1, "raise": 1}


@pytest.mark.parametrize("times", [1, 3])
def test_a_request_in_which_a_red_flag_comes_up_later_counts_once_and_as_a_red_flag(
    times: int, store: Store, conversation: Conversation
) -> None:
    turn(store, conversation.id, [HANDOFF])
    for number in range(times):
        # On the next day: what is counted stays on the day when the request began.
        accept(store, conversation.id, f"flag {number}", flag=BREATH, replies=[CALL], now=later(24 * 3600))
    found = [one for one in store.counts(NOW.date(), NOW.date()) if one.name == "handoffs" and one.n]
    assert [(one.label, one.n) for one in found] == [("red_flag urgent", 1)]
    assert store.counts(later(24 * 3600).date(), later(24 * 3600).date()) != []
    assert counted(store, "red_flags") == {"emergency": times}


def test_what_a_red_flag_has_opened_stays_one_when_a_person_is_asked_for(
    store: Store, conversation: Conversation
) -> None:
    accept(store, conversation.id, "flag", flag=BREATH, replies=[CALL])
    turn(store, conversation.id, [HANDOFF])
    assert counted(store, "handoffs") == {"red_flag urgent": 1}


def act(store: Store, what: Act, now: datetime, why: str = "") -> None:
    """The open handoff's history gets this line."""
    (handoff,) = store.open_handoffs(limit=1)
    line = Transition(what, now, "nurse", why, Status.CLAIMED, Priority.NORMAL, "nurse")
    with store._write() as connection:
        write_transition(connection, store._cipher, handoff.id, line)


@pytest.mark.parametrize(
    ("seconds", "label"), [(0, "1"), (60, "1"), (61, "2"), (900, "15"), (480 * 60, "480"), (481 * 60, "longer")]
)
def test_a_first_claim_is_counted_by_how_long_the_patient_waited(
    seconds: int, label: str, store: Store, conversation: Conversation
) -> None:
    turn(store, conversation.id, [HANDOFF])
    act(store, Act.CLAIM, later(seconds))
    assert counted(store, "waits") == {label: 1}
    act(store, Act.RELEASE, later(seconds))
    act(store, Act.CLAIM, later(seconds + 60))
    assert counted(store, "waits") == {label: 1}


def test_whom_staff_wrote_to_first_has_not_waited(store: Store, conversation: Conversation) -> None:
    store.open_handoff(conversation.id, Reason.STAFF, Priority.NORMAL, by="nurse", why="", now=NOW)
    act(store, Act.CLAIM, NOW)
    assert counted(store, "waits") == {}
    assert counted(store, "handoffs") == {"staff normal": 1}


def test_only_minutes_in_which_the_clinic_was_open_count_as_waiting(
    engine: Engine, key: str, conversation: Conversation
) -> None:
    # NOW is a Friday, 09:26 in London; it opens on Monday only.
    hours = Hours(ZoneInfo("Europe/London"), {"mon": ["09:00-17:00"]})
    set_clock(engine, lambda: hours)
    store = Store(engine, Cipher(key))
    turn(store, conversation.id, [HANDOFF])
    act(store, Act.CLAIM, datetime(2025, 3, 17, 9, 4, tzinfo=timezone.utc))
    assert counted(store, "waits") == {"5": 1}


def test_days_and_hours_are_those_of_the_clinics_clock(engine: Engine, key: str) -> None:
    set_clock(engine, lambda: Hours(ZoneInfo("America/New_York"), {}))
    store = Store(engine, Cipher(key))
    late = datetime(2025, 3, 15, 2, 30, tzinfo=timezone.utc)
    store.open_conversation(channel="web", locale="en", token_hash=None, now=late)
    (one,) = store.counts(*FOREVER)
    assert (one.day, one.label) == (DAY, "web 22")


def test_how_a_handoff_ended_is_counted_and_nobodys_sentence_about_it(store: Store, conversation: Conversation) -> None:
    turn(store, conversation.id, [HANDOFF])
    for why in ("answered", "Mary Smith has herpes"):
        act(store, Act.CLOSE, NOW, why)
    assert counted(store, "handoff_acts") == {"open": 1, "close": 2}
    assert counted(store, "outcomes") == {"answered": 1, OTHER: 1}


def test_a_stored_questionnaire_is_counted_by_its_outcome(store: Store, conversation: Conversation) -> None:
    record = {"outcome": "not_now", "protocol_hash": "x"}
    turn(store, conversation.id, [Envelope(Kind.QUESTIONNAIRE, "Thank you.", assessment=record)])
    assert counted(store, "assessments") == {"not_now": 1}


def test_a_thumb_counts_once_and_can_be_turned(store: Store, conversation: Conversation) -> None:
    (seq,) = turn(store, conversation.id, [ANSWER])
    for is_helpful in (True, True):
        store.keep_rating(conversation.id, seq, is_helpful=is_helpful, now=NOW)
    assert counted(store, "thumbs") == {"up": 1}
    store.keep_rating(conversation.id, seq, is_helpful=False, now=later(86_400))
    assert counted(store, "thumbs") == {"down": 1}
    assert {one.day for one in store.counts(*FOREVER) if one.name == "thumbs"} == {DAY}
    assert store.export(conversation.id)["ratings"] == [{"seq": seq, "at": NOW.isoformat(), "is_helpful": False}]
    store.keep_rating("nobody", 1, is_helpful=True, now=NOW)
    assert counted(store, "thumbs") == {"down": 1}


def test_counts_stay_when_conversations_are_erased_or_expire(store: Store, conversation: Conversation) -> None:
    turn(store, conversation.id, [ANSWER, OFFER])
    other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    before = {name: counted(store, name) for name in LABELS if name != "erased"}
    store.erase(conversation.id, now=NOW)
    store.erase(conversation.id, now=NOW)
    assert store.expire(now=later(1) + RULE, retention=RULE, limit=10) == 1
    assert store.find_conversation(other.id) is None
    assert {name: counted(store, name) for name in LABELS if name != "erased"} == before
    assert counted(store, "erased") == {"patient": 1, "retention": 1}


def test_no_label_can_ever_hold_words_of_anybody(store: Store, conversation: Conversation) -> None:
    assert all(LABEL.fullmatch(label) for labels in LABELS.values() for label in labels)
    with store._write() as connection:
        for name in LABELS:
            count(connection, NOW, name, "Mary Smith has herpes")
    store.open_conversation(channel="Mary's phone", locale="en", token_hash=None, now=NOW)
    turn(store, conversation.id, [ANSWER, HANDOFF])
    assert {one.label for one in store.counts(*FOREVER)} <= {OTHER}.union(*LABELS.values())


def test_a_counter_that_nobody_listed_is_an_error(store: Store) -> None:
    with pytest.raises(KeyError), store._write() as connection:
        count(connection, NOW, "surprises", "one")


def test_a_range_holds_its_first_and_its_last_day(store: Store) -> None:
    for days in range(5):
        store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW + timedelta(days=days))
    found = store.counts(DAY + timedelta(days=1), DAY + timedelta(days=3))
    assert [one.day.day for one in found] == [15, 16, 17]


def test_those_who_count_the_same_in_another_order_never_block_one_another(store: Store) -> None:
    """Without one order of writing PostgreSQL would end one of two such transactions as a deadlock."""

    def work(number: int) -> None:
        names = sorted(LABELS, reverse=bool(number % 2))
        for _ in range(20):
            with store._write() as connection:
                for name in names:
                    count(connection, NOW, name, OTHER)

    together([lambda number=number: work(number) for number in range(4)])  # type: ignore[misc]
    assert {counted(store, name)[OTHER] for name in LABELS} == {80}


def test_waits_rise() -> None:
    assert list(WAITS) == sorted(WAITS)
