"""What a clinic does with its knowledge on the command line: `python -m bot.knowledge check`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache

from textstat.textstat import textstatistics  # type: ignore[import-untyped]  # ships no types

from bot.clinic import load_clinic, placeholders
from bot.errors import MesoGuideError
from bot.retrieval.card import Card
from bot.retrieval.library import load_library
from bot.retrieval.replies import load_replies
from bot.settings import load_content_settings

NAMES_FOR_GRADING = ("mesotherapy", "MesoGuide", "lidocaine")
"""Names that a text can't do without; a reader meets them as one short word, so the grade counts them as one."""

SYLLABLE_MARGIN = 2.0
"""The hyphenation rules that count syllables here miss some: on these cards they came out 0.8 grades lower than the CMU
pronouncing dictionary on average, 2.1 at most. The margin errs on the strict side."""

_MARKS = re.compile(r"\[([^]]*)\]\([^)]*\)|\{\w+\}|\*\*")
_NAMES = re.compile(rf"\b({'|'.join(NAMES_FOR_GRADING)})\b", re.IGNORECASE)


def plain(text: str) -> str:
    """`text` as it is read aloud: without Markdown signs and placeholders, and with the excepted names made short."""
    return _NAMES.sub("name", _MARKS.sub(r"\1", text))


def grade(text: str) -> float:
    """Flesch-Kincaid school grade of a text, rather too high than too low (6 means the sixth year of a US school)."""
    return float(_meter().flesch_kincaid_grade(plain(text))) + SYLLABLE_MARGIN


def words_per_sentence(text: str) -> float:
    """Mean length of the sentences; a heading counts with the sentence that it opens."""
    return float(_meter().words_per_sentence(plain(text)))


@cache
def _meter() -> textstatistics:
    """With the underscored "en_US", textstat would download a dictionary; the hyphen keeps it to what is installed."""
    meter = textstatistics()
    meter.set_lang("en-US")
    return meter


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
