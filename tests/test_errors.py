"""The boundary for errors: a number on the screen, the trace in the log once, refusals as their sentence."""

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

from components.errors import quiet_streamlit
from domain.text import Clash, Refused, text


def show(error: Exception) -> AppTest:
    def script(error: Exception) -> None:
        from components.errors import on_script_error

        assert on_script_error(error) is True

    return AppTest.from_function(script, kwargs={"error": error}).run()


def test_a_bug_shows_a_number_and_no_trace_and_is_logged_once_with_that_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    error = ValueError("planted detail 13812345678")

    with caplog.at_level(logging.ERROR):
        at = show(error)

    assert not at.exception
    shown = [e.value for e in at.error]
    assert len(shown) == 1
    number = re.search(r"[0-9a-f]{8}$", shown[0])
    assert number is not None
    assert "planted" not in shown[0]
    assert [(r.name, r.getMessage(), r.exc_info and r.exc_info[1]) for r in caplog.records] == [
        ("griddesk", f"error {number.group()}", error)
    ]


def test_streamlit_s_own_line_for_the_same_error_is_dropped() -> None:
    quiet_streamlit()
    logger = logging.getLogger("streamlit.error_util")
    record = logger.makeRecord(logger.name, logging.ERROR, "", 0, "Uncaught app execution", (), (None, None, None))
    other = logger.makeRecord(logger.name, logging.ERROR, "", 0, "something else", (), None)

    assert not logger.filter(record)
    assert logger.filter(other)


def test_a_refusal_is_shown_as_its_sentence_with_data_escaped() -> None:
    at = show(Refused(text("There is no organisation {code}.", code="![x](http://evil.example)")))

    assert [e.value for e in at.error] == [r"单位 \!\[x\]\(http\:" + "\u2060" + r"//evil\.example\) 不存在。"]


def test_a_clash_also_says_what_to_do() -> None:
    at = show(Clash(text("There is already an account {login}.", login="qu")))

    assert [w.value for w in at.warning] == ["账号 qu 已存在。 请重新载入页面查看最新状态。"]
