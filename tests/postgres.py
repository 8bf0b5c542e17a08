"""A PostgreSQL server of the tests' own: a fresh folder, a Unix socket, gone at the end."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

START_TIMEOUT_S = 30
USER = "mesoguide"
# Durability against power cuts is the server's affair, not what these tests look at; without it they run faster.
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB", "-c", "max_connections=60")


class PostgresServer:
    """A running server that makes databases."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def connect(self) -> Any:
        return psycopg2.connect(host=str(self._folder), user=USER, dbname="postgres")

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new, empty database, dropped at the end."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        yield f"postgresql://{USER}@/{name}?host={self._folder}"
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, sql: str) -> None:
        with closing(self.connect()) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)


def find_programs() -> Path | None:
    """The folder with `initdb` and `postgres`: Debian keeps them off the PATH, the newest version wins."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    folders = ([Path(on_path).resolve().parent] if on_path else []) + debian[::-1]
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Start a server, and stop it at the end. Without the programs: a failure in CI, a skip elsewhere."""
    programs = find_programs()
    if programs is None:
        reason = "PostgreSQL's server programs (initdb, postgres) are not installed; on Debian: postgresql"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with tempfile.TemporaryDirectory(prefix="pg-") as name, _prepared(Path(name), programs) as process:
        server = PostgresServer(Path(name))
        _wait_until_up(server, process)
        yield server


@contextmanager
def _prepared(folder: Path, programs: Path) -> Iterator[subprocess.Popen[bytes]]:
    # PostgreSQL refuses to run as root, so a root's tests hand the folder to the user with the fewest rights.
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        identity = {"user": "nobody", "extra_groups": []}
    data = str(folder / "data")
    initdb = [str(programs / "initdb"), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **identity)
    command = [str(programs / "postgres"), "-D", data, "-k", str(folder), "-c", "listen_addresses=", *FAST]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **identity)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: doesn't wait for clients
        process.wait(timeout=START_TIMEOUT_S)


def _wait_until_up(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            server.connect().close()
            return
        except psycopg2.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
