"""The same key twice is the same command; a key used for something else is refused."""

from dataclasses import replace

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from db.execute import CASES, Act, Open, execute
from domain.people import Role
from domain.text import Clash, Refused
from domain.words import Status
from tests.db.commands import WORLD, act, brought_to, dump, open_case
from tests.steps import ANSWERS
from tests.worlds import MONDAY, actor, report

BY = actor(WORLD, Role.DISTRICT_OFFICER)
OPEN = Open("k1", BY, MONDAY, "report", report(channel="H12345", external_no="A1"))


def test_fifty_times_the_same_submission_is_one_case(store):
    first = execute(store, WORLD, OPEN)
    before = dump(store)
    for _ in range(49):
        assert execute(store, WORLD, OPEN) == replace(first, repeated=True)
    assert dump(store) == before


def test_the_same_act_again_answers_what_it_did_the_first_time(store):
    no = brought_to(store, Status.FILED)
    command = Act("k2", BY, MONDAY, "dispatch", no, 2, ANSWERS["dispatch"])
    first = execute(store, WORLD, command)
    act(store, no, "accept")
    before = dump(store)
    assert execute(store, WORLD, command) == replace(first, repeated=True)
    assert dump(store) == before
    with pytest.raises(Clash):
        execute(store, WORLD, replace(command, key="k3"))


def test_a_key_belongs_to_one_person_one_move_and_one_case(store):
    no, other = brought_to(store, Status.FILED), brought_to(store, Status.FILED)
    command = Act("k4", BY, MONDAY, "remind", no, 3, {})
    act(store, no, "dispatch")
    act(store, other, "dispatch")
    execute(store, WORLD, command)
    before = dump(store)
    for changed in (
        replace(command, actor=actor(WORLD, Role.DISTRICT_OFFICER)),
        replace(command, move="supervise", answers=ANSWERS["supervise"]),
        replace(command, no=other),
    ):
        with pytest.raises(Refused, match="already used for something else"):
            execute(store, WORLD, changed)
    with pytest.raises(Refused, match="already used for something else"):
        execute(store, WORLD, replace(OPEN, key="k4"))
    assert dump(store) == before


def test_a_hotline_number_that_is_known_names_the_case(store):
    no = execute(store, WORLD, OPEN).no
    with pytest.raises(Refused) as refused:
        execute(store, WORLD, replace(OPEN, key="k5"))
    assert (str(refused.value), refused.value.field) == (
        f"This number is already recorded as case {no}.",
        "external_no",
    )


class _Lost(Exception):
    sqlstate = "40001"


def test_a_commit_that_happened_but_reports_failure_is_not_done_twice(store):
    commits = []
    commit = store.dialect.do_commit

    def lost(connection):
        commit(connection)
        commits.append(connection)
        if len(commits) == 1:
            raise OperationalError("COMMIT", {}, _Lost("the answer was lost"))

    store.dialect.do_commit = lost
    try:
        outcome = execute(store, WORLD, OPEN)
    finally:
        store.dialect.do_commit = commit
    assert outcome.repeated
    with store.connect() as connection:
        assert connection.execute(select(CASES.c.no)).scalars().all() == [outcome.no]


def test_a_serialization_failure_is_tried_again_and_never_shown(store):
    tries = []

    def failing(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO journal") and len(tries) < 2:
            tries.append(statement)
            raise OperationalError(statement, {}, _Lost("could not serialize"))

    event.listen(store, "before_cursor_execute", failing)
    outcome = open_case(store)
    event.remove(store, "before_cursor_execute", failing)
    assert (len(tries), outcome.repeated, outcome.no) == (2, False, "TS26112300600001")
