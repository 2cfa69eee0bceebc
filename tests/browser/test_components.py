"""Our components under a finger: the board, the map to point at, the photos. On a touch screen of 820 x 1180."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from db.settings import ROOT

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=window.hurt=1>"
SCRIPT = f"""
import streamlit as st

st.set_page_config(layout="wide", page_icon="components/assets/icon.png")
from components.board import board
from components.casemap import case_map
from components.picker import category_picker
from components.photos import Shown, photo_strip
from components.pickmap import Near, pick_point
from components.timeline import TimelineEntry, timeline
from domain.words import Light
from tests.components import scene

part = st.query_params.get("part")
world = scene.world()
near = [Near(121.45, 31.25, Light.RED, {EVIL!r})]
if part == "board":
    run = st.session_state["run"] = st.session_state.get("run", 0) + 1
    columns = scene.columns(12, count=1234)
    columns[0].cards[5] = scene.card(no="JA202611240005", left=f"run {{run}}", title={EVIL!r})
    more = st.session_state.get("more")
    opened = board(columns, "kb", on_more=lambda step: st.session_state.update(more=str(step)), height=700)
    st.text(f"opened {{opened}} more {{more}} run {{run}}")
elif part == "map":
    st.text(f"point {{pick_point(world, 'place', near=near)}}")
elif part == "picker":
    found = category_picker(world, "cat", frequent=["M06013", "C01001"])
    st.text(f"chosen {{found.id if found else None}}")
elif part == "case":
    case_map(world, near, key="cm")
    photo_strip([Shown("1", "a"), Shown("2", {EVIL!r})], "strip")
    timeline([TimelineEntry("09:05", "move", "who", "org", {EVIL!r}, photos=("3",))], "tl")
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("components")
    (folder / "scene_app.py").write_text(SCRIPT, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(folder / "scene_app.py"), "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{folder / 'empty.db'}"},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2)
            break
        except OSError:
            time.sleep(0.2)
    else:
        raise RuntimeError((folder / "server.log").read_text())
    yield f"http://localhost:{port}"
    server.terminate()
    server.wait(20)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True, locale="zh-CN")
    page = context.new_page()
    outside, errors = [], []
    local = ("http://localhost", "ws://localhost", "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(local) else outside.append(r.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert outside == []
    assert errors == []
    assert page.evaluate("window.hurt") is None
    expect(page.get_by_test_id("stException")).not_to_be_attached()
    context.close()


def ready(page):
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=40_000)


def visit(page, url, part, wait):
    page.goto(f"{url}/?part={part}")
    ready(page)
    page.locator(wait).first.wait_for(timeout=20_000)


def said(page, text):
    expect(page.get_by_text(text)).to_be_visible(timeout=15_000)


def test_a_tap_on_a_card_gives_its_case_number_and_every_step_is_a_thumb_away(page, url):
    visit(page, url, "board", ".card")
    page.locator('.card[data-no="JA202611240002"]').tap()
    said(page, re.compile("opened JA202611240002 "))
    last = page.locator('.card[data-no="JA202611245001"]')
    expect(last).not_to_be_in_viewport()
    page.locator(".tab").nth(5).tap()
    expect(last).to_be_in_viewport()
    expect(page.locator(".tab").nth(5)).to_have_attribute("aria-current", "true")
    last.tap()
    said(page, re.compile("opened JA202611245001 "))


def test_targets_are_large_enough_for_a_finger_and_counts_stay_short(page, url):
    visit(page, url, "board", ".card")
    for target in (".card", ".tab", ".more"):
        for box in [found.bounding_box() for found in page.locator(target).all()]:
            assert box["height"] >= 44
            assert box["width"] >= 44
    tab = page.locator(".tab").first
    expect(tab.locator(".count")).to_have_text("999+")
    assert tab.get_attribute("title").endswith(" 1234")


def test_a_new_drawing_keeps_the_place_in_the_column_and_the_focus(page, url):
    visit(page, url, "board", ".card")
    body = page.locator(".cards").first
    card = page.locator('.card[data-no="JA202611240005"]')
    expect(card.locator(".left")).to_have_text("run 1")
    body.evaluate("e => e.scrollTop = 300")
    card.focus()
    before = body.evaluate("e => e.scrollTop")
    page.keyboard.press("Enter")
    said(page, "opened JA202611240005 more None run 2")
    expect(card.locator(".left")).to_have_text("run 2")
    assert body.evaluate("e => e.scrollTop") == before
    assert card.evaluate("e => e.getRootNode().activeElement === e")


def test_the_board_is_walked_with_the_arrow_keys_and_asks_for_more(page, url):
    visit(page, url, "board", ".card")
    page.locator('.card[data-no="JA202611240000"]').focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    there = page.locator('.card[data-no="JA202611241001"]')
    assert there.evaluate("e => e.getRootNode().activeElement === e")
    assert page.locator('.card[tabindex="0"]').count() == 1
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    said(page, re.compile("more register "))


