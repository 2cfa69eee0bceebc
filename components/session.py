"""Who sits at the screen. The only file that touches `st.session_state`; the truth is the session row in the database.

Every rerun looks the cookie's token up again, so that signing out, disabling and role changes bite at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import i18n
from db import accounts, sessions
from db import world as reference
from db.audit import Who
from db.engine import engine
from db.settings import district_id, settings
from domain.people import Actor, actor_at
from domain.world import World

LANG_COOKIE = "griddesk_lang"


def now() -> datetime:
    """The instant, in UTC. The only place of the application that reads the clock."""
    return datetime.now(UTC)


def cookie_name() -> str:
    """Name of the session cookie. The prefix makes browsers insist on Secure, the root path and no other domain."""
    return "__Host-griddesk" if settings().https else "griddesk"


def cookie(name: str) -> str | None:
    """The value of a cookie that the browser sent when this page was opened."""
    if name not in st.context.cookies:
        return None
    value = st.context.cookies[name]
    return value if isinstance(value, str) else None


def address() -> str:
    """The client's address as the server sees it; loopback where there is none."""
    found = st.context.ip_address
    return found if isinstance(found, str) else "127.0.0.1"


def district() -> int:
    """The district this installation serves."""
    return district_id()


_run: ContextVar[dict[str, Any] | None] = ContextVar("run", default=None)


@contextmanager
def one_run() -> Iterator[None]:
    """Within one run of the page script the session and the reference data are looked up once.

    Callbacks and timers run outside of it and look for themselves: nothing is remembered from run to run.
    """
    token = _run.set({})
    try:
        yield
    finally:
        _run.reset(token)


def world() -> World:
    """The reference data in force. Raises LookupError before any has been loaded."""
    known = _run.get()
    if known is None:
        return reference.world(engine(), district_id())
    if "world" not in known:
        known["world"] = reference.world(engine(), district_id())
    found: World = known["world"]
    return found


def keep(key: str, value: Any) -> None:
    """Keep a small value (an id, a word) for this browser tab until it closes."""
    st.session_state[key] = value


def kept(key: str, default: Any = None) -> Any:
    """A value kept before, or `default`."""
    return st.session_state.get(key, default)


def has(key: str) -> bool:
    """Whether a value is kept under a key (a widget's value counts)."""
    return key in st.session_state


def drop(key: str) -> None:
    """Forget a value kept before."""
    st.session_state.pop(key, None)


def flash(sentence: str) -> None:
    """Show a sentence, already in the reader's language, at the top of the next run (after a callback has acted)."""
    keep("_flash", sentence)


def take_flash() -> str | None:
    """The sentence to show, once."""
    sentence: str | None = kept("_flash")
    drop("_flash")
    return sentence


def remembered_lang() -> str | None:
    """The language chosen in this browser tab; None outside a page script."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    found: str | None = kept("_lang")
    return found


def signed(*, touch: bool = False) -> sessions.Signed | None:
    """The session that holds now, or None. `touch` counts as activity: once per whole-page run, never from a timer."""
    token = cookie(cookie_name())
    if token is None:
        return None
    known = _run.get()
    if known is None:
        return sessions.find(engine(), district(), token, at=now(), touch=touch)
    if "signed" not in known:
        known["signed"] = sessions.find(engine(), district(), token, at=now(), touch=touch)
    found: sessions.Signed | None = known["signed"]
    return found


def actor_of(row: sessions.Signed | None) -> Actor | None:
    """The actor of a session; None without one, while an own password is due, or when the organisation is gone."""
    known = world()
    if row is None or row.must_change or row.post.org not in known.orgs:
        return None
    return actor_at(known, user_id=row.user_id, login=row.login, name=row.name, role=row.post.role, org=row.post.org)


def current() -> Actor | None:
    """The person acting now, looked up afresh; None when nobody is signed in."""
    return actor_of(signed())


def who(row: sessions.Signed | Actor | None) -> Who:
    """The person as the audit trail names them."""
    if row is None:
        return Who(address=address())
    if isinstance(row, Actor):
        return Who(row.user_id, row.login, row.role.value, row.org, address())
    return Who(row.user_id, row.login, row.post.role.value, row.post.org, address())


def sign_out() -> None:
    """End this session in the database (for a button's on_click); the shell then clears the cookie."""
    token = cookie(cookie_name())
    if token is not None:
        sessions.end(engine(), district(), token, at=now(), who=who(signed()))
    keep("_leaving", "/auth/logout")


def begin() -> sessions.Signed | None:
    """Start a run of the page script: language first, then the session. Gives the session that holds."""
    row = signed(touch=True)
    asked = i18n.parse(st.query_params.get("lang"))
    if asked and asked != kept("_lang"):
        keep("_lang", asked)
    elif "_lang" not in st.session_state:
        keep("_lang", (row and row.lang) or i18n.parse(cookie(LANG_COOKIE)) or i18n.DEFAULT)
    chosen = kept("_lang")
    i18n.use(chosen)
    if row is not None and row.lang != chosen and asked:
        accounts.set_lang(engine(), district(), user_id=row.user_id, lang=chosen)
    return row


def choose_lang(language: str, row: sessions.Signed) -> None:
    """Change the language for good (for a widget's on_change): the account, this tab, and then the cookie."""
    accounts.set_lang(engine(), district(), user_id=row.user_id, lang=language)
    keep("_lang", language)
    keep("_lang_cookie", language)
    i18n.use(language)
