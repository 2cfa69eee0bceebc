"""One's own account: acting in another role, the language, ending all sessions."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from components import session
from db import accounts, sessions
from db.accounts import Post
from domain.people import Role
from tests.support import DISTRICT, app, login_as, token_for, use_database, with_cookies

OFFICER, LEADER = Post(Role.DISTRICT_OFFICER, "QWG"), Post(Role.LEADER, "QWG")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    return use_database(monkeypatch, tmp_path)


def signed_in_with_two_roles(monkeypatch: pytest.MonkeyPatch, store: Engine) -> str:
    accounts.set_posts(store, session.world(), login="qu", posts=(OFFICER, LEADER), at=datetime.now(UTC))
    token = token_for(store, "qu", post=OFFICER)
    with_cookies(monkeypatch, {session.cookie_name(): token})
    return token


def post_of(store: Engine, token: str) -> Post:
    found = sessions.find(store, DISTRICT, token, at=datetime.now(UTC), touch=False)
    assert found is not None
    return found.post


def test_changing_the_role_changes_what_the_session_may_open(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    token = signed_in_with_two_roles(monkeypatch, store)
    assert not app("intake").run().error
    at = app("account").run()
    assert at.selectbox(key="account_post").value == "district_officer@QWG"

    at.selectbox(key="account_post").select("leader@QWG")
    at.button(key="account_switch").click().run()

    assert not at.exception
    assert [s.value for s in at.success] == ["已切换角色。"]
    assert post_of(store, token) == LEADER
    assert ["无权打开此页面" in e.value for e in app("intake").run().error] == [True]


def test_a_role_that_was_taken_away_meanwhile_is_not_entered(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    signed_in_with_two_roles(monkeypatch, store)
    at = app("account").run()
    accounts.set_posts(store, session.world(), login="qu", posts=(OFFICER,), at=datetime.now(UTC))

    at.selectbox(key="account_post").select("leader@QWG")
    at.button(key="account_switch").click().run()

    assert not at.exception
    assert [t.value for t in at.title] == ["网格台"]  # changed roles end every session


def test_with_one_role_there_is_nothing_to_choose(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")

    at = app("account").run()

    assert "account_switch" not in [b.key for b in at.button]
    assert [t.value for t in at.text] == [f"区中心工作人员 · {session.world().orgs['QWG'].name}"]


def test_signing_out_everywhere_ends_the_sessions_on_other_devices(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    other = token_for(store, "qu")
    login_as(monkeypatch, store, "qu")
    at = app("account").run()

    at.button(key="account_end_all").click().run()

    assert not at.exception
    assert sessions.find(store, DISTRICT, other, at=datetime.now(UTC), touch=False) is None


def test_the_language_chosen_here_is_kept_with_the_account(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("account").run()

    at.selectbox(key="account_lang").select("en").run()

    assert not at.exception
    assert [t.value for t in app("account").run().title] == ["My account"]
