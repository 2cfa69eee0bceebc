"""Moves per second through `execute()` on the populated store, against the bare insert-and-commit rate of its engine.

A row is added to `ROWS`: a name, and a function that gives each process its step to repeat.
"""

import multiprocessing
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Engine, make_url, select

from db.engine import make_engine
from db.execute import CASES, Act, Open, execute, utc_now
from db.settings import district_id
from db.world import world as world_of
from domain.intake import Report
from domain.people import Role
from seeds.story.cast import Cast

SECONDS = 4.0
Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Rate:
    """Commits per second over all processes, and the milliseconds of one: median and 99th percentile."""

    name: str
    processes: int
    per_second: float
    p50: float
    p99: float


def rates(engine: Engine) -> list[Rate]:
    """Bare commits and moves, each with one process and with four."""
    url = engine.url.render_as_string(hide_password=False)
    _prepare(engine)
    engine.dispose()
    found = []
    for name, make in ROWS:
        found += [_together(url, name, make, processes) for processes in (1, 4)]
    with engine.begin() as connection:  # the schema is the migrated one again
        connection.exec_driver_sql("DROP TABLE bench_bare")
    return found


def _prepare(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS bench_bare")
        connection.exec_driver_sql("CREATE TABLE bench_bare (id varchar(32) PRIMARY KEY, n integer)")


def _bare(url: str, _part: int, _parts: int) -> Step:
    """The driver alone: one small row per commit, with the durability that the application asks for."""
    engine = make_engine(url, pool_size=1)
    raw: Any = engine.raw_connection().driver_connection
    sqlite = make_url(url).get_backend_name() == "sqlite"
    statement = f"INSERT INTO bench_bare VALUES ({'?, ?' if sqlite else '%s, %s'})"

    def step() -> None:
        cursor = raw.cursor()
        if sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(statement, (uuid.uuid4().hex, 1))
        cursor.execute("COMMIT") if sqlite else raw.commit()

    return step


def _move(url: str, part: int, parts: int) -> Step:
    """Reminders on open cases, each process on its own: read, decide, seal, write, commit."""
    engine = make_engine(url, pool_size=1)
    world = world_of(engine, district_id())
    cast = Cast(engine, world)
    officer = cast.at(Role.DISTRICT_OFFICER, next(o.code for o in world.orgs.values() if o.kind == "district_centre"))
    open_cases = select(CASES.c.no, CASES.c.version).where(
        CASES.c.district_id == world.district_id,
        CASES.c.done_at.is_(None),
        CASES.c.status.in_(["dispatched", "handling"]),
    )
    with engine.connect().execution_options(reading=True) as connection:
        all_known = connection.execute(open_cases.order_by(CASES.c.id)).all()
    mine = [[row.no, row.version] for row in all_known[part::parts]]
    turn = 0

    def step() -> None:
        nonlocal turn
        case = mine[turn % len(mine)]
        turn += 1
        command = Act(uuid.uuid4().hex, officer, utc_now(), "remind", case[0], case[1], {"remark": "请尽快处置"})
        case[1] = execute(engine, world, command).version

    return step


def _open(url: str, part: int, _parts: int) -> Step:
    """Cases registered by a centre, each with its number, journal entry and search index."""
    engine = make_engine(url, pool_size=1)
    world = world_of(engine, district_id())
    cast = Cast(engine, world)
    officer = cast.at(Role.DISTRICT_OFFICER, next(o.code for o in world.orgs.values() if o.kind == "district_centre"))
    category = world.categories["M06010"]
    street = list(world.streets)[part % len(world.streets)]

    def step() -> None:
        at = utc_now()
        report = Report(
            kind=category.kind, category_id=category.id, description="路边有暴露垃圾约 5 袋", channel="VIDE",
            street_code=street, address="演示东路 12 号", found_at=at, standard_id=category.standards[0].id,
        )  # fmt: skip
        execute(engine, world, Open(uuid.uuid4().hex, officer, at, "register", report))

    return step


ROWS: tuple[tuple[str, Callable[[str, int, int], Step]], ...] = (
    ("bare insert and commit", _bare),
    ("move: remind", _move),
    ("case registered", _open),
)


def _together(url: str, name: str, make: Callable[[str, int, int], Step], processes: int) -> Rate:
    context = multiprocessing.get_context("spawn")
    barrier, answers = context.Barrier(processes), context.Queue()
    workers = [
        context.Process(target=_work, args=(make, url, part, processes, barrier, answers), daemon=True)
        for part in range(processes)
    ]
    for worker in workers:
        worker.start()
    taken: list[float] = []
    for _ in workers:
        answer = answers.get(timeout=120)
        if isinstance(answer, str):
            raise RuntimeError(f"{name}: {answer}")
        taken += answer
    for worker in workers:
        worker.join()
    return Rate(name, processes, len(taken) / SECONDS, median(taken), quantiles(taken, n=100)[98])


def _work(make: Callable[[str, int, int], Step], url: str, part: int, parts: int, barrier: Any, answers: Any) -> None:
    try:
        step = make(url, part, parts)
        step()
        barrier.wait(60)
        taken: list[float] = []
        end = time.perf_counter() + SECONDS
        while (begun := time.perf_counter()) < end:
            step()
            taken.append((time.perf_counter() - begun) * 1000)
        answers.put(taken)
    except BaseException as fault:
        answers.put(repr(fault))
        raise
