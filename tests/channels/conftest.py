"""Real servers on this machine, and the store on both databases."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.delivering import Clock
from tests.channels.fakes.graph import Graph
from tests.channels.fakes.platform import running
from tests.channels.mail_server import MailServer, mail_server, make_certificate
from tests.channels.receiver import Receiver, receiver
from tests.store.conftest import (  # noqa: F401  (fixtures)
    conversation,
    database_url,
    empty_engine,
    engine,
    key,
    postgres_server,
    store,
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """The file for whoever trusts it, and the server's side."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The certificate counts as a known authority's, as README.md says for one's own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    return certificate[1]


@pytest.fixture
def clock() -> Clock:
    """The time that the courier goes by."""
    return Clock()


@pytest.fixture
def graph() -> Iterator[Graph]:
    """Meta's server."""
    with running(Graph()) as server:
        yield server
