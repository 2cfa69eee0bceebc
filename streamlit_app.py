"""The entry point: `streamlit run streamlit_app.py` serves the pages and the routes beside them. Decides nothing.

The page script lives in `pages/__main__.py`, so that no file beside it can be opened without the login gate.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from components.errors import on_script_error, quiet_streamlit
from components.routes import auth, headers, health, html, photos
from components.routes.life import lifespan, set_cookie_secret

quiet_streamlit()
set_cookie_secret()

app = st.App(
    Path(__file__).resolve().parent / "pages" / "__main__.py",
    routes=[*health.ROUTES, *auth.ROUTES, *photos.ROUTES, *html.ROUTES],
    middleware=[Middleware(headers.SecurityHeaders)],
    lifespan=lifespan,
    on_script_error=on_script_error,
)

if __name__ == "__main__":
    app.run()
