"""Text that people typed: shown as typed, stored clean."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.escape import clean, md
from domain.text import Refused

PAYLOADS = [
    "![x](http://evil.example/t.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    ":red[urgent] :material/home: :smile: :streamlit:",
    "**bold** _it_ ~~gone~~ `code` $x^2$",
    "# heading",
    "- list\n1. list\n+ list",
    "> quote",
    "| a | b |\n|---|---|",
    "http://evil.example www.evil.example someone@evil.example",
    "a -> b <- c -- d >= e <= f ~= g",
    "    indented code",
    "title\n=====",
    "&lt;b&gt; &#x41;",
    "[^1]: note",
    "\\`\\`\\`",
    "```\nfence\n```",
    "$$\n\\href{http://evil.example}{x}\n$$",
    "* * *",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_sign_that_markdown_knows_is_escaped(payload: str) -> None:
    escaped = md(payload)

    for index, char in enumerate(escaped):
        if char in "`*_{}[]<>()#+!|:$~&=@^\"'.-":
            assert escaped[index - 1] == "\\", (payload, escaped)


@given(st.text())
def test_taking_the_escapes_away_gives_what_was_typed(typed: str) -> None:
    plain = "".join(c for c in typed if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Cf"))
    shown, escaped = [], md(plain)
    position = 0
    while position < len(escaped):
        if escaped[position] == "\\" and position + 1 < len(escaped):
            position += 1
        shown.append(escaped[position])
        position += 1
    back = "".join(shown).replace("\u2060", "").replace("  \n", "\n").replace("\u00a0", " ")

    assert back == plain.replace("\u00a0", " ")


def test_marks_that_turn_the_writing_direction_and_control_characters_are_taken_out() -> None:
    assert md("a\u202eb\u2066c\x07d\x00e\x1b[31m") == "abcde\\[31m"


def test_line_breaks_are_kept() -> None:
    assert md("one\r\ntwo\rthree") == "one  \ntwo  \nthree"


def test_clean_strips_and_composes() -> None:
    assert clean("  Cafe\u0301\r\n井盖\t破损 ", 20, field="text") == "Café\n井盖\t破损"


@pytest.mark.parametrize("bad", ["a\x00b", "a\x07", "\x1b[31m", "a\u202eb", "a\ud800b", "a\u2066b"])
def test_clean_refuses_control_characters_at_the_field(bad: str) -> None:
    with pytest.raises(Refused) as caught:
        clean(bad, 20, field="text")
    assert caught.value.field == "text"


@pytest.mark.parametrize(("length", "taken"), [(0, True), (10, True), (11, False)])
def test_clean_refuses_what_is_too_long(length: int, taken: bool) -> None:
    if taken:
        assert clean("井" * length, 10, field="text") == "井" * length
    else:
        with pytest.raises(Refused) as caught:
            clean("井" * length, 10, field="text")
        assert (caught.value.field, str(caught.value)) == (
            "text",
            "This text is too long: 11 of at most 10 characters.",
        )
