"""Choosing a class of the catalogue by typing: characters, pinyin, initials, English or code.

A search field with a list of at most eight answers under it. A drop-down of all classes was tried: its filter takes
any letters in order, so that "gsjg" also finds what merely contains these four, and it cannot show the class's path.
"""

from collections.abc import Sequence

import streamlit as st

from components.cards import big_name, category_name
from components.escape import md
from components.i18n import _, label
from components.session import drop, keep, kept
from domain.catalogue import QUERY_LIMIT, search
from domain.words import Kind
from domain.world import Category, World

# The whole row of an answer is the target of a finger, its class path included, not the name alone.
_ROWS = """<style>
.st-key-{key}_list div:has(> label > span > input) {{ position: relative; width: 100%; min-height: 50px; }}
.st-key-{key}_list label:has(> span > input) {{ position: static; }}
.st-key-{key}_list label:has(> span > input)::after {{ content: ""; position: absolute; z-index: 1; inset: -1px 0; }}
</style>"""

SHOWN = 8
"""Answers under the field: more is not read on a tablet, typing on is quicker."""


def name_of(category: Category) -> str:
    """The class's name in the reader's language; Chinese where it has no English name."""
    return category_name(category)


def path_of(category: Category) -> str:
    """Where a class stands: kind / big class, and its code: Component / 市政公用设施 · C01001."""
    return f"{label(category.kind)} / {big_name(category)} · {category.id}"


def category_picker(
    world: World, key: str, *, kind: Kind | None = None, frequent: Sequence[str] = (), label_text: str = ""
) -> Category | None:
    """Draw the picker; give the class chosen, or None.

    `frequent` are ids offered before anything is typed. The choice is kept in the session under `key` as an id;
    `choose` sets it from elsewhere (a draft). Typing reruns the picker alone, choosing reruns the page.
    """
    chosen = world.categories.get(kept(key, ""))
    if chosen is not None and (kind is None or chosen.kind == kind):
        _show(chosen, key, label_text or _("Category"))
        return chosen
    _search(world, key, kind, tuple(frequent), label_text or _("Category"))
    return None


def choose(key: str, category_id: str | None) -> None:
    """Set or clear the choice of a picker (for callbacks)."""
    if category_id is None:
        drop(key)
    else:
        keep(key, category_id)


def _show(category: Category, key: str, title: str) -> None:
    with st.container(border=True, key=f"{key}_chosen"):
        left, right = st.columns([5, 2], vertical_alignment="center")
        left.markdown(f"**{md(name_of(category))}**")
        left.caption(f"{md(title)} · {md(path_of(category))}")
        if category.transcribed:
            note = _("{standard}: transcribed, check against the official text")
            left.caption(note.format(standard=md(category.standard_ref)))
        right.button(_("Change"), key=f"{key}_change", on_click=choose, args=(key, None), width="stretch")


@st.fragment
def _search(world: World, key: str, kind: Kind | None, frequent: tuple[str, ...], title: str) -> None:
    if kept(key) in world.categories:
        st.rerun()  # chosen by the callback: the page around the picker has more to show now
    query = st.text_input(
        title,
        key=f"{key}_query",
        type="search",
        live="200ms",
        max_chars=QUERY_LIMIT,
        placeholder=_("Chinese, pinyin or initials, English, or code"),
        autocomplete="off",
    )
    found = search(world, query or "", kind=kind, limit=SHOWN + 1, frequent=frequent)
    if not found:
        st.info(_("No class fits. Try fewer letters or another word."))
        return
    shown = {category.id: category for category in found[:SHOWN]}
    st.html(_ROWS.format(key=key))
    st.radio(
        _("Most used") if not query else _("Classes found"),
        list(shown),
        index=None,
        key=f"{key}_list",
        format_func=lambda i: md(name_of(shown[i])) if i in shown else i,
        captions=[md(path_of(category)) for category in shown.values()],
        on_change=_picked,
        args=(key,),
        width="stretch",
    )
    if len(found) > SHOWN:
        st.caption(_("More classes fit: type on to narrow the list."))


def _picked(key: str) -> None:
    choose(key, kept(f"{key}_list"))
    for part in ("list", "query"):
        keep(f"{key}_{part}", None if part == "list" else "")
