"""A real server on a database of its own, and a real Chromium that must not leave the machine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from db.settings import ROOT
from tests.support import PASSWORD, fresh_database

TABLET = {"width": 820, "height": 1180}
SECRET = "browser-test-secret-of-32-characters"


def chromium() -> str:
    """The browser: `GRIDDESK_CHROMIUM`, else the distribution's."""
    found = os.environ.get("GRIDDESK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError("Chromium is needed: apt-get install chromium, or set GRIDDESK_CHROMIUM")
    return found


class Server:
    """A server process; `database` is its URL, `url` its address."""

    def __init__(self, database: str, log: Path, port: int | None = None) -> None:
        self.database, self.log = database, log
        self.port = port or _free_port()
        self.url = f"http://localhost:{self.port}"
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(self.port)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": self.database, "GRIDDESK_SECRET": SECRET},
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return process
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(self.log.read_text())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def restart(self) -> None:
        """Stop and start again on the same port and database."""
        self.stop()
        self.process = self._start()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server on a fresh database with reference data and the people of `tests.support`."""
    made = Server(fresh_database(tmp_path), tmp_path / "server.log")
    yield made
    made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-unsafe-swiftshader",
            ],
        )
        yield started
        started.close()


class Person:
    """A browser window of one person. Fails on any request that leaves the machine."""

    def __init__(self, browser: Browser, server: Server, login: str, viewport: dict[str, int]) -> None:
        self.server, self.login = server, login
        self.outside: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport=viewport, has_touch=True, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.page: Page = self.context.new_page()
        self.page.on("request", self._seen)

    def _seen(self, request: object) -> None:
        url: str = request.url  # type: ignore[attr-defined]
        local = (self.server.url, f"ws://localhost:{self.server.port}", "data:", "blob:")
        if not url.startswith(local):
            self.outside.append(url)

    def sign_in(self, path: str = "/") -> "Person":
        """Open a page and pass the login."""
        self.page.goto(self.server.url + path)
        fields = self.page.locator("input")
        expect(fields.first).to_be_visible(timeout=30_000)
        fields.nth(0).fill(self.login)
        fields.nth(1).fill(PASSWORD)
        self.page.get_by_test_id("stFormSubmitButton").locator("button").first.click()
        expect(self.page.get_by_test_id("stFormSubmitButton")).to_have_count(0, timeout=30_000)
        self.settle()
        return self

    def open(self, path: str) -> None:
        """Go to a page by its address."""
        self.page.goto(self.server.url + path)
        self.settle()

    def settle(self) -> None:
        """Wait until the script of the page has run."""
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'",
            timeout=30_000,
        )
        self.page.wait_for_timeout(250)

    def key(self, name: str):  # type: ignore[no-untyped-def]
        """The element of a widget or container by its key."""
        return self.page.locator(f".st-key-{name}")

    def press(self, name: str) -> None:
        """Press the button with a key and wait."""
        self.key(name).locator("button").first.click()
        self.settle()

    def write(self, name: str, text: str) -> None:
        """Type into the text field with a key and leave it."""
        field = self.key(name).locator("input, textarea").first
        field.fill(text)
        field.blur()
        self.settle()

    def choose(self, name: str, text: str) -> None:
        """Choose from the select box with a key, by typing part of the label."""
        field = self.key(name).locator("input").first
        field.click()
        field.fill(text)
        self.page.get_by_role("option").filter(has_text=text).first.click()
        self.settle()

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page in the folder named by `GRIDDESK_SHOTS`, to be looked at."""
        folder = os.environ.get("GRIDDESK_SHOTS")
        if not folder:
            return
        size = self.page.viewport_size or TABLET
        tall = self.page.evaluate("document.querySelector('[data-testid=stMain]')?.scrollHeight || 0")
        self.page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(int(tall), 5000))})
        self.page.wait_for_timeout(700)
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(Path(folder) / f"{name}.png"))
        self.page.set_viewport_size(size)

    def close(self) -> None:
        """Close the window; nothing may have been asked of the outside."""
        self.context.close()
        assert self.outside == []


@pytest.fixture
def person(browser: Browser, server: Server) -> Iterator[Callable[..., Person]]:
    """Makes browser windows: `person("street")` signs the street officer in on a tablet."""
    made: list[Person] = []

    def make(login: str, path: str = "/", viewport: dict[str, int] | None = None) -> Person:
        one = Person(browser, server, login, viewport or TABLET)
        made.append(one)
        return one.sign_in(path)

    yield make
    for one in made:
        one.close()
