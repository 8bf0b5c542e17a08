"""A pressed button as Rasa's parse result, so that it costs no understanding and can't be misunderstood."""

from __future__ import annotations

import json
import re
from typing import Any

PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?", re.DOTALL)


def parse_payload(payload: str) -> dict[str, Any]:
    """`/ask_more{"card": "pain.general"}` as intent and entities. Raises ValueError on anything else."""
    found = PAYLOAD.fullmatch(payload)
    if found is None:
        raise ValueError("A button's payload must be /intent or /intent{…}.")
    values = json.loads(found["entities"] or "{}")
    intent = {"name": found["intent"], "confidence": 1.0}
    return {
        "text": payload,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in values.items()],
    }


def as_plain_text(text: str) -> str:
    """What a patient typed, with nothing that Rasa takes for a command: it reads a leading slash as one."""
    return text.lstrip("/ \t\n")
