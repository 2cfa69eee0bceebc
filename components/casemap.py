"""Cases on the map of the district, drawn offline: no tiles, no style file, no request to anybody."""

from collections.abc import Sequence
from math import cos, log2, radians
from typing import Any

import pydeck as pdk
import streamlit as st

from components.cards import street_name, street_short
from components.i18n import _
from components.light import LOOKS
from components.pickmap import CREDIT, Near
from domain.geo import Box, box_of
from domain.words import Light
from domain.world import World

FONT = '"Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", sans-serif'

SHAPES: dict[str, str] = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■", Light.NONE: "○"}
"""A light is a shape as well as a colour."""

_URGENCY = [Light.NONE, Light.GREEN, Light.YELLOW, Light.RED]
_INK = {"light": [28, 34, 42], "dark": [232, 236, 240]}
_LAND = {"light": [240, 243, 247], "dark": [30, 37, 46]}
_LINE = {"light": [150, 162, 175], "dark": [92, 104, 118]}


def _theme() -> str:
    return "dark" if st.context.theme.type == "dark" else "light"


def _streets(world: World, theme: str) -> list[pdk.Layer]:
    streets = sorted(world.streets.values(), key=lambda s: s.code)
    land = pdk.Layer(
        "PolygonLayer",
        [{"ring": [list(point) for point in street.ring], "name": street_name(street)} for street in streets],
        id="streets",
        get_polygon="ring",
        get_fill_color=_LAND[theme],
        get_line_color=_LINE[theme],
        line_width_min_pixels=1,
        stroked=True,
        pickable=False,
    )
    names = pdk.Layer(
        "TextLayer",
        [{"at": [s.label_lon, s.label_lat], "name": street_short(s)} for s in streets],
        id="names",
        get_position="at",
        get_text="name",
        get_size=13,
        get_color=_INK[theme],
        character_set=pdk.types.String("auto"),
        font_family=pdk.types.String(FONT),
        pickable=False,
    )
    return [land, names]


def _points(points: Sequence[Near], selected: str | None, theme: str) -> pdk.Layer:
    rows = [
        {
            "at": [p.lng, p.lat],
            "label": p.label[:80],
            "shape": SHAPES[p.light],
            "colour": _INK[theme] if p.label == selected else list(LOOKS[p.light].rgb),
            "size": 30 if p.label == selected else 20,
        }
        # The most urgent are drawn last, so that they lie on top; the chosen one above all.
        for p in sorted(points, key=lambda p: (p.label == selected, _URGENCY.index(p.light)))
    ]
    return pdk.Layer(
        "TextLayer",
        rows,
        id="cases",
        get_position="at",
        get_text="shape",
        get_size="size",
        get_color="colour",
        character_set=pdk.types.String("auto"),
        font_family=pdk.types.String(FONT),
        pickable=True,
    )


def _zoom(box: Box, height: int) -> float:
    """The Web Mercator zoom at which the box fills the height, a margin left free."""
    _west, south, _east, north = box
    tall = (north - south) / cos(radians((south + north) / 2))
    return log2(max(height, 120) * 0.92 * 360 / (512 * tall))


def deck(
    world: World, points: Sequence[Near], *, selected: str | None = None, theme: str = "light", height: int = 420
) -> Any:
    """The map as data: street-towns with their names, and points coloured by light.

    `selected` is the label of the point to draw larger; the view centres on it, else on the district.
    """
    box = box_of([p for street in world.streets.values() for p in street.ring])
    west, south, east, north = box
    chosen = [p for p in points if p.label == selected]
    lng, lat = (chosen[0].lng, chosen[0].lat) if chosen else ((west + east) / 2, (south + north) / 2)
    return pdk.Deck(
        layers=[*_streets(world, theme), _points(points, selected, theme)],
        initial_view_state=pdk.ViewState(longitude=lng, latitude=lat, zoom=13 if chosen else _zoom(box, height)),
        map_provider=None,  # and no map_style at all: even None would fetch one from outside
        tooltip={"text": "{label}"},  # never html: labels carry what people typed
    )


def case_map(world: World, points: Sequence[Near], *, key: str, selected: str | None = None, height: int = 420) -> None:
    """Draw cases on the district's map. `height` in pixels; texts of `points` are shown as typed."""
    drawn = deck(world, points, selected=selected, theme=_theme(), height=height)
    names = ", ".join(p.label[:80] for p in points[:20])
    st.pydeck_chart(drawn, height=height, key=key, alt=_("Map of cases: {names}").format(names=names))
    st.caption(f"{CREDIT} · WGS 84")
