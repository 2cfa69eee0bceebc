"""Keeping the search index of case texts, inside the transaction that writes the case."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from db.grams import grams_of

_FTS_INSERT = text("INSERT INTO case_search(rowid, grams) VALUES (:id, :grams)")
_PG_INSERT = text("INSERT INTO case_search(district_id, id, grams) VALUES (:district_id, :id, :grams)")


def searchable(row: Mapping[str, Any]) -> list[str]:
    """The pairs of a case's number, external number, address and description."""
    return grams_of(row["no"], row["external_no"], row["address"], row["description"])


def index_cases(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add new cases to the index. Rows carry district_id, id, no, external_no, address and description."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(_FTS_INSERT, [{"id": r["id"], "grams": " ".join(searchable(r))} for r in rows])
    else:
        connection.execute(
            _PG_INSERT,
            [{"district_id": r["district_id"], "id": r["id"], "grams": sorted(set(searchable(r)))} for r in rows],
        )
