"""What the composer says to whoever can't send yet: how they get to."""

from __future__ import annotations

from typing import NamedTuple

from bot.console.conversation_view import View
from bot.vocabulary import State


class ComposerWords(NamedTuple):
    """`placeholder` stands in the empty field, `hint` below it; `first` is what has to be done before sending."""

    placeholder: str
    hint: str
    first: str


def composer_words(view: View) -> ComposerWords:
    """By how the conversation stands now."""
    if view.is_mine:
        return ComposerWords("Write to the patient", "Ctrl+Enter sends", "")
    hint = "Only the owner can send"
    if view.conversation.state is State.CLOSED:
        return ComposerWords("This conversation is closed", hint, "Reopen the conversation first")
    if view.owner is not None:
        placeholder = f"{view.owner} answers here; take over to answer, or leave a private note"
        return ComposerWords(placeholder, hint, "Take the conversation over first")
    if view.waiting is not None:
        return ComposerWords("Claim the conversation to answer", hint, "Claim the conversation first")
    return ComposerWords("The assistant answers here", hint, "Choose \u201cTalk to the patient\u201d first")
