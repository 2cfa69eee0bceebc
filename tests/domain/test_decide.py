"""Deadlines and verdicts that a move writes into its entry."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case import Light, evolve
from domain.decide import accept_minutes, decide, stage_deadline
from domain.moves import BY_NAME
from domain.people import Role
from domain.words import LimitUnit, Status
from tests.steps import ANSWERS, case_in, holder, moved, opened
from tests.worlds import MONDAY, actor, local, world

W = world()
MINUTE = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("status", "minutes"),
    [(Status.REPORTED, 15), (Status.ACCEPTED, 15), (Status.FILED, 15), (Status.HANDLED, 30)],
)
def test_the_centres_own_stages_run_in_wall_time(status, minutes):
    case = case_in(W, status)
    assert case.stage_due_at - case.stage_from == minutes * MINUTE
    assert case.stage_yellow_at - case.stage_from == 0.8 * minutes * MINUTE
    assert case.handling_light(case.stage_yellow_at - TICK) is Light.GREEN
    assert case.handling_light(case.stage_yellow_at) is Light.YELLOW
    assert case.handling_light(case.stage_due_at) is Light.YELLOW
    assert case.handling_light(case.stage_due_at + TICK) is Light.RED


def test_the_handling_clock_runs_from_the_order_in_working_time_over_lunch():
    filed = case_in(W, Status.FILED)
    at = local("2026-11-23 11:00")
    ordered = moved(W, filed, "dispatch", at=at)
    assert ordered.handle_due_at == ordered.stage_due_at == local("2026-11-23 16:00")
    assert ordered.stage_yellow_at == local("2026-11-23 15:12")  # 3 h 12 min worked of 4 h
    accepted = moved(W, ordered, "accept", at=at + MINUTE)
    assert (accepted.stage_from, accepted.stage_due_at) == (ordered.stage_from, ordered.stage_due_at)


def test_why_this_deadline_is_kept_as_the_counted_intervals():
    filed = case_in(W, Status.FILED)
    at = local("2026-11-23 11:00")
    entry = decide(filed, BY_NAME["dispatch"], actor(W, Role.DISTRICT_OFFICER), at, ANSWERS["dispatch"], W)
    assert entry.because == (
        ("2026-11-23T03:00:00.000000+00:00", "2026-11-23T04:00:00.000000+00:00"),
        ("2026-11-23T05:00:00.000000+00:00", "2026-11-23T08:00:00.000000+00:00"),
    )


def test_the_whole_process_is_the_handling_limit_from_the_filing_plus_the_centres_own_times():
    case = moved(W, case_in(W, Status.REPORTED), "file", at=local("2026-11-23 13:00"))
    assert case.whole_due_at == local("2026-11-23 17:00") + 45 * MINUTE
    assert case.whole_from == local("2026-11-23 13:00")


@pytest.mark.parametrize(("late", "verdict"), [(-TICK, True), (timedelta(), True), (TICK, False)])
def test_handled_on_time_is_judged_at_the_deadline(late, verdict):
    case = case_in(W, Status.HANDLING)
    assert moved(W, case, "handled", at=case.handle_due_at + late).handled_on_time is verdict


@pytest.mark.parametrize(("late", "verdict"), [(-TICK, True), (timedelta(), True), (TICK, False)])
def test_closed_on_time_is_judged_at_the_whole_deadline(late, verdict):
    case = case_in(W, Status.CHECKED)
    assert moved(W, case, "close", at=case.whole_due_at + late).whole_on_time is verdict


@pytest.mark.parametrize(("at", "day"), [("2026-11-24 00:00", 20261124), ("2026-11-23 23:59", 20261123)])
def test_the_closing_day_is_the_local_day(at, day):
    assert moved(W, case_in(W, Status.CHECKED), "close", at=local(at)).closed_day == day


def test_the_call_back_is_due_in_work_days_after_the_closing():
    case = moved(W, case_in(W, Status.CHECKED), "close", at=local("2026-11-27 17:00"))  # Friday
    assert case.stage_due_at == local("2026-12-02 17:00")


@pytest.mark.parametrize(
    ("unit", "limit_unit", "minutes"),
    [("LRJ", "work_hour", 60), ("LRJ", "urgent_hour", 15), ("JQ006", "work_hour", 15), ("GS", "work_hour", 120)],
)
def test_the_acceptance_limit_follows_from_the_unit_and_the_urgency(unit, limit_unit, minutes):
    case = replace(case_in(W, Status.DISPATCHED), unit_code=unit, limit_unit=LimitUnit(limit_unit))
    assert accept_minutes(W, case) == minutes


def test_the_row_of_the_list_is_kept_when_it_was_followed_and_not_when_the_unit_was_chosen_by_hand():
    filed = case_in(W, Status.FILED)
    assert moved(W, filed, "dispatch", unit="LRJ").rule_id == "R1"
    assert moved(W, filed, "dispatch", unit="JGW").rule_id is None
    assert moved(W, moved(W, filed, "dispatch", unit="LRJ"), "redispatch", unit="JGW").rule_id is None


def test_photos_are_counted_and_empty_answers_are_not_kept():
    handling = case_in(W, Status.HANDLING)
    who = holder(W, handling)
    entry = decide(handling, BY_NAME["handled"], who, MONDAY, {"result": "好", "photos": ("a", "b")}, W)
    assert evolve(handling, entry).photos == 2
    assert entry.answers == {"result": "好", "photos": ["a", "b"]}
    noted = decide(handling, BY_NAME["note"], who, MONDAY, {"note": "好", "photos": ()}, W)
    assert noted.answers == {"note": "好"}


def test_an_entry_holds_only_the_fields_that_changed():
    case = case_in(W, Status.HANDLING)
    entry = decide(case, BY_NAME["remind"], actor(W, Role.DISTRICT_OFFICER), MONDAY, {}, W)
    assert (entry.changes, entry.seq, entry.status_from, entry.status_to) == (
        {"reminders": 1}, case.version + 1, "handling", "handling",
    )  # fmt: skip


def test_a_case_that_was_never_filed_has_no_handling_deadline():
    case, _ = opened(W)
    with pytest.raises(ValueError, match="never filed"):
        stage_deadline(W, case, "handling", MONDAY)


def test_the_calendar_of_tomorrow_does_not_change_a_deadline_that_was_written():
    case = case_in(W, Status.DISPATCHED)
    days = {day: replace(row, is_workday=False) for day, row in W.calendar.days.items()}
    closed_world = replace(W, calendar=replace(W.calendar, days=days))
    accepted = moved(closed_world, case, "accept")
    assert (accepted.handle_due_at, accepted.whole_due_at) == (case.handle_due_at, case.whole_due_at)
