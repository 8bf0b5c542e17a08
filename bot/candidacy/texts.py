"""Every text of a protocol that a patient reads, by the place where it stands, and its gaps filled."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from string import Formatter

from bot.candidacy.model import Protocol, Question

OWN_GAPS = ("answer", "number", "pause_days", "question", "reasons", "short", "total", "why")
"""Gaps that the questionnaire fills by itself, beside the clinic's facts."""
NEEDED_TEXTS = (
    "progress", "why", "several", "anything_else", "which", "confirm", "stated", "noted", "stricter", "changed",
    "not_understood", "numbered", "offer_staff", "age_wrong", "long", "back_at_start",
    "which_change", "full_list", "welcome_back", "resume", "read_back", "this_is_not", "your_answers", "also",
    "sheet", "send_offer", "sent", "not_sent", "finished", "declined", "stopped", "stopped_early",
    "new_version",
)  # fmt: skip
NEEDED_TITLES = (
    "yes", "no", "not_sure", "prefer_not", "skip", "back", "stop", "done", "go_on", "stop_here",
    "all_right", "change", "resume", "restart", "send", "keep", "person",
)  # fmt: skip


def fill(text: str, values: Mapping[str, str], **own: str) -> str:
    """`text` with its gaps filled. Raises KeyError on a gap that loading would have refused."""
    return text.format_map({**values, **own})


def sentences(protocol: Protocol) -> dict[str, str]:
    """The texts made of whole sentences, under names like `skin_today: why`: these are graded."""
    found = dict(_of_questions(protocol.questions))
    for rule in protocol.rules:
        found[f"{rule.id}: reason"] = rule.reason
        if rule.tell:
            found[f"{rule.id}: tell"] = rule.tell
        found.update({f"{rule.id}: ask[{place}]": line for place, line in enumerate(rule.ask)})
    found.update({f"outcome {text.id.value}": text.text for text in protocol.outcomes})
    found.update({f"unknown {name}": meant.reason for name, meant in protocol.unknown.items()})
    found.update({f"texts: {name}": text for name, text in protocol.texts.items()})
    sheet = protocol.sheet
    found["sheet: intro"] = sheet.intro
    for name in ("ask_always", "expected_lines", "urgent_lines"):
        found.update({f"sheet: {name}[{place}]": line for place, line in enumerate(getattr(sheet, name))})
    return found


def labels(protocol: Protocol) -> dict[str, str]:
    """The texts of a few words: titles of buttons, short names, listed names. They aren't graded."""
    found = {f"titles: {name}": title for name, title in protocol.titles.items()}
    for question in protocol.questions:
        found[f"{question.id}: short"] = question.short
        found.update({f"{question.id}: {answer.id}": answer.title for answer in question.answers})
        found.update({f"{question.id}: list[{place}]": name for place, name in enumerate(question.listed)})
    found.update({f"unknown {name}: title": meant.title for name, meant in protocol.unknown.items()})
    found.update({f"outcome {text.id.value}: title": text.title for text in protocol.outcomes})
    return found


def gap_problems(protocol: Protocol, names: Collection[str]) -> Iterator[str]:
    """One sentence for each text with a gap outside the clinic's `names` and `OWN_GAPS`."""
    known = {*names, *OWN_GAPS}
    for place, text in {**sentences(protocol), **labels(protocol)}.items():
        try:
            gaps = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:
            yield f"{place}: a curly bracket has no partner; write a gap like {{phone}}."
            continue
        for gap in sorted(gaps - known):
            yield f"{place}: unknown gap {{{gap}}}; use one of {', '.join(sorted(known))}."


def _of_questions(questions: Collection[Question]) -> Iterator[tuple[str, str]]:
    for question in questions:
        yield f"{question.id}: ask", question.ask
        yield f"{question.id}: why", question.why
