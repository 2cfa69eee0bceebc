"""After any sequence of commands the row is what the journal tells, on both databases."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.execute import CASES, Act, execute
from db.journal import chain_fault, rows_of
from domain.moves import MOVES
from domain.people import Role
from domain.text import Refused
from tests.db.commands import WORLD, key, open_case, photo, replayed, stored
from tests.steps import ANSWERS
from tests.worlds import DISTRICT, MONDAY, actor

UNITS = ("LRJ", "JGW", "GS", "JC006", "CG006", "JQ006", "JM006", "CG011", "DCS")


@pytest.mark.parametrize("seed", range(3))
def test_the_row_is_what_the_journal_tells_after_whatever_people_tried(store, seed):
    rng = random.Random(seed)
    people = [actor(WORLD, role) for role in Role] * 2 + [actor(WORLD, Role.DEPARTMENT_HANDLER, "JGW")]
    people += [actor(WORLD, Role.DISTRICT_OFFICER) for _ in range(8)]
    numbers = [open_case(store, citizen=rng.random() < 0.5).no for _ in range(6)]
    made = 0
    for n in range(400):
        no = rng.choice(numbers)
        case = stored(store, no)
        move = rng.choice([m for m in MOVES if case.status in m.from_ and m.name not in ("void", "refuse")] or MOVES)
        answers = {k: v for k, v in ANSWERS[move.name].items() if k != "photos"}
        if "unit" in answers:
            answers["unit"] = rng.choice(UNITS)
        by, at = rng.choice(people), MONDAY + timedelta(minutes=n)
        photos = (photo(bytes([n % 256])),) if move.name in ("handled", "check") else ()
        try:
            execute(store, WORLD, Act(key(), by, at, move.name, no, case.version, answers, photos))
        except Refused:
            assert stored(store, no) == case
            continue
        made += 1
        now = stored(store, no)
        assert now.version == case.version + 1
        assert replayed(store, now) == now
    assert made > 40
    with store.connect() as connection:
        for case_id in connection.execute(select(CASES.c.id)).scalars():
            assert chain_fault(rows_of(connection, DISTRICT, case_id)) is None
