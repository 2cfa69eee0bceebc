"""Leaving the page: a form post to one of our own routes, sent by a fixed script. Nothing secret stands in a URL."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

_SCRIPT = """
export default function ({ data }) {
  if (!data || !/^\\/auth\\/[a-z]+$/.test(data.path) || window.griddeskLeaving) return;
  window.griddeskLeaving = true;
  const form = document.createElement("form");
  form.method = "post";
  form.action = data.path;
  for (const [name, value] of Object.entries(data.fields)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}
"""


@lru_cache(maxsize=1)
def _component() -> Callable[..., Any]:
    found: Callable[..., Any] = st.components.v2.component("griddesk_leave", html="<span></span>", js=_SCRIPT)
    return found


def leave(path: str, fields: Mapping[str, str] | None = None) -> None:
    """Send the browser to one of our `/auth/…` routes with a post. Nothing should be drawn after it."""
    _component()(key="leave", data={"path": path, "fields": dict(fields or {})}, height=1)
