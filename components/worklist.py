"""What waits for whom, on the start page: read from the table of moves, so that a new move shows by itself."""

from datetime import datetime

import streamlit as st

from components import session
from components.i18n import _, fmt_instant, fmt_number, label
from components.light import light_badge
from components.shell import link, may_open
from components.verbs import read
from db.queries.tally import Tally, tally
from domain.machine import Reach
from domain.moves import MOVES
from domain.people import Actor
from domain.words import Light, Status, Step

LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN)
LATE = LIGHTS[:2]
TILE = 232  # pixels: three tiles beside one another on a tablet held upright


def waits_for(actor: Actor, reach: Reach) -> tuple[Status, ...]:
    """Statuses in which the next step (a primary move) is this role's within a reach, in the order of the way."""
    # Compared by value: Streamlit may load a module twice, and then two classes stand for one enum.
    found = {
        str(status)
        for move in MOVES
        for grant in move.grants
        if move.primary and str(grant.reach) == str(reach) and str(actor.role) in {str(r) for r in grant.roles}
        for status in move.from_
    }
    return tuple(status for status in Status if str(status) in found)


def draw_work(actor: Actor, at: datetime) -> None:
    """Numbers of what waits for this person and of the lights in the own area; each leads to those cases."""
    if not may_open(actor.role, "board"):
        return
    area = read(tally, actor, at)
    here = waits_for(actor, Reach.OWN_AREA)
    if here:
        st.subheader(_("Waiting for you"))
        _tiles("work", here, area, "cases")
    orders = waits_for(actor, Reach.OWN_UNIT)
    if orders:
        st.subheader(_("Orders to your unit"))
        _tiles("orders", orders, read(tally, actor, at, unit=actor.org), "board")
    st.subheader(_("Open cases as you see them, by deadline"))
    with st.container(horizontal=True, key="home_lights"):
        for light in LIGHTS:
            with st.container(border=True, width=TILE, height="stretch", key=f"tile_{light}"):
                _number(f"light_{light}", area.of(light=light))
                light_badge(light)
                link("board", _("Show on the board"), light=str(light))


def _tiles(name: str, statuses: tuple[Status, ...], found: Tally, page: str) -> None:
    with st.container(horizontal=True, key=f"home_{name}"):
        for status in statuses:
            with st.container(border=True, width=TILE, height="stretch", key=f"tile_{name}_{status}"):
                _number(f"{name}_{status}", found.of(status))
                query = {"status": str(status)} if page == "cases" else {"mine": "1"}
                link(page, f"**{label(status)}**", **query)
                with st.container(horizontal=True):
                    for light in LATE:
                        late = found.of(status, light=light)
                        if late:
                            light_badge(light, fmt_number(late))


def _number(name: str, value: int) -> None:
    with st.container(key=f"tile_n_{name}"):
        st.markdown(fmt_number(value))


@st.fragment(run_every=30)
def draw_wall() -> None:
    """The meeting-room display (会议室大屏): six steps and three lights as numbers, refreshed by itself; no texts."""
    actor = session.current()  # asked again: a display that was signed out shows nothing more
    if actor is None:
        st.info(_("Please sign in."), icon=":material/login:")
        return
    at = session.now()
    found = read(tally, actor, at)
    steps = tuple(Step)
    for row in (steps[:3], steps[3:]):
        for column, step in zip(st.columns(3), row, strict=True):
            with column, st.container(border=True, key=f"wall_{step}"):
                st.subheader(label(step))
                _number(f"wall_{step}", found.in_step(step))
    for column, light in zip(st.columns(3), LIGHTS, strict=True):
        with column, st.container(border=True, key=f"wall_{light}"):
            light_badge(light)
            _number(f"wall_{light}", found.of(light=light))
    st.caption(_("As of {time}").format(time=fmt_instant(at)))
