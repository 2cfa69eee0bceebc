"""The reference data of Jing'an as the rules see it."""

from pathlib import Path

import pytest

from db.engine import make_engine
from db.models.base import Base
from db.world import world
from domain.world import World
from seeds.load import load


@pytest.fixture(scope="session")
def jingan(tmp_path_factory: pytest.TempPathFactory) -> World:
    path: Path = tmp_path_factory.mktemp("jingan") / "reference.db"
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    load(engine, "jingan")
    return world(engine, 310106)
