"""Why something wasn't delivered: short stable codes, and the sentences that staff read for them."""

from __future__ import annotations

import re

from bot.store.outbox import UNREADABLE

NO_CONNECTION, TIMEOUT, TLS, NO_STARTTLS = "no_connection", "timeout", "tls", "no_starttls"
SIGN_IN, NO_SIGN_IN, RECIPIENT, SENDER = "sign_in", "no_sign_in", "recipient_refused", "sender_refused"
NOT_SET_UP, CRASHED, BAD_ANSWER = "not_set_up", "crashed", "bad_answer"
WINDOW_OVER, CHAT_GONE, BAD_TOKEN, BUSY = "window_over", "chat_gone", "bad_token", "app_busy"
REFUSED, NO_SUCH_CHAT, BAD_TEMPLATE = "app_refused", "no_such_chat", "bad_template"
SLACK_TOKEN, SLACK_RIGHTS, SLACK_CHANNEL, SLACK_INVITE = "slack_token", "slack_rights", "slack_channel", "slack_invite"

WORDS = {
    NO_CONNECTION: "The server can't be reached. Check its name and port, and that this machine may connect to it.",
    TIMEOUT: "The server took too long to answer.",
    TLS: "The encrypted connection failed. Check the server's certificate and name, and the kind of encryption.",
    NO_STARTTLS: "The mail server doesn't offer STARTTLS. Set MESOGUIDE_SMTP_SECURITY to tls, or use its other port.",
    SIGN_IN: "The mail server refused user name or password. Check MESOGUIDE_SMTP_USER and MESOGUIDE_SMTP_PASSWORD.",
    NO_SIGN_IN: "The mail server takes no sign-in here. Leave MESOGUIDE_SMTP_USER empty, or use its other port.",
    RECIPIENT: "The mail server doesn't take mail for this address. Check the addresses in the settings.",
    SENDER: "The mail server refused the sender. Set MESOGUIDE_SMTP_FROM to an address that it lets you use.",
    NOT_SET_UP: "This way of sending isn't set up on the server. See .env.example.",
    CRASHED: "Something unexpected went wrong. The server's log has the details.",
    BAD_ANSWER: "The server's answer makes no sense. Is it the right kind of server, and the right port?",
    WINDOW_OVER: "The patient wrote too long ago. The app now takes only its approved template.",
    CHAT_GONE: "The patient has blocked or stopped our messages.",
    BAD_TOKEN: "The app refused our key. Check its token in the settings.",
    BUSY: "The app has no room for more messages just now. That should pass.",
    REFUSED: "The app refused the message.",
    NO_SUCH_CHAT: "The app doesn't know this patient's address any more.",
    BAD_TEMPLATE: "The app doesn't know the approved template. Check MESOGUIDE_TEMPLATE_NAME and its language.",
    SLACK_TOKEN: "Slack refused the token. Copy the bot's token (xoxb-…) again to MESOGUIDE_SLACK_TOKEN.",
    SLACK_RIGHTS: "The Slack app may not write. Give it the bot scope chat:write and install it again.",
    SLACK_CHANNEL: "Slack doesn't find the channel. Put its id (C…) into MESOGUIDE_SLACK_CHANNEL, and invite the app.",
    SLACK_INVITE: "The Slack app may not write in the channel. Invite it there: /invite and the app's name.",
    UNREADABLE: "It can't be read with MESOGUIDE_DATA_KEY. Add the key that it was written with.",
}
STATUS = re.compile(r"(smtp|http)_(\d{3})")
PASSING = frozenset({408, 425, 429})
"""Of HTTP's 4xx, those that ask for another try."""
SERVERS = {"smtp": "The mail server", "http": "The webhook's receiver"}


def smtp_status(status: int) -> str:
    """The code for an answer of a mail server."""
    return f"smtp_{status}"


def http_status(status: int) -> str:
    """The code for an answer of a webhook's receiver."""
    return f"http_{status}"


def in_words(code: str) -> str:
    """The sentence for a code; never empty."""
    if found := STATUS.fullmatch(code):
        return f"{SERVERS[found[1]]} answered with {found[2]}{_hint(found[1], int(found[2]))}"
    return WORDS.get(code, f"It failed ({code}).")


def _hint(server: str, status: int) -> str:
    if server == "http" and 300 <= status < 400:
        return ", a redirect. Set MESOGUIDE_WEBHOOK_URL to the final address."
    if status in {401, 403} and server == "http":
        return ". Check that it knows our signature's secret."
    if status in {404, 410}:
        return ". Nobody listens at MESOGUIDE_WEBHOOK_URL any more."
    is_passing = status in PASSING or status >= 500 if server == "http" else status < 500
    return ". That should pass." if is_passing else "."
