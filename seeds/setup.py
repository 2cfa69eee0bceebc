"""Bringing an installation up: schema, reference data and, in demo mode, demo accounts and the demo story."""

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine, event, func, select

from db import accounts, migrate
from db.engine import make_engine
from db.execute import CASES, utc_now
from db.settings import district_id
from db.world import world as world_of
from domain.world import World
from seeds.load import load
from seeds.story.cast import DEMO_PASSWORD, demo_posts
from seeds.story.tell import tell

STORY = 3000
"""Cases of the demo story."""


def bring_up(engine: Engine, district: str, *, demo: bool, out: Console, cases: int = STORY) -> None:
    """Bring schema and reference data up to date, and in demo mode tell the story once. Again: changes nothing.

    Raises BadReference with every fault of the reference files, before anything of them is written.
    """
    migrate.upgrade(engine)
    revision = load(engine, district)
    world = world_of(engine, district_id())
    out.print(f"{world.district_name}: reference data revision {revision}, {len(world.orgs)} organisations")
    if demo:
        _demo(engine, world, cases, out)


def _demo(engine: Engine, world: World, cases: int, out: Console) -> None:
    with engine.connect().execution_options(reading=True) as connection:
        known = {login for login in demo_posts(world) if accounts.find_user(connection, world.district_id, login)}
        stored = connection.execute(
            select(func.count()).select_from(CASES).where(CASES.c.district_id == world.district_id)
        ).scalar_one()
    for login, (name, post) in demo_posts(world).items():
        if login not in known:
            accounts.add_user(
                engine,
                world,
                login=login,
                name=name,
                password=DEMO_PASSWORD,
                posts=(post,),
                at=utc_now(),
                must_change=False,
                trusted=True,
            )
    if stored == 0:
        with Progress(console=out) as bar:
            task = bar.add_task("demo story", total=cases)
            tell(_hasty(engine), world, utc_now(), cases=cases, progress=lambda n, _of: bar.update(task, completed=n))
            bar.update(task, completed=cases)
    out.print(f"demo accounts: {', '.join(demo_posts(world))}; password: {DEMO_PASSWORD}")


def _hasty(engine: Engine) -> Engine:
    """An engine for telling the story: it can be told again, so SQLite need not wait for the disk at every commit."""
    if engine.dialect.name != "sqlite":
        return engine
    quick = make_engine(str(engine.url))
    event.listen(quick, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
    return quick
