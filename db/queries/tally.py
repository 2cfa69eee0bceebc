"""How many open cases stand in each status under each light, as a person sees them: one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, literal, select, union_all

from db.execute import CASES
from db.queries.board import LIGHTS
from db.queries.branches import open_branches
from db.queries.scope import Scope
from domain.words import Light, Status, Step


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of cases that are not done, by (status, light of the stage)."""

    numbers: Mapping[tuple[Status, Light], int]
    steps: Mapping[Status, Step]

    def of(self, *statuses: Status, light: Light | None = None) -> int:
        """Cases in any of these statuses (none given: in all), under one light or all."""
        return sum(
            n
            for (status, shown), n in self.numbers.items()
            if (not statuses or status in statuses) and light in (None, shown)
        )

    def in_step(self, step: Step) -> int:
        """Cases in a step (环节)."""
        return sum(n for (status, _), n in self.numbers.items() if self.steps[status] == step)


@lru_cache(maxsize=64)
def _statement(whole: bool, columns: tuple[str, ...], unit: bool, only_unit: bool) -> Any:
    scope = Scope(0, whole, tuple((column, None) for column in columns), "" if unit else None)
    light = case(*((LIGHTS[name], literal(name)) for name in ("red", "yellow", "green")), else_=literal("none"))
    narrowed: list[ColumnElement[bool]] = [CASES.c.done_at.is_(None)]
    if only_unit:
        narrowed.append(CASES.c.unit_code == bindparam("tally_unit"))
    return union_all(
        *(
            select(CASES.c.status, CASES.c.step, light.label("light"), func.count().label("n"))
            .where(and_(branch, *narrowed))
            .group_by(CASES.c.status, CASES.c.step, light)
            for branch in open_branches(scope)
        )
    )


def tally(connection: Connection, scope: Scope, at: datetime, *, unit: str | None = None) -> Tally:
    """Count the cases that are not done in a person's scope; with `unit`, those which that unit holds."""
    if not open_branches(scope):
        return Tally({}, {})
    statement = _statement(scope.whole, tuple(c for c, _ in scope.any_of), scope.unit is not None, unit is not None)
    values = scope.values() | {"at": at} | ({} if unit is None else {"tally_unit": unit})
    rows = connection.execute(statement, values).all()
    numbers: dict[tuple[Status, Light], int] = {}
    for row in rows:
        key = (Status(row.status), Light(row.light))
        numbers[key] = numbers.get(key, 0) + row.n
    return Tally(
        numbers,
        {Status(row.status): Step(row.step) for row in rows},
    )
