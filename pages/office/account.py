import streamlit as st

from components import i18n, session
from components.cards import org_name
from components.change_password import finish, form
from components.errors import show_refusal
from components.escape import md
from components.i18n import _
from components.leave import leave
from components.shell import require
from db import login, sessions
from db.engine import engine
from domain.people import ROLES
from domain.text import Refused

actor = require("account")
row = session.signed()
if row is None:
    st.stop()
district = session.district()
if finish("/account"):
    st.stop()


def _switch() -> None:
    chosen = held[session.kept("account_post")]
    try:
        sessions.switch(
            engine(),
            district,
            session.cookie(session.cookie_name()) or "",
            post=chosen,
            at=session.now(),
            who=session.who(row),
        )
    except Refused as refusal:
        session.keep("_switch_refusal", refusal)
        return
    session.flash(_("You now act in your other role."))


def _end_all() -> None:
    sessions.end_everywhere(engine(), district, user_id=actor.user_id, at=session.now(), who=session.who(row))
    session.keep("_leaving", "/auth/logout")


def _language() -> None:
    session.choose_lang(session.kept("account_lang"), row)


st.title(_("My account"))
st.markdown(f"**{md(actor.name)}** · {md(actor.login)}")
st.button(_("Sign out"), key="account_out", type="primary", icon=":material/logout:", on_click=session.sign_out)

st.subheader(_("Role"))
with engine().connect().execution_options(reading=True) as connection:
    held = {f"{p.role}@{p.org}": p for p in login.posts_of(connection, district, actor.user_id)}
world = session.world()
names = {key: f"{_(ROLES[p.role].label)} · {org_name(world, p.org)}" for key, p in held.items()}
if len(held) > 1:
    mine = f"{actor.role}@{actor.org}"
    st.selectbox(
        _("I act as"),
        list(held),
        index=list(held).index(mine),
        format_func=names.__getitem__,
        key="account_post",
        width=460,
    )
    st.button(_("Change role"), key="account_switch", on_click=_switch)
else:
    st.text(next(iter(names.values()), ""))
st.caption(_(ROLES[actor.role].sentence))
if session.kept("_switch_refusal"):
    show_refusal(session.kept("_switch_refusal"))
    session.drop("_switch_refusal")

st.subheader(_("Language"))
st.selectbox(
    _("Language"),
    list(i18n.LANGUAGES),
    index=list(i18n.LANGUAGES).index(i18n.lang()),
    format_func=i18n.LANGUAGES.__getitem__,
    key="account_lang",
    label_visibility="collapsed",
    on_change=_language,
    width=460,
)
if session.kept("_lang_cookie"):
    leave("/auth/language", {"lang": session.kept("_lang_cookie"), "next": "/account"})
    session.drop("_lang_cookie")

st.subheader(_("Password"))
form(row)

st.subheader(_("Sessions"))
st.caption(_("This session ends at {time} at the latest.").format(time=i18n.fmt_instant(row.expires_at)))
st.button(_("Sign out everywhere"), key="account_end_all", icon=":material/devices_off:", on_click=_end_all)
