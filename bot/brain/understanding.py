"""What the model made of a patient's message, for staff to read below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

OTHERS = 3
"""Intents that were second best, third and fourth."""


def understanding(parsed: Mapping[str, Any], about: Mapping[str, str]) -> dict[str, Any]:
    """Rasa's parse result as `{intent, confidence, others, entities, slots}`; `about` is what the slots hold after it.

    Entities keep their name and value only: where they stood in the text nobody needs.
    """
    best = parsed.get("intent") or {}
    others = [one for one in parsed.get("intent_ranking") or () if one.get("name") != best.get("name")]
    return {
        **_scored(best, "intent"),
        "others": [_scored(one, "intent") for one in others[:OTHERS]],
        "entities": _entities(parsed.get("entities") or ()),
        "slots": dict(about),
    }


def _scored(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {name: found.get("name"), "confidence": round(float(found.get("confidence") or 0.0), 3)}


def _entities(found: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    pairs = dict.fromkeys((str(one.get("entity")), str(one.get("value"))) for one in found)
    return [{"name": name, "value": value} for name, value in pairs]
