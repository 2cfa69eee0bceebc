"""No page asks anything of another machine, and a link to a view survives the login."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import expect

from components.shell import PAGES
from tests.browser.conftest import Person, Server
from tests.browser.seeded import seeded

pytestmark = pytest.mark.browser


@pytest.mark.timeout(300)
def test_no_page_makes_the_browser_ask_another_machine(server: Server, person: Callable[..., Person]) -> None:
    no = seeded(server.database)[0]
    officer = person("qu")
    seen: list[str] = []
    officer.page.on("request", lambda request: seen.append(request.url))
    for row in PAGES:
        officer.open(f"/{row.url}" + (f"?no={no}" if row.url == "case" else ""))
        expect(officer.page.get_by_test_id("stException")).to_have_count(0)
    officer.open(f"/case?no={no}")
    officer.press("move_dispatch")
    hosts = {urlparse(url).netloc for url in seen if not url.startswith(("data:", "blob:"))}
    assert hosts == {f"localhost:{server.port}"}
    assert officer.outside == []
    assert len(seen) > 50


@pytest.mark.timeout(300)
def test_a_link_to_a_view_survives_the_login(server: Server, person: Callable[..., Person]) -> None:
    no = seeded(server.database)[0]
    officer = person("qu", "/board?street=310106006&light=green")
    asked = urlparse(officer.page.url)
    assert asked.path == "/board"
    assert parse_qs(asked.query) == {"street": ["310106006"], "light": ["green"]}
    assert officer.key("url_street").locator("input").first.input_value() != ""
    other = person("street", f"/case?no={no}")
    expect(other.page.get_by_text(no).first).to_be_visible()
    assert parse_qs(urlparse(other.page.url).query)["no"] == [no]
