"""Everything a channel or page does with a conversation. The safety check runs here, before anything else."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from bot.candidacy.sheet import Sheet
from bot.conversation.bulletin import Bulletin
from bot.conversation.inbound import beginning, both_ends, check_client_id, clean_text, is_id
from bot.conversation.judging import Judge, Judged, Safety
from bot.conversation.rights import ERASE_YES, Rights
from bot.conversation.turns import Turns
from bot.conversation.typing import PatientTyping
from bot.conversation.ways_back import WaysBack
from bot.errors import ConversationError
from bot.privacy.logs import safe_id
from bot.privacy.names import shown_name
from bot.privacy.throttle import Throttle
from bot.privacy.tokens import hash_token, new_token
from bot.store.log import Accepted
from bot.store.records import Erasure, Farewell
from bot.store.store import Store
from bot.types import Conversation, Message
from bot.vocabulary import State

logger = logging.getLogger(__name__)

READ_AGAIN_S = 1.0
SLOW_S = 2.0
"""Then a patient in danger reads where help is, stored or not."""
LONG_PER_MINUTE = 10
"""Of one patient. To look through 40,000 characters takes a second or two. An app makes a few messages of so many."""


@dataclass(frozen=True)
class News:
    """What a patient's page shows next. `typing` is the name of the member of staff who writes to them just now."""

    messages: list[Message]
    state: str
    typing: str | None


@dataclass(frozen=True)
class _Said:
    """A message on its way into the log; with a `payload` it is a button's. `judging` ends before it is stored."""

    conversation_id: str
    client_id: str
    text: str
    payload: str | None = None
    judging: Future[Judged] = field(default_factory=Future)

    @property
    def is_typed(self) -> bool:
        return self.payload is None


