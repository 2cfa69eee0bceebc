"""The filters of the board. What is chosen stands in the URL, so that a view is a link that can be sent."""

from collections.abc import Mapping
from dataclasses import asdict

import streamlit as st

from components.cards import FLAG_LABELS, big_name, channel_name, org_name, street_name
from components.i18n import _, label
from components.urlstate import clear, url_select, url_toggle
from db.queries.board import Filters
from domain.people import CENTRES, HANDLERS, Actor
from domain.words import Kind, Light, Route, Tier
from domain.world import World

URL_NAMES = tuple(asdict(Filters()))


def query_of(filters: Filters) -> dict[str, str]:
    """The filters as query parameters."""
    found = {name: value for name, value in asdict(filters).items() if value is not None}
    return found | ({"mine": "1"} if filters.mine else {})


def _options(actor: Actor, world: World) -> dict[str, Mapping[str, str]]:
    streets = {s.code: street_name(s) for s in world.streets.values() if actor.street_code in (None, s.code)}
    chosen = actor.street_code or _chosen("street")
    asked = _chosen("unit")  # a link may name a unit without its street-town
    units = {
        o.code: org_name(world, o.code)
        for o in world.orgs.values()
        if o.direct_dispatch and (o.street_code in (None, chosen) or o.code == asked)
    }
    stations = {
        o.code: org_name(world, o.code) for o in world.orgs.values() if o.tier is Tier.BLOCK and o.street_code == chosen
    }
    bigs = {f"{c.id[0]}{c.big_code}": f"{label(Kind(c.kind))} · {big_name(c)}" for c in world.categories.values()}
    lights = (Light.RED, Light.YELLOW, Light.GREEN)
    routes = (Route.SINGLE_OWNER, Route.JOINT, Route.CHRONIC)
    return {
        "light": {str(x): label(x) for x in lights},
        "street": streets,
        "station": stations,
        "unit": units,
        "big": bigs,
        "flag": {name: _(text) for name, text in FLAG_LABELS.items()},
        "route": {str(r): label(r) for r in routes},
        "channel": {c.code: channel_name(c) for c in world.channels.values()},
    }


def _chosen(name: str) -> str | None:
    value = st.query_params.get(name)
    return value or None


def _titles() -> dict[str, str]:
    return {
        "light": _("Light"),
        "street": _("Street-town"),
        "station": _("Block station"),
        "unit": _("Unit"),
        "big": _("Big class"),
        "flag": _("Mark"),
        "route": _("Handling class"),
        "channel": _("Channel"),
    }


def draw_filters(actor: Actor, world: World) -> Filters:
    """The filter row; gives what is chosen. Values in the URL that do not exist are ignored."""
    options = _options(actor, world)
    titles = _titles()
    picked: dict[str, str | None] = {}
    mine = False
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        if actor.role in HANDLERS | CENTRES:
            mine = url_toggle("mine", _("Only with my unit"))
        first = ["light", "street", "unit"] if actor.street_code is None else ["light", "station", "unit"]
        for name in first:
            picked[name] = url_select(name, titles[name], options[name])
        with st.popover(_("More filters"), icon=":material/filter_alt:", key="more_filters"):
            for name in [n for n in options if n not in first]:
                if options[name]:
                    picked[name] = url_select(name, titles[name], options[name])
        st.button(_("Clear"), key="clear_filters", on_click=clear, args=((*options, "mine"),), icon=":material/close:")
    return Filters(mine=actor.org if mine else None, **picked)
