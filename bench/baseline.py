"""The smallest page worth comparing with: one title, one button."""

import streamlit as st

st.title("Baseline")
st.button("Again", key="again")
