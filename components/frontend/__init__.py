"""The browser side of our components: their scripts and styles, read once, and the value a component last fired."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from components.session import kept

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def mount(name: str, *parts: str) -> "ComponentRenderer":
    """A component of ours made of `frontend/<part>.js` and `.css`, in order; `name` alone where it has one part.

    Call once per module. The scripts share one scope; the last one exports the function that draws.
    """
    files = parts or (name,)
    script = "\n".join(_source(f"{part}.js") for part in files)
    style = "\n".join(_source(f"{part}.css") for part in ("tokens", *files))
    return st.components.v2.component(
        f"griddesk_{name}", html=f'<div class="gd gd-{name}"></div>', css=style, js=script
    )


@lru_cache(maxsize=32)
def _source(file: str) -> str:
    path = HERE / file
    return path.read_text(encoding="utf-8") if path.exists() else ""


def fired(key: str, event: str, limit: int) -> str | None:
    """The text a component's trigger carries, inside its callback. Anything else, or longer than `limit`, is None."""
    state = kept(key)
    return said(state.get(event) if isinstance(state, Mapping) else None, limit)


def said(value: object, limit: int) -> str | None:
    """A value from the browser, if it is a text of at most `limit` characters."""
    return value if isinstance(value, str) and 0 < len(value) <= limit else None
