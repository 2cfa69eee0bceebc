import streamlit as st

from components import session
from components.accounts import add_form, manage, show_outcome
from components.escape import md
from components.i18n import _, fmt_instant
from components.shell import require
from db import accounts
from db.engine import engine
from domain.people import ROLES

actor = require("users")

st.title(_("Accounts"))
show_outcome()
world = session.world()
people = accounts.list_users(engine(), world.district_id, session.now())


def _state(account: accounts.Account) -> str:
    if not account.active:
        return _("Disabled")
    if account.locked_until:
        return _("Locked until {time}").format(time=fmt_instant(account.locked_until, year=False))
    return _("First login due") if account.must_change else _("Active")


def _posts(account: accounts.Account) -> str:
    return "; ".join(
        f"{_(ROLES[p.role].label)} · {world.orgs[p.org].name if p.org in world.orgs else p.org}" for p in account.posts
    )


picked = st.dataframe(
    {
        _("Login name"): [a.login for a in people],
        _("Name"): [a.name for a in people],
        _("State"): [_state(a) for a in people],
        _("Role"): [_posts(a) for a in people],
        _("Since"): [fmt_instant(a.created_at) for a in people],
    },
    column_config={_("State"): st.column_config.TextColumn(width=150)},
    hide_index=True,
    selection_mode="single-cell",
    on_select="rerun",
    row_height=44,
    key="users_table",
)
cells = picked["selection"]["cells"]
chosen = people[cells[0][0]] if cells and cells[0][0] < len(people) else None
if chosen is None:
    st.caption(_("Tap an account to change it."))
else:
    with st.container(border=True, key="users_chosen"):
        st.subheader(f"{md(chosen.name)} · {md(chosen.login)}")
        manage(actor, chosen)

with st.expander(_("Add an account"), icon=":material/person_add:", key="users_add"):
    add_form(actor)
