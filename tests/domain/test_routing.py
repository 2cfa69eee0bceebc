"""The responsibility list: which row wins, which would have, and from when to when."""

from dataclasses import replace
from datetime import date

import pytest

from domain.routing import Place, fallback_of, route
from domain.words import Kind, PlaceKind, Tier
from domain.world import Rule
from tests.worlds import world

S6, S11 = "310106006", "310106011"
ON = date(2026, 11, 23)
HERE = Place(S6, PlaceKind.STREET, "JQ006", "JM006")
ESTATE = replace(HERE, kind=PlaceKind.ESTATE)


def _with(*rules: Rule):
    return replace(world(), rules=rules)


def _route(w, place=HERE, on=ON, category="M06010"):
    found = route(w, w.categories[category], place, on)
    return (
        found.unit.code if found.unit else None,
        found.match.rule.id if found.match else None,
        [m.rule.id for m in found.others],
        found.fallback,
    )


STATION = Rule("station", Kind.MATTER, "0601", None, None, station=Tier.RESIDENTIAL)
BLOCK = Rule("block", Kind.MATTER, "0601", None, None, station=Tier.BLOCK)
AGENCY = Rule("agency", Kind.MATTER, "0601", None, None, agency="城管中队")
DEPARTMENT = Rule("department", Kind.MATTER, "0601", None, None, org="LRJ")


@pytest.mark.clause("2.3-16")
def test_a_station_comes_before_a_stationed_unit_before_a_department_before_the_fallback():
    assert _route(_with(DEPARTMENT, AGENCY, STATION)) == ("JM006", "station", ["agency", "department"], False)
    assert _route(_with(DEPARTMENT, AGENCY)) == ("CG006", "agency", ["department"], False)
    assert _route(_with(DEPARTMENT)) == ("LRJ", "department", [], False)
    assert _route(_with()) == ("JD006", None, [], True)


def test_the_order_of_the_rows_in_the_list_does_not_matter():
    rules = (DEPARTMENT, AGENCY, STATION, BLOCK)
    assert _route(_with(*rules)) == _route(_with(*reversed(rules)))


def test_the_stationed_unit_is_that_of_the_street_of_the_place():
    assert _route(_with(AGENCY), Place(S11))[0] == "CG011"


def test_a_station_row_needs_a_known_station():
    assert _route(_with(STATION, DEPARTMENT), Place(S6)) == ("LRJ", "department", [], False)
    assert _route(_with(BLOCK), HERE)[0] == "JQ006"


def test_a_row_for_one_street_wins_there_and_says_nothing_elsewhere():
    only = replace(DEPARTMENT, id="z-street", street_code=S11, org="JGW")
    w = _with(DEPARTMENT, only)
    assert _route(w, HERE) == ("LRJ", "department", [], False)
    assert _route(w, Place(S11)) == ("JGW", "z-street", ["department"], False)


def test_a_row_for_estates_wins_inside_and_says_nothing_in_the_street():
    inside = replace(DEPARTMENT, id="z-estate", place=PlaceKind.ESTATE, org="JGW")
    w = _with(DEPARTMENT, inside)
    assert _route(w, HERE) == ("LRJ", "department", [], False)
    assert _route(w, ESTATE) == ("JGW", "z-estate", ["department"], False)


def test_the_longer_class_prefix_wins_and_a_foreign_class_does_not_match():
    narrow = replace(DEPARTMENT, id="z-narrow", code_prefix="06010", org="JGW")
    assert _route(_with(DEPARTMENT, narrow)) == ("JGW", "z-narrow", ["department"], False)
    assert _route(_with(narrow), category="M09006") == ("JD006", None, [], True)
    assert _route(_with(replace(DEPARTMENT, code_prefix=""), narrow), category="C01023")[0] == "JGW"  # fallback


@pytest.mark.parametrize(
    ("on", "rule"),
    [
        (date(2026, 6, 30), None),
        (date(2026, 7, 1), "department"),
        (date(2026, 9, 29), "department"),
        (date(2026, 9, 30), None),
    ],
)
def test_a_row_holds_from_its_first_day_to_the_day_before_its_end(on, rule):
    dated = replace(DEPARTMENT, valid_from=date(2026, 7, 1), valid_to=date(2026, 9, 30))
    assert _route(_with(dated), on=on)[1] == rule


def test_a_unit_that_takes_no_orders_is_passed_over():
    overseers = replace(DEPARTMENT, id="a", org="DCS")
    assert _route(_with(overseers, replace(DEPARTMENT, id="b"))) == ("LRJ", "b", [], False)
    assert _route(_with(replace(DEPARTMENT, org="NOBODY"))) == ("JD006", None, [], True)


@pytest.mark.clause("2.3-22")
def test_a_utility_without_login_is_routed_to_directly():
    w = world()
    assert _route(w, category="C01001") == ("GS", "R4", [], False)
    assert not w.orgs["GS"].has_login


@pytest.mark.clause("2.3-9")
def test_a_component_without_an_owner_falls_to_the_one_department_wherever_it_lies():
    w = world()
    for street in (S6, S11):
        assert _route(w, Place(street), category="C01023") == ("JGW", None, [], True)
        assert fallback_of(w, Kind.COMPONENT, street).code == "JGW"
    assert "fallback unit for components" in str(route(w, w.categories["C01023"], HERE, ON).why)


@pytest.mark.clause("2.3-10")
def test_an_event_without_an_owner_falls_to_the_street_town_of_its_place():
    w = world()
    assert _route(w, Place(S6), category="M10992") == ("JD006", None, [], True)
    assert _route(w, Place(S11), category="M10992") == ("JD011", None, [], True)
    assert "fallback unit for events here" in str(route(w, w.categories["M10992"], HERE, ON).why)


def test_without_a_row_and_without_a_fallback_nobody_is_named():
    w = world()
    orgs = {code: replace(org, fallback_for=None) for code, org in w.orgs.items()}
    assert _route(replace(w, orgs=orgs, rules=())) == (None, None, [], True)


def test_the_sentence_names_the_row_that_matched():
    w = world()
    assert str(route(w, w.categories["M06010"], ESTATE, ON).why) == (
        "Responsibility list, row R2: the station of the place handles this class."
    )
    assert "城管中队" in str(route(w, w.categories["M09006"], HERE, ON).why)
    assert "row R1: this department" in str(route(w, w.categories["M06010"], HERE, ON).why)
