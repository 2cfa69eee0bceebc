"""Cases brought to a status by the moves themselves, and answers that every move accepts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.case import Case, Entry, evolve
from domain.decide import decide
from domain.intake import Report, open_registered, open_report, open_self_handled
from domain.moves import BY_NAME
from domain.people import Actor, Role
from domain.words import Status
from domain.world import World
from tests.worlds import MONDAY, actor, report

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "accept_report": {},
    "file": {"standard": "M06010-1"},
    "refuse": {"reason": "不属于受理范围"},
    "dispatch": {"unit": "LRJ", "route": "B"},
    "fallback": {"reason": "责任主体不明"},
    "accept": {},
    "handled": {"result": "已清理", "photos": ("f" * 64,)},
    "pass_on": {"unit": "CG006"},
    "note": {"note": "已联系作业班组"},
    "return": {"reason_code": "not_our_field", "evidence": "职责清单第三条"},
    "redispatch": {"unit": "JGW", "reason": "改派"},
    "check": {},
    "rework": {"reason": "仍有残留"},
    "close": {"verdict": "solved"},
    "first_contact": {"note": "已电话联系"},
    "call_back": {"satisfaction": "satisfied"},
    "settle": {"unit": "LRJ", "procedure": "由绿容局按周清理"},
    "reopen": {"reason": "问题复发"},
    "remind": {},
    "supervise": {"reason": "超时", "answer_by": "2026-12-31"},
    "void": {"reason": "重复上报"},
    "rule": {"unit": "LRJ", "reason": "现场会商裁定"},
    "ask_extension": {"reason": "需等待配件"},
    "grant_extension": {},
    "refuse_extension": {"reason": "理由不充分"},
    "ask_suspension": {"reason": "施工围挡,暂无法进场", "until": "2026-12-31"},
    "grant_suspension": {},
    "refuse_suspension": {"reason": "可以进场"},
    "resume": {},
    "appeal": {"reason": "台风期间无法施工"},
    "grant_appeal": {"reason": "情况属实"},
    "refuse_appeal": {"reason": "无证明材料"},
}
"""Answers each move accepts in the hand-made world; a test checks that no move is left out."""

UNIT_MOVES = frozenset({"accept", "handled", "return", "note", "pass_on", "ask_extension", "ask_suspension", "appeal"})
"""Moves that the unit makes with its own order."""

WAY: Mapping[Status, tuple[str, ...]] = {
    Status.REPORTED: (),
    Status.ACCEPTED: ("accept_report",),
    Status.FILED: ("file",),
    Status.DISPATCHED: ("file", "dispatch"),
    Status.HANDLING: ("file", "dispatch", "accept"),
    Status.HANDLED: ("file", "dispatch", "accept", "handled"),
    Status.CHECKED: ("file", "dispatch", "accept", "handled", "check"),
    Status.CLOSED: ("file", "dispatch", "accept", "handled", "check", "close"),
    Status.APPRAISED: ("file", "dispatch", "accept", "handled", "check", "close", "call_back"),
    Status.NOT_ACCEPTED: ("refuse",),
    Status.VOIDED: ("void",),
}


def opened(world: World, how: str = "report", by: Actor | None = None, **more: object) -> tuple[Case, Entry]:
    """A new case and its first entry."""
    who = by or actor(world, Role.DISTRICT_OFFICER)
    sent: Report = report(**more)
    make = {"report": open_report, "register": open_registered, "self_handle": open_self_handled}[how]
    entry = make(world, who, sent, MONDAY, 7, "TS26112300600001")
    return evolve(None, entry), entry


def moved(
    world: World, case: Case, name: str, by: Actor | None = None, at: datetime | None = None, **answers: object
) -> Case:
    """The case after a move by somebody who may make it."""
    return moved_with_entry(world, case, name, by, at, **answers)[0]


def moved_with_entry(
    world: World, case: Case, name: str, by: Actor | None = None, at: datetime | None = None, **answers: object
) -> tuple[Case, Entry]:
    """The case after a move, and the entry."""
    who = by or doer(world, case, name)
    given = {**ANSWERS[name], **answers}
    when = at or MONDAY + timedelta(minutes=case.version)
    entry = decide(case, BY_NAME[name], who, when, given, world)
    return evolve(case, entry), entry


def doer(world: World, case: Case, name: str) -> Actor:
    """Somebody who may make a move on a case: the unit for its own moves, else the district centre."""
    if name in UNIT_MOVES:
        return holder(world, case)
    return actor(world, Role.DISTRICT_OFFICER)


_ROLE_OF_KIND = {
    "department": Role.DEPARTMENT_HANDLER,
    "street_town": Role.DEPARTMENT_HANDLER,
    "street_agency": Role.STATIONED_HANDLER,
    "street_centre": Role.STREET_OFFICER,
    "block_station": Role.BLOCK_COORDINATOR,
    "residential_station": Role.RESIDENTIAL_WORKER,
    "utility": Role.DISTRICT_OFFICER,
}


def holder(world: World, case: Case) -> Actor:
    """A person of the unit that holds the order; for a utility somebody of the district centre."""
    unit = world.orgs[case.unit_code or ""]
    role = _ROLE_OF_KIND[unit.kind]
    return actor(world, role, None if role is Role.DISTRICT_OFFICER else unit.code)


def case_in(world: World, status: Status, **more: object) -> Case:
    """A case of a citizen in street 006 that stands in a status, ordered to the department LRJ where there is one."""
    case, _ = opened(world, **({"citizen": True} | more))
    for name in WAY[status]:
        case = moved(world, case, name)
    assert case.status is status
    return case
