"""The counters of some days, added up to what the numbers page shows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.store.counts import Count
from bot.store.tally import LABELS, LONGER, OTHER, WAITS
from bot.vocabulary import Kind, Level, Outcome, Reason

FEW = 5
"""Of fewer no share and no middle is told: one patient more would turn it over."""
TOO_FEW = f"fewer than {FEW}"
MOST_TOPICS = 10

REASONS = {
    Reason.ASKED: "Asked for a person",
    Reason.RED_FLAG: "Warning sign",
    Reason.NOT_UNDERSTOOD: "Not understood",
    Reason.QUESTIONNAIRE: "Questionnaire",
    Reason.ADVICE_DECLINED: "Advice declined",
    Reason.STAFF: "Begun by staff",
}
ANSWERED = {
    Kind.ANSWER: "Answered",
    Kind.CLARIFY: "Asked back",
    Kind.FALLBACK: "Not answered",
    Kind.DECLINE_ADVICE: "Left to a clinician",
}
LEVELS = {
    Level.EMERGENCY: "Emergency",
    Level.URGENT: "Same day",
    Level.CRISIS: "Crisis",
    Level.MINOR: "Under age",
}
OUTCOMES = {
    Outcome.URGENT: "Urgent",
    Outcome.UNDER_AGE: "Under age",
    Outcome.NOT_NOW: "Not now",
    Outcome.CLINICIAN_REVIEW: "Clinician has to look",
    Outcome.NO_BARRIER_FOUND: "No barrier found",
}
COUNTERS = {
    "conversations": "Conversations begun, by channel and hour",
    "messages": "Messages, by writer",
    "kinds": "Messages of the bot, by kind",
    "topics": "Topics answered",
    "red_flags": "Warning signs, by level",
    "handoffs": "Requests for a person, by reason and priority",
    "handoff_acts": "Steps of requests",
    "waits": "Waits until somebody came, by minutes at most",
    "outcomes": "How conversations with staff ended",
    "assessments": "Questionnaires handed in, by outcome",
    "thumbs": "Thumbs below answers",
    "erased": "Conversations erased, by whom",
}

ONCE = (
    "Each request counts once, on the day it began. One in which a warning sign came up later counts as a warning sign."
)


@dataclass(frozen=True)
class Figure:
    """One number at the top, and what it is made of."""

    name: str
    value: str
    about: str


@dataclass(frozen=True)
class Chart:
    """One picture with its table. `rows` are in the order in which they are drawn."""

    title: str
    head: tuple[str, str]
    rows: Sequence[tuple[str, int]]
    in_time: bool = False
    about: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(n for _, n in self.rows)


class Sums:
    """All counts of some days, by counter and label."""

    def __init__(self, counts: Iterable[Count], first: date, last: date) -> None:
        self._of: dict[str, Counter[str]] = {name: Counter() for name in LABELS}
        self._days: dict[str, Counter[date]] = {name: Counter() for name in LABELS}
        self.days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        for one in counts:
            self._of.setdefault(one.name, Counter())[one.label] += one.n
            self._days.setdefault(one.name, Counter())[one.day] += one.n

    def total(self, name: str, *labels: str) -> int:
        """Of all labels unless some are named."""
        return sum(n for label, n in self._of[name].items() if not labels or label in labels)

    def by_day(self, name: str) -> list[tuple[str, int]]:
        return [(f"{day.day} {day:%b}", self._days[name][day]) for day in self.days]

    def by_part(self, name: str, part: int) -> Counter[str]:
        """Labels of two words, by one of them."""
        found: Counter[str] = Counter()
        for label, n in self._of[name].items():
            words = label.split(" ")
            found[words[part] if part < len(words) else OTHER] += n
        return found

    def of(self, name: str) -> Counter[str]:
        return self._of[name]


def figures(sums: Sums) -> list[Figure]:
    """What the page begins with."""
    talks = sums.total("conversations")
    asked = sums.total("handoffs") - sums.by_part("handoffs", 0)[Reason.STAFF.value]
    replies = sums.total("kinds", *(kind.value for kind in ANSWERED))
    missed = sums.total("kinds", Kind.FALLBACK.value, Kind.CLARIFY.value)
    waits = sums.of("waits")
    thumbs = sums.total("thumbs")
    return [
        Figure("Conversations", f"{talks:,}", f"{sums.total('messages', 'patient'):,} messages of patients"),
        Figure("Asked for a person", share(asked, talks), f"{asked:,} of {talks:,} conversations"),
        Figure("Usual wait", wait_text(waits, 0.5), f"9 of 10 came {wait_text(waits, 0.9)}" if _enough(waits) else ""),
        Figure("Not answered", share(missed, replies), f"{missed:,} of {replies:,} replies, asking back included"),
        Figure("Warning signs", f"{sums.total('red_flags'):,}", "messages that got a safety text"),
        Figure("Found helpful", share(sums.total("thumbs", "up"), thumbs), f"of {thumbs:,} thumbs"),
    ]


def charts(sums: Sums) -> list[Chart]:
    """Every picture of the page."""
    hours = sums.by_part("conversations", 1)
    by_hour = [(f"{hour:02}:00", hours[f"{hour:02}"]) for hour in range(24)]
    results = _named(_values(OUTCOMES), sums.of("assessments"))
    topics = [(label.replace("_", " ").capitalize(), n) for label, n in sums.of("topics").most_common(MOST_TOPICS)]
    outcomes = [(label.capitalize(), n) for label, n in sums.of("outcomes").most_common()]
    erased = {"patient": "By a patient or staff", "retention": "By itself, in time"}
    reasons = {one.value: name for one, name in REASONS.items()}
    return [
        Chart("Conversations each day", ("Day", "Conversations"), sums.by_day("conversations"), in_time=True),
        Chart("When they begin", ("Hour", "Conversations"), by_hour, in_time=True),
        Chart("Requests for a person each day", ("Day", "Requests"), sums.by_day("handoffs"), in_time=True),
        Chart(
            "Why a person was needed", ("Reason", "Requests"), _named(reasons, sums.by_part("handoffs", 0)), about=ONCE
        ),
        Chart("How long they waited in opening hours", ("Wait", "Requests"), _waits(sums.of("waits"))),
        Chart("How it ended with staff", ("Outcome", "Conversations"), outcomes),
        Chart("Topics asked most", ("Topic", "Answers"), topics),
        Chart("What the bot replied", ("Reply", "Messages"), _named(_values(ANSWERED), sums.of("kinds"))),
        Chart("Warning signs", ("Level", "Messages"), _named(_values(LEVELS), sums.of("red_flags"))),
        Chart("Questionnaires handed in", ("Outcome", "Questionnaires"), results),
        Chart("Conversations erased", ("How", "Conversations"), _named(erased, sums.of("erased"))),
    ]


def share(part: int, whole: int) -> str:
    """`12 %`; of fewer than five no share is told."""
    if whole < FEW:
        return TOO_FEW if whole else "–"
    return f"{part / whole:.0%}".replace("%", " %")


def wait_text(waits: Counter[str], of_all: float) -> str:
    """Within how long that part of all who waited had somebody: `within 5 minutes`."""
    if not _enough(waits):
        return TOO_FEW if sum(waits.values()) else "–"
    needed, reached = math.ceil(sum(waits.values()) * of_all), 0
    for most in WAITS:
        reached += waits[str(most)]
        if reached >= needed:
            return f"within {_minutes(most)}"
    return f"after more than {_minutes(WAITS[-1])}"


def _enough(waits: Counter[str]) -> bool:
    return sum(waits.values()) >= FEW


def _waits(waits: Counter[str]) -> list[tuple[str, int]]:
    if not waits:
        return []
    bounds = [f"Up to {_minutes(most)}" for most in WAITS] + [f"More than {_minutes(WAITS[-1])}"]
    return list(zip(bounds, [waits[label] for label in [*map(str, WAITS), LONGER]], strict=True))


def _minutes(most: int) -> str:
    if most < 60:
        return "1 minute" if most == 1 else f"{most} minutes"
    return "1 hour" if most == 60 else f"{most // 60} hours"


def _values(names: dict[Kind, str] | dict[Level, str] | dict[Outcome, str]) -> dict[str, str]:
    return {one.value: name for one, name in names.items()}


def _named(names: dict[str, str], found: Counter[str]) -> list[tuple[str, int]]:
    """In the order of `names`; what nobody has named comes last."""
    rest = found[OTHER]
    return [(name, found[label]) for label, name in names.items()] + ([("Other", rest)] if rest else [])
