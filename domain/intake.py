"""Opening a case: report, register, handle on the spot, take over from another system."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain import clock
from domain.case import Case, Entry, as_changes
from domain.decide import intervals_json, stage_deadline, whole_deadline
from domain.moves import STEP_OF
from domain.people import CENTRES, Actor, Role
from domain.text import N_, Refused, Text, has_control_characters, text
from domain.words import ClosingVerdict, Kind, Route, SelfAction, Status, Tier
from domain.world import Category, World

CHANNELS_OF: dict[Role, tuple[str, ...]] = {
    Role.INSPECTOR: ("INSP", "DSUP", "GRID", "VIDE"),
    Role.DEPARTMENT_HANDLER: ("DEPT",),
    Role.STATIONED_HANDLER: ("STRT", "GRID"),
    Role.BLOCK_COORDINATOR: ("BLKS", "STRT", "GRID"),
    Role.RESIDENTIAL_WORKER: ("RESC", "RESV", "REST", "COMM"),
}
"""Each actor has its own discovery channels (2.3-15), the usual one first. The centres may use all."""

REPORTERS = frozenset(CHANNELS_OF) | CENTRES
MAX_DESCRIPTION, MAX_ADDRESS, MAX_EXTERNAL = 1000, 200, 60
EXTERNAL_NO = re.compile(r"[^\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Report:
    """What the intake form holds. `found_at` is when it was found: not in the future, at most a year ago."""

    kind: Kind
    category_id: str
    description: str
    channel: str
    street_code: str
    address: str
    found_at: datetime
    standard_id: str | None = None
    external_source: str | None = None
    external_no: str | None = None
    station_code: str | None = None
    committee_code: str | None = None
    lng_e6: int | None = None
    lat_e6: int | None = None
    citizen: bool = False
    social: bool = False
    estate: bool = False
    self_action: SelfAction | None = None
    photos_before: int = 0
    photos_after: int = 0
    result: str = ""


def allowed_channels(world: World, actor: Actor) -> tuple[str, ...]:
    """Codes of the channels this person may use, the usual one first; for the centres in the order of the file."""
    if actor.role not in REPORTERS:
        return ()
    in_use = {code for code, channel in world.channels.items() if not channel.retired}
    mine = CHANNELS_OF.get(actor.role)
    return tuple(c for c in (world.channels if mine is None else mine) if c in in_use)


def check_report(world: World, actor: Actor, report: Report, at: datetime) -> Refused | None:
    """The first fault of a report, naming its field; None = it can be saved. `at` is now."""
    if actor.role not in REPORTERS:
        return Refused(text("Your role may not do this."))
    for test in (_check_class, _check_channel, _check_texts, _check_place, _check_time):
        refusal = test(world, actor, report, at)
        if refusal is not None:
            return refusal
    return None


def in_use(category: Category) -> tuple[str, ...]:
    """Ids of the registration conditions of a class that may still be chosen."""
    return tuple(s.id for s in category.standards if not s.retired)


def _check_class(world: World, _actor: Actor, report: Report, _at: datetime) -> Refused | None:
    category = world.categories.get(report.category_id)
    if category is None or category.retired or category.kind is not report.kind:
        return Refused(text("Choose a class of the catalogue."), "category_id")
    if report.standard_id is not None and report.standard_id not in in_use(category):
        return Refused(text("Choose a registration condition of this class."), "standard_id")
    return None


def _check_channel(world: World, actor: Actor, report: Report, _at: datetime) -> Refused | None:
    channel = world.channels.get(report.channel)
    if channel is None or report.channel not in allowed_channels(world, actor):
        return Refused(text("Choose one of your discovery channels."), "channel")
    if channel.external_no_required and not (report.external_no or "").strip():
        return Refused(text("This channel needs the number of the order or report."), "external_no")
    return None


def _check_texts(_world: World, _actor: Actor, report: Report, _at: datetime) -> Refused | None:
    for field, label, value, limit, required in (
        ("description", N_("Description"), report.description, MAX_DESCRIPTION, True),
        ("address", N_("Address"), report.address, MAX_ADDRESS, True),
        ("external_no", N_("External number"), report.external_no or "", MAX_EXTERNAL, False),
        ("result", N_("What was done"), report.result, MAX_DESCRIPTION, False),
    ):
        if required and not value.strip():
            return Refused(text("{field}: please fill this in.", field=Text(label)), field)
        if len(value) > limit:
            return Refused(text("{field}: at most {n} characters.", field=Text(label), n=limit), field)
        if has_control_characters(value):
            return Refused(text("{field}: contains control characters.", field=Text(label)), field)
    return None


def _check_place(world: World, actor: Actor, report: Report, _at: datetime) -> Refused | None:
    if report.street_code not in world.streets:
        return Refused(text("Choose the street-town."), "street_code")
    if actor.street_code is not None and actor.street_code != report.street_code:
        return Refused(text("The place is outside your street-town: pass it to the district centre."), "street_code")
    for field, code, tier in (
        ("committee_code", report.committee_code, Tier.RESIDENTIAL),
        ("station_code", report.station_code, Tier.BLOCK),
    ):
        unit = world.orgs.get(code or "")
        if code is not None and (unit is None or unit.tier is not tier or unit.street_code != report.street_code):
            return Refused(text("This station does not belong to the street-town."), field)
    if (report.lng_e6 is None) != (report.lat_e6 is None):
        return Refused(text("A point needs longitude and latitude."), "point")
    return None


def _check_time(_world: World, _actor: Actor, report: Report, at: datetime) -> Refused | None:
    if report.found_at > at + timedelta(minutes=5):
        return Refused(text("The time found lies in the future."), "found_at")
    if report.found_at < at - timedelta(days=366):
        return Refused(text("The time found is more than a year ago."), "found_at")
    return None


def _new(world: World, actor: Actor, report: Report, at: datetime, case_id: int, no: str) -> Case:
    zone = world.calendar.zone
    residential = actor.role is Role.RESIDENTIAL_WORKER
    # a station reports in its own area unless it says otherwise: else it would not see its own report
    committee = report.committee_code or (actor.area_code if residential else None)
    block = actor.area_code if actor.role is Role.BLOCK_COORDINATOR and report.committee_code is None else None
    return Case(
        district_id=world.district_id,
        id=case_id,
        no=no,
        version=1,
        kind=report.kind,
        category_id=report.category_id,
        description=report.description.strip(),
        channel=report.channel,
        reported_at=report.found_at,
        report_day=clock.business_day(at, zone),
        status=Status.REPORTED,
        step=STEP_OF[Status.REPORTED],
        street_code=report.street_code,
        address=report.address.strip(),
        standard_id=report.standard_id,
        external_source=(report.external_source or report.channel) if report.external_no else None,
        external_no=(report.external_no or "").strip() or None,
        reporter_user=actor.user_id,
        reporter_org=actor.org,
        citizen=report.citizen,
        social=report.social,
        estate=report.estate,
        after_hours=not clock.in_office_hours(world.calendar, report.found_at),
        self_action=report.self_action or (SelfAction.REPORTED_UP if residential else None),
        station_code=report.station_code or block or _station_of(world, committee),
        committee_code=committee,
        lng_e6=report.lng_e6,
        lat_e6=report.lat_e6,
        photos=report.photos_before + report.photos_after,
    )


def _station_of(world: World, committee: str | None) -> str | None:
    unit = world.orgs.get(committee or "")
    parent = world.orgs.get((unit.parent or "") if unit else "")
    return parent.code if parent is not None and parent.tier is Tier.BLOCK else None


def _opened(move: str, actor: Actor, at: datetime, case: Case, because: tuple[tuple[str, str], ...] = ()) -> Entry:
    return Entry(
        seq=1,
        move=move,
        at=at,
        actor_id=actor.user_id,
        actor_role=str(actor.role),
        actor_org=actor.org,
        status_from=None,
        status_to=str(case.status),
        changes=as_changes(case),
        because=because,
    )


def _open_or_raise(world: World, actor: Actor, report: Report, at: datetime) -> None:
    refusal = check_report(world, actor, report, at)
    if refusal is not None:
        raise refusal


def open_report(world: World, actor: Actor, report: Report, at: datetime, case_id: int, no: str) -> Entry:
    """A report that waits for a centre to accept it. The registration clock starts (stage limit, wall time)."""
    _open_or_raise(world, actor, report, at)
    case = _new(world, actor, report, at, case_id, no)
    end = stage_deadline(world, case, "register", at)
    case = replace(case, stage_from=at, stage_yellow_at=end.yellow, stage_due_at=end.due)
    return _opened("report", actor, at, case)


def open_registered(world: World, actor: Actor, report: Report, at: datetime, case_id: int, no: str) -> Entry:
    """A case a centre registers itself: accepted and filed at once, with a registration condition (2.3-3)."""
    if actor.role not in CENTRES:
        raise Refused(text("Only a centre registers cases; others report them."))
    _open_or_raise(world, actor, report, at)
    if report.standard_id is None:
        raise Refused(
            text("Choose a registration condition of this class: filing without one is refused."), "standard_id"
        )
    standard = world.standards[report.standard_id]
    case = replace(
        _new(world, actor, report, at, case_id, no),
        status=Status.FILED,
        step=STEP_OF[Status.FILED],
        accepted_at=at,
        filed_at=at,
        limit_value=standard.limit_value,
        limit_unit=standard.limit_unit,
    )
    end = stage_deadline(world, case, "dispatch", at)
    whole = whole_deadline(world, case, at)
    case = replace(
        case,
        stage_from=at,
        stage_yellow_at=end.yellow,
        stage_due_at=end.due,
        whole_from=at,
        whole_yellow_at=whole.yellow,
        whole_due_at=whole.due,
        whole_exact=whole.exact,
    )
    return _opened("register", actor, at, case, intervals_json(whole))


def open_self_handled(world: World, actor: Actor, report: Report, at: datetime, case_id: int, no: str) -> Entry:
    """Found and handled on the spot: class A, one form, photos before and after, counted apart (2.5-7)."""
    _open_or_raise(world, actor, report, at)
    if report.photos_before < 1:
        raise Refused(text("Add at least one photo from before."), "photos_before")
    if report.photos_after < 1:
        raise Refused(text("Add at least one photo from after."), "photos_after")
    if not report.result.strip():
        raise Refused(text("{field}: please fill this in.", field=Text(N_("What was done"))), "result")
    day = clock.business_day(at, world.calendar.zone)
    case = replace(
        _new(world, actor, report, at, case_id, no),
        status=Status.APPRAISED,
        step=STEP_OF[Status.APPRAISED],
        route=Route.ON_THE_SPOT,
        unit_code=actor.org,
        handled_at=at,
        handled_by=actor.user_id,
        handled_unit=actor.org,
        closed_at=at,
        closed_day=day,
        done_at=at,
        verdict=ClosingVerdict.SOLVED,
        self_action=report.self_action or (SelfAction.SELF_GOVERNED if actor.role is Role.RESIDENTIAL_WORKER else None),
    )
    entry = _opened("self_handle", actor, at, case)
    return replace(entry, answers={"result": report.result.strip()})


def expected_due(world: World, category_id: str, standard_id: str, at: datetime) -> clock.Deadline:
    """The handling deadline if the case were ordered now: shown on the intake page before saving."""
    standard = {s.id: s for s in world.categories[category_id].standards}[standard_id]
    return clock.deadline(world.calendar, at, standard.limit_value, standard.limit_unit)