class ConversationService:
    """One for each process. Methods are safe to call at once for any number of conversations."""

    def __init__(
        self,
        store: Store,
        safety: Safety,
        turns: Turns,
        bulletin: Bulletin,
        *,
        ways_back: WaysBack,
        rights: Rights,
        messages_per_minute: int,
    ) -> None:
        self._store = store
        self._judge = Judge(store, safety)
        self._turns = turns
        self._bulletin = bulletin
        self._ways_back = ways_back
        self._rights = rights
        self._per_minute = messages_per_minute
        self._typing = PatientTyping(store, bulletin)
        self._long_ones = Throttle(LONG_PER_MINUTE)
        # One at a time, and in a thread: nobody else waits behind them.
        self._reading_long = asyncio.Lock()

    async def open(self, *, channel: str, locale: str) -> tuple[Conversation, str]:
        """A new conversation, after consent, and the bearer token that only its patient gets."""
        token = new_token()
        conversation = await asyncio.to_thread(
            self._store.open_conversation,
            channel=channel,
            locale=locale,
            token_hash=hash_token(token),
            now=_now(),
        )
        return conversation, token

    async def authenticate(self, conversation_id: str, token: str) -> Conversation:
        """Raises ConversationError: 401 for a token that doesn't open this conversation, also if it never existed."""
        known = None
        if is_id(conversation_id):
            known = await asyncio.to_thread(self._store.authenticate, conversation_id, hash_token(token), now=_now())
        if known is None:
            raise ConversationError(
                "token_wrong",
                "This conversation has ended or belongs to someone else. Please start a new one.",
                status=401,
            )
        return known

    async def post_text(self, conversation_id: str, client_id: object, text: object) -> Accepted:
        """Store a typed message and have it answered. Raises ConversationError."""
        known_client_id = check_client_id(client_id)
        try:
            cleaned = clean_text(text)
        except ConversationError as refusal:
            if refusal.code == "text_empty":
                raise
            return await self._post_uncut(_Said(conversation_id, known_client_id, str(text)), refusal)
        return await self._post(_Said(conversation_id, known_client_id, cleaned))

    async def _post_uncut(self, said: _Said, refusal: ConversationError) -> Accepted:
        """Store the beginning of a message that is refused for its length, if it carries a red flag anywhere.

        Raises ConversationError: the `refusal` when it carries none, and a 429 without a look at it.
        """
        if wait_s := self._long_ones.take(said.conversation_id):
            raise _too_many_long(wait_s)
        async with self._reading_long:
            judged = await asyncio.to_thread(self._judge_uncut, said)
        if judged.flag is None or refusal.code != "text_too_long":
            raise judged.refused(refusal)
        return await self._post(replace(said, text=beginning(said.text)))

    def _judge_uncut(self, said: _Said) -> Judged:
        judged = self._judge.judge(said.conversation_id, both_ends(said.text), is_typed=True)
        said.judging.set_result(judged)
        return judged

    async def post_button(
        self, conversation_id: str, client_id: object, button_id: object, *, farewell: Farewell | None = None
    ) -> Accepted:
        """As `post_text`, for a button that the bot has shown in this conversation.

        The "yes" to the question whether to erase isn't stored: it erases, and the receipt comes back with it. The
        `farewell` is queued together with that.
        """
        known_client_id = check_client_id(client_id)
        button = None
        if isinstance(button_id, str) and is_id(button_id):
            button = await asyncio.to_thread(self._store.find_button, conversation_id, button_id)
        if button is None:
            raise ConversationError(
                "button_unknown", "That button isn't part of this conversation. Please type instead."
            )
        if button.payload == ERASE_YES and await asyncio.to_thread(
            self._rights.may_erase, conversation_id, str(button_id)
        ):
            return Accepted(0, is_new=True, erasure=await self.erase(conversation_id, farewell))
        return await self._post(_Said(conversation_id, known_client_id, button.title, button.payload))

    async def _post(self, said: _Said) -> Accepted:
        storing = asyncio.create_task(asyncio.to_thread(self._receive, said))
        done, _ = await asyncio.wait([storing], timeout=SLOW_S)
        if not done and (judged := self._judged_so_far(said)).flag is not None:
            # It may still be stored, and is then read in the log; who is in danger doesn't wait for that.
            storing.add_done_callback(lambda late: self._after_a_long_time(said.conversation_id, late))
            raise judged.refused(_busy())
        accepted, is_answered = await storing
        self._typing.forget(said.conversation_id)
        self._bulletin.ring(said.conversation_id)
        if accepted.is_new and not is_answered:
            self._turns.wake(said.conversation_id)
        return accepted

    def _judged_so_far(self, said: _Said) -> Judged:
        """Where even the earlier messages can't be read in time, the message counts alone."""
        if said.judging.done():
            return said.judging.result()
        return self._judge.judge_alone(said.text, is_typed=said.is_typed)

    def _receive(self, said: _Said) -> tuple[Accepted, bool]:
        """Check and store a message. Returns with it whether nothing is left for the bot to say to it."""
        if not said.judging.done():
            said.judging.set_result(self._judge.judge(said.conversation_id, said.text, is_typed=said.is_typed))
        judged = said.judging.result()
        try:
            return self._store_judged(said, judged)
        except ConversationError as refusal:
            raise judged.refused(refusal) from None
        except Exception:
            if judged.flag is None:
                raise
            # Whatever failed, somebody in danger reads where help is.
            logger.exception("Conversation %s: a flagged message can't be stored.", safe_id(said.conversation_id))
            raise judged.refused(_busy()) from None

    def _store_judged(self, said: _Said, judged: Judged) -> tuple[Accepted, bool]:
        is_flagged = judged.flag is not None
        at_once = None if is_flagged else self._rights.at_once(said.conversation_id, said.text, said.payload)
        accepted = self._store.accept(
            said.conversation_id,
            client_id=said.client_id,
            text=said.text,
            payload=said.payload,
            flag=judged.flag,
            replies=judged.replies,
            way_back=None if is_flagged else self._ways_back.of(said.text, said.payload),
            notices=at_once.notices if at_once else (),
            turn=at_once.turn if at_once else None,
            now=_now(),
            per_minute=self._per_minute,
        )
        return accepted, is_flagged or (at_once is not None and at_once.turn is None)

    def _after_a_long_time(self, conversation_id: str, late: asyncio.Task[tuple[Accepted, bool]]) -> None:
        if late.cancelled() or late.exception() is not None:
            logger.error("Conversation %s: a flagged message wasn't stored.", safe_id(conversation_id))
        self._bulletin.ring(conversation_id)

    async def messages(self, conversation_id: str, *, after: int, wait_s: float = 0.0) -> tuple[list[Message], str]:
        """The messages after `after` and the conversation's state; waits up to `wait_s` for the first one.

        Nobody waits for a conversation that is closed or erased.
        """
        news = await self.news(conversation_id, after=after, wait_s=wait_s)
        return news.messages, news.state

    async def news(self, conversation_id: str, *, after: int, wait_s: float = 0.0, shown: News | None = None) -> News:
        """As `messages`, with who is typing; doesn't wait on when that or the state differs from what was `shown`."""
        until = time.monotonic() + wait_s
        while True:
            # The state first: what was said before it closed is then among the messages.
            state = await self._state(conversation_id)
            typing = await self._staff_typing(conversation_id) if state == State.HUMAN.value else None
            found = await asyncio.to_thread(self._store.messages, conversation_id, after=after)
            left = until - time.monotonic()
            is_new = shown is not None and (state, typing) != (shown.state, shown.typing)
            if found or is_new or left <= 0 or state == State.CLOSED.value:
                return News(found, state, typing)
            await self._bulletin.wait(conversation_id, min(left, READ_AGAIN_S))

    async def _staff_typing(self, conversation_id: str) -> str | None:
        name = await asyncio.to_thread(self._store.typing_staff, conversation_id, _now())
        return None if name is None else shown_name(name)

    async def note_typing(self, conversation_id: str) -> None:
        """The patient writes something just now; staff who look see that, and nothing of what it is."""
        await self._typing.note(conversation_id)

    def changed(self, conversation_id: str) -> None:
        """Call after staff did something: readers look at once, and the bot takes the turn that it may have got."""
        self._bulletin.ring(conversation_id)
        self._turns.wake(conversation_id)

    async def _state(self, conversation_id: str) -> str:
        conversation = await asyncio.to_thread(self._store.find_conversation, conversation_id)
        return conversation.state.value if conversation else State.CLOSED.value

    async def sheet(self, conversation_id: str) -> Sheet:
        """The newest sheet for the visit. Raises ConversationError (404) when no questionnaire has come to one."""
        media = await asyncio.to_thread(self._store.find_media, conversation_id, "sheet")
        if media is None:
            raise ConversationError("no_sheet", "There is no sheet yet. Go through the questions first.", status=404)
        return Sheet.from_media(media)

    async def export(self, conversation_id: str) -> dict[str, Any]:
        """Everything held about a conversation. Raises ConversationError."""
        return await asyncio.to_thread(self._store.export, conversation_id)

    async def erase(self, conversation_id: str, farewell: Farewell | None = None) -> Erasure:
        """Erase it everywhere; the receipt says when and how much. Raises ConversationError."""
        erasure = await asyncio.to_thread(self._store.erase, conversation_id, now=_now(), farewell=farewell)
        self._bulletin.ring(conversation_id)
        return erasure


def _too_many_long(wait_s: int) -> ConversationError:
    return ConversationError(
        "too_many_messages",
        f"Long messages take a while to read. Please wait {wait_s} seconds, or send a shorter one.",
        status=429,
        retry_after_s=wait_s,
    )


def _busy() -> ConversationError:
    return ConversationError("busy", "", status=503, retry_after_s=5)


def _now() -> datetime:
    return datetime.now(timezone.utc)
