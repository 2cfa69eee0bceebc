"""The form for one's own password: asked for at the first login, offered on the account page."""

import streamlit as st

from components import session
from components.errors import show_refusal
from components.i18n import _
from components.login import enter
from db.accounts import change_password
from db.engine import engine
from db.passwords import MIN_LENGTH
from db.sessions import Signed
from domain.text import Refused, text


def _submit(row: Signed) -> None:
    old, new, again = (session.kept(f"password_{part}", "") for part in ("old", "new", "again"))
    session.drop("_password_refusal")
    try:
        if new != again:
            raise Refused(text("The two new passwords differ."), "again")
        change_password(
            engine(),
            session.district(),
            user_id=row.user_id,
            old=old,
            new=new,
            at=session.now(),
            who=session.who(row),
        )
    except Refused as refusal:
        session.keep("_password_refusal", refusal)
        return
    session.keep("_password_done", row)


def finish(to: str) -> bool:
    """After a change all sessions have ended: open a new one for this browser. True = nothing more to draw."""
    row: Signed | None = session.kept("_password_done")
    if row is None:
        return False
    session.drop("_password_done")
    st.success(_("Your password is changed. All other sessions have ended."), icon=":material/check_circle:")
    enter(row.user_id, row.post, to)
    return True


def form(row: Signed) -> None:
    """The three fields and the button."""
    with st.form("password_form", width=460):
        st.text_input(_("Present password"), type="password", key="password_old", autocomplete="current-password")
        st.text_input(
            _("New password"),
            type="password",
            key="password_new",
            autocomplete="new-password",
            help=_("At least {count} characters; a short sentence is good.").format(count=MIN_LENGTH),
        )
        st.text_input(_("New password again"), type="password", key="password_again", autocomplete="new-password")
        st.form_submit_button(
            _("Change password"), type="primary", key="password_submit", on_click=_submit, args=(row,)
        )
    refusal = session.kept("_password_refusal")
    if refusal is not None:
        show_refusal(refusal)
        session.drop("_password_refusal")


def draw(row: Signed, _to: str) -> None:
    """The screen of the first login: an own password before anything else."""
    st.title(_("Choose your own password"))
    st.write(_("Your password was set by somebody else. Choose one that only you know."))
    form(row)
    st.button(_("Sign out"), key="first_sign_out", on_click=session.sign_out, icon=":material/logout:")
