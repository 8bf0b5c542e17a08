"""What only a process of its own can show: what it has loaded, and what it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.privacy.cipher import new_key
from bot.settings import ROOT
from tests.product import need_model

MARKER = "zebralips"

TALK = """
import asyncio, json, sys
from pathlib import Path
from bot.brain.private_logs import keep_names_only
from bot.brain.tensorflow_free import keep_tensorflow_out
from bot.privacy.logs import configure_logging
from bot.settings import load_settings
from bot.wiring import open_store

settings = load_settings()
configure_logging("DEBUG")
keep_names_only()
keep_tensorflow_out()
from bot.brain.brain import load_brain
from bot.types import PatientTurn

brain = load_brain(settings.models_dir, open_store(settings))
texts = ["hi zebralips, does it hurt?", "zebralips " * 300, "/zebralips{", "my throat is closing, says zebralips"]
turns = [PatientTurn("talk", f"turn-{number}", text) for number, text in enumerate(texts)]
turns.append(PatientTurn("talk", "turn-pressed", "zebralips", payload='/ask_more{"card": "zebralips"}'))

async def talk():
    return [(await brain.answer(turn))[0].kind.value for turn in turns]

kinds = asyncio.run(talk())
heavy = sorted({name.partition(".")[0] for name in sys.modules} & {"tensorflow", "keras", "torch", "sanic", "spacy"})
Path(sys.argv[1]).write_text(json.dumps({"kinds": kinds, "heavy": heavy}))
"""


class Ended(dict[str, Any]):
    """What the process has written into its file, and what it has printed."""

    printed: str


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    need_model()
    folder = tmp_path_factory.mktemp("process")
    own = {
        "MESOGUIDE_DATA_KEY": new_key(),
        "MESOGUIDE_BRAIN_SECRET": new_key(),
        "MESOGUIDE_DATABASE_URL": f"sqlite:///{folder / 'log.db'}",
    }
    command = [sys.executable, "-c", TALK, str(folder / "result.json")]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    result = Ended(json.loads(Path(folder / "result.json").read_text(encoding="utf-8")))
    result.printed = done.stdout + done.stderr
    return result


def test_the_brain_answers_without_tensorflow(ended: Ended) -> None:
    assert ended["kinds"][0] == "answer"
    assert ended["kinds"][3] == "emergency"
    assert "tensorflow" not in ended["heavy"]
    assert "keras" not in ended["heavy"]


def test_nothing_that_a_patient_wrote_is_printed(ended: Ended) -> None:
    assert len(ended["kinds"]) == 5
    assert MARKER not in ended.printed
