"""Choices that stand in the URL by their code, so that a view is a link: `/board?street=310106006`.

Streamlit's own binding writes the label a reader sees; a link must not depend on the language it was made in.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from components import session
from components.i18n import _


def url_select(
    name: str, title: str, options: Mapping[str, str], *, width: int = 200, on_change: Callable[[], None] | None = None
) -> str | None:
    """A select box of code → label whose code stands in the URL under `name`. A code that does not exist is ignored."""
    key = f"url_{name}"
    asked = st.query_params.get(name)
    if not session.has(key):
        session.keep(key, asked if asked in options else None)
    elif session.kept(key) not in (None, *options):
        session.keep(key, None)
    chosen: str | None = st.selectbox(
        title,
        list(options),
        index=None,
        key=key,
        format_func=lambda code: options.get(code, code),
        placeholder=_("All"),
        width=width,
        on_change=on_change,
    )
    _write(name, chosen)
    return chosen


def url_toggle(name: str, title: str) -> bool:
    """A toggle that stands in the URL as `name=1` when it is on."""
    key = f"url_{name}"
    if not session.has(key):
        session.keep(key, st.query_params.get(name) == "1")
    on = st.toggle(title, key=key)
    _write(name, "1" if on else None)
    return bool(on)


def clear(names: tuple[str, ...]) -> None:
    """Empty these choices (for a button's on_click)."""
    for name in names:
        session.drop(f"url_{name}")
        st.query_params.pop(name, None)


def _write(name: str, value: str | None) -> None:
    if st.query_params.get(name) == value:
        return
    if value is None:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
