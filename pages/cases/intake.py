"""Report a case: what, where, from whom, with photos; the deadline, the unit and similar cases before saving."""

import streamlit as st

from components import intake, session
from components.draft import FormDraft
from components.escape import md
from components.i18n import _, translate
from components.shell import link, require
from components.verbs import open_case
from db import contacts
from domain.intake import Report
from domain.text import Refused
from domain.words import SelfAction

actor = require("intake")
draft = FormDraft(actor, "intake", intake.NAMES)

st.title(_("Report a case"), anchor=False)
opened = session.kept("_intake_done")
if opened:
    with st.container(border=True, horizontal=True, key="opened"):
        link("case", _("Open case {no}").format(no=opened), no=opened)
        link("board", _("To the board"))
    session.drop("_intake_done")


def discard() -> None:
    """Empty the form and forget the draft."""
    draft.clear()
    intake.clear_choice()
    session.keep("_intake_round", session.kept("_intake_round", 0) + 1)


if draft.restored:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="restored"):
        st.markdown(_("Your draft is back: nothing was lost."))
        st.button(_("Start afresh"), key="discard", on_click=discard)

ways = intake.hows(actor)
if session.kept("in_how") not in ways:
    session.keep("in_how", next(iter(ways)))
how = st.segmented_control(
    _("Kind of report"), list(ways), key="in_how", format_func=ways.__getitem__, required=True,
    label_visibility="collapsed",
) or next(iter(ways))  # fmt: skip

fault: Refused | None = session.kept("_intake_fault")
session.drop("_intake_fault")


def say(*fields: str) -> None:
    """The refusal of the last try, beside the part of the form that it is about."""
    if fault is not None and fault.field in fields:
        st.error(md(translate(fault.sentence)), icon=":material/error:")


left, right = st.columns(2, gap="large")
with left:
    st.subheader(_("What"), anchor=False)
    category, standard = intake.what(draft, how)
    say("category_id", "standard_id", "description", "result")
    before = intake.photos(
        draft, "before", _("Photos before") if how == "self_handle" else _("Photos"), required=how == "self_handle"
    )
    say("photos_before")
    after = intake.photos(draft, "after", _("Photos after"), required=1) if how == "self_handle" else ()
    say("photos_after")
    st.subheader(_("From whom"), anchor=False)
    intake.source(actor)
    say("channel", "external_no", "contact_name", "contact_phone", "found_at")
near = intake.near_cases(actor, category)
with right:
    st.subheader(_("Where"), anchor=False)
    point = intake.where(actor, near)
    say("street_code", "committee_code", "station_code", "address", "point")
if how != "self_handle":
    intake.forecast(category, standard, near)
draft.save()
say("")
if fault is not None and fault.field is None:
    st.error(md(translate(fault.sentence)), icon=":material/error:")

if st.button(ways[how], key="save", type="primary", icon=":material/check:", width="stretch"):
    kept = session.kept
    action = kept("in_action")
    try:
        report = Report(
            kind=category.kind if category else "matter",  # type: ignore[arg-type]
            category_id=category.id if category else "",
            description=kept("in_description") or "",
            channel=kept("in_channel") or "",
            street_code=kept("in_street") or "",
            address=kept("in_address") or "",
            found_at=session.now(),
            standard_id=standard.id if standard else None,
            external_no=kept("in_external") or None,
            committee_code=kept("in_committee"),
            lng_e6=round(point[0] * 1e6) if point else None,
            lat_e6=round(point[1] * 1e6) if point else None,
            citizen=bool(kept("in_citizen")),
            social=bool(kept("in_social")),
            estate=bool(kept("in_estate")),
            self_action=SelfAction(action) if action else None,
            result=kept("in_result") or "",
        )
        contact = contacts.checked(kept("in_name") or "", kept("in_phone") or "")
        done = open_case(actor, how, report, contact=contact, before=before, after=after, form="intake")
    except Refused as refusal:
        session.keep("_intake_fault", refusal)
    else:
        discard()
        session.keep("_intake_done", done.no)
    st.rerun()
