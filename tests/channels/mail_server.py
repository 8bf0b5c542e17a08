"""A real SMTP server on this machine that keeps what it gets and refuses what a test wants refused."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
USER, PASSWORD = "console@clinic.example", "sesame"
HANG = "hang"


class MailServer:
    """`refusals` are the answers to the next messages instead of OK, in order; HANG gives none for 30 seconds."""

    def __init__(self) -> None:
        self.port = 0
        self.messages: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.refusals: list[str] = []
        self.refused_receivers: dict[str, str] = {}
        self.was_encrypted: list[bool] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused_receivers:
            return self.refused_receivers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        refusal = self.refusals.pop(0) if self.refusals else ""
        if refusal == HANG:
            await asyncio.sleep(30)
        elif refusal:
            return refusal
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.receivers += envelope.rcpt_tos
        self.was_encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"


@contextmanager
def mail_server(*, port: int = 0, tls: ssl.SSLContext | None = None, at_once: bool = False) -> Iterator[MailServer]:
    """Runs in a thread. With `tls` it wants STARTTLS and a sign-in; with `at_once` it speaks TLS from the start."""
    server = MailServer()
    options: dict[str, Any] = {}
    if tls is not None and not at_once:
        options = {"tls_context": tls, "require_starttls": True, "auth_required": True, "authenticator": _authenticate}
    # Controller asks the port that it was given whether it runs, so a free one has to be known before.
    server.port = port or free_port()
    ssl_context = tls if at_once else None
    controller = Controller(server, hostname=HOST, port=server.port, ssl_context=ssl_context, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


def make_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine that is its own authority, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.timezone.utc)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(HOST))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    no_password = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context
