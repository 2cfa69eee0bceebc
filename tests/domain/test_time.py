"""Time granted: extensions, the suspension, the appeal and the ruling, each guard at its boundary."""

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.case import Light
from domain.decide import decide
from domain.moves import BY_NAME
from domain.people import Role
from domain.text import Refused
from domain.words import LimitUnit, Status
from tests.domain.test_clock import CALENDAR
from tests.domain.test_moves import refusal
from tests.steps import ANSWERS, case_in, doer, holder, moved, opened
from tests.worlds import actor, local, world

W = world()
OFFICIAL = replace(W, calendar=CALENDAR)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
ROWS = [
    row
    for row in csv.DictReader((Path(__file__).parents[1] / "spec" / "deadline_cases.csv").open(encoding="utf-8"))
    if row["group"] in ("extension", "pause")
]


def ordered(start, value=4, unit="work_hour", w=W):
    """A case whose handling clock was started at an instant, accepted; its limit as given."""
    case = replace(case_in(w, Status.FILED), limit_value=value, limit_unit=LimitUnit(unit))
    return moved(w, moved(w, case, "dispatch", at=start), "accept", at=start)


def suspended(start, pause, until, **more):
    """A case ordered at `start` and suspended at `pause` until a day begins."""
    case = moved(W, ordered(start, **more), "ask_suspension", at=pause, until=until)
    return moved(W, case, "grant_suspension", at=pause)


def extended(case, at):
    return moved(W, moved(W, case, "ask_extension", at=at), "grant_extension", at=at)


@pytest.mark.parametrize("row", [r for r in ROWS if r["id"] != "DL48"], ids=lambda row: row["id"])
def test_extensions_and_pauses_made_by_moves_give_the_expected_deadline(row):
    start = local(row["start"])
    case = ordered(start, int(row["limit_value"]), row["limit_unit"], OFFICIAL)
    for _ in range(int(row["extensions"])):
        case = moved(OFFICIAL, case, "ask_extension", at=start)
        case = moved(OFFICIAL, case, "grant_extension", at=start)
    if row["pauses"]:
        begin, end = (local(t) for t in row["pauses"].split("/"))
        until = (end + 2 * DAY).date().isoformat()
        case = moved(OFFICIAL, case, "ask_suspension", at=begin, until=until)
        case = moved(OFFICIAL, case, "grant_suspension", at=begin)
        case = moved(OFFICIAL, case, "resume", at=end)
    assert case.handle_due_at == case.stage_due_at == local(row["expected_due"])
    assert case.stage_exact


def test_the_acceptance_cases_of_extensions_and_pauses_are_dl42_to_dl49():
    assert [row["id"] for row in ROWS] == [f"DL{n}" for n in range(42, 50)]


def test_a_case_is_suspended_once_only_so_two_pauses_in_one_deadline_cannot_come_about():
    row = next(r for r in ROWS if r["id"] == "DL48")
    first, second = (tuple(local(t) for t in pause.split("/")) for pause in row["pauses"].split(";"))
    case = ordered(local(row["start"]), 1, "work_day")
    case = moved(W, case, "ask_suspension", at=first[0], until="2026-11-25")
    case = moved(W, moved(W, case, "grant_suspension", at=first[0]), "resume", at=first[1])
    assert refusal(case, "ask_suspension", at=second[0]) == "A case is suspended once only."


def test_an_extension_is_asked_for_up_to_the_due_time_and_not_after_it():
    case = ordered(local("2026-11-23 09:00"))
    assert refusal(case, "ask_extension", at=case.stage_due_at) is None
    assert refusal(case, "ask_extension", at=case.stage_due_at + TICK) == (
        "An extension is asked for before the due time; it is over."
    )


