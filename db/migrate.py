"""Migrations: bringing a database to the newest schema, or back. Never run by hand on a page."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

HERE = Path(__file__).resolve().parent / "migrations"


def config(engine: Engine) -> Config:
    """Alembic's configuration for an engine; there is no ini file to keep in step."""
    found = Config()
    found.set_main_option("script_location", str(HERE))
    found.attributes["engine"] = engine
    return found


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision."""
    command.upgrade(config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to a revision; `base` removes everything."""
    command.downgrade(config(engine), revision)


def wanted(engine: Engine) -> bool:
    """Whether the database is empty or has an older schema, so that `upgrade` is to run before it is used."""
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
    return not names or ("alembic_version" in names and not at_head(engine))


def at_head(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    return set(current) == set(ScriptDirectory.from_config(config(engine)).get_heads())
