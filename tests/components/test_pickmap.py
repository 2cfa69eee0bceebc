"""The map to point at: what it sends, what it accepts, and its fields for keyboards."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.casemap import SHAPES, deck
from components.pickmap import CREDIT, Near, frame_of, ground_of, path_of, point_from
from domain.geo import distance_m
from domain.words import Light
from tests.components import scene

WORLD = scene.world()


def page():
    import streamlit as st

    from components.pickmap import Near, pick_point
    from domain.words import Light
    from tests.components import scene

    near = [Near(121.45, 31.25, Light.RED, "<b>井盖</b>")]
    point = pick_point(scene.world(), "place", near=near, focus="310106006")
    st.text(f"point {point}")


def typed(lng, lat):
    at = AppTest.from_function(page, default_timeout=20)
    at.run()
    at.number_input(key="place_lng").set_value(lng)
    at.number_input(key="place_lat").set_value(lat)
    at.button(key="place_set").click().run()
    assert not at.exception
    return at


def test_a_typed_point_in_the_district_is_taken_and_its_street_named():
    at = typed(121.442970, 31.237020)
    assert at.text[0].value == "point (121.44297, 31.23702)"
    assert "江宁路街道" in at.caption[0].value


def test_a_point_outside_the_district_is_refused_with_a_sentence_and_the_old_one_stays():
    at = typed(121.442970, 31.237020)
    at.number_input(key="place_lng").set_value(121.5)
    at.button(key="place_set").click().run()
    assert at.text[0].value == "point (121.44297, 31.23702)"
    assert len(at.error) == 1
    assert "静安区" in at.error[0].value
    at.number_input(key="place_lng").set_value(121.443)
    at.button(key="place_set").click().run()
    assert len(at.error) == 0
    assert at.text[0].value == "point (121.443, 31.23702)"


@pytest.mark.parametrize(
    ("value", "point"),
    [
        ({"lng": "121.450000", "lat": "31.230000"}, (121.45, 31.23)),
        ({"lng": "121.45000049", "lat": "31.23"}, (121.45, 31.23)),
        ({"lng": -180, "lat": 90}, (-180.0, 90.0)),
        ({"lng": "180.000001", "lat": "0"}, None),
        ({"lng": "0", "lat": "-90.1"}, None),
        ({"lng": "nan", "lat": "31"}, None),
        ({"lng": "121", "lat": "inf"}, None),
        ({"lng": "121"}, None),
        ({"lng": "east", "lat": "31"}, None),
        ({"lng": None, "lat": "31"}, None),
        ({"lng": "9" * 4000, "lat": "31"}, None),
        ("121,31", None),
        (None, None),
    ],
)
def test_only_a_point_on_earth_comes_from_the_browser(value, point):
    assert point_from(value) == point


values = st.one_of(st.text(), st.floats(), st.lists(st.integers()))


@given(st.one_of(st.none(), st.text(), st.dictionaries(st.sampled_from(["lng", "lat"]), values)))
def test_anything_from_the_browser_is_a_point_or_nothing(value):
    point = point_from(value)
    assert point is None or (abs(point[0]) <= 180 and abs(point[1]) <= 90)


def test_metres_on_the_map_are_metres_on_the_ground():
    frame, size = frame_of(WORLD)
    for street in WORLD.streets.values():
        x, y = frame.at(street.label_lon, street.label_lat)
        corner = (frame.west, frame.south)
        assert (x * x + y * y) ** 0.5 == pytest.approx(
            distance_m(corner, (street.label_lon, street.label_lat)), rel=0.001, abs=2
        )
        assert 0 <= x <= size[0]
        assert 0 <= y <= size[1]


def test_a_path_leads_back_to_every_point_of_its_ring_within_a_metre():
    frame, _size = frame_of(WORLD)
    for street in WORLD.streets.values():
        numbers = [int(n) for n in re.findall(r"-?\d+", path_of(frame, street.ring))]
        x, y = numbers[:2]
        walked = [(x, y)]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + dx, y + dy
            walked.append((x, y))
        spots = [tuple(frame.at(*p)) for p in street.ring]
        assert walked == [s for i, s in enumerate(spots) if i == 0 or s != spots[i - 1]]


def test_the_ground_is_a_small_message():
    ground = ground_of(WORLD)
    assert len(json.dumps(ground)) <= 12_000
    assert [s["name"] for s in ground["streets"]][:2] == ["江宁路街道", "石门二路街道"]


def test_the_licence_of_the_boundaries_is_named():
    assert CREDIT == "© OpenStreetMap contributors"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_case_map_asks_nobody_for_a_style_and_shows_lights_as_shapes(theme):
    points = [Near(121.45, 31.25, light, f"<img src=x> {light}") for light in Light]
    drawn = json.loads(deck(WORLD, points, theme=theme).to_json())
    assert drawn.get("mapStyle", "__MAP_STYLE__") == "__MAP_STYLE__"  # never set; the browser test counts requests
    assert drawn.get("mapProvider") is None
    assert "http" not in json.dumps(drawn)
    layers = {layer["id"]: layer for layer in drawn["layers"]}
    assert [row["shape"] for row in layers["cases"]["data"]] == [SHAPES[x] for x in ("none", "green", "yellow", "red")]
    assert len(layers["streets"]["data"]) == 14


def test_the_chosen_case_lies_on_top_and_in_the_middle():
    points = [Near(121.45, 31.25, Light.GREEN, "a"), Near(121.46, 31.26, Light.RED, "b")]
    drawn = json.loads(deck(WORLD, points, selected="a").to_json())
    view = drawn["initialViewState"]
    assert (view["longitude"], view["latitude"]) == (121.45, 31.25)
    assert [row["label"] for row in drawn["layers"][-1]["data"]] == ["b", "a"]
