"""The accounts page: each button, what it changes in the database, and what it says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from components import session
from db import accounts, sessions
from db.accounts import Account, Post
from db.login import check_login
from domain.people import Role
from domain.text import Refused
from tests.support import DISTRICT, PASSWORD, app, login_as, token_for, use_database

CENTRE = "QWG"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    store = use_database(monkeypatch, tmp_path)
    login_as(monkeypatch, store, "admin")
    return store


def people(store: Engine) -> list[Account]:
    return accounts.list_users(store, DISTRICT, datetime.now(UTC))


def account(store: Engine, name: str) -> Account:
    return next(a for a in people(store) if a.login == name)


def opened_at(store: Engine, name: str) -> AppTest:
    """The page with an account chosen in the table."""
    names = [a.login for a in people(store)]
    at = app("users")
    cell = (names.index(name), "登录名")
    at.session_state["users_table"] = {"selection": {"rows": [], "columns": [], "cells": [cell]}}
    return at.run()


def signed_in(store: Engine, token: str) -> bool:
    return sessions.find(store, DISTRICT, token, at=datetime.now(UTC), touch=False) is not None


def test_an_added_account_exists_with_its_role_and_a_password_shown_once(store: Engine) -> None:
    at = app("users").run()
    at.text_input(key="add_login").input("Wang-Li")
    at.text_input(key="add_name").input("王丽")
    at.selectbox(key="add_role").select(Role.DISTRICT_OFFICER).run()
    at.selectbox(key="add_org").select(CENTRE)
    at.button(key="add_submit").click().run()

    assert not at.exception
    assert [e.value for e in at.error] == []
    made = account(store, "wang-li")
    assert (made.name, made.posts, made.must_change) == ("王丽", (Post(Role.DISTRICT_OFFICER, CENTRE),), True)
    (shown,) = at.code
    assert shown.value.split()[0] == "wang-li"
    assert len(at.run().code) == 0


def test_an_account_without_a_role_is_refused_and_not_made(store: Engine) -> None:
    at = app("users").run()
    at.text_input(key="add_login").input("nobody")
    at.text_input(key="add_name").input("无名")
    at.button(key="add_submit").click().run()

    assert [e.value for e in at.error] == ["请至少选择一个角色。"]
    assert "nobody" not in [a.login for a in people(store)]
    assert at.text_input(key="add_name").value == "无名"


def test_a_reset_gives_a_new_first_password_and_ends_the_sessions(store: Engine) -> None:
    token = token_for(store, "qu")
    at = opened_at(store, "qu")

    at.button(key="user_reset").click().run()

    assert not at.exception
    assert account(store, "qu").must_change
    assert not signed_in(store, token)
    assert at.code[0].value.startswith("qu  ")
    assert at.code[0].value.split()[1] != PASSWORD


def test_a_locked_account_is_unlocked(store: Engine) -> None:
    begun = datetime.now(UTC)
    for n in range(5):
        at = begun + timedelta(milliseconds=n)
        with pytest.raises(Refused):
            check_login(store, DISTRICT, login="qu", password="wrong horse 9", address="127.0.0.1", at=at)
    assert account(store, "qu").locked_until is not None
    at = opened_at(store, "qu")

    at.button(key="user_unlock").click().run()

    assert account(store, "qu").locked_until is None
    assert "user_unlock" not in [b.key for b in at.button]


def test_disabling_ends_the_sessions_and_enabling_brings_the_account_back(store: Engine) -> None:
    token = token_for(store, "qu")
    at = opened_at(store, "qu")

    at.button(key="user_active").click().run()
    assert (account(store, "qu").active, signed_in(store, token)) == (False, False)

    at.button(key="user_active").click().run()
    assert account(store, "qu").active


def test_nobody_disables_the_own_account(store: Engine) -> None:
    at = opened_at(store, "admin")

    at.button(key="user_active").click().run()

    assert len(at.error) == 1
    assert account(store, "admin").active


def test_a_role_is_added_and_then_made_the_only_one(store: Engine) -> None:
    before = account(store, "qu").posts
    at = opened_at(store, "qu")
    at.selectbox(key="user_role").select(Role.LEADER).run()
    at.selectbox(key="user_org").select(CENTRE)

    at.button(key="user_role_add").click().run()
    assert set(account(store, "qu").posts) == {*before, Post(Role.LEADER, CENTRE)}

    at.button(key="user_role_only").click().run()
    assert account(store, "qu").posts == (Post(Role.LEADER, CENTRE),)


def test_a_role_is_offered_only_where_it_can_be_held(store: Engine) -> None:
    at = app("users").run()

    at.selectbox(key="add_role").select(Role.BLOCK_COORDINATOR).run()

    known = session.world()
    offered = [o.split("(")[-1].rstrip(")") for o in at.selectbox(key="add_org").options]
    assert {known.orgs[code].kind for code in offered} == {"block_station"}
    assert len(offered) == 32
