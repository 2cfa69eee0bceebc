"""The loader: one transaction, the same twice changes nothing, what vanishes is retired."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from db.engine import make_engine
from db.models import reference as tables
from db.models.base import Base
from db.world import bump, world
from domain.routing import Place, route
from domain.text import BadReference
from seeds.load import load
from seeds.reference import SEEDS

ID = 310106
DAY = date(2026, 11, 24)
FIRST = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SECOND = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 01:00 on the 24th in Shanghai
CATALOGUE, ENGLISH = "reference/catalogue.csv", "reference/catalogue_en.csv"
RULES = "districts/jingan/responsibility.csv"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = make_engine(f"sqlite:///{tmp_path / 'reference.db'}")
    Base.metadata.create_all(engine)
    return engine


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for part in ("reference", "districts"):
        shutil.copytree(SEEDS / part, tmp_path / "seeds" / part)
    return tmp_path / "seeds"


def drop(root: Path, file: str, *beginnings: str) -> None:
    path = root / file
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(beginnings)), encoding="utf-8")


def add(root: Path, file: str, line: str) -> None:
    with (root / file).open("a", encoding="utf-8") as out:
        out.write(line + "\n")


def replace(root: Path, file: str, old: str, new: str) -> None:
    content = (root / file).read_text(encoding="utf-8")
    assert old in content
    (root / file).write_text(content.replace(old, new), encoding="utf-8")


def dump(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def test_loading_the_same_files_twice_changes_nothing(engine: Engine) -> None:
    assert load(engine, "jingan", at=FIRST) == 1
    before = dump(engine)
    assert load(engine, "jingan", at=SECOND) == 1
    assert dump(engine) == before
    assert {name: len(before[name]) for name in ("organisations", "categories", "standards", "calendar_days")} == {
        "organisations": 460,
        "categories": 413,
        "standards": 453,
        "calendar_days": 4383,
    }


def test_a_changed_file_changes_its_row_and_the_revision(engine: Engine, seeds: Path) -> None:
    load(engine, "jingan", at=FIRST, root=seeds)
    before = dump(engine)
    replace(seeds, "reference/channels.csv", "Grid inspector patrol", "Patrol of a grid inspector")
    assert load(engine, "jingan", at=SECOND, root=seeds) == 2
    after = dump(engine)
    assert {name for name in after if after[name] != before[name]} == {"channels", "reference_revision"}
    assert len(set(after["channels"]) - set(before["channels"])) == 1


def test_faulty_files_write_nothing(engine: Engine, seeds: Path) -> None:
    load(engine, "jingan", at=FIRST, root=seeds)
    before = dump(engine)
    replace(seeds, "reference/channels.csv", "Grid inspector patrol", "Patrol of a grid inspector")
    drop(seeds, ENGLISH, "component,01001")
    with pytest.raises(BadReference):
        load(engine, "jingan", at=SECOND, root=seeds)
    assert dump(engine) == before


def test_texts_that_their_columns_cannot_hold_are_named_before_anything_is_written(engine: Engine, seeds: Path) -> None:
    replace(seeds, "reference/channels.csv", "Grid inspector patrol", "x" * 101)
    replace(seeds, ENGLISH, "Water supply manhole cover", "y" * 114)
    with pytest.raises(BadReference) as caught:
        load(engine, "jingan", at=FIRST, root=seeds)
    assert caught.value.faults == [
        "categories GB/T 47678.5-2026 M01001: name_en is longer than 120 characters",
        "channels INSP: name_en is longer than 100 characters",
    ]
    assert {len(rows) for rows in dump(engine).values()} == {0}


def test_a_class_that_vanished_is_retired_and_stays_readable_until_it_returns(engine: Engine, seeds: Path) -> None:
    load(engine, "jingan", at=FIRST, root=seeds)
    for file, beginnings in ((CATALOGUE, ("LOCAL,matter,10,其他事项类,10992",)), (ENGLISH, ("matter,10992",))):
        drop(seeds, file, *beginnings)
    drop(seeds, "reference/limits.csv", "M10992-1")
    drop(seeds, "reference/limits_en.csv", "M10992-1")
    drop(seeds, RULES, "R-M10992")
    load(engine, "jingan", at=SECOND, root=seeds)
    with Session(engine) as session:
        row = session.get_one(tables.Category, (ID, "LOCAL", "M10992"))
        rule = session.get_one(tables.ResponsibilityRule, (ID, "R-M10992"))
        assert (row.valid_to, rule.valid_to) == (DAY, DAY)
    category = world(engine, ID).categories["M10992"]
    assert (category.name, category.retired, [s.retired for s in category.standards]) == ("群租", True, [True])
    load(engine, "jingan", at=SECOND)
    assert world(engine, ID).categories["M10992"].retired is False


def test_a_unit_that_vanished_takes_no_orders_any_more(engine: Engine, seeds: Path) -> None:
    load(engine, "jingan", at=FIRST, root=seeds)
    drop(seeds, "districts/jingan/organisations.csv", "SJ006,")
    load(engine, "jingan", at=SECOND, root=seeds)
    now = world(engine, ID)
    assert (now.orgs["SJ006"].retired, now.orgs["SJ006"].direct_dispatch) == (True, False)
    found = route(now, now.categories["M09015"], Place("310106006"), DAY)
    assert (found.fallback, found.unit and found.unit.code) == (True, "JD006")


def test_a_rule_keeps_its_history(engine: Engine, seeds: Path) -> None:
    replace(
        seeds,
        RULES,
        "R-M06013,matter,06013,,,JGW,,,2016-04-09,,",
        "R-M06013,matter,06013,,,JGW,,,2016-04-09,2026-10-01,",
    )
    add(seeds, RULES, "R-M06013-2,matter,06013,,,LRJ,,,2026-10-01,,own proposal")
    load(engine, "jingan", at=FIRST, root=seeds)
    now = world(engine, ID)
    owner = {
        day: route(now, now.categories["M06013"], Place("310106006"), day).unit
        for day in (date(2026, 9, 30), date(2026, 10, 1))
    }
    assert [unit and unit.code for unit in owner.values()] == ["JGW", "LRJ"]


@pytest.mark.clause("2.3-20")
def test_a_new_class_needs_rows_and_no_code(engine: Engine, seeds: Path) -> None:
    load(engine, "jingan", at=FIRST, root=seeds)
    add(seeds, CATALOGUE, "LOCAL,matter,10,其他事项类,10990,公共充电宝破损,,,,own_proposal,")
    add(seeds, ENGLISH, "matter,10990,公共充电宝破损,Damaged shared power bank")
    assert load(engine, "jingan", at=SECOND, root=seeds) == 2
    category = world(engine, ID).categories["M10990"]
    assert (category.name_en, category.initials, category.local, category.retired) == (
        "Damaged shared power bank",
        "ggcdbps",
        True,
        False,
    )
    assert [(s.limit_value, s.limit_unit.value, s.provisional) for s in category.standards] == [(1, "work_day", True)]


@pytest.mark.clause("2.3-2")
def test_a_new_edition_of_the_standard_hides_the_old_one_and_keeps_it(engine: Engine, seeds: Path) -> None:
    load(engine, "jingan", at=FIRST, root=seeds)
    for file in (CATALOGUE, "reference/limits.csv", "reference/editions.csv"):
        replace(seeds, file, "GB/T 47678.5-2026", "GB/T 47678.5-2031")
    replace(seeds, CATALOGUE, "06,市容环境类,06010,暴露垃圾", "06,市容环境类,06010,裸露垃圾")
    replace(seeds, ENGLISH, "matter,06010,暴露垃圾", "matter,06010,裸露垃圾")
    replace(seeds, "reference/limits.csv", "matter,06010,暴露垃圾", "matter,06010,裸露垃圾")
    load(engine, "jingan", at=SECOND, root=seeds)
    now = world(engine, ID).categories["M06010"]
    assert (now.standard_ref, now.name, now.retired) == ("GB/T 47678.5-2031", "裸露垃圾", False)
    with Session(engine) as session:
        old = session.get_one(tables.Category, (ID, "GB/T 47678.5-2026", "M06010"))
        assert (old.name, old.valid_to) == ("暴露垃圾", DAY)
        local = session.scalar(
            select(func.count()).where(tables.Category.standard_ref == "LOCAL", tables.Category.valid_to.is_(None))
        )
        assert local == 10


def test_edits_made_in_the_application_survive_a_restart_with_the_same_files(engine: Engine) -> None:
    load(engine, "jingan", at=FIRST)
    with Session(engine) as session, session.begin():
        session.get_one(tables.Organisation, (ID, "GS")).later_name = "renamed here"
        bump(session.connection(), ID)
    assert load(engine, "jingan", at=SECOND) == 2
    with Session(engine) as session:
        assert session.get_one(tables.Organisation, (ID, "GS")).later_name == "renamed here"


def test_several_starts_at_once_load_once(engine: Engine) -> None:
    revisions: list[int] = []
    threads = [Thread(target=lambda: revisions.append(load(engine, "jingan", at=FIRST))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert revisions == [1, 1, 1, 1]


def test_another_district_is_another_folder_beside_the_first(engine: Engine, seeds: Path) -> None:
    shutil.copytree(seeds / "districts" / "jingan", seeds / "districts" / "elsewhere")
    toml = "districts/elsewhere/district.toml"
    replace(seeds, toml, "id = 310106", "id = 310199")
    replace(seeds, toml, 'case_prefix = "JA"', 'case_prefix = "EW"')
    replace(seeds, toml, '[["09:00", "12:00"], ["13:00", "18:00"]]', '[["08:30", "17:00"]]')
    load(engine, "jingan", at=FIRST, root=seeds)
    load(engine, "elsewhere", at=FIRST, root=seeds)
    first, second = world(engine, ID), world(engine, 310199)
    assert (first.case_prefix, second.case_prefix) == ("JA", "EW")
    assert (len(first.calendar.periods), len(second.calendar.periods)) == (2, 1)
    assert first.orgs == second.orgs
