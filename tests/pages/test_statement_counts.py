"""How many SQL statements one rerun of each page sends: recorded, so that growth is noticed (P10)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from components import session
from components.shell import PAGES
from db.execute import Open, execute
from domain.intake import Report
from domain.people import Actor, Role, actor_at
from domain.words import Kind
from tests.support import PEOPLE, app, login_as, use_database

RECORDED: dict[tuple[str, str], int] = {
    ("", "qu"): 3,
    ("", "dept"): 4,
    ("", "wall"): 3,
    ("", "admin"): 2,
    ("intake", "street"): 3,
    ("intake", "juwei"): 3,
    ("board", "qu"): 4,
    ("board", "dept"): 4,
    ("board", "block"): 4,
    ("cases", "qu"): 3,
    ("cases", "dept"): 3,
    ("case", "qu"): 7,
    ("account", "street"): 3,
    ("users", "admin"): 5,
    ("about", "street"): 2,
}
"""(page, person) and the statements of a rerun, transaction control left out; the address "" is the start page."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    return use_database(monkeypatch, tmp_path)


def officer() -> Actor:
    known = session.world()
    role, kind = PEOPLE["qu"]
    org = next(o.code for o in known.orgs.values() if o.kind == kind)
    return actor_at(known, user_id=1, login="qu", name="qu", role=Role(role), org=org)


def a_case(store: Engine) -> str:
    """A registered case without photos and contact; gives its number."""
    known = session.world()
    report = Report(
        kind=Kind.MATTER,
        category_id="M06010",
        standard_id="M06010-1",
        description="路边有暴露垃圾",
        channel="INSP",
        street_code=next(iter(known.streets)),
        address="演示路 1 号",
        found_at=datetime.now(UTC),
    )
    return execute(store, known, Open("key-1", officer(), datetime.now(UTC), "register", report)).no


@contextmanager
def counted(store: Engine) -> Iterator[list[str]]:
    """The statements sent inside the block."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(store, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(store, "before_cursor_execute", note)


def statements_of_a_rerun(store: Engine, page: str, **query: str) -> list[str]:
    """What the second run of a page sends: the first reads reference data that is then kept."""
    at = app(page, **query).run()
    assert not at.exception
    with counted(store) as sent:
        at.run()
    assert not at.exception
    return sent


@pytest.mark.parametrize(("page", "login"), RECORDED)
def test_a_rerun_sends_as_many_statements_as_recorded(
    store: Engine, monkeypatch: pytest.MonkeyPatch, page: str, login: str
) -> None:
    no = a_case(store)
    login_as(monkeypatch, store, login)

    sent = statements_of_a_rerun(store, page, **({"no": no} if page == "case" else {}))

    assert len(sent) == RECORDED[page, login], "\n".join(sent)


def test_every_page_is_recorded() -> None:
    assert {page for page, _ in RECORDED} == {"" if row.url == "home" else row.url for row in PAGES}


@pytest.mark.parametrize("cases", [1, 4])
def test_more_cases_are_not_more_statements(store: Engine, monkeypatch: pytest.MonkeyPatch, cases: int) -> None:
    known = session.world()
    for n in range(cases):
        report = Report(
            kind=Kind.MATTER,
            category_id="M06010",
            standard_id="M06010-1",
            description=f"第 {n} 处",
            channel="INSP",
            street_code=list(known.streets)[n],
            address="演示路 1 号",
            found_at=datetime.now(UTC),
        )
        execute(store, known, Open(f"key-{n}", officer(), datetime.now(UTC), "register", report))
    login_as(monkeypatch, store, "qu")

    assert len(statements_of_a_rerun(store, "board")) == RECORDED["board", "qu"]
    assert len(statements_of_a_rerun(store, "cases")) == RECORDED["cases", "qu"]
