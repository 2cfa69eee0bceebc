"""The case (案件) as a frozen row, the journal entry, and `evolve`: replaying the entries gives back the row."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from types import UnionType
from typing import Any, get_args, get_type_hints

from domain.words import (
    ClosingVerdict,
    Kind,
    Light,
    LimitUnit,
    Route,
    Satisfaction,
    SelfAction,
    Status,
    Step,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case. Five axes are kept apart: status, responsibility claim, clocks, handling class, fallback flag.

    Instants are aware UTC. Days are integers yyyymmdd in the district's time zone, written when they happen, so that
    no query converts time zones. Coordinates are WGS 84 in millionths of a degree. Codes are text.
    """

    district_id: int
    id: int
    no: str
    version: int

    # what was reported
    kind: Kind
    category_id: str
    description: str
    channel: str
    reported_at: datetime
    report_day: int
    status: Status
    step: Step
    street_code: str
    address: str
    standard_id: str | None = None
    limit_value: int | None = None
    limit_unit: LimitUnit | None = None
    external_source: str | None = None
    external_no: str | None = None
    reporter_user: int | None = None
    reporter_org: str | None = None
    citizen: bool = False  # a citizen waits for an answer: first contact, feedback and call-back are due
    social: bool = False  # extension to social governance (向社会治理延伸)
    estate: bool = False  # inside a residential estate (向居民小区延伸)
    after_hours: bool = False  # found outside office hours (向24小时延伸)
    self_action: SelfAction | None = None
    imported: bool = False

    # where
    station_code: str | None = None
    committee_code: str | None = None
    lng_e6: int | None = None
    lat_e6: int | None = None

    # responsibility claim
    route: Route = Route.SINGLE_OWNER
    unit_code: str | None = None
    issuer_code: str | None = None  # the centre that gave the order
    first_unit: str | None = None  # first unit asked: responsible until another accepts (首问责任制, 2.5-21)
    responsible_unit: str | None = None
    partners: str = ""  # codes of cooperating units, blank-separated
    rule_id: str | None = None  # the row of the responsibility list that matched; None with a unit = chosen by hand

    # fallback (托底)
    fallback: bool = False
    fallback_at: datetime | None = None
    settled_at: datetime | None = None
    settled_unit: str | None = None

    # counters
    dispatches: int = 0
    returns: int = 0
    reworks: int = 0
    reopens: int = 0
    reminders: int = 0
    supervisions: int = 0
    photos: int = 0

    # instants of the steps
    accepted_at: datetime | None = None
    filed_at: datetime | None = None
    dispatched_at: datetime | None = None  # first dispatch
    ordered_at: datetime | None = None  # current order
    unit_accepted_at: datetime | None = None
    first_contact_at: datetime | None = None
    handled_at: datetime | None = None
    handled_by: int | None = None
    handled_unit: str | None = None
    checked_at: datetime | None = None
    checked_by: int | None = None
    closed_at: datetime | None = None
    closed_day: int | None = None
    called_back_at: datetime | None = None
    done_at: datetime | None = None  # nothing more to do: appraised, not accepted or voided

    # clocks: the current stage (or order) and the whole process
    stage_from: datetime | None = None
    stage_yellow_at: datetime | None = None
    stage_due_at: datetime | None = None
    stage_exact: bool = True
    accept_due_at: datetime | None = None
    handle_due_at: datetime | None = None
    whole_from: datetime | None = None
    whole_yellow_at: datetime | None = None
    whole_due_at: datetime | None = None
    whole_exact: bool = True
    handled_on_time: bool | None = None
    whole_on_time: bool | None = None

    # result
    verdict: ClosingVerdict | None = None
    satisfaction: Satisfaction | None = None

    # time granted: extensions (延期), one suspension (挂账), an appeal (申诉), a ruling (裁定)
    extensions: int = 0  # granted over the whole case
    order_extensions: int = 0  # granted for the present order: each adds one original limit
    extension_asked_at: datetime | None = None
    suspensions: int = 0
    suspension_asked_at: datetime | None = None
    suspended_from: datetime | None = None
    suspended_until: datetime | None = None  # asked for, then granted; the clock runs again by itself
    appealed_at: datetime | None = None
    appeal_decided_at: datetime | None = None
    exempt: bool = False  # left out of the overtime statistics; the fact of the overtime stays
    ruled: bool = False  # the centre has ruled who handles: the order cannot be returned

    def handling_light(self, at: datetime) -> Light:
        """Light of the current stage at an instant; NONE when no clock runs."""
        return light_of(at, self.stage_yellow_at, self.stage_due_at)

    def suspended(self, at: datetime) -> bool:
        """Whether the handling clock of the present order stands at an instant because of a granted suspension."""
        return stands(self.status, self.suspended_from, self.suspended_until, at)

    def whole_light(self, at: datetime) -> Light:
        """Light of the whole process (全程灯): once closed it stays as it was; NONE when the case came to nothing."""
        if self.status in (Status.VOIDED, Status.NOT_ACCEPTED):
            return Light.NONE
        return light_of(self.closed_at or at, self.whole_yellow_at, self.whole_due_at)


