"""What staff need to know of a patient's messaging app: how long they may write, and what hasn't arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.app import App
from bot.channels.reasons import in_words
from bot.errors import ConversationError
from bot.store.store import Store
from bot.vocabulary import ChatStatus

STOPPED = "The patient has stopped or blocked messages there. Nothing that you write would arrive."


@dataclass(frozen=True)
class InApp:
    """One patient's app, as the page shows it. `may_write`: whether a reply would be taken."""

    title: str
    window: str
    """In a sentence: how long is left, or why nothing more can be written. Empty where there is no such limit."""
    may_write: bool
    template: str | None
    """The words of the approved text, where it is all that can be sent."""
    undelivered: Mapping[int, str] = field(default_factory=dict)
    """Why a message hasn't arrived, by its number."""

    def check(self, text: str) -> None:
        """Raises ConversationError when `text` would not be taken."""
        if not self.may_write and text != self.template:
            raise ConversationError("window_over", f"Nothing was sent. {self.window}", status=409)


def in_app(store: Store, apps: Mapping[str, App], conversation_id: str, now: datetime) -> InApp | None:
    """None for a talk on the clinic's own page. Blocking."""
    chat = store.chat_of(conversation_id)
    if chat is None:
        return None
    undelivered = {seq: in_words(code) if code else "" for seq, code in store.undelivered(conversation_id).items()}
    app = apps.get(chat.channel)
    if app is None:
        title = chat.channel.replace("_", " ")
        return InApp(title, f"{title} is switched off here. Nothing would arrive.", False, None, undelivered)
    if chat.status is not ChatStatus.ACTIVE:
        return InApp(app.title, STOPPED, False, None, undelivered)
    window, may_write = _window(app, now - chat.heard_at)
    return InApp(
        app.title, window, may_write, app.template.text if app.template and not may_write else None, undelivered
    )


def _window(app: App, silence: timedelta) -> tuple[str, bool]:
    """The sentence, and whether staff may write."""
    limits = app.limits
    if limits.window is None:
        return "", True
    if silence < limits.window:
        return f"{app.title}: you can write for another {_span(limits.window - silence)}.", True
    hours = _span(limits.window)
    if limits.staff_window is not None and silence < limits.staff_window:
        left = _span(limits.staff_window - silence)
        return f"{app.title}: the patient wrote over {hours} ago. You can still write by hand for {left}.", True
    longest = _span(limits.staff_window or limits.window)
    way = "You can send the approved text below." if app.template else "Reach them by phone or e-mail."
    return f"{app.title} takes no message {longest} after the patient’s last one. {way}", False


def _span(length: timedelta) -> str:
    """`3 h 20 min`, or `2 days`."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes >= 48 * 60:
        return f"{minutes // (24 * 60)} days"
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
