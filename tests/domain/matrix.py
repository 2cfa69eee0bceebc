"""The permission matrix: role, move, and where the case lies. Printed as CSV by `python -m tests.domain.matrix`."""

import csv
import sys
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from domain.case import Case
from domain.machine import Move, granted
from domain.moves import MOVES
from domain.people import Actor, Role
from domain.words import Status
from domain.world import World
from tests.steps import case_in
from tests.worlds import actor, world

FILE = Path(__file__).resolve().parents[2] / "docs" / "permission-matrix.csv"
HEAD = ("role", "move")
PLACES: dict[str, dict[str, str | None]] = {
    # the unit that holds the order, and where the case lies; "own" is the actor's organisation
    "own_block_other_unit": {"unit": "JGW", "street": "310106006", "block": "JQ006", "committee": "JM006"},
    "own_street_other_unit": {"unit": "JGW", "street": "310106006", "block": None, "committee": None},
    "other_street_other_unit": {"unit": "JGW", "street": "310106011", "block": "JQ011", "committee": "JM011"},
    "own_unit_in_own_street": {"unit": "own", "street": "310106006", "block": None, "committee": None},
    "own_unit_in_other_street": {"unit": "own", "street": "310106011", "block": None, "committee": None},
    "utility_in_own_street": {"unit": "GS", "street": "310106006", "block": None, "committee": None},
    "utility_in_other_street": {"unit": "GS", "street": "310106011", "block": None, "committee": None},
    "no_unit_in_own_street": {"unit": None, "street": "310106006", "block": None, "committee": None},
}


def case_at(base: Case, by: Actor, place: str) -> Case:
    """A case as it stands to a person: held by which unit, lying where."""
    at = PLACES[place]
    unit = by.org if at["unit"] == "own" else at["unit"]
    street = at["street"] or ""
    return replace(base, unit_code=unit, street_code=street, station_code=at["block"], committee_code=at["committee"])


def cells() -> list[tuple[str, str, tuple[str, ...]]]:
    """Role, move and the places where it is granted; pairs that are never granted are left out."""
    w: World = world()
    base = case_in(w, Status.HANDLING)
    found = []
    for role in Role:
        by = actor(w, role)
        for move in MOVES:
            places = tuple(p for p in PLACES if _granted(move, base, by, p, w))
            if places:
                found.append((str(role), move.name, places))
    return found


def _granted(move: Move, base: Case, by: Actor, place: str, w: World) -> bool:
    return granted(move, case_at(base, by, place), by, w)


def write(out: TextIO) -> None:
    """The matrix as CSV: one line for each role and move, a `yes` in each place where it is granted."""
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow((*HEAD, *PLACES))
    for role, move, places in cells():
        lines.writerow((role, move, *("yes" if p in places else "" for p in PLACES)))


if __name__ == "__main__":
    write(sys.stdout)
