"""Opening a case: every fault of the form at its field, and what each way of opening leaves behind."""

from datetime import timedelta

import pytest

from domain.intake import (
    MAX_ADDRESS,
    MAX_DESCRIPTION,
    MAX_EXTERNAL,
    REPORTERS,
    allowed_channels,
    check_report,
    expected_due,
    open_registered,
    open_report,
    open_self_handled,
)
from domain.people import Role
from domain.text import Refused
from domain.words import Kind, Status
from tests.steps import opened
from tests.worlds import MONDAY, actor, local, report, world

W = world()
OFFICER = actor(W, Role.DISTRICT_OFFICER)


def fault(by=OFFICER, at=MONDAY, **more):
    found = check_report(W, by, report(**more), at)
    return None if found is None else (found.field, str(found))


MINUTES = timedelta(minutes=1)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({}, None),
        ({"category_id": "M99999"}, "category_id"),
        ({"kind": Kind.COMPONENT}, "category_id"),
        ({"standard_id": "C01001-1"}, "standard_id"),
        ({"standard_id": None}, None),
        ({"channel": "NOPE"}, "channel"),
        ({"channel": "H12345"}, "external_no"),
        ({"channel": "H12345", "external_no": "  "}, "external_no"),
        ({"channel": "H12345", "external_no": "A1"}, None),
        ({"description": ""}, "description"),
        ({"description": " \n"}, "description"),
        ({"description": "字" * MAX_DESCRIPTION}, None),
        ({"description": "字" * (MAX_DESCRIPTION + 1)}, "description"),
        ({"description": "a\x07b"}, "description"),
        ({"description": "a\nb\tc\r\n"}, None),
        ({"description": "a\ud83d"}, "description"),
        ({"address": ""}, "address"),
        ({"address": "字" * MAX_ADDRESS}, None),
        ({"address": "字" * (MAX_ADDRESS + 1)}, "address"),
        ({"external_no": "1" * MAX_EXTERNAL}, None),
        ({"external_no": "1" * (MAX_EXTERNAL + 1)}, "external_no"),
        ({"result": "字" * (MAX_DESCRIPTION + 1)}, "result"),
        ({"street_code": "310106999"}, "street_code"),
        ({"committee_code": "JM006"}, None),
        ({"committee_code": "JM011"}, "committee_code"),
        ({"committee_code": "JQ006"}, "committee_code"),
        ({"station_code": "JQ006"}, None),
        ({"station_code": "JQ011"}, "station_code"),
        ({"station_code": "NOPE"}, "station_code"),
        ({"lng_e6": 121_450_000}, "point"),
        ({"lng_e6": 121_450_000, "lat_e6": 31_220_000}, None),
        ({"found_at": MONDAY + 5 * MINUTES}, None),
        ({"found_at": MONDAY + 5 * MINUTES + TICK}, "found_at"),
        ({"found_at": MONDAY - timedelta(days=366)}, None),
        ({"found_at": MONDAY - timedelta(days=366) - TICK}, "found_at"),
    ],
)
def test_each_fault_is_named_at_its_field(more, field):
    found = fault(**more)
    assert (found[0] if found else None) == field


@pytest.mark.parametrize("role", list(Role))
def test_only_those_who_find_problems_report_them(role):
    by = actor(W, role)
    channel = next(iter(allowed_channels(W, by)), "INSP")
    assert (fault(by, channel=channel, external_no="1") is None) == (role in REPORTERS)


@pytest.mark.clause("2.3-15")
@pytest.mark.parametrize(
    ("role", "own"),
    [
        (Role.DISTRICT_OFFICER, ("INSP", "BLKS", "RESC", "DEPT", "STRT", "H12345")),
        (Role.STREET_OFFICER, ("INSP", "BLKS", "RESC", "DEPT", "STRT", "H12345")),
        (Role.INSPECTOR, ("INSP",)),
        (Role.DEPARTMENT_HANDLER, ("DEPT",)),
        (Role.STATIONED_HANDLER, ("STRT",)),
        (Role.BLOCK_COORDINATOR, ("BLKS", "STRT")),
        (Role.RESIDENTIAL_WORKER, ("RESC",)),
    ],
)
def test_each_actor_has_its_own_discovery_channels(role, own):
    by = actor(W, role)
    assert allowed_channels(W, by) == own
    for code in W.channels:
        found = fault(by, channel=code, external_no="1")
        assert (found is None) == (code in own)


@pytest.mark.clause("2.1-1")
@pytest.mark.parametrize(
    ("role", "channel"),
    [
        (Role.STREET_OFFICER, "STRT"),
        (Role.STATIONED_HANDLER, "STRT"),
        (Role.BLOCK_COORDINATOR, "BLKS"),
        (Role.RESIDENTIAL_WORKER, "RESC"),
    ],
)
def test_the_lower_tiers_open_and_close_cases_themselves_in_their_own_street_town_only(role, channel):
    by = actor(W, role)
    sent = report(channel=channel, photos_before=1, photos_after=1, result="已清理")
    case, _ = opened(W, "self_handle", by, channel=channel, photos_before=1, photos_after=1, result="已清理")
    assert (case.status, case.unit_code, case.reporter_org) == (Status.APPRAISED, by.org, by.org)
    assert check_report(W, by, sent, MONDAY) is None
    assert fault(by, channel=channel, street_code="310106011")[0] == "street_code"
    if role is Role.STREET_OFFICER:
        assert opened(W, "register", by, channel=channel)[0].status is Status.FILED


