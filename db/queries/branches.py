"""A scope taken apart into alternatives, each with an index of its own.

A person of a unit sees a case for one of several reasons (the unit holds it, held it, reported it, its area). Asked as
one OR, both databases walk through the whole district; asked one by one, each reason is a few steps in its index.
"""

from sqlalchemy import ColumnElement, and_, bindparam

from db.execute import CASES
from db.queries.scope import Scope


def open_branches(scope: Scope) -> list[ColumnElement[bool]]:
    """Conditions that exclude one another and together say what `open_where` says: counts over them add up.

    None at all for a scope that sees nothing: then nothing is asked.
    """
    district = CASES.c.district_id == bindparam("district_id")
    if scope.whole:
        return [district]
    reasons = [(column, f"scope_{column}") for column, _ in scope.any_of]
    if scope.unit is not None:
        reasons.append(("unit_code", "scope_unit"))
    found: list[ColumnElement[bool]] = []
    for n, (column, name) in enumerate(reasons):
        earlier: list[ColumnElement[bool]] = [
            CASES.c[other].is_distinct_from(bindparam(value)) for other, value in reasons[:n]
        ]
        found.append(and_(district, CASES.c[column] == bindparam(name), *earlier))
    return found


def column_branches(scope: Scope) -> list[ColumnElement[bool]]:
    """Conditions on the case row under which it is seen; they may overlap. The units' own orders are not in them."""
    district = CASES.c.district_id == bindparam("district_id")
    if scope.whole:
        return [district]
    return [and_(district, CASES.c[column] == bindparam(f"scope_{column}")) for column, _ in scope.any_of]
