"""Somebody who types and presses, and reads what comes back."""

from __future__ import annotations

import itertools
import re
import sqlite3

from bot.types import Envelope
from bot.vocabulary import Author
from tests.trained import Trained

# What may be said is for the knowledge tests; this catches words that no template, list or button may add to it.
NEVER_SAID = re.compile(
    r"\b(suitable|suitability|guarantee\w*|painless|risk-free|book now|good candidate)\b|\{\w*\}", re.I
)


class Patient:
    def __init__(self, trained: Trained) -> None:
        self._trained = trained
        self._service = trained.talk.service
        self._numbers = itertools.count(1)
        self._read = 0
        conversation, _ = trained.run(self._service.open(channel="web", locale="en"))
        self.id = conversation.id
        self.last: Envelope | None = None

    def say(self, text: str) -> Envelope:
        """Type `text`; the one reply to it."""
        self._trained.run(self._service.post_text(self.id, self._client_id(), text))
        return self._reply()

    def say_all(self, text: str) -> list[Envelope]:
        """Type `text`; every reply to it."""
        self._trained.run(self._service.post_text(self.id, self._client_id(), text))
        return self.replies()

    def writes(self, text: str) -> None:
        """Type `text` to staff; the bot stays silent, or says what is urgent."""
        self._trained.run(self._service.post_text(self.id, self._client_id(), text))
        self._trained.run(self._trained.talk.turns.settle(self.id))
        self.skip()

    def skip(self) -> None:
        """Whatever has come since, from staff or the system, has been read."""
        messages, _ = self._trained.run(self._service.messages(self.id, after=self._read))
        self._read = messages[-1].seq if messages else self._read

    def press(self, title: str) -> Envelope:
        """Press the button of that title below the last reply; the one reply to it."""
        replies = self.press_all(title)
        assert len(replies) == 1, f"{len(replies)} replies to one button"
        return replies[0]

    def press_all(self, title: str) -> list[Envelope]:
        """Press the button of that title below the last reply; every reply to it."""
        self.presses(title)
        return self.replies()

    def presses(self, title: str) -> None:
        """As `press_all`, whether the bot says anything or not."""
        assert self.last is not None
        button = next(button for button in self.last.buttons if button.title == title)
        self._trained.run(self._service.post_button(self.id, self._client_id(), button.id))

    def _client_id(self) -> str:
        self._rest()
        return f"message-{next(self._numbers)}"

    def _rest(self) -> None:
        """Let a minute pass, as far as the log knows: a person needs longer for a message than a test does."""
        with sqlite3.connect(self._trained.database) as connection:
            change = (
                "UPDATE messages SET at = strftime('%Y-%m-%d %H:%M:%f000', at, '-1 minute') WHERE conversation_id = ?"
            )
            connection.execute(change, (self.id,))

    def _reply(self) -> Envelope:
        replies = self.replies()
        assert len(replies) == 1, f"{len(replies)} replies to one message"
        return replies[0]

    def replies(self) -> list[Envelope]:
        """What the bot has said since the patient last looked."""
        self._trained.run(self._trained.talk.turns.settle(self.id))
        messages, _ = self._trained.run(self._service.messages(self.id, after=self._read))
        self._read = messages[-1].seq
        replies = [message.envelope for message in messages if message.author is Author.BOT and message.envelope]
        for reply in replies:
            self._check(reply)
        self.last = replies[-1]
        return replies

    def _check(self, envelope: Envelope) -> None:
        """What holds for everything that the bot says."""
        shown = "\n".join([envelope.text, *(button.title for button in envelope.buttons)])
        assert not (said := NEVER_SAID.search(shown)), said
        assert all(button.id and "/" not in button.id for button in envelope.buttons)
        assert envelope.reviewed is not True
