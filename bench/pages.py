"""What a rerun of each page costs the server, against a page with one title and one button.

A real server and a websocket client: processor time of the server process, messages, bytes, SQL statements.
A row is added to `ROWS`.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import IO
from urllib.error import URLError

import psutil
from sqlalchemy import Engine

from bench.browser import ADDRESS, tab
from components.session import cookie_name
from db import sessions
from db.accounts import add_user, find_user
from db.login import posts_of
from db.settings import ROOT
from domain.world import World
from seeds.story.cast import DEMO_PASSWORD, demo_posts

WARM, BLOCKS, REPEATS = 8, 4, 10  # the median block: the server's collection once a minute falls into one at most
FIRST_PORT = 8640


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page as a demo account opens it. `{no}` in a query value stands for the number of a case."""

    name: str
    page: str
    login: str = "street"
    query: dict[str, str] = field(default_factory=dict)


ROWS: tuple[PageRow, ...] = (
    PageRow("home", ""),
    PageRow("home, meeting-room display", "", "display"),
    PageRow("intake", "intake"),
    PageRow("board, street", "board"),
    PageRow("board, district", "board", "district"),
    PageRow("board, department", "board", "department"),
    PageRow("cases, newest", "cases"),
    PageRow("cases, search 垃圾", "cases", "district", {"q": "垃圾"}),
    PageRow("case", "case", "district", {"no": "{no}"}),
    PageRow("account", "account"),
    PageRow("accounts", "users", "admin"),
    PageRow("about", "about"),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor milliseconds of the server per rerun, wall milliseconds (median), messages, bytes, statements."""

    name: str
    cpu_ms: float
    wall_ms: float
    messages: int
    size: int
    statements: float


def costs(engine: Engine, world: World, no: str, *, port: int = FIRST_PORT) -> Iterator[Cost]:
    """The baseline first, then every page."""
    url = engine.url.render_as_string(hide_password=False)
    _people(engine, world)
    with _server("bench.baseline_app:app", url, port) as process:
        yield _measure("one title, one button", process, port, "", {}, "", counted=False)
    with _server("bench.app:app", url, port + 1) as process:
        for row in ROWS:
            cookie = f"{cookie_name()}={_token(engine, world.district_id, row.login)}"
            query = {name: value.format(no=no) for name, value in row.query.items()}
            yield _measure(row.name, process, port + 1, row.page, query, cookie, counted=True)


def _measure(
    name: str, process: psutil.Process, port: int, page: str, query: dict[str, str], cookie: str, *, counted: bool
) -> Cost:
    with tab(port, page, query, cookie) as opened:
        for _ in range(WARM):
            opened.rerun()
        sent = _statements(port) if counted else 0
        reruns, busy = [], []
        for _ in range(BLOCKS):
            before = _busy(process)
            reruns += [opened.rerun() for _ in range(REPEATS)]
            busy.append(_busy(process) - before)
        sent = (_statements(port) if counted else 0) - sent
    last = reruns[-1]
    wall = median(rerun.ms for rerun in reruns)
    return Cost(name, median(busy) * 1000 / REPEATS, wall, last.messages, last.size, sent / len(reruns))


def _busy(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _statements(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{ADDRESS}", timeout=10) as answer:
        return int(answer.read())


def _people(engine: Engine, world: World) -> None:
    for login, (name, post) in demo_posts(world).items():
        with engine.connect().execution_options(reading=True) as connection:
            known = find_user(connection, world.district_id, login)
        if known is None:
            add_user(
                engine, world, login=login, name=name, password=DEMO_PASSWORD, posts=(post,), at=datetime.now(UTC),
                must_change=False, trusted=True,
            )  # fmt: skip


def _token(engine: Engine, district: int, login: str) -> str:
    """A real session, opened as the login does: by a ticket."""
    at = datetime.now(UTC)
    with engine.connect().execution_options(reading=True) as connection:
        found = find_user(connection, district, login)
        assert found is not None  # noqa: S101 - made by _people
        post = posts_of(connection, district, found[0])[0]
    ticket = sessions.issue_ticket(engine, district, user_id=found[0], post=post, target="/", at=at)
    opened = sessions.redeem(engine, district, ticket, address="127.0.0.1", at=at)
    assert opened is not None  # noqa: S101
    return opened.token


@contextmanager
def _server(target: str, url: str, port: int) -> Iterator[psutil.Process]:
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "uvicorn", target, "--port", str(port), "--log-level", "warning", "--ws",
               "websockets-sansio", "--ws-max-size", "209715200"]  # fmt: skip
    log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server below
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=log)  # noqa: S603
    try:
        _wait(process, port, log)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: IO[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            log.seek(0)
            raise RuntimeError(f"the server ended: {log.read()[-2000:].decode(errors='replace')}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not start within a minute")
