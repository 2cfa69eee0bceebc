"""Triggers that make a table append-only on both databases. Migrations run the same statements."""

from typing import Any

from sqlalchemy import Table, event, text


def append_only_statements(table: str, dialect: str) -> list[str]:
    """SQL that refuses UPDATE and DELETE (and TRUNCATE on PostgreSQL) on `table`. `dialect` is SQLAlchemy's name."""
    if dialect == "sqlite":
        # INSERT OR REPLACE is caught by the delete trigger because the engine sets recursive_triggers.
        return [
            f"CREATE TRIGGER IF NOT EXISTS tr_{table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER tr_{table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER tr_{table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def make_append_only(table: Table) -> None:
    """Add the triggers whenever `table` is created from the models."""

    @event.listens_for(table, "after_create")
    def create(target: Table, connection: Any, **_: Any) -> None:
        for statement in append_only_statements(target.name, connection.dialect.name):
            connection.execute(text(statement))
