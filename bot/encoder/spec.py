"""From an encoder's weights to the form in which CTranslate2 runs them, in numbers of eight bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ctranslate2.converters import utils
from ctranslate2.specs import common_spec, transformer_spec

from bot.errors import SettingsError

Weights = Mapping[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Names:
    """What a family of encoders calls its parts, below `encoder.layer.N.`; and which rows it adds to its words."""

    query_key_value: tuple[str, str, str]
    attention_output: str
    attention_norm: str
    added: str
    added_from: int
    """How many rows of `added` are never used: MPNet's positions begin after the one for padding."""


BERT = Names(
    ("attention.self.query", "attention.self.key", "attention.self.value"),
    "attention.output.dense",
    "attention.output.LayerNorm",
    "embeddings.token_type_embeddings.weight",
    0,
)
MPNET = Names(
    ("attention.attn.q", "attention.attn.k", "attention.attn.v"),
    "attention.attn.o",
    "attention.LayerNorm",
    "embeddings.position_embeddings.weight",
    2,
)
FAMILIES = {"bert": BERT, "mpnet": MPNET}
FURTHEST = 128
"""From this distance on MPNet's attention no longer tells distances apart; it is in no configuration file."""


def adds_places(family: str) -> bool:
    """Whether the place of each token is given as its type.

    CTranslate2 knows no encoder with positions of both kinds, added to words and weighed in attention, as MPNet has.
    The row that BERT adds for a token's type serves for the first kind.
    """
    return FAMILIES[family] is MPNET


def model_spec(config: Mapping[str, Any], weights: Weights, vocabulary: Sequence[str]) -> Any:
    """A valid model, not yet in small numbers. Raises SettingsError for a family that isn't known here."""
    if config["model_type"] not in FAMILIES:
        raise SettingsError(f"An encoder of the family {config['model_type']} can't be converted.")
    names = FAMILIES[config["model_type"]]
    model = transformer_spec.TransformerEncoderModelSpec(_encoder(config, weights, names), pooling_layer=False)
    model.register_vocabulary(list(vocabulary))
    model.config.unk_token = "[UNK]"  # noqa: S105  (a token of the vocabulary)
    model.config.layer_norm_epsilon = config["layer_norm_eps"]
    model.validate()
    return model


def _encoder(config: Mapping[str, Any], weights: Weights, names: Names) -> Any:
    encoder = transformer_spec.TransformerEncoderSpec(
        config["num_hidden_layers"],
        config["num_attention_heads"],
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
        relative_attention_bias=names is MPNET,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = weights["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = weights[names.added][names.added_from :]
    if names is BERT:
        encoder.position_encodings.encodings = weights["embeddings.position_embeddings.weight"]
    _fill(encoder.layernorm_embedding, weights, "embeddings.LayerNorm", ("gamma", "beta"))
    for index, layer in enumerate(encoder.layer):
        _fill_layer(layer, weights, f"encoder.layer.{index}", names)
        if names is MPNET:
            layer.self_attention.relative_attention_bias = weights["encoder.relative_attention_bias.weight"]
            layer.self_attention.relative_attention_max_distance = np.dtype("int32").type(FURTHEST)
    return encoder


def _fill_layer(layer: Any, weights: Weights, at: str, names: Names) -> None:
    parts = [common_spec.LinearSpec() for _ in names.query_key_value]
    for part, name in zip(parts, names.query_key_value, strict=True):
        _fill(part, weights, f"{at}.{name}")
    utils.fuse_linear(layer.self_attention.linear[0], parts)
    _fill(layer.self_attention.linear[1], weights, f"{at}.{names.attention_output}")
    _fill(layer.self_attention.layer_norm, weights, f"{at}.{names.attention_norm}", ("gamma", "beta"))
    _fill(layer.ffn.linear_0, weights, f"{at}.intermediate.dense")
    _fill(layer.ffn.linear_1, weights, f"{at}.output.dense")
    _fill(layer.ffn.layer_norm, weights, f"{at}.output.LayerNorm", ("gamma", "beta"))


def _fill(spec: Any, weights: Weights, name: str, fields: tuple[str, str] = ("weight", "bias")) -> None:
    setattr(spec, fields[0], weights[f"{name}.weight"])
    setattr(spec, fields[1], weights[f"{name}.bias"])
