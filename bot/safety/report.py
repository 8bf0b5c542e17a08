"""How well the red-flag check does on a bank of labelled messages: recall by code with a 95 % lower bound, false
alarms by trap, latency and every wrong line, apart for the lines that tuning has seen and those held out."""

from __future__ import annotations

import datetime as dt
import json
import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import DocumentError
from bot.safety.check import SafetyCheck

Z_95 = 1.959964
NONE = "none"


@dataclass(frozen=True)
class Labelled:
    """One line of a bank. `expect` is a level or `none`; `earlier` are the messages before it."""

    id: str
    text: str
    expect: str
    codes: tuple[str, ...]
    trap: str | None
    earlier: tuple[str, ...]
    held_out: bool


@dataclass(frozen=True)
class Outcome:
    """What the check answered to one line, and in how many milliseconds."""

    line: Labelled
    got: str
    words: tuple[str, ...]
    took_ms: float

    @property
    def verdict(self) -> str:
        """`right`, `missed`, `under_called`, `other_flag` (a flag of another level) or `false_alarm`."""
        if self.got == self.line.expect or (self.line.expect, self.got) == ("urgent", "emergency"):
            return "right"
        if self.line.expect == NONE:
            return "false_alarm"
        if self.got == NONE:
            return "missed"
        return "under_called" if self.line.expect == "emergency" else "other_flag"

    @property
    def caught(self) -> bool:
        return self.got != NONE


def load_bank(folder: Path) -> list[Labelled]:
    """The lines of every `*.jsonl` file in `folder`. Raises DocumentError for a line that is wrong."""
    lines = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                lines.append(_labelled(json.loads(raw)))
            except (ValueError, KeyError, TypeError, AttributeError):
                raise DocumentError(f"{path}: line {number}: not a labelled message; see its neighbours.") from None
    if not lines:
        raise DocumentError(f"{folder}: no labelled messages; name the folder of the bank.")
    return lines


def _labelled(data: Mapping[str, object]) -> Labelled:
    def words(name: str) -> tuple[str, ...]:
        value = data.get(name, ())
        return tuple(map(str, value)) if isinstance(value, list) else ()

    trap = data.get("trap")
    return Labelled(
        id=str(data["id"]),
        text=str(data["text"]),
        expect=str(data["expect"]),
        codes=words("codes"),
        trap=str(trap) if trap else None,
        earlier=words("earlier"),
        held_out=bool(data.get("held_out", False)),
    )


def measure(check: SafetyCheck, lines: Iterable[Labelled]) -> list[Outcome]:
    """Assess every line, each by itself."""
    outcomes = []
    for line in lines:
        started = time.perf_counter()
        flag = check.assess(line.text, line.earlier)
        took_ms = (time.perf_counter() - started) * 1000
        outcomes.append(Outcome(line, flag.level.value if flag else NONE, flag.words if flag else (), took_ms))
    return outcomes


def lower_bound(hits: int, total: int) -> float:
    """The lower end of Wilson's 95 % interval for `hits` of `total`."""
    if total == 0:
        return 0.0
    share, z2 = hits / total, Z_95**2
    middle = share + z2 / (2 * total)
    spread = Z_95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return max(0.0, (middle - spread) / (1 + z2 / total))


def render(outcomes: Sequence[Outcome], day: dt.date) -> str:
    """The report as Markdown."""
    parts = [f"# Safety check, {day.isoformat()}", f"{len(outcomes)} messages. 95 % lower bounds are Wilson's."]
    groups = {"Seen while tuning": False, "Held out": True}
    for title, held_out in groups.items():
        part = [outcome for outcome in outcomes if outcome.line.held_out is held_out]
        if part:
            parts += [f"## {title}: {len(part)} messages", _level_table(part), _code_table(part), _trap_table(part)]
    times = sorted(outcome.took_ms for outcome in outcomes)
    late = times[min(len(times) - 1, int(len(times) * 0.99))]
    parts.append(f"## Latency\n\nMedian {statistics.median(times):.2f} ms, 99th percentile {late:.2f} ms per message.")
    parts.append("## Wrong lines\n\n" + "\n".join(_wrong(outcomes)))
    return "\n\n".join(parts) + "\n"


def _level_table(outcomes: Sequence[Outcome]) -> str:
    rows = [
        "| expected | messages | right | missed | under-called | other flag |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for level, found in _grouped(outcomes, lambda outcome: [outcome.line.expect]).items():
        if level != NONE:
            counts = [sum(outcome.verdict == verdict for outcome in found) for verdict in _VERDICTS]
            rows.append(f"| {level} | {len(found)} | {' | '.join(map(str, counts))} |")
    return "\n".join(rows)


_VERDICTS = ("right", "missed", "under_called", "other_flag")


def _code_table(outcomes: Sequence[Outcome]) -> str:
    rows = ["| code | messages | a flag fired | recall | at least (95 %) |", "| --- | --- | --- | --- | --- |"]
    for code, found in sorted(_grouped(outcomes, lambda outcome: outcome.line.codes).items()):
        hits = sum(outcome.caught for outcome in found if outcome.line.expect != NONE)
        total = sum(outcome.line.expect != NONE for outcome in found)
        if total:
            rows.append(f"| {code} | {total} | {hits} | {hits / total:.1%} | {lower_bound(hits, total):.1%} |")
    return "\n".join(rows)


def _trap_table(outcomes: Sequence[Outcome]) -> str:
    quiet = [outcome for outcome in outcomes if outcome.line.expect == NONE]
    rows = ["| trap | messages | false alarms | rate |", "| --- | --- | --- | --- |"]
    for trap, found in [
        *sorted(_grouped(quiet, lambda outcome: [outcome.line.trap or "none"]).items()),
        ("all", quiet),
    ]:
        alarms = sum(outcome.caught for outcome in found)
        rows.append(f"| {trap} | {len(found)} | {alarms} | {alarms / max(1, len(found)):.1%} |")
    return "\n".join(rows)


def _grouped(outcomes: Iterable[Outcome], key: Callable[[Outcome], Iterable[str]]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        for name in key(outcome):
            groups[name].append(outcome)
    return groups


def _wrong(outcomes: Iterable[Outcome]) -> list[str]:
    """Every wrong line that tuning may see. Held-out lines give their id only, so that reading this spoils nothing."""
    wrong = (outcome for outcome in outcomes if outcome.verdict != "right")
    return [
        f"- {outcome.verdict} {outcome.line.id} (expected {outcome.line.expect}, got {outcome.got})"
        + ("" if outcome.line.held_out else f": {outcome.line.text}")
        for outcome in wrong
    ] or ["None."]
