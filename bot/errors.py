"""One error type per boundary. The sentence inside is for the person who reads it in a terminal or a log:
what happened, with which value, what to do next. It never carries a patient's words."""

from __future__ import annotations


class MesoGuideError(Exception):
    """Root of the errors that this project raises on purpose."""


class SettingsError(MesoGuideError):
    """A setting is missing or wrong. Stops the program at start."""


class DocumentError(MesoGuideError):
    """A file of knowledge or of clinic settings is wrong; names file, field and mend."""


class BrainUnavailable(MesoGuideError):
    """The brain did not answer in time, or answered nonsense. The patient gets the honest notice instead."""


class HandoffError(MesoGuideError):
    """What staff wanted to do with a conversation isn't possible as it stands. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DeliveryError(MesoGuideError):
    """Something didn't reach its receiver. `code` is short, stable and quotes nobody; the worker keeps it.

    `is_permanent`: trying again is in vain. `retry_after_s`: how long the receiver wants to be left alone.
    """

    def __init__(self, code: str, *, is_permanent: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(f"A delivery failed: {code}.")
        self.code = code
        self.is_permanent = is_permanent
        self.retry_after_s = retry_after_s


class ChatGone(DeliveryError):
    """The patient wants no more messages in this app: blocked, stopped or deleted there."""

    def __init__(self) -> None:
        super().__init__("chat_gone", is_permanent=True)


class PutOff(MesoGuideError):
    """Not now: nothing was tried and nothing is wrong; again in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__("A delivery was put off.")
        self.seconds = seconds


class NotNeeded(MesoGuideError):
    """What was to be delivered is no longer of use to anybody."""


class StaffError(MesoGuideError):
    """What somebody wanted to do with an account isn't possible. `code` is stable; staff read the message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ConversationError(MesoGuideError):
    """A request that a client has to change. `code` is stable and public; the message is shown to people."""

    def __init__(self, code: str, message: str, *, status: int = 400, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.retry_after_s = retry_after_s
