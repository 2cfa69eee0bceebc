"""What page and browser tests share: a database with reference data, people in it, signing in for AppTest."""

import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from components import session
from db import ddl, sessions
from db.accounts import Post, add_user, find_user
from db.engine import engine, make_engine
from db.login import posts_of
from db.models import accounts, cases, reference
from db.models.base import Base
from db.settings import ROOT, settings
from db.world import world
from domain.people import Role
from seeds.load import load

TABLES = (ddl, accounts, cases, reference)
DISTRICT = 310106
PASSWORD = "correct horse 42"
SCRIPT = ROOT / "pages" / "__main__.py"

PEOPLE: Mapping[str, tuple[str, str]] = {
    "qu": ("district_officer", "district_centre"),
    "street": ("street_officer", "street_centre"),
    "dept": ("department_handler", "department"),
    "unit": ("stationed_handler", "street_agency"),
    "block": ("block_coordinator", "block_station"),
    "juwei": ("residential_worker", "residential_station"),
    "inspector": ("inspector", "district_centre"),
    "overseer": ("overseer", "supervision"),
    "reviewer": ("reviewer", "district_centre"),
    "leader": ("leader", "government"),
    "wall": ("display", "district_centre"),
    "admin": ("administrator", "district_centre"),
}
"""One person per role: login name, role, kind of organisation (the first of that kind in the tree)."""


@lru_cache(maxsize=1)
def _template() -> Path:
    """A SQLite database made once per process and copied for each test."""
    path = Path(tempfile.mkdtemp(prefix="griddesk-test-")) / "template.db"
    store = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(store)
    load(store, "jingan")
    known = world(store, DISTRICT)
    for login, (role, kind) in PEOPLE.items():
        org = next(o.code for o in known.orgs.values() if o.kind == kind and o.has_login)
        add_user(
            store,
            known,
            login=login,
            name=f"测试{login}",
            password=PASSWORD,
            posts=(Post(Role(role), org),),
            at=datetime.now(UTC),
            must_change=False,
        )
    with store.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    store.dispose()
    return path


def fresh_database(folder: Path) -> str:
    """A SQLite database of its own with reference data and `PEOPLE`; gives its URL."""
    target = folder / "app.db"
    shutil.copy(_template(), target)
    return f"sqlite:///{target}"


def use_database(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Engine:
    """Point this process's application at a fresh database for one test; gives its engine."""
    monkeypatch.setenv("DATABASE_URL", fresh_database(folder))
    settings.cache_clear()
    engine.cache_clear()
    return engine()


def token_for(store: Engine, login: str, *, post: Post | None = None) -> str:
    """A token of a real session row for a person, opened as the login does: by a ticket."""
    at = datetime.now(UTC)
    with store.connect().execution_options(reading=True) as connection:
        found = find_user(connection, DISTRICT, login)
        assert found is not None
        post = post or posts_of(connection, DISTRICT, found[0])[0]
    ticket = sessions.issue_ticket(store, DISTRICT, user_id=found[0], post=post, target="/", at=at)
    opened = sessions.redeem(store, DISTRICT, ticket, address="127.0.0.1", at=at)
    assert opened is not None
    return opened.token


def with_cookies(monkeypatch: pytest.MonkeyPatch, cookies: Mapping[str, str]) -> None:
    """Let the page script see these cookies. AppTest has no browser: its end is replaced, nothing of ours."""
    monkeypatch.setattr(ContextProxy, "cookies", property(lambda _self: dict(cookies)))
    monkeypatch.setattr(ContextProxy, "ip_address", property(lambda _self: None))


def login_as(monkeypatch: pytest.MonkeyPatch, store: Engine, login: str, **cookies: str) -> str:
    """Sign a person in for the AppTest runs that follow; gives the token."""
    token = token_for(store, login)
    with_cookies(monkeypatch, {session.cookie_name(): token, **cookies})
    return token


def app(page: str = "", **query: str) -> AppTest:
    """The whole application opened at the address of a page, not yet run."""
    from streamlit.util import calc_hash

    at = AppTest.from_file(str(SCRIPT), default_timeout=60)
    if page:
        at._page_hash = calc_hash(page)
    for name, value in query.items():
        at.query_params[name] = value
    return at
