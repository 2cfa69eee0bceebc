import streamlit as st

from components.i18n import _
from components.shell import require

actor = require("case")

st.title(_("Case"))
