"""Choosing a class, and showing photos, lights and the journal."""

import io
import json

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from components.frontend import HERE
from components.timeline import TimelineEntry, laid_out


def picker_page():
    import streamlit as st

    from components.picker import category_picker
    from tests.components import scene

    found = category_picker(scene.world(), "cat", frequent=["M06013", "C01001"])
    st.text(f"chosen {found.id if found else None}")


def photo_page():
    import streamlit as st

    from components.photos import photo_field

    taken = photo_field("照片", "ph", limit=2, required=1, on_place=lambda p: st.session_state.update(place=p))
    st.text(f"{len(taken.photos)} {taken.refused} {taken.place}")


def light_page():
    from components.light import light_badge
    from domain.words import Light

    for light in Light:
        light_badge(light, "2 h *left*")


def picker():
    at = AppTest.from_function(picker_page, default_timeout=20)
    at.run()
    assert not at.exception
    return at


def test_before_anything_is_typed_the_frequent_classes_are_offered():
    assert picker().radio(key="cat_list").options == ["道路破损", "供水井盖"]


def test_typing_initials_narrows_the_list_and_a_tap_chooses_the_class():
    at = picker()
    at.text_input(key="cat_query").set_value("gsjg").run()
    assert at.radio(key="cat_list").options[0] == "供水井盖"
    at.radio(key="cat_list").set_value("C01001").run()
    assert not at.exception
    assert at.text[0].value == "chosen C01001"
    assert len(at.radio) == 0
    assert any("C01001" in caption.value for caption in at.caption)


def test_a_chosen_class_can_be_changed():
    at = picker()
    at.radio(key="cat_list").set_value("M06013").run()
    assert at.text[0].value == "chosen M06013"
    at.button(key="cat_change").click().run()
    assert at.text[0].value == "chosen None"
    assert at.radio(key="cat_list").options == ["道路破损", "供水井盖"]


def test_a_word_that_fits_nothing_says_so():
    at = picker()
    at.text_input(key="cat_query").set_value("zzqx").run()
    assert len(at.radio) == 0
    assert len(at.info) == 1


def jpeg(colour="white"):
    out = io.BytesIO()
    block = Image.Exif()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG", exif=block)
    return out.getvalue()


@pytest.mark.parametrize(
    ("files", "result", "errors"),
    [
        ([("a.jpg", jpeg())], "1 0 None", 0),
        ([("a.jpg", jpeg()), ("b.jpg", jpeg())], "1 1 None", 1),
        ([("a.jpg", jpeg()), ("b.jpg", jpeg("black")), ("c.jpg", jpeg("red"))], "2 1 None", 1),
        ([("a.jpg", b"<svg/>"), ("b.png", jpeg()), ("c.jpg", jpeg())], "1 2 None", 2),
    ],
)
def test_each_file_that_cannot_be_taken_has_its_own_sentence(files, result, errors):
    at = AppTest.from_function(photo_page, default_timeout=20)
    at.run()
    at.file_uploader(key="ph").set_value([(name, data, "image/jpeg") for name, data in files]).run()
    assert not at.exception
    assert at.text[0].value == result
    assert len(at.error) == errors


def test_a_light_is_a_shape_and_a_word_and_its_text_is_not_markdown():
    at = AppTest.from_function(light_page)
    at.run()
    assert not at.exception
    shown = [badge.value for badge in at.markdown]
    assert len(set(shown)) == 4
    assert all(r"\*left\*" in text and ":material/" in text for text in shown)


def test_the_journal_is_sent_as_it_was_written_in_its_order():
    entries = [
        TimelineEntry("09:05", "派遣", "张伟", "中心", "<b>x</b>", (("承办单位", "城管"),), ("17",)),
        TimelineEntry("08:00", "上报", "", "", kind="imported"),
    ]
    data = laid_out(entries)
    assert [e["move"] for e in data["entries"]] == ["派遣", "上报"]
    assert data["entries"][0]["note"] == "<b>x</b>"
    assert data["entries"][0]["photos"] == ["17"]
    assert [bool(e["tag"]) for e in data["entries"]] == [False, True]
    json.dumps(data)


@pytest.mark.parametrize("script", sorted(HERE.glob("*.js"), key=lambda p: p.name), ids=lambda p: p.name)
def test_no_script_builds_markup_from_text_or_speaks_to_anybody_outside(script):
    source = script.read_text(encoding="utf-8")
    for banned in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "https://"):
        assert banned not in source.replace("http://www.w3.org/2000/svg", "")
