"""The same chart as a PNG, for channels that show no SVG. Drawn with Pillow."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.charts.svg import FILL, HEIGHT_OF_BAR, INK, LEFT, RIGHT, TRACK, WIDTH, Bar, height, places
from bot.errors import SettingsError

SCALE = 3
"""Pixels of the PNG for one of the SVG: channels show it large."""


FONT = Path("mpl-data", "fonts", "ttf", "DejaVuSans.ttf")
"""Comes with matplotlib, which Rasa needs anyway; Pillow's own font lacks dashes, accents and most scripts."""


def chart_png(item: Mapping[str, Any]) -> bytes:
    """The PNG of a media item of type `chart`. Its alternative text and table stay with the item."""
    bars = [Bar(**bar) for bar in item["bars"]]
    image = Image.new("RGB", (WIDTH * SCALE, height(bars) * SCALE), "white")
    draw = ImageDraw.Draw(image)
    _write(draw, item["title"], LEFT, 4, size=16)
    for bar, place in zip(bars, places(bars), strict=True):
        _write(draw, bar.label, LEFT, place.top, size=14)
        _write(draw, bar.text, WIDTH - RIGHT, place.top, size=14, anchor="ra")
        _round(draw, LEFT, place.top + 24, WIDTH - LEFT - RIGHT, TRACK)
        _round(draw, place.left, place.top + 24, place.width, FILL)
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True)
    return file.getvalue()


def _write(draw: ImageDraw.ImageDraw, text: str, left: float, top: float, *, size: int, anchor: str = "la") -> None:
    draw.text((left * SCALE, top * SCALE), text, fill=INK, font=_font(size * SCALE), anchor=anchor)


def _round(draw: ImageDraw.ImageDraw, left: float, top: float, width: float, colour: str) -> None:
    box = [left * SCALE, top * SCALE, (left + width) * SCALE, (top + HEIGHT_OF_BAR) * SCALE]
    draw.rounded_rectangle(box, radius=6 * SCALE, fill=colour)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # Located, not imported: importing matplotlib takes a second.
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise SettingsError("The package matplotlib is not installed; run `make run` to install what is locked.")
    return ImageFont.truetype(str(Path(spec.origin).parent / FONT), size)
