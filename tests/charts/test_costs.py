"""The chart of what a course costs: picture, words, table and PNG say the same."""

from __future__ import annotations

import base64
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
SPACE = "{http://www.w3.org/2000/svg}"


def chart(**changes: Any) -> Any:
    facts: dict[str, Any] = {"courses": (HAIR, SKIN), "is_own": True, "has_general_sessions": False}
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
        ({}, "from our own prices. Later visits"),
        ({"has_general_sessions": True}, "One source gives the 4–10 sessions."),
        ({"is_own": False}, "in US dollars, without a date. They are not our prices."),
    ],
)
def test_how_it_was_computed_is_said(changes: dict[str, Any], words: str) -> None:
    assert words in chart(**changes)["note"]


def test_the_png_is_a_sharp_picture_with_the_bars() -> None:
    data = chart_png(chart())
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.width) == ("PNG", SCALE * WIDTH)
    colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20) or []}
    assert (0x0F, 0x6B, 0x74) in colours
    assert len(data) < 100_000
