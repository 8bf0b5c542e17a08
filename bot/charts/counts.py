"""Counts as pictures inside a page, which gives them their colours: columns in time, and bars of one total."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

WIDTH, LEFT, RIGHT = 400, 30, 6
COLUMNS_HEIGHT, TOP, BOTTOM = 170, 14, 22
ROW, BAR = 34, 7
STEPS = (1, 2, 5)


def columns_svg(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """One column for each label and count, in order. The picture says its title and its highest column in words."""
    most = top_of_scale(max((n for _, n in counts), default=0))
    room, step = COLUMNS_HEIGHT - TOP - BOTTOM, (WIDTH - LEFT - RIGHT) / max(len(counts), 1)
    parts = [_grid(most, room)]
    for place, (_, n) in enumerate(counts):
        if n:
            tall = max(room * n / most, 1.5)
            shape = f'x="{LEFT + place * step + step * 0.1:.1f}" width="{step * 0.8:.1f}" rx="{min(2.0, step / 4):.1f}"'
            parts.append(f'<rect class="fill" {shape} y="{TOP + room - tall:.1f}" height="{tall:.1f}"/>')
    for place in sorted({0, len(counts) // 2, len(counts) - 1} if counts else set()):
        middle = LEFT + (place + 0.5) * step
        anchor = "end" if middle > WIDTH - 40 else "middle" if middle > 60 else "start"
        x = {"end": WIDTH - RIGHT, "start": LEFT}.get(anchor, middle)
        text = f'<text class="faint" x="{x:.1f}" y="{COLUMNS_HEIGHT - 6}" text-anchor="{anchor}">'
        parts.append(f"{text}{escape(counts[place][0])}</text>")
    label, highest = max(counts, key=lambda one: one[1], default=("", 0))
    return _svg(f"{title}. Highest: {highest}, {label}." if highest else title, COLUMNS_HEIGHT, parts)


def bars_svg(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """One bar for each label and count. All start at zero and share one scale."""
    most, room = max((n for _, n in counts), default=0) or 1, WIDTH - 2
    parts = []
    for place, (label, n) in enumerate(counts):
        top = place * ROW
        shape = f'x="1" y="{top + 20}" height="{BAR}" rx="3.5"'
        parts.append(f'<text x="1" y="{top + 14}">{escape(label)}</text>')
        parts.append(f'<text x="{WIDTH - 1}" y="{top + 14}" text-anchor="end">{n}</text>')
        parts.append(f'<rect class="track" {shape} width="{room}"/>')
        if n:
            parts.append(f'<rect class="fill" {shape} width="{max(room * n / most, BAR):.1f}"/>')
    words = ", ".join(f"{label} {n}" for label, n in counts)
    return _svg(f"{title}: {words}.", max(len(counts) * ROW, 1), parts)


def top_of_scale(highest: int) -> int:
    """The first round number that isn't below: 1, 2, 5, 10, 20, 50 …"""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= highest:
                return step * power
        power *= 10


def _grid(most: int, room: int) -> str:
    lines = []
    for part in (0, 1, 2) if most > 1 else (0, 2):
        y, n = TOP + room - room * part / 2, most * part / 2
        lines.append(f'<line class="line" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(f'<text class="faint" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{n:g}</text>')
    return "".join(lines)


def _svg(words: str, height: int, parts: Sequence[str]) -> str:
    start = f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label={quoteattr(words)}>'
    return f"{start}{''.join(parts)}</svg>"
