"""The bench itself: a district of the size asked for, shaped by the calendar, told the same way twice."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, inspect, select, text

from bench.__main__ import size_of
from bench.build import build, check_sample, chunks, days
from bench.duck import duck
from bench.queries import Places, compared, rows
from db import migrate
from db.engine import make_engine
from db.execute import CASES, next_number
from db.journal import JOURNAL
from db.world import world
from tests.worlds import world as small_world

NOW = datetime(2026, 6, 10, 7, 30, tzinfo=UTC)
DISTRICT = 310106
pytestmark = [pytest.mark.xdist_group("bench"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('bench') / 'b.db'}")
    build(engine, 1500, now=NOW, say=lambda _line: None)
    return engine


def test_the_days_add_up_to_the_size_and_work_days_have_more() -> None:
    found = days(small_world(), NOW, 100_000)
    weekday = [d.cases for d in found if d.day.weekday() == 2]
    sunday = [d.cases for d in found if d.day.weekday() == 6]

    assert sum(d.cases for d in found) == 100_000
    assert [d.before for d in found] == [sum(e.cases for e in found[:n]) for n in range(len(found))]
    assert sum(sunday) / len(sunday) < 0.7 * sum(weekday) / len(weekday)
    assert [d for run in chunks(found) for d in run] == found


def test_the_district_is_built_whole_and_replays_to_its_rows(district: Engine) -> None:
    with district.connect() as connection:
        cases = connection.execute(select(func.count()).select_from(CASES)).scalar_one()
        entries = connection.execute(select(func.count()).select_from(JOURNAL)).scalar_one()
        versions = connection.execute(select(func.sum(CASES.c.version))).scalar_one()
        indexed = connection.execute(text("SELECT count(*) FROM case_search")).scalar_one()
        last = connection.execute(select(func.max(JOURNAL.c.at))).scalar_one()

    assert 1490 <= cases <= 1500
    assert entries == versions
    assert indexed == cases
    assert last <= NOW
    assert check_sample(district, 1500, 5000) == (cases, [])


def test_the_next_case_number_follows_the_built_ones(district: Engine) -> None:
    known = world(district, DISTRICT)
    with district.connect() as connection:
        street = connection.execute(select(CASES.c.street_code).order_by(CASES.c.id.desc()).limit(1)).scalar_one()
        taken = set(connection.execute(select(CASES.c.no)).scalars())
        fresh = next_number(connection, known, street, NOW)

    assert fresh not in taken


def test_the_schema_after_a_bulk_load_is_the_migrated_one(district: Engine, tmp_path: Path) -> None:
    fresh = make_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    migrate.upgrade(fresh)

    def shape(engine: Engine) -> list[tuple[str, str]]:
        with engine.connect() as connection:
            sql = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%'"
            return sorted((r.name, r.sql) for r in connection.execute(text(sql)))

    assert shape(district) == shape(fresh)


def test_every_question_finds_the_same_here_and_in_duckdb(district: Engine, tmp_path: Path) -> None:
    yardstick = duck(district, tmp_path)
    asked = rows(Places(district, world(district, DISTRICT)))

    found = {row.name: len(compared(district, yardstick, row)) for row in asked}  # raises when the answers differ

    empty = {name for name, keys in found.items() if keys == 0}
    # A small district may have no open order of any department on the day; everything else finds something.
    assert empty - {"board, department"} == {"search 查无此事 (4), district"}
    yardstick.close()


def test_a_bulk_load_leaves_the_indexes_of_the_migration(
    new_database: Callable[[], str],
) -> None:
    built, fresh = make_engine(new_database()), make_engine(new_database())
    build(built, 300, now=NOW, say=lambda _line: None)
    migrate.upgrade(fresh)

    def indexes(engine: Engine) -> dict[str, list[object]]:
        looking = inspect(engine)
        return {
            table: sorted((str(i["name"]), tuple(i["column_names"])) for i in looking.get_indexes(table))
            for table in ("cases", "journal", "case_units", "photos")
        }

    assert indexes(built) == indexes(fresh)
    built.dispose()
    fresh.dispose()


@pytest.mark.parametrize(("word", "cases"), [("11k", 11_000), ("110k", 110_000), ("1m", 1_100_000), ("2500", 2500)])
def test_a_size_is_a_word_or_a_number(word: str, cases: int) -> None:
    assert size_of(word) == cases


@pytest.mark.parametrize("word", ["", "0", "many", "-1", "999", "99999999"])
def test_another_size_is_refused(word: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        size_of(word)
