"""The list of cases: newest first, found by text, in pages that the URL names; nothing outside the own area."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

from db.execute import CASES
from domain.words import Status
from tests.pages.desk import OTHER_STREET, brought, opened
from tests.support import app, login_as, use_database

S = Status


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A hundred and twenty cases, so that a list has three pages."""
    with pytest.MonkeyPatch.context() as patch:
        made = use_database(patch, tmp_path_factory.mktemp("list"))
        for n in range(116):
            opened(made, address=f"演示路 {n} 号")
        opened(made, address="沪太路 9 弄", description="桥下有积水 100%", street_code=OTHER_STREET)
        opened(made, channel="H12345", external_no="QT-20261124-77")
        brought(made, S.CLOSED)
        brought(made, S.VOIDED)
        yield made


def shown(at: AppTest) -> list[str]:
    """Numbers of the cases in the table."""
    assert not at.exception
    return list(at.dataframe[0].value.iloc[:, 0]) if len(at.dataframe) else []


def newest(store: Engine, *where: Any) -> list[str]:
    with store.connect().execution_options(reading=True) as connection:
        return list(connection.execute(select(CASES.c.no).where(*where).order_by(CASES.c.id.desc())).scalars())


def test_the_list_pages_through_all_cases_once_newest_first(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("cases").run()
    seen = shown(at)
    for _ in range(2):
        at.button(key="older").click().run()
        seen += shown(at)
    assert seen == newest(store)
    assert not [b for b in at.button if b.key == "older"]
    at.button(key="newest").click().run()
    assert shown(at) == newest(store)[:50]


@pytest.mark.parametrize(
    ("query", "count"),
    [("沪太路", 1), ("积水", 1), ("100%", 1), ("QT-20261124", 1), ("桥下 积水", 0), ("没有的词", 0), ("桥", 1)],
)
def test_text_is_found_as_it_stands(monkeypatch: pytest.MonkeyPatch, store: Engine, query: str, count: int) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("cases", q=query).run()
    assert len(shown(at)) == count
    assert at.text_input(key="q").value == query


def test_a_number_finds_its_case(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")
    no = newest(store)[60]
    assert shown(app("cases", q=no).run()) == [no]


def test_street_and_status_in_the_url_narrow_the_list(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")
    assert shown(app("cases", street=OTHER_STREET).run()) == newest(store, CASES.c.street_code == OTHER_STREET)
    assert shown(app("cases", status="closed").run()) == newest(store, CASES.c.status == "closed")
    assert shown(app("cases", status="voided", street=OTHER_STREET).run()) == []


@pytest.mark.parametrize(
    "garbage",
    ["x", "-1", "0", "9" * 18, "9" * 19, "9" * 30, "9223372036854775807", "9223372036854775808", "' OR 1=1 --",
     "1e9", "１２", "<b>", "\x00", "%", "_", "\\", '"', "*", "a AND b", "NEAR(", "字" * 500],
)  # fmt: skip
def test_nonsense_in_the_url_breaks_nothing(monkeypatch: pytest.MonkeyPatch, store: Engine, garbage: str) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("cases", q=garbage, street=garbage, status=garbage, before=garbage).run()
    assert not at.exception
    assert shown(at) == [no for no in shown(at) if no in newest(store)]
    at = app("cases", q=garbage).run()
    assert not at.exception


@pytest.mark.parametrize(("login", "sees"), [("street", True), ("unit", False), ("block", False), ("dept", False)])
def test_the_list_ends_at_the_border_of_the_own_area(
    monkeypatch: pytest.MonkeyPatch, store: Engine, login: str, sees: bool
) -> None:
    login_as(monkeypatch, store, login)
    assert shown(app("cases", q="积水").run()) == []
    assert shown(app("cases", q="积水", street=OTHER_STREET).run()) == []
    assert bool(shown(app("cases", q="演示路").run())) is sees
