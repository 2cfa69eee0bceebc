"""Reference data as one frozen snapshot for the rules, kept as long as the revision in the database stays."""

import threading
from collections import defaultdict
from datetime import time
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.orm import Session

from db.models import reference as tables
from domain.words import Kind, LimitUnit, PlaceKind, Tier
from domain.world import (
    CalendarDay,
    Category,
    Channel,
    Org,
    Rule,
    StageLimits,
    Standard,
    Street,
    WorkingCalendar,
    World,
)

_worlds: WeakKeyDictionary[Engine, dict[int, World]] = WeakKeyDictionary()
_lock = threading.Lock()
_Listed = TypeVar("_Listed", bound=tables.Listed)


def world(engine: Engine, district_id: int) -> World:
    """The reference data of a district as of now. Costs one short query while nothing has changed.

    Raises LookupError when no reference data has been loaded for the district.
    """
    with engine.connect().execution_options(reading=True) as connection:
        revision = _revision(connection, district_id)
        with _lock:
            kept = _worlds.get(engine, {}).get(district_id)
        if kept is not None and kept.revision == revision:
            return kept
        while True:  # a loader may commit between our statements: read again until the revision stood still
            found = _build(connection, district_id, revision)
            connection.rollback()
            after = _revision(connection, district_id)
            if after == revision:
                break
            revision = after
    with _lock:
        kept = _worlds.setdefault(engine, {}).get(district_id)
        if kept is None or kept.revision < found.revision:
            _worlds[engine][district_id] = found
            kept = found
    return kept


def bump(connection: Connection, district_id: int) -> None:
    """Say that reference data was edited, inside the transaction of the edit: every snapshot is built anew."""
    table = tables.ReferenceRevision
    connection.execute(update(table).where(table.district_id == district_id).values(revision=table.revision + 1))


def _revision(connection: Connection, district_id: int) -> int:
    table = tables.ReferenceRevision
    revision = connection.scalar(select(table.revision).where(table.district_id == district_id))
    if revision is None:
        raise LookupError(f"no reference data for district {district_id}")
    return revision


def _build(connection: Connection, district_id: int, revision: int) -> World:
    with Session(connection) as session:
        about = session.get_one(tables.DistrictSettings, district_id)
        periods = tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in about.periods)
        days = session.scalars(select(tables.CalendarDay).where(tables.CalendarDay.district_id == district_id))
        return World(
            district_id=district_id,
            district_name=about.name,
            district_name_en=about.name_en,
            case_prefix=about.case_prefix,
            revision=revision,
            orgs={row.code: _org(row) for row in _rows(session, tables.Organisation, district_id)},
            categories=_categories(session, district_id),
            channels={row.code: _channel(row) for row in _rows(session, tables.Channel, district_id)},
            streets={row.code: _street(row) for row in _rows(session, tables.Street, district_id)},
            rules=tuple(_rule(row) for row in _rows(session, tables.ResponsibilityRule, district_id)),
            calendar=WorkingCalendar(
                days={row.day: CalendarDay(row.day, row.is_workday, row.confirmed) for row in days},
                periods=periods,
                version=str(revision),
                zone=about.zone,
            ),
            limits=StageLimits(**about.limits),
        )


def _rows(session: Session, model: type[_Listed], district_id: int) -> list[_Listed]:
    """The rows of a table in the order of its file."""
    key = model.__mapper__.c.district_id  # type: ignore[attr-defined]  # the mixin is mapped in its tables only
    return list(session.scalars(select(model).where(key == district_id).order_by(model.position)))


def _categories(session: Session, district_id: int) -> dict[str, Category]:
    """Classes by id. Where an id stands in several editions, the one in force hides the retired ones."""
    conditions: dict[tuple[str, str], list[Standard]] = defaultdict(list)
    for row in _rows(session, tables.Standard, district_id):
        conditions[row.standard_ref, row.category_id].append(
            Standard(
                id=row.id,
                condition=row.condition,
                limit_value=row.limit_value,
                limit_unit=LimitUnit(row.limit_unit),
                closing_condition=row.closing_condition,
                basis=row.basis,
                provisional=row.provisional,
                retired=row.valid_to is not None,
                condition_en=row.condition_en,
                closing_condition_en=row.closing_condition_en,
            )
        )
    found: dict[str, Category] = {}
    for line in _rows(session, tables.Category, district_id):
        if line.valid_to is None or line.id not in found:
            found[line.id] = _category(line, tuple(conditions[line.standard_ref, line.id]))
    return found


def _category(row: tables.Category, standards: tuple[Standard, ...]) -> Category:
    return Category(
        id=row.id,
        standard_ref=row.standard_ref,
        kind=Kind(row.kind),
        big_code=row.big_code,
        big_name=row.big_name,
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        legacy_2013_code=row.legacy_2013_code,
        alias=row.alias,
        pinyin=row.pinyin,
        initials=row.initials,
        transcribed=row.origin == "transcribed",
        local=row.standard_ref == "LOCAL",
        standards=standards,
        retired=row.valid_to is not None,
        big_name_en=row.big_name_en,
    )


def _org(row: tables.Organisation) -> Org:
    return Org(
        code=row.code,
        name=row.name,
        tier=Tier(row.tier),
        kind=row.kind,
        parent=row.parent_code,
        street_code=row.street_code,
        agency=row.agency,
        fallback_for=Kind(row.fallback_for) if row.fallback_for and row.valid_to is None else None,
        direct_dispatch=row.direct_dispatch and row.valid_to is None,
        has_login=row.has_login and row.valid_to is None,
        synthetic=row.synthetic,
        note=row.note,
        retired=row.valid_to is not None,
        name_en=row.name_en,
    )


def _channel(row: tables.Channel) -> Channel:
    return Channel(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        group=row.group,
        external_no_required=row.external_no_required,
        note=row.note,
        retired=row.valid_to is not None,
    )


def _street(row: tables.Street) -> Street:
    return Street(
        code=row.code,
        name=row.name,
        label_lon=row.label_lon,
        label_lat=row.label_lat,
        ring=tuple((lon, lat) for lon, lat in row.ring),
        name_en=row.name_en,
    )


def _rule(row: tables.ResponsibilityRule) -> Rule:
    return Rule(
        id=row.id,
        kind=Kind(row.kind),
        code_prefix=row.code_prefix,
        place=PlaceKind(row.place) if row.place else None,
        street_code=row.street_code,
        org=row.org,
        agency=row.agency,
        station=Tier(row.station) if row.station else None,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
