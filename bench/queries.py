"""The main questions of the pages, timed against the same question asked of DuckDB on the same rows.

A row is added to `rows()`: a name, our function, and the SQL that gives the same keys.
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import duckdb
from sqlalchemy import Connection, Engine, func, select

from db.execute import CASES, utc_now
from db.queries.board import PER_COLUMN, Filters, board
from db.queries.file import case_file
from db.queries.listing import PAGE, newest, similar
from db.queries.scope import Scope
from db.queries.tally import tally
from domain.words import Step
from domain.world import World
from seeds.story.cast import busiest_department, demo_street

REPEATS, PATIENCE = 30, 2.0  # repeat so often, but not longer than so many seconds

Keys = list[Any]
Ours = Callable[[Connection], Keys]


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A question. Both sides give the keys of what they found, in order; the bench refuses to go on when they differ.

    `theirs` is one or more statements with `$name` parameters; a key is the first column.
    """

    name: str
    ours: Ours
    theirs: Sequence[str]
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timed:
    """Warm medians in milliseconds, and how many keys both found."""

    name: str
    keys: int
    ours_ms: float
    duck_ms: float


class Places:
    """What the questions ask about: a busy street-town, a station and a unit in it, a case, a point, a deep key."""

    def __init__(self, engine: Engine, world: World) -> None:
        self.world, self.at = world, utc_now()
        self.street = demo_street(world)
        with engine.connect().execution_options(reading=True) as connection:
            self.unit = _most_open(connection, world, "unit_code", "department") or busiest_department(world)
            self.station = _most_open(connection, world, "station_code", "block_station") or next(
                o.code for o in world.orgs.values() if o.kind == "block_station" and o.street_code == self.street
            )
            low, high = connection.execute(select(func.min(CASES.c.id), func.max(CASES.c.id))).one()
            self.deep = low + (high - low) // 5  # the first fifth of the history
            query = select(CASES).where(CASES.c.id >= low + (high - low) // 2, CASES.c.reworks > 0).limit(1)
            found = connection.execute(query).mappings().first()
            case = found or connection.execute(select(CASES).order_by(CASES.c.id.desc()).limit(1)).mappings().one()
            self.no, self.case_id = case["no"], case["id"]
            near = select(CASES.c.lng_e6, CASES.c.lat_e6, CASES.c.category_id).where(
                CASES.c.street_code == self.street, CASES.c.lng_e6.is_not(None), CASES.c.category_id == "M07001"
            )
            self.lng, self.lat, self.category = connection.execute(near.order_by(CASES.c.id.desc()).limit(1)).one()

    @property
    def scopes(self) -> dict[str, tuple[Scope, str]]:
        """The scopes of a district centre, a street centre, a block station and a department, with their SQL."""
        district = self.world.district_id
        seen = "EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = cases.id AND u.unit_code = '{}')"
        return {
            "district": (Scope(district, whole=True), "true"),
            "street": (Scope(district, any_of=(("street_code", self.street),)), f"street_code = '{self.street}'"),
            "station": (
                Scope(district, any_of=(("station_code", self.station),), unit=self.station),
                f"(station_code = '{self.station}' OR {seen.format(self.station)})",
            ),
            "department": (
                Scope(district, any_of=(("reporter_org", self.unit),), unit=self.unit),
                f"(reporter_org = '{self.unit}' OR {seen.format(self.unit)})",
            ),
        }


def _most_open(connection: Connection, world: World, column: str, kind: str) -> str | None:
    """The organisation of a kind with the most open cases, None when none has any."""
    codes = [o.code for o in world.orgs.values() if o.kind == kind]
    query = (
        select(CASES.c[column])
        .where(CASES.c.done_at.is_(None), CASES.c[column].in_(codes))
        .group_by(CASES.c[column])
        .order_by(func.count().desc(), CASES.c[column])
        .limit(1)
    )
    return connection.execute(query).scalar()


def rows(places: Places) -> list[QueryRow]:
    """Every question that is timed."""
    found: list[QueryRow] = []
    for name, (scope, _sql) in places.scopes.items():
        found.append(_board(places, name, scope))
    found += [_tally(places, name, places.scopes[name][0]) for name in ("district", "street")]
    found.append(_file(places))
    for name, (scope, sql) in places.scopes.items():
        found.append(_list(f"newest 50, {name}", scope, sql))
    for name in ("district", "department"):
        scope, sql = places.scopes[name]
        found.append(_list(f"page deep in history, {name}", scope, sql, before=places.deep))
    for query in ("垃圾", "店铺跨门", "有暴露垃圾约", "查无此事"):
        scope, sql = places.scopes["district"]
        found.append(_list(f"search {query} ({len(query)}), district", scope, sql, query=query))
    scope, sql = places.scopes["street"]
    found.append(_list("search 垃圾 (2), street", scope, sql, query="垃圾"))
    found.append(_similar(places))
    return found


def _open(places: Places, name: str) -> str:
    where = {
        "district": "true",
        "street": f"street_code = '{places.street}'",
        "station": f"(station_code = '{places.station}' OR unit_code = '{places.station}')",
        "department": f"(reporter_org = '{places.unit}' OR unit_code = '{places.unit}')",
    }[name]
    return f"FROM cases WHERE district_id = $d AND done_at IS NULL AND {where}"


def _tally(places: Places, name: str, scope: Scope) -> QueryRow:
    light = (
        "CASE WHEN stage_due_at < $at THEN 'red' WHEN stage_yellow_at <= $at THEN 'yellow'"
        " WHEN stage_yellow_at > $at THEN 'green' ELSE 'none' END"
    )

    def ours(connection: Connection) -> Keys:
        return sorted(tally(connection, scope, places.at).numbers.values())

    counted = f"SELECT count(*) AS n {_open(places, name)} GROUP BY status, step, {light} ORDER BY n"
    return QueryRow(f"counts by status and light, {name}", ours, (counted,), _values(scope) | {"at": _naive(places.at)})


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _board(places: Places, name: str, scope: Scope) -> QueryRow:
    base = _open(places, name)
    columns = "no, version, status, step, category_id, street_code, address, unit_code, stage_due_at, id"
    branches = " UNION ALL ".join(
        f"(SELECT {columns} {base} AND step = '{step}' ORDER BY stage_due_at, id LIMIT {PER_COLUMN})" for step in Step
    )

    def ours(connection: Connection) -> Keys:
        drawn = board(connection, scope, Filters(), places.at)
        counts = sorted(n for n in drawn.counts.values() if n)
        return counts + sorted(card.no for cards in drawn.cards.values() for card in cards)

    counted = f"SELECT count(*) AS n {base} GROUP BY step ORDER BY n"
    return QueryRow(f"board, {name}", ours, (counted, f"SELECT * FROM ({branches}) ORDER BY no"), _values(scope))


def _file(places: Places) -> QueryRow:
    def ours(connection: Connection) -> Keys:
        file = case_file(connection, Scope(places.world.district_id, whole=True), places.no)
        assert file is not None  # noqa: S101 - the case was just read
        return [file.case.no, *(entry.seq for entry in file.entries)]

    return QueryRow(
        "case with its journal",
        ours,
        (
            "SELECT no, * EXCLUDE (no) FROM cases WHERE district_id = $d AND no = $no",
            "SELECT seq, * EXCLUDE (seq) FROM journal WHERE district_id = $d AND case_id = $id ORDER BY seq",
        ),
        {"d": places.world.district_id, "no": places.no, "id": places.case_id},
    )


_LINE = "id, no, status, category_id, street_code, address, description, unit_code, channel, reported_at, stage_due_at"


def _list(name: str, scope: Scope, where: str, *, before: int | None = None, query: str = "") -> QueryRow:
    text = " OR ".join(f"{c} ILIKE $like" for c in ("no", "external_no", "address", "description"))
    statement = f"SELECT {_LINE} FROM cases WHERE district_id = $d AND {where}"
    values = _values(scope)
    if query:
        statement, values = f"{statement} AND ({text})", values | {"like": f"%{query}%"}
    if before is not None:
        statement, values = f"{statement} AND id < $before", values | {"before": before}

    def ours(connection: Connection) -> Keys:
        return [row.id for row in newest(connection, scope, query=query, before=before).rows]

    return QueryRow(name, ours, (f"{statement} ORDER BY id DESC LIMIT {PAGE}",), values)


def _similar(places: Places) -> QueryRow:
    radius, days = places.world.limits.similar_radius_m, places.world.limits.similar_days
    scope, where = places.scopes["street"]

    def ours(connection: Connection) -> Keys:
        found = similar(
            connection, scope, category_id=places.category, point=(places.lng, places.lat), committee=None,
            at=places.at, radius_m=radius, days=days, limit=200,
        )  # fmt: skip
        return [len(found)]

    metres = (
        "2 * 6371008.8 * asin(sqrt(pow(sin(radians((lat_e6 - $lat) / 2e6)), 2) + cos(radians($lat / 1e6))"
        " * cos(radians(lat_e6 / 1e6)) * pow(sin(radians((lng_e6 - $lng) / 2e6)), 2)))"
    )
    statement = (
        f"SELECT count(*) FROM cases WHERE district_id = $d AND {where} AND category_id = $category"
        f" AND reported_at >= $since AND closed_at IS NULL AND done_at IS NULL AND {metres} <= $radius"
    )
    values = {
        "lat": places.lat, "lng": places.lng, "category": places.category, "radius": radius,
        "since": _naive(places.at - timedelta(days=days)),
    }  # fmt: skip
    return QueryRow("similar within 150 m in 30 days", ours, (statement,), _values(scope) | values)


def _values(scope: Scope) -> dict[str, Any]:
    return {"d": scope.district_id}


def timed(engine: Engine, yardstick: duckdb.DuckDBPyConnection, row: QueryRow) -> Timed:
    """Ask both sides, compare what they found, and time both. Raises AssertionError when the answers differ."""
    found = compared(engine, yardstick, row)
    ours, theirs = _median_ms(lambda: _ask_us(engine, row)), _median_ms(lambda: _ask_them(yardstick, row))
    return Timed(row.name, len(found), ours, theirs)


def compared(engine: Engine, yardstick: duckdb.DuckDBPyConnection, row: QueryRow) -> Keys:
    """What both sides found. Raises AssertionError when the answers differ."""
    mine, theirs = _ask_us(engine, row), _ask_them(yardstick, row)
    if mine != theirs:
        raise AssertionError(f"{row.name}: {len(mine)} keys here, {len(theirs)} in DuckDB: {mine[:5]} … {theirs[:5]} …")
    return mine


def _ask_us(engine: Engine, row: QueryRow) -> Keys:
    with engine.connect().execution_options(reading=True) as connection:
        return row.ours(connection)


def _ask_them(yardstick: duckdb.DuckDBPyConnection, row: QueryRow) -> Keys:
    keys: Keys = []
    for sql in row.theirs:
        values = {name: row.values[name] for name in set(re.findall(r"\$(\w+)", sql))}
        keys += [line[0] for line in yardstick.execute(sql, values).fetchall()]
    return keys


def _median_ms(ask: Callable[[], object]) -> float:
    taken: list[float] = []
    started = time.perf_counter()
    while len(taken) < REPEATS and (len(taken) < 3 or time.perf_counter() - started < PATIENCE):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)
