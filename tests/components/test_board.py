"""The board's Python side: what it sends, how large that is, and what it accepts back."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from components import board as module
from components.board import NUMBER_LIMIT, TEXT_LIMIT, packed
from components.frontend import HERE
from domain.words import Step
from tests.components import scene


def page():
    import streamlit as st

    from components.board import board
    from tests.components import scene

    opened = board(
        scene.columns(),
        "kb",
        on_open=lambda no: st.session_state.update(opened=no),
        on_more=lambda step: st.session_state.update(more=str(step)),
        selected="JA202611240001",
        height=600,
    )
    st.text(f"opened {opened}")


def sent(at):
    element = next(e for e in at.main if e.type == "bidi_component")
    return json.loads(element.proto.json if element.proto.json else element.proto.mixed.json)


def test_the_board_sends_six_columns_with_texts_by_number():
    data = packed(scene.columns(2))
    assert [column["step"] for column in data["columns"]] == [str(step) for step in Step]
    first = data["columns"][0]["cards"][0]
    assert first[0] == "JA202611240000"
    assert [data["texts"][i] for i in first[1:4]] == ["供水井盖", "江宁路街道 淮安路 734 弄 0 号", "江宁路街道城管中队"]
    assert [data["texts"][i] for i in first[7]] == ["督办"]
    assert len(data["texts"]) == len(set(data["texts"]))


def test_thirty_cards_in_each_of_six_columns_stay_within_sixty_kilobytes_with_the_code():
    code = sum(len((HERE / name).read_bytes()) for name in ("tokens.css", "light.js", "board.js", "board.css"))
    size = len(json.dumps(packed(scene.columns(30, count=1234)))) + code
    assert size <= 60_000, size


@pytest.mark.parametrize(("length", "shown"), [(TEXT_LIMIT, "路" * TEXT_LIMIT), (TEXT_LIMIT + 1, "路" * 39 + "…")])
def test_a_text_longer_than_a_card_is_cut(length, shown):
    column = module.Column(Step.DISPATCH, "分办协调", 1, False, [scene.card(place="路" * length)])
    assert shown in packed([column])["texts"]


def test_an_empty_board_is_drawn():
    assert packed(scene.columns(0, more=False))["texts"] == []


def test_the_page_draws_the_board_and_a_tap_gives_the_case_number():
    at = AppTest.from_function(page)
    at.run()
    assert not at.exception
    assert at.text[0].value == "opened None"
    at.session_state["kb"] = {"open": "JA202611240001"}
    at.run()
    assert at.text[0].value == "opened JA202611240001"


@pytest.mark.parametrize("value", [123, None, "", "J" * (NUMBER_LIMIT + 1), {"no": "JA1"}, ["JA1"], True])
def test_what_is_no_case_number_is_not_given_to_the_page(value):
    at = AppTest.from_function(page)
    at.run()
    at.session_state["kb"] = {"open": value}
    at.run()
    assert not at.exception
    assert at.text[0].value == "opened None"


@pytest.mark.parametrize(
    ("state", "heard"),
    [
        ({"more": "dispatch"}, ["dispatch"]),
        ({"more": "drop table"}, []),
        ({"more": 5}, []),
        ({}, []),
        (None, []),
    ],
)
def test_only_a_step_of_the_six_is_asked_for_more(state, heard, monkeypatch):
    said = []
    monkeypatch.setattr("components.frontend.kept", lambda _key: state)
    module._asked_more("kb", lambda step: said.append(str(step)))
    assert said == heard
