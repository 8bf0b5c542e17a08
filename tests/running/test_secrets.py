from __future__ import annotations

from pathlib import Path

import pytest

from bot.run import _create_secrets


def test_only_the_keys_that_nobody_set_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MESOGUIDE_DATA_KEY", "kept elsewhere")
    monkeypatch.delenv("MESOGUIDE_BRAIN_SECRET", raising=False)
    file = tmp_path / "secrets.env"
    _create_secrets(file)
    made = file.read_text()
    assert "MESOGUIDE_DATA_KEY" not in made
    assert made.startswith("MESOGUIDE_BRAIN_SECRET=")
    assert file.stat().st_mode & 0o777 == 0o600
    _create_secrets(file)
    assert file.read_text() == made