def test_an_extension_asked_for_in_time_can_be_granted_after_the_due_time_and_the_light_turns_back():
    case = ordered(local("2026-11-23 09:00"))  # due at 14:00
    asked = moved(W, case, "ask_extension", at=case.stage_due_at)
    later = case.stage_due_at + MINUTE
    assert asked.handling_light(later) is Light.RED
    granted = moved(W, asked, "grant_extension", at=later)
    assert granted.handling_light(later) is Light.GREEN
    assert granted.handle_due_at == local("2026-11-23 18:00")
    assert moved(W, granted, "handled", at=granted.handle_due_at).handled_on_time is True
    assert moved(W, granted, "handled", at=granted.handle_due_at + TICK).handled_on_time is False


def test_at_most_two_extensions_are_granted_and_refusals_are_free():
    at = local("2026-11-23 09:00")
    case = ordered(at)
    for _ in range(3):
        case = moved(W, moved(W, case, "ask_extension", at=at), "refuse_extension", at=at)
    assert (case.extensions, case.handle_due_at) == (0, local("2026-11-23 14:00"))
    case = extended(extended(case, at), at)
    assert (case.extensions, case.order_extensions) == (2, 2)
    assert refusal(case, "ask_extension", at=at) == "At most 2 extensions are granted."
    assert case.handle_due_at == local("2026-11-24 13:00") + 60 * MINUTE


def test_one_extension_is_asked_for_at_a_time_and_granted_only_when_it_was_asked_for():
    case = ordered(local("2026-11-23 09:00"))
    assert refusal(case, "grant_extension") == refusal(case, "refuse_extension") == "No extension is asked for."
    asked = moved(W, case, "ask_extension")
    assert refusal(asked, "ask_extension", at=case.ordered_at) == "An extension is already asked for."
    assert refusal(asked, "grant_extension") is refusal(asked, "refuse_extension") is None


def test_the_whole_process_gets_the_extension_as_well():
    case = ordered(local("2026-11-23 09:00"))
    begun = moved(W, case_in(W, Status.REPORTED), "file", at=local("2026-11-23 09:00"))
    case = replace(case, whole_from=begun.whole_from, whole_due_at=begun.whole_due_at)
    assert case.whole_due_at == local("2026-11-23 14:45")
    assert extended(case, local("2026-11-23 09:10")).whole_due_at == local("2026-11-23 18:45")


@pytest.mark.parametrize("move", ["redispatch", "return", "rework"])
def test_a_new_order_or_rework_begins_with_fresh_time_but_the_whole_process_keeps_what_was_granted(move):
    at = local("2026-11-23 09:00")
    case = extended(ordered(at), at)
    whole = case.whole_due_at
    case = moved(W, case, "ask_extension", at=at)
    if move == "rework":
        case = moved(W, case, "handled", at=at)
    case = moved(W, case, move, at=at)
    assert (case.order_extensions, case.extensions, case.extension_asked_at) == (0, 1, None)
    if move == "return":
        case = moved(W, case, "dispatch", at=at)
    assert (case.handle_due_at, case.whole_due_at) == (local("2026-11-23 14:00"), whole)


@pytest.mark.parametrize("move", ["handled", "return", "redispatch", "void"])
def test_requests_end_with_the_order(move):
    case = moved(W, moved(W, ordered(local("2026-11-23 09:00")), "ask_extension"), "ask_suspension")
    case = moved(W, case, move)
    assert (case.extension_asked_at, case.suspension_asked_at, case.suspended_until) == (None, None, None)


@pytest.mark.parametrize(
    ("until", "allowed"),
    [
        ("2026-11-22", False),
        ("2026-11-23", False),
        ("2026-11-24", True),
        ("2027-11-23", True),  # 365 days on
        ("2027-11-24", False),
    ],
)
def test_a_return_date_lies_ahead_and_at_most_a_year_away(until, allowed):
    case = ordered(local("2026-11-23 09:00"))
    sentence = None if allowed else "The return date lies ahead, at most one year away."
    assert refusal(case, "ask_suspension", at=local("2026-11-23 23:59"), until=until) == sentence


def test_the_return_date_is_a_local_day():
    case = ordered(local("2026-11-23 09:00"))
    early = local("2026-11-24 00:30")  # still the 23rd in Greenwich
    assert refusal(case, "ask_suspension", at=early, until="2026-11-24") is not None
    asked = moved(W, case, "ask_suspension", at=early, until="2026-11-25")
    assert asked.suspended_until == local("2026-11-25 00:00")


