"""What the opinion names stands in the reference data of the district, and the rules work on it."""

import pytest

from db.engine import make_engine
from db.models.base import Base
from db.world import world as world_of
from domain.case import evolve
from domain.intake import CHANNELS_OF, allowed_channels, open_registered, open_report
from domain.people import CENTRES, ROLES, Role, actor_at
from domain.routing import Place, fallback_of, route
from domain.words import Kind
from domain.world import World
from seeds.load import load
from tests.worlds import DISTRICT, MONDAY, report


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('reference') / 'r.db'}")
    Base.metadata.create_all(engine)
    load(engine, "jingan", at=MONDAY)
    return world_of(engine, DISTRICT)


def someone(world: World, role: Role, street: str | None = None):
    """A person of a role at the first organisation where it can be held (in a street-town, when one is named)."""
    for org in world.orgs.values():
        if org.kind in ROLES[role].org_kinds and street in (None, org.street_code):
            return actor_at(world, user_id=1, login="a", name="甲", role=role, org=org.code)
    raise LookupError(role)


def reported_by(world: World, role: Role, channel: str):
    who = someone(world, role)
    street = who.street_code or next(iter(world.streets))
    sent = report(channel=channel, street_code=street, external_no="1", standard_id=None)
    return evolve(None, open_report(world, who, sent, MONDAY, 1, "N1"))


@pytest.mark.clause("2.5-3")
@pytest.mark.parametrize(
    ("channel", "named"),
    [
        ("DSUP", "督查"), ("STRT", "街面巡管执勤"), ("VIDE", "视频巡逻"), ("RESC", "居村委干部"),
        ("RESV", "平安志愿者和治安信息员"), ("DEPU", "人大代表和政协委员社区接待"),
    ],
)  # fmt: skip
def test_every_active_way_of_finding_that_the_opinion_names_is_a_channel(world, channel, named):
    assert named in world.channels[channel].name
    assert world.channels[channel].group == "active"
    assert reported_by(world, Role.STREET_OFFICER, channel).channel == channel


@pytest.mark.clause("2.5-5")
@pytest.mark.parametrize(
    ("channel", "named"),
    [("H12345", "12345"), ("CVIS", "市民巡访"), ("NETM", "网络媒体"), ("THRD", "第三方监督")],
)
def test_every_public_channel_that_the_opinion_names_is_a_channel(world, channel, named):
    assert named in world.channels[channel].name
    assert world.channels[channel].group == "passive"
    assert reported_by(world, Role.DISTRICT_OFFICER, channel).channel == channel


@pytest.mark.clause("2.3-15")
def test_every_channel_of_a_role_exists_and_each_actor_can_report(world):
    for role, codes in CHANNELS_OF.items():
        assert set(codes) <= set(world.channels), role
        for code in codes:
            assert reported_by(world, role, code).channel == code
    for role in CENTRES:
        assert set(allowed_channels(world, someone(world, role))) == set(world.channels)


@pytest.mark.clause("2.3-9")
def test_the_fallback_unit_for_components_is_the_construction_committee_and_no_other(world):
    found = {fallback_of(world, Kind.COMPONENT, street).code for street in world.streets}
    assert len(found) == 1
    assert "建" in world.orgs[found.pop()].name
    assert sum(o.fallback_for is Kind.COMPONENT for o in world.orgs.values()) == 1


@pytest.mark.clause("2.3-10")
def test_the_fallback_unit_for_events_is_the_street_town_of_the_place(world):
    for street in world.streets:
        unit = fallback_of(world, Kind.MATTER, street)
        assert (unit.kind, unit.street_code, unit.direct_dispatch) == ("street_town", street, True)


@pytest.mark.clause("2.3-3")
def test_every_class_has_a_registration_condition_with_a_limit_and_can_be_filed_anywhere(world):
    officer = someone(world, Role.DISTRICT_OFFICER)
    streets = list(world.streets)
    for n, category in enumerate(world.categories.values()):
        assert category.standards, category.id
        sent = report(
            kind=category.kind, category_id=category.id, standard_id=category.standards[0].id,
            street_code=streets[n % len(streets)],
        )  # fmt: skip
        case = evolve(None, open_registered(world, officer, sent, MONDAY, 1, "N1"))
        assert case.whole_due_at > MONDAY


def test_every_class_is_routed_to_a_unit_that_takes_orders_in_every_street_town(world):
    for category in world.categories.values():
        for street in world.streets:
            found = route(world, category, Place(street), MONDAY.date())
            assert found.unit is not None, (category.id, street)
            assert found.unit.direct_dispatch
            assert found.unit.street_code in (None, street)


@pytest.mark.clause("2.3-22")
def test_utilities_take_orders_without_a_login_and_without_a_department_above(world):
    utilities = [o for o in world.orgs.values() if o.kind == "utility"]
    assert utilities
    for unit in utilities:
        assert unit.direct_dispatch
        assert not unit.has_login
        assert unit.parent is None or world.orgs[unit.parent].kind != "department"


def test_every_unit_that_takes_orders_has_a_role_that_can_accept_them(world):
    takers = {kind for role in Role for kind in ROLES[role].org_kinds if role in _TAKERS}
    stuck = [o.code for o in world.orgs.values() if o.direct_dispatch and o.has_login and o.kind not in takers]
    assert stuck == [world.orgs["QWG"].code], "the district centre is refused by the guard of orders"


_TAKERS = {
    Role.STREET_OFFICER, Role.DEPARTMENT_HANDLER, Role.STATIONED_HANDLER, Role.BLOCK_COORDINATOR,
    Role.RESIDENTIAL_WORKER,
}  # fmt: skip
