"""The table of moves: every guard refused once and allowed once, and what each move leaves behind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.decide import decide
from domain.machine import why_not
from domain.moves import BY_NAME, DONE, MOVES, OPENING, done_label
from domain.people import Role
from domain.text import Refused
from domain.words import Kind, Light, Status
from tests.steps import ANSWERS, case_in, doer, holder, moved, moved_with_entry, opened
from tests.worlds import MONDAY, actor, local, world

W = world()
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


def refusal(case, name, by=None, at=None, w=W, **answers):
    """The sentence with which a move is refused, None when it may be made."""
    who = by or doer(w, case, name)
    found = why_not(BY_NAME[name], case, who, w, at or MONDAY + timedelta(hours=1), {**ANSWERS[name], **answers})
    return None if found is None else str(found)


def test_no_name_is_used_twice_and_every_move_has_answers_to_try_it_with():
    assert len(BY_NAME) == len(MOVES)
    assert set(ANSWERS) == set(BY_NAME)
    assert not set(BY_NAME) & set(OPENING)


@pytest.mark.parametrize("name", [*BY_NAME, *OPENING])
def test_every_move_says_what_it_did(name):
    assert done_label(name)


@pytest.mark.clause("2.3-3")
def test_filing_needs_a_registration_condition_of_the_class():
    case = case_in(W, Status.REPORTED, standard_id=None)
    wrong = "Choose a registration condition of this class: filing without one is refused."
    assert refusal(case, "file", standard=None) == "Registration condition: please fill this in."
    assert refusal(case, "file", standard="C01001-1") == wrong
    assert refusal(case, "file", standard="M06010-1") is None
    filed = moved(W, case, "file")
    assert (filed.standard_id, filed.limit_value, str(filed.limit_unit)) == ("M06010-1", 4, "work_hour")


@pytest.mark.parametrize("move", ["dispatch", "redispatch"])
def test_an_order_goes_to_a_unit_that_exists_and_takes_orders(move):
    case = case_in(W, Status.FILED if move == "dispatch" else Status.DISPATCHED)
    assert refusal(case, move, unit="NOBODY") == "This unit does not exist."
    assert refusal(case, move, unit="DCS") == "督查室 does not take orders."
    assert refusal(case, move, unit="QWG") == "区中心 does not take orders."
    assert refusal(case, move, actor(W, Role.STREET_OFFICER), unit="QWG") == "区中心 does not take orders."
    assert refusal(case, move, unit="JGW") is None


@pytest.mark.clause("2.1-6")
def test_a_street_centre_orders_its_own_units_departments_and_utilities_but_nobody_of_another_street():
    case = case_in(W, Status.FILED)
    officer = actor(W, Role.STREET_OFFICER)
    assert refusal(case, "dispatch", officer, unit="CG011") == "城管中队011 belongs to another street-town."
    for unit in ("CG006", "JQ006", "JM006", "LRJ", "GS"):
        assert refusal(case, "dispatch", officer, unit=unit) is None
    assert refusal(case, "dispatch", officer, unit="JC006") == "A centre does not send an order to itself."
    other = actor(W, Role.STREET_OFFICER, "JC011")
    assert refusal(case, "dispatch", other) == "This case is outside your area or your unit."
    assert refusal(case, "dispatch", officer, unit="CG006", route="C", partners=("JQ006", "LRJ")) is None


@pytest.mark.clause("2.5-8")
@pytest.mark.clause("2.5-9", partly=True)
def test_a_joint_order_names_a_lead_and_partners_who_take_orders():
    case = case_in(W, Status.FILED)
    assert refusal(case, "dispatch", route="C") == (
        "A case of several departments needs a lead and at least one partner."
    )
    assert refusal(case, "dispatch", route="C", partners=("LRJ",)) == "The lead cannot be its own partner."
    assert refusal(case, "dispatch", route="C", partners=("CG006", "DCS")) == "督查室 does not take orders."
    assert refusal(case, "dispatch", route="C", partners=("CG006", "NOBODY")) == "This unit does not exist."
    assert refusal(case, "dispatch", route="B") is None
    joint = moved(W, case, "dispatch", route="C", partners=("CG006", "JQ006"))
    assert (joint.route, joint.unit_code, joint.partners) == ("C", "LRJ", "CG006 JQ006")
    support = moved(W, case, "dispatch", route="B", partners=("CG006",))
    assert (support.route, support.unit_code, support.partners) == ("B", "LRJ", "CG006")


def test_a_partner_that_becomes_the_lead_is_no_partner_any_more():
    case = moved(W, case_in(W, Status.FILED), "dispatch", route="C", partners=("CG006", "JQ006"))
    assert moved(W, case, "redispatch", unit="CG006").partners == "JQ006"


def test_a_redispatch_names_another_unit():
    case = case_in(W, Status.DISPATCHED)
    assert refusal(case, "redispatch", unit="LRJ") == "The case is already with this unit."
    assert refusal(case, "redispatch", unit="JGW") is None


@pytest.mark.clause("2.3-8", partly=True)
@pytest.mark.clause("2.3-12", partly=True)
def test_the_fallback_order_is_an_entry_of_its_own_by_either_centre_with_its_reason():
    case = case_in(W, Status.FILED)
    nobody = {code: replace(org, fallback_for=None) for code, org in W.orgs.items()}
    bare = replace(W, orgs=nobody)
    assert refusal(case, "fallback", w=bare) == "No fallback unit is named for this kind of case."
    assert refusal(case, "fallback", reason="") == "Reason: please fill this in."
    for role in (Role.DISTRICT_OFFICER, Role.STREET_OFFICER):
        officer = actor(W, role)
        entry = decide(case, BY_NAME["fallback"], officer, MONDAY, ANSWERS["fallback"], W)
        assert (entry.move, entry.actor_org, entry.answers) == ("fallback", officer.org, {"reason": "责任主体不明"})
        assert entry.changes["fallback"] is True
        assert entry.changes["unit_code"] == "JD006"


@pytest.mark.clause("2.3-9")
def test_a_component_is_ordered_to_the_fallback_department_and_no_other():
    component = case_in(W, Status.REPORTED, kind=Kind.COMPONENT, category_id="C01023", standard_id="C01023-1")
    ordered = moved(W, moved(W, component, "file", standard="C01023-1"), "fallback")
    assert (ordered.unit_code, ordered.fallback, ordered.rule_id) == ("JGW", True, None)


@pytest.mark.clause("2.3-10")
def test_an_event_is_ordered_to_the_street_town_of_its_place():
    for street, town in (("310106006", "JD006"), ("310106011", "JD011")):
        case = case_in(W, Status.FILED, street_code=street)
        assert moved(W, case, "fallback").unit_code == town


@pytest.mark.clause("2.3-11")
def test_an_unclear_owner_never_blocks_handling_and_the_clock_of_the_unclear_state_runs():
    case = case_in(W, Status.HANDLING)
    at = MONDAY + timedelta(hours=1)
    returned = moved(W, case, "return", at=at, reason_code="unclear_owner")
    assert (returned.status, returned.unit_code) == (Status.FILED, None)
    assert (returned.stage_from, returned.stage_due_at) == (at, at + timedelta(minutes=15))
    handled = returned
    for name in ("fallback", "accept", "handled"):
        handled = moved(W, handled, name)
    assert (handled.status, handled.settled_unit) == (Status.HANDLED, None)


@pytest.mark.clause("2.3-13", partly=True)
def test_responsibility_is_settled_after_the_fallback_order_was_handled_and_once():
    ordinary = case_in(W, Status.HANDLED)
    assert refusal(ordinary, "settle") == "This case had no fallback order."
    case = moved(W, case_in(W, Status.FILED), "fallback")
    case = moved(W, case, "accept")
    assert refusal(case, "settle", holder(W, case)) == "This is not possible any more: the case has moved on."
    early = replace(case, status=Status.HANDLED)
    assert refusal(early, "settle", holder(W, case)) == "Handle first: responsibility is settled after handling."
    handled = moved(W, case, "handled")
    fallback_unit = holder(W, handled)
    assert refusal(handled, "settle", fallback_unit, unit="DCS") == "This unit does not take orders."
    assert refusal(handled, "settle", fallback_unit, unit="NOBODY") == "This unit does not take orders."
    assert refusal(handled, "settle", fallback_unit, procedure="") == "Handling procedure: please fill this in."
    settled = moved(W, handled, "settle", fallback_unit)
    assert (settled.settled_unit, settled.status) == ("LRJ", Status.HANDLED)
    assert refusal(settled, "settle") == "The responsibility is already settled."
    for name in ("check", "close", "call_back"):
        handled = moved(W, handled, name)
    assert refusal(handled, "settle") is None  # the duty stays after the case is closed


@pytest.mark.clause("2.3-18")
def test_the_check_is_made_by_somebody_other_than_the_handler_before_the_case_can_close():
    by_centre = case_in(W, Status.FILED)
    by_centre = moved(W, by_centre, "dispatch", unit="GS")
    officer = actor(W, Role.DISTRICT_OFFICER)
    handled = moved(W, moved(W, by_centre, "accept", officer), "handled", officer)
    own = "The check is made by somebody other than the handler."
    assert refusal(handled, "check", officer) == own
    assert refusal(handled, "rework", officer) == own
    colleague = actor(W, Role.DISTRICT_OFFICER)
    assert refusal(handled, "check", colleague) is None
    street = moved(W, case_in(W, Status.FILED), "dispatch", unit="JC006")
    street = moved(W, moved(W, street, "accept"), "handled")
    assert refusal(street, "check", actor(W, Role.STREET_OFFICER)) == own  # a colleague of the unit that handled it
    assert refusal(street, "check", actor(W, Role.INSPECTOR)) is None
    assert refusal(handled, "close", colleague) == "This is not possible any more: the case has moved on."
    checked = moved(W, handled, "check", colleague)
    closed, entry = moved_with_entry(W, checked, "close", colleague, feedback="已修复，谢谢您的反映")
    assert (closed.status, closed.verdict) == (Status.CLOSED, "solved")
    assert entry.answers["feedback"] == "已修复，谢谢您的反映"
    assert (closed.handled_at, closed.checked_by) == (handled.handled_at, colleague.user_id)  # the file stays whole


@pytest.mark.clause("2.5-24", partly=True)
def test_a_call_back_has_four_answers_and_is_for_cases_a_citizen_reported():
    case = case_in(W, Status.CLOSED)
    for answer in ("satisfied", "mostly", "fair", "dissatisfied"):
        back = moved(W, case, "call_back", satisfaction=answer, note="基本认可")
        assert (back.satisfaction, back.status) == (answer, Status.APPRAISED)
        assert back.called_back_at == back.done_at
    assert refusal(case, "call_back", satisfaction="great") == "Satisfaction: not one of the choices."
    assert refusal(case, "call_back", satisfaction=None) == "Satisfaction: please fill this in."
    assert refusal(replace(case, citizen=False), "call_back") == "No citizen waits for an answer in this case."


def test_without_a_citizen_the_closing_is_the_end():
    case = case_in(W, Status.CHECKED, citizen=False)
    closed = moved(W, case, "close")
    assert (closed.status, closed.done_at, closed.stage_due_at) == (Status.APPRAISED, closed.closed_at, None)
    waiting = case_in(W, Status.CLOSED)
    assert (waiting.done_at, waiting.stage_due_at > waiting.closed_at) == (None, True)


@pytest.mark.clause("2.5-25", partly=True)
def test_the_first_contact_is_recorded_once_and_only_when_a_citizen_waits():
    case = case_in(W, Status.FILED)
    assert refusal(case_in(W, Status.FILED, citizen=False), "first_contact") == (
        "No citizen waits for an answer in this case."
    )
    assert refusal(case, "first_contact") is None
    at = MONDAY + timedelta(hours=3)
    told = moved(W, case, "first_contact", at=at)
    assert (told.first_contact_at, told.status) == (at, Status.FILED)
    assert refusal(told, "first_contact") == "The first contact is already recorded."


def test_reopening_is_possible_to_the_last_instant_of_the_window():
    case = case_in(W, Status.APPRAISED)
    end = case.closed_at + 15 * DAY
    assert refusal(case, "reopen", at=end) is None
    assert refusal(case, "reopen", at=end + TICK) == "The window for reopening (15 days) is over."
    assert refusal(replace(case, closed_at=None), "reopen") == "The window for reopening (15 days) is over."


def test_a_case_handled_on_the_spot_is_not_reopened():
    spot, _ = opened(W, "self_handle", photos_before=1, photos_after=1, result="已清理")
    assert refusal(spot, "reopen") == "A case handled on the spot is not reopened: report it anew."


def test_reopening_starts_the_work_anew_and_keeps_what_was():
    case = case_in(W, Status.APPRAISED)
    at = MONDAY + DAY
    again = moved(W, case, "reopen", at=at)
    assert (again.status, again.reopens, again.dispatches) == (Status.FILED, 1, case.dispatches)
    assert (again.whole_from, again.stage_from) == (at, at)
    for name in ("unit_code", "handled_at", "handled_by", "checked_at", "closed_at", "closed_day", "verdict"):
        assert getattr(again, name) is None
    for name in ("satisfaction", "called_back_at", "done_at", "whole_on_time", "handled_on_time", "accept_due_at"):
        assert getattr(again, name) is None
    assert (again.first_unit, again.responsible_unit, again.dispatched_at) == (
        case.first_unit, case.responsible_unit, case.dispatched_at,
    )  # fmt: skip


@pytest.mark.clause("2.2-11")
def test_a_street_centre_passes_a_district_order_on_to_its_own_units_and_its_clocks_start_anew():
    ordered = moved(W, case_in(W, Status.FILED), "dispatch", unit="JC006")
    taken = moved(W, ordered, "accept")
    officer = actor(W, Role.STREET_OFFICER)
    wrong = "Pass the order on to a unit of your own street-town."
    for unit in ("CG011", "LRJ", "GS", "NOBODY"):
        assert refusal(taken, "pass_on", officer, unit=unit) == wrong
    assert refusal(taken, "pass_on", officer, unit="JC006") == "A centre does not send an order to itself."
    for unit in ("CG006", "JQ006", "JM006"):
        assert refusal(taken, "pass_on", officer, unit=unit) is None
    at = MONDAY + timedelta(hours=2)
    passed = moved(W, taken, "pass_on", officer, at=at)
    assert (passed.status, passed.unit_code, passed.issuer_code) == (Status.DISPATCHED, "CG006", "JC006")
    assert (passed.ordered_at, passed.stage_from, passed.accept_due_at) == (at, at, at + timedelta(minutes=60))
    assert passed.dispatched_at == ordered.dispatched_at
    assert (passed.whole_from, passed.whole_due_at) == (ordered.whole_from, ordered.whole_due_at)


def test_only_the_order_a_street_centre_holds_itself_is_passed_on():
    fallback = moved(W, moved(W, case_in(W, Status.FILED), "fallback"), "accept")
    in_town = actor(W, Role.STREET_OFFICER, "JC006")
    town_as_centre = replace(in_town, org="JD006")
    assert refusal(fallback, "pass_on", town_as_centre) == (
        "Only an order to a street centre is passed on to its units."
    )
    assert refusal(fallback, "pass_on", in_town) == "Only an order to a street centre is passed on to its units."


@pytest.mark.parametrize(
    ("at", "day", "sentence"),
    [
        ("2026-11-23 15:00", "2026-11-23", "The answer date must lie ahead."),
        ("2026-11-23 15:00", "2026-11-24", None),
        ("2026-11-23 23:59", "2026-11-24", None),
        ("2026-11-24 00:00", "2026-11-24", "The answer date must lie ahead."),  # still the 23rd in Greenwich
        ("2026-11-24 07:59", "2026-11-25", None),
    ],
)
def test_a_supervision_order_is_answered_by_a_local_day_that_lies_ahead(at, day, sentence):
    assert refusal(case_in(W, Status.HANDLING), "supervise", at=local(at), answer_by=day) == sentence


def test_an_answer_date_is_a_date():
    assert refusal(case_in(W, Status.HANDLING), "supervise", answer_by="soon") == "Answer by: not a date."


@pytest.mark.clause("2.5-19", partly=True)
def test_the_centres_and_the_overseers_each_issue_supervision_orders_with_an_answer_date():
    case = case_in(W, Status.HANDLING)
    for role in (Role.DISTRICT_OFFICER, Role.OVERSEER):
        who = actor(W, role)
        entry = decide(case, BY_NAME["supervise"], who, MONDAY, ANSWERS["supervise"], W)
        assert entry.actor_org == who.org
        assert entry.answers == {"reason": "超时", "answer_by": "2026-12-31"}
        assert entry.changes == {"supervisions": 1}
    assert refusal(case, "remind", actor(W, Role.OVERSEER)) == "Your role may not do this."


@pytest.mark.clause("2.3-17", partly=True)
def test_a_centre_reminds_and_supervises_the_orders_it_sent_and_the_case_keeps_count():
    case = case_in(W, Status.HANDLING)
    case = moved(W, moved(W, moved(W, case, "remind"), "remind"), "supervise")
    assert (case.reminders, case.supervisions, case.status) == (2, 1, Status.HANDLING)


@pytest.mark.clause("2.5-21")
def test_the_first_unit_asked_stays_responsible_until_another_unit_accepts():
    case = case_in(W, Status.DISPATCHED)
    assert (case.first_unit, case.responsible_unit) == ("LRJ", "LRJ")
    case = moved(W, case, "return")
    assert (case.unit_code, case.responsible_unit) == (None, "LRJ")
    case = moved(W, case, "dispatch", unit="JGW")
    assert (case.unit_code, case.responsible_unit) == ("JGW", "LRJ")
    case = moved(W, case, "accept")
    assert (case.first_unit, case.responsible_unit) == ("LRJ", "JGW")


@pytest.mark.clause("2.3-22")
def test_both_centres_send_orders_to_a_utility_and_report_for_it():
    for role in (Role.DISTRICT_OFFICER, Role.STREET_OFFICER):
        case = moved(W, case_in(W, Status.FILED), "dispatch", actor(W, role), unit="GS")
        assert case.accept_due_at == case.ordered_at + timedelta(minutes=120)
        case = moved(W, case, "accept", actor(W, role))
        case = moved(W, case, "handled", actor(W, role))
        assert (case.status, case.handled_unit, case.responsible_unit) == (Status.HANDLED, "GS", "GS")
    for_department = case_in(W, Status.DISPATCHED)
    assert refusal(for_department, "accept", actor(W, Role.DISTRICT_OFFICER)) == (
        "This case is outside your area or your unit."
    )


@pytest.mark.clause("2.2-18")
def test_a_block_station_accepts_an_order_within_its_own_limit():
    case = moved(W, case_in(W, Status.FILED), "dispatch", unit="JQ006")
    assert case.accept_due_at == case.ordered_at + timedelta(minutes=15)
    assert refusal(case, "accept", actor(W, Role.BLOCK_COORDINATOR, "JQ011")) == (
        "This case is outside your area or your unit."
    )
    assert moved(W, case, "accept", actor(W, Role.BLOCK_COORDINATOR)).status is Status.HANDLING


@pytest.mark.clause("2.2-13", partly=True)
def test_a_street_centre_orders_and_reminds_its_stationed_unit():
    officer = actor(W, Role.STREET_OFFICER)
    case = moved(W, case_in(W, Status.FILED), "dispatch", officer, unit="CG006")
    case = moved(W, moved(W, case, "remind", officer), "supervise", officer)
    assert (case.unit_code, case.reminders, case.supervisions) == ("CG006", 1, 1)
    stranger = actor(W, Role.STREET_OFFICER, "JC011")
    assert refusal(case, "remind", stranger) == "This case is outside your area or your unit."


def test_a_return_needs_a_reason_and_evidence_and_counts():
    case = case_in(W, Status.DISPATCHED)
    assert refusal(case, "return", evidence="") == "Evidence: please fill this in."
    assert refusal(case, "return", reason_code=None) == "Reason for the return: please fill this in."
    returned = moved(W, case, "return")
    assert (returned.returns, returned.unit_code, returned.partners, returned.accept_due_at) == (1, None, "", None)


def test_rework_goes_back_to_the_unit_and_the_handling_clock_starts_anew():
    case = case_in(W, Status.CHECKED)
    at = MONDAY + DAY
    back = moved(W, case, "rework", actor(W, Role.INSPECTOR), at=at)
    assert (back.status, back.unit_code, back.reworks) == (Status.HANDLING, "LRJ", 1)
    assert (back.stage_from, back.handled_at, back.handled_by, back.checked_by, back.handled_on_time) == (
        at, None, None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("status", list(Status))
def test_a_case_in_a_done_status_only_settles_reopens_or_is_appealed(status):
    case = case_in(W, status)
    offered = {m.name for m in MOVES if status in m.from_}
    if case.status in DONE:
        assert offered <= {"settle", "reopen", "appeal", "grant_appeal", "refuse_appeal"}
    else:
        assert offered


def test_a_refused_move_raises_the_sentence():
    with pytest.raises(Refused, match="Your role may not do this"):
        decide(case_in(W, Status.FILED), BY_NAME["void"], actor(W, Role.LEADER), MONDAY, ANSWERS["void"], W)


@pytest.mark.clause("2.1-7", partly=True)
def test_a_street_centre_takes_the_fallback_order_of_its_own_street_town_and_of_no_other():
    ordered = moved(W, case_in(W, Status.FILED), "fallback")
    assert ordered.unit_code == "JD006"
    assert refusal(ordered, "accept", actor(W, Role.STREET_OFFICER, "JC006")) is None
    assert refusal(ordered, "accept", actor(W, Role.STREET_OFFICER, "JC011")) == (
        "This case is outside your area or your unit."
    )


def test_the_whole_process_of_a_voided_case_has_no_light():
    handling = case_in(W, Status.HANDLING)
    late = MONDAY + timedelta(days=300)
    assert handling.whole_light(late) == Light.RED
    assert moved(W, handling, "void", reason="重复登记").whole_light(late) == Light.NONE
