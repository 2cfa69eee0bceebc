"""The script of every page: language, session, navigation, then the login or the page."""

import streamlit as st

from components import login, session, shell
from components.change_password import draw as draw_change
from components.i18n import _
from components.leave import leave

st.set_page_config(page_icon=str(shell.ICON), page_title="GridDesk", layout="wide")
with session.one_run():
    row = session.begin()
    st.set_page_config(page_title=_("GridDesk"))
    page = shell.navigation(row)
    if row is not None:
        st.logo(shell.ICON)

    if session.kept("_leaving"):
        leave(session.kept("_leaving"))
        session.drop("_leaving")
        st.stop()
    if row is None:
        login.draw(login.target(page.url_path))
        st.stop()
    if row.must_change:
        draw_change(row, login.target(page.url_path))
        st.stop()
    message = session.take_flash()
    if message:
        st.success(message, icon=":material/check_circle:")
    page.run()
