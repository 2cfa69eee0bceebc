"""The permission matrix of the program is the reviewed one, cell by cell; what is not in it is refused."""

import csv

import pytest

from domain.machine import why_not
from domain.moves import MOVES
from domain.people import Role
from domain.words import Status
from tests.domain.matrix import FILE, PLACES, case_at
from tests.steps import case_in
from tests.worlds import MONDAY, actor, world

W = world()
BASE = case_in(W, Status.HANDLING)


def _reviewed():
    with FILE.open(encoding="utf-8", newline="") as file:
        return {(row["role"], row["move"], place) for row in csv.DictReader(file) for place in PLACES if row[place]}


REVIEWED = _reviewed()
CELLS = [(role, move, place) for role in Role for move in MOVES for place in PLACES]


def test_the_reviewed_matrix_names_only_roles_moves_and_places_that_exist():
    assert {(str(r), m.name, p) for r, m, p in CELLS} >= REVIEWED
    assert len(CELLS) == 12 * 32 * 8


@pytest.mark.clause("2.2-1", partly=True)
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_exactly_what_the_reviewed_matrix_says(role):
    by = actor(W, role)
    for move in MOVES:
        for place in PLACES:
            case = case_at(BASE, by, place)
            refusal = why_not(move, case, by, W, MONDAY)
            denied = refusal is not None and str(refusal) in (
                "Your role may not do this.",
                "This case is outside your area or your unit.",
            )
            assert denied != ((str(role), move.name, place) in REVIEWED), (role, move.name, place)


def test_roles_that_only_look_may_do_nothing():
    doers = {role for role, _, _ in REVIEWED}
    assert not doers & {"leader", "display", "reviewer", "administrator"}
    assert {move for role, move, _ in REVIEWED if role == "overseer"} == {"supervise"}
    assert {move for role, move, _ in REVIEWED if role == "inspector"} == {"check", "rework"}
