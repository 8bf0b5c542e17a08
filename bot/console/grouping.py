"""Missed questions put together by what they ask."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.encoder.sentence import load_plain_encoder
from bot.errors import SettingsError
from bot.governance.missed import clusters
from bot.store.review import MissedItem

logger = logging.getLogger(__name__)


def grouped(items: Sequence[MissedItem]) -> list[list[MissedItem]]:
    """Groups of like questions, the largest first. Blocking: a question takes about two milliseconds."""
    if not items:
        return []
    try:
        encode = load_plain_encoder().encode
    except (SettingsError, RuntimeError) as error:
        # A list without groups is better than none.
        logger.error("Missed questions are shown without groups: %s", error)
        return [[item] for item in items]
    # Each item's own question object, as two patients may ask in the very same words.
    place_of = {id(item.question): item for item in items}
    groups = clusters([item.question for item in items], encode)
    return [[place_of[id(question)] for question in group] for group in groups]
