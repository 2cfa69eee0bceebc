"""Lists of cases: newest first in keyset pages, found by text of two characters or more, and similar ones near by."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, bindparam, column, or_, select, table, text

from db.execute import CASES
from db.grams import fold, like, phrase, runs_of
from db.queries.scope import Scope, open_where, where
from domain.geo import distance_m
from domain.words import Status

PAGE = 50
_SEARCH = table("case_search", column("rowid"), column("id"), column("district_id"), column("grams"))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list."""

    id: int
    no: str
    status: Status
    category_id: str
    street_code: str
    address: str
    description: str
    unit_code: str | None
    channel: str
    external_no: str | None
    reported_at: datetime
    stage_yellow_at: datetime | None
    stage_due_at: datetime | None
    closed_at: datetime | None
    lng_e6: int | None
    lat_e6: int | None


_FIELDS = [CASES.c[f.name] for f in fields(Row)]


def _row(row: Any) -> Row:
    return Row(**(dict(row) | {"status": Status(row["status"])}))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `next_before` is the key of the following page, None at the end."""

    rows: tuple[Row, ...]
    next_before: int | None


def newest(
    connection: Connection,
    scope: Scope,
    *,
    query: str = "",
    street: str | None = None,
    status: str | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """Cases a person sees, newest first. `query` finds substrings of number, external number, address and text.

    Two characters or more are answered by the index; a single character looks through open cases only.
    """
    narrowed: list[ColumnElement[bool]] = [_scope_condition(scope, query)]
    values: dict[str, Any] = scope.values()
    for name, value in (("street_code", street), ("status", status)):
        if value is not None:
            narrowed.append(CASES.c[name] == bindparam(f"f_{name}"))
            values[f"f_{name}"] = value
    rows: list[Row] = []
    last = before
    while len(rows) <= limit:
        chunk = _chunk(connection, narrowed, values, query, last, limit + 1)
        rows.extend(r for r in chunk if _matches(r, query))
        if len(chunk) <= limit:
            break
        last = chunk[-1].id
    return Page(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def _scope_condition(scope: Scope, query: str) -> ColumnElement[bool]:
    single = bool(query.strip()) and not runs_of(query)
    if single:
        return and_(open_where(scope), CASES.c.done_at.is_(None))
    return where(scope)


def _chunk(
    connection: Connection,
    narrowed: list[ColumnElement[bool]],
    values: dict[str, Any],
    query: str,
    before: int | None,
    limit: int,
) -> list[Row]:
    statement: Select[Any] = select(*_FIELDS)
    values = dict(values)
    runs = runs_of(query)
    if runs and connection.dialect.name == "sqlite":
        statement = statement.select_from(_SEARCH.join(CASES, CASES.c.id == _SEARCH.c.rowid)).where(
            text("case_search MATCH :match")
        )
        values["match"] = " AND ".join(phrase(run) for run in runs)
        key: ColumnElement[Any] = _SEARCH.c.rowid
    elif runs:
        joined = (CASES.c.district_id == _SEARCH.c.district_id) & (CASES.c.id == _SEARCH.c.id)
        statement = statement.select_from(_SEARCH.join(CASES, joined)).where(
            text("case_search.grams @> CAST(:grams AS text[])")
        )
        values["grams"] = sorted({run[i : i + 2] for run in runs for i in range(len(run) - 1)})
        key = CASES.c.id
    else:
        key = CASES.c.id
        if query.strip():
            statement = statement.where(_like_condition())
            values["like"] = like(query.strip())
    statement = statement.where(*narrowed)
    if before is not None:
        statement = statement.where(key < bindparam("before"))
        values["before"] = before
    found = connection.execute(statement.order_by(key.desc()).limit(limit), values)
    return [_row(row) for row in found.mappings()]


def _like_condition() -> ColumnElement[bool]:
    pattern: BindParameter[str] = bindparam("like")
    return or_(*(CASES.c[c].ilike(pattern, escape="\\") for c in ("no", "address", "description", "external_no")))


def _matches(row: Row, query: str) -> bool:
    """The index joins runs across punctuation: what it finds is looked at once more."""
    wanted = fold(query.strip())
    if not wanted:
        return True
    return any(wanted in fold(t) for t in (row.no, row.external_no or "", row.address, row.description))


@dataclass(frozen=True, slots=True)
class Similar:
    """A case of the same class near by, with its distance in metres (None without a point)."""

    row: Row
    metres: float | None


def similar(
    connection: Connection,
    scope: Scope,
    *,
    category_id: str,
    point: tuple[int, int] | None,
    committee: str | None,
    at: datetime,
    radius_m: int,
    days: int,
    limit: int = 5,
) -> tuple[Similar, ...]:
    """Open or recent cases of the same class within a radius of a point (millionths of a degree, lng then lat).

    Without a point: those of the same committee. Sorted by distance, then newest first. Voided cases are left out.
    """
    statement = select(*_FIELDS).where(
        where(scope),
        CASES.c.category_id == bindparam("category"),
        CASES.c.reported_at >= bindparam("since", type_=CASES.c.reported_at.type),
        CASES.c.status.not_in(["voided", "not_accepted"]),
    )
    values = scope.values() | {"category": category_id, "since": at - timedelta(days=days)}
    if point is not None:
        lat_span = int(radius_m / 0.11132) + 1
        lng_span = int(lat_span / max(0.2, cos(radians(point[1] / 1e6)))) + 1
        statement = statement.where(
            CASES.c.lat_e6.between(point[1] - lat_span, point[1] + lat_span),
            CASES.c.lng_e6.between(point[0] - lng_span, point[0] + lng_span),
        )
    elif committee is not None:
        statement = statement.where(CASES.c.committee_code == bindparam("committee"))
        values["committee"] = committee
    else:
        return ()
    found = [_row(r) for r in connection.execute(statement.order_by(CASES.c.id.desc()).limit(200), values).mappings()]
    near = [Similar(row, _metres(row, point)) for row in found]
    kept = [s for s in near if point is None or (s.metres is not None and s.metres <= radius_m)]
    kept.sort(key=lambda s: (s.metres or 0.0, -s.row.id))
    return tuple(kept[:limit])


def _metres(row: Row, point: tuple[int, int] | None) -> float | None:
    if point is None or row.lng_e6 is None or row.lat_e6 is None:
        return None
    return distance_m((point[0] / 1e6, point[1] / 1e6), (row.lng_e6 / 1e6, row.lat_e6 / 1e6))
