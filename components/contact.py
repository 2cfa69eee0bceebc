"""The reporter's contact on the case page: masked, opened on demand by those who call, each view recorded."""

import streamlit as st

from components import session
from components.escape import md
from components.i18n import _
from db import contacts
from db.audit import record
from db.engine import engine
from db.queries.file import CaseFile, sealed_contact
from domain.people import Actor


def draw_contact(file: CaseFile, actor: Actor) -> None:
    """The mask, and a button for those who may open it. The open contact is shown in this run only."""
    if file.contact is None or not contacts.may_see_mask(actor):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="contact"):
        st.markdown(f"{_('Reporter')}: {md(file.contact)}")
        if not contacts.may_open(actor, unit_code=file.case.unit_code):
            return
        if st.button(_("Show the contact"), key="contact_open", icon=":material/visibility:"):
            found = _open(file, actor)
            if found is not None:
                st.text(f"{found.name}  {found.phone}")


def _open(file: CaseFile, actor: Actor) -> contacts.Contact | None:
    """Open the contact and record who looked: no record, no view."""
    with engine().begin() as connection:
        data = sealed_contact(connection, file.case)
        if data is None:
            return None
        district = session.world().district_id
        record(connection, district, session.now(), session.who(actor), "contact.view", file.case.no)
    return contacts.opened(data)
