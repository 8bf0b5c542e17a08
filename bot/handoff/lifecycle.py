"""A handoff's life as data: which move is allowed when, through whom, and who has the word afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from bot.vocabulary import RESUME_TALK, WITHDRAWN, Act, State, Status


@dataclass(frozen=True)
class Rule:
    """One move: from `before` to `after`, and the conversation to `state`. `by_owner`: only whoever claimed it may,
    or the patient; the patient's own moves are in `bot/handoff/way_back.py`."""

    before: Status
    after: Status
    state: State
    by_owner: bool = True


RULES: dict[Act, Rule] = {
    Act.CLAIM: Rule(Status.WAITING, Status.CLAIMED, State.HUMAN, by_owner=False),
    Act.RELEASE: Rule(Status.CLAIMED, Status.WAITING, State.WAITING),
    Act.TRANSFER: Rule(Status.CLAIMED, Status.CLAIMED, State.HUMAN),
    Act.TAKE_OVER: Rule(Status.CLAIMED, Status.CLAIMED, State.HUMAN, by_owner=False),
    Act.HAND_BACK: Rule(Status.CLAIMED, Status.HANDED_BACK, State.BOT),
    Act.WITHDRAW: Rule(Status.WAITING, Status.HANDED_BACK, State.BOT, by_owner=False),
    Act.CLOSE: Rule(Status.CLAIMED, Status.CLOSED, State.CLOSED),
}
"""What staff and patients do. Opening and raising happen where the patient is told, in the store."""

TURNS: dict[Act, str] = {Act.HAND_BACK: RESUME_TALK, Act.WITHDRAW: WITHDRAWN}
"""After which the bot speaks first: the payload of that turn."""
