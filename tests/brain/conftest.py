"""Must run before any test module here imports Rasa."""

from __future__ import annotations

from tests.quiet_rasa import import_rasa

import_rasa()
