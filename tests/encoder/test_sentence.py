"""Sentence vectors: length, order, nearness."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.convert import ensure_encoder
from bot.encoder.sentence import BATCH, SentenceEncoder, load_encoder, load_large_encoder, load_plain_encoder
from bot.encoder.sources import LARGE

PUBLIC = "When can I be seen in public again, my face will be swollen I guess?"
LONG = "I had it done on my arms some years ago and would like to know how it went for other people " * 20


def test_vectors_have_unit_length(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(["does it hurt", "PRICE???", "😀", "هل هذا مؤلم", LONG, "?"])
    assert vectors.shape == (6, encoder.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-5)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b"])
def test_a_text_without_a_word_gives_zeros_and_spoils_no_neighbour(encoder: SentenceEncoder, text: str) -> None:
    alone = encoder.encode(["does it hurt"])[0]
    empty, beside = encoder.encode([text, "does it hurt"])
    assert not empty.any()
    assert float(beside @ alone) > 0.99


def test_no_texts_give_no_vectors(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_order_is_kept_when_lengths_are_mixed_over_several_batches(encoder: SentenceEncoder) -> None:
    texts = [f"number {n} " + "and so on " * (n * 7 % 40) for n in range(BATCH * 2 + 5)]
    together = encoder.encode(texts)
    for place in (0, 1, 63, 64, 65, len(texts) - 1):
        alone = encoder.encode([texts[place]])[0]
        assert int(np.argmax(together @ alone)) == place
        assert float(together[place] @ alone) > 0.99


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("does it hurt", "is the procedure painful", "what are your opening hours"),
        ("how much does one visit cost", "what is the price of a session", "will I have bruises"),
        ("when can I go back to the office", "how many days off do I need", "who invented this"),
    ],
)
# What both tuned encoders learnt of danger draws all ordinary questions together, the small one most, which is asked
# of nothing else; among them the order is what counts.
@pytest.mark.parametrize(
    ("load", "margin"), [(load_encoder, 0.02), (load_plain_encoder, 0.2), (load_large_encoder, 0.03)]
)
def test_sentences_of_one_meaning_are_nearer_than_strangers(
    load: Callable[[], SentenceEncoder], margin: float, text: str, near: str, far: str
) -> None:
    here, one, other = load().encode([text, near, far])
    assert float(here @ one) > float(here @ other) + margin


def test_a_text_longer_than_the_encoder_reads_is_cut_not_refused(encoder: SentenceEncoder) -> None:
    cut, longer = encoder.encode([LONG, LONG * 3])
    assert float(cut @ longer) > 0.999


def test_a_stretch_is_read_where_it_stands(encoder: SentenceEncoder) -> None:
    text = "does it hurt and how much is it"
    whole, first, second = encoder.encode_within([text], [[(0, 12), (17, len(text))]])[0]
    hurt, cost = encoder.encode(["does it hurt", "how much is it"])
    assert float(whole @ encoder.encode([text])[0]) > 0.999
    assert np.linalg.norm([first, second], axis=1) == pytest.approx(np.ones(2), abs=1e-5)
    assert float(first @ hurt) > float(first @ cost)
    assert float(second @ cost) > float(second @ hurt)
    # Among other words it is not what it is alone.
    assert float(first @ hurt) < 0.999


@pytest.mark.parametrize("place", [(0, 0), (1, 3), (4, 5), (500, 510)])
def test_a_stretch_without_a_whole_token_gives_zeros(encoder: SentenceEncoder, place: tuple[int, int]) -> None:
    whole, stretch = encoder.encode_within(["does it hurt"], [[place]])[0]
    assert whole.any()
    assert not stretch.any()


def test_stretches_beyond_what_is_read_give_zeros(encoder: SentenceEncoder) -> None:
    _, first, last = encoder.encode_within([LONG], [[(0, 20), (len(LONG) - 20, len(LONG))]])[0]
    assert first.any()
    assert not last.any()


def test_a_stretch_of_which_only_the_begin_is_read_gives_zeros(encoder: SentenceEncoder) -> None:
    whole, cut = encoder.encode_within([LONG], [[(300, len(LONG))]])[0]
    assert whole.any()
    assert not cut.any()


def test_a_sign_that_no_token_holds_cuts_nothing_off(encoder: SentenceEncoder) -> None:
    _, price = encoder.encode_within(["what is the price\u200b"], [[(8, 18)]])[0]
    assert price.any()


def test_the_same_text_may_be_asked_for_other_stretches(encoder: SentenceEncoder) -> None:
    text = "is it safe and is it dear"
    one, other = encoder.encode_within([text, text], [[(0, 10)], [(15, 25), (0, 10)]])
    assert [len(one), len(other)] == [2, 3]
    assert (one[1] == other[2]).all()


def test_the_large_encoder_is_converted_to_what_its_makers_published(tmp_path: Path) -> None:
    """With all layers, the cosines of these pairs by the published model in full precision; eight bits change them
    a little."""
    published = replace(LARGE, layers=None)
    whole = SentenceEncoder(ensure_encoder(tmp_path / "whole", published, published.made_of))
    ours = whole.encode(["How long until I can go back to work after the injections?", "does it hurt", PUBLIC])
    assert (ours @ ours.T)[np.triu_indices(3, 1)] == pytest.approx([0.139, 0.437, 0.101], abs=0.03)


def test_its_first_layers_alone_are_another_model() -> None:
    assert LARGE.made_of != replace(LARGE, layers=None).made_of
