import streamlit as st

from components import session
from components.cards import org_name
from components.escape import md
from components.i18n import _
from components.shell import PAGES, link, may_open, place, require
from components.worklist import draw_wall, draw_work
from domain.people import ROLES, Role

actor = require("home")

HINTS = {
    "intake": _("Report what you found or what came in, with photos and place."),
    "board": _("See what waits in each of the six steps, the most urgent first."),
    "cases": _("Find a case by number, text, class, street or time."),
    "users": _("Add people, give them roles, unlock or disable accounts."),
    "account": _("Change your password, language or role, and sign out."),
    "about": _("What this is, its sources and licences."),
}

if str(actor.role) == str(Role.DISPLAY):
    st.title(md(org_name(session.world(), actor.org)))
    draw_wall()
    st.stop()

st.title(_("Hello, {name}").format(name=md(actor.name)))
st.caption(f"{md(place(actor))}  \n{_(ROLES[actor.role].sentence)}")
draw_work(actor, session.now())

rows = [row for row in PAGES if row.listed and row.url != "home" and may_open(actor.role, row.url)]
main = [row for row in rows if row.section == "" or row.url == "users"]
if main:
    st.subheader(_("Pages"))
with st.container(key="home_links"):
    for start in range(0, len(main), 3):
        for column, row in zip(st.columns(3), main[start : start + 3], strict=False):
            with column, st.container(border=True, height="stretch"):
                link(row.url, f"**{_(row.title)}**")
                st.caption(HINTS.get(row.url, ""))
