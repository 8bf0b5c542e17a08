"""Short modules, short functions, empty packages, and imports that do nothing."""

from __future__ import annotations

import ast
import json
import os
import statistics
import subprocess
import sys

from bot.settings import ROOT
from tests.architecture.source import files, lines_of

LONGEST_MODULE, MEDIAN_MODULE = 300, 80
LONGEST_FUNCTION, MEDIAN_FUNCTION = 50, 10

# Alembic runs this file as a script, for each migration.
SCRIPTS = {"bot/store/migrations/env.py"}

WATCH = """
import json, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
root = str(Path.cwd()) + "/"
touched = []

def watch(event, arguments):
    if event in {"socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir", "os.remove"}:
        touched.append([event, str(arguments[:1])])
    elif event == "open" and isinstance(arguments[0], str):
        path = str(Path(arguments[0]).absolute())
        own = path.startswith(root) and not path.startswith(root + ".venv/")
        if own and not path.endswith((".py", ".pyc")) and "__pycache__" not in path:
            touched.append([event, path.removeprefix(root)])

from bot.brain.tensorflow_free import keep_tensorflow_out
keep_tensorflow_out()
# Other people's packages first: what they do at import isn't ours.
import alembic, ctranslate2, rasa.core.agent, rasa_sdk.executor, sklearn, spacy
import starlette.applications, textstat, uvicorn
sys.addaudithook(watch)
found = {}
for name in json.loads(sys.argv[1]):
    __import__(name)
    if touched:
        found[name] = touched[:]
        touched.clear()
sys.stderr.write("RESULT" + json.dumps(found))
"""


def test_every_package_file_is_empty() -> None:
    assert [path for path in files() if path.endswith("__init__.py") and (ROOT / path).stat().st_size] == []


def test_modules_are_short() -> None:
    lengths = {path: lines_of(path) for path in files() if not path.endswith("__init__.py")}
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_MODULE


def test_functions_are_short() -> None:
    lengths = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in files().items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_FUNCTION


def test_importing_any_module_touches_nothing() -> None:
    names = [path.removesuffix(".py").replace("/", ".") for path in files() if path not in SCRIPTS]
    names = [name.removesuffix(".__init__") for name in names]
    environment = {**os.environ, "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", WATCH, json.dumps(names)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stderr.partition("RESULT")[2]) == {}
    assert done.stdout == ""
