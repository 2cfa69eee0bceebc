"""Telling the demo story: each case runs through `execute()` with a scripted clock, up to the present instant."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from db.execute import Open, execute
from db.photos import Photo
from domain.clock import deadline
from domain.intake import expected_due
from domain.people import Actor, Role
from domain.routing import Place, route
from domain.text import Refused
from domain.words import (
    ClosingVerdict,
    Kind,
    LimitUnit,
    PlaceKind,
    ReturnReason,
    Route,
    Satisfaction,
    SelfAction,
)
from domain.world import Org, World
from seeds.story import texts
from seeds.story.cast import Cast
from seeds.story.photos import pictures
from seeds.story.scene import Scene, Stop, Teller

WEEKS = 12
_HOURS = (2, 1, 1, 1, 1, 1, 2, 4, 9, 14, 14, 11, 6, 7, 12, 13, 11, 8, 5, 4, 4, 4, 3, 2)  # by hour of the day


def tell(
    engine: Engine,
    world: World,
    now: datetime,
    *,
    cases: int = 3000,
    seed: int = 20160409,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Tell the story up to `now`; returns how many cases it has. The same seed tells the same story."""
    before, after = pictures()
    order = [s for s in texts.STREET_WEIGHTS if s in world.streets]
    order += [s for s in world.streets if s not in order]
    teller = Teller(
        engine, world, now, Cast(engine, world), random.Random(seed), before, after, [world.streets[s] for s in order]
    )
    starts = sorted(_start(teller) if n % 40 else _just_now(teller) for n in range(cases))
    for n, start in enumerate(starts, start=1):
        Told(teller, start).run()
        if progress is not None and n % 20 == 0:
            progress(n, cases)
    return cases


def _start(teller: Teller) -> datetime:
    """An instant of the last weeks: busy mornings and afternoons of work days, some at night."""
    dice, zone = teller.dice, ZoneInfo(teller.world.calendar.zone)
    while True:
        day = (teller.now - timedelta(days=dice.random() * WEEKS * 7)).astimezone(zone)
        hour = dice.choices(range(24), _HOURS)[0]
        start = day.replace(hour=hour, minute=dice.randrange(60), second=dice.randrange(60), microsecond=0)
        known = teller.world.calendar.days.get(start.date())
        if known is not None and not known.is_workday and dice.random() < 0.55:
            continue
        if start < teller.now - timedelta(minutes=2):
            return start.astimezone(teller.now.tzinfo)


def _just_now(teller: Teller) -> datetime:
    """An instant of the last three hours, so that every column of the board has something to show."""
    return (teller.now - timedelta(minutes=teller.dice.uniform(3, 180))).replace(microsecond=0)


