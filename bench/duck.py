"""The same rows in DuckDB, the yardstick for questions: copied once through CSV files."""

import csv
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Engine, Table

from db.execute import CASES, UNITS
from db.journal import JOURNAL
from db.models.base import Instant

NULL = r"\N"
COPIED: tuple[Table, ...] = (CASES, JOURNAL, UNITS)


def duck(engine: Engine, folder: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB file with the cases, the journal and the units of a store."""
    path = folder / "bench.duckdb"
    path.unlink(missing_ok=True)
    connection = duckdb.connect(str(path))
    for table in COPIED:
        file = folder / f"{table.name}.csv"
        (_from_sqlite if engine.dialect.name == "sqlite" else _from_postgres)(engine, table, file)
        columns = ", ".join(f'"{column.name}" {_kind(column.type)}' for column in table.columns)
        connection.execute(f"CREATE TABLE {table.name} ({columns})")
        connection.execute(f"COPY {table.name} FROM '{file}' (FORMAT csv, HEADER false, NULLSTR '{NULL}')")
        file.unlink()
    connection.execute("ANALYZE")
    return connection


def _kind(kind: Any) -> str:
    if isinstance(kind, Instant):
        return "TIMESTAMP"
    name = type(kind).__name__
    return {"Integer": "INTEGER", "SmallInteger": "SMALLINT", "BigInteger": "BIGINT", "Boolean": "BOOLEAN"}.get(
        name, "VARCHAR"
    )


def _names(table: Table) -> str:
    return ", ".join(column.name for column in table.columns)


def _from_sqlite(engine: Engine, table: Table, file: Path) -> None:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"SELECT {_names(table)} FROM {table.name}")
        with file.open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            while rows := cursor.fetchmany(10_000):
                writer.writerows([NULL if value is None else value for value in row] for row in rows)
    finally:
        raw.close()


def _from_postgres(engine: Engine, table: Table, file: Path) -> None:
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        statement = f"COPY (SELECT {_names(table)} FROM {table.name}) TO STDOUT (FORMAT csv, NULL '{NULL}')"
        with driver.cursor() as cursor, cursor.copy(statement) as copy, file.open("wb") as out:
            for block in copy:
                out.write(block)
    finally:
        raw.close()
