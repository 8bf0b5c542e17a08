"""The pipeline isn't made for clinics: any labelled data trains it, by the ordinary command."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rasa.core.agent import Agent

from bot.settings import ROOT
from tests.nlu.pipeline import Line, Pipeline
from tests.nlu.samples import GIBBERISH, UNSEEN, bank_file
from tests.quiet_rasa import rasas_own_warnings
from tests.training_lines import training_lines

TRAINING_LIMIT_S = 60
LEAST_RIGHT = 0.5
"""Of other lines, after so few; guessing among all intents would get one in fifty."""

# Other data has no patterns for parts of the body; Rasa says so at each message.
pytestmark = pytest.mark.filterwarnings("ignore:The RegexEntityExtractor has not been trained properly:UserWarning")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank's model, made by `rasa train nlu` with this project's `config.yml`."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "bank.yml").write_text(bank_file(), encoding="utf-8")
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "rasa", "train", "nlu", "--nlu", str(folder / "bank.yml"), "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **quiet}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    (found,) = folder.glob("*.tar.gz")
    return found


@pytest.fixture(scope="module")
def parsed(archive: Path) -> dict[str, dict[str, Any]]:
    """What the freshly trained model makes of each sample."""
    return asyncio.run(_parse(archive, [*UNSEEN, *GIBBERISH, "", "😀", "/restart"]))


async def _parse(archive: Path, texts: Sequence[str]) -> dict[str, dict[str, Any]]:
    with rasas_own_warnings():
        agent = Agent.load(archive)
    return {text: await agent.parse_message(text) for text in texts}


def test_a_bank_gets_a_bot_that_understands_unseen_lines(parsed: dict[str, dict[str, Any]]) -> None:
    assert {text: parsed[text]["intent"]["name"] for text in UNSEEN} == UNSEEN


def test_gibberish_falls_back_instead_of_being_guessed(parsed: dict[str, dict[str, Any]]) -> None:
    assert {parsed[text]["intent"]["name"] for text in GIBBERISH} == {"nlu_fallback"}
    # What the classifier itself thought comes second.
    assert max(parsed[text]["intent_ranking"][1]["confidence"] for text in GIBBERISH) < 0.5


def test_a_clinics_sign_of_danger_is_found_whatever_was_trained(archive: Path) -> None:
    found = asyncio.run(_parse(archive, ["my throat is closing up and I can't breathe"]))
    assert [parse["intent"]["name"] for parse in found.values()] == ["red_flag"]


def test_nothing_in_an_archive_is_a_pickle(archive: Path) -> None:
    for path in (archive, ROOT / "models" / "mesoguide.tar.gz"):
        with tarfile.open(path) as members:
            files = [member for member in members if member.isfile()]
            assert {Path(member.name).suffix for member in files} <= {".json", ".yml", ".safetensors"}
            assert any(member.name.endswith(".safetensors") for member in files)
            # Every pickle since protocol 2 starts with this byte, whatever the file is called.
            assert not [m.name for m in files if (members.extractfile(m) or sys.stdin.buffer).read(1) == b"\x80"]


@pytest.mark.alone
def test_1500_lines_train_within_a_minute(tmp_path: Path) -> None:
    known = training_lines()
    lines = [Line(line.text, line.intent, line.voice) for line in known[:: len(known) // 1500]][:1500]
    assert len(lines) == 1500
    started = time.perf_counter()
    trained = Pipeline(tmp_path, lines)
    took_s = time.perf_counter() - started
    known_texts = {line.text for line in lines}
    others = [line for line in known[:: len(known) // 200] if line.text not in known_texts]
    intents = trained.intents(*(line.text for line in others))
    right = sum(intent == line.intent for intent, line in zip(intents, others, strict=True))
    assert right >= LEAST_RIGHT * len(others)
    assert took_s <= TRAINING_LIMIT_S
