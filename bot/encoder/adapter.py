"""The small learnt corrections that tune the packaged encoders to patients' messages: low-rank parts for matrices.

`make tune` learns them (`bot/tuning`); the conversion adds them to the packaged weights, so they cost nothing at run
time.
Method: low-rank adaptation, Hu et al. 2021, https://arxiv.org/abs/2106.09685.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError  # type: ignore[attr-defined]  # missing from its stubs
from safetensors.numpy import load_file, save_file

from bot.errors import SettingsError

FOLDER = Path(__file__).resolve().parent.parent.parent / "data" / "encoder"
ADAPTER_FILE, LARGE_ADAPTER_FILE = FOLDER / "adapter.safetensors", FOLDER / "large_adapter.safetensors"
SCALE = 2.0
"""How strongly the correction counts. Fixed: learning and merging must agree on it."""
DOWN, UP = "down.", "up."

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Adapter:
    """For each corrected weight (outputs, inputs) two factors: down (inputs, rank) and up (rank, outputs)."""

    factors: Mapping[str, tuple[Matrix, Matrix]]

    def merge(self, weights: Mapping[str, Matrix]) -> dict[str, Matrix]:
        """The encoder's weights with the correction added. Raises SettingsError for a weight that isn't there."""
        unknown = sorted(self.factors.keys() - weights.keys())
        if unknown:
            raise SettingsError(f"The encoder's correction names {unknown[0]}, which the encoder lacks; restore it.")
        merged = dict(weights)
        for name, (down, up) in self.factors.items():
            merged[name] = weights[name] + SCALE * (down @ up).T
        return merged

    def save(self, path: Path) -> None:
        """Half precision is enough for a correction, and halves the file."""
        halves = {DOWN + name: down.astype(np.float16) for name, (down, _) in self.factors.items()}
        halves |= {UP + name: up.astype(np.float16) for name, (_, up) in self.factors.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({name: np.ascontiguousarray(array) for name, array in sorted(halves.items())}, str(path))


def load_adapter(path: Path = ADAPTER_FILE) -> Adapter:
    """Raises SettingsError when the file is missing or damaged: the classifier was trained on corrected vectors."""
    try:
        arrays = {name: array.astype(np.float32) for name, array in load_file(str(path)).items()}
        names = [name.removeprefix(DOWN) for name in arrays if name.startswith(DOWN)]
        return Adapter({name: (arrays[DOWN + name], arrays[UP + name]) for name in names})
    except (OSError, SafetensorError, KeyError):
        raise SettingsError(
            f"The encoder's correction {path.name} can't be read; restore it or run `make tune`."
        ) from None


def adapter_hash(path: Path = ADAPTER_FILE) -> str:
    """Changes when the correction changes; empty while there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
