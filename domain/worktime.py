"""Working time as one straight line: how many microseconds of working periods lie before an instant, and back.

The line is built once for each `WorkingCalendar` object and widened when somebody asks beyond its ends, so that a
deadline costs a few binary searches, whatever its length.
"""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.world import CalendarDay, WorkingCalendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_SPARE_DAYS = 370  # days built past what is asked for: a year of provisional days
_YEARS = range(1900, 2200)  # a slip of the pen in an imported date must not build a line of ten thousand years
_KEPT = 16  # calendars whose line is kept


def ticks(at: datetime) -> int:
    """Microseconds from 1970 UTC to an aware instant. Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (at - EPOCH) // _TICK


def instant(at: int) -> datetime:
    """The aware UTC instant of a number of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=at)


def midnight(day: date) -> int:
    """Microseconds from 1970 to midnight UTC of a day."""
    return (day.toordinal() - EPOCH.toordinal()) * 86_400_000_000


def day_of(calendar: WorkingCalendar, day: date) -> CalendarDay:
    """The calendar's row for a day; for a day it does not know, Monday to Friday are provisional work days."""
    known = calendar.days.get(day)
    return known if known is not None else CalendarDay(day, day.weekday() < 5, confirmed=False)


def day_length(calendar: WorkingCalendar) -> timedelta:
    """The length of one work day (工作日): the sum of the working periods. Raises ValueError when there are none."""
    total = sum(
        (datetime.combine(date.min, end) - datetime.combine(date.min, start) for start, end in calendar.periods),
        timedelta(),
    )
    if total <= timedelta():
        raise ValueError("the working calendar has no working periods")
    return total


class WorkLine:
    """The working periods of every day from `first` to `last`, in order, with the working time before each."""

    def __init__(self, calendar: WorkingCalendar, first: date, last: date) -> None:
        self.calendar, self.first, self.last = calendar, first, last
        self.zone = ZoneInfo(calendar.zone)
        self.day = day_length(calendar) // _TICK
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.days: list[date] = []
        self.before: list[int] = []  # working time before opens[i]
        self.after: list[int] = []  # working time before closes[i]
        self.unsure: list[int] = []  # ordinals of days without an official word
        total = 0
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = day_of(calendar, date.fromordinal(ordinal))
            if not day.confirmed:
                self.unsure.append(ordinal)
            if not day.is_workday:
                continue
            for start, end in calendar.periods:
                opened = ticks(datetime.combine(day.day, start, self.zone))
                closed = ticks(datetime.combine(day.day, end, self.zone))
                self.opens.append(opened)
                self.closes.append(closed)
                self.days.append(day.day)
                self.before.append(total)
                total += closed - opened
                self.after.append(total)

    def worked(self, at: int) -> int:
        """Working time from the start of the line to an instant that the line covers."""
        i = bisect_right(self.opens, at) - 1
        return 0 if i < 0 else min(self.before[i] + at - self.opens[i], self.after[i])

    def when(self, worked: int) -> int | None:
        """The first instant at which that much has been worked; None past the end of the line."""
        i = bisect_left(self.after, worked)
        return None if i == len(self.after) else self.opens[i] + worked - self.before[i]

    def opening(self, at: int) -> int | None:
        """The instant itself inside a working period, else the next opening; None past the end of the line."""
        i = bisect_right(self.closes, at)
        return None if i == len(self.closes) else max(self.opens[i], at)

    def periods(self, start: int, end: int) -> Iterator[tuple[int, int, date]]:
        """Opening, closing and day of every working period that has time between two instants, in order."""
        for i in range(bisect_right(self.closes, start), len(self.opens)):
            if self.opens[i] >= end:
                return
            yield self.opens[i], self.closes[i], self.days[i]

    def local_day(self, at: int) -> date:
        """The calendar day of an instant, on the wall clock of the calendar's zone."""
        return instant(at).astimezone(self.zone).date()

    def confirmed(self, start: int, end: int) -> bool:
        """Whether every day touched between two instants is known from an official notice."""
        i = bisect_left(self.unsure, self.local_day(start).toordinal())
        return i == len(self.unsure) or self.unsure[i] > self.local_day(end).toordinal()

    def covers(self, first: date, last: date) -> bool:
        """Whether the line reaches over both days."""
        return self.first <= first and last <= self.last


_lines: dict[int, WorkLine] = {}  # by id() of the calendar, which the line keeps alive
_lock = threading.Lock()


def line_over(calendar: WorkingCalendar, start: int, end: int) -> WorkLine:
    """The line of a calendar, long enough to cover two instants with spare days around them.

    Raises ValueError for an instant before 1900 or from 2200 on.
    """
    begin, finish = instant(start).date(), instant(end).date()
    if begin.year not in _YEARS or finish.year not in _YEARS:
        raise ValueError(f"the working calendar does not reach from {begin} to {finish}")
    first, last = begin - timedelta(days=1), finish + timedelta(days=1)
    line = _lines.get(id(calendar))
    if line is not None and line.calendar is calendar and line.covers(first, last):
        return line
    with _lock:
        line = _lines.get(id(calendar))
        if line is None or line.calendar is not calendar:
            known = (min(calendar.days), max(calendar.days)) if calendar.days else (first, last)
        else:
            known = (line.first, line.last)
        if line is None or not line.covers(first, last):
            spare = timedelta(days=_SPARE_DAYS)
            line = WorkLine(
                calendar,
                known[0] if known[0] <= first else first - spare,
                known[1] if last + spare <= known[1] else max(last, known[1]) + spare,
            )
            _lines[id(calendar)] = line
            while len(_lines) > _KEPT:
                del _lines[next(iter(_lines))]
        return line