def stands(status: Status, since: datetime | None, until: datetime | None, at: datetime) -> bool:
    """Whether the handling clock of an order stands at an instant: from the grant, up to but not on the return."""
    ordered = status in (Status.DISPATCHED, Status.HANDLING)
    return ordered and since is not None and until is not None and since <= at < until


def light_of(at: datetime, yellow: datetime | None, due: datetime | None) -> Light:
    """Green before 80 % of the limit, yellow from there up to and including the due instant, then red."""
    if due is None or yellow is None:
        return Light.NONE
    if at > due:
        return Light.RED
    return Light.YELLOW if at >= yellow else Light.GREEN


JsonValue = Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry (记录): who did what when, and every field it set. Carries decisions, not inputs.

    `changes` maps field names of `Case` to JSON values; `because` holds the counted intervals of a deadline that
    this entry set, as pairs of ISO instants.
    """

    seq: int
    move: str
    at: datetime
    actor_id: int
    actor_role: str
    actor_org: str
    status_from: str | None
    status_to: str
    answers: Mapping[str, JsonValue] = field(default_factory=dict)
    changes: Mapping[str, JsonValue] = field(default_factory=dict)
    because: tuple[tuple[str, str], ...] = ()
    imported: bool = False


@lru_cache(maxsize=1)
def _types() -> dict[str, type]:
    hints = get_type_hints(Case)
    found: dict[str, type] = {}
    for name, hint in hints.items():
        members = [t for t in get_args(hint) if t is not type(None)] if isinstance(hint, UnionType) else [hint]
        found[name] = members[0]
    return found


def to_json(value: object) -> JsonValue:
    """A field value as JSON: instants as ISO text in UTC, enums as their text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, StrEnum) else value


def from_json(name: str, value: JsonValue) -> Any:
    """A JSON value back as the value of a `Case` field. Raises KeyError for a field that does not exist."""
    kind = _types()[name]
    if value is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    return kind(value)


def from_row(row: Mapping[Any, Any]) -> Case:
    """A case from a database row keyed by field names; further keys are left out."""
    types = _types()
    values: dict[str, Any] = {}
    for name, kind in types.items():
        value = row[name]
        values[name] = kind(value) if value is not None and issubclass(kind, StrEnum | bool) else value
    return Case(**values)


def as_changes(case: Case) -> dict[str, JsonValue]:
    """Every field of a new case that is not its default, as the changes of its first entry."""
    defaults = {f.name: f.default for f in dataclasses.fields(Case)}
    return {name: to_json(getattr(case, name)) for name in defaults if getattr(case, name) != defaults[name]}


_NAMES = tuple(Case.__dataclass_fields__)
_values_of = attrgetter(*_NAMES)


def changed(case: Case, values: Mapping[str, Any]) -> Case:
    """The case with these fields set: what `dataclasses.replace` gives, in a quarter of its time."""
    return Case(**{**dict(zip(_NAMES, _values_of(case), strict=True)), **values})


def evolve(case: Case | None, entry: Entry) -> Case:
    """The case after an entry. Looks at nothing but the two: no calendar, no reference data, no clock."""
    values = {name: from_json(name, value) for name, value in entry.changes.items()}
    if case is None:
        return Case(**values)
    return changed(case, values | {"version": entry.seq})


def replay(entries: Iterable[Entry]) -> Case:
    """The case that a journal tells. Raises ValueError when the entries do not run 1, 2, 3, …"""
    case: Case | None = None
    for expected, entry in enumerate(entries, start=1):
        if entry.seq != expected:
            raise ValueError(f"journal gap: expected entry {expected}, found {entry.seq}")
        case = evolve(case, entry)
    if case is None:
        raise ValueError("an empty journal tells no case")
    return case
