"""The login in a real browser on a real server: cookies, deep links, ending sessions, the lock, no outside request."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from db import accounts
from db.engine import make_engine
from db.settings import ROOT
from tests.support import DISTRICT, PASSWORD, fresh_database

pytestmark = pytest.mark.browser


class Server:
    """A server process on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.database = fresh_database(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "server.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(self.port)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.database, "GRIDDESK_SECRET": "browser-test-secret-of-32-characters"},
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(self.log.read_text())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    made.stop()


@contextmanager
def opened(browser: Browser, *, cookies: list | None = None) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True, locale="zh-CN")
    if cookies:
        context.add_cookies(cookies)
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def sign_in(page: Page, login: str = "qu", password: str = PASSWORD) -> None:
    page.get_by_label("登录名").fill(login)
    page.locator("input[type=password]").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_deep_link_on_a_fresh_process_shows_the_login_alone_and_is_reached_after_it(
    server: Server, browser: Browser
) -> None:
    with opened(browser) as page:
        page.goto(f"{server.url}/case?no=JA-2026-000001&from=%E7%9C%8B%E6%9D%BF")

        heading(page, "网格台")
        expect(page.locator(".stAppHeader a")).to_have_count(0)
        sign_in(page)

        expect(page.locator(".stAppHeader a").first).to_be_visible()
        assert page.url == f"{server.url}/case?no=JA-2026-000001&from=%E7%9C%8B%E6%9D%BF"


def test_the_session_cookie_is_hidden_from_scripts_new_at_each_login_and_dead_after_logout(
    server: Server, browser: Browser
) -> None:
    planted = {"name": "griddesk", "value": "planted-before-the-login", "url": server.url}
    with opened(browser, cookies=[planted]) as page:
        page.goto(f"{server.url}/account")
        sign_in(page)
        heading(page, "我的账号")
        cookie = next(c for c in page.context.cookies() if c["name"] == "griddesk")
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        assert cookie["value"] != planted["value"]
        assert "griddesk" not in page.evaluate("document.cookie")
        copied = {"name": "griddesk", "value": cookie["value"], "url": server.url}

        with opened(browser, cookies=[copied]) as thief:
            thief.goto(f"{server.url}/account")
            heading(thief, "我的账号")
        page.locator(".st-key-account_out button").click()
        heading(page, "网格台")
        page.wait_for_url(f"{server.url}/")
        assert "griddesk" not in {c["name"] for c in page.context.cookies()}

    with opened(browser, cookies=[copied]) as thief:
        thief.goto(f"{server.url}/account")
        heading(thief, "网格台")


def test_a_disabled_person_loses_the_open_page_at_the_next_tap(server: Server, browser: Browser) -> None:
    with opened(browser) as page:
        page.goto(server.url)
        sign_in(page)
        heading(page, "测试qu，您好")
        store = make_engine(server.database)
        accounts.disable(store, DISTRICT, login="qu", at=datetime.now(UTC))
        store.dispose()

        page.get_by_role("link", name="案件看板").first.click()

        heading(page, "网格台")
        expect(page.get_by_label("登录名")).to_be_visible()


def test_the_sixth_wrong_password_is_locked_from_any_browser(server: Server, browser: Browser) -> None:
    for _ in range(5):
        with opened(browser) as page:
            page.goto(server.url)
            sign_in(page, password="wrong horse 9")
            expect(page.get_by_role("alert")).to_contain_text("登录名或密码错误")

    with opened(browser) as page:
        page.goto(server.url)
        sign_in(page)
        expect(page.get_by_role("alert")).to_contain_text("请 15 分钟后再试")


def test_login_and_start_page_ask_nothing_of_other_machines_and_break_no_policy(
    server: Server, browser: Browser
) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    with opened(browser) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto(server.url)
        sign_in(page)
        heading(page, "测试qu，您好")
        for address in ("account", "about"):
            page.goto(f"{server.url}/{address}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")

    own = (server.url, f"ws://localhost:{server.port}", f"blob:{server.url}", "data:")
    assert len(asked) > 20
    assert [url for url in asked if not url.startswith(own)] == []
    assert complaints == []


def test_the_language_can_be_chosen_before_signing_in(server: Server, browser: Browser) -> None:
    with opened(browser) as page:
        page.goto(f"{server.url}/board?street=310106006")
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")

        page.locator(".st-key-login_lang button").click()

        heading(page, "GridDesk")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert page.url == f"{server.url}/board?street=310106006"


def test_security_headers_stand_on_every_kind_of_answer(server: Server) -> None:
    for path in ("/", "/board", "/healthz", "/assets/zh.js", "/_stcore/health", "/no/such/thing.js"):
        request = urllib.request.Request(server.url + path)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                headers = answer.headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        policy = headers["Content-Security-Policy"]
        scripts = re.search(r"script-src ([^;]*)", policy)
        assert scripts is not None
        assert "unsafe-inline" not in scripts.group(1)
        assert "'unsafe-eval'" not in scripts.group(1)
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/auth/redeem", "/auth/logout", "/auth/language"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_posts_from_elsewhere_are_refused(server_once: Server, path: str, headers: dict[str, str]) -> None:
    request = urllib.request.Request(server_once.url + path, data=b"ticket=x&lang=en", headers=headers)  # noqa: S310

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310

    assert caught.value.code == 403
    assert caught.value.headers["Set-Cookie"] is None


@pytest.fixture(scope="module")
def server_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    yield made
    made.stop()


def test_the_server_log_holds_no_addresses_of_requests_and_no_password(server: Server, browser: Browser) -> None:
    with opened(browser) as page:
        page.goto(server.url)
        sign_in(page)
        heading(page, "测试qu，您好")

    log = server.log.read_text()
    assert PASSWORD not in log
    assert "GET /" not in log
    assert "ticket" not in log


def test_a_server_with_a_short_secret_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}", "GRIDDESK_SECRET": "short"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert "GRIDDESK_SECRET: at least 32 characters" in done.stdout + done.stderr
