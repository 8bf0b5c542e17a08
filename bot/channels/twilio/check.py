"""Whether an account and its number are set up as they should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.http import Answer
from bot.channels.reasons import in_words
from bot.channels.twilio.codes import failure
from bot.channels.twilio.line import TEMPLATE_ID, Account, Line
from bot.errors import DeliveryError


async def check(line: Line, template: str = "") -> list[str]:
    """A sentence for each thing that is wrong, and one for what Twilio doesn't let us see.

    `template` is the setting's: where it isn't an id of Twilio's, there is no template for writing first.
    """
    wrong = [] if line.hook else ["MESOGUIDE_PUBLIC_URL is empty. Twilio must be able to reach this server."]
    if line.is_whatsapp and template and not TEMPLATE_ID.fullmatch(template):
        wrong.append("MESOGUIDE_TEMPLATE_NAME isn't an id of Twilio's: HX and 32 digits or letters from a to f.")
    account = Account(line)
    try:
        found = _about_account(await account.get())
        if not found:
            found = [_by_hand(line)] if line.is_whatsapp else await _about_number(account, line)
        return wrong + found
    except DeliveryError as error:
        return [*wrong, f"Twilio didn't answer. {in_words(error.code)}"]
    finally:
        await account.close()


def _about_account(answer: Answer) -> list[str]:
    if not answer.is_good:
        return [f"Twilio doesn't let us in. {in_words(failure(answer).code)} See MESOGUIDE_TWILIO_ACCOUNT, too."]
    wrong = []
    if (status := answer.body.get("status")) != "active":
        wrong.append(f"The account at Twilio is {_word(status)}. Sign in at Twilio to see why.")
    if answer.body.get("type") == "Trial":
        wrong.append("This is a trial account: it writes only to numbers that you have verified. Upgrade it.")
    return wrong


async def _about_number(account: Account, line: Line) -> list[str]:
    answer = await account.get("/IncomingPhoneNumbers", PhoneNumber=line.number)
    if not answer.is_good:
        return [f"The number can't be looked up. {in_words(failure(answer).code)}"]
    listed = answer.body.get("incoming_phone_numbers")
    own = [one for one in listed if _is_number(one, line)] if isinstance(listed, list) else []
    return _about_settings(own[0], line) if own else ["MESOGUIDE_TWILIO_SMS_FROM isn't a number of this account."]


def _is_number(one: object, line: Line) -> bool:
    return isinstance(one, dict) and one.get("phone_number") == line.number


def _about_settings(number: Mapping[str, Any], line: Line) -> list[str]:
    wrong = []
    capabilities = number.get("capabilities")
    if not (isinstance(capabilities, dict) and capabilities.get("sms")):
        wrong.append("This number can't send or receive SMS. Get one that can.")
    if number.get("sms_application_sid"):
        wrong.append("This number hands its messages to a TwiML app. Set it to use a webhook instead.")
    # What follows # tells Twilio how often to try; it isn't part of the address.
    elif str(number.get("sms_url") or "").partition("#")[0] != line.hook:
        wrong.append(f"Messages don't come here. Set the number's webhook for incoming messages to {line.hook}.")
    elif number.get("sms_method") != "POST":
        wrong.append("Set the number's webhook for incoming messages to HTTP POST.")
    return wrong


def _by_hand(line: Line) -> str:
    return (
        "Look at this one yourself, we can't see it from here: at Twilio, under Messaging, Senders, WhatsApp senders, "
        f"the number must be online, with the webhook for incoming messages at {line.hook} and HTTP POST."
    )


def _word(status: object) -> str:
    return str(status) if status in ("suspended", "closed") else "not active"
