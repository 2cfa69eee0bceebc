"""The hash chain finds whatever was changed behind the triggers, and names the entry."""

import json
import random

import pytest
from sqlalchemy import insert, select, text, update

from db.journal import _SEALED, JOURNAL, chain_fault, rows_of
from domain.words import Status
from tests.db.commands import act, brought_to, stored
from tests.worlds import DISTRICT


def _drop_triggers(connection):
    if connection.dialect.name == "sqlite":
        connection.execute(text("DROP TRIGGER journal_no_update"))
        connection.execute(text("DROP TRIGGER journal_no_delete"))
        connection.execute(text("PRAGMA foreign_keys=OFF"))
    else:
        connection.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))


def _faults(connection):
    ids = connection.execute(select(JOURNAL.c.case_id).distinct()).scalars().all()
    found = {i: chain_fault(rows_of(connection, DISTRICT, i)) for i in ids}
    return {i: fault for i, fault in found.items() if fault}


def _another(value, name):
    if name in ("answers", "changes"):
        return value | {"x": 1}
    if name == "because":
        return [*value, ["a", "b"]]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return ("b" if value[:1] == "a" else "a") + value[1:]
    if value is None:
        return "x"
    return value.replace(microsecond=(value.microsecond + 1) % 1_000_000)


def test_every_column_is_sealed():
    assert {*_SEALED, "hash"} == set(JOURNAL.c.keys())


def test_an_untouched_journal_has_no_fault(store):
    for _ in range(3):
        brought_to(store, Status.APPRAISED)
    with store.connect() as connection:
        assert _faults(connection) == {}


@pytest.mark.parametrize("name", [c for c in JOURNAL.columns.keys() if c not in ("district_id", "case_id")])  # noqa: SIM118
def test_a_changed_column_is_found_and_the_case_named(store, name):
    rng = random.Random(name)
    ids = [stored(store, brought_to(store, Status.APPRAISED)).id for _ in range(3)]
    with store.connect() as connection:
        _drop_triggers(connection)
        for _ in range(6):
            case_id, seq = rng.choice(ids), rng.randint(1, 8)
            where = (JOURNAL.c.case_id == case_id) & (JOURNAL.c.seq == seq)
            value = connection.execute(select(JOURNAL.c[name]).where(where)).scalar_one()
            changed = 99 if name == "seq" else _another(value, name)
            nested = connection.begin_nested()
            connection.execute(update(JOURNAL).where(where).values({name: changed}))
            faults = _faults(connection)
            assert set(faults) == {case_id}
            assert any(word in faults[case_id] for word in ("missing", "linked", "changed"))
            nested.rollback()
        connection.rollback()


def test_a_removed_an_added_and_a_swapped_entry_are_found(store):
    case = stored(store, brought_to(store, Status.APPRAISED))
    with store.connect() as connection:
        _drop_triggers(connection)
        rows = rows_of(connection, DISTRICT, case.id)
        nested = connection.begin_nested()
        connection.execute(text("DELETE FROM journal WHERE seq = 4"))
        assert _faults(connection) == {case.id: "entry 4 is missing"}
        nested.rollback()
        nested = connection.begin_nested()
        connection.execute(insert(JOURNAL), {**rows[-1], "seq": 9, "command_key": "forged"})
        assert _faults(connection) == {case.id: "entry 9 is not linked to the entry before it"}
        nested.rollback()
        nested = connection.begin_nested()
        for old, new in ((3, 30), (4, 3), (30, 4)):
            connection.execute(text(f"UPDATE journal SET seq = {new} WHERE seq = {old}"))
        assert set(_faults(connection)) == {case.id}
        nested.rollback()
        connection.rollback()


def test_chinese_and_odd_characters_seal_and_read_back_alike(store):
    no = brought_to(store, Status.HANDLING)
    act(store, no, "note", note='‘引号’ "x" \\ \U00020bb7 \u2028 é\n1e400 0.1')
    case_id = stored(store, no).id
    with store.connect() as connection:
        assert _faults(connection) == {}
        last = rows_of(connection, DISTRICT, case_id)[-1]
    assert json.loads(json.dumps(last["answers"])) == {"note": '‘引号’ "x" \\ \U00020bb7 \u2028 é\n1e400 0.1'}
