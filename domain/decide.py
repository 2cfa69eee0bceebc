"""Deciding a move: the entry with every decision in it. May look at the calendar and the responsibility list."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain import clock
from domain.case import Case, Entry, changed, to_json
from domain.machine import Answers, Effect, Field, Move, why_not
from domain.moves import STEP_OF
from domain.people import Actor
from domain.routing import Place, fallback_of, route
from domain.words import LimitUnit, PlaceKind, Status, Tier
from domain.world import World

CONTINUOUS = frozenset({LimitUnit.URGENT_HOUR, LimitUnit.CALENDAR_DAY})


@dataclass(slots=True)
class _Draft:
    """The case while a move's effects are applied to it, and the intervals of a deadline that was set."""

    before: Case
    base: Case
    actor: Actor
    at: datetime
    answers: Answers
    world: World
    because: tuple[tuple[str, str], ...] = ()
    waiting: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The case as it stands now. Effects wait until somebody looks, so that a row of them is one new case."""
        if self.waiting:
            self.base, self.waiting = changed(self.base, self.waiting), {}
        return self.base

    def set(self, **values: Any) -> None:
        self.waiting.update(values)


def stage_deadline(world: World, case: Case, stage: str, at: datetime) -> clock.Deadline:
    """The deadline of a stage started at an instant.

    Registration, dispatch and check run in wall time by the stage limits; handling by the limit of the case's
    registration condition on the working-time clock, standing still while a granted suspension lasts; the call-back
    in work days.
    """
    limits = world.limits
    if stage == "handling":
        if case.limit_value is None or case.limit_unit is None:
            raise ValueError(f"case {case.no} has no limit: it was never filed")
        return clock.deadline(world.calendar, at, case.limit_value, case.limit_unit, pauses=_pauses(case))
    if stage == "callback":
        return clock.deadline(world.calendar, at, limits.callback_work_days, LimitUnit.WORK_DAY)
    minutes = {"register": limits.register, "dispatch": limits.dispatch, "check": limits.check}[stage]
    return _wall(at, minutes)


def _wall(at: datetime, minutes: int) -> clock.Deadline:
    span = timedelta(minutes=minutes)
    return clock.Deadline(due=at + span, yellow=at + span * 0.8, exact=True, intervals=())


def whole_deadline(world: World, case: Case, at: datetime) -> clock.Deadline:
    """The whole process (全程): the handling limit from the filing, plus the centre's dispatch and check times."""
    if case.limit_value is None or case.limit_unit is None:
        raise ValueError(f"case {case.no} has no limit: it was never filed")
    pauses = _pauses(case)
    handling = clock.deadline(
        world.calendar, at, case.limit_value, case.limit_unit, extensions=case.extensions, pauses=pauses
    )
    allowance = timedelta(minutes=world.limits.dispatch + world.limits.check)
    return replace(
        handling,
        due=_later(handling.due, allowance, pauses),
        yellow=_later(handling.yellow, allowance * 0.8, pauses),
    )


def _pauses(case: Case) -> tuple[tuple[datetime, datetime], ...]:
    """The granted suspension of a case as the pauses of a clock. One that was only asked for has no start yet."""
    if case.suspended_from is None or case.suspended_until is None:
        return ()
    return ((case.suspended_from, case.suspended_until),)


def _later(at: datetime, span: timedelta, pauses: tuple[tuple[datetime, datetime], ...]) -> datetime:
    """A span of wall time after an instant, standing still in a pause that begins within it."""
    end = at + span
    for start, until in pauses:
        if at <= start < end and start < until:
            end += until - start
    return end


def accept_minutes(world: World, case: Case) -> int:
    """Minutes within which the ordered unit accepts: block station, utility, urgent limit, or other."""
    unit = world.orgs.get(case.unit_code or "")
    if unit is not None and unit.tier is Tier.BLOCK:
        return world.limits.accept_block
    if unit is not None and not unit.has_login:
        return world.limits.accept_utility
    return world.limits.accept_urgent if case.limit_unit is LimitUnit.URGENT_HOUR else world.limits.accept


def place_of(case: Case) -> Place:
    """The place of a case as routing asks for it."""
    kind = PlaceKind.ESTATE if case.estate else PlaceKind.STREET
    return Place(case.street_code, kind, case.station_code, case.committee_code)


