"""What a patient reads when a handoff moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.privacy.names import shown_name
from bot.types import Envelope
from bot.vocabulary import Act

STAFF_NAME = "{staff_name}"
REPLY_OF: dict[Act, str] = {
    Act.CLAIM: "staff_joined",
    Act.RELEASE: "staff_left",
    Act.TRANSFER: "staff_changed",
    Act.TAKE_OVER: "staff_changed",
    Act.HAND_BACK: "back_to_bot",
    Act.WITHDRAW: "request_withdrawn",
    Act.CLOSE: "staff_ended",
}
"""The file in knowledge/replies with the words for each move."""


@dataclass(frozen=True)
class Notices:
    """The reviewed texts by their file's name, with `{staff_name}` where the name goes."""

    texts: Mapping[str, Envelope]

    def of(self, act: Act, name: str) -> Envelope:
        """What the patient reads after that move, about the member of staff called `name`."""
        notice = self.texts[REPLY_OF[act]]
        # Put in last and once, so that a name with brackets in it stays a name.
        return replace(notice, text=notice.text.replace(STAFF_NAME, shown_name(name)))
