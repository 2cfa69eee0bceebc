import streamlit as st

from components.i18n import _
from components.shell import require

actor = require("intake")

st.title(_("Report"))
