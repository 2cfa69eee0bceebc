"""Alembic's entry: runs the migrations on the engine that `db.migrate` hands over, one at a time."""

from alembic import context
from sqlalchemy import text

from db import ddl  # noqa: F401 - completes the metadata
from db.models import accounts, cases, reference  # noqa: F401
from db.models.base import Base

NOT_OURS = ("case_search",)


def _ours(_object: object, name: str | None, type_: str, _reflected: bool, _other: object) -> bool:
    return not (type_ == "table" and (name or "").startswith(NOT_OURS))


def run() -> None:
    """Run the wanted migrations in one transaction each, SQLite in batch mode, PostgreSQL under an advisory lock."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            include_object=_ours,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(310106)"))
            context.run_migrations()
        connection.commit()


run()
