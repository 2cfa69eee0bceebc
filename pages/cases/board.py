"""The dispatch board: the six steps as columns, most urgent first. Filters stand in the URL."""

import streamlit as st

from components import cards, session
from components.board import board as draw_board
from components.boardfilters import draw_filters, query_of
from components.i18n import _
from components.shell import PAGES_DIR, require
from components.verbs import read
from db.queries.board import PER_COLUMN, board

actor = require("board")
world = session.world()
filters = draw_filters(actor, world)


@st.fragment(run_every=15)
def live() -> None:
    """The columns, refreshed by themselves without touching the filters."""
    at = session.now()
    per = int(session.kept("_board_per", PER_COLUMN))
    found = read(board, actor, filters, at, per_column=per)
    drawn = cards.columns(world, found, at)
    total = sum(found.counts.values())
    st.caption(_("{n} cases on the board as you see them").format(n=total))
    opened = draw_board(drawn, "board", on_more=lambda _step: session.keep("_board_per", min(per + 30, 150)))
    if opened:
        st.switch_page(PAGES_DIR / "cases" / "case.py", query_params={"no": opened, **query_of(filters)})


live()
