"""The console for a real browser: the whole application with a scripted brain, served from this process over TLS.

Without TLS no browser takes the cookie of a member of staff. Contexts need `ignore_https_errors=True`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import BrowserContext

from bot.console.visit import COOKIE
from bot.gateway.app import create_app
from bot.people import Staff
from bot.privacy.tokens import hash_token, new_token
from bot.store.store import Store
from bot.vocabulary import Role
from bot.wiring import connect, content, open_store
from tests.conversation.samples import talk_settings
from tests.conversation.scripted_brain import ScriptedBrain
from tests.product import free_port


@dataclass(frozen=True)
class ConsoleSite:
    """Where it is served, and the store behind it."""

    url: str
    store: Store

    def sign_in(self, context: BrowserContext, role: Role, name: str) -> Staff:
        """Make an account, and give the browser the cookie of somebody who has signed in."""
        now, token = datetime.now(timezone.utc), new_token()
        login = f"{name.lower().replace(' ', '.')}-{new_token()[:6]}@clinic.example"
        staff = self.store.add_staff(login=login, name=name, role=role, password_hash=None, now=now)
        self.store.open_staff_session(staff.id, hash_token(token), csrf=new_token(), is_verified=True, now=now)
        self.give_cookie(context, token)
        return staff

    def give_cookie(self, context: BrowserContext, token: str) -> None:
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.url, "secure": True, "httpOnly": True}])


@contextmanager
def console_site(folder: Path, seed: Callable[[Store], None]) -> Iterator[ConsoleSite]:
    """Serve until the end of the block. The database is in `folder`.

    What `seed` writes is there before the server is, which would answer a message that waits at once.
    """
    settings = talk_settings(folder)
    store = open_store(settings)
    seed(store)
    app = create_app(connect(store, ScriptedBrain(), settings), content().clinic, starters=())
    port = free_port()
    key, certificate = _certificate(folder)
    config = uvicorn.Config(
        app, port=port, log_level="warning", ws="none", ssl_keyfile=str(key), ssl_certfile=str(certificate)
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    yield ConsoleSite(f"https://localhost:{port}", store)
    server.should_exit = True
    thread.join(10)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of our own for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    )
    certificate = builder.sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    paths = (folder / "key.pem", folder / "certificate.pem")
    paths[0].write_bytes(private)
    paths[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return paths
