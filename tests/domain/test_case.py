"""The case as a row, its entries, and the lights of its clocks."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from domain.case import Case, as_changes, evolve, from_json, light_of, replay, to_json
from domain.moves import DONE, OPEN, STEP_OF
from domain.words import Light, Status, Step
from tests.steps import case_in, moved_with_entry, opened
from tests.worlds import MONDAY, world

SECOND = timedelta(microseconds=1)
DUE = MONDAY + timedelta(hours=10)
YELLOW = MONDAY + timedelta(hours=8)


@pytest.mark.parametrize(
    ("at", "light"),
    [
        (MONDAY, Light.GREEN),
        (YELLOW - SECOND, Light.GREEN),
        (YELLOW, Light.YELLOW),
        (YELLOW + SECOND, Light.YELLOW),
        (DUE - SECOND, Light.YELLOW),
        (DUE, Light.YELLOW),
        (DUE + SECOND, Light.RED),
    ],
)
def test_a_light_is_green_before_80_percent_yellow_to_the_deadline_and_red_after_it(at, light):
    assert light_of(at, YELLOW, DUE) is light


def test_without_a_clock_there_is_no_light():
    assert light_of(MONDAY, None, None) is Light.NONE


@pytest.mark.clause("2.3-17", partly=True)
def test_the_whole_light_stands_beside_the_handling_light_and_stays_as_it_was_at_the_closing():
    w = world()
    handling = case_in(w, Status.HANDLING)
    after_stage = handling.stage_due_at + SECOND
    assert (handling.handling_light(after_stage), handling.whole_light(after_stage)) == (Light.RED, Light.YELLOW)
    assert handling.whole_light(handling.whole_due_at + SECOND) is Light.RED
    closed = case_in(w, Status.CLOSED)
    assert closed.whole_light(closed.whole_due_at + timedelta(days=30)) is Light.GREEN
    late = replace(closed, closed_at=closed.whole_due_at + SECOND)
    assert late.whole_light(late.closed_at) is Light.RED


def test_every_status_belongs_to_one_of_the_six_steps_and_every_step_has_statuses():
    assert set(STEP_OF) == set(Status)
    assert set(STEP_OF.values()) == set(Step)
    assert [STEP_OF[s] for s in (Status.REPORTED, Status.ACCEPTED, Status.FILED, Status.HANDLING)] == [
        Step.DISCOVER, Step.REGISTER, Step.DISPATCH, Step.SUPERVISE,
    ]  # fmt: skip
    assert [STEP_OF[s] for s in (Status.HANDLED, Status.CHECKED, Status.CLOSED, Status.APPRAISED)] == [
        Step.CLOSE, Step.CLOSE, Step.APPRAISE, Step.APPRAISE,
    ]  # fmt: skip


def test_a_status_is_open_or_done_or_closed_with_a_call_back_due():
    assert OPEN | DONE | {Status.CLOSED} == set(Status)
    assert not OPEN & DONE


@pytest.mark.parametrize("status", list(Status))
def test_a_case_is_done_exactly_in_the_done_statuses(status):
    case = case_in(world(), status)
    assert (case.done_at is not None) == (status in DONE)
    assert case.step is STEP_OF[status]


def test_replaying_the_entries_gives_the_case_and_a_gap_is_refused():
    w = world()
    case, first = opened(w)
    entries = [first]
    for name in ("file", "dispatch", "accept"):
        case, entry = moved_with_entry(w, case, name)
        entries.append(entry)
    assert replay(entries) == case
    with pytest.raises(ValueError, match="expected entry 2, found 3"):
        replay([entries[0], entries[2]])
    with pytest.raises(ValueError, match="empty"):
        replay([])


def test_every_field_goes_through_json_and_back():
    for status in Status:
        case = case_in(world(), status)
        for f in fields(Case):
            value = getattr(case, f.name)
            assert from_json(f.name, to_json(value)) == value
            assert type(from_json(f.name, to_json(value))) is type(value)


def test_an_unknown_field_in_an_entry_is_an_error():
    case, entry = opened(world())
    with pytest.raises(KeyError):
        evolve(case, replace(entry, seq=2, changes={"colour": "red"}))


def test_the_first_entry_names_every_field_that_is_not_its_default():
    case, entry = opened(world())
    assert dict(entry.changes) == as_changes(case)
    assert "reworks" not in entry.changes
    assert entry.changes["status"] == "reported"
