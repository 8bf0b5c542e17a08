"""Learn the red-flag check's second opinion: what meaning and wording say, and how to weigh that with the rules.

The encoders have seen the lines that they were tuned on, so on those their vectors know the answer already. What
meaning, wording and rules are worth beside one another can only be learnt from writers who were left out of that, each
judged by what was learnt without them.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from safetensors.numpy import save_file
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from bot.encoder.adapter import LARGE_ADAPTER_FILE, adapter_hash
from bot.perceptron.network import Floats, Perceptron, softmax
from bot.perceptron.plan import Lesson, Plan, learn_each
from bot.safety.check import SafetyCheck
from bot.safety.clues import LEVELS, NONE, Joint, Meaning, clues, wider
from bot.safety.opinion import NUMBERS, WORDS, Encode, Weights
from bot.safety.wording import SLOTS, Wording, places_of, weigh
from bot.tuning.left_out import LEFT_OUT_FOLDS
from bot.tuning.lines import Line

SMALL_PLAN = Plan(units=512, passes=8, dropped_numbers=0.1, dropped_units=0.4)
BOTH_PLAN = Plan(units=2048, passes=8, dropped_numbers=0.1)
"""With half the units, one hint at a crisis in two hundred more is missed; twice the passes change nothing."""
WORDING_STRENGTH = 5.0
JOINT_STRENGTH = 0.1
INTENT_LINE_WEIGHT = 0.5
"""An ordinary question is weaker evidence of what needs no doctor: nobody labelled it with that in mind."""
CODE_WEIGHT = {"4D": 1.5, "4E": 1.5}
"""Crisis and minor have one code each, and so fewer lines than the levels with ten."""
FAVOUR = {"emergency": 3.0, "urgent": 1.5, "crisis": 5.0, "minor": 4.0, "together": 0.8}
"""A missed sign harms more than a false alarm. Chosen, as the next ones, among a few on nine writers left out of all
learning; for the mix of levels in the folds, which decides what a chance means."""
VETO = {"emergency": 0.9, "urgent": 0.6, "minor": 0.75}
"""How likely it must be that a message is quiet before an exact sign in it is overruled."""

Words = Sequence[str]


@dataclass(frozen=True)
class Seen:
    """Labelled lines as the check sees them, row by row: their words, and their vectors by both encoders."""

    lines: Sequence[Line]
    words: Sequence[Words]
    small: Floats
    large: Floats

    @property
    def both(self) -> Floats:
        """The vectors of both encoders side by side."""
        return np.hstack([self.small, self.large])

    def of(self, mask: npt.NDArray[np.bool_]) -> Seen:
        return Seen(_of(self.lines, mask), _of(self.words, mask), self.small[mask], self.large[mask])


class Parts(NamedTuple):
    """What is learnt before it is weighed."""

    small: Meaning
    both: Meaning
    wording: Wording


def learn(lines: Sequence[Line], encode: Encode, encode_large: Encode, check: SafetyCheck) -> Weights:
    """From labelled lines. `encode` and `encode_large` must be the tuned encoders, which learnt nothing of the folds'
    hands, and `check` the one whose rules are to be weighed.
    """
    words = [check.words(line.text) for line in lines]
    spoken = [" ".join(one) for one in words]
    seen = Seen(lines, words, encode(spoken), encode_large(spoken))
    codes = tuple(sorted({line.code for line in lines}))
    hands = np.array([line.hand for line in lines])
    folds = [np.isin(hands, list(fold)) for fold in LEFT_OUT_FOLDS]
    whole, *without = _learn_parts([seen, *(seen.of(~mask) for mask in folds)], codes)
    rows: list[Floats] = []
    wide: list[Floats] = []
    judged: list[Line] = []
    for mask, parts in zip(folds, without, strict=True):
        left_out = seen.of(mask)
        found = _clues(left_out, parts, codes, check)
        rows += found
        read_again = zip(found, map(parts.both.chances, left_out.both), strict=True)
        wide += [wider(codes, row, by_code) for row, by_code in read_again]
        judged += left_out.lines
    first, second = _learn_joint(judged, rows), _learn_joint(judged, wide)
    return Weights(codes, whole.small, whole.both, whole.wording, first, second, FAVOUR, VETO)


def _learn_parts(taught: Sequence[Seen], codes: tuple[str, ...]) -> list[Parts]:
    """Of each of them, side by side: they don't need each other."""
    wordings = Parallel(n_jobs=-1)(delayed(_learn_wording)(seen.lines, seen.words) for seen in taught)
    networks = learn_each(lesson for seen in taught for lesson in _lessons(seen))
    return [
        Parts(_meaning(seen.lines, codes, small), _meaning(seen.lines, codes, both), wording)
        for seen, small, both, wording in zip(taught, networks[::2], networks[1::2], wordings, strict=True)
    ]


