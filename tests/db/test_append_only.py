"""The journal takes new entries and nothing else, on both databases."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.words import Status
from tests.db.commands import brought_to, dump

COPY = "SELECT * FROM journal WHERE seq = 1"
FORBIDDEN = {
    "sqlite": (
        "UPDATE journal SET move = 'x'",
        "UPDATE journal SET hash = hash",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 1",
        f"INSERT OR REPLACE INTO journal {COPY}",
        f"REPLACE INTO journal {COPY}",
        f"INSERT INTO journal {COPY} ON CONFLICT DO UPDATE SET move = 'x'",
        f"INSERT INTO journal {COPY}",
        "DELETE FROM cases",
    ),
    "postgresql": (
        "UPDATE journal SET move = 'x'",
        "UPDATE journal SET hash = hash",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 1",
        f"INSERT INTO journal {COPY} ON CONFLICT (district_id, case_id, seq) DO UPDATE SET move = 'x'",
        f"INSERT INTO journal {COPY}",
        "TRUNCATE journal",
        "TRUNCATE cases CASCADE",
        "DELETE FROM cases",
    ),
}


@pytest.mark.parametrize("number", range(9))
def test_the_journal_refuses_whatever_is_not_a_new_entry(store, number):
    statement = FORBIDDEN[store.dialect.name][number].replace("SELECT *", "SELECT *")
    brought_to(store, Status.FILED)
    before = dump(store)
    with pytest.raises(DBAPIError), store.begin() as connection:
        connection.execute(text(statement))
    assert dump(store) == before


@pytest.mark.parametrize(
    "change",
    [
        "status = 'lost'",
        "done_at = reported_at",
        "status = 'appraised'",
        "lng_e6 = 1",
        "status = 'dispatched', unit_code = NULL",
    ],
)
def test_a_row_that_cannot_be_is_refused_by_the_database_itself(store, change):
    brought_to(store, Status.FILED)
    with pytest.raises(DBAPIError), store.begin() as connection:
        connection.execute(text(f"UPDATE cases SET {change}"))
