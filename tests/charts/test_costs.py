"""The chart of what a course costs: picture, words, table and PNG say the same."""

from __future__ import annotations

import base64
import datetime as dt
import io
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from PIL import Image

from bot.charts.costs import cost_chart
from bot.charts.png import SCALE, chart_png
from bot.charts.svg import HEIGHT_OF_BAR, WIDTH
from bot.prices import Range
from bot.retrieval.courses import Course, Courses

HAIR = Course("Hair & <scalp>", Range(low=300, high=300), Range(low=4, high=8), "EUR")
SKIN = Course("Décolletage", Range(low=100, high=150.5), Range(low=3, high=6), "EUR")
PAIN = Course("Pain", Range(low=100, high=100), Range(low=4, high=10), "EUR", is_own_count=False)
SPACE = "{http://www.w3.org/2000/svg}"


def chart(**changes: Any) -> Any:
    facts: dict[str, Any] = {"courses": (HAIR, SKIN), "as_of": dt.date(2026, 11, 1)}
    return cost_chart(Courses(**{**facts, **changes}))


@pytest.fixture
def picture() -> ElementTree.Element:
    kind, _, data = chart()["url"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    return ElementTree.fromstring(base64.b64decode(data))


def test_a_course_is_a_range_of_sessions_times_price() -> None:
    assert (HAIR.total.low, HAIR.total.high) == (1200, 2400)
    assert (SKIN.total.low, SKIN.total.high) == (300, 903)


def test_the_table_says_everything_that_the_picture_does(picture: ElementTree.Element) -> None:
    item = chart()
    assert item["table"]["head"] == ["Treatment", "One session, EUR", "Sessions", "Full course, EUR"]
    assert item["table"]["rows"] == [
        ["Hair & <scalp>", "300", "4–8", "1,200–2,400"],
        ["Décolletage", "100–150.50", "3–6", "300–903"],
    ]
    written = [text.text for text in picture.iter(f"{SPACE}text")]
    assert written == [item["title"], "Hair & <scalp>", "EUR 1,200–2,400", "Décolletage", "EUR 300–903"]


def test_the_alternative_text_holds_every_number() -> None:
    assert chart()["alt"] == "Cost of a full course. Hair & <scalp>: EUR 1,200–2,400. Décolletage: EUR 300–903."


def test_bars_share_a_scale_from_zero(picture: ElementTree.Element) -> None:
    bars = [one for one in picture.iter(f"{SPACE}rect") if one.get("height") == str(HEIGHT_OF_BAR)]
    hair, skin = (float(bar.get("width", 0)) for bar in (bars[1], bars[3]))
    assert hair / skin == pytest.approx((2400 - 1200) / (903 - 300), rel=0.01)
    for bar in bars:
        assert float(bar.get("x", -1)) + float(bar.get("width", 0)) <= WIDTH


def test_the_picture_can_run_nothing_and_loads_nothing(picture: ElementTree.Element) -> None:
    names = {element.tag.removeprefix(SPACE) for element in picture.iter()}
    assert names == {"svg", "title", "rect", "text"}
    assert not [
        name for element in picture.iter() for name in element.attrib if "href" in name or name.startswith("on")
    ]


def test_a_single_price_and_number_still_has_a_bar() -> None:
    fixed = Course("Pain", Range(low=100, high=100), Range(low=1, high=1), "EUR")
    assert "EUR 100." in chart(courses=(fixed,))["alt"]
    assert chart_png(chart(courses=(fixed,)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Both are our own, as of 1 Nov 2026."),
        (
            {"courses": (HAIR, PAIN)},
            "Both are our own, as of 1 Nov 2026,"
            " but the 4–10 sessions for Pain are from one of our sources, without a date.",
        ),
        (
            {"courses": (PAIN,)},
            "The prices are our own, as of 1 Nov 2026. The 4–10 sessions are from one of our sources, without a date.",
        ),
        (
            {"courses": (PAIN,), "as_of": None},
            "Both are rough figures from one of our sources, without a date. They are not our prices.",
        ),
    ],
)
def test_the_note_says_whose_each_number_is_and_of_what_day(changes: dict[str, Any], words: str) -> None:
    counted = "Price of one session times the number of sessions."
    assert chart(**changes)["note"] == f"{counted} {words} Later visits are not in the sum."


def test_the_png_is_a_sharp_picture_with_the_bars() -> None:
    data = chart_png(chart())
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.width) == ("PNG", SCALE * WIDTH)
    colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20) or []}
    assert (0x0F, 0x6B, 0x74) in colours
    assert len(data) < 100_000
