"""Bars from a lowest to a highest number, as an SVG that stands alone: no script, no font, no outside file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, ROW, TOP, LEFT, RIGHT = 320, 52, 40, 4, 4
HEIGHT_OF_BAR = 12
TRACK, FILL, INK = "#e7ebef", "#0f6b74", "#16232b"
"""Ink on white and fill on track both have a contrast of more than 3 to 1, for people who see colours differently."""


class Bar(NamedTuple):
    """One row. `text` says the range in words, below `label`."""

    label: str
    low: float
    high: float
    text: str


class Place(NamedTuple):
    """Where a bar stands, in pixels."""

    top: int
    left: float
    width: float


def bars_svg(title: str, bars: Sequence[Bar]) -> str:
    """The picture as text. Labels are escaped: they come from a file that the clinic writes."""
    size = height(bars)
    rows = "".join(_row(bar, place) for bar, place in zip(bars, places(bars), strict=True))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {size}" width="{WIDTH}" height="{size}" '
        f'role="img" font-family="system-ui, sans-serif" fill="{INK}">'
        f'<title>{escape(title)}</title><rect width="{WIDTH}" height="{size}" fill="#ffffff"/>'
        f'<text x="{LEFT}" y="20" font-size="16" font-weight="600">{escape(title)}</text>{rows}</svg>'
    )


def height(bars: Sequence[Bar]) -> int:
    """Of the whole picture, in pixels."""
    return TOP + ROW * len(bars) + 8


def places(bars: Sequence[Bar]) -> list[Place]:
    """Where each bar goes; all share one scale that starts at zero, so that lengths can be compared."""
    room = WIDTH - LEFT - RIGHT
    highest = max((bar.high for bar in bars), default=1.0)
    return [
        Place(TOP + ROW * row, LEFT + room * bar.low / highest, max(room * (bar.high - bar.low) / highest, 3.0))
        for row, bar in enumerate(bars)
    ]


def _row(bar: Bar, place: Place) -> str:
    room, end = WIDTH - LEFT - RIGHT, WIDTH - RIGHT
    bar_shape = f'y="{place.top + 24}" height="{HEIGHT_OF_BAR}" rx="{HEIGHT_OF_BAR // 2}"'
    return (
        f'<text x="{LEFT}" y="{place.top + 16}" font-size="14">{escape(bar.label)}</text>'
        f'<text x="{end}" y="{place.top + 16}" font-size="14" text-anchor="end">{escape(bar.text)}</text>'
        f'<rect x="{LEFT}" width="{room}" {bar_shape} fill="{TRACK}"/>'
        f'<rect x="{place.left:.1f}" width="{place.width:.1f}" {bar_shape} fill="{FILL}"/>'
    )
