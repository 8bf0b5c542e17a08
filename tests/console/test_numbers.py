"""The numbers page: what was counted, as pictures, tables and a file; honest where it is too little."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta, timezone

import pytest

from bot.charts.counts import bars_svg, columns_svg, top_of_scale
from bot.console.figures import COUNTERS, Sums, charts, figures, share, wait_text
from bot.store.counts import Count
from bot.store.store import Store
from bot.store.tally import LABELS, count
from bot.vocabulary import Role
from tests.console.colleague import Colleague
from tests.console.conftest import ClientAs, Talked

PATH = "/console/numbers"
DAY = date(2026, 11, 2)


@pytest.fixture
def lead(client_as: ClientAs) -> Colleague:
    return client_as(Role.LEAD)


def counted(store: Store, name: str, label: str, n: int, *, days_ago: int = 0) -> None:
    with store._write() as connection:
        count(connection, datetime.now(timezone.utc) - timedelta(days=days_ago), name, label, n)


def test_without_any_count_the_page_says_so(lead: Colleague) -> None:
    page = lead.get(PATH)
    assert page.status_code == 200
    assert "Nothing was counted in these days" in page.text


def test_what_patients_did_shows_up_with_picture_and_table(lead: Colleague, talked: Talked) -> None:
    page = lead.get(PATH).text
    assert '<svg class="chart"' in page
    assert "1 of 1 conversations" in page
    assert "fewer than 5" in page
    assert '<th scope="row">Asked for a person</th><td class="num">1</td>' in page
    assert '<th scope="row">Pain</th><td class="num">1</td>' in page


def test_the_ranges_hold_their_own_days(lead: Colleague, store: Store) -> None:
    for days, n in ((0, 1), (10, 20), (60, 300), (200, 4000)):
        counted(store, "conversations", "web 09", n, days_ago=days)
    totals = {7: "1", 30: "21", 90: "321"}
    for days, total in totals.items():
        page = lead.get(f"{PATH}?days={days}").text
        assert f'<dt>Conversations</dt><dd class="big">{total}</dd>' in page
    first = (datetime.now(timezone.utc) - timedelta(days=250)).date()
    last = (datetime.now(timezone.utc) - timedelta(days=100)).date()
    assert '<dd class="big">4,000</dd>' in lead.get(f"{PATH}?from={first}&to={last}").text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-01-01", "Choose both dates."),
        ("from=never&to=2026-01-01", "Choose both dates."),
        ("from=2026-02-01&to=2026-01-01", "The first date was after the last one"),
        ("from=1999-01-01&to=2026-01-01", "400 days are the most"),
        ("from=0001-01-01&to=9999-12-31", "400 days are the most"),
    ],
)
def test_a_range_that_makes_no_sense_is_explained(query: str, sentence: str, lead: Colleague) -> None:
    page = lead.get(f"{PATH}?{query}")
    assert page.status_code == 200
    assert sentence in page.text


def test_the_file_holds_every_count(lead: Colleague, store: Store) -> None:
    counted(store, "waits", "5", 7)
    counted(store, "topics", "pain", 3)
    reply = lead.get("/console/numbers.csv?days=7")
    assert reply.headers["content-type"].startswith("text/csv")
    assert "attachment" in reply.headers["content-disposition"]
    head, *rows = csv.reader(io.StringIO(reply.text))
    assert head == ["day", "what", "label", "count"]
    assert [row[1:] for row in rows] == [["Topics answered", "pain", "3"], [COUNTERS["waits"], "5", "7"]]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
@pytest.mark.parametrize("path", [PATH, "/console/numbers.csv"])
def test_the_numbers_are_for_leads(role: Role, path: str, client_as: ClientAs) -> None:
    assert client_as(role).get(path).status_code == 403


def test_every_counter_has_its_words() -> None:
    assert set(COUNTERS) == set(LABELS)


def test_shares_of_few_are_not_told() -> None:
    assert share(3, 4) == "fewer than 5"
    assert share(0, 0) == "–"
    assert share(1, 5) == "20 %"


def test_the_usual_wait_comes_from_the_buckets() -> None:
    assert wait_text(Counter({"2": 4}), 0.5) == "fewer than 5"
    waits = Counter({"1": 2, "5": 3, "60": 4, "longer": 1})
    assert wait_text(waits, 0.5) == "within 5 minutes"
    assert wait_text(waits, 0.9) == "within 1 hour"
    assert wait_text(Counter({"longer": 9}), 0.5) == "after more than 8 hours"


def test_whom_staff_wrote_to_first_did_not_ask_for_a_person() -> None:
    counts = [
        Count(DAY, "conversations", "web 09", 10),
        Count(DAY, "handoffs", "asked normal", 2),
        Count(DAY, "handoffs", "staff normal", 5),
    ]
    found = {one.name: one for one in figures(Sums(counts, DAY, DAY))}
    assert found["Asked for a person"].value == "20 %"


def test_the_page_says_how_requests_with_a_warning_sign_are_counted(lead: Colleague, store: Store) -> None:
    counted(store, "handoffs", "red_flag urgent", 3)
    page = lead.get(PATH).text
    assert "One in which a warning sign came up later counts as a warning sign." in page


def test_each_day_has_its_place_also_without_a_count() -> None:
    sums = Sums([Count(DAY, "conversations", "web 09", 3)], DAY - timedelta(days=2), DAY)
    assert charts(sums)[0].rows == [("31 Oct", 0), ("1 Nov", 0), ("2 Nov", 3)]


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (999, 1000), (1001, 2000)])
def test_a_scale_ends_at_a_round_number(highest: int, top: int) -> None:
    assert top_of_scale(highest) == top


@pytest.mark.parametrize("draw", [columns_svg, bars_svg])
def test_pictures_escape_their_labels_and_survive_emptiness(draw: object) -> None:
    assert callable(draw)
    assert "<b>" not in draw('A "title"', [("<b>", 1), ("two", 2)])
    assert 'aria-label="Nothing' in draw("Nothing", [])
