"""`python -m bot.run`: brain and gateway on one machine. Ctrl-C stops both; a part that dies is started again."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from bot.errors import MesoGuideError, SettingsError
from bot.privacy.cipher import new_key
from bot.settings import SECRETS_FILE, Settings, load_settings, values_set

START_LIMIT_S = 120.0
STOP_LIMIT_S = 10.0
MOST_RESTARTS = 5
RESTART_WINDOW_S = 600.0
PARTS = ("bot.brain", "bot.gateway")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to end."""


def main() -> int:
    for sign in STOP_SIGNALS:
        signal.signal(sign, _stop)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        _create_secrets(SECRETS_FILE)
        settings = load_settings()
        for name, port in (("MESOGUIDE_PORT", settings.port), ("MESOGUIDE_BRAIN_PORT", settings.brain_port)):
            _check_port(name, settings.host if name == "MESOGUIDE_PORT" else "127.0.0.1", port)
        processes.update((part, _start(part)) for part in PARTS)
        _wait_until_ready(settings, processes)
        address = f"http://{_shown(settings.host)}:{settings.port}"
        _say(f"\n  Ready: {address}/demo   (Ctrl-C stops everything)\n")
        _say_first_link(address)
        _watch(processes)
    except Stopped:
        _say("\nStopping ...")
        return 0
    except MesoGuideError as error:
        _say(f"mesoguide: {error}")
        return 1
    finally:
        _end(processes)
    return 0


def _create_secrets(path: Path) -> None:
    """A private file with fresh keys for those that nobody set. Losing it means losing every stored conversation."""
    known = values_set(path)
    made = {"MESOGUIDE_DATA_KEY": new_key(), "MESOGUIDE_BRAIN_SECRET": secrets.token_urlsafe(32)}
    missing = {name: value for name, value in made.items() if not known.get(name)}
    if not missing:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = path.read_text() if path.exists() else ""
    scratch = path.with_suffix(".new")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(kept + "".join(f"{name}={value}\n" for name, value in missing.items()))
    scratch.replace(path)
    _say(f"Made new keys in {path.name}. Keep a copy: without it the stored conversations can't be read.")


def _check_port(name: str, host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or "not possible"
            raise SettingsError(
                f"Port {port} can't be used ({reason.lower()}); end what uses it, or set {name} to another one."
            ) from None


def _start(part: str) -> subprocess.Popen[bytes]:
    # Sessions of their own: Ctrl-C reaches only this process, which then ends them in order.
    return subprocess.Popen([sys.executable, "-m", part], start_new_session=True)  # noqa: S603  (our own modules)


def _wait_until_ready(settings: Settings, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    _say("Starting ...")
    until = time.monotonic() + START_LIMIT_S
    # Past any proxy that the environment names: this is our own machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = f"http://{_shown(settings.host)}:{settings.port}/health/ready"
    while time.monotonic() < until:
        for part, process in processes.items():
            if process.poll() is not None:
                raise SettingsError(f"{part} ended at once; its reason is printed above.")
        try:
            with direct.open(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise SettingsError(f"The bot wasn't ready after {START_LIMIT_S:.0f} s; the messages above may say why.")


def _say_first_link(address: str) -> None:
    """As long as nobody can administer the console, each start prints a new link for the first admin."""
    # A process of its own: whatever goes wrong there says so and must not end the bot.
    command = [sys.executable, "-m", "bot.staff", "--address", address, "first-link"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  (our own module)
    if link := done.stdout.strip():
        _say(f"  First admin of the staff console, once and within 24 hours: {link}\n")


def _watch(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    restarts: dict[str, list[float]] = {part: [] for part in PARTS}
    while True:
        time.sleep(0.5)
        for part, process in list(processes.items()):
            if process.poll() is None:
                continue
            now = time.monotonic()
            recent = [at for at in restarts[part] if at > now - RESTART_WINDOW_S]
            if len(recent) >= MOST_RESTARTS and part == "bot.brain":
                # The gateway goes on alone: its red-flag check and phone numbers need no brain.
                continue
            restarts[part] = [*recent, now]
            if len(recent) >= MOST_RESTARTS:
                raise SettingsError(f"{part} ended again and again; its reason is printed above.")
            _say(f"mesoguide: {part} ended with code {process.returncode}; starting it again.")
            processes[part] = _start(part)


def _end(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for sign in STOP_SIGNALS:
        # Somebody who presses Ctrl-C again must not leave half of it running.
        signal.signal(sign, signal.SIG_IGN)
    for process in reversed(processes.values()):
        # The gateway first and alone: what it is just answering still needs the brain.
        process.terminate()
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104  (compared, not bound)
        return "[::1]" if host == "::" else "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
