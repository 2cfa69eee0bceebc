"""Signing in: streamlit-authenticator draws the form and validates the input; everything that decides is ours.

Its cookie, lock-out and credentials dictionary are never made: the two controllers that its form talks to are replaced,
so that a right password becomes a one-time ticket, and the ticket an HttpOnly cookie (see components/routes/auth.py).
"""

from typing import Any
from urllib.parse import urlencode

import streamlit as st
import streamlit_authenticator as stauth
from streamlit_authenticator.utilities import Validator

from components import i18n, session
from components.cards import district_name
from components.errors import show_refusal
from components.i18n import _
from components.leave import leave
from db import login as store
from db import sessions
from db.accounts import Post, count_users, login_key
from db.engine import engine
from db.settings import settings
from domain.text import Refused, text


class _Check:
    """Stands where the package has its AuthenticationController."""

    def __init__(self) -> None:
        self.known: store.Known | None = None
        self.refusal: Refused | None = None

    def login(self, username: str = "", password: str = "", *_args: Any, **_options: Any) -> bool:
        """Check name and password against the database; keep the person or the refusal."""
        validator = Validator()
        try:
            if not validator.validate_length(username.strip(), 1, 254) or not validator.validate_length(
                password, 1, 256
            ):
                raise Refused(text("Type your login name and your password."))
            self.known = store.check_login(
                engine(),
                session.district(),
                login=login_key(username),
                password=password,
                address=session.address(),
                at=session.now(),
            )
        except Refused as refusal:
            self.refusal = refusal
        return self.known is not None


class _NoCookie:
    """Stands where the package has its CookieController: the browser's script never sees a session."""

    def get_cookie(self) -> None:
        """There is nothing to read here."""

    def set_cookie(self) -> None:
        """The redeeming route sets the cookie."""


class Form(stauth.Authenticate):  # type: ignore[misc]
    """The package's login form over our controllers. Its constructor is not called: it would mount a cookie script."""

    def __init__(self) -> None:
        self.attrs = {"login_sleep_time": 0}
        self.path = None
        self.authentication_controller = _Check()
        self.cookie_controller = _NoCookie()


def target(url: str) -> str:
    """The local address of the page asked for, its query string included (without the language, which is kept)."""
    pairs = [(key, value) for key in st.query_params for value in st.query_params.get_all(key) if key != "lang"]
    return f"/{url}" + (f"?{urlencode(pairs)}" if pairs else "")


def enter(user_id: int, post: Post, to: str) -> None:
    """Send the browser to the route that opens a session. Draw nothing after it."""
    ticket = sessions.issue_ticket(
        engine(), session.district(), user_id=user_id, post=post, target=to, at=session.now()
    )
    leave("/auth/redeem", {"ticket": ticket})


def draw(to: str) -> None:
    """The login screen; after a right password the browser goes on to `to`."""
    with st.container(horizontal_alignment="center"), st.container(width=460, key="login"):
        st.title(_("GridDesk"))
        st.caption(district_name(session.world()))
        form = Form()
        form.login(
            fields={
                "Form name": _("Sign in"),
                "Username": _("Login name"),
                "Password": _("Password"),
                "Login": _("Sign in"),
            },
            key="login_form",
        )
        check: _Check = form.authentication_controller
        if check.refusal is not None:
            show_refusal(check.refusal)
        if check.known is not None:
            enter(check.known.user_id, check.known.posts[0], to)
            st.info(_("Signing in …"), icon=":material/hourglass_top:")
        _others(to)


def _others(to: str) -> None:
    if count_users(engine(), session.district()) == 0:
        st.info(_("There is no account yet. An operator makes the first one on the server:"))
        st.code("python -m db user add LOGIN --name NAME --role administrator --org CODE", language=None)
    if settings().oidc:
        _oidc(to)
    other = "en" if i18n.lang() == "zh_CN" else "zh_CN"
    if st.button(i18n.LANGUAGES[other], key="login_lang", icon=":material/translate:", type="tertiary"):
        leave("/auth/language", {"lang": other, "next": to})


def _oidc(to: str) -> None:
    """Sign-in by the organisation's own provider: it names the person, the account here says what they may do."""
    if not st.user.is_logged_in:
        st.button(_("Sign in with your organisation"), key="login_oidc", on_click=st.login, width="stretch")
        return
    name = st.user.get("preferred_username") or str(st.user.get("email", "")).split("@")[0]
    known = store.known_by_login(
        engine(), session.district(), login=str(name), address=session.address(), at=session.now()
    )
    if known is None:
        st.error(_("You are known to your organisation, but you have no account here."), icon=":material/block:")
        st.button(_("Use another identity"), key="login_oidc_out", on_click=st.logout)
        return
    enter(known.user_id, known.posts[0], to)
