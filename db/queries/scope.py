"""Which cases a person sees. Every query of case data starts from a scope; there is no query without one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select, true

from db.execute import CASES, UNITS
from domain.case import Case
from domain.people import Actor, Role
from domain.words import Tier


@dataclass(frozen=True, slots=True)
class Scope:
    """A district and the alternatives under which a case is seen: (column, value) pairs, any of which is enough.

    No alternatives and `whole` False = no cases. `unit` adds the cases which that unit holds or once held.
    """

    district_id: int
    whole: bool = False
    any_of: tuple[tuple[str, Any], ...] = ()
    unit: str | None = None
    texts: bool = True  # whether case texts and photos may be shown (not on displays)

    @property
    def shape(self) -> tuple[object, ...]:
        """What the SQL depends on, without the values: statements are built once per shape."""
        return (self.whole, tuple(column for column, _ in self.any_of), self.unit is not None)

    def values(self) -> dict[str, Any]:
        """Parameters of `where`."""
        found: dict[str, Any] = {"district_id": self.district_id}
        found |= {f"scope_{column}": value for column, value in self.any_of}
        if self.unit is not None:
            found["scope_unit"] = self.unit
        return found


def scope_of(actor: Actor, district_id: int) -> Scope:
    """The scope of a person: the whole district, a street-town, a station's area, a unit's orders, own reports."""
    role = actor.role
    if role is Role.ADMINISTRATOR:
        return Scope(district_id)
    texts = role is not Role.DISPLAY
    if role in (Role.DEPARTMENT_HANDLER, Role.STATIONED_HANDLER) or (
        role is Role.LEADER and actor.tier is Tier.DEPARTMENT
    ):
        return Scope(district_id, any_of=(("reporter_org", actor.org),), unit=actor.org, texts=texts)
    if actor.tier is Tier.BLOCK:
        mine = (("station_code", actor.org), ("reporter_org", actor.org))
        return Scope(district_id, any_of=mine, unit=actor.org, texts=texts)
    if actor.tier is Tier.RESIDENTIAL:
        mine = (("committee_code", actor.org), ("reporter_org", actor.org))
        return Scope(district_id, any_of=mine, unit=actor.org, texts=texts)
    if actor.street_code is not None:
        return Scope(district_id, any_of=(("street_code", actor.street_code),), texts=texts)
    return Scope(district_id, whole=actor.everywhere, texts=texts)


def open_where(scope: Scope) -> ColumnElement[bool]:
    """Condition for boards: as `where`, but only the unit that holds the case now, so that indexes serve it."""
    return _where(scope, CASES.c.unit_code == bindparam("scope_unit"))


def where(scope: Scope) -> ColumnElement[bool]:
    """Condition that a case is seen; former units keep reading (2.5-22)."""
    involved = exists(
        select(UNITS.c.case_id).where(
            UNITS.c.district_id == CASES.c.district_id,
            UNITS.c.case_id == CASES.c.id,
            UNITS.c.unit_code == bindparam("scope_unit"),
        )
    )
    return _where(scope, involved)


def _where(scope: Scope, unit: ColumnElement[bool]) -> ColumnElement[bool]:
    district = CASES.c.district_id == bindparam("district_id")
    if scope.whole:
        return and_(district, true())
    parts: list[ColumnElement[bool]] = [CASES.c[column] == bindparam(f"scope_{column}") for column, _ in scope.any_of]
    if scope.unit is not None:
        parts.append(unit)
    return and_(district, or_(false(), *parts))


def sees(scope: Scope, case: Case, involved: frozenset[str]) -> bool:
    """The same question for one case in hand; `involved` = units that hold or held it."""
    if case.district_id != scope.district_id:
        return False
    if scope.whole or (scope.unit is not None and scope.unit in involved):
        return True
    return any(getattr(case, column) == value for column, value in scope.any_of)
