"""The case's moves: one table. Buttons, forms, permission, journal names and documents are read from it."""

from domain import guards as g
from domain.machine import (
    STARTS_WHOLE,
    STOPS_CLOCK,
    Ask,
    Effect,
    Field,
    Grant,
    Move,
    Reach,
    actor_to,
    answers_to,
    clears,
    counts,
    sets,
    stamps,
    stamps_once,
    starts_clock,
)
from domain.people import CENTRES, HANDLERS, Role
from domain.text import N_
from domain.words import ClosingVerdict, ReturnReason, Route, Satisfaction, Status, Step

STEP_OF: dict[Status, Step] = {
    Status.REPORTED: Step.DISCOVER,
    Status.ACCEPTED: Step.REGISTER,
    Status.FILED: Step.DISPATCH,
    Status.DISPATCHED: Step.DISPATCH,
    Status.HANDLING: Step.SUPERVISE,
    Status.HANDLED: Step.CLOSE,
    Status.CHECKED: Step.CLOSE,
    Status.CLOSED: Step.APPRAISE,
    Status.APPRAISED: Step.APPRAISE,
    Status.NOT_ACCEPTED: Step.REGISTER,
    Status.VOIDED: Step.REGISTER,
}
"""The step a status belongs to (六个环节, 2.3-14)."""

S = Status
OPEN = frozenset({S.REPORTED, S.ACCEPTED, S.FILED, S.DISPATCHED, S.HANDLING, S.HANDLED, S.CHECKED})
"""Statuses in which the matter is not closed."""
DONE = frozenset({S.APPRAISED, S.NOT_ACCEPTED, S.VOIDED})
"""Statuses in which nothing more is due."""

IN_AREA = Grant(CENTRES, Reach.OWN_AREA)
OF_UNIT = Grant(HANDLERS | {Role.STREET_OFFICER}, Reach.OWN_UNIT)
FOR_UTILITY = Grant(CENTRES, Reach.UNIT_WITHOUT_LOGIN)

REMARK = Ask("remark", Field.TEXT, N_("Remark"), required=False, limit=500)
REASON = Ask("reason", Field.TEXT, N_("Reason"), limit=500)
UNIT = Ask("unit", Field.UNIT, N_("Unit"))
PHOTOS = Ask("photos", Field.PHOTOS, N_("Photos"), required=False, limit=6)


