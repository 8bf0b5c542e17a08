"""Opening hours, against a walk through the same time minute by minute with a clock in the hand."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.hours import DAYS, Hours, check_spans, next_opening_text, zone_text

UTC = dt.timezone.utc
MINUTE = dt.timedelta(minutes=1)
ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia")
WEEK = {"mon": ["09:00-12:30", "14:00-18:00"], "fri": ["09:00-16:00"]}
LONDON = Hours(ZoneInfo("Europe/London"), WEEK)

# The clocks change in the night to the 1st Sunday of November and the 2nd of March in New York, and to the last ones
# of October and March in London.
CHANGES = {
    "America/New_York": [dt.datetime(2026, 11, 1, 6, tzinfo=UTC), dt.datetime(2026, 3, 8, 7, tzinfo=UTC)],
    "Europe/London": [dt.datetime(2026, 10, 25, 1, tzinfo=UTC), dt.datetime(2026, 3, 29, 1, tzinfo=UTC)],
}
ALL_DAY = {day: ["00:00-24:00"] for day in DAYS}


def _utc(day: int, hour: int, minute: int = 0, month: int = 6) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=UTC)


def _walked(hours: Hours, start: dt.datetime, minutes: int) -> list[dt.datetime]:
    """The minutes that are open, by looking at the clock in each."""
    found = []
    for passed in range(minutes):
        local = (start + passed * MINUTE).astimezone(hours.zone)
        shown = local.hour * 60 + local.minute
        spans = hours.holidays.get(local.date(), hours.weekly.get(DAYS[local.weekday()], []))
        limits = [(int(s[:2]) * 60 + int(s[3:5]), int(s[6:8]) * 60 + int(s[9:])) for s in spans]
        if any(opens <= shown < closes for opens, closes in limits):
            found.append(start + passed * MINUTE)
    return found


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def spans_of_a_day(draw: st.DrawFn) -> list[str]:
    times = sorted(draw(st.sets(st.integers(0, 24 * 60), max_size=6)))
    return [f"{_time(a)}-{_time(b)}" for a, b in zip(times[::2], times[1::2], strict=False)]


@st.composite
def opening_hours(draw: st.DrawFn, around: dt.date, zones: tuple[str, ...] = ZONES) -> Hours:
    weekly = {day: draw(spans_of_a_day()) for day in draw(st.sets(st.sampled_from(DAYS)))}
    dates = st.integers(-2, 4).map(lambda days: around + dt.timedelta(days=days))
    holidays = draw(st.dictionaries(dates, spans_of_a_day(), max_size=3))
    return Hours(ZoneInfo(draw(st.sampled_from(zones))), weekly, holidays)


@given(data=st.data(), minutes=st.integers(0, 3 * 24 * 60), shift=st.integers(-2 * 24 * 60, 600))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize(("zone", "change"), [(zone, change) for zone in CHANGES for change in CHANGES[zone]], ids=str)
def test_open_minutes_and_next_opening_agree_with_the_walk_around_a_clock_change(
    zone: str, change: dt.datetime, data: st.DataObject, minutes: int, shift: int
) -> None:
    hours = data.draw(opening_hours(change.date(), (zone,)))
    start = change + shift * MINUTE
    walked = _walked(hours, start, minutes)
    assert hours.open_minutes(start, start + minutes * MINUTE) == len(walked)
    opens = hours.next_opening(start)
    if walked:
        # In the hour that comes twice, Python calls no time equal to one of another zone.
        assert opens is not None
        assert opens.astimezone(UTC) == walked[0]
    else:
        assert opens is None or opens >= start + minutes * MINUTE


@given(
    data=st.data(), start=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)), minutes=st.integers(0, 3000)
)
@settings(max_examples=100, deadline=None)
def test_they_agree_with_the_walk_at_any_time_in_any_zone(
    data: st.DataObject, start: dt.datetime, minutes: int
) -> None:
    start = start.replace(second=0, microsecond=0, tzinfo=UTC)
    hours = data.draw(opening_hours(start.date()))
    walked = _walked(hours, start, minutes)
    assert hours.open_minutes(start, start + minutes * MINUTE) == len(walked)
    assert [hours.is_open(start)] == [start in walked] or minutes == 0


@given(data=st.data(), start=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 1, 1)), days=st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_the_next_opening_is_open_and_nothing_before_it_is(data: st.DataObject, start: dt.datetime, days: int) -> None:
    hours = data.draw(opening_hours(start.date()))
    now = start.replace(tzinfo=UTC)
    opens = hours.next_opening(now)
    if opens is None:
        assert hours.open_minutes(now, now + dt.timedelta(days=days)) == 0
    else:
        assert hours.is_open(opens)
        assert opens.tzinfo is hours.zone
        assert hours.open_minutes(now, opens) == 0


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("America/New_York", dt.date(2026, 11, 1), 25 * 60),
        ("America/New_York", dt.date(2026, 3, 8), 23 * 60),
        ("Europe/London", dt.date(2026, 10, 25), 25 * 60),
        ("Europe/London", dt.date(2026, 3, 29), 23 * 60),
        ("Europe/London", dt.date(2026, 6, 1), 24 * 60),
    ],
)
def test_a_whole_day_of_the_clock_change_has_the_hours_that_pass(zone: str, day: dt.date, minutes: int) -> None:
    hours = Hours(ZoneInfo(zone), ALL_DAY)
    start = dt.datetime(day.year, day.month, day.day, tzinfo=hours.zone)
    end = start + dt.timedelta(days=1)
    assert hours.open_minutes(start, end) == minutes


OPEN = [
    (_utc(1, 8), True),  # a Monday, 09:00 in summer time
    (_utc(1, 7, 59), False),
    (_utc(1, 11, 30), False),  # the end of a span is closed
    (_utc(1, 12), False),  # lunch
    (_utc(1, 13), True),
    (_utc(2, 10), False),  # Tuesday
    (_utc(5, 9, month=1), True),  # winter: local time is UTC
    (_utc(5, 8, month=1), False),
]


@pytest.mark.parametrize(("now", "is_open"), OPEN, ids=str)
def test_somebody_is_there_in_a_span_and_not_at_its_end(now: dt.datetime, is_open: bool) -> None:
    assert LONDON.is_open(now) is is_open
    assert LONDON.is_open(now.astimezone(dt.timezone(dt.timedelta(hours=5)))) is is_open


def test_hours_are_those_of_the_clinics_own_clock() -> None:
    # Already Monday in Auckland, still Monday in Los Angeles.
    assert Hours(ZoneInfo("Pacific/Auckland"), WEEK).is_open(dt.datetime(2026, 5, 31, 21, 30, tzinfo=UTC))
    assert Hours(ZoneInfo("America/Los_Angeles"), WEEK).is_open(_utc(2, 0))


def test_a_holiday_takes_the_place_of_its_weekday() -> None:
    hours = Hours(LONDON.zone, WEEK, {dt.date(2026, 6, 1): [], dt.date(2026, 6, 2): ["10:00-11:00"]})
    assert not hours.is_open(_utc(1, 9))
    assert hours.is_open(_utc(2, 9, 30))
    assert hours.open_minutes(_utc(1, 0), _utc(3, 0)) == 60


def test_minutes_are_counted_to_the_second_and_never_backwards() -> None:
    half = dt.timedelta(seconds=30)
    assert LONDON.open_minutes(_utc(1, 8), _utc(1, 8) + half) == 0.5
    assert LONDON.open_minutes(_utc(1, 8), _utc(1, 8)) == 0
    assert LONDON.open_minutes(_utc(1, 9), _utc(1, 8)) == 0


def test_a_weekend_and_a_lunch_count_nothing() -> None:
    friday_close, monday_lunch = _utc(5, 14, 59), _utc(8, 12, 30)
    assert LONDON.open_minutes(friday_close, monday_lunch) == 1 + 210


def test_an_evening_past_midnight_is_one_stretch_of_two_spans() -> None:
    hours = Hours(LONDON.zone, {"fri": ["20:00-24:00"], "sat": ["00:00-02:00"]})
    late = _utc(5, 22, 59)  # Friday, one minute to midnight
    assert hours.is_open(late)
    assert hours.is_open(late + 2 * MINUTE)
    assert hours.open_minutes(late, _utc(6, 3)) == 121


TEXTS = [
    (_utc(1, 8), "now"),
    (_utc(1, 7), "today at 9:00"),
    (_utc(1, 12), "today at 14:00"),
    (_utc(1, 18), "Friday at 9:00"),
    (_utc(4, 18), "tomorrow at 9:00"),
    (_utc(5, 18), "Monday at 9:00"),
]


@pytest.mark.parametrize(("now", "text"), TEXTS, ids=str)
def test_when_somebody_is_back_is_told_in_plain_words(now: dt.datetime, text: str) -> None:
    assert next_opening_text(LONDON, now) == text


def test_a_day_as_far_as_a_week_is_told_with_its_date() -> None:
    hours = Hours(LONDON.zone, {"mon": ["11:00-12:00"]}, {dt.date(2026, 12, 28): []})
    assert next_opening_text(hours, _utc(21, 15, month=12)) == "Monday 4 January at 11:00"


def test_tomorrow_is_the_clinics_tomorrow() -> None:
    hours = Hours(ZoneInfo("America/New_York"), WEEK)
    sunday_evening_there = _utc(8, 1)
    assert next_opening_text(hours, sunday_evening_there) == "tomorrow at 9:00"


def test_the_zone_is_named_for_patients_whose_clock_may_differ() -> None:
    hours = Hours(ZoneInfo("America/New_York"), WEEK)
    assert next_opening_text(hours, _utc(1, 2), with_zone=True) == "tomorrow at 9:00 (New York time)"
    assert zone_text(ZoneInfo("UTC")) == "UTC time"


def test_a_clinic_that_never_opens_has_no_next_opening() -> None:
    never = Hours(LONDON.zone, {}, {dt.date(2026, 6, 3): []})
    assert never.next_opening(_utc(1, 8)) is None
    assert next_opening_text(never, _utc(1, 8)) is None


@pytest.mark.parametrize("wrong", ["9-17", "09:00-25:00", "17:00-09:00", "09:00-09:00", "24:00-24:00", "09:00-24:01"])
def test_a_span_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="write it like 09:00-17:30"):
        check_spans([wrong])


def test_spans_that_overlap_are_refused_and_those_that_touch_are_not() -> None:
    with pytest.raises(ValueError, match="09:00-12:00 and 11:00-13:00 overlap"):
        check_spans(["11:00-13:00", "09:00-12:00"])
    check_spans(["12:00-13:00", "09:00-12:00", "20:00-24:00"])
