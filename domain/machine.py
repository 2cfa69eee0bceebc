"""A tiny engine that reads a table of moves. The table drives buttons, forms, permission, journal and documents."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.case import Case
from domain.people import Actor, Role
from domain.text import Refused, Text, has_control_characters, text
from domain.words import Status
from domain.world import World

Answers = Mapping[str, Any]


class Reach(StrEnum):
    """Whose area, whose unit: where a grant holds."""

    OWN_AREA = "own_area"  # district: everywhere; street: its street-town; station: its block or committee
    OWN_UNIT = "own_unit"  # the case is ordered to the actor's organisation
    OWN_REPORT = "own_report"  # the actor reported it
    UNIT_WITHOUT_LOGIN = "unit_without_login"  # the centre acts for a utility that has no login


@dataclass(frozen=True, slots=True)
class Grant:
    """These roles, within this reach. No grant written = nobody."""

    roles: frozenset[Role]
    reach: Reach


class Field(StrEnum):
    """Kinds of input a move can ask for; `components.moves` draws one widget for each."""

    TEXT = "text"
    CHOICE = "choice"
    UNIT = "unit"
    UNITS = "units"
    PHOTOS = "photos"
    STANDARD = "standard"
    DATE = "date"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Ask:
    """One input of a move's form. `limit`: characters of a text, or number of photos; `least`: photos needed."""

    name: str
    field: Field
    label: str
    required: bool = True
    choices: tuple[StrEnum, ...] = ()
    limit: int = 500
    least: int = 0
    help: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a move does to the case, as data. `op` names the rule in `domain.decide`; the rest are its arguments."""

    op: str
    field: str = ""
    value: Any = None


def stamps(*fields: str) -> tuple[Effect, ...]:
    """Set each field to the instant of the move."""
    return tuple(Effect("stamp", f) for f in fields)


def stamps_once(field: str) -> Effect:
    """Set the field to the instant of the move unless it is already set."""
    return Effect("stamp_once", field)


def clears(*fields: str) -> tuple[Effect, ...]:
    """Set each field back to empty."""
    return tuple(Effect("clear", f) for f in fields)


def counts(field: str) -> Effect:
    """Add one to a counter."""
    return Effect("count", field)


def sets(field: str, value: Any) -> Effect:
    """Set a field to a constant."""
    return Effect("set", field, value)


def answers_to(field: str, ask: str) -> Effect:
    """Set a field to the answer given to an ask."""
    return Effect("answer", field, ask)


def actor_to(field: str, part: str) -> Effect:
    """Set a field to a part of the actor (`user_id`, `org`)."""
    return Effect("actor", field, part)


def starts_clock(stage: str) -> Effect:
    """Start the stage clock anew: register, dispatch, handling, check or callback."""
    return Effect("clock", value=stage)


STOPS_CLOCK = Effect("clock", value=None)
STARTS_WHOLE = Effect("whole")

Guard = Callable[[Case, Actor, Answers | None, World, datetime], Text | None]


@dataclass(frozen=True, slots=True)
class Move:
    """One transition of the table. `to` None keeps the status. `branch`: another target where its guard is silent.

    `basis` is the clause of the opinion (or the rule) that the move serves.
    """

    name: str
    label: str
    from_: frozenset[Status]
    to: Status | None
    grants: tuple[Grant, ...]
    basis: str
    asks: tuple[Ask, ...] = ()
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    branch: tuple[Guard, Status] | None = None
    primary: bool = False
    decides: bool = False  # answers a request that waits: its button is never tucked away
    done: str = ""  # what the journal says, in the past tense


def in_reach(reach: Reach, case: Case, actor: Actor, world: World) -> bool:
    """Whether a case lies within an actor's reach."""
    if reach is Reach.OWN_AREA:
        if actor.everywhere:
            return True
        if actor.area_code is not None:
            return actor.area_code in (case.station_code, case.committee_code)
        return actor.street_code is not None and actor.street_code == case.street_code
    if reach is Reach.OWN_UNIT:
        return case.unit_code == actor.org or _led_by_us(case, actor, world)
    if reach is Reach.OWN_REPORT:
        return case.reporter_user == actor.user_id
    unit = world.orgs.get(case.unit_code or "")
    return unit is not None and not unit.has_login and (actor.everywhere or actor.street_code == case.street_code)


