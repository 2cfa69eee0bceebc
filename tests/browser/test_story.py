"""One case on real screens: reported on a tablet, filed, ordered, handled with photo, checked, closed, called back."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from db.engine import make_engine
from db.execute import CASES
from db.verify import verify
from tests.browser.conftest import Person, Server
from tests.support import DISTRICT

pytestmark = pytest.mark.browser


def _picture(folder: Path, name: str, colour: str) -> Path:
    stream = io.BytesIO()
    Image.new("RGB", (900, 700), colour).save(stream, "JPEG")
    path = folder / name
    path.write_bytes(stream.getvalue())
    return path


def _upload(who: Person, key: str, path: Path) -> None:
    who.key(key).locator("input[type=file]").set_input_files(str(path))
    expect(who.page.locator("[data-testid=stImage] img").first).to_be_visible(timeout=20_000)
    who.settle()


def _case_no(who: Person) -> str:
    link = who.key("opened").get_by_role("link").first
    found = re.search(r"JA\d{14}", link.inner_text())
    assert found is not None
    return found.group()


def _status(server: Server, no: str) -> str:
    engine = make_engine(server.database)
    with engine.connect() as connection:
        found = connection.execute(select(CASES.c.status).where(CASES.c.no == no)).scalar_one()
    engine.dispose()
    return str(found)


@pytest.mark.clause("2.2-17", partly=True)
@pytest.mark.timeout(400)
def test_a_case_goes_from_a_tablet_to_the_call_back(
    server: Server, person: Callable[..., Person], tmp_path: Path
) -> None:
    dirty, clean = _picture(tmp_path, "before.jpg", "#886644"), _picture(tmp_path, "after.jpg", "#669977")

    block = person("block", "/intake")
    block.key("in_class_query").locator("input").fill("bllj")
    block.page.wait_for_timeout(1200)
    block.key("in_class_list").get_by_test_id("stRadioOption").filter(has_text="暴露垃圾").first.click()
    expect(block.key("in_class_chosen")).to_contain_text("暴露垃圾")
    block.write("in_description", "路口有三袋垃圾")
    _upload(block, "in_photos_before", dirty)
    block.key("in_citizen").locator("label").first.click()
    block.settle()
    block.write("in_address", "演示路 1 号")
    block.shot("story-1-intake")
    block.press("save")
    no = _case_no(block)
    assert _status(server, no) == "reported"

    street = person("street", f"/case?no={no}")
    street.press("move_file")
    street.press("move_submit")
    assert _status(server, no) == "filed"
    street.press("move_dispatch")
    street.choose(_ask(street, "dispatch", "unit"), "社区管理办")
    street.shot("story-2-dispatch")
    street.press("move_submit")
    assert _status(server, no) == "dispatched"

    unit = person("unit", f"/case?no={no}")
    unit.press("move_accept")
    assert _status(server, no) == "handling"
    unit.press("move_handled")
    unit.write(_ask(unit, "handled", "result"), "已清理")
    _upload(unit, _ask(unit, "handled", "photos"), clean)
    unit.shot("story-3-handled")
    unit.press("move_submit")
    assert _status(server, no) == "handled"

    street.open(f"/case?no={no}")
    street.press("move_check")
    street.press("move_submit")
    street.press("move_close")
    street.key(_ask(street, "close", "verdict")).get_by_text("实际解决").click()
    street.settle()
    street.press("move_submit")
    assert _status(server, no) == "closed"
    street.press("move_call_back")
    street.shot("story-4-callback")
    street.key(_ask(street, "call_back", "satisfaction")).get_by_text("满意", exact=True).click()
    street.settle()
    street.press("move_submit")

    assert _status(server, no) == "appraised"
    street.shot("story-5-done")
    engine = make_engine(server.database)
    assert list(verify(engine, DISTRICT)) == []


def _ask(who: Person, move: str, ask: str) -> str:
    """The key of an input of the open form: it carries the case's number and version."""
    found = who.page.locator(f"[class*='_{move}_{ask}']").first.get_attribute("class") or ""
    key = re.search(rf"st-key-(ask_\S*_{move}_{ask})", found)
    assert key is not None, found
    return key.group(1)
