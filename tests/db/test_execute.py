"""The only writer: whole or not at all, on both databases."""

from dataclasses import fields, replace

import pytest
from sqlalchemy import event, inspect, select, text
from sqlalchemy.exc import OperationalError

from db.execute import CASES, PHOTOS, UNITS, Act, Open, as_row, execute
from db.journal import JOURNAL
from domain.case import Case
from domain.people import Role
from domain.text import Clash, Refused
from domain.words import Status
from tests.db.commands import WORLD, act, brought_to, dump, key, open_case, photo, stored
from tests.steps import ANSWERS
from tests.worlds import MONDAY, actor, local, report


def test_the_columns_of_a_case_are_the_fields_of_a_case(store):
    columns = {c["name"] for c in inspect(store).get_columns("cases")}
    assert columns == {f.name for f in fields(Case)} == set(CASES.c.keys())


def test_the_row_is_the_case_with_enums_as_text(store):
    case = stored(store, brought_to(store, Status.CLOSED))
    row = as_row(case)
    assert all(type(value) is not type(case.status) for value in row.values())
    assert {k: v for k, v in row.items() if k != "status"} == {
        f.name: getattr(case, f.name) for f in fields(Case) if f.name != "status"
    }


REFUSALS = [
    ("status", lambda c: replace(c, move="close", answers=ANSWERS["close"])),
    ("role", lambda c: replace(c, actor=actor(WORLD, Role.LEADER))),
    ("reach", lambda c: replace(c, actor=actor(WORLD, Role.STREET_OFFICER, "JC011"))),
    ("guard", lambda c: replace(c, answers=c.answers | {"unit": "DCS"})),
    ("missing", lambda c: replace(c, answers={"route": "B"})),
    ("too long", lambda c: replace(c, answers=c.answers | {"remark": "字" * 501})),
    ("control", lambda c: replace(c, answers=c.answers | {"remark": "a\x00"})),
    ("unknown field", lambda c: replace(c, answers=c.answers | {"status": "closed"})),
    ("unknown move", lambda c: replace(c, move="delete")),
    ("unknown case", lambda c: replace(c, no="TS999")),
    ("stale", lambda c: replace(c, version=1)),
    ("future version", lambda c: replace(c, version=99)),
]


@pytest.mark.parametrize(("why", "change"), REFUSALS, ids=[w for w, _ in REFUSALS])
def test_a_refused_command_writes_nothing(store, why, change):
    no = brought_to(store, Status.FILED)
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    good = Act(key(), by, MONDAY, "dispatch", no, 2, dict(ANSWERS["dispatch"]))
    before = dump(store)
    with pytest.raises(Clash if "stale" in why or "version" in why else Refused):
        execute(store, WORLD, change(good))
    assert dump(store) == before
    assert execute(store, WORLD, good).status is Status.DISPATCHED


def test_a_refused_report_writes_nothing_not_even_a_number(store):
    open_case(store)
    before = dump(store)
    for more in (
        {"address": ""},
        {"channel": "H12345"},
        {"street_code": "1"},
        {"how": "register", "standard_id": None},
    ):
        with pytest.raises(Refused):
            open_case(store, **more)
    assert dump(store) == before
    assert open_case(store).no == "TS26112300600002"