def test_a_station_reports_in_its_own_area_unless_it_says_otherwise():
    worker = actor(W, Role.RESIDENTIAL_WORKER)
    case, _ = opened(W, "report", worker, channel="RESC")
    assert (case.committee_code, case.station_code) == ("JM006", "JQ006")
    block, _ = opened(W, "report", actor(W, Role.BLOCK_COORDINATOR), channel="BLKS")
    assert (block.committee_code, block.station_code) == (None, "JQ006")
    other, _ = opened(W, "report", committee_code="JM006")
    assert (other.committee_code, other.station_code) == ("JM006", "JQ006")
    none, _ = opened(W, "report")
    assert (none.committee_code, none.station_code) == (None, None)


@pytest.mark.clause("2.2-23")
def test_each_case_a_residential_station_finds_carries_what_it_did():
    worker = actor(W, Role.RESIDENTIAL_WORKER)
    up, _ = opened(W, "report", worker, channel="RESC")
    assert up.self_action == "reported_up"
    told, _ = opened(W, "report", worker, channel="RESC", self_action="dissuaded")
    assert told.self_action == "dissuaded"
    own, _ = opened(W, "self_handle", worker, channel="RESC", photos_before=1, photos_after=1, result="已劝离")
    assert own.self_action == "self_governed"
    assert opened(W, "report")[0].self_action is None


@pytest.mark.clause("2.3-3")
def test_registering_needs_a_condition_and_files_at_once():
    with pytest.raises(Refused, match="filing without one is refused") as refused:
        open_registered(W, OFFICER, report(standard_id=None), MONDAY, 1, "N1")
    assert refused.value.field == "standard_id"
    case, entry = opened(W, "register")
    assert (case.status, case.filed_at, case.accepted_at) == (Status.FILED, MONDAY, MONDAY)
    assert (case.limit_value, str(case.limit_unit), case.stage_due_at) == (4, "work_hour", MONDAY + 15 * MINUTES)
    assert case.whole_due_at == local("2026-11-23 15:00") + 45 * MINUTES
    assert len(entry.because) == 2


@pytest.mark.parametrize("role", sorted(REPORTERS - {Role.DISTRICT_OFFICER, Role.STREET_OFFICER}))
def test_only_a_centre_registers(role):
    by = actor(W, role)
    sent = report(channel=allowed_channels(W, by)[0], external_no="1")
    with pytest.raises(Refused, match="Only a centre registers"):
        open_registered(W, by, sent, MONDAY, 1, "N1")
    assert open_report(W, by, sent, MONDAY, 1, "N1").status_to == "reported"


@pytest.mark.clause("2.5-7", partly=True)
def test_found_and_handled_on_the_spot_needs_photos_before_and_after_and_what_was_done():
    inspector = actor(W, Role.INSPECTOR)
    whole = {"photos_before": 1, "photos_after": 1, "result": "已清理"}
    for missing, field in (("photos_before", "photos_before"), ("photos_after", "photos_after"), ("result", "result")):
        sent = report(**(whole | {missing: "" if missing == "result" else 0}))
        with pytest.raises(Refused) as refused:
            open_self_handled(W, inspector, sent, MONDAY, 1, "N1")
        assert refused.value.field == field
    case, entry = opened(W, "self_handle", inspector, **whole)
    assert (case.route, case.status, case.photos, case.verdict) == ("A", Status.APPRAISED, 2, "solved")
    assert case.handled_at == case.closed_at == case.done_at == MONDAY
    assert (case.closed_day, entry.answers) == (20261123, {"result": "已清理"})


def test_a_report_waits_for_acceptance_within_the_registration_limit():
    case, entry = opened(W)
    assert (case.status, case.stage_due_at, entry.move) == (Status.REPORTED, MONDAY + 15 * MINUTES, "report")


@pytest.mark.parametrize(
    ("found", "after_hours"),
    [
        ("2026-11-23 08:59", True),
        ("2026-11-23 09:00", False),
        ("2026-11-23 12:30", False),  # the lunch break is inside office hours
        ("2026-11-23 17:59", False),
        ("2026-11-23 18:00", True),
        ("2026-11-22 11:00", True),
    ],
)
def test_found_outside_office_hours_is_marked(found, after_hours):
    at = local(found)
    entry = open_report(W, OFFICER, report(found_at=at), at, 1, "N1")
    assert entry.changes.get("after_hours", False) is after_hours


def test_the_day_of_a_report_is_the_local_day_of_its_entry():
    at = local("2026-11-24 00:10")
    entry = open_report(W, OFFICER, report(found_at=local("2026-11-23 23:50")), at, 1, "N1")
    assert entry.changes["report_day"] == 20261124


def test_an_external_number_keeps_its_source():
    assert opened(W, external_no=" A1 ", channel="H12345")[0].external_source == "H12345"
    assert opened(W, external_no="A1", external_source="12345-platform")[0].external_source == "12345-platform"
    plain = opened(W)[0]
    assert (plain.external_source, plain.external_no) == (None, None)


def test_the_page_shows_the_deadline_before_saving():
    assert expected_due(W, "M06010", "M06010-1", local("2026-11-23 11:00")).due == local("2026-11-23 16:00")
    with pytest.raises(KeyError):
        expected_due(W, "M06010", "C01001-1", MONDAY)
