"""What a clinic does with its knowledge on the command line: check, sign, report, missed, collide."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.clinic import load_clinic, placeholders
from bot.encoder.sentence import load_plain_encoder
from bot.errors import DocumentError, MesoGuideError
from bot.governance import collide, missed
from bot.governance.report import report
from bot.governance.signing import VALID, sign
from bot.governance.training import load_draft, training_lines
from bot.reading import grade
from bot.retrieval.card import ANSWER_WORDS, Card
from bot.retrieval.courses import load_general_prices
from bot.retrieval.facts import load_facts, misuses
from bot.retrieval.library import Library, load_library
from bot.retrieval.offer import Offer
from bot.retrieval.render import answer_envelope
from bot.retrieval.replies import Reply, load_replies
from bot.settings import ROOT, load_content_settings, load_settings
from bot.wiring import open_store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 1 when a file is wrong."""
    options = _parser().parse_args(arguments)
    try:
        sys.stdout.writelines(f"{line}\n" for line in options.run(options))
    except MesoGuideError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.knowledge", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("check", help="load every card and reply, say what is wrong, show grade and length")
    command.set_defaults(run=lambda _: check())
    command = commands.add_parser("report", help="list what is unsigned, expired or uncovered")
    command.set_defaults(run=lambda _: _report())
    command = commands.add_parser("sign", help="put a clinician's signature under a card, for the text as it stands")
    command.add_argument("card", help="the card's id, like pain.general")
    command.add_argument("--by", required=True, help="the clinician's full name and title")
    command.add_argument("--due", type=dt.date.fromisoformat, help="look at it again by this day (default: in a year)")
    command.set_defaults(run=_sign)
    command = commands.add_parser("missed", help="group the questions that weren't answered, or not well")
    command.set_defaults(run=lambda _: _missed())
    command = commands.add_parser("collide", help="show which training messages a new card would steal")
    command.add_argument("draft", type=Path, help="a YAML file with `examples`, questions that the card is to answer")
    command.set_defaults(run=lambda options: _collide(options.draft))
    return parser


def _sign(options: argparse.Namespace) -> Iterator[str]:
    library, _, folder = _loaded()
    if options.card not in library.cards:
        raise DocumentError(f"{options.card!r} is not a card; `python -m bot.knowledge check` lists all.")
    today = dt.date.today()
    topic, _, name = options.card.partition(".")
    path = folder / "cards" / topic / f"{name}.yml"
    card = sign(path, by=options.by, on=today, due=options.due or today + VALID)
    yield f"{card.id} is signed by {card.review.signed_by}, to be looked at again by {card.review.due_on}."


def _report() -> Iterator[str]:
    library, _, folder = _loaded()
    yield from report(library, load_facts(folder), dt.date.today())


def _missed() -> Iterator[str]:
    store = open_store(load_settings())
    yield from missed.describe(store.missed_questions(), load_plain_encoder().encode)


def _collide(path: Path) -> Iterator[str]:
    draft = load_draft(path)
    lines = training_lines(ROOT / "data" / "nlu")
    own = f"ask_{draft.topic}" if draft.topic else None
    yield from collide.describe(collide.collisions(draft.lines, own, lines, load_plain_encoder().encode))


def _loaded() -> tuple[Library, dict[str, Reply], Path]:
    """Cards, replies and the folder that they are in. Raises DocumentError or SettingsError when a file is wrong."""
    settings = load_content_settings()
    names = placeholders(load_clinic(settings.clinic_file)).keys()
    folder = settings.knowledge_dir
    return load_library(folder, names), load_replies(folder, names), folder


def check() -> Iterator[str]:
    """A table of all cards and replies. Raises DocumentError or SettingsError when a file is wrong."""
    library, replies, folder = _loaded()
    if wrong := [*misuses(load_facts(folder), library)]:
        raise DocumentError("\n".join(wrong))
    words = _words_said(library, folder)
    yield f"{'text':<32}{'words':>6}{'grade':>7}{'more':>7}{'grade':>7}  {'evidence':<9} review"
    for card in library.cards.values():
        yield (
            f"{card.id:<32}{words[card.id]:>6}{grade(card.answer):>7.1f}"
            f"{len(card.more.split()):>7}{grade(card.more):>7.1f}  {card.evidence.strength:<9} {_review(card)}"
        )
    for reply in replies.values():
        yield f"{reply.id:<32}{len(reply.text.split()):>6}{grade(reply.text):>7.1f}"
    if long := [card_id for card_id, count in words.items() if count > ANSWER_WORDS]:
        yield f"With your clinic's facts, these are longer than {ANSWER_WORDS} words: {', '.join(long)}."
    yield f"{len(library.cards)} cards on {len(library.topics())} topics, {len(replies)} replies. Nothing is wrong."


def _words_said(library: Library, folder: Path) -> dict[str, int]:
    """How many words each short answer has as this clinic's patients read it."""
    clinic = load_clinic(load_content_settings().clinic_file)
    full, values = replace(library, offer=Offer(clinic, load_general_prices(folder))), placeholders(clinic)
    return {name: len(answer_envelope(full, card, values).text.split()) for name, card in full.cards.items()}


def _review(card: Card) -> str:
    """A signature that no longer fits its text is worth a word: nobody would notice otherwise."""
    if card.is_reviewed:
        late = "" if card.is_in_force(dt.date.today()) else ", expired"
        return f"signed, due {card.review.due_on}{late}"
    return "changed since it was signed" if card.review.status == "signed" else "unreviewed"


if __name__ == "__main__":
    raise SystemExit(main())
