"""What staff do with a conversation that asks for a person. Every move is compared and set in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.errors import HandoffError
from bot.handoff.lifecycle import RULES
from bot.store.store import Store
from bot.types import Handoff, Move
from bot.vocabulary import Act, Status


class Desk:
    """Blocking and thread-safe, like the store that it is handed. `by` names the member of staff.

    Every method raises HandoffError when the handoff isn't there (`gone`), is closed or handed back (`over`), waits
    (`unclaimed`), or belongs to somebody else (`taken`).
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(self, handoff_id: str, *, by: str, why: str = "", now: datetime) -> Handoff:
        """Take it. From now on the bot is silent but for safety texts. Of two at once one gets it."""
        return self._move(handoff_id, Act.CLAIM, by=by, why=why, now=now, owner=by)

    def release(self, handoff_id: str, *, by: str, why: str = "", now: datetime) -> Handoff:
        """Give it back to the queue. The bot answers again."""
        return self._move(handoff_id, Act.RELEASE, by=by, why=why, now=now)

    def transfer(self, handoff_id: str, to: str, *, by: str, why: str = "", now: datetime) -> Handoff:
        """Give it to the colleague `to`."""
        return self._move(handoff_id, Act.TRANSFER, by=by, why=why, now=now, owner=to)

    def take_over(self, handoff_id: str, *, by: str, why: str, now: datetime) -> Handoff:
        """Take it from whoever has it. The history keeps `why`."""
        return self._move(handoff_id, Act.TAKE_OVER, by=by, why=why, now=now, owner=by)

    def hand_back(self, handoff_id: str, *, by: str, why: str = "", now: datetime) -> Handoff:
        """End it and let the bot go on, with what the patient wrote since the last reply."""
        return self._move(handoff_id, Act.HAND_BACK, by=by, why=why, now=now)

    def close(self, handoff_id: str, *, by: str, why: str, now: datetime) -> Handoff:
        """End it and the conversation with it. `why` is the outcome."""
        return self._move(handoff_id, Act.CLOSE, by=by, why=why, now=now)

    def reply(
        self,
        handoff_id: str,
        text: str,
        *,
        by: str,
        now: datetime,
        client_id: str | None = None,
        card_ids: Sequence[str] = (),
    ) -> int:
        """Write to the patient; the same `client_id` again writes nothing new. Returns the message's number."""
        seq = self._store.staff_reply(handoff_id, text, by=by, now=now, client_id=client_id, card_ids=card_ids)
        if seq is None:
            raise self._refusal(handoff_id)
        return seq

    def _move(
        self, handoff_id: str, act: Act, *, by: str, why: str, now: datetime, owner: str | None = None
    ) -> Handoff:
        rule = RULES[act]
        expected = by if rule.by_owner else None
        move = Move(act, rule.before, rule.after, rule.state, owner, by, why, expected)
        moved = self._store.move_handoff(handoff_id, move, now=now)
        if moved is None:
            raise self._refusal(handoff_id)
        return moved

    def _refusal(self, handoff_id: str) -> HandoffError:
        found = self._store.find_handoff(handoff_id)
        if found is None:
            return HandoffError("gone", "This conversation has been erased. Go back to the queue.")
        if found.status is Status.WAITING:
            return HandoffError("unclaimed", "Nobody has claimed this conversation. Claim it first.")
        if found.status is Status.CLAIMED:
            return HandoffError("taken", f"{found.owner} has this conversation. Ask them, or take it over.")
        return HandoffError("over", "This handoff has ended. Open a new one to write to the patient.")
