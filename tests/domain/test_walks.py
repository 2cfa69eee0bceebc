"""Random walks over the pure machine against a small model that shares nothing with deciding and evolving."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from domain.case import evolve, replay
from domain.decide import decide
from domain.machine import moves_for, why_not
from domain.moves import BY_NAME, DONE, MOVES, OPEN, STEP_OF
from domain.people import Role
from domain.text import Refused
from domain.words import Status
from tests.steps import ANSWERS, case_in, opened
from tests.worlds import MONDAY, actor, world

TABLE = {
    "accept_report": ({"reported"}, "accepted"),
    "file": ({"reported", "accepted"}, "filed"),
    "refuse": ({"reported", "accepted"}, "not_accepted"),
    "dispatch": ({"filed"}, "dispatched"),
    "fallback": ({"filed"}, "dispatched"),
    "accept": ({"dispatched"}, "handling"),
    "handled": ({"handling"}, "handled"),
    "pass_on": ({"handling"}, "dispatched"),
    "note": ({"handling"}, None),
    "return": ({"dispatched", "handling"}, "filed"),
    "redispatch": ({"dispatched", "handling"}, "dispatched"),
    "rule": ({"filed"}, "dispatched"),
    "ask_extension": ({"handling"}, None),
    "grant_extension": ({"handling"}, None),
    "refuse_extension": ({"handling"}, None),
    "ask_suspension": ({"handling"}, None),
    "grant_suspension": ({"handling"}, None),
    "refuse_suspension": ({"handling"}, None),
    "resume": ({"dispatched", "handling"}, None),
    "appeal": ({"closed", "appraised"}, None),
    "grant_appeal": ({"closed", "appraised"}, None),
    "refuse_appeal": ({"closed", "appraised"}, None),
    "check": ({"handled"}, "checked"),
    "rework": ({"handled", "checked"}, "handling"),
    "close": ({"checked"}, "closed"),
    "first_contact": ({"accepted", "filed", "dispatched", "handling", "handled", "checked"}, None),
    "call_back": ({"closed"}, "appraised"),
    "settle": ({"handled", "checked", "closed", "appraised"}, None),
    "reopen": ({"closed", "appraised"}, "filed"),
    "remind": ({"dispatched", "handling"}, None),
    "supervise": ({"reported", "accepted", "filed", "dispatched", "handling", "handled", "checked"}, None),
    "void": ({"reported", "accepted", "filed", "dispatched", "handling", "handled", "checked"}, "voided"),
}
"""Written by hand from the six steps; the table of the program is compared with it, never read from it."""

COUNTED = {
    "dispatch": "dispatches", "fallback": "dispatches", "redispatch": "dispatches", "pass_on": "dispatches",
    "rule": "dispatches", "grant_suspension": "suspensions",
    "return": "returns", "rework": "reworks", "reopen": "reopens", "remind": "reminders", "supervise": "supervisions",
}  # fmt: skip
COUNTERS = sorted(set(COUNTED.values()))


@dataclass
class Model:
    """What a case must be after the moves that were made, in a handful of plain values."""

    citizen: bool
    status: str = "reported"
    unit: str | None = None
    ever_ordered: bool = False
    responsible: str | None = None
    fallback: bool = False
    entries: int = 1
    granted: int = 0  # extensions of the present order
    granted_in_all: int = 0
    asked: str = ""  # "e" an extension waits, "s" a suspension
    stands: tuple | None = None  # from, until
    wanted: datetime | None = None
    since: datetime | None = None  # when the handling clock was started
    late: bool = False
    appeal: str = "none"
    ruled: bool = False
    counters: dict = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))

    def make(self, name, answers, at):
        self._time(name, answers, at)
        from_, to = TABLE[name]
        assert self.status in from_, f"{name} from {self.status}"
        if name == "close" and not self.citizen:
            to = "appraised"
        self.status = to or self.status
        self.entries += 1
        if name in COUNTED:
            self.counters[COUNTED[name]] += 1
        if name in ("return", "reopen"):
            self.unit = None
        if name in ("dispatch", "redispatch", "pass_on", "rule"):
            self.unit = answers["unit"]
        if name == "fallback":
            self.unit, self.fallback = "JD006", True
        if name in ORDERS:
            self.ever_ordered = True
            self.responsible = self.responsible or self.unit
        if name == "accept":
            self.responsible = self.unit

    def _time(self, name, answers, at):
        """Extensions, the one suspension, the ruling and the appeal, told a second time."""
        if name in ORDERS or name in ("return", "rework", "reopen", "handled", "void"):
            self.asked = ""
        if name in ORDERS or name in ("rework", "return", "reopen"):
            self.granted = 0
        if name in ORDERS or name == "rework":
            self.since = at
        if name in ORDERS or name == "reopen":
            assert name != "reopen" or self.status in ("closed", "appraised")
            self.ruled = name == "rule"
        if name == "rule":
            assert self.counters["returns"] > 0
        if name == "return":
            assert not self.ruled
        if name == "ask_extension":
            assert "e" not in self.asked
            assert self.granted < 2
            self.asked += "e"
        if name == "ask_suspension":
            assert "s" not in self.asked
            assert self.stands is None
            self.asked, self.wanted = self.asked + "s", day_begins(answers["until"])
        if name in ("grant_extension", "refuse_extension"):
            assert "e" in self.asked
            self.asked = self.asked.replace("e", "")
            self.granted += name == "grant_extension"
            self.granted_in_all += name == "grant_extension"
        if name in ("grant_suspension", "refuse_suspension"):
            assert "s" in self.asked
            self.asked = self.asked.replace("s", "")
        if name == "grant_suspension":
            assert at < self.wanted
            self.stands = (at, self.wanted)
        if name == "resume":
            assert self.stands[0] <= at < self.stands[1]
            self.stands = (self.stands[0], at)
        if name == "handled" and self.stands and at < self.stands[1]:
            self.stands = (self.stands[0], at)
        if name == "handled":
            self.late = self.used(at - timedelta(microseconds=1)) >= self.limit()
        if name == "rework":
            self.late = False
        if name == "reopen":
            self.granted_in_all, self.late, self.appeal = 0, False, "none"
        if name == "appeal":
            assert self.late
            assert self.appeal == "none"
            self.appeal = "open"
        if name in ("grant_appeal", "refuse_appeal"):
            assert self.appeal == "open"
            self.appeal = "granted" if name == "grant_appeal" else "refused"

    def limit(self):
        return timedelta(hours=4) * (1 + self.granted)

    def used(self, at):
        """What the handling clock has counted up to an instant, the suspension left out."""
        counted = worked(self.since, at)
        if self.stands:
            counted -= worked(max(self.since, self.stands[0]), min(at, self.stands[1]))
        return counted


ORDERS = ("dispatch", "redispatch", "pass_on", "fallback", "rule")


def day_begins(day):
    return datetime.fromisoformat(f"{day}T00:00:00+08:00")


def worked(start, end):
    """Working time by the wall clock of Shanghai: weekdays from nine to noon and from one to six."""
    total, day = timedelta(), day_begins((start + timedelta(hours=8)).date())
    while day < end:
        for first, last in ((9, 12), (13, 18)):
            if (day + timedelta(hours=8)).weekday() < 5:
                span = min(end, day + timedelta(hours=last)) - max(start, day + timedelta(hours=first))
                total += max(span, timedelta())
        day += timedelta(days=1)
    return total


UNITS = ("JC006", "LRJ", "JGW", "GS", "JC006", "CG006", "JQ006", "JM006", "CG011", "DCS", "NOBODY", "QWG")


def _people(w):
    people = [actor(w, role) for role in Role]
    people += [actor(w, role) for role in Role]  # a second person of each role: checks are made by somebody else
    people += [
        actor(w, Role.STREET_OFFICER, "JC011"),
        actor(w, Role.DEPARTMENT_HANDLER, "JGW"),
        actor(w, Role.DEPARTMENT_HANDLER, "JD006"),
        actor(w, Role.STATIONED_HANDLER, "CG011"),
    ]
    return people


def _answers(rng, name, at):
    answers = dict(ANSWERS[name])
    if "unit" in answers:
        answers["unit"] = rng.choice(UNITS if name != "pass_on" else ("CG006", "JQ006", "CG011", "LRJ"))
    if name == "ask_suspension":
        answers["until"] = (at + timedelta(days=rng.choice((0, 1, 1, 2, 3, 20)))).date().isoformat()
    if name == "dispatch" and rng.random() < 0.3:
        answers |= {"route": "C", "partners": tuple(rng.sample(UNITS[1:8], 2))}
    return answers


def _agrees(case, model):
    assert (case.status, case.unit_code, case.version) == (model.status, model.unit, model.entries)
    assert {name: getattr(case, name) for name in COUNTERS} == model.counters
    assert (case.responsible_unit, case.fallback) == (model.responsible, model.fallback)
    assert (case.responsible_unit is not None) == model.ever_ordered, "an owner is known once a case was ordered"
    assert case.step is STEP_OF[case.status]
    assert (case.done_at is not None) == (case.status in DONE)
    assert case.unit_code not in case.partners.split()
    assert (case.order_extensions, case.extensions, case.ruled) == (model.granted, model.granted_in_all, model.ruled)
    assert (case.extension_asked_at is not None, case.suspension_asked_at is not None) == (
        "e" in model.asked, "s" in model.asked,
    )  # fmt: skip
    if model.stands is not None:
        assert (case.suspended_from, case.suspended_until) == model.stands
    assert (case.handled_on_time is False) == model.late
    waits = case.appealed_at is not None and case.appeal_decided_at is None
    assert (waits, case.exempt) == (model.appeal == "open", model.appeal == "granted")
    if case.status in (Status.DISPATCHED, Status.HANDLING):
        assert case.handle_due_at == case.stage_due_at
        assert model.used(case.stage_due_at) == model.limit()
    if case.status in (Status.DISPATCHED, Status.HANDLING, Status.HANDLED, Status.CHECKED):
        assert case.unit_code is not None
    if case.status in OPEN:
        assert case.stage_due_at is not None, "a clock runs on every open status"


def test_the_table_of_moves_is_the_one_written_by_hand():
    assert {m.name: ({str(s) for s in m.from_}, m.to and str(m.to)) for m in MOVES} == TABLE


def _next(rng, w, case, people, at, used):
    """Somebody and a move: mostly one that is offered, so that walks go far; now and then anything at all."""
    if rng.random() < 0.3:
        return rng.choice(people), rng.choice(MOVES)
    offered = [(p, m) for p in rng.sample(people, 8) for m in moves_for(MOVES, case, p, w, at)]
    ending = rng.random() < 0.1
    rare = ("void", "refuse", "supervise", "remind", "note")
    offered = [(p, m) for p, m in offered if ending or m.name not in rare]
    untried = [(p, m) for p, m in offered if m.name not in used]
    appeals = [(p, m) for p, m in offered if "appeal" in m.name]  # rare: only after a late closing
    if (untried or appeals) and rng.random() < 0.8:
        return rng.choice(untried or appeals)
    return rng.choice(offered) if offered else (rng.choice(people), rng.choice(MOVES))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_try_a_case_stays_what_the_model_says(seed):
    rng = random.Random(seed)
    w = world()
    people = _people(w)
    made = 0
    used, statuses = set(), set()
    while made < 1000 or used != set(TABLE):
        citizen = rng.random() < 0.5
        case, first = opened(w, citizen=citizen)
        entries, model, at = [first], Model(citizen), MONDAY
        for _ in range(80):
            at += timedelta(minutes=rng.choice((1, 30, 600)))
            by, move = _next(rng, w, case, people, at, used)
            answers = _answers(rng, move.name, at)
            before = case
            try:
                entry = decide(case, move, by, at, answers, w)
            except Refused:
                assert case == before
                continue
            made += 1
            entries.append(entry)
            case = evolve(case, entry)
            model.make(move.name, answers, at)
            _agrees(case, model)
            used.add(move.name)
            statuses.add(case.status)
            if case.status in (Status.VOIDED, Status.NOT_ACCEPTED):
                break
        assert replay(entries) == case
        assert [e.seq for e in entries] == list(range(1, case.version + 1))
        assert made < 5000, f"never made: {set(TABLE) - used}"
    assert statuses >= set(Status) - {Status.REPORTED}


def test_a_move_outside_its_statuses_is_refused_to_everybody():
    w = world()
    tried = 0
    for status in Status:
        case = case_in(w, status)
        for name, (from_, _) in TABLE.items():
            if status in from_:
                continue
            for by in _people(w):
                assert why_not(BY_NAME[name], case, by, w, MONDAY, ANSWERS[name]) is not None
                tried += 1
    assert tried > 3000


def test_every_open_status_has_a_way_out_for_some_role_and_the_end_can_be_reached():
    w = world()
    for status in OPEN | {Status.CLOSED}:
        case = case_in(w, status)
        ways = {m.name for p in _people(w) for m in moves_for(MOVES, case, p, w, MONDAY) if m.to not in (None, status)}
        assert ways, status
    graph = {s: {m.to for m in MOVES if s in m.from_ and m.to} for s in Status}
    for start in OPEN | {Status.CLOSED}:
        seen, todo = set(), [start]
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                todo.extend(graph[here])
        assert Status.APPRAISED in seen, start
