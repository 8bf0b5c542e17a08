"""What was made of texts, kept for a moment: the same words are read once, and no mark tells what was said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from bot.encoder.recent import KEPT, RecentStates
from bot.encoder.sentence import SentenceEncoder, encoder_folder, load_encoder

CLAUSES = ["does it hurt", "how long is it", "what does it cost for both hands", "and is there parking"]


@pytest.fixture
def reader() -> tuple[SentenceEncoder, list[int]]:
    """A small encoder that nobody has asked anything yet, and how many texts its model has read, call by call."""
    load_encoder()
    encoder, read = SentenceEncoder(encoder_folder() / "tuned", workers=2), []
    forward: Any = encoder._states

    def counted(ids: list[list[int]]) -> Any:
        read.append(len(ids))
        return forward(ids)

    encoder._states = counted  # type: ignore[method-assign]
    return encoder, read


def test_the_same_words_are_read_once(reader: tuple[SentenceEncoder, list[int]]) -> None:
    encoder, read = reader
    first = encoder.encode(CLAUSES[:1])
    again = encoder.encode([*CLAUSES, CLAUSES[1], CLAUSES[0]])
    assert sum(read) == len(CLAUSES)
    assert (again[0] == first[0]).all()
    assert (again[-1] == first[0]).all()
    assert (again[-2] == again[1]).all()


def test_whoever_changes_what_they_were_given_changes_nothing_for_others(
    reader: tuple[SentenceEncoder, list[int]],
) -> None:
    encoder, _ = reader
    first = encoder.encode(CLAUSES[:1])
    before = first.copy()
    first[:] = 0
    assert (encoder.encode(CLAUSES[:1]) == before).all()


def test_several_texts_are_shared_among_the_cores(reader: tuple[SentenceEncoder, list[int]]) -> None:
    encoder, read = reader
    together = encoder.encode(CLAUSES)
    assert sorted(read) == [2, 2]
    alone = load_encoder().encode(CLAUSES)
    assert (np.sum(together * alone, axis=1) > 0.999).all()


def test_only_the_last_are_kept() -> None:
    recent = RecentStates()
    marks = [recent.mark([number]) for number in range(KEPT + 1)]
    for mark in marks:
        assert recent.get(marks[0]) is not None or mark == marks[0]
        recent.keep(mark, np.ones(1, dtype=np.float32))
    # The first was asked for all the time, so the second went.
    assert recent.get(marks[0]) is not None
    assert recent.get(marks[1]) is None


def test_other_words_have_another_mark_and_another_process_knows_none_of_them() -> None:
    recent = RecentStates()
    assert recent.mark([1, 2]) == recent.mark((1, 2))
    assert len({recent.mark(ids) for ids in ([], [1, 2], [12], [2, 1], [1, 2, 0])}) == 5
    assert recent.mark([1, 2]) != RecentStates().mark([1, 2])


def test_threads_may_drop_what_others_look_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.encoder.recent.KEPT", 2)
    recent = RecentStates()
    marks = [recent.mark([number]) for number in range(5)]

    def use(turn: int) -> None:
        for place in range(4000):
            mark = marks[(turn + place) % len(marks)]
            recent.keep(mark, np.full(1, (turn + place) % len(marks), dtype=np.float32))
            found = recent.get(mark)
            assert found is None or found[0] == (turn + place) % len(marks)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))


def test_threads_may_share_it(reader: tuple[SentenceEncoder, list[int]]) -> None:
    encoder, _ = reader
    texts = [f"is it {number} visits" for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoder.encode([text, *CLAUSES])[0], texts))
    wanted = load_encoder().encode(texts)
    assert (np.sum(np.stack(found) * wanted, axis=1) > 0.999).all()
