"""The working-time clock against the acceptance cases, its own laws, and a slow oracle that counts minutes."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.clock import (
    Deadline,
    between,
    business_day,
    business_month,
    deadline,
    in_working_time,
    is_night,
    light,
    opens,
    zone,
)
from domain.words import Light, LimitUnit
from domain.world import CalendarDay, WorkingCalendar

ROOT = Path(__file__).resolve().parent.parent.parent
ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = ((time(9), time(12)), (time(13), time(18)))


def _official() -> WorkingCalendar:
    with (ROOT / "seeds" / "reference" / "workdays.csv").open(encoding="utf-8") as file:
        days = [
            CalendarDay(date.fromisoformat(r["date"]), r["is_workday"] == "1", confirmed=True)
            for r in csv.DictReader(file)
        ]
    return WorkingCalendar(days={d.day: d for d in days}, periods=OFFICE)


CALENDAR = _official()
CASES = list(csv.DictReader((ROOT / "tests" / "spec" / "deadline_cases.csv").open(encoding="utf-8")))


def local(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=ZONE)


def pauses_of(value: str) -> list[tuple[datetime, datetime | None]]:
    return [(local(a), local(b)) for a, b in (pair.split("/") for pair in value.split(";") if pair)]


def of_case(row: dict[str, str]) -> Deadline:
    return deadline(
        CALENDAR,
        local(row["start"]),
        int(row["limit_value"]),
        LimitUnit(row["limit_unit"]),
        extensions=int(row["extensions"]),
        pauses=pauses_of(row["pauses"]),
    )


def test_there_are_53_acceptance_cases_and_two_of_them_are_provisional() -> None:
    assert (len(CASES), sum(row["exact"] == "0" for row in CASES)) == (53, 2)


@pytest.mark.parametrize("row", CASES, ids=[row["id"] for row in CASES])
def test_a_deadline_is_the_expected_one(row: dict[str, str]) -> None:
    found = of_case(row)
    assert found.exact is (row["exact"] == "1")
    if found.exact:
        assert found.due.astimezone(ZONE) == local(row["expected_due"])
    else:
        assert found.due.astimezone(ZONE).year == 2027


@pytest.mark.parametrize("row", CASES, ids=[row["id"] for row in CASES])
def test_the_intervals_of_a_deadline_add_up_to_its_limit_and_follow_one_another(row: dict[str, str]) -> None:
    found = of_case(row)
    unit = {"urgent_hour": 1, "work_hour": 1, "work_day": 8, "calendar_day": 24}[row["limit_unit"]]
    limit = timedelta(hours=unit * int(row["limit_value"]) * (1 + int(row["extensions"])))
    assert sum((i.counted for i in found.intervals), timedelta()) == limit
    assert all(i.counted in (timedelta(), i.end - i.start) for i in found.intervals)
    assert all(a.end <= b.start for a, b in zip(found.intervals, found.intervals[1:], strict=False))
    assert found.intervals[-1].end == found.due
    assert found.due.tzinfo is UTC


def test_a_provisional_deadline_takes_monday_to_friday_as_work_days() -> None:
    found = deadline(CALENDAR, local("2026-12-31 17:00"), 4, LimitUnit.WORK_HOUR)
    assert (found.due, found.exact) == (local("2027-01-01 12:00"), False)
    assert "provisional" in str(found.intervals[-1].why)


def test_a_provisional_deadline_becomes_exact_when_the_days_are_entered() -> None:
    new = {d: CalendarDay(d, d > date(2027, 1, 3), True) for d in (date(2027, 1, n) for n in range(1, 9))}
    later = WorkingCalendar(days={**CALENDAR.days, **new}, periods=OFFICE)
    found = deadline(later, local("2026-12-31 17:00"), 4, LimitUnit.WORK_HOUR)
    assert (found.due, found.exact) == (local("2027-01-04 12:00"), True)


def test_a_day_the_calendar_knows_but_does_not_confirm_makes_the_answer_provisional() -> None:
    unsure = dict(CALENDAR.days)
    unsure[date(2026, 11, 24)] = CalendarDay(date(2026, 11, 24), is_workday=True, confirmed=False)
    calendar = WorkingCalendar(days=unsure, periods=OFFICE)
    start = local("2026-11-23 14:00")
    assert deadline(calendar, start, 4, LimitUnit.WORK_HOUR).exact is True
    assert deadline(calendar, start, 5, LimitUnit.WORK_HOUR).exact is False


def test_an_explanation_names_weekends_holidays_make_up_days_and_pauses() -> None:
    found = deadline(CALENDAR, local("2026-09-16 19:00"), 2, LimitUnit.WORK_DAY)
    assert [str(i.why) for i in found.intervals] == ["Outside working hours", *["Working time"] * 4]
    found = deadline(CALENDAR, local("2026-09-30 16:00"), 3, LimitUnit.WORK_DAY)
    assert [str(i.why) for i in found.intervals] == [
        "Working time",
        "Holiday",
        *["Working time"] * 4,
        "Working time on a make-up work day",
        "Working time on a make-up work day",
    ]
    paused = [(local("2026-11-23 15:00"), local("2026-11-23 16:00"))]
    found = deadline(CALENDAR, local("2026-11-20 17:00"), 1, LimitUnit.WORK_DAY, pauses=paused)
    assert [str(i.why) for i in found.intervals] == [
        "Working time",
        "Weekend",
        *["Working time"] * 2,
        "Paused",
        "Working time",
    ]


def test_the_explanation_can_be_left_out_without_changing_the_answer() -> None:
    start = local("2026-11-23 14:00")
    full = deadline(CALENDAR, start, 15, LimitUnit.WORK_DAY)
    bare = deadline(CALENDAR, start, 15, LimitUnit.WORK_DAY, explain=False)
    assert (bare.due, bare.yellow, bare.exact, bare.intervals) == (full.due, full.yellow, full.exact, ())


def test_a_pause_not_resumed_gives_the_earliest_possible_deadline_as_provisional() -> None:
    start, stop = local("2026-11-23 14:00"), local("2026-11-23 16:00")
    found = deadline(CALENDAR, start, 4, LimitUnit.WORK_HOUR, pauses=[(stop, None)])
    assert (found.due, found.exact) == (local("2026-11-23 18:00"), False)
    assert "Paused and not resumed yet" in [str(i.why) for i in found.intervals]
    assert between(CALENDAR, start, local("2026-11-27 10:00"), LimitUnit.WORK_HOUR, pauses=[(stop, None)]) == (
        timedelta(hours=2)
    )


@pytest.mark.parametrize("unit", [LimitUnit.WORK_HOUR, LimitUnit.URGENT_HOUR])
def test_a_limit_used_up_when_a_pause_begins_ends_there(unit: LimitUnit) -> None:
    start, stop, resume = local("2026-11-23 14:00"), local("2026-11-23 16:00"), local("2026-11-24 10:00")
    found = deadline(CALENDAR, start, 2, unit, pauses=[(stop, resume)])
    assert found.due == stop
    assert [str(i.why) for i in found.intervals if i.counted == timedelta()] == []


def test_pauses_that_overlap_count_once_in_any_order() -> None:
    start, at = local("2026-11-23 14:00"), [local(f"2026-11-23 15:{minute}") for minute in ("00", "20", "21", "40")]
    pauses: list[tuple[datetime, datetime | None]] = [(at[1], at[3]), (at[0], at[2])]
    assert deadline(CALENDAR, start, 2, LimitUnit.WORK_HOUR, pauses=pauses).due == local("2026-11-23 16:40")
    assert between(CALENDAR, start, local("2026-11-23 16:00"), LimitUnit.WORK_HOUR, pauses=pauses) == (
        timedelta(minutes=80)
    )


@pytest.mark.parametrize("unit", list(LimitUnit))
def test_time_used_is_zero_when_the_end_is_not_later(unit: LimitUnit) -> None:
    at = local("2026-11-23 14:00")
    assert between(CALENDAR, at, at, unit) == timedelta()
    assert between(CALENDAR, at, at - timedelta(days=3), unit) == timedelta()


@pytest.mark.parametrize(
    ("value", "extensions"), [(0, 0), (-1, 0), (1, -1)], ids=["no limit", "negative limit", "negative extension"]
)
def test_a_limit_that_is_none_is_refused(value: int, extensions: int) -> None:
    with pytest.raises(ValueError, match="limit must be positive"):
        deadline(CALENDAR, local("2026-11-23 14:00"), value, LimitUnit.WORK_DAY, extensions=extensions)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        deadline(CALENDAR, datetime(2026, 11, 23, 14), 1, LimitUnit.WORK_DAY)


@pytest.mark.parametrize("year", [1, 1899, 2200, 9998])
def test_a_date_far_out_of_sight_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="does not reach"):
        deadline(CALENDAR, datetime(year, 5, 1, tzinfo=UTC), 1, LimitUnit.WORK_DAY)


def test_a_limit_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="does not reach"):
        deadline(CALENDAR, local("2026-11-23 14:00"), 1_000_000, LimitUnit.WORK_DAY)


def test_a_calendar_without_working_periods_is_refused() -> None:
    with pytest.raises(ValueError, match="no working periods"):
        deadline(WorkingCalendar({}, ()), local("2026-11-23 14:00"), 1, LimitUnit.WORK_DAY)


def test_a_case_from_before_the_calendar_has_a_provisional_deadline() -> None:
    found = deadline(CALENDAR, local("2013-05-09 09:30"), 5, LimitUnit.WORK_DAY)
    assert (found.due, found.exact) == (local("2013-05-16 09:30"), False)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-23 11:59", "2026-11-23 11:59"),
        ("2026-11-23 12:00", "2026-11-23 13:00"),
        ("2026-11-20 18:00", "2026-11-23 09:00"),
        ("2026-02-16 10:00", "2026-02-24 09:00"),
        ("2031-01-04 10:00", "2031-01-06 09:00"),
    ],
)
def test_counting_begins_at_once_or_at_the_next_opening(at: str, opening: str) -> None:
    assert opens(CALENDAR, local(at)) == local(opening)
    assert in_working_time(CALENDAR, local(at)) is (at == opening)


@pytest.mark.parametrize(
    ("at", "expected"),
    [(-1, Light.GREEN), (0, Light.YELLOW), (9, Light.YELLOW), (10, Light.YELLOW), (11, Light.RED)],
)
def test_the_light_turns_yellow_at_80_percent_and_red_after_the_deadline(at: int, expected: Light) -> None:
    yellow = local("2026-11-23 14:00")
    assert light(yellow + timedelta(minutes=at), yellow, yellow + timedelta(minutes=10)) == expected


def test_without_a_deadline_there_is_no_light() -> None:
    assert light(local("2026-11-23 14:00"), None, None) == Light.NONE


@pytest.mark.parametrize(
    ("at", "night"), [("07:59", True), ("08:00", False), ("17:59", False), ("18:00", True), ("00:00", True)]
)
def test_night_is_from_18_to_8(at: str, night: bool) -> None:
    assert is_night(local(f"2026-11-23 {at}").astimezone(UTC), "Asia/Shanghai") is night


def test_the_zone_of_a_calendar_is_the_one_it_names() -> None:
    assert zone(CALENDAR) == ZONE


def test_the_business_day_is_the_local_one() -> None:
    at = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert (business_day(at, "Asia/Shanghai"), business_month(at, "Asia/Shanghai")) == (20261201, 202612)
    assert business_day(at - timedelta(seconds=1), "Asia/Shanghai") == 20261130


def test_work_periods_keep_their_wall_times_where_clocks_are_put_forward() -> None:
    calendar = WorkingCalendar({}, ((time(9), time(17)),), zone="Europe/Berlin")
    start = datetime(2026, 3, 27, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # summer time begins on Sunday the 29th
    due = deadline(calendar, start, 2, LimitUnit.WORK_HOUR).due
    assert due == datetime(2026, 3, 30, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))


# Laws that hold for every start, limit, pause and calendar.

STARTS = st.datetimes(datetime(2015, 6, 1), datetime(2026, 12, 31), timezones=st.just(ZONE))
UNITS = st.sampled_from(list(LimitUnit))
VALUES = st.integers(1, 40)


@st.composite
def stops(draw: st.DrawFn, start: datetime) -> list[tuple[datetime, datetime | None]]:
    found: list[tuple[datetime, datetime | None]] = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start + timedelta(minutes=draw(st.integers(-600, 20_000)))
        found.append((begin, begin + timedelta(minutes=draw(st.integers(1, 6_000)))))
    return found


def length(value: int, unit: LimitUnit) -> timedelta:
    return (
        value
        * {
            LimitUnit.URGENT_HOUR: timedelta(hours=1),
            LimitUnit.WORK_HOUR: timedelta(hours=1),
            LimitUnit.WORK_DAY: timedelta(hours=8),
            LimitUnit.CALENDAR_DAY: timedelta(days=1),
        }[unit]
    )


@given(st.data(), STARTS, VALUES, UNITS, st.integers(0, 2))
def test_the_time_from_start_to_due_is_the_limit_and_to_yellow_80_percent_of_it(
    data: st.DataObject, start: datetime, value: int, unit: LimitUnit, extensions: int
) -> None:
    pauses = data.draw(stops(start))
    found = deadline(CALENDAR, start, value, unit, extensions=extensions, pauses=pauses)
    total = length(value, unit) * (1 + extensions)
    assert between(CALENDAR, start, found.due, unit, pauses=pauses) == total
    assert between(CALENDAR, start, found.due - timedelta(microseconds=1), unit, pauses=pauses) < total
    assert between(CALENDAR, start, found.yellow, unit, pauses=pauses) == total * 4 / 5
    assert sum((i.counted for i in found.intervals), timedelta()) == total


@given(STARTS, st.integers(0, 20_000), VALUES, UNITS)
def test_a_later_start_never_gives_an_earlier_deadline(
    start: datetime, minutes: int, value: int, unit: LimitUnit
) -> None:
    first = deadline(CALENDAR, start, value, unit, explain=False).due
    second = deadline(CALENDAR, start + timedelta(minutes=minutes), value, unit, explain=False).due
    assert first <= second


@given(STARTS, st.integers(1, 15), UNITS, st.integers(0, 3))
def test_extensions_add_whole_limits(start: datetime, value: int, unit: LimitUnit, extensions: int) -> None:
    extended = deadline(CALENDAR, start, value, unit, extensions=extensions)
    assert extended == deadline(CALENDAR, start, value * (1 + extensions), unit)
    once = deadline(CALENDAR, start, value, unit, explain=False).due
    if extensions == 1:
        assert extended.due == deadline(CALENDAR, once, value, unit).due


@given(STARTS, VALUES, UNITS, st.floats(0, 0.99), st.integers(1, 20_000))
def test_a_pause_moves_the_deadline_by_the_time_it_took_from_the_clock(
    start: datetime, value: int, unit: LimitUnit, share: float, minutes: int
) -> None:
    plain = deadline(CALENDAR, start, value, unit, explain=False).due
    stop = start + (plain - start) * share
    resume = stop + timedelta(minutes=minutes)
    assume(stop < plain)
    paused = deadline(CALENDAR, start, value, unit, pauses=[(stop, resume)], explain=False).due
    lost = between(CALENDAR, stop, resume, unit)
    assert between(CALENDAR, start, paused, unit) == length(value, unit) + lost


@given(STARTS, st.integers(0, 30_000), st.integers(0, 30_000), UNITS)
def test_time_used_adds_up(start: datetime, first: int, second: int, unit: LimitUnit) -> None:
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    assert between(CALENDAR, start, end, unit) == (
        between(CALENDAR, start, middle, unit) + between(CALENDAR, middle, end, unit)
    )


# The oracle: walks minute by minute and knows nothing of the clock's line.

MONDAY = date(2024, 7, 1)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    marks = sorted(draw(st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True)))
    marks = marks[: len(marks) // 2 * 2]
    quarter = [time(m // 4, m % 4 * 15) for m in marks]
    days = {
        MONDAY + timedelta(days=n): CalendarDay(MONDAY + timedelta(days=n), draw(st.booleans()), confirmed=True)
        for n in range(draw(st.integers(0, 20)))
    }
    return WorkingCalendar(days, tuple(zip(quarter[::2], quarter[1::2], strict=True)))


def _open_minute(calendar: WorkingCalendar, at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(calendar.zone))
    known = calendar.days.get(wall.date())
    worked = known.is_workday if known else wall.isoweekday() <= 5
    return worked and any(start <= wall.time() < end for start, end in calendar.periods)


def oracle(
    calendar: WorkingCalendar,
    start: datetime,
    minutes: int,
    continuous: bool,
    pauses: list[tuple[datetime, datetime | None]],
) -> datetime:
    at, left = start, minutes
    while left:
        paused = any(a <= at < b for a, b in pauses if b)
        if not paused and (continuous or _open_minute(calendar, at)):
            left -= 1
        at += timedelta(minutes=1)
    return at


@settings(max_examples=40, deadline=None)
@given(st.data(), calendars(), st.integers(0, 15_000), st.integers(1, 3), UNITS)
def test_the_clock_agrees_with_counting_minutes(
    data: st.DataObject, calendar: WorkingCalendar, offset: int, value: int, unit: LimitUnit
) -> None:
    start = datetime(2024, 7, 1, tzinfo=ZONE) + timedelta(minutes=offset)
    pauses = data.draw(stops(start))
    day = sum(b.hour * 60 + b.minute - a.hour * 60 - a.minute for a, b in calendar.periods)
    minutes = value * {"urgent_hour": 60, "work_hour": 60, "work_day": day, "calendar_day": 1440}[unit.value]
    expected = oracle(calendar, start, minutes, unit in (LimitUnit.URGENT_HOUR, LimitUnit.CALENDAR_DAY), pauses)
    found = deadline(calendar, start, value, unit, pauses=pauses)
    assert found.due == expected
    wall = [start.astimezone(ZONE).date(), found.due.astimezone(ZONE).date()]
    crossed = [wall[0] + timedelta(days=n) for n in range((wall[1] - wall[0]).days + 1)]
    continuous = unit in (LimitUnit.URGENT_HOUR, LimitUnit.CALENDAR_DAY)
    assert found.exact is (continuous or all(d in calendar.days for d in crossed))
