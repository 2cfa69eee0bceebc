"""The one boundary for errors: a refusal is shown as its sentence, anything else as a number that is in the log."""

import logging
import secrets

import streamlit as st

from components.escape import md
from components.i18n import _, translate
from domain.text import Clash, Refused

LOG = logging.getLogger("griddesk")


class _SaidOnce(logging.Filter):
    """Streamlit logs an uncaught error before it asks us; ours carries the number, so theirs is dropped."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and record.getMessage().startswith("Uncaught app execution"))


def quiet_streamlit() -> None:
    """Leave the logging of uncaught errors to `on_script_error`. Calling it again changes nothing."""
    logger = logging.getLogger("streamlit.error_util")
    if not any(isinstance(f, _SaidOnce) for f in logger.filters):
        logger.addFilter(_SaidOnce())


def show_refusal(refusal: Refused) -> None:
    """The sentence of a refusal, as it is; after a clash also what to do."""
    sentence = md(translate(refusal.sentence))
    if isinstance(refusal, Clash):
        st.warning(f"{sentence} {_('Load the page again to see the present state.')}", icon=":material/sync_problem:")
    else:
        st.error(sentence, icon=":material/block:")


def on_script_error(error: Exception) -> bool:
    """Show what became of an error that no page caught, without its trace. True = Streamlit shows nothing more."""
    if isinstance(error, Refused):
        show_refusal(error)
        return True
    number = secrets.token_hex(4)
    LOG.error("error %s", number, exc_info=error)
    st.error(
        _("Something went wrong. Please give this number to your administrator: {number}").format(number=number),
        icon=":material/error:",
    )
    return True