def test_a_suspension_is_granted_until_the_return_date_begins():
    asked = moved(W, ordered(local("2026-11-23 09:00")), "ask_suspension", until="2026-11-25")
    begins = local("2026-11-25 00:00")
    assert refusal(asked, "grant_suspension", at=begins - TICK) is None
    assert refusal(asked, "grant_suspension", at=begins) == "The return date is already over."
    assert refusal(asked, "refuse_suspension", at=begins + DAY) is None
    assert refusal(asked, "ask_suspension") == "A suspension is already asked for."
    bare = ordered(local("2026-11-23 09:00"))
    assert refusal(bare, "grant_suspension") == refusal(bare, "refuse_suspension") == "No suspension is asked for."


def test_a_request_for_a_suspension_stops_no_clock_and_a_refusal_is_free():
    case = ordered(local("2026-11-23 09:00"))
    asked = moved(W, case, "ask_suspension")
    assert (asked.stage_due_at, asked.suspended(local("2026-11-24 09:00"))) == (case.stage_due_at, False)
    refused = moved(W, asked, "refuse_suspension")
    assert (refused.suspensions, refused.suspended_until) == (0, None)
    assert refusal(refused, "ask_suspension") is None


def test_the_clock_stands_from_the_grant_and_runs_again_by_itself_on_the_return_date():
    case = suspended(local("2026-11-23 09:00"), local("2026-11-23 10:00"), "2026-11-25")
    assert case.suspended(local("2026-11-23 10:00"))
    assert case.suspended(local("2026-11-25 00:00") - TICK)
    assert not case.suspended(local("2026-11-25 00:00"))
    assert case.handle_due_at == local("2026-11-25 12:00")  # one hour before, three hours after
    assert case.whole_due_at > case.handle_due_at
    assert case.handling_light(local("2026-11-24 12:00")) is Light.GREEN
    assert moved(W, case, "handled", at=case.handle_due_at).handled_on_time is True
    assert moved(W, case, "handled", at=case.handle_due_at + TICK).handled_on_time is False


def test_a_suspension_is_ended_before_the_return_date_only():
    case = suspended(local("2026-11-23 09:00"), local("2026-11-23 10:00"), "2026-11-25")
    back = local("2026-11-25 00:00")
    assert refusal(case, "resume", at=back - TICK) is None
    for over in (back, back + TICK):
        assert refusal(case, "resume", at=over) == "The clock is not suspended."
    resumed = moved(W, case, "resume", at=local("2026-11-23 11:00"))
    assert resumed.handle_due_at == local("2026-11-23 15:00")
    assert refusal(resumed, "resume", at=local("2026-11-23 11:00")) == "The clock is not suspended."
    assert refusal(resumed, "ask_suspension", at=local("2026-11-23 11:00")) == "A case is suspended once only."


def test_a_suspension_of_an_overdue_order_does_not_excuse_the_overtime():
    case = ordered(local("2026-11-23 09:00"))  # due at 14:00
    late = local("2026-11-23 15:00")
    case = moved(W, moved(W, case, "ask_suspension", at=late, until="2026-11-30"), "grant_suspension", at=late)
    assert case.handle_due_at == local("2026-11-23 14:00")
    assert moved(W, case, "handled", at=late + DAY).handled_on_time is False


def test_a_suspension_in_the_last_minutes_of_the_order_stops_the_whole_process_too():
    filed = moved(W, case_in(W, Status.REPORTED), "file", at=local("2026-11-23 13:00"))
    case = moved(W, filed, "dispatch", at=local("2026-11-23 13:10"))
    case = moved(W, case, "accept", at=local("2026-11-23 13:11"))
    assert case.whole_due_at == local("2026-11-23 17:45")
    at = local("2026-11-23 17:05")  # the limit from the filing is used up, the centre's own times are not
    case = moved(W, moved(W, case, "ask_suspension", at=at, until="2026-11-25"), "grant_suspension", at=at)
    assert case.whole_due_at == local("2026-11-25 00:40")
    assert case.handle_due_at == local("2026-11-25 09:05")