def _clock(draft: _Draft, effect: Effect) -> None:
    if effect.value is None:
        draft.set(stage_from=None, stage_yellow_at=None, stage_due_at=None, stage_exact=True)
        return
    end = stage_deadline(draft.world, draft.case, effect.value, draft.at)
    draft.set(stage_from=draft.at, stage_yellow_at=end.yellow, stage_due_at=end.due, stage_exact=end.exact)
    if effect.value == "handling":
        draft.set(handle_due_at=end.due)
        draft.because = intervals_json(end)


def intervals_json(end: clock.Deadline) -> tuple[tuple[str, str], ...]:
    """The counted intervals of a deadline as pairs of ISO instants, for the journal ("why this deadline")."""
    return tuple((to_json(i.start), to_json(i.end)) for i in end.intervals if i.counted)


def _whole(draft: _Draft, _effect: Effect) -> None:
    end = whole_deadline(draft.world, draft.case, draft.at)
    draft.set(whole_from=draft.at, whole_yellow_at=end.yellow, whole_due_at=end.due, whole_exact=end.exact)
    if not draft.because:
        draft.because = intervals_json(end)


def _answer(draft: _Draft, effect: Effect) -> None:
    value = draft.answers.get(effect.value)
    if effect.field == "standard_id":
        standard = draft.world.standards[value or draft.case.standard_id or ""]
        draft.set(standard_id=standard.id, limit_value=standard.limit_value, limit_unit=standard.limit_unit)
    elif effect.field == "partners":
        draft.set(partners=" ".join(value or ()))
    elif effect.field == "unit_code":
        others = [code for code in draft.case.partners.split() if code != value]
        draft.set(unit_code=value, partners=" ".join(others))  # the lead is not its own partner
    else:
        draft.set(**{effect.field: value})


def _actor(draft: _Draft, effect: Effect) -> None:
    parts = {"user_id": draft.actor.user_id, "org": draft.actor.org, "unit": draft.case.unit_code}
    draft.set(**{effect.field: parts[effect.value]})


def _first_asked(draft: _Draft, _effect: Effect) -> None:
    """First unit asked stays responsible until another unit accepts (首问责任制, 2.5-21)."""
    case = draft.case
    draft.set(
        first_unit=case.first_unit or case.unit_code,
        responsible_unit=case.responsible_unit or case.unit_code,
    )


def _rule(draft: _Draft, _effect: Effect) -> None:
    case, world = draft.case, draft.world
    on = draft.at.astimezone(ZoneInfo(world.calendar.zone)).date()
    found = route(world, world.categories[case.category_id], place_of(case), on)
    matched = found.match is not None and found.match.unit.code == case.unit_code
    draft.set(rule_id=found.match.rule.id if matched and found.match else None)


def _fallback_unit(draft: _Draft, _effect: Effect) -> None:
    unit = fallback_of(draft.world, draft.case.kind, draft.case.street_code)
    if unit is None:
        raise ValueError("the guard has_fallback lets no case through without a fallback unit")
    draft.set(unit_code=unit.code)


def _accept_clock(draft: _Draft, _effect: Effect) -> None:
    draft.set(accept_due_at=draft.at + timedelta(minutes=accept_minutes(draft.world, draft.case)))


def _retime(draft: _Draft, _effect: Effect) -> None:
    """Work the deadlines out anew after an extension or a change of the suspension, from the same starts."""
    case = draft.case
    if case.limit_value is None or case.limit_unit is None or case.stage_from is None or case.whole_from is None:
        raise ValueError(f"case {case.no} has no running handling clock")
    end = clock.deadline(
        draft.world.calendar,
        case.stage_from,
        case.limit_value,
        case.limit_unit,
        extensions=case.order_extensions,
        pauses=_pauses(case),
    )
    whole = whole_deadline(draft.world, case, case.whole_from)
    if case.imported and case.whole_due_at is not None and case.whole_yellow_at is not None:
        before = whole_deadline(draft.world, draft.before, case.whole_from)  # the due time of the other system moves
        whole = replace(
            whole,
            due=case.whole_due_at + (whole.due - before.due),
            yellow=case.whole_yellow_at + (whole.yellow - before.yellow),
        )
    draft.because = intervals_json(end)
    draft.set(
        stage_yellow_at=end.yellow,
        stage_due_at=end.due,
        stage_exact=end.exact,
        handle_due_at=end.due,
        whole_yellow_at=whole.yellow,
        whole_due_at=whole.due,
        whole_exact=whole.exact,
    )