def _from(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


_WITHDRAWS = Effect("withdraw")
_FRESH_TIME = (sets("order_extensions", 0), _WITHDRAWS)
_ORDERED = (
    Effect("first_asked"),
    actor_to("issuer_code", "org"),
    *_FRESH_TIME,
    sets("ruled", False),
    counts("dispatches"),
    stamps_once("dispatched_at"),
    *stamps("ordered_at"),
    *clears("unit_accepted_at", "handled_at", "handled_by", "handled_unit", "handled_on_time", "checked_at"),
    *clears("checked_by"),
    starts_clock("handling"),
    Effect("accept_clock"),
)
_ORDER = (answers_to("unit_code", "unit"), Effect("rule"), *_ORDERED)

MOVES: tuple[Move, ...] = (
    Move(
        "accept_report", N_("Accept the report"), _from(S.REPORTED), S.ACCEPTED, (IN_AREA,), "2.2-3",
        asks=(REMARK,), effects=stamps("accepted_at"), done=N_("Report accepted"),
    ),
    Move(
        "file", N_("File the case"), _from(S.REPORTED, S.ACCEPTED), S.FILED, (IN_AREA,), "2.3-3",
        asks=(Ask("standard", Field.STANDARD, N_("Registration condition")), REMARK),
        guards=(g.standard_of_class,),
        effects=(
            stamps_once("accepted_at"), *stamps("filed_at"), answers_to("standard_id", "standard"),
            starts_clock("dispatch"), STARTS_WHOLE,
        ),
        primary=True, done=N_("Filed"),
    ),
    Move(
        "refuse", N_("Do not accept"), _from(S.REPORTED, S.ACCEPTED), S.NOT_ACCEPTED, (IN_AREA,), "2.2-3",
        asks=(REASON,), effects=(*stamps("done_at"), STOPS_CLOCK), done=N_("Not accepted"),
    ),
    Move(
        "dispatch", N_("Dispatch"), _from(S.FILED), S.DISPATCHED, (IN_AREA,), "2.3-16",
        asks=(
            UNIT,
            Ask("route", Field.CHOICE, N_("Handling class"), choices=(Route.SINGLE_OWNER, Route.JOINT, Route.CHRONIC)),
            Ask("partners", Field.UNITS, N_("Cooperating units"), required=False, limit=6),
            REMARK,
        ),
        guards=(g.unit_takes_orders, g.partners_take_orders, g.joint_needs_partner),
        effects=(*_ORDER, answers_to("route", "route"), answers_to("partners", "partners")),
        primary=True, done=N_("Dispatched"),
    ),
    Move(
        "fallback", N_("Order the fallback unit"), _from(S.FILED), S.DISPATCHED, (IN_AREA,), "2.3-12",
        asks=(REASON,), guards=(g.has_fallback,),
        effects=(
            sets("fallback", True), *stamps("fallback_at"), *clears("rule_id"), Effect("fallback_unit"), *_ORDERED,
        ),
        done=N_("Fallback unit ordered: handle first, settle responsibility afterwards"),
    ),
    Move(
        "accept", N_("Accept the order"), _from(S.DISPATCHED), S.HANDLING, (OF_UNIT, FOR_UTILITY), "2.2-18",
        effects=(*stamps("unit_accepted_at"), actor_to("responsible_unit", "unit")),
        primary=True, done=N_("Order accepted"),
    ),
    Move(
        "handled", N_("Report as handled"), _from(S.HANDLING), S.HANDLED, (OF_UNIT, FOR_UTILITY), "2.2-8",
        asks=(
            Ask("result", Field.TEXT, N_("What was done"), limit=1000),
            Ask("photos", Field.PHOTOS, N_("Photos after handling"), limit=6, least=1),
        ),
        effects=(
            _WITHDRAWS, Effect("end_suspension"), *stamps("handled_at"), actor_to("handled_by", "user_id"),
            actor_to("handled_unit", "unit"), starts_clock("check"),
        ),
        primary=True, done=N_("Handled"),
    ),
    Move(
        "pass_on", N_("Pass on to a unit of the street-town"), _from(S.HANDLING), S.DISPATCHED,
        (Grant(frozenset({Role.STREET_OFFICER}), Reach.OWN_UNIT),), "2.2-11",
        asks=(UNIT, REMARK), guards=(g.is_street_centre_order, g.own_street_unit, g.unit_takes_orders),
        effects=_ORDER, primary=True, done=N_("Passed on by the street centre"),
    ),
    Move(
        "note", N_("Note progress"), _from(S.HANDLING), None, (OF_UNIT, FOR_UTILITY), "2.3-17",
        asks=(Ask("note", Field.TEXT, N_("Progress"), limit=500), PHOTOS), done=N_("Progress noted"),
    ),
    Move(
        "return", N_("Return the order"), _from(S.DISPATCHED, S.HANDLING), S.FILED, (OF_UNIT, FOR_UTILITY), "2.5-21",
        asks=(
            Ask("reason_code", Field.CHOICE, N_("Reason for the return"), choices=tuple(ReturnReason)),
            Ask("evidence", Field.TEXT, N_("Evidence"), limit=500, help=N_("Which rule, border or record shows it?")),
            PHOTOS,
        ),
        guards=(g.not_ruled,),
        effects=(
            counts("returns"), *clears("unit_code", "unit_accepted_at", "accept_due_at", "partners"), *_FRESH_TIME,
            starts_clock("dispatch"),
        ),
        done=N_("Order returned"),
    ),
    Move(
        "redispatch", N_("Re-dispatch"), _from(S.DISPATCHED, S.HANDLING), S.DISPATCHED, (IN_AREA,), "2.3-16",
        asks=(UNIT, REASON), guards=(g.unit_takes_orders, g.other_unit), effects=_ORDER, done=N_("Re-dispatched"),
    ),
    Move(
        "rule", N_("Rule who handles"), _from(S.FILED), S.DISPATCHED, (IN_AREA,), "2.5-16",
        asks=(UNIT, REASON), guards=(g.was_returned, g.unit_takes_orders),
        effects=(*_ORDER, sets("ruled", True)), done=N_("Ruled: this unit handles the case"),
    ),
    Move(
        "ask_extension", N_("Ask for an extension"), _from(S.HANDLING), None, (OF_UNIT, FOR_UTILITY), "2.3-17",
        asks=(REASON,), guards=(g.asked_in_time, g.extension_left), effects=stamps("extension_asked_at"),
        done=N_("Extension asked for"),
    ),
    Move(
        "grant_extension", N_("Grant the extension"), _from(S.HANDLING), None, (IN_AREA,), "2.3-17",
        asks=(REMARK,), guards=(g.extension_asked, g.not_own_request),
        effects=(
            counts("extensions"), counts("order_extensions"), *clears("extension_asked_at"), Effect("retime"),
        ),
        primary=True, decides=True, done=N_("Extension granted: one more limit"),
    ),
    Move(
        "refuse_extension", N_("Refuse the extension"), _from(S.HANDLING), None, (IN_AREA,), "2.3-17",
        asks=(REASON,), guards=(g.extension_asked,), effects=clears("extension_asked_at"),
        decides=True, done=N_("Extension refused"),
    ),
    Move(
        "ask_suspension", N_("Ask for a suspension"), _from(S.HANDLING), None, (OF_UNIT, FOR_UTILITY), "2.3-17",
        asks=(REASON, Ask("until", Field.DATE, N_("Return date"))),
        guards=(g.suspension_left, g.return_date_fits),
        effects=(*stamps("suspension_asked_at"), Effect("until", "suspended_until", "until")),
        done=N_("Suspension asked for"),
    ),
    Move(
        "grant_suspension", N_("Grant the suspension"), _from(S.HANDLING), None, (IN_AREA,), "2.3-17",
        asks=(REMARK,), guards=(g.suspension_asked, g.return_date_ahead, g.not_own_request),
        effects=(
            counts("suspensions"), *stamps("suspended_from"), *clears("suspension_asked_at"), Effect("retime"),
        ),
        primary=True, decides=True, done=N_("Suspended: the clock stands until the return date"),
    ),
    Move(
        "refuse_suspension", N_("Refuse the suspension"), _from(S.HANDLING), None, (IN_AREA,), "2.3-17",
        asks=(REASON,), guards=(g.suspension_asked,), effects=clears("suspension_asked_at", "suspended_until"),
        decides=True, done=N_("Suspension refused"),
    ),
    Move(
        "resume", N_("End the suspension"), _from(S.DISPATCHED, S.HANDLING), None, (IN_AREA, OF_UNIT), "2.3-17",
        asks=(REMARK,), guards=(g.is_suspended,), effects=(*stamps("suspended_until"), Effect("retime")),
        done=N_("Suspension ended: the clock runs again"),
    ),
    Move(
        "check", N_("Check passed"), _from(S.HANDLED), S.CHECKED,
        (IN_AREA, Grant(frozenset({Role.INSPECTOR}), Reach.OWN_AREA)), "2.3-18",
        asks=(Ask("finding", Field.TEXT, N_("Finding"), required=False, limit=500), PHOTOS),
        guards=(g.not_own_work,), effects=(*stamps("checked_at"), actor_to("checked_by", "user_id")),
        primary=True, done=N_("Check passed"),
    ),
    Move(
        "rework", N_("Send back for rework"), _from(S.HANDLED, S.CHECKED), S.HANDLING,
        (IN_AREA, Grant(frozenset({Role.INSPECTOR}), Reach.OWN_AREA)), "2.3-18",
        asks=(REASON, PHOTOS), guards=(g.not_own_work,),
        effects=(
            counts("reworks"), *clears("handled_at", "handled_by", "handled_unit", "handled_on_time"),
            *clears("checked_at", "checked_by"), *_FRESH_TIME, starts_clock("handling"),
        ),
        done=N_("Sent back for rework"),
    ),
    Move(
        "close", N_("Close the case"), _from(S.CHECKED), S.CLOSED, (IN_AREA,), "2.3-18",
        asks=(
            Ask("verdict", Field.CHOICE, N_("Closing verdict"), choices=tuple(ClosingVerdict)),
            Ask("feedback", Field.TEXT, N_("Answer to the reporter"), required=False, limit=500),
        ),
        effects=(*stamps("closed_at"), answers_to("verdict", "verdict"), starts_clock("callback")),
        branch=(g.no_callback_due, S.APPRAISED), primary=True, done=N_("Closed"),
    ),
    Move(
        "first_contact", N_("Record the first contact"),
        _from(S.ACCEPTED, S.FILED, S.DISPATCHED, S.HANDLING, S.HANDLED, S.CHECKED), None,
        (IN_AREA, OF_UNIT), "2.5-25",
        asks=(Ask("note", Field.TEXT, N_("What was said"), limit=500),),
        guards=(g.citizen_waits, g.first_contact_open), effects=stamps("first_contact_at"),
        done=N_("First contact made"),
    ),
    Move(
        "call_back", N_("Record the call-back"), _from(S.CLOSED), S.APPRAISED, (IN_AREA,), "2.5-24",
        asks=(
            Ask("satisfaction", Field.CHOICE, N_("Satisfaction"), choices=tuple(Satisfaction)),
            Ask("note", Field.TEXT, N_("What the citizen said"), required=False, limit=500),
        ),
        guards=(g.citizen_waits,),
        effects=(
            *stamps("called_back_at", "done_at"), answers_to("satisfaction", "satisfaction"), STOPS_CLOCK,
        ),
        primary=True, done=N_("Called back"),
    ),
    Move(
        "settle", N_("Settle responsibility"), _from(S.HANDLED, S.CHECKED, S.CLOSED, S.APPRAISED), None,
        (IN_AREA, OF_UNIT), "2.3-13",
        asks=(
            Ask("unit", Field.UNIT, N_("Responsible unit from now on")),
            Ask("procedure", Field.TEXT, N_("Handling procedure"), limit=1000),
        ),
        guards=(g.settles_after_handling, g.settled_unit_exists),
        effects=(*stamps("settled_at"), answers_to("settled_unit", "unit")), done=N_("Responsibility settled"),
    ),
    Move(
        "reopen", N_("Reopen"), _from(S.CLOSED, S.APPRAISED), S.FILED, (IN_AREA,), "2.5-25",
        asks=(REASON,), guards=(g.not_self_handled, g.window_open),
        effects=(
            counts("reopens"),
            *clears("unit_code", "unit_accepted_at", "handled_at", "handled_by", "handled_unit", "handled_on_time"),
            *clears("checked_at", "checked_by", "closed_at", "closed_day", "verdict", "satisfaction"),
            *clears("called_back_at", "done_at", "whole_on_time", "handle_due_at", "accept_due_at", "partners"),
            *_FRESH_TIME, sets("extensions", 0), sets("exempt", False), sets("ruled", False),
            *clears("appealed_at", "appeal_decided_at"),
            starts_clock("dispatch"), STARTS_WHOLE,
        ),
        done=N_("Reopened"),
    ),
    Move(
        "appeal", N_("Appeal against the overtime verdict"), _from(S.CLOSED, S.APPRAISED), None,
        (OF_UNIT, FOR_UTILITY), "2.3-19",
        asks=(REASON,), guards=(g.judged_late,), effects=stamps("appealed_at"), done=N_("Overtime verdict appealed"),
    ),
    Move(
        "grant_appeal", N_("Accept the appeal"), _from(S.CLOSED, S.APPRAISED), None, (IN_AREA,), "2.3-19",
        asks=(REASON,), guards=(g.appeal_open, g.not_own_request),
        effects=(*stamps("appeal_decided_at"), sets("exempt", True)),
        primary=True, decides=True, done=N_("Appeal accepted: the fact stays, the statistics leave it out"),
    ),
    Move(
        "refuse_appeal", N_("Reject the appeal"), _from(S.CLOSED, S.APPRAISED), None, (IN_AREA,), "2.3-19",
        asks=(REASON,), guards=(g.appeal_open,), effects=stamps("appeal_decided_at"),
        decides=True, done=N_("Appeal rejected"),
    ),
    Move(
        "remind", N_("Remind the unit"), _from(S.DISPATCHED, S.HANDLING), None, (IN_AREA,), "2.3-17",
        asks=(REMARK,), effects=(counts("reminders"),), done=N_("Reminded"),
    ),
    Move(
        "supervise", N_("Issue a supervision order"), OPEN, None,
        (IN_AREA, Grant(frozenset({Role.OVERSEER}), Reach.OWN_AREA)), "2.5-19",
        asks=(REASON, Ask("answer_by", Field.DATE, N_("Answer by"))), guards=(g.answer_date_ahead,),
        effects=(counts("supervisions"),), done=N_("Supervision order issued"),
    ),
    Move(
        "void", N_("Void"), OPEN, S.VOIDED, (IN_AREA,), "3.4-7",
        asks=(REASON,), effects=(_WITHDRAWS, *stamps("done_at"), STOPS_CLOCK), done=N_("Voided"),
    ),
)  # fmt: skip

BY_NAME: dict[str, Move] = {move.name: move for move in MOVES}

OPENING: dict[str, str] = {
    "report": N_("Reported"),
    "register": N_("Registered and filed"),
    "self_handle": N_("Found and handled on the spot"),
    "import": N_("Taken over from another system"),
    "import_closed": N_("Closed in the other system"),
}
"""Entries that are not moves of an existing case: what the journal says."""


def done_label(name: str) -> str:
    """What the journal says of an entry, as a source string to translate."""
    return BY_NAME[name].done if name in BY_NAME else OPENING[name]
