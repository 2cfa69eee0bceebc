"""Several processes at one store: one wins, the others are told who was first, and nothing is doubled."""

from collections import Counter

import pytest
from sqlalchemy import select

from db.engine import make_engine
from db.execute import CASES, Act, Open, execute
from db.journal import JOURNAL, chain_fault, rows_of
from domain.people import Role
from domain.text import Clash, Refused
from domain.words import Status
from tests.db.commands import WORLD, brought_to, key, made, photo, replayed, stored, together
from tests.steps import ANSWERS
from tests.worlds import DISTRICT, MONDAY, actor, report

RACES = {
    "dispatch": (Status.FILED, Role.DISTRICT_OFFICER),
    "fallback": (Status.FILED, Role.STREET_OFFICER),
    "accept": (Status.DISPATCHED, Role.DEPARTMENT_HANDLER),
    "close": (Status.CHECKED, Role.DISTRICT_OFFICER),
    "reopen": (Status.CLOSED, Role.STREET_OFFICER),
}
ROUNDS = 200
PROCESSES = 8


def _race(engine, barrier, index, rounds):
    results = []
    for no, version, move, by in rounds:
        command = Act(key(), by[index], MONDAY, move, no, version, dict(ANSWERS[move]))
        barrier.wait()
        try:
            results.append(("won", execute(engine, WORLD, command).version))
        except Clash as clash:
            results.append(("clash", str(clash)))
    return results


def _rounds(url):
    engine = make_engine(url)
    people = {role: [actor(WORLD, role) for _ in range(PROCESSES)] for _, role in RACES.values()}
    rounds = []
    for n in range(ROUNDS):
        move = list(RACES)[n % len(RACES)]
        status, role = RACES[move]
        no = brought_to(engine, status)
        rounds.append((no, stored(engine, no).version, move, people[role]))
    engine.dispose()
    return rounds


@pytest.mark.timeout(180)
def test_of_eight_who_press_at_once_one_wins_and_the_others_are_told_who_was_first(new_database):
    url = made(new_database())
    rounds = _rounds(url)
    answers = together(url, _race, rounds, PROCESSES)
    assert all(isinstance(a, list) for a in answers), answers
    engine = make_engine(url)
    for n, (no, version, move, by) in enumerate(rounds):
        results = [answer[n] for answer in answers]
        assert Counter(kind for kind, _ in results) == {"won": 1, "clash": PROCESSES - 1}, (move, results)
        org = WORLD.orgs[by[0].org].name
        for kind, told in results:
            assert kind == "won" or told.startswith(f"{org} was first: "), told
            assert kind == "won" or told.endswith("Load the case again.")
        case = stored(engine, no)
        assert case.version == version + 1
        assert replayed(engine, case) == case
    with engine.connect() as connection:
        for case_id in connection.execute(select(CASES.c.id)).scalars():
            assert chain_fault(rows_of(connection, DISTRICT, case_id)) is None
    engine.dispose()


def _open_many(engine, barrier, index, payload):
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    barrier.wait()
    return [
        execute(engine, WORLD, Open(f"open-{index}-{n}", by, MONDAY, "report", report())).no for n in range(payload)
    ]


def test_case_numbers_run_without_gap_or_double_under_eight_writers(new_database):
    url = made(new_database())
    answers = together(url, _open_many, 25)
    numbers = sorted(no for answer in answers for no in answer)
    assert numbers == [f"TS261123006{n:05d}" for n in range(1, 201)]


def _same(engine, barrier, index, payload):
    command, times = payload
    barrier.wait()
    outcomes = []
    for _ in range(times):
        outcome = execute(engine, WORLD, command)
        outcomes.append((outcome.no, outcome.version, outcome.repeated))
    return outcomes


def test_the_same_submission_fifty_times_from_eight_processes_makes_one_case(new_database):
    url = made(new_database())
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    command = Open("one-key", by, MONDAY, "self_handle", report(result="好"), before=(photo(b"a"),), after=(photo(),))
    answers = together(url, _same, (command, 7))
    assert all(isinstance(a, list) for a in answers), answers
    outcomes = [o for answer in answers for o in answer]
    assert len(outcomes) == 56
    assert Counter(repeated for _, _, repeated in outcomes) == {False: 1, True: 55}
    assert {no for no, _, _ in outcomes} == {"TS26112300600001"}
    engine = make_engine(url)
    with engine.connect() as connection:
        assert len(connection.execute(select(CASES.c.no)).all()) == 1
        assert len(connection.execute(select(JOURNAL.c.seq)).all()) == 1
    engine.dispose()


def test_the_same_act_sent_at_once_from_eight_processes_is_one_act(new_database):
    url = made(new_database())
    engine = make_engine(url)
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    numbers = [brought_to(engine, Status.FILED) for _ in range(10)]
    engine.dispose()
    for no in numbers:
        command = Act(f"act-{no}", by, MONDAY, "dispatch", no, 2, ANSWERS["dispatch"])
        answers = together(url, _same, (command, 1), processes=4)
        assert all(isinstance(a, list) for a in answers), answers
        assert sorted(o for answer in answers for o in answer) == [(no, 3, False), *[(no, 3, True)] * 3]


def _same_number(engine, barrier, index, payload):
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    results = []
    for n in range(payload):
        barrier.wait()
        sent = report(channel="H12345", external_no=f"H{n}")
        try:
            results.append(execute(engine, WORLD, Open(key(), by, MONDAY, "report", sent)).no)
        except Refused as refused:
            results.append(str(refused))
    return results


def test_one_hotline_number_entered_by_eight_people_at_once_is_one_case(new_database):
    url = made(new_database())
    answers = together(url, _same_number, 20)
    for n in range(20):
        told = [answer[n] for answer in answers]
        won = [t for t in told if t.startswith("TS")]
        assert len(won) == 1, told
        assert set(told) - set(won) == {f"This number is already recorded as case {won[0]}."}
