"""What a clinic does with its knowledge on the command line: `python -m bot.knowledge check`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from bot.clinic import load_clinic, placeholders
from bot.errors import MesoGuideError
from bot.reading import grade
from bot.retrieval.card import Card
from bot.retrieval.library import load_library
from bot.retrieval.replies import load_replies
from bot.settings import load_content_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 1 when a file is wrong."""
    parser = argparse.ArgumentParser(prog="python -m bot.knowledge", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="load every card and reply, say what is wrong, show grade and length")
    parser.parse_args(arguments)
    try:
        sys.stdout.writelines(f"{line}\n" for line in check())
    except MesoGuideError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def check() -> Iterator[str]:
    """A table of all cards and replies. Raises DocumentError or SettingsError when a file is wrong."""
    settings = load_content_settings()
    names = placeholders(load_clinic(settings.clinic_file)).keys()
    library, replies = load_library(settings.knowledge_dir, names), load_replies(settings.knowledge_dir, names)
    yield f"{'text':<32}{'words':>6}{'grade':>7}{'more':>7}{'grade':>7}  {'evidence':<9} review"
    for card in library.cards.values():
        yield (
            f"{card.id:<32}{len(card.answer.split()):>6}{grade(card.answer):>7.1f}"
            f"{len(card.more.split()):>7}{grade(card.more):>7.1f}  {card.evidence.strength:<9} {_review(card)}"
        )
    for reply in replies.values():
        yield f"{reply.id:<32}{len(reply.text.split()):>6}{grade(reply.text):>7.1f}"
    yield f"{len(library.cards)} cards on {len(library.topics())} topics, {len(replies)} replies. Nothing is wrong."


def _review(card: Card) -> str:
    """A signature that no longer fits its text is worth a word: nobody would notice otherwise."""
    if card.is_reviewed:
        return f"signed, due {card.review.due_on}"
    return "changed since it was signed" if card.review.status == "signed" else "unreviewed"


if __name__ == "__main__":
    raise SystemExit(main())
