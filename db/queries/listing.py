"""Lists of cases: newest first in keyset pages, found by text of two characters or more, and similar ones near by."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    column,
    or_,
    select,
    table,
    text,
    union_all,
)

from db.execute import CASES, UNITS
from db.grams import fold, like, phrase, runs_of
from db.ids import at_ms
from db.queries.branches import column_branches
from db.queries.scope import Scope, open_where, where
from domain.geo import distance_m
from domain.moves import DONE
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


_ID = CASES.c.id
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
    narrowed: list[ColumnElement[bool]] = []
    if status is not None and Status(status) not in DONE:
        narrowed.append(CASES.c.done_at.is_(None))  # the index of open cases, not a walk through history
    values: dict[str, Any] = scope.values()
    for name, value in (("street_code", street), ("status", status)):
        if value is not None:
            narrowed.append(CASES.c[name] == bindparam(f"f_{name}"))
            values[f"f_{name}"] = value
    rows: list[Row] = []
    last = before
    while len(rows) <= limit:
        chunk = _chunk(connection, scope, narrowed, values, query, last, limit + 1)
        rows.extend(r for r in chunk if _matches(r, query))
        if len(chunk) <= limit:
            break
        last = chunk[-1].id
    return Page(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def _chunk(
    connection: Connection,
    scope: Scope,
    narrowed: list[ColumnElement[bool]],
    values: dict[str, Any],
    query: str,
    before: int | None,
    limit: int,
) -> list[Row]:
    if before is not None:
        values = values | {"before": before}
    runs = runs_of(query)
    if runs:
        statement, key = _found_by_index(connection, runs, values)
        statement = statement.where(where(scope))
    elif query.strip():
        values = values | {"like": like(query.strip())}
        statement, key = select(*_FIELDS).where(open_where(scope), CASES.c.done_at.is_(None), _like_condition()), _ID
    else:
        return _by_branch(connection, scope, narrowed, values, limit)
    statement = statement.where(*narrowed)
    if before is not None:
        statement = statement.where(key < bindparam("before"))
    found = connection.execute(statement.order_by(key.desc()).limit(limit), values)
    return [_row(row) for row in found.mappings()]


def _found_by_index(
    connection: Connection, runs: list[str], values: dict[str, Any]
) -> tuple[Select[Any], ColumnElement[Any]]:
    """The cases that the bigram index finds, and the column that orders them. Adds its parameters to `values`."""
    statement: Select[Any] = select(*_FIELDS)
    if connection.dialect.name == "sqlite":
        values["match"] = " AND ".join(phrase(run) for run in runs)
        joined = _SEARCH.join(CASES, CASES.c.id == _SEARCH.c.rowid)
        return statement.select_from(joined).where(text("case_search MATCH :match")), _SEARCH.c.rowid
    values["grams"] = sorted({run[i : i + 2] for run in runs for i in range(len(run) - 1)})
    same = (CASES.c.district_id == _SEARCH.c.district_id) & (CASES.c.id == _SEARCH.c.id)
    contains = text("case_search.grams @> CAST(:grams AS text[])")
    return statement.select_from(_SEARCH.join(CASES, same)).where(contains), _ID


def _by_branch(
    connection: Connection, scope: Scope, narrowed: list[ColumnElement[bool]], values: dict[str, Any], limit: int
) -> list[Row]:
    """The newest of each alternative of the scope, merged: every one walks down an index that is in order already."""
    branches = []
    for condition in column_branches(scope):
        branch = select(*_FIELDS).where(condition, *narrowed)
        if "before" in values:
            branch = branch.where(bindparam("before") > _ID)
        branches.append(branch.order_by(_ID.desc()).limit(limit).subquery())
    if scope.unit is not None and not scope.whole:
        same = (CASES.c.district_id == UNITS.c.district_id) & (UNITS.c.case_id == _ID)
        branch = select(*_FIELDS).select_from(UNITS.join(CASES, same))
        branch = branch.where(
            UNITS.c.district_id == bindparam("district_id"), UNITS.c.unit_code == bindparam("scope_unit"), *narrowed
        )
        if "before" in values:
            branch = branch.where(UNITS.c.case_id < bindparam("before"))
        branches.append(branch.order_by(UNITS.c.case_id.desc()).limit(limit).subquery())
    if not branches:
        return []
    found = connection.execute(union_all(*(select(branch) for branch in branches)), values).mappings()
    rows = {row["id"]: _row(row) for row in found}
    return [rows[key] for key in sorted(rows, reverse=True)[:limit]]


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
    """Open cases of the same class, found within days, within a radius of a point (millionths of a degree, lng, lat).

    Without a point: those of the same committee. Sorted by distance, then newest first.
    """
    statement = select(*_FIELDS).where(
        where(scope),
        CASES.c.category_id == bindparam("category"),
        bindparam("first_id") <= _ID,
        CASES.c.reported_at >= bindparam("since", type_=CASES.c.reported_at.type),
        CASES.c.closed_at.is_(None),
        CASES.c.done_at.is_(None),
    )
    since = at - timedelta(days=days)
    first_id = at_ms(int((since - timedelta(hours=1)).timestamp() * 1000))  # a case is numbered after it is found
    values = scope.values() | {"category": category_id, "since": since, "first_id": first_id}
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