class Told(Scene):
    """One case of the story."""

    def run(self) -> None:
        """Tell the case until its end or until the present."""
        try:
            self._run()
        except Stop:
            return

    def _run(self) -> None:
        passive = self.world.channels[self.channel].group == "passive" or self.channel == "VIDE"
        if not passive and self.dice.random() < 0.62 and self.category.kind is Kind.MATTER:
            before, after = (self.dice.choice(self.t.before),), (self.dice.choice(self.t.after),)
            self._self_handle(before, after)
            return
        district = passive and self.dice.random() < 0.6
        officer = self._district() if district else self._centre()
        if passive:
            self._open(officer, "register")
        else:
            self._open(self._reporter(), "report", before=(self.dice.choice(self.t.before),))
            self._wait(self.dice.uniform(2, 25))
            if self.dice.random() < 0.4:
                self._act(officer, "accept_report")
                self._wait(self.dice.uniform(2, 25))
            if self.dice.random() < 0.02:
                self._act(officer, "refuse", reason="不属于网格化管理范围,已告知报送人")
                return
            self._act(officer, "file", standard=self.standard.id)
        if self.dice.random() < 0.006:
            self._wait(10)
            self._act(officer, "void", reason="重复登记")
            return
        self._dispatch(officer)
        self._finish()

    def _self_handle(self, before: tuple[Photo, ...], after: tuple[Photo, ...]) -> None:
        """Class A: found and handled on the spot. The report is written once it is done."""
        report = self._report()
        action = SelfAction.SELF_GOVERNED if self._reporter().role is Role.RESIDENTIAL_WORKER else None
        self._wait(self.dice.uniform(5, 70))
        report = replace(report, result=self.dice.choice(texts.RESULTS), self_action=action)
        self.done = execute(
            self.t.engine,
            self.world,
            Open(self._key(), self._reporter(), self.at, "self_handle", report, None, before, after),
        )

    def _place(self) -> Place:
        station = self.world.orgs[self.committee].parent if self.committee else None
        kind = PlaceKind.ESTATE if self.estate else PlaceKind.STREET
        return Place(self.street.code, kind, station, self.committee)

    def _dispatch(self, officer: Actor) -> None:
        found = route(self.world, self.category, self._place(), self.at.date())
        self._wait(self.dice.uniform(2, 20))
        if found.fallback or found.unit is None:
            self._wait(self.dice.uniform(10, 240))
            self._act(officer, "fallback", reason="权属不清,先行处置")
            self.ordered_fallback = True
            unit = self.world.orgs[self._fallback()]
        else:
            unit = found.unit
            wrong = self._wrong_unit(unit) if self.dice.random() < 0.05 else None
            if wrong is not None:
                self._return(officer, wrong)
            if wrong is not None and self._reaches(officer, unit) and self.dice.random() < 0.25:
                self._act(officer, "rule", unit=unit.code, reason="经现场会商,由该单位处置")
            else:
                self._order(officer, unit)
        self.unit = unit

    def _reaches(self, officer: Actor, unit: Org) -> bool:
        """Whether a centre orders the unit itself, not through the street centre."""
        return officer.role is not Role.DISTRICT_OFFICER or unit.street_code is None

    def _fallback(self) -> str:
        if self.category.kind is Kind.COMPONENT:
            return next(o.code for o in self.world.orgs.values() if o.fallback_for is Kind.COMPONENT)
        return self._org("street_town", self.street.code)

    def _wrong_unit(self, right: Org) -> Org | None:
        others = [o for o in self.world.orgs.values() if o.kind == "department" and o.code != right.code]
        return self.dice.choice(others) if others else None

    def _return(self, officer: Actor, wrong: Org) -> None:
        self._act(officer, "dispatch", unit=wrong.code, route=Route.SINGLE_OWNER)
        self._wait(self.dice.uniform(10, 55))
        handler = self.t.cast.at(Role.DEPARTMENT_HANDLER, wrong.code)
        reason = self.dice.choice(list(ReturnReason))
        self._act(handler, "return", reason_code=reason, evidence="经核对职责清单,该事项不属本单位职责")
        self._wait(self.dice.uniform(3, 25))

    def _order(self, officer: Actor, unit: Org) -> None:
        joint = self.dice.random() < 0.12 and unit.has_login
        partner = self._wrong_unit(unit) if joint else None
        kind = Route.JOINT if partner else Route.CHRONIC if self.dice.random() < 0.02 else Route.SINGLE_OWNER
        partners = (partner.code,) if partner else ()
        through = self._org("street_centre", self.street.code)
        if officer.role is Role.DISTRICT_OFFICER and unit.street_code and unit.code != through:
            self._act(officer, "dispatch", unit=through, route=kind, partners=partners)
            self._wait(self.dice.uniform(2, 30))
            self._act(self._centre(), "accept")
            self._wait(self.dice.uniform(2, 15))
            self._act(self._centre(), "pass_on", unit=unit.code)
        else:
            self._act(officer, "dispatch", unit=unit.code, route=kind, partners=partners)

    def _handler(self) -> Actor:
        roles = {"street_agency": Role.STATIONED_HANDLER, "block_station": Role.BLOCK_COORDINATOR,
                 "residential_station": Role.RESIDENTIAL_WORKER}  # fmt: skip
        if not self.unit.has_login:
            return self._centre(1)
        return self.t.cast.at(roles.get(self.unit.kind, Role.DEPARTMENT_HANDLER), self.unit.code)

    def _finish(self) -> None:
        ordered = self.at
        due = expected_due(self.world, self.category.id, self.standard.id, self.at).due
        quick = self.standard.limit_unit is LimitUnit.URGENT_HOUR
        self._wait(self.dice.uniform(1, 14 if quick else 50))
        self._act(self._handler(), "accept")
        if self.citizen and not self.contacted and self.dice.random() < 0.97:
            self.contacted = True
            self._wait(self.dice.uniform(5, 60))
            self._act(self._centre(), "first_contact", note=self.dice.choice(texts.CONTACTS))
        due = self._time_granted(ordered, due)
        self.late = self.dice.random() < 0.025
        if self.late:
            self._late(due)
        else:
            left = max((due - self.at).total_seconds() / 60, 2)
            self._wait(left * self.dice.betavariate(2, 3))
        if self.dice.random() < 0.1:
            self._act(self._handler(), "note", note=self.dice.choice(texts.NOTES))
            self._wait(1)
        self._handled_and_checked()
        self._close()

    def _time_granted(self, ordered: datetime, due: datetime) -> datetime:
        """A few ask for an extension, hardly any for a suspension; the due time that the handler works towards."""
        luck = self.dice.random()
        if luck >= 0.03 or due - self.at < timedelta(minutes=12):
            return due
        self._wait(self.dice.uniform(1, 4))
        if luck < 0.003:
            until = (self.at + timedelta(days=self.dice.randint(5, 90))).date()
            self._act(self._handler(), "ask_suspension", reason=self.dice.choice(texts.SUSPENSIONS),
                      until=until.isoformat())  # fmt: skip
            self._wait(self.dice.uniform(1, 4))
            self._act(self._district(), "grant_suspension")
            return max(due, datetime.combine(until, time(17), tzinfo=self.at.tzinfo))
        self._act(self._handler(), "ask_extension", reason=self.dice.choice(texts.EXTENSIONS))
        self._wait(self.dice.uniform(1, 4))
        if self.dice.random() < 0.25:
            self._act(self._district(), "refuse_extension", reason="现场条件具备,请按时处置")
            return due
        self._act(self._district(), "grant_extension")
        limit = self.standard.limit_value, self.standard.limit_unit
        return deadline(self.world.calendar, ordered, *limit, extensions=1, explain=False).due

    def _appeal(self) -> None:
        """Half of those judged late appeal after the closing; a third of them with success."""
        self._wait(self.dice.uniform(30, 60 * 24))
        try:
            self._act(self._handler(), "appeal", reason=self.dice.choice(texts.APPEALS))
        except Refused:  # judged anew after rework, or the suspension covers it: not late after all
            return
        self._wait(self.dice.uniform(60, 60 * 24 * 2))
        move = "grant_appeal" if self.dice.random() < 0.35 else "refuse_appeal"
        self._act(self._district(), move, reason="经核查现场记录和往来材料")

    def _late(self, due: datetime) -> None:
        """Overdue: reminded, sometimes supervised, and handled days later (or not yet)."""
        self.at = max(self.at, due) + timedelta(hours=1)
        self._wait(0)
        self._act(self._centre(), "remind", remark="已超时,请尽快处置")
        if self.dice.random() < 0.5:
            self._wait(self.dice.uniform(120, 900))
            overseer = self.t.cast.at(Role.OVERSEER, self._org("supervision"))
            by = (self.at + timedelta(days=3)).date().isoformat()
            self._act(overseer, "supervise", reason=self.dice.choice(texts.SUPERVISION), answer_by=by)
        self._wait(self.dice.uniform(60, 60 * 24 * 20))

    def _handled_and_checked(self) -> None:
        result = self.dice.choice(texts.RESULTS)
        self._act(self._handler(), "handled", (self.dice.choice(self.t.after),), result=result)
        self._wait(self.dice.uniform(4, 45))
        if self.dice.random() < 0.03:
            self._act(self._district(2), "rework", reason=self.dice.choice(texts.REASONS))
            self._wait(self.dice.uniform(20, 400))
            self._act(self._handler(), "handled", (self.dice.choice(self.t.after),), result=result)
            self._wait(self.dice.uniform(4, 45))
        self._act(self._district(2), "check")

    def _close(self) -> None:
        self._wait(self.dice.uniform(2, 90))
        solved = self.dice.random() < (0.78 if self.citizen else 0.95)
        verdict = ClosingVerdict.SOLVED if solved else ClosingVerdict.EXPLAINED
        self._act(self._centre(), "close", verdict=verdict, feedback="已处置,感谢反映")
        if self.ordered_fallback and not self.settled and self.dice.random() < 0.6:
            self._wait(self.dice.uniform(60 * 24, 60 * 24 * 20))
            self.settled = True
            self._act(self._centre(), "settle", unit=self.unit.code, procedure="明确由该单位负责,纳入责任清单")
        if self.late and self.dice.random() < 0.5:
            self._appeal()
        if self.citizen:
            self._call_back(solved)

    def _call_back(self, solved: bool) -> None:
        self._wait(self.dice.uniform(60 * 3, 60 * 24 * 4))
        weights = (62, 22, 11, 5) if solved else (20, 25, 25, 30)
        said = self.dice.choices(list(Satisfaction), weights)[0]
        self._act(self._centre(), "call_back", satisfaction=said, note="回访完成")
        if said is Satisfaction.DISSATISFIED and self.dice.random() < 0.4:
            self._wait(self.dice.uniform(30, 300))
            self._act(self._centre(), "reopen", reason="市民不满意,问题未解决")
            self._dispatch(self._centre())
            self._finish()
