"""Who acts in the demo story: the demo accounts, and staff of the other units who have no account."""

import zlib

from sqlalchemy import Engine

from db import accounts
from db.accounts import Post
from domain.people import Actor, Role, actor_at
from domain.world import World
from seeds.story.texts import STREET_WEIGHTS

DEMO_PASSWORD = "Wangge-Demo-310106"  # noqa: S105 - published on purpose; exists in demo mode only


def demo_posts(world: World) -> dict[str, tuple[str, Post]]:
    """Login, name and post of the demo accounts: one for each role, the lower tiers in one street-town."""
    street = demo_street(world)

    def first(kind: str, **more: object) -> str:
        for org in world.orgs.values():
            if org.kind == kind and all(getattr(org, k) == v for k, v in more.items()):
                return org.code
        raise LookupError(f"no organisation of kind {kind}")

    centre = first("district_centre")
    here = {"street_code": street}
    station = first("block_station", **here)
    return {
        "district": ("区中心值班员(演示)", Post(Role.DISTRICT_OFFICER, centre)),
        "street": ("街道中心值班员(演示)", Post(Role.STREET_OFFICER, first("street_centre", **here))),
        "department": ("部门处置员(演示)", Post(Role.DEPARTMENT_HANDLER, busiest_department(world))),
        "stationed": ("派驻单位队员(演示)", Post(Role.STATIONED_HANDLER, stationed(world, street))),
        "block": ("街区站长(演示)", Post(Role.BLOCK_COORDINATOR, station)),
        "residential": (
            "居民区工作人员(演示)",
            Post(Role.RESIDENTIAL_WORKER, first("residential_station", parent=station)),
        ),
        "inspector": ("网格监督员(演示)", Post(Role.INSPECTOR, first("street_centre", **here))),
        "overseer": ("督查员(演示)", Post(Role.OVERSEER, first("supervision"))),
        "reviewer": ("试点评审员(演示)", Post(Role.REVIEWER, centre)),
        "leader": ("区领导(演示)", Post(Role.LEADER, first("government"))),
        "display": ("会议室大屏(演示)", Post(Role.DISPLAY, centre)),
        "admin": ("系统管理员(演示)", Post(Role.ADMINISTRATOR, centre)),
    }


def demo_street(world: World) -> str:
    """The street-town of the demo accounts: the busiest of the story."""
    return next((s for s in STREET_WEIGHTS if s in world.streets), next(iter(world.streets)))


def busiest_department(world: World) -> str:
    """The department that most rows of the responsibility list name."""
    count: dict[str, int] = {}
    for rule in world.rules:
        if rule.org is not None and world.orgs[rule.org].kind == "department":
            count[rule.org] = count.get(rule.org, 0) + 1
    return max(count, key=lambda code: (count[code], code))


def stationed(world: World, street: str) -> str:
    """The stationed unit of a street-town that most rows name."""
    count: dict[str, int] = {}
    for rule in world.rules:
        if rule.agency is not None:
            count[rule.agency] = count.get(rule.agency, 0) + 1
    agency = max(count, key=lambda a: (count[a], a))
    return next(o.code for o in world.orgs.values() if o.agency == agency and o.street_code == street)


class Cast:
    """Actors by role and organisation. People with a demo account act under it."""

    def __init__(self, engine: Engine, world: World) -> None:
        self.world = world
        self._accounts: dict[tuple[Role, str], int] = {}
        with engine.connect().execution_options(reading=True) as connection:
            for login, (_name, post) in demo_posts(world).items():
                found = accounts.find_user(connection, world.district_id, login)
                if found is not None:
                    self._accounts[(post.role, post.org)] = found[0]

    def at(self, role: Role, org: str, person: int = 0) -> Actor:
        """A person of an organisation; `person` tells colleagues apart. Without an account: a negative id."""
        account = self._accounts.get((role, org)) if person == 0 else None
        user_id = account or -(zlib.crc32(f"{role}:{org}:{person}".encode()) + 1)
        return actor_at(self.world, user_id=user_id, login=f"demo-{org}", name="", role=role, org=org)
