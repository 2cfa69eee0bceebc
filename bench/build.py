"""Building a district of a chosen size: told by two processes, written in bulk by a third."""

import gc
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from bench.bulk import Packed, Shelf, bulk
from bench.people import Made, Rows, Setting, setting
from db import migrate
from db.execute import CASES, utc_now
from db.journal import rows_of
from db.settings import district_id, settings
from db.verify import case_fault
from db.world import world as world_of
from domain.world import World
from seeds.load import load

YEARS = 5
CHUNK = 3000  # cases per batch: days are not split, so batches of a large district are larger
TELLERS = 2
SEED = 20160409
_HOURS = (2, 1, 1, 1, 1, 1, 2, 4, 9, 14, 14, 11, 6, 7, 12, 13, 11, 8, 5, 4, 4, 4, 3, 2)  # by hour of the day
_MONTHS = (0.85, 0.7, 0.95, 1.0, 1.15, 1.1, 1.1, 1.05, 1.15, 0.95, 0.95, 1.1)  # own proposal: summer and December up
_DAY_OFF = 0.55


@dataclass(frozen=True, slots=True)
class Day:
    """A local day, how many cases start on it, and how many started before it."""

    day: date
    cases: int
    before: int


@dataclass(frozen=True, slots=True)
class Built:
    """How many cases and entries were written, and the seconds of telling them and of indexing them afterwards."""

    cases: int
    entries: int
    seconds: float
    indexing: float


def days(world: World, now: datetime, size: int) -> list[Day]:
    """The days of the last five years with the cases that start on each, shaped by season and working days."""
    today = now.astimezone(ZoneInfo(world.calendar.zone))
    first = today.date() - timedelta(days=365 * YEARS)
    weights = []
    for n in range(365 * YEARS + 1):
        day = first + timedelta(days=n)
        known = world.calendar.days.get(day)
        working = known.is_workday if known else day.weekday() < 5
        elapsed = 1.0 if day < today.date() else sum(_HOURS[: today.hour]) / sum(_HOURS)
        weights.append(_MONTHS[day.month - 1] * (1.0 if working else _DAY_OFF) * elapsed)
    total, reached, before = sum(weights), 0.0, 0
    found = []
    for n, weight in enumerate(weights):
        reached += weight
        until = round(size * reached / total)
        found.append(Day(first + timedelta(days=n), until - before, before))
        before = until
    return found


def chunks(all_days: list[Day]) -> list[list[Day]]:
    """Runs of whole days of about `CHUNK` cases."""
    found: list[list[Day]] = [[]]
    for day in all_days:
        if sum(d.cases for d in found[-1]) >= CHUNK:
            found.append([])
        found[-1].append(day)
    return found


def told(stage: Setting, run: list[Day]) -> Rows:
    """The rows of a run of days. The first day seeds the dice, so that the order of telling does not matter."""
    stage.teller.dice.seed(f"{SEED}:{run[0].day}")
    dice, rows = stage.teller.dice, Rows()
    zone = ZoneInfo(stage.teller.world.calendar.zone)
    for day in run:
        starts = []
        while len(starts) < day.cases:
            hour = dice.choices(range(24), _HOURS)[0]
            moment = datetime(
                day.day.year, day.day.month, day.day.day, hour, dice.randrange(60), dice.randrange(60),
                dice.randrange(10**6), tzinfo=zone,
            ).astimezone(stage.teller.now.tzinfo)  # fmt: skip
            if moment < stage.teller.now:
                starts.append(moment)
        for n, start in enumerate(sorted(starts), start=day.before):
            Made(stage, start, n, rows).finish()
    return rows


def build(engine: Engine, size: int, *, now: datetime | None = None, say: Callable[[str], None] = print) -> Built:
    """Schema, reference data and `size` cases, in an empty database; then a sample is replayed against its rows."""
    migrate.upgrade(engine)
    load(engine, settings().district)
    world = world_of(engine, district_id())
    stage = setting(engine, world, now or utc_now(), SEED)
    runs = chunks(days(world, stage.teller.now, size))
    shelf = Shelf(engine.dialect)
    engine.dispose()  # the tellers must not inherit an open connection
    started, done, entries = time.perf_counter(), 0, 0
    with bulk(engine) as write:
        write({"photo_bytes": shelf.pack("photo_bytes", _bytes(stage))})
        for packed in told_by_many(stage, runs, shelf):
            write(packed)
            done, entries = done + len(packed["cases"]), entries + len(packed["journal"])
            if done * 10 // size == (done - len(packed["cases"])) * 10 // size:
                continue  # ten lines, whatever the size
            passed = time.perf_counter() - started
            say(f"  {done:>9,} cases  {entries:>9,} entries  {done / passed:6,.0f} cases/s")
        written = time.perf_counter()
    finished = time.perf_counter()
    return Built(done, entries, written - started, finished - written)


def _bytes(stage: Setting) -> list[dict[str, Any]]:
    photos = stage.teller.before + stage.teller.after
    district = stage.teller.world.district_id
    return [{"district_id": district, "sha256": p.sha256, "jpeg": p.jpeg, "thumb": p.thumb} for p in photos]


def packed_rows(stage: Setting, run: list[Day], shelf: Shelf) -> Packed:
    """The rows of a run as the driver takes them."""
    rows, district = told(stage, run), stage.teller.world.district_id
    counters = [
        {"district_id": district, "name": name, "day": day, "last": last} for (name, day), last in rows.counters.items()
    ]
    return {
        "cases": shelf.pack("cases", rows.cases),
        "journal": shelf.pack("journal", rows.journal),
        "case_units": shelf.pack("case_units", rows.units),
        "photos": shelf.pack("photos", rows.photos),
        "counters": shelf.pack("counters", counters),
        "case_search": shelf.pack_search(rows.search),
    }


def told_by_many(stage: Setting, runs: list[list[Day]], shelf: Shelf) -> Iterator[Packed]:
    """The runs told by `TELLERS` processes, in the order in which they are ready."""
    context = multiprocessing.get_context("fork")
    ready: Any = context.Queue(maxsize=2 * TELLERS)

    def tell(mine: list[list[Day]]) -> None:
        gc.disable()  # rows make no cycles; collecting over them costs a fifth of the time
        try:
            for run in mine:
                ready.put(packed_rows(stage, run, shelf))
        except BaseException as fault:
            ready.put(repr(fault))
            raise

    tellers = [context.Process(target=tell, args=(runs[n::TELLERS],), daemon=True) for n in range(TELLERS)]
    for teller in tellers:
        teller.start()
    for _ in runs:
        answer = ready.get()
        if isinstance(answer, str):
            raise RuntimeError(f"a teller stopped: {answer}")
        yield answer
    for teller in tellers:
        teller.join()


def check_sample(engine: Engine, size: int, sample: int = 2000) -> tuple[int, list[tuple[str, str]]]:
    """Replay random cases against their rows and check their chains: how many were looked at, and the faults."""
    district, faults = district_id(), []
    with engine.connect().execution_options(reading=True) as connection:
        ids = connection.execute(select(CASES.c.id).where(CASES.c.district_id == district)).scalars().all()
        chosen = random.Random(size).sample(ids, min(sample, len(ids)))
        for case_id in chosen:
            query = select(CASES).where(CASES.c.district_id == district, CASES.c.id == case_id)
            row = connection.execute(query).mappings().one()
            fault = case_fault(row, rows_of(connection, district, case_id))
            if fault is not None:
                faults.append((str(row["no"]), fault))
    return len(chosen), faults
