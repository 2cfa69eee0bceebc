"""The dispatch board: true counts per step and the most urgent cards of each, two statements whatever the history."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, literal, select, union_all

from db.execute import CASES
from db.queries.branches import open_branches
from db.queries.scope import Scope
from domain.case import light_of, stands
from domain.words import Light, Route, Status, Step

PER_COLUMN = 30
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board is narrowed to; None = everything. `light` is judged at the instant of the query."""

    street: str | None = None
    station: str | None = None
    unit: str | None = None
    route: str | None = None
    kind: str | None = None
    big: str | None = None  # kind initial + big class, e.g. M06
    channel: str | None = None
    light: str | None = None
    flag: str | None = None
    mine: str | None = None  # my organisation: only what it holds

    @property
    def shape(self) -> tuple[tuple[str, str], ...]:
        """The filters set; those that choose between conditions carry their value."""
        chosen = []
        for f in fields(self):
            value = getattr(self, f.name)
            if value is not None:
                chosen.append((f.name, value if f.name in ("light", "flag") else ""))
        return tuple(chosen)


@dataclass(frozen=True, slots=True)
class CardRow:
    """What a card shows. Light and time left are worked out from the instants by whoever draws it."""

    no: str
    version: int
    status: Status
    step: Step
    category_id: str
    street_code: str
    address: str
    unit_code: str | None
    channel: str
    route: Route
    fallback: bool
    returns: int
    reworks: int
    reopens: int
    supervisions: int
    imported: bool
    citizen: bool
    stage_yellow_at: datetime | None
    stage_due_at: datetime | None
    stage_exact: bool
    extension_asked_at: datetime | None
    suspension_asked_at: datetime | None
    suspended_from: datetime | None
    suspended_until: datetime | None
    accept_due_at: datetime | None
    whole_yellow_at: datetime | None
    whole_due_at: datetime | None
    closed_at: datetime | None

    def suspended(self, at: datetime) -> bool:
        """Whether the handling clock stands because of a granted suspension."""
        return stands(self.status, self.suspended_from, self.suspended_until, at)

    def light(self, at: datetime) -> Light:
        """Light of the current stage."""
        return light_of(at, self.stage_yellow_at, self.stage_due_at)

    def whole_light(self, at: datetime) -> Light:
        """Light of the whole process."""
        return light_of(self.closed_at or at, self.whole_yellow_at, self.whole_due_at)


@dataclass(frozen=True, slots=True)
class Board:
    """Counts per step, and per step the most urgent cards (at most the number asked for)."""

    counts: dict[Step, int]
    cards: dict[Step, tuple[CardRow, ...]]


_FIELDS = [CASES.c[f.name] for f in fields(CardRow)]
_at = bindparam("at", type_=CASES.c.stage_due_at.type)
FLAGS: dict[str, ColumnElement[bool]] = {
    "fallback": CASES.c.fallback,
    "returned": CASES.c.returns > 0,
    "reworked": CASES.c.reworks > 0,
    "reopened": CASES.c.reopens > 0,
    "supervised": CASES.c.supervisions > 0,
    "citizen": CASES.c.citizen,
    "imported": CASES.c.imported,
    "extension_asked": CASES.c.extension_asked_at.is_not(None),
    "suspension_asked": CASES.c.suspension_asked_at.is_not(None),
    "suspended": and_(
        CASES.c.suspended_from <= _at,
        CASES.c.suspended_until > _at,
        CASES.c.status.in_([str(Status.DISPATCHED), str(Status.HANDLING)]),
    ),
    "not_accepted_in_time": and_(
        CASES.c.status == "dispatched", CASES.c.accept_due_at < bindparam("at", type_=CASES.c.stage_due_at.type)
    ),
}
LIGHTS: dict[str, ColumnElement[bool]] = {
    "red": CASES.c.stage_due_at < _at,
    "yellow": and_(CASES.c.stage_yellow_at <= _at, CASES.c.stage_due_at >= _at),
    "green": CASES.c.stage_yellow_at > _at,
    "none": CASES.c.stage_due_at.is_(None),
}


def _condition(name: str, value: str) -> ColumnElement[bool]:
    if name == "light":
        return LIGHTS[value]
    if name == "flag":
        return FLAGS[value]
    if name == "big":
        return CASES.c.category_id.startswith(bindparam("f_big"), autoescape=False)
    column = {"street": "street_code", "station": "station_code", "unit": "unit_code", "mine": "unit_code"}
    return CASES.c[column.get(name, name)] == bindparam(f"f_{name}")


@lru_cache(maxsize=256)
def _statements(filter_shape: tuple[tuple[str, str], ...], scope: "_Key", per: int) -> tuple[Any, Any]:
    """Statements of a shape, built once: `scope` only lends its columns, its values are bound at execution."""
    narrowed = [CASES.c.done_at.is_(None), *(_condition(name, value) for name, value in filter_shape)]
    bases = [and_(branch, *narrowed) for branch in open_branches(scope.scope)]
    counts = [select(CASES.c.step, func.count().label("n")).where(base).group_by(CASES.c.step) for base in bases]
    return union_all(*counts), union_all(*(_branch(base, step, per) for step in Step for base in bases))


def _branch(base: ColumnElement[bool], step: Step, per: int) -> Select[Any]:
    inner = (
        select(*_FIELDS, CASES.c.id)
        .where(base, CASES.c.step == literal(str(step), literal_execute=True))
        .order_by(CASES.c.stage_due_at, CASES.c.id)
        .limit(literal(per, literal_execute=True))
        .subquery()
    )
    return select(inner)


class _Key:
    """A scope that compares by its shape, so that the statement cache ignores its values."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.scope.shape == self.scope.shape

    def __hash__(self) -> int:
        return hash(self.scope.shape)


def board(
    connection: Connection, scope: Scope, filters: Filters, at: datetime, *, per_column: int = PER_COLUMN
) -> Board:
    """Counts and the most urgent cards per step, as this person sees them. Two statements."""
    if not open_branches(scope):
        return Board(dict.fromkeys(Step, 0), dict.fromkeys(Step, ()))
    counts, cards = _statements(filters.shape, _Key(scope), per_column)
    values = scope.values() | {f"f_{name}": getattr(filters, name) for name, _ in filters.shape} | {"at": at}
    n = dict.fromkeys(Step, 0)
    for count in connection.execute(counts, values).all():
        n[Step(count.step)] += int(count.n)
    found: dict[Step, list[tuple[bool, Any, int, CardRow]]] = {step: [] for step in Step}
    for row in connection.execute(cards, values).mappings():
        card = _card(row)
        found[card.step].append((card.stage_due_at is None, card.stage_due_at, row["id"], card))
    return Board(n, {step: _most_urgent(cards, per_column) for step, cards in found.items()})


def _most_urgent(cards: list[tuple[bool, Any, int, CardRow]], per: int) -> tuple[CardRow, ...]:
    """The cards of all branches in one order; a case stands in one branch only, so no two have the same key."""
    return tuple(card[-1] for card in sorted(cards, key=lambda c: (c[0], c[1] or _NEVER, c[2]))[:per])


_TYPES: dict[str, Any] = {"status": Status, "step": Step, "route": Route} | dict.fromkeys(
    ("fallback", "imported", "citizen", "stage_exact"), bool
)


def _card(row: Any) -> CardRow:
    values: dict[str, Any] = dict(row)
    for name, kind in _TYPES.items():
        values[name] = kind(values[name])
    return CardRow(**{f.name: values[f.name] for f in fields(CardRow)})