def test_work_reported_during_a_suspension_ends_it_and_what_it_added_beyond_the_report():
    case = suspended(local("2026-11-23 09:00"), local("2026-11-23 10:00"), "2027-06-01")
    at = local("2026-11-24 10:00")
    done = moved(W, case, "handled", at=at)
    assert (done.suspended_until, done.handled_on_time) == (at, True)
    assert done.whole_due_at < local("2026-11-25 00:00")
    back = moved(W, done, "rework", at=at)
    assert not back.suspended(at)
    assert back.handle_due_at == local("2026-11-24 15:00")


@pytest.mark.parametrize("move", ["redispatch", "return"])
def test_a_granted_suspension_runs_on_under_a_new_order(move):
    case = suspended(local("2026-11-23 09:00"), local("2026-11-23 10:00"), "2026-11-25")
    at = local("2026-11-23 11:00")
    case = moved(W, case, move, at=at)
    if move == "return":
        assert not case.suspended(at), "no handling clock runs that could stand"
        case = moved(W, case, "dispatch", at=at)
    assert case.suspended(at)
    assert case.handle_due_at == local("2026-11-25 14:00")
    resumed = moved(W, case, "resume", at=local("2026-11-23 12:00"))
    assert resumed.handle_due_at == local("2026-11-23 17:00")


def test_an_extension_and_a_suspension_add_up_in_either_order():
    at = local("2026-11-23 10:00")
    after = extended(suspended(local("2026-11-23 09:00"), at, "2026-11-25"), at)
    before = extended(ordered(local("2026-11-23 09:00")), at)
    before = moved(W, moved(W, before, "ask_suspension", at=at, until="2026-11-25"), "grant_suspension", at=at)
    assert after.handle_due_at == before.handle_due_at == local("2026-11-25 17:00")
    assert after.whole_due_at == before.whole_due_at


def test_the_due_time_of_another_system_moves_by_what_was_granted():
    case = replace(ordered(local("2026-11-23 09:00")), imported=True, whole_from=local("2026-11-20 09:00"))
    case = replace(case, whole_due_at=local("2026-12-18 17:00"), whole_yellow_at=local("2026-12-15 17:00"))
    found = extended(case, local("2026-11-23 09:00"))
    assert found.whole_due_at == local("2026-12-18 17:00") + timedelta(hours=4)


@pytest.mark.parametrize("request_", ["extension", "suspension"])
def test_a_centre_that_holds_the_order_does_not_grant_its_own_request(request_):
    case = moved(W, moved(W, case_in(W, Status.FILED), "dispatch", unit="JC006"), "accept")
    case = moved(W, case, f"ask_{request_}")
    street, district = actor(W, Role.STREET_OFFICER), actor(W, Role.DISTRICT_OFFICER)
    assert refusal(case, f"grant_{request_}", street) == (
        "A request of the own organisation is granted by somebody else."
    )
    assert refusal(case, f"grant_{request_}", district) is None
    assert refusal(moved(W, case_in(W, Status.HANDLING), f"ask_{request_}"), f"grant_{request_}", street) is None


def late_and_closed(**more):
    case, _ = opened(W, citizen=True, **more)
    for name in ("file", "dispatch", "accept"):
        case = moved(W, case, name)
    case = moved(W, case, "handled", at=case.handle_due_at + TICK)
    return moved(W, moved(W, case, "check"), "close")


def test_an_overtime_verdict_is_appealed_after_the_closing_and_once():
    on_time = case_in(W, Status.CLOSED)
    assert refusal(on_time, "appeal") == "The case was not judged overdue."
    late = late_and_closed()
    assert refusal(late, "appeal") is None
    assert refusal(late, "grant_appeal") == refusal(late, "refuse_appeal") == "No appeal waits for a decision."
    asked = moved(W, late, "appeal")
    assert refusal(asked, "appeal") == "The verdict was already appealed."
    refused = moved(W, asked, "refuse_appeal")
    assert (refused.exempt, refusal(refused, "appeal")) == (False, "The verdict was already appealed.")
    assert refusal(refused, "grant_appeal") == "No appeal waits for a decision."


