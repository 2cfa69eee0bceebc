"""The login gate, the guard of every page and what ends a session, through the whole page script."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from components import session, shell
from db import accounts
from db.accounts import Post
from db.models.accounts import User
from domain.people import Role
from tests.support import DISTRICT, PASSWORD, PEOPLE, app, login_as, use_database, with_cookies

URLS = [row.url for row in shell.PAGES]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    return use_database(monkeypatch, tmp_path)


def titles(at) -> list[str]:  # type: ignore[no-untyped-def]
    return [t.value for t in at.title]


@pytest.mark.parametrize("url", URLS)
def test_without_a_session_every_page_shows_the_login_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, store: Engine, url: str
) -> None:
    with_cookies(monkeypatch, {})

    at = app(url).run()

    assert not at.exception
    assert titles(at) == ["网格台"]
    assert [i.label for i in at.text_input] == ["登录名", "密码"]
    assert len(at.dataframe) == 0


@pytest.mark.parametrize("login", PEOPLE)
@pytest.mark.parametrize("url", [u for u in URLS if u not in ("home", "case")])
def test_a_page_opens_for_its_roles_and_refuses_the_others(
    monkeypatch: pytest.MonkeyPatch, store: Engine, url: str, login: str
) -> None:
    login_as(monkeypatch, store, login)
    allowed = PEOPLE[login][0] in {str(role) for role in shell.BY_URL[url].roles}

    at = app(url).run()

    assert not at.exception
    refused = any("无权打开此页面" in error.value for error in at.error)
    assert refused is not allowed


@pytest.mark.parametrize("login", [name for name in PEOPLE if name != "wall"])
def test_the_start_page_greets_with_name(monkeypatch: pytest.MonkeyPatch, store: Engine, login: str) -> None:
    login_as(monkeypatch, store, login)

    at = app().run()

    assert not at.exception
    assert titles(at) == [f"测试{login}，您好"]


def test_a_session_is_asked_for_again_on_every_run(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")
    at = app().run()
    assert titles(at) == ["测试qu，您好"]

    accounts.disable(store, DISTRICT, login="qu", at=datetime.now(UTC))
    at.run()

    assert titles(at) == ["网格台"]


def test_a_role_change_ends_the_open_page(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "admin")
    at = app("users").run()
    assert titles(at) == ["账号管理"]
    org = next(o.code for o in session.world().orgs.values() if o.kind == "district_centre")

    accounts.set_posts(store, session.world(), login="admin", posts=(Post(Role.LEADER, org),), at=datetime.now(UTC))
    at.run()

    assert titles(at) == ["网格台"]


@pytest.mark.parametrize("cookie", ["", "x", "a" * 43, "\x00", "' OR 1=1 --", "é" * 5000])
def test_a_made_up_cookie_opens_nothing(monkeypatch: pytest.MonkeyPatch, store: Engine, cookie: str) -> None:
    with_cookies(monkeypatch, {session.cookie_name(): cookie})

    at = app("users").run()

    assert not at.exception
    assert titles(at) == ["网格台"]


def test_app_test_s_own_cookies_are_not_mistaken_for_a_session(store: Engine) -> None:
    at = app().run()

    assert not at.exception
    assert titles(at) == ["网格台"]


def sign_in(at, login: str, password: str):  # type: ignore[no-untyped-def]
    at.text_input[0].input(login)
    at.text_input[1].input(password)
    at.button[0].click()
    return at.run()


def test_a_wrong_password_says_the_same_for_known_and_unknown_names(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    with_cookies(monkeypatch, {})

    said = [[e.value for e in sign_in(app().run(), name, "wrong horse 9").error] for name in ("qu", "nobody")]

    assert said == [["登录名或密码错误。"]] * 2


def test_the_lock_outlives_the_browser_session(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    with_cookies(monkeypatch, {})
    for _ in range(5):
        sign_in(app().run(), "qu", "wrong horse 9")

    at = sign_in(app().run(), "qu", PASSWORD)

    assert [e.value for e in at.error] == ["登录失败次数过多，请 15 分钟后再试或联系管理员。"]


def test_a_right_password_hands_the_browser_a_ticket_and_shows_no_page(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    with_cookies(monkeypatch, {})

    at = sign_in(app("users").run(), "admin", PASSWORD)

    assert not at.exception
    assert not at.error
    assert [i.value for i in at.info] == ["正在登录…"]
    assert len(at.dataframe) == 0


def test_an_empty_form_is_refused_without_counting_as_an_attempt(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    with_cookies(monkeypatch, {})
    for _ in range(6):
        at = sign_in(app().run(), "qu", "")

    assert [e.value for e in at.error] == ["请输入登录名和密码。"]


def test_the_first_login_asks_for_an_own_password_before_any_page(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "admin")
    with Session(store) as orm, orm.begin():
        orm.execute(update(User).where(User.login == "admin").values(must_change=True))

    at = app("users").run()

    assert titles(at) == ["请设置自己的密码"]
    assert len(at.dataframe) == 0

    at.text_input(key="password_old").input(PASSWORD)
    at.text_input(key="password_new").input("12345678")
    at.text_input(key="password_again").input("12345678")
    at.button(key="password_submit").click().run()

    assert [e.value for e in at.error] == ["该密码过于简单，请另选密码。"]


def test_changing_the_password_ends_the_old_session(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("account").run()
    at.text_input(key="password_old").input(PASSWORD)
    at.text_input(key="password_new").input("云在青天水在瓶 7")
    at.text_input(key="password_again").input("云在青天水在瓶 7")
    at.button(key="password_submit").click().run()
    assert not at.exception

    assert titles(app("account").run()) == ["网格台"]


def test_signing_out_ends_the_session_in_the_database(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("account").run()

    at.button(key="account_out").click().run()

    assert not at.exception
    assert titles(app("account").run()) == ["网格台"]


def test_english_by_address_is_remembered_with_the_account(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")

    assert titles(app(lang="en").run()) == ["Hello, 测试qu"]
    assert titles(app().run()) == ["Hello, 测试qu"]
    assert titles(app(lang="zh").run()) == ["测试qu，您好"]


def test_the_language_cookie_counts_before_anybody_signs_in(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    with_cookies(monkeypatch, {session.LANG_COOKIE: "en"})

    assert titles(app().run()) == ["GridDesk"]


def test_without_any_account_the_login_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    with_cookies(monkeypatch, {})
    with store.begin() as connection:
        for table in ("memberships", "users"):
            connection.exec_driver_sql(f"DELETE FROM {table}")

    at = app().run()

    assert [c.value for c in at.code] == ["python -m db user add LOGIN --name NAME --role administrator --org CODE"]


def test_every_page_file_has_a_row_and_begins_with_its_guard() -> None:
    files = {path.relative_to(shell.PAGES_DIR).as_posix() for path in shell.PAGES_DIR.rglob("*.py")}
    assert files == {row.file for row in shell.PAGES} | {"__main__.py"}
    for row in shell.PAGES:
        body = ast.parse((shell.PAGES_DIR / row.file).read_text(encoding="utf-8")).body
        code = [
            node
            for node in body
            if not isinstance(node, ast.Import | ast.ImportFrom)
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        ]
        assert ast.unparse(code[0]) == f"actor = require('{row.url}')", row.file
