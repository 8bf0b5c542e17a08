"""From the packaged weights to the int8 model on this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.encoder.convert import READING, ensure_encoder, model_fingerprint
from bot.encoder.sentence import FOLDER_VARIABLE, SentenceEncoder, encoder_folder, large_folder, load_plain_encoder
from bot.encoder.sources import LARGE, SMALL, Source
from bot.errors import SettingsError
from bot.settings import ROOT

CONVERT = """
import sys
from pathlib import Path
from bot.encoder.convert import ensure_encoder
from bot.encoder.sources import SMALL
input()
ensure_encoder(Path(sys.argv[1]), SMALL, SMALL.made_of)
"""


@pytest.fixture
def impostor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of the encoder's name whose weights are other ones."""
    model = tmp_path / "packages" / SMALL.packages[0] / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").touch()
    (model / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))


def test_two_processes_at_once_convert_into_one_whole_folder(tmp_path: Path) -> None:
    load_plain_encoder()
    target = tmp_path / "models" / "encoder"
    command = [sys.executable, "-c", CONVERT, str(target)]
    racers = [subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    assert [racer.communicate(b"\n", timeout=60)[1] for racer in racers] == [b"", b""]
    assert [racer.returncode for racer in racers] == [0, 0]
    assert [path.name for path in target.parent.iterdir()] == ["encoder"]
    # The same model as the one this machine made before: a conversion has one outcome.
    assert model_fingerprint(target) == model_fingerprint(encoder_folder() / "plain")


def test_what_is_converted_is_left_as_it_is() -> None:
    before = (large_folder() / "model.bin").stat().st_mtime_ns
    assert (large_folder() / "model.bin").stat().st_mtime_ns == before


def test_a_folder_of_an_older_layout_is_made_anew(tmp_path: Path) -> None:
    target = tmp_path / "encoder"
    shutil.copytree(ensure_encoder(encoder_folder() / "plain", SMALL, SMALL.made_of), target)
    (target / READING).unlink()
    ensure_encoder(target, SMALL, SMALL.made_of)
    assert SentenceEncoder(target).dimension == 384
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


@pytest.mark.usefixtures("impostor")
def test_weights_with_another_hash_are_refused_and_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not the vetted one"):
        ensure_encoder(tmp_path / "encoder", SMALL, SMALL.made_of)
    assert [path.name for path in tmp_path.iterdir()] == ["packages"]


@pytest.mark.parametrize(
    "source", [Source("none", ("there-is-no-such-package",), ""), Source("other", (*LARGE.packages[:1], "pytest"), "")]
)
def test_a_missing_part_is_named(source: Source, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not installed"):
        ensure_encoder(tmp_path / "encoder", source, "")
    assert not list(tmp_path.iterdir())


def test_parts_that_are_no_archive_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="damaged"):
        ensure_encoder(tmp_path / "encoder", Source("first part", LARGE.packages[:1], LARGE.sha256), "")
    assert not list(tmp_path.iterdir())


def test_the_fingerprint_changes_with_the_model(tmp_path: Path) -> None:
    shutil.copytree(large_folder(), tmp_path, dirs_exist_ok=True)
    same = model_fingerprint(tmp_path)
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    assert same == model_fingerprint(large_folder())
    assert model_fingerprint(tmp_path) != same


def test_the_folder_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert encoder_folder() == tmp_path
