"""How rows look in an export: plain values, people by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

STAFF_ID = re.compile(r"[A-Za-z0-9_-]{22}")
TEAM = "our team"
"""Instead of the name of somebody who isn't in the list of staff any more."""
IDS_IN_MESSAGES = ("by", "staff_id", "staff")


@dataclass(frozen=True)
class People:
    """Names of staff by their id."""

    names: Mapping[str, str]

    def name(self, who: str) -> str:
        """The name behind an id; what is no id stays as it is, such as `patient`."""
        return self.names.get(who) or (TEAM if STAFF_ID.fullmatch(who) else who)

    def without_ids(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A message's body with its writer's name, and without the id."""
        by = next((body[key] for key in IDS_IN_MESSAGES if isinstance(body.get(key), str)), None)
        rest = {key: value for key, value in body.items() if key not in IDS_IN_MESSAGES}
        return rest if by is None else {"name": self.name(by)} | rest


def plain(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Those columns of a row, ready for JSON."""
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
