"""The page table, the guard that every page begins with, and the navigation. A page is one row here and one file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import session
from components.cards import org_name
from components.escape import md
from components.i18n import _
from db.sessions import Signed
from domain.people import CENTRES, HANDLERS, ROLES, Actor, Role
from domain.text import N_

PAGES_DIR = Path(__file__).resolve().parent.parent / "pages"
ICON = Path(__file__).resolve().parent / "assets" / "icon.png"

ALL = frozenset(Role)
FINDERS = CENTRES | HANDLERS | {Role.INSPECTOR}
READERS = ALL - {Role.ADMINISTRATOR, Role.DISPLAY}
WORK, OFFICE = "", "office"


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page: file under `pages/`, address, title (marked N_), icon, roles, section, and whether it is listed."""

    file: str
    url: str
    title: str
    icon: str
    roles: frozenset[Role]
    section: str = WORK
    listed: bool = True


PAGES: tuple[PageRow, ...] = (
    PageRow("office/home.py", "home", N_("Home"), ":material/home:", ALL),
    PageRow("cases/intake.py", "intake", N_("Report"), ":material/add_circle:", FINDERS),
    PageRow("cases/board.py", "board", N_("Board"), ":material/view_kanban:", READERS),
    PageRow("cases/cases.py", "cases", N_("Cases"), ":material/list_alt:", READERS),
    PageRow("cases/case.py", "case", N_("Case"), ":material/description:", READERS, listed=False),
    PageRow("office/account.py", "account", N_("My account"), ":material/account_circle:", ALL, OFFICE),
    PageRow("office/users.py", "users", N_("Accounts"), ":material/group:", frozenset({Role.ADMINISTRATOR}), OFFICE),
    PageRow("office/about.py", "about", N_("About"), ":material/info:", ALL, OFFICE),
)
BY_URL: Mapping[str, PageRow] = {row.url: row for row in PAGES}


def may_open(role: Role, url: str) -> bool:
    """Whether a role may open the page at an address. Unknown addresses: nobody."""
    # Compared by value: see design on enums and reloads.
    return url in BY_URL and str(role) in {str(r) for r in BY_URL[url].roles}


def navigation(row: Signed | None) -> StreamlitPage:
    """Register every page always, so that deep links survive the login; list those the role may open."""
    sections: dict[str, list[StreamlitPage]] = {}
    person = "" if row is None else md(row.name)
    for page in PAGES:
        name = {WORK: "", OFFICE: person or " "}[page.section]
        shown = row is not None and page.listed and may_open(row.post.role, page.url)
        sections.setdefault(name, []).append(
            st.Page(
                PAGES_DIR / page.file,
                title=_(page.title),
                icon=page.icon,
                url_path=page.url,
                default=page.url == "home",
                visibility="visible" if shown else "hidden",
            )
        )
    return st.navigation(sections, position="top" if row is not None and not row.must_change else "hidden")


def require(url: str) -> Actor:
    """The guard line of every page: the person signed in now, whose role may open this page.

    Otherwise says so and stops. Asks the database, not what an earlier run remembered.
    """
    actor = session.current()
    if actor is None:
        st.info(_("Please sign in."), icon=":material/login:")
        st.stop()
    if not may_open(actor.role, url):
        st.error(
            _("Your role, {role}, may not open this page.").format(role=_(ROLES[actor.role].label)),
            icon=":material/block:",
        )
        link("home", _("Back to the start page"))
        st.stop()
    return actor


def link(url: str, label: str | None = None, **query: str) -> None:
    """A link to a page of the table, with query parameters. The label is Markdown: escape data in it."""
    row = BY_URL[url]
    st.page_link(
        PAGES_DIR / row.file,
        label=label if label is not None else _(row.title),
        icon=row.icon,
        query_params=query or None,
        width="stretch",
    )


def place(actor: Actor) -> str:
    """The actor's role and organisation in words, as plain text."""
    return f"{_(ROLES[actor.role].label)} · {org_name(session.world(), actor.org)}"
