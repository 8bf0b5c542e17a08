"""Rasa logs what patients write: at debug level all of it, in warnings when parsing fails. Only names get through."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]


def keep_names_only() -> None:
    """Configure structlog, through which Rasa 3.6 logs: an event keeps its name and loses every value.

    Also silences the warnings that Rasa's dependencies raise about each other's age, however they set filters.
    """
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[_only_the_name],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _only_the_name(logger: Any, method: str, event: Event) -> str:
    return str(event.get("event", "event"))
