"""Imports Rasa before any test does, with TensorFlow kept out as in the brain."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from bot.brain.tensorflow_free import keep_tensorflow_out

NOISY = (
    "bot.brain.brain",
    "bot.nlu.perceptron_intent_classifier",
    "bot.nlu.spacy_word_tokenizer",
    "rasa.core.policies.rule_policy",
    "rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer",
)


@contextmanager
def rasas_own_warnings() -> Iterator[None]:
    """Swallow them and take back the warning filters that Rasa sets, so that tests still fail on any other warning.

    Its dependencies warn about each other's age when they are imported, and Rasa about keys of its own archives when
    one is loaded.
    """
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("ignore")
        yield


def import_rasa() -> None:
    """Call before anything of Rasa is imported."""
    with rasas_own_warnings():
        keep_tensorflow_out()
        for name in NOISY:
            importlib.import_module(name)