def test_an_accepted_appeal_leaves_the_fact_and_exempts_the_statistics():
    appealed = moved(W, late_and_closed(), "appeal")
    assert moved(W, appealed, "call_back").status is Status.APPRAISED
    granted = moved(W, moved(W, appealed, "call_back"), "grant_appeal")
    assert (granted.exempt, granted.handled_on_time, granted.status) == (True, False, Status.APPRAISED)


def test_a_centre_does_not_accept_the_appeal_of_its_own_organisation():
    case = replace(late_and_closed(), unit_code="JC006")
    case = moved(W, case, "appeal", holder(W, case))
    assert refusal(case, "grant_appeal", actor(W, Role.STREET_OFFICER)) == (
        "A request of the own organisation is granted by somebody else."
    )
    assert refusal(case, "grant_appeal") is None


def test_an_open_case_is_not_appealed_yet():
    late = moved(W, ordered(local("2026-11-23 09:00")), "handled", at=local("2026-11-25 09:00"))
    assert late.handled_on_time is False
    assert refusal(late, "appeal") == "This is not possible any more: the case has moved on."


def test_reopening_begins_anew_but_a_case_is_still_suspended_once_only():
    at = local("2026-11-23 10:00")
    case = extended(suspended(local("2026-11-23 09:00"), at, "2026-11-25"), at)
    case = moved(W, case, "handled", at=case.handle_due_at + TICK)
    case = moved(W, moved(W, moved(W, case, "check"), "close", at=local("2026-11-26 09:00")), "appeal")
    case = moved(W, moved(W, case, "grant_appeal"), "reopen", at=local("2026-11-26 10:00"))
    assert (case.extensions, case.order_extensions, case.exempt, case.ruled) == (0, 0, False, False)
    assert (case.appealed_at, case.appeal_decided_at, case.handled_on_time) == (None, None, None)
    assert case.whole_due_at == local("2026-11-26 15:45")
    case = moved(W, moved(W, case, "dispatch", at=local("2026-11-26 10:00")), "accept")
    assert case.handle_due_at == local("2026-11-26 15:00")
    assert refusal(case, "ask_suspension") == "A case is suspended once only."


def test_a_ruling_settles_a_returned_case_and_the_ruled_unit_cannot_return_it():
    assert refusal(case_in(W, Status.FILED), "rule") == ("There is nothing to rule on: no unit has returned this case.")
    returned = moved(W, case_in(W, Status.DISPATCHED), "return")
    assert refusal(returned, "rule", unit="DCS") == "督查室 does not take orders."
    ruled = moved(W, returned, "rule")
    assert (ruled.status, ruled.unit_code, ruled.ruled) == (Status.DISPATCHED, "LRJ", True)
    assert refusal(ruled, "return") == "The centre has ruled that this unit handles the case."
    assert refusal(moved(W, ruled, "accept"), "return") == "The centre has ruled that this unit handles the case."


def test_a_new_order_after_a_ruling_can_be_returned_again():
    ruled = moved(W, moved(W, case_in(W, Status.DISPATCHED), "return"), "rule")
    other = moved(W, ruled, "redispatch", unit="JGW")
    assert (other.ruled, refusal(other, "return")) == (False, None)


def test_a_clock_that_does_not_run_is_not_reckoned_anew():
    case = moved(W, ordered(local("2026-11-23 09:00")), "ask_extension")
    with pytest.raises(ValueError, match="no running handling clock"):
        decide(replace(case, whole_from=None), BY_NAME["grant_extension"], doer(W, case, "grant_extension"),
               datetime.fromisoformat("2026-11-23T01:00:00+00:00"), ANSWERS["grant_extension"], W)  # fmt: skip
    with pytest.raises(Refused):
        moved(W, case, "grant_suspension")
