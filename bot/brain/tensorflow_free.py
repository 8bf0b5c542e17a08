"""Serve a Rasa model without loading TensorFlow: half the memory, seconds less at start. Training still needs it."""

from __future__ import annotations

import sys
import types
from typing import Any

STUBS = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator", "RasaDataGenerator"),
}
"""The two modules through which importing Rasa's agent pulls TensorFlow in, and what is imported from them."""


def keep_tensorflow_out() -> None:
    """Call before anything of `rasa` is imported. Does nothing where TensorFlow is in already, as when training."""
    if "tensorflow" in sys.modules:
        return
    for name, classes in STUBS.items():
        module = types.ModuleType(name)
        for cls in classes:
            setattr(module, cls, type(cls, (), {"__doc__": "Stands in for a class that only training uses."}))
        sys.modules[name] = module
    _forget_training_graph()


def _forget_training_graph() -> None:
    # A model archive also names the classes of its training graph, and loading would import each of them.
    from rasa.engine.storage.storage import ModelMetadata

    original = ModelMetadata.from_dict.__func__

    def from_dict(cls: type, serialized: dict[str, Any]) -> Any:
        return original(cls, serialized | {"train_schema": {"nodes": {}}})

    ModelMetadata.from_dict = classmethod(from_dict)
