"""Commands with readable defaults, a small photo, whole dumps, and several processes at one store."""

import itertools
import multiprocessing
import os
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, select, text

from db.engine import make_engine
from db.execute import CASES, Act, Open, Outcome, execute
from db.journal import rows_of, to_entry
from db.models.base import Base
from db.photos import Photo
from domain.case import Case, from_row, replay
from domain.people import Actor, Role
from domain.world import World
from tests.steps import ANSWERS, UNIT_MOVES, WAY, holder
from tests.worlds import DISTRICT, MONDAY, actor, report, world

WORLD: World = world()
_keys = itertools.count(1)


def key() -> str:
    """A key that no other command of this run has."""
    return f"key-{os.getpid()}-{next(_keys)}"


def photo(content: bytes = b"jpeg") -> Photo:
    """A photo as `db.photos` hands it over, with made-up bytes."""
    return Photo("a.jpg", content, b"thumb", 4, 3, sha256(content).hexdigest(), None, None, len(content))


def open_case(engine: Engine, how: str = "report", by: Actor | None = None, **more: Any) -> Outcome:
    """Open a case of a citizen in street 006."""
    extra = {name: more.pop(name) for name in ("contact", "before", "after", "key", "at") if name in more}
    who = by or actor(WORLD, Role.DISTRICT_OFFICER)
    values = {"key": key(), "at": MONDAY} | extra
    return execute(engine, WORLD, Open(actor=who, how=how, report=report(**({"citizen": True} | more)), **values))


def act(engine: Engine, no: str, move: str, by: Actor | None = None, **more: Any) -> Outcome:
    """Make a move on a case as it stands now."""
    case = stored(engine, no)
    extra = {name: more.pop(name) for name in ("key", "at", "version", "photos") if name in more}
    if move == "handled":
        extra.setdefault("photos", (photo(),))
    answers = {k: v for k, v in {**ANSWERS[move], **more}.items() if k != "photos"}
    values = {"key": key(), "at": MONDAY + timedelta(minutes=case.version), "version": case.version} | extra
    who = by or (holder(WORLD, case) if move in UNIT_MOVES else actor(WORLD, Role.DISTRICT_OFFICER))
    return execute(engine, WORLD, Act(actor=who, move=move, no=no, answers=answers, **values))


def brought_to(engine: Engine, status: Any, **more: Any) -> str:
    """The number of a new case that stands in a status."""
    no = open_case(engine, **more).no
    for move in WAY[status]:
        act(engine, no, move)
    return no


def stored(engine: Engine, no: str) -> Case:
    """The case as its row says."""
    with engine.connect() as connection:
        row = connection.execute(select(CASES).where(CASES.c.no == no)).mappings().one()
    return from_row(row)


def replayed(engine: Engine, case: Case) -> Case:
    """The case as its journal says."""
    with engine.connect() as connection:
        return replay(to_entry(row) for row in rows_of(connection, DISTRICT, case.id))


def dump(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table, search index included."""
    found: dict[str, list[Any]] = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(select(table)).all()
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
        column = "id" if engine.dialect.name == "postgresql" else "rowid"
        found["case_search"] = sorted(connection.execute(text(f"SELECT {column} FROM case_search")).scalars())
    return found


Job = Callable[[Engine, Any, int, Any], Any]


def together(url: str, job: Job, payload: Any, processes: int = 8, timeout: float = 120) -> list[Any]:
    """What each of several processes answers, all at the same store at once.

    `job(engine, barrier, index, payload)` runs in a process of its own with an engine of its own.
    """
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(processes, timeout=60)
    answers = context.Queue()
    workers = [
        context.Process(target=_work, args=(url, job, barrier, index, payload, answers)) for index in range(processes)
    ]
    for worker in workers:
        worker.start()
    try:
        found = dict(answers.get(timeout=timeout) for _ in workers)
    finally:
        for worker in workers:
            worker.join(timeout=10)
            if worker.is_alive():
                worker.terminate()
    return [found[index] for index in range(processes)]


def _work(url: str, job: Job, barrier: Any, index: int, payload: Any, answers: Any) -> None:
    engine = make_engine(url, pool_size=1)
    try:
        answers.put((index, job(engine, barrier, index, payload)))
    except BaseException as fault:  # noqa: BLE001 - the parent shows whatever happened
        answers.put((index, repr(fault)))
    engine.dispose()


def made(url: str) -> str:
    """The same URL, with all tables made."""
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    return url
