"""Learn the red-flag check's second opinion: which codes a vector is like."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression

from bot.safety.opinion import NONE, NUMBERS, WORDS, Encode, Weights
from bot.tuning.lines import Line
from bot.vocabulary import LEFT_OUT_HANDS

PENALTY = 5e-5
INTENT_LINE_WEIGHT = 0.5
"""An ordinary question is weaker evidence of what needs no doctor: nobody labelled it with that in mind."""
LEVEL_WEIGHT = {"4D": 1.5, "4E": 1.5}
"""Crisis and minor have one code each, and so fewer lines than the levels with ten."""
LIMITS = {
    "emergency": 0.4,
    "urgent": 0.5,
    "crisis": 0.35,
    "minor": 0.4,
    "veto": 0.08,
    "together": 0.8,
    "emergency_share": 0.5,
}
"""A missed emergency harms more than a false alarm. Chosen on the writers left out of all learning."""


def learn(lines: Sequence[Line], encode: Encode) -> Weights:
    """From labelled lines; `encode` must be the tuned encoder. The writers left out of the tuning stay out here too."""
    kept = [line for line in lines if line.hand not in LEFT_OUT_HANDS]
    codes = np.array([line.code for line in kept])
    weights = np.array([INTENT_LINE_WEIGHT if line.intent else 1.0 for line in kept]) * _even(codes)
    model: Any = LogisticRegression(C=1 / (PENALTY * len(kept)), max_iter=300)
    model.fit(encode([line.text for line in kept]), codes, sample_weight=weights)
    return Weights(
        tuple(map(str, model.classes_)), model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32), LIMITS
    )


def save(weights: Weights, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words = {"codes": weights.codes, "limits": dict(weights.limits)}
    (folder / WORDS).write_text(json.dumps(words, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    arrays = {"weights": weights.weights, "bias": weights.bias}
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, str(folder / NUMBERS))


def _even(codes: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
    """Lines of rare codes count more, by the square root of how rare they are; no line counts less than once."""
    names, counts = np.unique(codes[codes != NONE], return_counts=True)
    weight = dict(zip(names, np.maximum(1.0, np.sqrt(counts.mean() / counts)), strict=True)) | {NONE: 1.0}
    return np.array([weight[code] * LEVEL_WEIGHT.get(code, 1.0) for code in codes])
