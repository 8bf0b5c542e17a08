"""Real threads on a real database, each on a connection of its own; a second engine stands for a second process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot.errors import ConversationError
from bot.privacy.cipher import Cipher
from bot.privacy.tokens import hash_token
from bot.store.engine import create_store_engine
from bot.store.log import Accepted
from bot.store.store import Store
from bot.store.turns import Answered
from bot.types import Conversation
from bot.vocabulary import Author
from tests.store.samples import ANSWER, EMERGENCY, NOW, TOKEN, accept, later, take, together

THREADS = 8
MESSAGES = 6


@pytest.fixture
def stores(store: Store, database_url: str, key: str) -> Iterator[list[Store]]:
    other = create_store_engine(database_url)
    yield [store, Store(other, Cipher(key))] * (THREADS // 2)
    other.dispose()


def test_one_client_id_posted_at_once_is_stored_once(stores: list[Store], conversation: Conversation) -> None:
    for n in range(10):
        results = together([partial(accept, one, conversation.id, f"retry {n}") for one in stores])
        assert {result.seq for result in results} == {n + 1}
        assert sum(result.is_new for result in results) == 1


def test_threads_posting_to_one_conversation_get_gapless_numbers(
    stores: list[Store], conversation: Conversation
) -> None:
    def post(number: int, one: Store) -> list[Accepted]:
        return [accept(one, conversation.id, f"{number} {n}", text=f"{number} {n}") for n in range(MESSAGES)]

    posted = together([partial(post, number, one) for number, one in enumerate(stores)])
    acknowledged = {accepted.seq: f"{t} {n}" for t, run in enumerate(posted) for n, accepted in enumerate(run)}
    stored = {message.seq: message.text for message in stores[0].messages(conversation.id)}
    assert sorted(stored) == list(range(1, THREADS * MESSAGES + 1))
    assert stored == acknowledged


def test_safety_replies_stay_next_to_their_message(stores: list[Store], conversation: Conversation) -> None:
    together([partial(accept, one, conversation.id, str(n), replies=[EMERGENCY]) for n, one in enumerate(stores)])
    authors = [message.author for message in stores[0].messages(conversation.id)]
    assert authors == [Author.PATIENT, Author.BOT] * THREADS


def test_the_rate_is_kept_by_all_together(stores: list[Store], conversation: Conversation) -> None:
    def post(number: int, one: Store) -> bool:
        try:
            return accept(one, conversation.id, str(number), burst=3).is_new
        except ConversationError:
            return False

    assert sum(together([partial(post, number, one) for number, one in enumerate(stores)])) == 3


def test_one_of_many_gets_the_lease(stores: list[Store], conversation: Conversation) -> None:
    accept(stores[0], conversation.id, "a")
    for round_number in range(10):
        now = later(round_number * 60)
        jobs = [partial(one.take, conversation.id, owner=str(n), now=now, seconds=60) for n, one in enumerate(stores)]
        assert sum(pending is not None for pending in together(jobs)) == 1


def test_an_owner_that_was_overtaken_answers_nothing(stores: list[Store], conversation: Conversation) -> None:
    """Each round the old owner's answer races the new owner's taking over and answering."""
    slow, quick = stores[:2]

    def take_over(seq: int) -> Answered:
        quick.take(conversation.id, owner="quick", now=later(60), seconds=1)
        return quick.answer(conversation.id, seq, [ANSWER], owner="quick", now=later(60))

    for n in range(10):
        seq = accept(slow, conversation.id, str(n)).seq
        assert slow.take(conversation.id, owner="slow", now=later(62), seconds=-30)
        late = partial(slow.answer, conversation.id, seq, [ANSWER], owner="slow", now=later(60))
        first, second = together([late, partial(take_over, seq)])
        assert first.seqs + second.seqs == [seq + 1]


def test_two_threads_of_one_owner_answer_once(stores: list[Store], conversation: Conversation) -> None:
    seq = accept(stores[0], conversation.id, "a").seq
    take(stores[0], conversation.id)
    jobs = [partial(one.answer, conversation.id, seq, [ANSWER], owner="one", now=NOW) for one in stores]
    assert sorted(answered.seqs for answered in together(jobs)) == [[]] * (THREADS - 1) + [[2]]


def test_a_safety_text_and_a_late_answer_never_end_in_the_wrong_order(
    stores: list[Store], conversation: Conversation
) -> None:
    for n in range(10):
        seq = accept(stores[0], conversation.id, f"price {n}").seq
        take(stores[0], conversation.id)
        answer = partial(stores[0].answer, conversation.id, seq, [ANSWER], owner="one", now=NOW)
        flagged = partial(accept, stores[1], conversation.id, f"flag {n}", replies=[EMERGENCY])
        together([lambda answer=answer: bool(answer()), lambda flagged=flagged: bool(flagged())])
        kinds = [m.envelope.kind.value for m in stores[0].messages(conversation.id, after=seq) if m.envelope]
        assert kinds in (["emergency"], ["answer", "emergency"])


def test_an_erasure_leaves_no_tracker_whoever_comes_first(stores: list[Store]) -> None:
    for _ in range(10):
        opened = stores[0].open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
        save = partial(stores[0].save_tracker, opened.id, "{}", now=NOW)
        erase = partial(stores[1].erase, opened.id, now=NOW)
        together([lambda save=save: bool(save()), lambda erase=erase: bool(erase())])
        assert stores[0].load_tracker(opened.id) is None


def test_an_erasure_in_the_middle_of_saving_a_tracker_wins(
    engine: Engine, stores: list[Store], conversation: Conversation
) -> None:
    erasures: list[threading.Thread] = []

    def erase_meanwhile(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO trackers"):
            erasures.append(threading.Thread(target=stores[1].erase, args=[conversation.id], kwargs={"now": NOW}))
            erasures[0].start()
            erasures[0].join(timeout=0.3)  # time enough to finish, if nothing made it wait

    event.listen(engine, "before_cursor_execute", erase_meanwhile)
    stores[0].save_tracker(conversation.id, "{}", now=NOW)
    erasures[0].join()
    assert stores[0].find_conversation(conversation.id) is None
    assert stores[0].load_tracker(conversation.id) is None


def test_a_patient_who_comes_back_during_retention_keeps_the_conversation(
    engine: Engine, stores: list[Store], conversation: Conversation
) -> None:
    def come_back(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "ORDER BY conversations.seen_at" in statement:
            assert stores[1].authenticate(conversation.id, hash_token(TOKEN), now=later(3600))

    event.listen(engine, "after_cursor_execute", come_back)
    assert stores[0].expire(now=later(60), retention=timedelta(0), limit=9) == 0
    assert stores[0].find_conversation(conversation.id) is not None


def test_trackers_saved_at_once_end_as_one_of_them(stores: list[Store]) -> None:
    together([partial(one.save_tracker, "shell", str(n), now=NOW) for n, one in enumerate(stores)])
    assert stores[0].load_tracker("shell") in {str(n) for n in range(THREADS)}
