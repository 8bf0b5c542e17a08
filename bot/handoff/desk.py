"""What staff do with a conversation that asks for a person. Every move is compared and set in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.errors import HandoffError
from bot.handoff.lifecycle import RULES, TURNS
from bot.handoff.notices import Notices
from bot.people import Staff
from bot.privacy.names import shown_name
from bot.store.store import Store
from bot.types import Conversation, Handoff, Move
from bot.vocabulary import Act, Role, State, Status

COMMAND_LINE = "command line"
"""Stands where a member of staff's id would, in a handoff's history."""


class Desk:
    """Blocking and thread-safe, like the store that it is handed. The patient gets a notice with each move.

    Every method raises HandoffError when the handoff isn't there (`gone`), is closed or handed back (`over`), waits
    (`unclaimed`), or belongs to somebody else (`taken`).
    """

    def __init__(self, store: Store, notices: Notices) -> None:
        self._store = store
        self._notices = notices

    def claim(self, handoff_id: str, *, by: Staff, why: str = "", now: datetime) -> Handoff:
        """Take it. From now on the bot is silent but for safety texts. Of two at once one gets it."""
        return self._do(handoff_id, Act.CLAIM, by=by, why=why, now=now, owner=by)

    def release(self, handoff_id: str, *, by: Staff, why: str = "", now: datetime) -> Handoff:
        """Give it back to the queue. The bot answers again."""
        return self._do(handoff_id, Act.RELEASE, by=by, why=why, now=now)

    def transfer(self, handoff_id: str, to: Staff, *, by: Staff, why: str = "", now: datetime) -> Handoff:
        """Give it to the colleague `to`. Raises HandoffError `cannot_reply` when they have left or may only look."""
        if not to.is_active or to.role is Role.VIEWER:
            raise _cannot_reply(to)
        return self._do(handoff_id, Act.TRANSFER, by=by, why=why, now=now, owner=to)

    def take_over(self, handoff_id: str, *, by: Staff, why: str, now: datetime) -> Handoff:
        """Take it from whoever has it. The history keeps `why`."""
        return self._do(handoff_id, Act.TAKE_OVER, by=by, why=why, now=now, owner=by)

    def hand_back(self, handoff_id: str, *, by: Staff, why: str = "", now: datetime) -> Handoff:
        """End it and let the bot go on: with what the patient wrote since the last reply, then where they were."""
        return self._do(handoff_id, Act.HAND_BACK, by=by, why=why, now=now)

    def close(self, handoff_id: str, *, by: Staff, why: str, now: datetime) -> Handoff:
        """End it and the conversation with it. `why` is the outcome; up to three plain words of it can be counted."""
        return self._do(handoff_id, Act.CLOSE, by=by, why=why, now=now)

    def let_go(self, who: Staff, *, by: Staff | None, now: datetime) -> list[str]:
        """Deactivate an account; what they hold waits in the queue again. Returns those conversations.

        `by` is None for the command line. Raises StaffError `last_admin` or `gone`.
        """
        release = self._leaving(who, by, "Their account was deactivated.")
        return self._store.deactivate(who.id, by=by, release=release, now=now)

    def change_role(self, who: Staff, role: Role, *, by: Staff | None, now: datetime) -> list[str]:
        """As `let_go` for what they hold, when they may only look from now on."""
        release = self._leaving(who, by, "They may only read now.")
        return self._store.change_role(who.id, role, by=by, release=release, now=now)

    def reply(
        self,
        handoff_id: str,
        text: str,
        *,
        by: Staff,
        now: datetime,
        client_id: str | None = None,
        card_ids: Sequence[str] = (),
    ) -> int:
        """Write to the patient; the same `client_id` again writes nothing new. Returns the message's number."""
        name = shown_name(by.name)
        seq = self._store.staff_reply(
            handoff_id, text, by=by.id, name=name, now=now, client_id=client_id, card_ids=card_ids
        )
        if seq is None:
            raise self._refusal(handoff_id)
        return seq

    def open_for(self, conversation_id: str, *, by: Staff, why: str, now: datetime) -> Handoff:
        """Begin to talk to a patient who has not asked: theirs at once, as if they had claimed it.

        A request that waits is claimed with it. Raises HandoffError: `taken`, `closed` (reopen it), `gone`.
        """
        claim = self._move(Act.CLAIM, by=by, why=why, owner=by)
        opened = self._store.open_claimed(conversation_id, claim, is_closed=False, now=now)
        if opened is None:
            raise self._cannot_open(conversation_id)
        return opened

    def reopen(self, conversation_id: str, *, by: Staff, why: str = "", now: datetime) -> Handoff:
        """Talk again to a patient whose conversation was closed. Raises HandoffError: `taken`, `open`, `gone`."""
        claim = self._move(Act.CLAIM, by=by, why=why, owner=by)
        opened = self._store.open_claimed(conversation_id, claim, is_closed=True, now=now)
        if opened is None:
            raise self._cannot_open(conversation_id)
        return opened

    def _do(
        self, handoff_id: str, act: Act, *, by: Staff, why: str, now: datetime, owner: Staff | None = None
    ) -> Handoff:
        moved = self._store.move_handoff(handoff_id, self._move(act, by=by, why=why, owner=owner), now=now)
        if moved is None:
            raise self._refusal(handoff_id, by=by, to=owner)
        return moved

    def _move(self, act: Act, *, by: Staff, why: str, owner: Staff | None) -> Move:
        rule = RULES[act]
        return Move(
            act,
            rule.before,
            rule.after,
            rule.state,
            owner=owner.id if owner else None,
            by=by.id,
            why=why,
            expected_owner=by.id if rule.by_owner else None,
            notice=self._notices.of(act, (owner or by).name),
            name=None if act is Act.HAND_BACK else shown_name((owner or by).name),
            turn=TURNS.get(act),
        )

    def _leaving(self, who: Staff, by: Staff | None, why: str) -> Move:
        """Gives back what `who` holds, through somebody else."""
        release = self._move(Act.RELEASE, by=who, why=why, owner=None)
        return replace(release, by=COMMAND_LINE if by is None else by.id)

    def _refusal(self, handoff_id: str, *, by: Staff | None = None, to: Staff | None = None) -> HandoffError:
        found = self._store.find_handoff(handoff_id)
        if found is None:
            return _gone()
        if found.status is Status.WAITING:
            return HandoffError("unclaimed", "Nobody has claimed this conversation. Claim it first.")
        if found.status is not Status.CLAIMED:
            return HandoffError("over", "This handoff has ended. Open a new one to write to the patient.")
        if by is not None and to is not None and found.owner == by.id != to.id:
            return _cannot_reply(to)
        return _taken(found)

    def _cannot_open(self, conversation_id: str) -> HandoffError:
        conversation: Conversation | None = self._store.find_conversation(conversation_id)
        if conversation is None:
            return _gone()
        if conversation.state is State.CLOSED:
            return HandoffError("closed", "This conversation is closed. Reopen it to write to the patient.")
        found = self._store.latest_handoff(conversation_id)
        if found is not None and found.status is Status.CLAIMED:
            return _taken(found)
        return HandoffError("open", "This conversation is not closed. Claim it, or start to write in it.")


def _gone() -> HandoffError:
    return HandoffError("gone", "This conversation has been erased. Go back to the queue.")


def _taken(found: Handoff) -> HandoffError:
    owner = found.owner_name or "A colleague"
    return HandoffError("taken", f"{owner} has this conversation. Ask them, or take it over.")


def _cannot_reply(to: Staff) -> HandoffError:
    return HandoffError("cannot_reply", f"{to.name} can't reply to patients. Choose a colleague who can.")
