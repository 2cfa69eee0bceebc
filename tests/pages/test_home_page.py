"""The start page: numbers of what waits, by role, and the wall's numbers without a text of a case."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from components import session, shell
from components.worklist import waits_for
from db.execute import Open, execute
from domain.intake import Report
from domain.machine import Reach
from domain.people import Actor, Role, actor_at
from domain.words import Kind, Status
from tests.support import DISTRICT, PEOPLE, app, login_as, use_database

SECRET_TEXT = "门牌旁的一袋垃圾"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    return use_database(monkeypatch, tmp_path)


def person(login: str) -> Actor:
    known = session.world()
    role, kind = PEOPLE[login]
    org = next(o.code for o in known.orgs.values() if o.kind == kind and o.has_login)
    return actor_at(known, user_id=1, login=login, name=login, role=Role(role), org=org)


def registered(store: Engine, how: str, street: str, key: str) -> None:
    known = session.world()
    report = Report(
        kind=Kind.MATTER,
        channel="INSP",
        category_id="M06010",
        standard_id="M06010-1",
        street_code=street,
        address="演示路 1 号",
        description=SECRET_TEXT,
        found_at=session.now(),
    )
    execute(store, known, Open(key, person("qu"), session.now(), how, report))


def numbers(at) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """Link label -> the number above it."""
    found: dict[str, str] = {}
    last = ""
    for element in at.main:
        found |= walk(element, [last])
    return found


def walk(block, last):  # type: ignore[no-untyped-def]
    found: dict[str, str] = {}
    for element in getattr(block, "children", {}).values():
        if element.type == "markdown":
            last[0] = element.value
        elif element.type == "page_link":
            found[element.proto.label.strip("*")] = last[0]
        else:
            found |= walk(element, last)
    return found


def test_a_centre_sees_how_many_cases_wait_for_it_in_each_status(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    street = person("street").street_code
    other = next(code for code in session.world().streets if code != street)
    for n, (how, place) in enumerate(
        [("report", street), ("register", street), ("register", street), ("report", other)]
    ):
        registered(store, how, place, f"home-{n}")
    login_as(monkeypatch, store, "street")

    at = app().run()

    assert not at.exception
    shown = numbers(at)
    assert (shown["待受理"], shown["待派遣"], shown["待核查"]) == ("1", "2", "0")
    login_as(monkeypatch, store, "qu")
    assert numbers(app().run())["待受理"] == "2"


def test_the_wall_shows_numbers_and_no_text_of_a_case(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    registered(store, "register", person("street").street_code or "", "wall-1")
    login_as(monkeypatch, store, "wall")

    at = app().run()

    assert not at.exception
    said = [element.value for element in (*at.markdown, *at.caption, *at.subheader, *at.title)]
    assert said.count("1") == 2  # one in its step, one under its light
    assert SECRET_TEXT not in str(said)
    assert len(at.get("page_link")) == 0


def test_who_may_not_see_cases_sees_no_numbers(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "admin")

    at = app().run()

    assert not at.exception
    assert set(numbers(at)) == {"账号管理"}


def test_what_waits_follows_from_the_table_of_moves() -> None:
    assert waits_for(person("unit"), Reach.OWN_UNIT) == (Status.DISPATCHED, Status.HANDLING)
    assert waits_for(person("inspector"), Reach.OWN_AREA) == (Status.HANDLED,)
    assert waits_for(person("leader"), Reach.OWN_AREA) == ()
    assert shell.may_open(Role.LEADER, "board")
    assert session.district() == DISTRICT