def _led_by_us(case: Case, actor: Actor, world: World) -> bool:
    """A street centre answers for the street-town it is led by (2.1-7), such as for its fallback orders (托底)."""
    unit = world.orgs.get(case.unit_code or "")
    ours = world.orgs[actor.org]
    return actor.role is Role.STREET_OFFICER and unit is not None and ours.parent == unit.code


def granted(move: Move, case: Case, actor: Actor, world: World) -> bool:
    """Whether any grant of the move covers this role within its reach. Denied by default."""
    return any(actor.role in g.roles and in_reach(g.reach, case, actor, world) for g in move.grants)


def why_not(
    move: Move, case: Case, actor: Actor, world: World, at: datetime, answers: Answers | None = None
) -> Refused | None:
    """The only permission question: None = go ahead, else the refusal that says what is missing.

    Buttons ask it without answers, `execute` with them: then the answers are checked as well.
    """
    if not any(actor.role in g.roles for g in move.grants):
        return Refused(text("Your role may not do this."))
    if not granted(move, case, actor, world):
        return Refused(text("This case is outside your area or your unit."))
    if case.status not in move.from_:
        return Refused(text("This is not possible any more: the case has moved on."))
    if answers is not None:
        fault = check_answers(move.asks, answers)
        if fault is not None:
            return fault
    for guard in move.guards:
        refusal = guard(case, actor, answers, world, at)
        if refusal is not None:
            return Refused(refusal)
    return None


def check_answers(asks: Iterable[Ask], answers: Answers) -> Refused | None:
    """The first answer that is missing, too long or not one of the choices, as a refusal naming its field."""
    asks = tuple(asks)
    unknown = set(answers) - {ask.name for ask in asks}
    if unknown:
        return Refused(text("The form sent a field that does not belong to it: {field}.", field=min(unknown)))
    for ask in asks:
        refusal = _check(ask, answers.get(ask.name))
        if refusal is not None:
            return Refused(refusal, field=ask.name)
    return None


def _check(ask: Ask, value: Any) -> Text | None:
    if value in (None, "", (), []):
        if ask.required and ask.field is Field.PHOTOS:
            return text("{field}: at least {n} photo(s).", field=Text(ask.label), n=max(1, ask.least))
        return text("{field}: please fill this in.", field=Text(ask.label)) if ask.required else None
    check = _CHECKS.get(ask.field)
    return None if check is None else check(ask, value)


def _check_text(ask: Ask, value: Any) -> Text | None:
    if not isinstance(value, str) or not value.strip():
        return text("{field}: please fill this in.", field=Text(ask.label))
    if len(value) > ask.limit:
        return text("{field}: at most {n} characters.", field=Text(ask.label), n=ask.limit)
    if has_control_characters(value):
        return text("{field}: contains control characters.", field=Text(ask.label))
    return None


def _check_choice(ask: Ask, value: Any) -> Text | None:
    return None if value in ask.choices else text("{field}: not one of the choices.", field=Text(ask.label))


def _check_photos(ask: Ask, value: Any) -> Text | None:
    if len(value) < ask.least:
        return text("{field}: at least {n} photo(s).", field=Text(ask.label), n=ask.least)
    if len(value) > ask.limit:
        return text("{field}: at most {n} photo(s).", field=Text(ask.label), n=ask.limit)
    return None


def _check_units(ask: Ask, value: Any) -> Text | None:
    if not isinstance(value, tuple | list) or len(set(value)) != len(value):
        return text("{field}: not one of the choices.", field=Text(ask.label))
    if len(value) > ask.limit:
        return text("{field}: at most {n} units.", field=Text(ask.label), n=ask.limit)
    return None


def _check_date(ask: Ask, value: Any) -> Text | None:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return None
    except (TypeError, ValueError):
        pass
    return text("{field}: not a date.", field=Text(ask.label))


_CHECKS: Mapping[Field, Callable[[Ask, Any], Text | None]] = {
    Field.TEXT: _check_text,
    Field.CHOICE: _check_choice,
    Field.PHOTOS: _check_photos,
    Field.UNITS: _check_units,
    Field.DATE: _check_date,
}


def moves_for(table: Iterable[Move], case: Case, actor: Actor, world: World, at: datetime) -> tuple[Move, ...]:
    """The moves this person may press now, in the order of the table."""
    return tuple(m for m in table if why_not(m, case, actor, world, at) is None)
