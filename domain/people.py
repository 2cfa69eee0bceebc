"""Who acts: roles with a sentence each, the actor, and what reach means. A user has a role at an organisation."""

from dataclasses import dataclass
from enum import StrEnum

from domain.text import N_
from domain.words import Tier
from domain.world import Org, World


class Role(StrEnum):
    """Roles of the domain. What a person sees and may do follows from the role and the organisation."""

    DISTRICT_OFFICER = "district_officer"
    STREET_OFFICER = "street_officer"
    DEPARTMENT_HANDLER = "department_handler"
    STATIONED_HANDLER = "stationed_handler"
    BLOCK_COORDINATOR = "block_coordinator"
    RESIDENTIAL_WORKER = "residential_worker"
    INSPECTOR = "inspector"
    OVERSEER = "overseer"
    REVIEWER = "reviewer"
    LEADER = "leader"
    DISPLAY = "display"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class RoleText:
    """A role's label and its sentence, and the kinds of organisation at which it can be held."""

    label: str
    sentence: str
    org_kinds: frozenset[str]


def _kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


ROLES: dict[Role, RoleText] = {
    Role.DISTRICT_OFFICER: RoleText(
        N_("District centre officer"),
        N_("Registers, dispatches, supervises, checks and closes cases in the whole district."),
        _kinds("district_centre"),
    ),
    Role.STREET_OFFICER: RoleText(
        N_("Street centre officer"),
        N_("Runs all six steps inside the street-town and dispatches its own units."),
        _kinds("street_centre"),
    ),
    Role.DEPARTMENT_HANDLER: RoleText(
        N_("Department handler"),
        N_("Finds problems of the department's field and handles the orders it is sent."),
        _kinds("department", "street_town"),
    ),
    Role.STATIONED_HANDLER: RoleText(
        N_("Stationed unit"),
        N_("Handles the orders the street centre sends to a unit stationed in the street-town."),
        _kinds("street_agency"),
    ),
    Role.BLOCK_COORDINATOR: RoleText(
        N_("Block station coordinator"),
        N_("Finds and handles on the spot in the block, and takes the street centre's orders."),
        _kinds("block_station"),
    ),
    Role.RESIDENTIAL_WORKER: RoleText(
        N_("Residential station worker"),
        N_("Finds, dissuades, handles by self-governance, and reports upward from the estates of the committee."),
        _kinds("residential_station"),
    ),
    Role.INSPECTOR: RoleText(
        N_("Inspector"),
        N_("Patrols and reports; verifies what was reported and what was handled."),
        _kinds("inspection_team", "district_centre", "street_centre"),
    ),
    Role.OVERSEER: RoleText(
        N_("Overseer"),
        N_("Sees every case and issues supervision orders; never handles."),
        _kinds("supervision"),
    ),
    Role.REVIEWER: RoleText(
        N_("Pilot reviewer"),
        N_("Reads cases to check whether a tier works by its operating guide."),
        _kinds("district_centre", "leading_group"),
    ),
    Role.LEADER: RoleText(
        N_("Leader (read only)"),
        N_("Reads the cases and figures of the own area, without personal data."),
        _kinds("government", "leading_group", "district_centre", "street_town", "street_centre", "department"),
    ),
    Role.DISPLAY: RoleText(
        N_("Meeting-room display (read only)"),
        N_("Shows counts and lights of the own area on a wall; never personal data or case texts."),
        _kinds("government", "district_centre", "street_centre", "street_town", "block_station"),
    ),
    Role.ADMINISTRATOR: RoleText(
        N_("Administrator"),
        N_("Keeps accounts and reference data; does not see cases."),
        _kinds("government", "district_centre"),
    ),
}

CENTRES = frozenset({Role.DISTRICT_OFFICER, Role.STREET_OFFICER})
"""The two platforms (两级平台): the only roles that register, dispatch, check and close."""

HANDLERS = frozenset({Role.DEPARTMENT_HANDLER, Role.STATIONED_HANDLER, Role.BLOCK_COORDINATOR, Role.RESIDENTIAL_WORKER})
"""Roles that take orders and handle them."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role at an organisation, with the area that follows from it.

    `user_id` 0 is the system itself (import, timers). Area codes are None where the role has no such area.
    """

    user_id: int
    login: str
    name: str
    role: Role
    org: str
    tier: Tier
    street_code: str | None = None
    area_code: str | None = None  # station code of a block or residential station

    @property
    def everywhere(self) -> bool:
        """Whether the role's area is the whole district."""
        return self.street_code is None and self.tier in (Tier.DISTRICT,)


def actor_at(world: World, *, user_id: int, login: str, name: str, role: Role, org: str) -> Actor:
    """The actor for a user's role at an organisation. Raises KeyError for an organisation not in the world."""
    unit: Org = world.orgs[org]
    return Actor(
        user_id=user_id,
        login=login,
        name=name,
        role=role,
        org=org,
        tier=unit.tier,
        street_code=unit.street_code,
        area_code=org if unit.tier in (Tier.BLOCK, Tier.RESIDENTIAL) else None,
    )


def role_fits(world: World, role: Role, org: str) -> bool:
    """Whether a role can be held at an organisation (a station coordinator only at a block station, ...)."""
    return org in world.orgs and world.orgs[org].kind in ROLES[role].org_kinds
