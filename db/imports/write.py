"""Writing a batch of taken-over cases: the rows, their entries, the search index, all in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from db.execute import CASES, UNITS, as_row, next_number
from db.ids import new_id
from db.imports.convert import Taken
from db.imports.mapping import ImportMap
from db.journal import GENESIS, JOURNAL, entry_row
from db.search import index_cases
from domain import clock
from domain.case import Case, Entry, as_changes, evolve, to_json
from domain.decide import intervals_json, whole_deadline
from domain.moves import STEP_OF
from domain.words import Status
from domain.world import World

SYSTEM = "system"


def known_numbers(connection: Connection, world: World, source: str, numbers: Sequence[str]) -> set[str]:
    """Those external numbers of a source that are already recorded."""
    found = connection.execute(
        select(CASES.c.external_no).where(
            CASES.c.district_id == world.district_id,
            CASES.c.external_source == source,
            CASES.c.external_no.in_(numbers),
        )
    )
    return set(found.scalars())


def write_batch(connection: Connection, world: World, map_: ImportMap, batch: Sequence[Taken]) -> list[Taken]:
    """Write those rows of a batch that are not recorded yet, and return them. The caller holds the transaction."""
    known = known_numbers(connection, world, map_.source, [t.external_no for t in batch])
    fresh: list[Taken] = []
    for taken in batch:
        if taken.external_no not in known:
            known.add(taken.external_no)
            fresh.append(taken)
    cases: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    units: list[dict[str, Any]] = []
    for taken in fresh:
        no = next_number(connection, world, taken.street_code, taken.opened_at)
        case, told = as_entries(world, map_, taken, new_id(), no)
        cases.append(as_row(case))
        entries.extend(_sealed(world, case, told))
        if case.unit_code is not None:
            units.append({"district_id": case.district_id, "unit_code": case.unit_code, "case_id": case.id})
    for table, rows in ((CASES, cases), (JOURNAL, entries), (UNITS, units)):
        if rows:
            connection.execute(insert(table), rows)
    index_cases(connection, cases)
    return fresh


def _sealed(world: World, case: Case, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    previous = GENESIS
    rows = []
    for entry in entries:
        day = clock.business_day(entry.at, world.calendar.zone)
        key = f"import-{case.id}-{entry.seq}"
        row = entry_row(case.district_id, case.id, entry, day=day, command_key=key, prev_hash=previous)
        previous = str(row["hash"])
        rows.append(row)
    return rows


def as_entries(world: World, map_: ImportMap, taken: Taken, case_id: int, no: str) -> tuple[Case, list[Entry]]:
    """The case a row becomes, and its entries: taken over at the time it was opened, closed at the time it closed."""
    case = _opened(world, map_, taken, case_id, no)
    case, because = _due(world, case, taken)
    first = replace(_entry(world, 1, "import", taken.opened_at, None, case), changes=as_changes(case), because=because)
    if taken.closed_at is None:
        return case, [first]
    after = _closed(world, case, taken, taken.closed_at)
    changes = {
        name: to_json(getattr(after, name))
        for name in Case.__dataclass_fields__
        if getattr(after, name) != getattr(case, name)
    }
    second = _entry(world, 2, "import_closed", taken.closed_at, case, after)
    second = replace(second, changes=changes, answers={"result": taken.result} if taken.result else {})
    return evolve(case, second), [first, second]


def _opened(world: World, map_: ImportMap, taken: Taken, case_id: int, no: str) -> Case:
    at = taken.opened_at
    return Case(
        district_id=world.district_id,
        id=case_id,
        no=no,
        version=1,
        kind=taken.category.kind,
        category_id=taken.category.id,
        description=taken.description,
        channel=taken.channel,
        reported_at=at,
        report_day=clock.business_day(at, world.calendar.zone),
        status=Status.FILED,
        step=STEP_OF[Status.FILED],
        street_code=taken.street_code,
        address=taken.address,
        standard_id=taken.standard.id,
        limit_value=taken.standard.limit_value,
        limit_unit=taken.standard.limit_unit,
        external_source=map_.source,
        external_no=taken.external_no,
        citizen=taken.citizen,
        social=taken.social,
        estate=taken.estate,
        after_hours=not clock.in_office_hours(world.calendar, at),
        imported=True,
        lng_e6=taken.lng_e6,
        lat_e6=taken.lat_e6,
        accepted_at=at,
        filed_at=at,
    )


def _due(world: World, case: Case, taken: Taken) -> tuple[Case, tuple[tuple[str, str], ...]]:
    """The due time the other system had, else the one that the limit of the class gives; both clocks run to it."""
    at = taken.opened_at
    because: tuple[tuple[str, str], ...] = ()
    if taken.due_at is not None:
        due, exact = taken.due_at, True
        yellow = _part(at, due)
    else:
        end = whole_deadline(world, case, at)
        due, yellow, exact, because = end.due, end.yellow, end.exact, intervals_json(end)
    case = replace(
        case,
        stage_from=at,
        stage_yellow_at=yellow,
        stage_due_at=due,
        stage_exact=exact,
        whole_from=at,
        whole_yellow_at=yellow,
        whole_due_at=due,
        whole_exact=exact,
    )
    return case, because


def _part(start: datetime, due: datetime) -> datetime:
    return start + timedelta(microseconds=int((due - start) / timedelta(microseconds=1) * 0.8))


def _closed(world: World, case: Case, taken: Taken, at: datetime) -> Case:
    on_time = None if taken.due_at is None else at <= taken.due_at
    unit = None if taken.unit is None else taken.unit.code
    return replace(
        case,
        status=Status.APPRAISED,
        step=STEP_OF[Status.APPRAISED],
        unit_code=unit,
        responsible_unit=unit,
        handled_unit=unit,
        handled_at=at,
        closed_at=at,
        closed_day=clock.business_day(at, world.calendar.zone),
        done_at=at,
        handled_on_time=on_time,
        whole_on_time=on_time,
        verdict=taken.verdict,
        stage_from=None,
        stage_yellow_at=None,
        stage_due_at=None,
        stage_exact=True,
    )


def _entry(world: World, seq: int, move: str, at: datetime, before: Case | None, after: Case) -> Entry:
    centre = next((o.code for o in world.orgs.values() if o.kind == "district_centre"), "import")
    return Entry(
        seq=seq,
        move=move,
        at=at,
        actor_id=0,
        actor_role=SYSTEM,
        actor_org=centre,
        status_from=None if before is None else str(before.status),
        status_to=str(after.status),
        imported=True,
    )
