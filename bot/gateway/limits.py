"""How many new conversations one address may open."""

from __future__ import annotations

from bot.errors import ConversationError
from bot.privacy.throttle import Throttle


class AddressLimit:
    """At most `per_minute` in any 60 s for each address, in this process."""

    def __init__(self, per_minute: int) -> None:
        self._throttle = Throttle(per_minute)

    def take(self, address: str) -> None:
        """Count one. Raises ConversationError (429) when it is one too many."""
        wait_s = self._throttle.take(address)
        if wait_s:
            raise ConversationError(
                "too_many_conversations",
                f"Too many new chats from your network. Please wait {wait_s} seconds and try again.",
                status=429,
                retry_after_s=wait_s,
            )
