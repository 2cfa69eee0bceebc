"""The snapshot of the reference data: built from the tables, kept by revision, frozen."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, time
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, event, update

from db.engine import make_engine
from db.models import reference as tables
from db.models.base import Base
from db.world import bump, world
from domain.clock import deadline
from domain.words import Kind, LimitUnit, Tier
from domain.world import StageLimits, World
from seeds.load import load

ID = 310106


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = make_engine(f"sqlite:///{tmp_path / 'world.db'}")
    Base.metadata.create_all(engine)
    load(engine, "jingan", at=datetime(2026, 11, 23, tzinfo=UTC))
    return engine


def rename(engine: Engine, code: str, name: str) -> None:
    with engine.begin() as connection:
        table = tables.Organisation
        connection.execute(update(table).where(table.district_id == ID, table.code == code).values(name=name))
        bump(connection, ID)


def test_the_snapshot_holds_what_the_tables_hold(engine: Engine) -> None:
    now = world(engine, ID)
    assert (now.district_id, now.case_prefix, now.revision) == (ID, "JA", 1)
    assert (len(now.orgs), len(now.categories), len(now.channels), len(now.streets)) == (460, 413, 23, 14)
    assert (len(now.standards), len(now.rules), len(now.calendar.days)) == (453, 359, 4383)
    assert now.calendar.periods == ((time(9), time(12)), (time(13), time(18)))
    assert now.limits == StageLimits()
    assert now.above("JM006002") == ("JM006002", "JQ01", "JC006", "JD006", "JA")


def test_words_of_the_tables_become_words_of_the_rules(engine: Engine) -> None:
    now = world(engine, ID)
    centre, agency, cover = now.orgs["JC006"], now.orgs["CG006"], now.categories["C01001"]
    assert (centre.tier, centre.street_code, centre.has_login) == (Tier.STREET, "310106006", True)
    assert (agency.name_en, now.streets["310106006"].name_en) == (
        "Jiangning Road Subdistrict City-management Squad",
        "Jiangning Road Subdistrict",
    )
    assert (cover.big_name_en, cover.standards[0].condition_en, cover.standards[0].closing_condition_en) == (
        "Municipal utilities",
        "Missing, displaced or cracked; safety hazard",
        "Restored",
    )
    assert (agency.agency, agency.synthetic) == ("城管中队", True)
    assert (now.orgs["JGW"].tier, now.orgs["JGW"].fallback_for) == (Tier.DEPARTMENT, Kind.COMPONENT)
    assert (cover.kind, cover.name_en, cover.transcribed, cover.local) == (
        Kind.COMPONENT,
        "Water supply manhole cover",
        True,
        False,
    )
    assert [(s.limit_value, s.limit_unit) for s in cover.standards] == [
        (2, LimitUnit.URGENT_HOUR),
        (4, LimitUnit.WORK_HOUR),
        (2, LimitUnit.WORK_DAY),
        (5, LimitUnit.WORK_DAY),
    ]
    ring = now.streets["310106006"].ring
    assert ring[0] == (121.4334391, 31.2388457)
    assert ring[0] != ring[-1]


def test_the_calendar_of_the_snapshot_drives_the_clock(engine: Engine) -> None:
    start = datetime(2016, 2, 3, 6, 0, tzinfo=UTC)
    found = deadline(world(engine, ID).calendar, start, 15, LimitUnit.WORK_DAY)
    assert (found.due, found.exact) == (datetime(2016, 2, 29, 6, 0, tzinfo=UTC), True)


def test_the_snapshot_is_kept_while_the_revision_stays_at_the_cost_of_one_query(engine: Engine) -> None:
    first = world(engine, ID)
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert world(engine, ID) is first
    assert [s for s in statements if not s.startswith("BEGIN")] == [s for s in statements if s.startswith("SELECT")]
    assert sum(s.startswith("SELECT") for s in statements) == 1


def test_an_edit_makes_a_new_snapshot_and_leaves_the_old_one_alone(engine: Engine) -> None:
    first = world(engine, ID)
    before = first.orgs["GS"].name
    rename(engine, "GS", "Water works")
    second = world(engine, ID)
    assert (first.orgs["GS"].name, second.orgs["GS"].name) == (before, "Water works")
    assert (first.revision, second.revision) == (1, 2)


def test_an_edit_that_is_rolled_back_changes_nothing(engine: Engine) -> None:
    first = world(engine, ID)
    connection = engine.connect()
    transaction = connection.begin()
    bump(connection, ID)
    transaction.rollback()
    connection.close()
    assert world(engine, ID) is first


def test_reading_the_snapshot_does_not_wait_for_a_writer(engine: Engine) -> None:
    first = world(engine, ID)
    with engine.begin() as writer:
        bump(writer, ID)
        assert world(engine, ID) is first
    assert world(engine, ID).revision == 2


def test_sessions_that_ask_at_once_all_see_the_new_revision(engine: Engine) -> None:
    rename(engine, "GS", "Water works")
    barrier, found = Barrier(8), []

    def ask() -> None:
        barrier.wait()
        found.append(world(engine, ID))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(w.revision, w.orgs["GS"].name) for w in found} == {(2, "Water works")}


def test_a_snapshot_cannot_be_changed_in_place(engine: Engine) -> None:
    now: World = world(engine, ID)
    with pytest.raises(FrozenInstanceError):
        now.revision = 7  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        now.orgs["GS"].name = "x"  # type: ignore[misc]


def test_a_district_without_reference_data_is_refused(engine: Engine) -> None:
    with pytest.raises(LookupError, match="310105"):
        world(engine, 310105)