def _until(draft: _Draft, effect: Effect) -> None:
    """A day answered becomes the instant it begins, in the district's time zone."""
    day = date.fromisoformat(str(draft.answers[effect.value]))
    zone = ZoneInfo(draft.world.calendar.zone)
    draft.set(**{effect.field: datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)})


def _withdraw(draft: _Draft, _effect: Effect) -> None:
    """Requests end with the order they were made for. A granted suspension runs on: it is about the place."""
    draft.set(extension_asked_at=None)
    if draft.case.suspension_asked_at is not None:
        draft.set(suspension_asked_at=None, suspended_until=None)


def _end_suspension(draft: _Draft, effect: Effect) -> None:
    """Work that is done needs no standing clock: the suspension ends at the report, and so does what it added."""
    if draft.case.suspended(draft.at):
        draft.set(suspended_until=draft.at)
        _retime(draft, effect)


_OPS: dict[str, Callable[[_Draft, Effect], None]] = {
    "stamp": lambda d, e: d.set(**{e.field: d.at}),
    "stamp_once": lambda d, e: d.set(**{e.field: getattr(d.case, e.field) or d.at}),
    "clear": lambda d, e: d.set(**{e.field: None if e.field != "partners" else ""}),
    "count": lambda d, e: d.set(**{e.field: getattr(d.case, e.field) + 1}),
    "set": lambda d, e: d.set(**{e.field: e.value}),
    "answer": _answer,
    "actor": _actor,
    "clock": _clock,
    "whole": _whole,
    "first_asked": _first_asked,
    "rule": _rule,
    "fallback_unit": _fallback_unit,
    "accept_clock": _accept_clock,
    "retime": _retime,
    "until": _until,
    "withdraw": _withdraw,
    "end_suspension": _end_suspension,
}


def decide(case: Case, move: Move, actor: Actor, at: datetime, answers: Answers, world: World) -> Entry:
    """The entry of a move: asks permission, applies the effects, and freezes every decision in `changes`.

    Raises `domain.text.Refused` with the sentence when the move may not be made.
    """
    refusal = why_not(move, case, actor, world, at, answers)
    if refusal is not None:
        raise refusal
    draft = _Draft(case, case, actor, at, answers, world)
    for effect in move.effects:
        _OPS[effect.op](draft, effect)
    _judge(draft, move)
    photos = sum(len(answers.get(ask.name) or ()) for ask in move.asks if ask.field is Field.PHOTOS)
    if photos:
        draft.set(photos=draft.case.photos + photos)
    _arrive(draft, move)
    return _entry(case, draft, move)


def _judge(draft: _Draft, move: Move) -> None:
    """On-time verdicts are worked out once, when they fall: handling at the report, whole process at the closing."""
    case = draft.case
    if move.name == "handled":
        draft.set(handled_on_time=case.handle_due_at is None or draft.at <= case.handle_due_at)
    if move.name == "close":
        day = clock.business_day(draft.at, draft.world.calendar.zone)
        draft.set(closed_day=day, whole_on_time=case.whole_due_at is None or draft.at <= case.whole_due_at)


def _arrive(draft: _Draft, move: Move) -> None:
    target = move.to or draft.case.status
    if (
        move.branch is not None
        and move.branch[0](draft.case, draft.actor, draft.answers, draft.world, draft.at) is None
    ):
        target = move.branch[1]
        if target is Status.APPRAISED:
            draft.set(done_at=draft.at, stage_from=None, stage_yellow_at=None, stage_due_at=None, stage_exact=True)
    draft.set(status=target, step=STEP_OF[target])


def _entry(before: Case, draft: _Draft, move: Move) -> Entry:
    after = draft.case
    changes = {
        name: to_json(getattr(after, name))
        for name in Case.__dataclass_fields__
        if getattr(after, name) != getattr(before, name)
    }
    kept = {k: _answer_json(v) for k, v in draft.answers.items() if v not in (None, "", ())}
    return Entry(
        seq=before.version + 1,
        move=move.name,
        at=draft.at,
        actor_id=draft.actor.user_id,
        actor_role=str(draft.actor.role),
        actor_org=draft.actor.org,
        status_from=str(before.status),
        status_to=str(after.status),
        answers=kept,
        changes=changes,
        because=draft.because,
    )


def _answer_json(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_answer_json(v) for v in value]
    return to_json(value)