def test_a_fault_in_the_middle_leaves_nothing_behind(store):
    no = brought_to(store, Status.HANDLING)
    before = dump(store)

    def broken(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO photos"):
            raise RuntimeError("the power went")

    event.listen(store, "before_cursor_execute", broken)
    with pytest.raises(RuntimeError):
        act(store, no, "handled")
    event.remove(store, "before_cursor_execute", broken)
    assert dump(store) == before
    act(store, no, "handled")


@pytest.mark.parametrize(
    ("at", "street", "no"),
    [
        ("2026-11-23 00:00", "310106006", "TS26112300600001"),
        ("2026-11-23 23:59", "310106006", "TS26112300600001"),
        ("2026-11-24 00:00", "310106006", "TS26112400600001"),
        ("2026-11-24 07:00", "310106011", "TS26112401100001"),
    ],
)
def test_a_number_carries_the_local_day_and_the_street_town(store, at, street, no):
    when = local(at)
    assert open_case(store, at=when, street_code=street, found_at=when).no == no


def test_numbers_count_by_street_town_and_day(store):
    opened = [open_case(store).no, open_case(store, street_code="310106011").no, open_case(store).no]
    assert opened == ["TS26112300600001", "TS26112301100001", "TS26112300600002"]


def test_who_was_first_is_named_with_what_they_did(store):
    no = brought_to(store, Status.FILED)
    act(store, no, "dispatch", actor(WORLD, Role.STREET_OFFICER))
    with pytest.raises(Clash) as clash:
        act(store, no, "dispatch", version=2)
    assert str(clash.value) == "街道中心006 was first: Dispatched. Load the case again."


def test_photos_are_kept_once_by_content_and_counted_by_use(store):
    no = brought_to(store, Status.HANDLING)
    act(store, no, "handled", photos=(photo(b"x"), photo(b"y")))
    act(store, no, "rework", photos=(photo(b"x"),))
    assert stored(store, no).photos == 3
    with store.connect() as connection:
        rows = connection.execute(select(PHOTOS.c.seq, PHOTOS.c.stage).order_by(PHOTOS.c.seq, PHOTOS.c.id)).all()
        assert [tuple(r) for r in rows] == [(5, "after"), (5, "after"), (6, "check")]
        assert connection.execute(text("SELECT count(*) FROM photo_bytes")).scalar_one() == 2


def test_photos_that_did_not_come_with_the_command_do_not_count(store):
    no = brought_to(store, Status.HANDLING)
    by = actor(WORLD, Role.DEPARTMENT_HANDLER)
    with pytest.raises(Refused) as refused:
        execute(store, WORLD, Act(key(), by, MONDAY, "handled", no, 4, {"result": "好", "photos": ("f" * 64,)}))
    assert refused.value.field == "photos"


def test_units_that_held_a_case_are_remembered(store):
    no = brought_to(store, Status.FILED)
    act(store, no, "dispatch", route="C", partners=("CG006", "JQ006"))
    act(store, no, "return")
    act(store, no, "dispatch", unit="JGW")
    with store.connect() as connection:
        units = connection.execute(select(UNITS.c.unit_code)).scalars().all()
    assert sorted(units) == ["CG006", "JGW", "JQ006", "LRJ"]


def test_one_case_goes_through_all_six_steps_on_paper(store):
    no = brought_to(store, Status.APPRAISED)
    with store.connect() as connection:
        rows = connection.execute(select(JOURNAL.c.seq, JOURNAL.c.move, JOURNAL.c.status_to).order_by(JOURNAL.c.seq))
        told = [tuple(r) for r in rows]
    assert told == [
        (1, "report", "reported"), (2, "file", "filed"), (3, "dispatch", "dispatched"), (4, "accept", "handling"),
        (5, "handled", "handled"), (6, "check", "checked"), (7, "close", "closed"), (8, "call_back", "appraised"),
    ]  # fmt: skip
    assert stored(store, no).version == 8


def test_a_fault_that_is_no_race_is_not_tried_again(store):
    tries = []

    def broken(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO cases"):
            tries.append(statement)
            raise OperationalError(statement, {}, Exception("disk I/O error"))

    event.listen(store, "before_cursor_execute", broken)
    with pytest.raises(OperationalError):
        open_case(store)
    event.remove(store, "before_cursor_execute", broken)
    assert len(tries) == 1


def test_another_district_does_not_see_the_number(store):
    no = brought_to(store, Status.FILED)
    elsewhere = replace(WORLD, district_id=310101)
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    with pytest.raises(Refused, match="There is no case"):
        execute(store, elsewhere, Act(key(), by, MONDAY, "dispatch", no, 2, dict(ANSWERS["dispatch"])))


def test_the_report_says_how_many_photos_it_carries(store):
    sent = report(result="好", photos_before=9, photos_after=9)
    command = Open(key(), actor(WORLD, Role.INSPECTOR), MONDAY, "self_handle", sent, before=(photo(),))
    with pytest.raises(Refused, match="from after"):
        execute(store, WORLD, command)
    done = execute(store, WORLD, replace(command, after=(photo(b"z"),)))
    assert stored(store, done.no).photos == 2
