"""The real product for tests: brain and gateway as processes, on free ports, with a database of their own."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bot.privacy.cipher import new_key
from bot.settings import ROOT

MODEL = ROOT / "models" / "mesoguide.tar.gz"
BRAIN, GATEWAY = "bot.brain", "bot.gateway"
START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 15.0
# Tests send more from one address than any patient does, and look for patients' words in the most talkative logs.
ROOMY = {
    "MESOGUIDE_NEW_CONVERSATIONS_PER_MINUTE": "10000",
    "MESOGUIDE_MESSAGES_PER_MINUTE": "1000",
    "MESOGUIDE_LOG_LEVEL": "DEBUG",
}


def need_model() -> None:
    """Fail with the mend where no model was trained."""
    if not MODEL.exists():
        pytest.fail(f"There is no trained model at {MODEL.relative_to(ROOT)}; run `make test`, which trains it.")


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def product_environment(folder: Path, **settings: str) -> dict[str, str]:
    """All settings that a product needs whose files are in `folder`; `settings` are further variables."""
    own = {
        "MESOGUIDE_DATA_KEY": new_key(),
        "MESOGUIDE_BRAIN_SECRET": secrets.token_urlsafe(32),
        "MESOGUIDE_DATABASE_URL": f"sqlite:///{folder / 'product.db'}",
        "MESOGUIDE_HOST": "127.0.0.1",
        "MESOGUIDE_PORT": str(free_port()),
        "MESOGUIDE_BRAIN_PORT": str(free_port()),
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
    }
    return {**os.environ, **own, **ROOMY, **settings}


class Product:
    """Both processes. Each is ended by its own id."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.database = folder / "product.db"
        self.url = f"http://127.0.0.1:{environment['MESOGUIDE_PORT']}"
        self._log = folder / "product.log"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def process_ids(self) -> dict[str, int]:
        return {part: process.pid for part, process in self._processes.items()}

    def logs(self) -> str:
        """Everything that either process has written since it was started first."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start both and wait until a patient can be answered."""
        self._start(BRAIN)
        self._start(GATEWAY)
        self.wait_for("/health/ready")

    def start_brain(self) -> None:
        """Start the brain and wait until it answers the gateway."""
        self._start(BRAIN)
        self.wait_for("/health/ready")

    def stop_brain(self) -> None:
        """End the brain at once, as a crash would."""
        self._kill(BRAIN)

    def start_gateway(self) -> None:
        """Start the gateway and wait until it takes requests, whether or not the brain is there."""
        self._start(GATEWAY)
        self.wait_for("/health/live")

    def kill_gateway(self) -> None:
        """kill -9: no goodbye to anybody."""
        self._kill(GATEWAY)

    def restart_gateway(self) -> None:
        """Kill and start again, as after a crash."""
        self.kill_gateway()
        self.start_gateway()

    def stop(self) -> None:
        """End what runs, the gateway first."""
        for part in (GATEWAY, BRAIN):
            process = self._processes.get(part)
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._kill(part)

    def wait_for(self, path: str) -> None:
        """Return when `path` answers 200. Raises RuntimeError with the end of the log when a process ends first."""
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until:
            with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(self.url + path, timeout=5):
                return
            gateway = self._processes[GATEWAY]
            brain = self._processes[BRAIN]
            if gateway.poll() is not None or (path == "/health/ready" and brain.poll() is not None):
                break
            time.sleep(0.1)
        raise RuntimeError(f"{path} never answered 200. The log ends with:\n{self.logs()[-3000:]}")

    def _start(self, part: str) -> None:
        with self._log.open("ab") as log:
            self._processes[part] = subprocess.Popen(
                [sys.executable, "-m", part], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def _kill(self, part: str) -> None:
        self._processes[part].kill()
        self._processes[part].wait(STOP_TIMEOUT_S)


@contextmanager
def running_product(**settings: str) -> Iterator[Product]:
    """The running product; `settings` are environment variables beside those that it needs."""
    need_model()
    with tempfile.TemporaryDirectory(prefix="mesoguide-") as name:
        folder = Path(name)
        product = Product(folder, product_environment(folder, **settings))
        try:
            product.start()
            yield product
        finally:
            product.stop()
