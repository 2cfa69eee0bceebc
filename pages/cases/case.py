"""One case: clocks, what this person may do now, facts, photos, map, and the whole journal."""

import streamlit as st

from components import casefile, session
from components.casemap import case_map
from components.contact import draw_contact
from components.errors import show_refusal
from components.i18n import _
from components.moves import draw_moves, take_refusal
from components.photos import Shown, before_after, photo_strip
from components.pickmap import Near
from components.shell import link, require
from components.timeline import timeline
from components.verbs import read
from db.queries.file import case_file

actor = require("case")
no = st.query_params.get("no", "").strip()[:40]
file = read(case_file, actor, no) if no else None
if file is None:
    st.warning(_("There is no such case, or it is outside your area."), icon=":material/search_off:")
    link("cases", _("Search cases"))
    st.stop()

at, world = session.now(), session.world()
back = {k: v for k, v in st.query_params.items() if k not in ("no", "from")}
if st.query_params.get("from") == "cases":
    link("cases", _("Back to the list"), **back)
else:
    link("board", _("Back to the board"), **back)
casefile.head(file, at)
refusal = take_refusal(file.case.no)
if refusal is not None:
    show_refusal(refusal)
draw_moves(file.case, actor)
casefile.why_deadline(file)

left, right = st.columns([3, 2])
with left:
    casefile.facts(file)
    draw_contact(file, actor)
with right:
    before = [Shown(p.id, "") for p in file.photos if p.stage == "before"]
    later = [Shown(p.id, "") for p in file.photos if p.stage == "after"]
    others = [Shown(p.id, "") for p in file.photos if p.stage not in ("before", "after")]
    if before or later:
        before_after(before, later, key="photos")
    if others:
        st.caption(_("Evidence and checks"))
        photo_strip(others, key="other_photos")
    if file.case.lng_e6 is not None and file.case.lat_e6 is not None:
        light = file.case.handling_light(at)
        point = Near(file.case.lng_e6 / 1e6, file.case.lat_e6 / 1e6, light, file.case.no)
        case_map(world, [point], key="map", selected=file.case.no, height=320)
st.subheader(_("Journal"), anchor=False)
timeline(casefile.timeline_entries(file, world), key="journal")
