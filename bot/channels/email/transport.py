"""Sends one e-mail over SMTP."""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

import aiosmtplib
from pydantic import SecretStr

from bot.channels.reasons import (
    BAD_ANSWER,
    NO_CONNECTION,
    NO_SIGN_IN,
    NO_STARTTLS,
    RECIPIENT,
    SENDER,
    SIGN_IN,
    TIMEOUT,
    TLS,
    smtp_status,
)
from bot.errors import DeliveryError
from bot.store.outbox import Leased

TIMEOUT_S = 15.0
"""For each step; the worker limits the whole."""
QUIT_S = 2.0
PERMANENT = 500
AGAIN_S = 600.0
"""After a refused sign-in: servers lock accounts that try a wrong password often."""


@dataclass(frozen=True)
class MailServer:
    """Where mail goes out. `security` is `starttls`, `tls` or `none`."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: SecretStr | None = None


class EmailTransport:
    """The body names `to`, `subject` and `text`."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def send(self, leased: Leased) -> None:
        """One message, one receiver. Raises DeliveryError."""
        client = self._client()
        try:
            await client.connect()
            await client.send_message(self._message(leased))
            # From here on the server has it, whatever becomes of the goodbye.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=QUIT_S)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _failure(error) from None
        finally:
            # At once, also when the worker gives up on a server that hangs.
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            # Asked of the resolver otherwise, which may take long; and the machine's name is nobody's business.
            local_hostname=_domain(server.sender),
            username=server.user or None,
            password=server.password.get_secret_value() if server.user and server.password else None,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            # Made anew for each, so that a certificate that was replaced is noticed.
            tls_context=None if server.security == "none" else ssl.create_default_context(),
            timeout=TIMEOUT_S,
        )

    def _message(self, leased: Leased) -> EmailMessage:
        body, domain = leased.outgoing.body, _domain(self._server.sender)
        message = EmailMessage()
        message["From"] = Address("MesoGuide", addr_spec=self._server.sender)
        message["To"] = str(body["to"])
        message["Subject"] = str(body["subject"])
        message["Date"] = formatdate(leased.created_at.timestamp())
        message["Message-ID"] = f"<{leased.stable_id}@{domain}>"
        # Holiday notices would answer it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(str(body["text"]))
        return message


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _failure(error: Exception) -> DeliveryError:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        # There is one receiver, hence one refusal.
        return _failure(error.recipients[0]) if error.recipients else DeliveryError(RECIPIENT, is_permanent=True)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        # Not given up: whoever corrects the password gets what has waited.
        return DeliveryError(SIGN_IN, retry_after_s=AGAIN_S)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refusal(error)
    if _is_tls(error):
        return DeliveryError(TLS)
    if isinstance(error, (aiosmtplib.SMTPTimeoutError, TimeoutError)):
        return DeliveryError(TIMEOUT)
    if isinstance(error, OSError):
        return DeliveryError(NO_CONNECTION)
    # These two have no type of their own.
    if "SMTP AUTH" in str(error):
        return DeliveryError(NO_SIGN_IN)
    return DeliveryError(NO_STARTTLS if "STARTTLS" in str(error) else BAD_ANSWER)


def _refusal(error: aiosmtplib.SMTPResponseException) -> DeliveryError:
    if error.code < PERMANENT:
        # -1 stands for an answer that can't be read.
        return DeliveryError(smtp_status(error.code) if error.code >= 400 else BAD_ANSWER)
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        return DeliveryError(RECIPIENT, is_permanent=True)
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return DeliveryError(SENDER, is_permanent=True)
    return DeliveryError(smtp_status(error.code), is_permanent=True)


def _is_tls(error: BaseException | None) -> bool:
    """Whether it, or what caused it, is about certificates or the handshake."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
