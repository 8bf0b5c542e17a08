"""`python -m bot.run` and `python -m bot.evaluate`, as people start them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from bot.settings import ROOT
from bot.vocabulary import TOPICS, Kind
from tests.gateway.patient import Patient
from tests.product import START_TIMEOUT_S, need_model, product_environment

pytestmark = pytest.mark.model

MESSAGES = [
    {"id": "one", "text": "does it hurt?", "note": "other fields are left alone"},
    {"id": 2, "text": "I had mesotherapy an hour ago and now I can't breathe"},
    {"id": "three", "text": ""},
]


@contextmanager
def run_command(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m bot.run`, ended at the latest when the test is over."""
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-m", "bot.run"], cwd=ROOT, env=environment, stderr=file)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _wait_for(log: Path, words: str) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while words not in log.read_text():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.1)


def _lasting_children_of(process_id: int) -> list[int]:
    """Those that are left when the short one has ended that makes the first admin's link."""
    until = time.monotonic() + 30
    while len(found := _children_of(process_id)) > 2 and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _children_of(process_id: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.alone  # it is timed
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found in /proc")
def test_ctrl_c_ends_everything_soon_even_while_a_patient_listens(tmp_path: Path) -> None:
    environment, log = product_environment(tmp_path), tmp_path / "run.log"
    url = f"http://127.0.0.1:{environment['MESOGUIDE_PORT']}"
    with run_command(environment, log) as process, httpx2.Client(base_url=url, trust_env=False, timeout=30) as client:
        _wait_for(log, f"Ready: {url}/demo")
        children = _lasting_children_of(process.pid)
        assert len(children) == 2
        patient = Patient(client)
        with patient.stream() as events:
            patient.send("does it hurt?")
            next(events)
            started = time.monotonic()
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
            # People press it twice.
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
    assert time.monotonic() - started < 8
    assert not [child for child in children if _is_alive(child)]
    assert "Traceback" not in log.read_text()
    assert "Unclosed" not in log.read_text()


@pytest.mark.parametrize("name", ["MESOGUIDE_PORT", "MESOGUIDE_BRAIN_PORT"])
def test_a_port_in_use_is_one_clear_sentence(name: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment, log = product_environment(tmp_path, **{name: str(port)}), tmp_path / "run.log"
        with run_command(environment, log) as process:
            assert process.wait(30) == 1
    (line,) = log.read_text().splitlines()
    assert f"Port {port} can't be used (address already in use)" in line
    assert f"set {name} to another one" in line


def test_a_wrong_setting_is_one_clear_sentence(tmp_path: Path) -> None:
    environment, log = product_environment(tmp_path, MESOGUIDE_PORT="eighty"), tmp_path / "run.log"
    with run_command(environment, log) as process:
        assert process.wait(30) == 1
    (line,) = log.read_text().splitlines()
    assert "MESOGUIDE_PORT" in line


@pytest.fixture(scope="module", autouse=True)
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """An evaluation that loads its model while the other tests run."""
    need_model()
    folder = tmp_path_factory.mktemp("evaluation")
    (folder / "in.jsonl").write_text("\n\n".join(json.dumps(line) for line in MESSAGES) + "\n", encoding="utf-8")
    # No keys in the environment: the command brings its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MESOGUIDE_")}
    command = [sys.executable, "-m", "bot.evaluate", str(folder / "in.jsonl"), str(folder / "out.jsonl")]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment | {"PYTHONWARNINGS": "ignore"}, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        if process.poll() is None:
            process.kill()


def test_evaluation_writes_one_line_for_each_message(evaluation: subprocess.Popen[str]) -> None:
    _, complaints = evaluation.communicate(timeout=90)
    assert evaluation.returncode == 0, complaints
    out = Path(evaluation.args[-1])
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [set(line) for line in found] == [{"id", "kind", "topics", "latency_ms"}] * 3
    assert [line["id"] for line in found] == ["one", 2, "three"]
    assert [line["kind"] for line in found] == ["answer", "emergency", "notice"]
    assert [line["topics"] for line in found] == [["pain"], [], []]
    assert all(line["kind"] in {kind.value for kind in Kind} and set(line["topics"]) <= set(TOPICS) for line in found)
    assert all(0 < line["latency_ms"] < 10_000 for line in found)
