"""Migrations run up, down and up again, on empty and on populated databases, and end where the models are."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from db import ddl, migrate  # noqa: F401 - completes the metadata
from db.engine import make_engine
from db.models import accounts, cases, reference  # noqa: F401
from db.models.base import Base
from db.verify import verify
from db.world import world
from domain.words import Status
from seeds.load import load
from seeds.story.tell import tell
from tests.db.commands import act, brought_to, replayed, stored


def _shape(engine: Engine) -> dict[str, Any]:
    """Tables, columns, keys, indexes, checks and triggers as the database itself tells them."""
    found: dict[str, Any] = {}
    looking = inspect(engine)
    for table in sorted(looking.get_table_names()):
        if table.startswith(("case_search", "alembic_version")):
            continue
        found[table] = {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in looking.get_columns(table)],
            "pk": looking.get_pk_constraint(table)["constrained_columns"],
            "fks": sorted((f["name"], tuple(f["constrained_columns"])) for f in looking.get_foreign_keys(table)),
            "uniques": sorted((u["name"], tuple(u["column_names"])) for u in looking.get_unique_constraints(table)),
            "checks": sorted(str(c["name"]) for c in looking.get_check_constraints(table)),
            "indexes": sorted((i["name"], tuple(i["column_names"]), i["unique"]) for i in looking.get_indexes(table)),
        }
    triggers = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }
    wheres = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%' ORDER BY name",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%WHERE%' ORDER BY indexname",
    }
    with engine.connect() as connection:
        name = engine.dialect.name
        found["triggers"] = list(connection.execute(text(triggers[name])).scalars())
        found["partial"] = [(r[0], r[1].split("WHERE")[1].strip(" ()")) for r in connection.execute(text(wheres[name]))]
    return found


def test_a_migrated_schema_is_the_schema_of_the_models(new_database: Callable[[], str]) -> None:
    migrated, fresh = make_engine(new_database()), make_engine(new_database())

    migrate.upgrade(migrated)
    Base.metadata.create_all(fresh)

    assert _shape(migrated) == _shape(fresh)
    assert migrate.at_head(migrated)
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda _o, n, t, _r, _c: not (t == "table" and n.startswith("case_search"))},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again_on_an_empty_database(new_database: Callable[[], str]) -> None:
    engine = make_engine(new_database())

    migrate.upgrade(engine)
    before = _shape(engine)
    migrate.downgrade(engine, "base")
    left = [t for t in inspect(engine).get_table_names() if not t.startswith("alembic")]
    migrate.upgrade(engine)

    assert left == []
    assert _shape(engine) == before


def test_granted_time_can_be_taken_out_of_a_populated_database_and_put_back(new_database: Callable[[], str]) -> None:
    engine = make_engine(new_database())
    migrate.upgrade(engine)
    load(engine, "jingan")
    untouched, extended = brought_to(engine, Status.HANDLING), brought_to(engine, Status.HANDLING)
    for move in ("ask_extension", "grant_extension"):
        act(engine, extended, move)
    before = stored(engine, untouched)

    migrate.downgrade(engine, "0001")
    assert "extensions" not in {c["name"] for c in inspect(engine).get_columns("cases")}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM cases")).scalar_one() == 2
    migrate.upgrade(engine)

    assert stored(engine, untouched) == before
    assert stored(engine, extended).extensions == 0, "the row forgets, the journal does not"
    assert replayed(engine, stored(engine, extended)).extensions == 1
    faults = [str(fault) for fault in verify(engine, before.district_id)]
    assert len(faults) == 1
    assert extended in faults[0]
    act(engine, untouched, "ask_extension")
    assert replayed(engine, stored(engine, untouched)) == stored(engine, untouched)


@pytest.mark.timeout(300)
def test_down_and_up_again_on_a_populated_database(new_database: Callable[[], str]) -> None:
    engine = make_engine(new_database())
    migrate.upgrade(engine)
    district = 310106
    load(engine, "jingan")
    tell(engine, world(engine, district), datetime.now(UTC), cases=60)
    before = _shape(engine)
    with engine.connect() as connection:
        told = connection.execute(text("SELECT count(*) FROM cases")).scalar_one()
    assert 50 <= told <= 60, "a case that would be reported in the future is left out"

    migrate.upgrade(engine)  # a second upgrade changes nothing
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM cases")).scalar_one() == told
    assert list(verify(engine, district)) == []
    migrate.downgrade(engine, "base")
    migrate.upgrade(engine)

    assert _shape(engine) == before
    load(engine, "jingan")
    tell(engine, world(engine, district), datetime.now(UTC), cases=5)
    assert list(verify(engine, district)) == []
