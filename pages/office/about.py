import re

import streamlit as st

from components import session
from components.cards import district_name
from components.escape import md
from components.i18n import _, fmt_number
from components.shell import PAGES, link, may_open, require
from db.settings import ROOT

actor = require("about")
world = session.world()

st.title(_("About GridDesk"))
st.write(
    _(
        "GridDesk manages cases of the city's surface and order on one platform: found, registered, dispatched, "
        "handled, checked, closed and appraised, by the district's 2016 opinion on standardising grid management."
    )
)

st.subheader(_("What is loaded"))
st.dataframe(
    {
        _("What"): [
            _("Organisations"),
            _("Classes of cases"),
            _("Registration conditions"),
            _("Channels"),
            _("Street-towns"),
        ],
        _("Number"): [
            fmt_number(n)
            for n in (
                len(world.orgs),
                len(world.categories),
                len(world.standards),
                len(world.channels),
                len(world.streets),
            )
        ],
    },
    hide_index=True,
    key="about_loaded",
    width=460,
)
if any(org.synthetic for org in world.orgs.values()):
    st.info(_("Some organisations are invented for demonstration; they are marked where they appear."))
if any(category.transcribed for category in world.categories.values()):
    st.info(_("The catalogue is transcribed: check it against the official text before using it officially."))

st.subheader(_("What is proved"))
trace = ROOT / "docs" / "clauses.md"
lines = trace.read_text(encoding="utf-8").splitlines() if trace.exists() else []
found = re.fullmatch(r"proved: (\d+) of (\d+)", lines[-1]) if lines else None
if found is None:
    st.caption(_("The list of requirements has not been written yet: make docs."))
else:
    st.markdown(
        _("Of the {total} requirements of the opinion that ask for a function, {proved} are proved by tests.").format(
            proved=found[1], total=found[2]
        )
    )
    st.caption(_("Requirement by requirement: {file}").format(file="docs/clauses.md"))

st.subheader(_("Sources and licences"))
st.markdown(
    "\n".join(
        (
            "- "
            + _(
                "Boundaries of the district and its street-towns: © OpenStreetMap contributors, "
                "Open Database Licence (ODbL) 1.0."
            ),
            "- " + _("Work days: notices of the General Office of the State Council."),
            "- " + _("Classes and limits: transcribed from the standards named with each class."),
            "- " + _("Names and codes of street-towns and committees: public lists of the district."),
        )
    )
)

st.subheader(_("Pages"))
with st.container(horizontal=True, key="about_links"):
    for row in PAGES:
        if row.listed and row.url != "about" and may_open(actor.role, row.url):
            with st.container(width=200):
                link(row.url)
st.caption(f"{md(district_name(world))} · {_('reference data, revision {number}').format(number=world.revision)}")
