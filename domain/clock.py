"""The working-time clock: when a limit runs out, why, and how much of it has been used.

Four units (see `LimitUnit`). Urgent hours and calendar days run without a break. Work hours count only inside the
working periods of work days; a work day is as many work hours as the periods of one day add up to. A start outside a
working period moves to the next opening; a limit used up exactly at a closing time ends there. An extension adds
one more whole limit. A pause stops the clock: time inside it does not count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.text import Text, text
from domain.words import Light, LimitUnit
from domain.worktime import WorkLine, day_of, instant, line_over, midnight, ticks
from domain.world import WorkingCalendar

Pauses = Sequence[tuple[datetime, datetime | None]]
"""Stretches during which the clock stands: (from, to), `to` None while it has not been resumed."""

_CONTINUOUS = {LimitUnit.URGENT_HOUR: timedelta(hours=1), LimitUnit.CALENDAR_DAY: timedelta(days=1)}
_MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the clock's life, in UTC: what it counted (zero for pauses and days off) and why."""

    start: datetime
    end: datetime
    counted: timedelta
    why: Text


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a limit runs out.

    `yellow` is the instant at which 80 % has been used, on the same clock. `exact` is False while the answer is
    provisional: it crosses days without an official calendar, or a pause has not been resumed (then `due` is the
    earliest possible one). `intervals` answers "why this deadline", in order of time.
    """

    due: datetime
    yellow: datetime
    exact: bool
    intervals: tuple[Interval, ...]


def deadline(
    calendar: WorkingCalendar,
    start: datetime,
    value: int,
    unit: LimitUnit,
    *,
    extensions: int = 0,
    pauses: Pauses = (),
    explain: bool = True,
) -> Deadline:
    """The deadline of a limit of `value` units from `start`, with `extensions` whole limits added.

    `explain=False` leaves `intervals` empty and is several times faster. Raises ValueError for a naive instant, a
    limit that is not positive, negative extensions, or a calendar without working periods.
    """
    if value <= 0 or extensions < 0:
        raise ValueError("a limit must be positive and extensions not negative")
    begin, units = ticks(start), value * (1 + extensions)
    stops, resumed = _merged(pauses, begin)
    if unit in _CONTINUOUS:
        total = _CONTINUOUS[unit] * units // _MICRO
        due = _run(None, begin, total, stops)
        yellow = _run(None, begin, total * 4 // 5, stops)
        exact = True
        line = None
    else:
        line = line_over(calendar, begin, stops[-1][1] if stops else begin)
        total = units * (line.day if unit == LimitUnit.WORK_DAY else 3_600_000_000)
        while (due := _run(line, begin, total, stops)) is None:
            line = line_over(calendar, begin, 2 * midnight(line.last) - begin)
        yellow = _run(line, begin, total * 4 // 5, stops)
        exact = line.confirmed(begin, due)
    if due is None or yellow is None:  # cannot happen: the loop above widens the line until both are on it
        raise AssertionError("the line is too short")
    open_pause = resumed is not None and resumed < due
    intervals = tuple(_explained(calendar, line, begin, due, stops, resumed if open_pause else None)) if explain else ()
    return Deadline(instant(due), instant(yellow), exact and not open_pause, intervals)


def between(
    calendar: WorkingCalendar, start: datetime, end: datetime, unit: LimitUnit, *, pauses: Pauses = ()
) -> timedelta:
    """The time a clock of this unit counts from `start` to `end`, pauses left out; zero when `end` is not later.

    Working time for work hours and work days, wall time for the others. An open pause lasts until `end`.
    """
    begin, finish = ticks(start), ticks(end)
    if finish <= begin:
        return timedelta()
    stops, resumed = _merged(pauses, begin)
    if resumed is not None:
        finish = max(begin, min(finish, resumed))
    line = None if unit in _CONTINUOUS else line_over(calendar, begin, finish)
    counted, at = 0, begin
    for stop, resume in (*stops, (finish, finish)):
        if at < min(stop, finish):
            counted += _span(line, at, min(stop, finish))
        at = max(at, resume)
    return timedelta(microseconds=counted)


def light(at: datetime, yellow: datetime | None, due: datetime | None) -> Light:
    """The traffic light at an instant: yellow from 80 % of the limit to the deadline itself, red after it."""
    if yellow is None or due is None:
        return Light.NONE
    if at > due:
        return Light.RED
    return Light.YELLOW if at >= yellow else Light.GREEN


def opens(calendar: WorkingCalendar, at: datetime) -> datetime:
    """When counting begins for a start at `at`: at once inside a working period, else at the next opening."""
    begin = ticks(at)
    line = line_over(calendar, begin, begin)
    while (found := line.opening(begin)) is None:
        line = line_over(calendar, begin, midnight(line.last))
    return instant(found)


def in_working_time(calendar: WorkingCalendar, at: datetime) -> bool:
    """Whether an instant lies inside a working period of a work day (a closing time is outside)."""
    return opens(calendar, at) == at


def in_office_hours(calendar: WorkingCalendar, at: datetime) -> bool:
    """Whether an instant lies on a work day between the first opening and the last closing; a lunch break is inside."""
    local = at.astimezone(zone(calendar))
    first, last = calendar.periods[0][0], calendar.periods[-1][1]
    if not first <= local.time() < last:
        return False
    opening = datetime.combine(local.date(), first, tzinfo=local.tzinfo)
    return in_working_time(calendar, opening)


def zone(calendar: WorkingCalendar) -> ZoneInfo:
    """The time zone on whose wall clock the calendar's days and periods are meant."""
    return ZoneInfo(calendar.zone)


