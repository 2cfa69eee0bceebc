"""A map to point at: the street-towns drawn from their boundaries, without tiles, without a request to anybody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import cos, isfinite, radians
from typing import Any

import streamlit as st

from components.cards import district_name, street_name, street_short
from components.escape import md
from components.frontend import mount
from components.i18n import _
from components.session import keep, kept
from domain.geo import Point, box_of, inside_district, street_at
from domain.words import Light
from domain.world import World

CREDIT = "© OpenStreetMap contributors"
"""The licence of the boundaries (ODbL) asks that a map drawn from them shows this."""

METRES_PER_DEGREE = 111_195.08
"""Of latitude, on the mean sphere."""

_map = mount("pickmap", "light", "pickmap")


@dataclass(frozen=True, slots=True)
class Near:
    """A case to show beside the point: where, its light, and what a pointer resting on it reads."""

    lng: float
    lat: float
    light: Light
    label: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Degrees to metres from the south-west corner of the district. Flat: the error inside it is below 0.1 %."""

    west: float
    south: float
    east_m: float  # metres per degree of longitude
    north_m: float

    def at(self, lng: float, lat: float) -> list[int]:
        """Whole metres east and north of the corner."""
        return [round((lng - self.west) * self.east_m), round((lat - self.south) * self.north_m)]


def frame_of(world: World) -> tuple[Frame, list[int]]:
    """The frame of a district, and its width and height in metres."""
    west, south, east, north = box_of([p for street in world.streets.values() for p in street.ring])
    frame = Frame(west, south, METRES_PER_DEGREE * cos(radians((south + north) / 2)), METRES_PER_DEGREE)
    return frame, frame.at(east, north)


def path_of(frame: Frame, ring: Sequence[Point]) -> str:
    """A ring as an SVG path in whole metres, each point relative to the one before: a third of the size."""
    spots = [frame.at(*point) for point in ring]
    steps = [f"{b[0] - a[0]},{b[1] - a[1]}" for a, b in pairwise(spots) if a != b]
    return f"M{spots[0][0]},{spots[0][1]}l{' '.join(steps)}z"


def ground_of(world: World) -> dict[str, Any]:
    """What the map's script is given of the district: where metres start, its size and its street-towns."""
    frame, size = frame_of(world)
    streets = [
        {
            "path": path_of(frame, street.ring),
            "name": street_name(street),
            "short": street_short(street),
            "label": frame.at(street.label_lon, street.label_lat),
        }
        for street in sorted(world.streets.values(), key=lambda s: s.code)
    ]
    return {
        "revision": world.revision,
        "origin": [frame.west, frame.south],
        "metres": [frame.east_m, frame.north_m],
        "size": size,
        "streets": streets,
    }


def point_from(value: object) -> Point | None:
    """A point from the browser, {"lng": "121.45", "lat": "31.23"}; None for anything that is not one."""
    if not isinstance(value, dict):
        return None
    try:
        lng, lat = (float(str(value[name])[:24]) for name in ("lng", "lat"))
    except (KeyError, ValueError):
        return None
    good = isfinite(lng) and isfinite(lat) and abs(lng) <= 180 and abs(lat) <= 90
    return (round(lng, 6), round(lat, 6)) if good else None


def pick_point(
    world: World,
    key: str,
    *,
    near: Sequence[Near] = (),
    focus: str | None = None,
    height: int = 440,
    on_pick: Callable[[Point], None] | None = None,
) -> Point | None:
    """Draw the map; give the point chosen so far (longitude, latitude, WGS 84), or None.

    A point outside the district is refused with a sentence under the map and leaves the choice as it was. `on_pick`
    runs as a callback; `focus` is the code of the street-town the map starts at. The same can be typed in two fields
    below, for keyboards. `set_point` puts a point from elsewhere, such as a photo.
    """
    chosen: Point | None = kept(_slot(key))
    frame, _size = frame_of(world)
    words = {
        "map": _("Map of the district. Tap to set the point; the fields below take coordinates instead."),
        "plus": _("Zoom in"),
        "minus": _("Zoom out"),
        "all": _("Whole district"),
        "here": _("Where I am"),
        "waiting": _("Finding where you are …"),
        "nowhere": _("The device does not say where it is. Tap the map instead."),
        "credit": f"{CREDIT} · WGS 84",
    }
    dots = [{"at": frame.at(n.lng, n.lat), "light": str(n.light), "label": n.label[:80]} for n in near]
    point = frame.at(*chosen) if chosen else None
    street = world.streets.get(focus or "")
    west, south, east, north = box_of(street.ring) if street else (0.0, 0.0, 0.0, 0.0)
    start = [*frame.at(west, south), *frame.at(east, north)] if street else None
    _map(
        key=f"{key}_map",
        data={**ground_of(world), "near": dots, "point": point, "focus": start, "height": height, "words": words},
        on_point_change=partial(_tapped, world, key, on_pick),
    )
    _say(world, key, chosen)
    _typed(world, key, chosen, on_pick)
    return chosen


def set_point(world: World, key: str, point: Point) -> Point | None:
    """Choose a point for the map with this key, in a callback or before the map is drawn.

    A point outside the district is refused: the old choice is given back and the map says why.
    """
    if not inside_district(world, *point):
        keep(_slot(key, "refused"), True)
        old: Point | None = kept(_slot(key))
        return old
    keep(_slot(key, "refused"), False)
    keep(_slot(key), point)
    for name, value in zip(("lng", "lat"), point, strict=True):
        keep(f"{key}_{name}", value)
    return point


def _slot(key: str, part: str = "point") -> str:
    return f"_{key}_{part}"


def _tapped(world: World, key: str, on_pick: Callable[[Point], None] | None) -> None:
    state = kept(f"{key}_map") or {}
    _choose(world, key, point_from(state.get("point")), on_pick)


def _choose(world: World, key: str, point: Point | None, on_pick: Callable[[Point], None] | None) -> None:
    if point is not None and set_point(world, key, point) == point and on_pick is not None:
        on_pick(point)


def _say(world: World, key: str, chosen: Point | None) -> None:
    if kept(_slot(key, "refused")):
        name = district_name(world)
        st.error(_("This point lies outside {district}. Choose one inside the outline.").format(district=md(name)))
    if chosen is None:
        st.caption(_("No point chosen yet."))
        return
    street = street_at(world, *chosen)
    st.caption(f"{md(street_name(street))} · {chosen[0]:.6f}, {chosen[1]:.6f}")


def _typed(world: World, key: str, chosen: Point | None, on_pick: Callable[[Point], None] | None) -> None:
    """The keyboard's way to a point."""
    frame, _size = frame_of(world)
    lng, lat = chosen or (frame.west, frame.south)

    def take() -> None:
        typed = {"lng": kept(f"{key}_lng"), "lat": kept(f"{key}_lat")}
        _choose(world, key, point_from(typed), on_pick)

    with st.expander(_("Type coordinates"), key=f"{key}_typed"):
        left, right = st.columns(2)
        left.number_input(_("Longitude (WGS 84)"), -180.0, 180.0, lng, 0.0001, "%.6f", key=f"{key}_lng")
        right.number_input(_("Latitude (WGS 84)"), -90.0, 90.0, lat, 0.0001, "%.6f", key=f"{key}_lat")
        st.button(_("Set this point"), key=f"{key}_set", on_click=take)
