"""The baseline page behind the same middleware, with the same memory settings and the same configuration file."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from components import shell  # noqa: F401 - the same libraries in memory
from components.routes import headers
from components.routes.life import lifespan

app = st.App(
    Path(__file__).resolve().parent / "baseline.py",
    middleware=[Middleware(headers.SecurityHeaders)],
    lifespan=lifespan,
)