def is_night(at: datetime, zone: str) -> bool:
    """Whether an instant lies between 18:00 and 08:00 on the wall clock (24-hour extension of the opinion)."""
    return not 8 <= at.astimezone(ZoneInfo(zone)).hour < 18


def business_day(at: datetime, zone: str) -> int:
    """The local calendar day of an instant as the number yyyymmdd."""
    local = at.astimezone(ZoneInfo(zone))
    return local.year * 10_000 + local.month * 100 + local.day


def business_month(at: datetime, zone: str) -> int:
    """The local calendar month of an instant as the number yyyymm."""
    return business_day(at, zone) // 100


def _merged(pauses: Pauses, begin: int) -> tuple[list[tuple[int, int]], int | None]:
    """Pauses after `begin` in order without overlap, and the instant from which an open pause stops the clock."""
    closed: list[tuple[int, int]] = []
    resumed: int | None = None
    for start, end in sorted(pauses, key=lambda pause: pause[0]):
        first = max(ticks(start), begin)
        if end is None:
            resumed = first if resumed is None else min(resumed, first)
            continue
        last = ticks(end)
        if last <= first:
            continue
        if closed and first <= closed[-1][1]:
            closed[-1] = (closed[-1][0], max(closed[-1][1], last))
        else:
            closed.append((first, last))
    return closed, resumed


def _span(line: WorkLine | None, start: int, end: int) -> int:
    return end - start if line is None else line.worked(end) - line.worked(start)


def _run(line: WorkLine | None, begin: int, total: int, stops: list[tuple[int, int]]) -> int | None:
    """The instant at which `total` has been counted from `begin`, standing still in each stop; None past the line."""
    at, left = begin, total
    for stop, resume in stops:
        counted = _span(line, at, stop)
        if left <= counted:
            break
        left -= counted
        at = resume
    return at + left if line is None else line.when(line.worked(at) + left)


def _explained(
    calendar: WorkingCalendar,
    line: WorkLine | None,
    begin: int,
    due: int,
    stops: list[tuple[int, int]],
    unresumed: int | None,
) -> Iterator[Interval]:
    at = begin
    for stop, resume in stops:
        if stop >= due:
            break
        yield from _stretch(calendar, line, at, stop)
        yield Interval(instant(stop), instant(resume), timedelta(), text("Paused"))
        at = resume
    if unresumed is not None and unresumed >= at:
        yield from _stretch(calendar, line, at, unresumed)
        yield Interval(instant(unresumed), instant(unresumed), timedelta(), text("Paused and not resumed yet"))
        at = unresumed
    yield from _stretch(calendar, line, at, due)


def _stretch(calendar: WorkingCalendar, line: WorkLine | None, start: int, end: int) -> Iterator[Interval]:
    """What is counted from `start` to `end`, and the days off in between."""
    if start >= end:
        return
    if line is None:
        yield Interval(instant(start), instant(end), instant(end) - instant(start), text("Runs without a break"))
        return
    at = start
    before = line.local_day(start)
    for opened, closed, day in line.periods(start, end):
        first, last = max(opened, start), min(closed, end)
        off = _days_off(calendar, before, day)
        before = day
        if off is not None:
            yield Interval(instant(at), instant(first), timedelta(), off)
        elif at == start and first > start:
            yield Interval(instant(at), instant(first), timedelta(), text("Outside working hours"))
        yield Interval(instant(first), instant(last), instant(last) - instant(first), _why_counted(calendar, day))
        at = last


def _why_counted(calendar: WorkingCalendar, day: date) -> Text:
    known = day_of(calendar, day)
    if not known.confirmed:
        return text("Working time, provisional: no official calendar for this day")
    return text("Working time on a make-up work day") if day.weekday() >= 5 else text("Working time")


def _days_off(calendar: WorkingCalendar, day: date, last: date) -> Text | None:
    """Names the days off from `day` to the day before `last`; None when there is none."""
    holiday = weekend = False
    while day < last:
        if not day_of(calendar, day).is_workday:
            weekend = True
            holiday = holiday or day.weekday() < 5
        day += timedelta(days=1)
    if holiday:
        return text("Holiday")
    return text("Weekend") if weekend else None
