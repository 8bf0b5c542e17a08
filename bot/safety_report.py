"""`python -m bot.safety_report [BANK] [OUT]`: measure the red-flag check as the product runs it.

Prints the report on the labelled messages in the folder BANK and writes it to OUT/safety-YYYY-MM-DD.md.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.errors import MesoGuideError
from bot.safety.report import load_bank, measure, render
from bot.settings import ROOT
from bot.wiring import safety_check


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write the report. Returns the exit code."""
    bank = Path(arguments[0]) if arguments else ROOT / "tests" / "safety" / "bank"
    out = Path(arguments[1]) if len(arguments) > 1 else ROOT / "var" / "reports"
    day = dt.datetime.now(dt.timezone.utc).date()
    try:
        outcomes = measure(safety_check(), load_bank(bank))
    except MesoGuideError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    text = render(outcomes, day)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"safety-{day.isoformat()}.md"
    path.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{text}\nWritten to {path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
