"""Cases as a list: newest first, found by number, address or text of two characters or more."""

import re

import streamlit as st

from components import session
from components.cards import channel_name, class_of, org_name, street_name
from components.i18n import _, fmt_instant, label
from components.light import light_text
from components.shell import PAGES_DIR, require
from components.urlstate import url_select
from components.verbs import read
from db.queries.listing import Row, newest
from domain.case import light_of
from domain.words import Status

actor = require("cases")
world, at = session.world(), session.now()


def first_page() -> None:
    """A changed question starts at the newest case."""
    st.query_params.pop("before", None)


st.title(_("Cases"), anchor=False)
with st.container(horizontal=True, vertical_alignment="bottom", key="search_row"):
    query = st.text_input(
        _("Search"),
        key="q",
        bind="query-params",
        max_chars=60,
        placeholder=_("Number, address or text: two characters or more"),
        icon=":material/search:",
        on_change=first_page,
    )
    street = None
    if actor.street_code is None:
        names = {s.code: street_name(s) for s in world.streets.values()}
        street = url_select("street", _("Street-town"), names, width=220, on_change=first_page)
    statuses = {str(s): label(s) for s in Status}
    status = url_select("status", _("Status"), statuses, width=220, on_change=first_page)
before = st.query_params.get("before", "")
asked = {name: st.query_params[name] for name in ("q", "street", "status") if name in st.query_params}
page = read(
    newest,
    actor,
    query=query or "",
    street=street,
    status=status,
    before=int(before) if re.fullmatch(r"[0-9]{1,18}|[1-8][0-9]{18}", before) else None,
)


def line(row: Row) -> dict[str, str]:
    """A row of the table in the reader's language."""
    channel = world.channels.get(row.channel)
    return {
        _("Case number"): row.no,
        _("Light"): light_text(light_of(at, row.stage_yellow_at, row.stage_due_at)) if row.stage_due_at else "—",
        _("Class"): class_of(world, row.category_id),
        _("Status"): label(Status(row.status)),
        _("Address"): row.address,
        _("Unit"): org_name(world, row.unit_code),
        _("Description"): row.description[:80],
        _("Street-town"): street_name(world.streets.get(row.street_code)),
        _("Channel"): channel_name(channel) if channel else row.channel,
        _("Found"): fmt_instant(row.reported_at),
    }


if not page.rows:
    st.info(_("No case fits."), icon=":material/search_off:")
    st.stop()
st.caption(_("Tap a row to open the case."))
chosen = st.dataframe(
    [line(row) for row in page.rows],
    key="cases_table",
    hide_index=True,
    column_config={
        _("Case number"): st.column_config.TextColumn(pinned=True, width=190),
        _("Unit"): st.column_config.TextColumn(width=220),
        _("Address"): st.column_config.TextColumn(width=180),
        _("Description"): st.column_config.TextColumn(width=260),
    },
    width="stretch",
    height=min(1400, 46 + 46 * len(page.rows)),
    row_height=46,
    selection_mode="single-cell",
    on_select="rerun",
)
cells = chosen.selection.cells
if cells and cells[0][0] < len(page.rows):
    st.switch_page(
        PAGES_DIR / "cases" / "case.py", query_params={"no": page.rows[cells[0][0]].no, "from": "cases", **asked}
    )
with st.container(horizontal=True):
    if before:
        st.button(_("Newest"), key="newest", on_click=first_page, icon=":material/first_page:")
    if page.next_before is not None:
        st.button(
            _("Older"),
            key="older",
            icon=":material/chevron_right:",
            on_click=lambda: st.query_params.update(before=str(page.next_before)),
        )
