"""Points and street-towns, checked against shapely on the real boundaries of the district."""

import json
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from domain.geo import box_of, distance_m, inside_district, inside_ring, street_at
from domain.world import Street

SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
RIGHT = ((4.0, 0.0), (8.0, 0.0), (8.0, 4.0), (4.0, 4.0))
BOUNDARIES = Path(__file__).parents[2] / "seeds" / "districts" / "jingan" / "streets.geojson"


def streets_of(*rings, codes=None):
    codes = codes or [f"31010600{i}" for i in range(len(rings))]
    return SimpleNamespace(
        streets={c: Street(c, f"街道{c}", 0, 0, tuple(r)) for c, r in zip(codes, rings, strict=True)}
    )


@pytest.fixture(scope="module")
def district():
    features = json.loads(BOUNDARIES.read_text(encoding="utf-8"))["features"]
    rings = {f["properties"]["street_code"]: f["geometry"]["coordinates"][0][0] for f in features}
    return streets_of(*[[tuple(p) for p in r[:-1]] for r in rings.values()], codes=list(rings))


@pytest.mark.parametrize(
    ("point", "inside"),
    [
        ((2, 2), True),
        ((0, 0), True),  # vertex
        ((4, 4), True),
        ((2, 0), True),  # lower edge
        ((2, 4), True),  # upper edge
        ((4, 1.5), True),  # right edge
        ((4.0000000005, 1.5), True),  # nearer than the thickness of a boundary
        ((4.00000001, 1.5), False),
        ((5, 4), False),  # on the line through an edge, not on the edge
        ((-1, 0), False),  # ray along an edge
        ((-1, 2), False),
        ((float("nan"), 2), False),
        ((float("inf"), 2), False),
    ],
)
def test_a_square_contains_its_inside_and_its_boundary(point, inside):
    assert inside_ring(SQUARE, *point) is inside


def test_a_closed_ring_gives_the_same_answers_as_an_open_one():
    closed = (*SQUARE, SQUARE[0])
    points = [(x / 2, y / 2) for x in range(-2, 11) for y in range(-2, 11)]
    assert [inside_ring(closed, *p) for p in points] == [inside_ring(SQUARE, *p) for p in points]


@pytest.mark.parametrize("codes", [["310106002", "310106001"], ["310106001", "310106002"]])
def test_a_point_on_a_common_boundary_belongs_to_the_lower_code_in_any_order(codes):
    found = street_at(streets_of(SQUARE, RIGHT, codes=codes), 4.0, 2.0)
    assert found is not None
    assert found.code == "310106001"


def test_a_point_outside_every_street_is_outside_the_district():
    world = streets_of(SQUARE, RIGHT)
    assert street_at(world, 9, 9) is None
    assert inside_district(world, 9, 9) is False
    assert inside_district(world, 8, 4) is True


def test_ten_thousand_random_points_fall_where_shapely_says(district):
    polygons = {code: Polygon(s.ring) for code, s in district.streets.items()}
    west, south, east, north = box_of([p for s in district.streets.values() for p in s.ring])
    rng = random.Random(310106)
    for _ in range(10_000):
        lng, lat = rng.uniform(west, east), rng.uniform(south, north)
        expected = [code for code, polygon in polygons.items() if polygon.contains(Point(lng, lat))]
        found = street_at(district, lng, lat)
        assert ([found.code] if found else []) == expected


def test_every_vertex_and_every_middle_of_an_edge_belongs_to_the_lowest_street_that_touches_it(district):
    polygons = {code: Polygon(s.ring) for code, s in sorted(district.streets.items())}
    for street in district.streets.values():
        for (ax, ay), (bx, by) in zip(street.ring, [*street.ring[1:], street.ring[0]], strict=True):
            for x, y in ((ax, ay), ((ax + bx) / 2, (ay + by) / 2)):
                touching = [c for c, polygon in polygons.items() if polygon.distance(Point(x, y)) <= 1e-9]
                found = street_at(district, x, y)
                assert found is not None
                assert found.code == touching[0]


degrees = st.floats(-8, 8, allow_nan=False)


@given(st.lists(st.tuples(degrees, degrees), min_size=3, max_size=8), degrees, degrees)
def test_any_simple_polygon_agrees_with_shapely_away_from_its_boundary(ring, x, y):
    polygon = Polygon(ring)
    if not polygon.is_valid or polygon.area < 1e-6 or polygon.exterior.distance(Point(x, y)) < 1e-7:
        return
    assert inside_ring(ring, x, y) is polygon.contains(Point(x, y))


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((121.45, 31.23), (121.45, 31.23), 0),
        ((0, 0), (1, 0), 111_195.08),  # a degree of the equator on the mean sphere
        ((0, 0), (0, 1), 111_195.08),
        ((0, 0), (180, 0), 20_015_114.44),  # antipodes: the square root must not pass one
        ((121.45, 31.23), (121.451, 31.23), 95.08),
        ((179.9995, 0), (-179.9995, 0), 111.2),  # over the date line
    ],
)
def test_distances_are_those_of_the_mean_sphere(a, b, metres):
    assert distance_m(a, b) == pytest.approx(metres, abs=0.01)
    assert distance_m(b, a) == distance_m(a, b)
