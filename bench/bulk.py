"""Writing rows in bulk: executemany on SQLite, COPY on PostgreSQL. The schema ends as the migration made it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Dialect, Engine, Table

from db import ddl  # noqa: F401 - completes the metadata
from db.models.base import Base, Json

Packed = dict[str, list[tuple[Any, ...]]]
Write = Callable[[Packed], None]
ORDER = ("photo_bytes", "cases", "journal", "case_units", "photos", "counters", "case_search")
_SEARCH = {"sqlite": ("rowid", "grams"), "postgresql": ("district_id", "id", "grams")}


class Shelf:
    """Turns rows into the tuples that a driver takes, in the order of each table's columns."""

    def __init__(self, dialect: Dialect) -> None:
        self.name = dialect.name
        self._columns = {
            name: [(column.name, _processor(column.type, dialect)) for column in Base.metadata.tables[name].columns]
            for name in ORDER[:-1]
        }

    def pack(self, table: str, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """Rows of a table as tuples."""
        columns = self._columns[table]
        return [tuple(row[n] if p is None else p(row[n]) for n, p in columns) for row in rows]

    def pack_search(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """Rows of the search index: text for FTS5, an array for PostgreSQL, as `db.search` makes them."""
        if self.name == "sqlite":
            return [(row["id"], " ".join(row["grams"])) for row in rows]
        return [(row["district_id"], row["id"], sorted(set(row["grams"]))) for row in rows]


def _processor(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    if kind is Json:
        return json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    found: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def columns_of(table: str, dialect: str) -> tuple[str, ...]:
    """Names of a table's columns in the order in which `Shelf` packs them."""
    if table == "case_search":
        return _SEARCH[dialect]
    found: Table = Base.metadata.tables[table]
    return tuple(column.name for column in found.columns)


@contextmanager
def bulk(engine: Engine) -> Iterator[Write]:
    """A function that writes packed rows. On leaving, indexes and planner statistics are as after normal use."""
    with (_sqlite if engine.dialect.name == "sqlite" else _postgres)(engine) as write:
        yield write


@contextmanager
def _sqlite(engine: Engine) -> Iterator[Write]:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-1000000", "wal_autocheckpoint=20000"):
            cursor.execute(f"PRAGMA {pragma}")

        def write(packed: Packed) -> None:
            cursor.execute("BEGIN IMMEDIATE")
            for table in ORDER:
                if packed.get(table):
                    names = columns_of(table, "sqlite")
                    marks = ", ".join("?" * len(names))
                    cursor.executemany(f"INSERT INTO {table}({', '.join(names)}) VALUES ({marks})", packed[table])
            cursor.execute("COMMIT")

        yield write
        cursor.execute("INSERT INTO case_search(case_search) VALUES ('optimize')")
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.invalidate()  # type: ignore[no-untyped-call]  # its pragmas must not come back from the pool


@contextmanager
def _postgres(engine: Engine) -> Iterator[Write]:
    raw = engine.raw_connection()
    driver: Any = raw.driver_connection
    try:
        with driver.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # foreign keys hold by the way rows are made
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s)"
                " AND indexname NOT LIKE 'pk_%%' AND indexname NOT IN (SELECT conname FROM pg_constraint)",
                (list(ORDER),),
            )
            indexes = cursor.fetchall()
            for name, _definition in indexes:
                cursor.execute(f'DROP INDEX "{name}"')
            driver.commit()

            def write(packed: Packed) -> None:
                for table in ORDER:
                    if packed.get(table):
                        names = ", ".join(columns_of(table, "postgresql"))
                        with cursor.copy(f"COPY {table}({names}) FROM STDIN") as copy:
                            for row in packed[table]:
                                copy.write_row(row)
                driver.commit()

            yield write
            for _name, definition in indexes:
                cursor.execute(definition)
            driver.commit()
            driver.autocommit = True
            cursor.execute("VACUUM ANALYZE")
    finally:
        raw.invalidate()  # type: ignore[no-untyped-call]
