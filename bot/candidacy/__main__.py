"""`python -m bot.candidacy graph|table`: check the questionnaire and print it for a clinician to review."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bot.candidacy.drawing import mermaid, table
from bot.candidacy.load import load_protocol
from bot.clinic import load_clinic, placeholders
from bot.errors import MesoGuideError
from bot.reading import grade
from bot.settings import load_content_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one of both. Returns the exit code: 1 when a file is wrong, with a sentence for each fault."""
    parser = argparse.ArgumentParser(prog="python -m bot.candidacy", description=__doc__)
    parser.add_argument("what", choices=("graph", "table"), help="a Mermaid flow chart, or all rules")
    what = parser.parse_args(arguments).what
    try:
        settings = load_content_settings()
        protocol = load_protocol(settings.knowledge_dir, placeholders(load_clinic(settings.clinic_file)), grade=grade)
    except MesoGuideError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in (mermaid(protocol) if what == "graph" else table(protocol)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
