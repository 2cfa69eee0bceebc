"""The loader: brings the tables to what the files say, in one transaction, and touches nothing that is the same."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, String, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from db.models import reference as tables
from db.models.base import Base
from domain.text import BadReference
from seeds.reference import SEEDS, read
from seeds.rows import ReferenceData

Values = dict[str, Any]


def load(engine: Engine, district: str, *, at: datetime | None = None, root: Path = SEEDS) -> int:
    """Load the files of a district and return the revision of the reference data.

    Files that say what they said at the last load change nothing, so that edits made in the application stay. Else
    rows are inserted and updated; rows that vanished are retired from the day of `at` (default: now). Raises
    BadReference with every fault of the files, before anything is written.
    """
    data = read(district, root=root)
    now = at or datetime.now(UTC)
    today = now.astimezone(ZoneInfo(data.settings.zone)).date()
    wanted = list(_tables(data))
    too_long = [fault for model, rows in wanted for fault in _too_long(model, rows)]
    if too_long:
        raise BadReference(too_long)
    checksum = _checksum(wanted)
    with Session(engine) as session, session.begin():
        if engine.dialect.name == "postgresql":  # SQLite has taken its only write lock already
            session.execute(text("LOCK TABLE reference_revision IN EXCLUSIVE MODE"))
        known = session.get(tables.ReferenceRevision, data.district_id)
        if known is not None and known.checksum == checksum:
            return known.revision
        changed = [_bring(session, model, data.district_id, rows, today) for model, rows in wanted]
        if known is None:
            known = tables.ReferenceRevision(district_id=data.district_id, revision=0)
            session.add(known)
        known.revision += any(changed) or known.revision == 0
        known.loaded_at, known.checksum = now, checksum
        return known.revision


def _tables(data: ReferenceData) -> Iterator[tuple[type[Base], list[Values]]]:
    """The tables in the order in which rows may point at one another, with their rows as attribute values."""
    for model, rows in (
        (tables.DistrictSettings, (data.settings,)),
        (tables.Organisation, data.organisations),
        (tables.Street, data.streets),
        (tables.Category, data.categories),
        (tables.Standard, data.standards),
        (tables.Channel, data.channels),
        (tables.ResponsibilityRule, data.rules),
        (tables.CalendarDay, data.days),
        (tables.ChecklistItem, data.checklists),
        (tables.KpiText, data.kpis),
        (tables.ScoreComponent, data.scores),
        (tables.GlossaryTerm, data.terms),
        (tables.Clause, data.clauses),
    ):
        yield model, [_values(model, row, data.district_id, n) for n, row in enumerate(rows)]


def _values(model: type[Base], row: Any, district_id: int, position: int) -> Values:
    values: Values = {field.name: _plain(getattr(row, field.name)) for field in fields(row)}
    values["district_id"] = district_id
    if issubclass(model, tables.Listed):
        values["position"] = position
    if issubclass(model, tables.Dated | tables.Retirable):
        values.setdefault("valid_to", None)
    return values


def _plain(value: Any) -> Any:
    """A value as the database gives it back: lists, not tuples."""
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _too_long(model: type[Base], rows: list[Values]) -> Iterator[str]:
    """Texts that their column cannot hold: SQLite would keep them, PostgreSQL refuses them."""
    mapper = inspect(model)
    keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key[1:]]
    for attribute in mapper.column_attrs:
        column = attribute.columns[0].type
        most = column.length if isinstance(column, String) else None
        if most is None:
            continue
        for values in rows:
            if len(values.get(attribute.key) or "") > most:
                name = " ".join(str(values[key]) for key in keys)
                yield f"{model.__tablename__} {name}: {attribute.key} is longer than {most} characters"


def _checksum(wanted: Iterable[tuple[type[Base], list[Values]]]) -> str:
    content = json.dumps([[model.__tablename__, rows] for model, rows in wanted], default=str, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _bring(session: Session, model: type[Base], district_id: int, rows: list[Values], today: date) -> bool:
    """Make a table say what the rows say. Returns whether anything was written."""
    mapper = inspect(model)
    keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    names = [attribute.key for attribute in mapper.column_attrs]
    rows_now = session.execute(select(*(getattr(model, n) for n in names)).where(mapper.c.district_id == district_id))
    found: dict[tuple[Any, ...], Values] = {}
    for row in rows_now:
        values = dict(zip(names, row, strict=True))
        found[tuple(values[key] for key in keys)] = values
    fresh, altered = [], []
    for values in rows:
        before = found.pop(tuple(values[key] for key in keys), None)
        if before is None:
            fresh.append(values)
        elif before != values:
            altered.append(values)
    gone = [
        {**{key: values[key] for key in keys}, "valid_to": today}
        for values in found.values()
        if "valid_to" in values and values["valid_to"] is None
    ]
    if fresh:
        session.execute(insert(model), fresh)
    for changes in (altered, gone):
        if changes:
            session.execute(update(model), changes)
    return bool(fresh or altered or gone)