def point_of(page):
    found = re.search(r"point \(([\d.]+), ([\d.]+)\)", page.locator("body").inner_text())
    return (float(found[1]), float(found[2])) if found else None


def test_a_tap_on_the_map_sets_the_point_and_comes_closer_to_put_it_right(page, url):
    visit(page, url, "map", ".label")
    said(page, "point None")
    name = page.locator(".label", has_text="大宁路").bounding_box()
    page.touchscreen.tap(name["x"] + name["width"] / 2, name["y"] + name["height"] / 2)
    said(page, re.compile(r"大宁路街道 · 121\.\d{6}, 31\.\d{6}"))
    first = point_of(page)
    frame = page.locator(".frame").bounding_box()
    pin = page.locator(".pin .core")
    expect(pin).to_be_visible()
    middle = (frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    at = pin.bounding_box()
    assert abs(at["x"] + at["width"] / 2 - middle[0]) < 2
    assert abs(at["y"] + at["height"] / 2 - middle[1]) < 2
    page.touchscreen.tap(middle[0] + 40, middle[1])  # at 0.12 pixels a metre or closer: 340 m east at most
    expect(page.get_by_text(f"point ({first[0]}, ")).to_have_count(0, timeout=15_000)
    second = point_of(page)
    assert 0 < second[0] - first[0] < 0.004
    assert abs(second[1] - first[1]) < 0.00003


def test_a_tap_outside_the_district_is_refused_with_a_sentence(page, url):
    visit(page, url, "map", ".label")
    frame = page.locator(".frame").bounding_box()
    page.touchscreen.tap(frame["x"] + 30, frame["y"] + 30)
    expect(page.get_by_test_id("stAlert")).to_contain_text("静安区", timeout=15_000)
    said(page, "point None")


def test_the_map_zooms_and_returns_and_names_its_source(page, url):
    visit(page, url, "map", ".label")
    expect(page.locator(".credit")).to_have_text("© OpenStreetMap contributors · WGS 84")
    land = page.locator(".ground > g").first
    whole = land.get_attribute("transform")
    tools = page.locator(".tool:visible")
    tools.nth(0).tap()
    assert land.get_attribute("transform") != whole
    assert page.locator(".ground").evaluate("e => e.style.touchAction") == "none"
    tools.nth(2).tap()
    assert land.get_attribute("transform") == whole
    assert page.locator(".ground").evaluate("e => e.style.touchAction") == "pan-x pan-y"
    for box in [tool.bounding_box() for tool in tools.all()]:
        assert min(box["height"], box["width"]) >= 44


def test_the_case_map_is_drawn_without_a_word_to_the_outside_and_photos_open_large(page, url):
    asked = []
    page.on("request", lambda r: asked.append(r.url.split("/files/photo/")[1]) if "/files/photo/" in r.url else None)
    visit(page, url, "case", ".thumb")
    page.locator("[data-testid=stDeckGlJsonChart] canvas").first.wait_for(timeout=20_000)
    page.wait_for_timeout(1500)  # tiles, had they been asked for, would be by now
    page.locator(".gd-photos .thumb").nth(1).tap()
    expect(page.locator("dialog[open] .caption")).to_have_text(EVIL)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".gd-timeline .note")).to_have_text(EVIL)
    assert {"1?size=thumb", "2?size=thumb", "3?size=thumb", "2"} <= set(asked)


def test_a_class_is_found_by_typing_initials_and_chosen_anywhere_in_its_row(page, url):
    visit(page, url, "picker", "[data-testid=stRadioCaption]")
    page.locator(".st-key-cat_query input").fill("wsjg")
    path = page.get_by_text("C01002")
    path.wait_for(timeout=15_000)
    box = path.bounding_box()
    page.touchscreen.tap(box["x"] + 420, box["y"] + box["height"] / 2)
    said(page, "chosen C01002")


def test_two_fingers_zoom_the_map_and_one_moves_it(page, url):
    visit(page, url, "map", ".label")
    land = page.locator(".ground > g").first
    frame = page.locator(".frame").bounding_box()
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    touch = page.context.new_cdp_session(page)

    def drag(*paths):
        for i in range(9):
            kind = "touchStart" if i == 0 else "touchMove"
            points = [{"x": x + start + i * step, "y": y, "id": n} for n, (start, step) in enumerate(paths)]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return [float(n) for n in re.findall(r"-?[\d.]+", land.get_attribute("transform"))]

    whole = [float(n) for n in re.findall(r"-?[\d.]+", land.get_attribute("transform"))]
    near = drag((-40, -10), (40, 10))
    assert near[0] == pytest.approx(whole[0] * 3, rel=0.02)
    moved = drag((0, 10))
    assert moved[0] == near[0]
    assert moved[4] - near[4] == pytest.approx(80, abs=1)
    said(page, "point None")