def _clues(seen: Seen, parts: Parts, codes: tuple[str, ...], check: SafetyCheck) -> list[Floats]:
    """What the first look finds in each line."""
    return [
        clues(codes, parts.small.chances(vector), softmax(parts.wording.scores(said)), check.plain.assess(line.text))
        for line, vector, said in zip(seen.lines, seen.small, seen.words, strict=True)
    ]


def save(weights: Weights, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words = {
        "codes": weights.codes,
        "favour": dict(weights.favour),
        "veto": dict(weights.veto),
        # So that a test can tell when an encoder has been tuned since.
        "by_encoders": {"small": adapter_hash(), "large": adapter_hash(LARGE_ADAPTER_FILE)},
    }
    (folder / WORDS).write_text(json.dumps(words, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    arrays = {
        **weights.small.network.arrays("small_"),
        "small_codes": weights.small.codes.astype(np.int16),
        **weights.both.network.arrays("both_"),
        "both_codes": weights.both.codes.astype(np.int16),
        # Half precision: no message is judged otherwise.
        "rarity": weights.wording.rarity.astype(np.float16),
        "wording": weights.wording.weights.astype(np.float16),
        "wording_bias": weights.wording.bias,
        "first": weights.first.weights,
        "first_bias": weights.first.bias,
        "second": weights.second.weights,
        "second_bias": weights.second.bias,
    }
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, str(folder / NUMBERS))


def _lessons(seen: Seen) -> tuple[Lesson, Lesson]:
    """To tell the kinds of lines apart by the vectors of the small encoder, and by those of both."""
    lines = seen.lines
    kinds, places = np.unique([line.kind for line in lines], return_inverse=True)
    weights = _trust(lines) * _even(np.array([line.code for line in lines]))
    small, large = seen.small.shape[1], seen.large.shape[1]
    return (
        Lesson(seen.small, places, len(kinds), weights, (small,), SMALL_PLAN),
        Lesson(seen.both, places, len(kinds), weights, (small, large), BOTH_PLAN),
    )


def _meaning(lines: Sequence[Line], codes: tuple[str, ...], network: Perceptron) -> Meaning:
    code_of = {line.kind: line.code for line in lines}
    return Meaning(network, np.array([codes.index(code_of[kind]) for kind in sorted(code_of)]))


def _learn_joint(lines: Sequence[Line], rows: Sequence[Floats]) -> Joint:
    levels = [line.level for line in lines]
    return Joint(*_fit(np.array(rows), levels, LEVELS, strength=JOINT_STRENGTH, weights=_trust(lines)))


def _learn_wording(lines: Sequence[Line], words: Sequence[Words]) -> Wording:
    found = [places_of(one) for one in words]
    seen = np.bincount(np.concatenate([places for places, _ in found]), minlength=SLOTS)
    rarity = (np.log((1 + len(found)) / (1 + seen)) + 1).astype(np.float32)
    values = np.concatenate([weigh(places, counts, rarity) for places, counts in found])
    ends = np.cumsum([0, *(len(places) for places, _ in found)])
    rows = csr_matrix((values, np.concatenate([places for places, _ in found]), ends), shape=(len(found), SLOTS))
    levels = [line.level for line in lines]
    return Wording(rarity, *_fit(rows, levels, LEVELS, strength=WORDING_STRENGTH, weights=_trust(lines)))


def _fit(
    rows: Any,
    names: Sequence[str],
    order: Sequence[str],
    *,
    strength: float,
    weights: npt.NDArray[np.float64],
    steps: int = 800,
) -> tuple[Floats, Floats]:
    """Weights (features, labels) and bias (labels,), the labels in `order`."""
    model: Any = LogisticRegression(C=strength, max_iter=steps)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(rows, names, sample_weight=weights)
    columns = [list(model.classes_).index(name) for name in order]
    return model.coef_.T[:, columns].astype(np.float32), model.intercept_[columns].astype(np.float32)


def _trust(lines: Sequence[Line]) -> npt.NDArray[np.float64]:
    return np.array([INTENT_LINE_WEIGHT if line.intent else 1.0 for line in lines])


def _even(codes: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
    """Lines of rare codes count more, by the square root of how rare they are; no line counts less than once."""
    names, counts = np.unique(codes[codes != NONE], return_counts=True)
    weight = dict(zip(names, np.maximum(1.0, np.sqrt(counts.mean() / counts)), strict=True)) | {NONE: 1.0}
    return np.array([weight[code] * CODE_WEIGHT.get(code, 1.0) for code in codes])


def _of(items: Sequence[Any], mask: npt.NDArray[np.bool_]) -> list[Any]:
    return [item for item, is_in in zip(items, mask, strict=True) if is_in]
