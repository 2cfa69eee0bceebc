"""What the models cannot say: the append-only triggers of the journal and the search index, per database.

The same statements run when tables are made from the models and in the migration that first makes them.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from db.models.cases import CaseRow, EntryRow

SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE case_search USING fts5(grams, content='', tokenize='unicode61 remove_diacritics 0')",
)
POSTGRES_SEARCH = (
    "CREATE TABLE case_search (district_id integer NOT NULL, id bigint NOT NULL, grams text[] NOT NULL,"
    " CONSTRAINT pk_case_search PRIMARY KEY (district_id, id))",
    "CREATE INDEX ix_case_search_grams ON case_search USING gin (grams)",
)
SQLITE_APPEND_ONLY = (
    "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
    "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END",
)
POSTGRES_APPEND_ONLY = (
    "CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
    "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal"
    " FOR EACH ROW EXECUTE FUNCTION journal_append_only()",
    "CREATE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal"
    " FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()",
)
POSTGRES_STORAGE = ("ALTER TABLE cases SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01)",)


def statements(dialect: str) -> tuple[str, ...]:
    """Statements to run after the tables exist, in order."""
    if dialect == "sqlite":
        return SQLITE_SEARCH + SQLITE_APPEND_ONLY
    return POSTGRES_SEARCH + POSTGRES_APPEND_ONLY + POSTGRES_STORAGE


@event.listens_for(EntryRow.__table__, "after_create")
def _after_journal(_target: Any, connection: Connection, **_: Any) -> None:
    for statement in statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


@event.listens_for(CaseRow.__table__, "before_drop")
def _before_cases(_target: Any, connection: Connection, **_: Any) -> None:
    connection.exec_driver_sql("DROP TABLE IF EXISTS case_search")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS journal_append_only() CASCADE")
