"""Sends SMS and WhatsApp messages over Twilio's Messages resource."""

from __future__ import annotations

from bot.channels.parts import Post
from bot.channels.reasons import BAD_ANSWER
from bot.channels.twilio.codes import failure
from bot.channels.twilio.limits import pace_of
from bot.channels.twilio.line import MESSAGE_ID, Account, Line
from bot.errors import DeliveryError


class TwilioClient:
    """The client of one number."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._account = Account(line)
        self._pace = pace_of(line.name)

    async def send(self, post: Post) -> str:
        """The message's SM… or MM… id. Taken isn't delivered: what fails later comes as a Receipt.

        After a cut connection a second try may send a second copy. The header names the message, but Twilio promises
        to heed it nowhere.
        """
        await self._pace.take(post.to)
        headers = {"I-Twilio-Idempotency-Token": post.key}
        answer = await self._account.post("/Messages", data=self._form(post), headers=headers)
        if not answer.is_good:
            raise failure(answer)
        found = answer.body.get("sid")
        if not isinstance(found, str) or not MESSAGE_ID.fullmatch(found):
            # It may well be on its way: not another time.
            raise DeliveryError(BAD_ANSWER, is_permanent=True)
        return found

    async def close(self) -> None:
        await self._account.close()

    def _form(self, post: Post) -> dict[str, str]:
        line, form = self._line, {"From": self._line.address, "To": self._line.written(post.to)}
        if line.hook:
            form["StatusCallback"] = line.hook
        if post.template is not None:
            # Its words are fixed: ours has no variables.
            return form | {"ContentSid": post.template.name, "ContentVariables": "{}"}
        if post.part.text:
            form["Body"] = post.part.text
        if post.part.picture is not None and line.is_whatsapp:
            form["MediaUrl"] = post.part.picture.url
        return form
