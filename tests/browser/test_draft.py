"""The intake form in a real browser: a draft over a restart of the server, and taps that come twice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from db.engine import make_engine
from db.execute import CASES
from db.journal import JOURNAL
from tests.browser.conftest import Person, Server
from tests.pages.desk import picture

pytestmark = pytest.mark.browser


def _stored(server: Server) -> list[tuple[str, str]]:
    engine = make_engine(server.database)
    with engine.connect() as connection:
        found = [(r.no, r.description) for r in connection.execute(select(CASES.c.no, CASES.c.description))]
    engine.dispose()
    return found


def _moves(server: Server) -> list[str]:
    engine = make_engine(server.database)
    with engine.connect() as connection:
        found = list(connection.execute(select(JOURNAL.c.move).order_by(JOURNAL.c.case_id, JOURNAL.c.seq)).scalars())
    engine.dispose()
    return found


def _fill(who: Person, text: str) -> None:
    who.key("in_class_query").locator("input").fill("bllj")
    who.page.wait_for_timeout(1200)
    who.key("in_class_list").get_by_test_id("stRadioOption").filter(has_text="暴露垃圾").first.click()
    expect(who.key("in_class_chosen")).to_contain_text("暴露垃圾")
    who.write("in_description", text)
    who.write("in_address", "演示路 1 号")


@pytest.mark.timeout(300)
def test_a_draft_outlives_the_server_and_impatient_taps_save_it_once(
    server: Server, person: Callable[..., Person], tmp_path: Path
) -> None:
    street = person("street", "/intake")
    _fill(street, "断线前写下的文字")
    file = tmp_path / "a.jpg"
    file.write_bytes(picture())
    street.key("in_photos_before").locator("input[type=file]").set_input_files(str(file))
    expect(street.page.locator("[data-testid=stImage] img").first).to_be_visible(timeout=20_000)
    street.settle()

    server.restart()
    street.open("/intake")

    expect(street.key("restored")).to_be_visible()
    expect(street.key("in_description").locator("textarea")).to_have_value("断线前写下的文字")
    expect(street.key("in_address").locator("input")).to_have_value("演示路 1 号")
    expect(street.key("in_class_chosen")).to_contain_text("暴露垃圾")
    expect(street.page.locator("[data-testid=stImage] img")).to_have_count(1)

    save = street.key("save").locator("button").first
    save.dblclick()
    street.page.wait_for_timeout(150)
    save.click(force=True, no_wait_after=True)
    street.settle()
    street.page.wait_for_timeout(1500)
    street.settle()
    assert [text for _no, text in _stored(server)] == ["断线前写下的文字"]
    expect(street.key("in_description").locator("textarea")).to_have_value("")
    expect(street.page.locator("[data-testid=stImage] img")).to_have_count(0)

    street.open("/intake")
    street.page.wait_for_timeout(1500)
    expect(street.key("in_description").locator("textarea")).to_have_value("")
    expect(street.key("in_address").locator("input")).to_have_value("")
    expect(street.key("restored")).to_have_count(0)

    no = _stored(server)[0][0]
    street.open(f"/case?no={no}")
    street.press("move_supervise")
    street.page.locator("[class*='_supervise_reason'] textarea").first.fill("请抓紧")
    street.page.locator("[class*='_supervise_reason'] textarea").first.blur()
    street.settle()
    street.key("move_submit").locator("button").first.dblclick()
    street.settle()
    street.page.wait_for_timeout(1000)
    assert _moves(server) == ["register", "supervise"]
