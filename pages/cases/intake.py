"""Report a case: what, where, from whom, with photos; the deadline, the unit and similar cases before saving."""

import streamlit as st

from components import intake, session
from components.draft import FormDraft
from components.i18n import _
from components.intake_save import FORM, discard, save
from components.shell import link, require

actor = require("intake")
draft = FormDraft(actor, FORM, intake.EMPTY, always="in_description", filled=intake.FILLED)

st.title(_("Report a case"), anchor=False)
opened = session.kept("_intake_done")
if opened and not (session.kept("in_description") or session.kept("in_class")):
    with st.container(border=True, horizontal=True, key="opened"):
        link("case", _("Open case {no}").format(no=opened), no=opened)
        link("board", _("To the board"))
if draft.restored:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="restored"):
        st.markdown(_("Your draft is back: nothing was lost."))
        st.button(_("Start afresh"), key="discard", on_click=discard, args=(draft,))

ways = intake.hows(actor)
if session.kept("in_how") not in ways:
    session.keep("in_how", next(iter(ways)))
how = st.segmented_control(
    _("Kind of report"), list(ways), key="in_how", format_func=ways.__getitem__, required=True,
    label_visibility="collapsed",
) or next(iter(ways))  # fmt: skip

said = intake.Said(session.kept("_intake_fault"))
session.drop("_intake_fault")
left, right = st.columns(2, gap="large")
with left:
    st.subheader(_("What"), anchor=False)
    category, standard = intake.what(how, said)
    on_the_spot = how == "self_handle"
    intake.photos(draft, "before", _("Photos before") if on_the_spot else _("Photos"), required=on_the_spot)
    said.beside("photos_before")
    if on_the_spot:
        intake.photos(draft, "after", _("Photos after"), required=1)
        said.beside("photos_after")
    st.subheader(_("From whom"), anchor=False)
    intake.source(actor, said)
near = intake.near_cases(actor, category)
with right:
    st.subheader(_("Where"), anchor=False)
    intake.where(actor, near, said)
if not on_the_spot:
    intake.forecast(category, standard, near)
draft.save()
said.rest()
seen = session.kept("_intake_round", 0)
with st.container(key="save"):
    st.button(
        ways[how], key=f"save_{seen}", type="primary", icon=":material/check:", width="stretch",
        on_click=save, args=(draft, how, seen),
    )  # fmt: skip
