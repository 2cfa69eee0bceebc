"""`python -m bench SIZE --db sqlite|postgresql`: build a district, print what it costs. Times are never asserted."""

import argparse
import os
import platform
import secrets
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, make_url, select, text

from bench import moves, queries
from bench.build import build, check_sample
from bench.duck import duck
from bench.pages import costs
from bench.server import database
from db.engine import make_engine
from db.execute import CASES
from db.settings import district_id
from db.world import world as world_of
from seeds.story.cast import demo_street

SIZES = {"11k": 11_000, "110k": 110_000, "1m": 1_100_000}
OUT = Console(highlight=False, width=118)


def size_of(word: str) -> int:
    """How many cases a word asks for: 11k, 110k, 1m, or a number."""
    found = SIZES.get(word.lower()) or (int(word) if word.isascii() and word.isdigit() else 0)
    if not 1000 <= found <= 6_000_000:
        raise argparse.ArgumentTypeError(f"choose one of {', '.join(SIZES)}, or a number from 1000 to 6000000")
    return found


def main() -> int:
    """Run the bench. 0 = printed everything, 1 = a case of the sample does not replay to its row."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("size", type=size_of, help="cases: 11k, 110k, 1m, or a number")
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--keep", type=Path, help="folder to build in and leave behind (default: a temporary one)")
    parser.add_argument("--port", type=int, default=8640, help="first of two ports for the servers")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stop the servers and remove the folder on the way out
    os.environ.setdefault("GRIDDESK_SECRET", secrets.token_hex(32))
    folder = args.keep or Path(tempfile.mkdtemp(prefix="griddesk-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with database(args.db, folder) as url:
            engine = make_engine(url)
            try:
                return _run(engine, args.size, folder, args.port)
            finally:
                engine.dispose()
    finally:
        if args.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _run(engine: Engine, size: int, folder: Path, port: int) -> int:
    _machine(engine)
    if not _build(engine, size):
        return 1
    _pages(engine, port)
    _queries(engine, folder)
    _moves(engine)
    return 0


def _machine(engine: Engine) -> None:
    with engine.connect().execution_options(reading=True) as connection:
        server = (
            f"SQLite {sqlite3.sqlite_version}"
            if engine.dialect.name == "sqlite"
            else f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar()}"
        )
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    OUT.print(
        f"{server} · Python {platform.python_version()} · {os.cpu_count()} processors, {memory:.0f} GB ·"
        f" load before the start {load:.1f}"
    )


def _build(engine: Engine, size: int) -> bool:
    OUT.rule("district")
    built = build(engine, size, say=OUT.print if size > 30_000 else lambda _line: None)
    OUT.print(
        f"{built.cases:,} cases, {built.entries:,} journal entries in {built.seconds:.1f} s"
        f" ({built.cases / built.seconds:,.0f} cases/s), indexes and statistics {built.indexing:.1f} s"
    )
    world = world_of(engine, district_id())
    street = demo_street(world)
    waiting = select(func.count()).select_from(CASES).where(CASES.c.district_id == world.district_id)
    with engine.connect().execution_options(reading=True) as connection:
        open_cases = connection.execute(waiting.where(CASES.c.done_at.is_(None))).scalar_one()
        here = connection.execute(waiting.where(CASES.c.done_at.is_(None), CASES.c.street_code == street)).scalar_one()
        if engine.dialect.name == "sqlite":
            used = Path(make_url(str(engine.url)).database or "").stat().st_size
        else:
            used = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    OUT.print(
        f"open: {open_cases:,} ({open_cases / built.cases:.1%}), of them {here:,} in {world.streets[street].name};"
        f" {used / 2**20:,.0f} MB"
    )
    begun = time.perf_counter()
    looked, faults = check_sample(engine, size)
    for no, fault in faults:
        OUT.print(f"{no}: {fault}", style="red")
    OUT.print(f"replayed {looked:,} random cases: {len(faults)} faults ({time.perf_counter() - begun:.1f} s)")
    return not faults


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for n, column in enumerate(columns):
        table.add_column(column, justify="left" if n == 0 else "right", no_wrap=True)
    return table


def _pages(engine: Engine, port: int) -> None:
    OUT.rule("pages")
    world = world_of(engine, district_id())
    no = queries.Places(engine, world).no
    table = _table(
        "one rerun, real server, one tab; the server's processor time",
        "page", "CPU ms", "x baseline", "wall ms", "messages", "kB", "SQL",
    )  # fmt: skip
    baseline = 0.0
    for cost in costs(engine, world, no, port=port):
        baseline = baseline or cost.cpu_ms
        table.add_row(
            cost.name, f"{cost.cpu_ms:.1f}", f"{cost.cpu_ms / baseline:.1f}", f"{cost.wall_ms:.1f}",
            str(cost.messages), f"{cost.size / 1000:.1f}", f"{cost.statements:g}",
        )  # fmt: skip
    OUT.print(table)


def _queries(engine: Engine, folder: Path) -> None:
    OUT.rule("questions")
    yardstick = duck(engine, folder)
    table = _table(
        "warm medians, both sides found the same", "question", "found", "ours ms", "DuckDB ms", "DuckDB / ours"
    )
    for row in queries.rows(queries.Places(engine, world_of(engine, district_id()))):
        found = queries.timed(engine, yardstick, row)
        ratio = found.duck_ms / found.ours_ms
        table.add_row(found.name, str(found.keys), f"{found.ours_ms:.2f}", f"{found.duck_ms:.2f}", f"{ratio:.1f}")
    yardstick.close()
    OUT.print(table)


def _moves(engine: Engine) -> None:
    OUT.rule("moves")
    table = _table(
        "commits per second, every commit flushed",
        "what",
        "processes",
        "per second",
        "share of bare",
        "p50 ms",
        "p99 ms",
    )
    bare: dict[int, float] = {}
    for rate in moves.rates(engine):
        bare.setdefault(rate.processes, rate.per_second)
        table.add_row(
            rate.name, str(rate.processes), f"{rate.per_second:,.0f}", f"{rate.per_second / bare[rate.processes]:.0%}",
            f"{rate.p50:.2f}", f"{rate.p99:.2f}",
        )  # fmt: skip
    OUT.print(table)


if __name__ == "__main__":
    sys.exit(main())
