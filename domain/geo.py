"""Points on the ground: which street-town (街镇) a point lies in, and how far two points are apart. WGS 84 degrees."""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from domain.world import Street, World

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), metres."""

EDGE_DEGREES = 1e-9
"""A point nearer to a boundary than this (about 0.1 mm) lies on it."""

Point = tuple[float, float]
"""Longitude, latitude."""

Box = tuple[float, float, float, float]
"""West, south, east, north."""


def distance_m(a: Point, b: Point) -> float:
    """Metres between two points along the great circle (haversine formula)."""
    lng_a, lat_a, lng_b, lat_b = map(radians, (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lng_b - lng_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


def box_of(points: Sequence[Point]) -> Box:
    """The smallest box around some points. Raises ValueError when there are none."""
    lngs, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lngs), min(lats), max(lngs), max(lats)


def inside_ring(ring: Sequence[Point], lng: float, lat: float) -> bool:
    """Whether a point lies in a ring or on its boundary. The ring may be closed or not; NaN lies nowhere."""
    inside = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if _on_edge(ax, ay, bx, by, lng, lat):
            return True
        if (ay > lat) != (by > lat) and lng < (bx - ax) * (lat - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def _on_edge(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> bool:
    """Whether (x, y) is within EDGE_DEGREES of the segment from a to b."""
    reach = EDGE_DEGREES
    if not (min(ax, bx) - reach <= x <= max(ax, bx) + reach and min(ay, by) - reach <= y <= max(ay, by) + reach):
        return False
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    if length2 == 0:
        return True
    along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length2))
    return (ax + along * dx - x) ** 2 + (ay + along * dy - y) ** 2 <= reach * reach


def street_at(world: World, lng: float, lat: float) -> Street | None:
    """The street-town a point lies in, or None outside the district.

    A point on a common boundary belongs to the street-town with the lower code, so that the answer never depends
    on the order in which the boundaries were loaded.
    """
    for code in sorted(world.streets):
        street = world.streets[code]
        if street.ring and inside_ring(street.ring, lng, lat):
            return street
    return None


def inside_district(world: World, lng: float, lat: float) -> bool:
    """Whether a point lies in the district or on its outline."""
    return street_at(world, lng, lat) is not None
