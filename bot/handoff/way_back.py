"""The patient's own way from staff back to the bot."""

from __future__ import annotations

from bot.handoff.lifecycle import RULES, TURNS
from bot.handoff.notices import Notices
from bot.types import Move, WayBack
from bot.vocabulary import PATIENT, Act, Priority, State


def pressed(notices: Notices) -> WayBack:
    """The button: back to the bot, whoever has the talk, or the request for a person withdrawn.

    A request that a red flag made stays with staff: whoever is in danger mustn't be able to call help off by a press.
    """
    moves = (_move(Act.HAND_BACK, notices), _move(Act.WITHDRAW, notices, only=Priority.NORMAL))
    return WayBack(notices.texts["with_the_bot"], moves)


def asked(notices: Notices) -> WayBack:
    """Words that probably mean it, said to staff: asked back with that button, never acted on."""
    return WayBack(notices.texts["ask_back_to_bot"], only_in=State.HUMAN)


def _move(act: Act, notices: Notices, *, only: Priority | None = None) -> Move:
    rule = RULES[act]
    return Move(
        act,
        rule.before,
        rule.after,
        rule.state,
        owner=None,
        by=PATIENT,
        why="",
        expected_priority=only,
        notice=notices.of(act, ""),
        turn=TURNS.get(act),
    )
