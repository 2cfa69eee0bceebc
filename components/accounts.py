"""What administrators press on the accounts page: add, roles, password, lock, disable. Each press is one change."""

import secrets
from collections.abc import Callable

import streamlit as st

from components import session
from components.cards import org_name
from components.errors import show_refusal
from components.escape import clean
from components.i18n import _
from db import accounts
from db.accounts import Account, Post
from db.engine import engine
from domain.people import ROLES, Actor, Role
from domain.text import Refused, text

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read wrongly from a slip of paper


def first_password() -> str:
    """A random password to hand over: four groups of four, changed by the person at the first login."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _guarded(change: Callable[[], str]) -> None:
    """Run a change in a callback; keep the refusal for the next run, or flash the sentence that it gives."""
    session.drop("_account_refusal")
    try:
        session.flash(change())
    except Refused as refusal:
        session.keep("_account_refusal", refusal)


def _posts_for(role: Role) -> list[str]:
    orgs = session.world().orgs
    return [code for code, org in orgs.items() if org.kind in ROLES[role].org_kinds and org.has_login]


def _place_picker(key: str) -> None:
    role = st.selectbox(
        _("Role"),
        list(Role),
        index=None,
        format_func=lambda r: _(ROLES[r].label),
        placeholder=_("Choose a role"),
        key=f"{key}_role",
    )
    world = session.world()
    st.selectbox(
        _("Organisation"),
        _posts_for(role) if role else [],
        index=None,
        format_func=lambda code: f"{org_name(world, code)} ({code})",
        placeholder=_("Choose an organisation"),
        key=f"{key}_org",
        disabled=role is None,
    )


def show_outcome() -> None:
    """What the last press led to, once: the refusal, or the first password to hand over."""
    refusal = session.kept("_account_refusal")
    if refusal is not None:
        show_refusal(refusal)
        session.drop("_account_refusal")
    made = session.kept("_account_password")
    if made is not None:
        login, password = made
        st.info(_("Hand this over; it is shown once. The person chooses an own password at the first login."))
        st.code(f"{login}  {password}", language=None)
        session.drop("_account_password")


def _post(key: str) -> Post:
    """The post chosen in a picker, read when the button is pressed: the run that drew the button may be older."""
    role, org = session.kept(f"{key}_role"), session.kept(f"{key}_org")
    if role is None:
        raise Refused(text("Choose at least one role."), "role")
    if org is None:
        raise Refused(text("Choose an organisation."), "org")
    return Post(Role(role), org)


def add_form(actor: Actor) -> None:
    """Fields of a new account; its first password is made here and shown once."""
    st.text_input(_("Login name"), key="add_login", max_chars=20, autocomplete="off")
    st.text_input(_("Name"), key="add_name", max_chars=100, autocomplete="off")
    _place_picker("add")

    def change() -> str:
        password = first_password()
        login = clean(session.kept("add_login", ""), 20, field="login")
        accounts.add_user(
            engine(),
            session.world(),
            login=login,
            name=clean(session.kept("add_name", ""), 100, field="name"),
            password=password,
            posts=(_post("add"),),
            at=session.now(),
            who=session.who(actor),
        )
        session.keep("_account_password", (login.lower(), password))
        for field in ("add_login", "add_name"):
            session.keep(field, "")
        return _("The account is added.")

    st.button(_("Add"), key="add_submit", type="primary", on_click=_guarded, args=(change,))


def manage(actor: Actor, account: Account) -> None:
    """Buttons for one account."""
    district, who, login = session.district(), session.who(actor), account.login

    def reset() -> str:
        password = first_password()
        accounts.set_password(engine(), district, login=login, password=password, at=session.now(), who=who)
        session.keep("_account_password", (login, password))
        return _("The password is reset and all sessions of the person have ended.")

    def unlock() -> str:
        accounts.unlock(engine(), district, login=login, at=session.now(), who=who)
        return _("The account is unlocked.")

    def active() -> str:
        accounts.set_active(engine(), district, login=login, active=not account.active, at=session.now(), who=who)
        return _("The account is disabled.") if account.active else _("The account may sign in again.")

    with st.container(horizontal=True):
        st.button(_("Reset password"), key="user_reset", icon=":material/key:", on_click=_guarded, args=(reset,))
        if account.locked_until:
            st.button(_("Unlock"), key="user_unlock", icon=":material/lock_open:", on_click=_guarded, args=(unlock,))
        label, icon = (_("Disable"), ":material/person_off:") if account.active else (_("Enable"), ":material/person:")
        st.button(label, key="user_active", icon=icon, on_click=_guarded, args=(active,))
    _place_picker("user")

    def add_role() -> str:
        posts = (*account.posts, _post("user"))
        accounts.set_posts(engine(), session.world(), login=login, posts=posts, at=session.now(), who=who)
        return _("The roles are changed and all sessions of the person have ended.")

    def only_role() -> str:
        posts = (_post("user"),)
        accounts.set_posts(engine(), session.world(), login=login, posts=posts, at=session.now(), who=who)
        return _("The roles are changed and all sessions of the person have ended.")

    with st.container(horizontal=True):
        st.button(_("Add this role"), key="user_role_add", on_click=_guarded, args=(add_role,))
        st.button(_("Make this the only role"), key="user_role_only", on_click=_guarded, args=(only_role,))
