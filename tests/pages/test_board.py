"""The board: six columns with true counts, the most urgent first, and filters that stand in the URL by code."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from streamlit.testing.v1 import AppTest

from components import shell
from components.i18n import label
from db.execute import CASES
from db.queries.scope import scope_of, sees
from domain.case import Case, from_row, light_of
from domain.people import Role
from domain.words import Light, Status, Step
from tests.pages.desk import OTHER_STREET, OWN, STREET, brought, person
from tests.support import DISTRICT, PEOPLE, app, login_as, use_database

S = Status
READS = [login for login, (role, _kind) in PEOPLE.items() if Role(role) in shell.BY_URL["board"].roles]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A district with cases in every status, in two street-towns, for several units, with every light."""
    with pytest.MonkeyPatch.context() as patch:
        made = use_database(patch, tmp_path_factory.mktemp("board"))
        now = datetime.now(UTC)
        for status in S:
            for unit in ("LRJ", *OWN.values()):
                brought(made, status, unit=unit)
            brought(made, status, street_code=OTHER_STREET)
        with made.begin() as connection:
            rows = connection.execute(select(CASES.c.id).where(CASES.c.stage_due_at.is_not(None))).scalars().all()
            for n, case_id in enumerate(rows):  # lights do not wait for the clock on the wall
                due = now + timedelta(hours=(-2, 1, 9)[n % 3], minutes=n)
                yellow = due - timedelta(hours=(3, 2, 3)[n % 3])
                connection.execute(
                    update(CASES).where(CASES.c.id == case_id).values(stage_due_at=due, stage_yellow_at=yellow)
                )
        yield made


def board_of(at: AppTest) -> dict[str, Any]:
    """What the board's script is given, with texts put back in place of their numbers."""
    proto = next(e.proto for e in _walk(at._tree) if getattr(e.proto, "component_name", "") == "griddesk_board")
    return dict(json.loads(proto.json))


def _walk(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", {}).values():
        if hasattr(child, "proto"):
            yield child
        yield from _walk(child)


def columns(at: AppTest) -> list[tuple[str, int, list[str]]]:
    """Title, count and case numbers of each column."""
    told = board_of(at)
    return [(c["title"], c["count"], [card[0] for card in c["cards"]]) for c in told["columns"]]


def expected(store: Engine, login: str, keep: Any = lambda _case: True) -> dict[Step, list[Case]]:
    """Open cases this person sees, by step, most urgent first: worked out row by row, without the query."""
    scope = scope_of(person(store, login), DISTRICT)
    with store.connect().execution_options(reading=True) as connection:
        cases = [from_row(row) for row in connection.execute(select(CASES)).mappings()]
    found: dict[Step, list[Case]] = {step: [] for step in Step}
    for case in cases:
        units = frozenset({case.unit_code} - {None})
        if case.done_at is None and sees(scope, case, units) and keep(case):
            found[case.step].append(case)
    for step in found:
        found[step].sort(key=lambda c: (c.stage_due_at is None, c.stage_due_at, c.id))
    return found


@pytest.mark.clause("2.1-2", partly=True)
@pytest.mark.parametrize("login", READS)
def test_the_six_columns_hold_what_this_person_sees_with_true_counts_most_urgent_first(
    monkeypatch: pytest.MonkeyPatch, store: Engine, login: str
) -> None:
    login_as(monkeypatch, store, login)
    at = app("board").run()
    assert not at.exception
    wanted = expected(store, login)
    told = columns(at)
    assert [(title, n) for title, n, _cards in told] == [(label(step), len(wanted[step])) for step in Step]
    for (title, _n, cards), step in zip(told, Step, strict=True):
        assert cards == [case.no for case in wanted[step]][:30], title
    assert sum(n for _t, n, _c in told) == sum(map(len, wanted.values()))


FILTERS = {
    ("street", OTHER_STREET): lambda c: c.street_code == OTHER_STREET,
    ("street", STREET): lambda c: c.street_code == STREET,
    ("unit", "SQ006"): lambda c: c.unit_code == "SQ006",
    ("big", "M06"): lambda c: c.category_id.startswith("M06"),
    ("big", "C01"): lambda _c: False,
    ("flag", "citizen"): lambda c: c.citizen,
    ("flag", "returned"): lambda c: c.returns > 0,
    ("route", "B"): lambda c: c.route == "B",
    ("channel", "INSP"): lambda c: c.channel == "INSP",
}


@pytest.mark.parametrize(("name", "value"), FILTERS)
def test_a_filter_in_the_url_narrows_the_board(
    monkeypatch: pytest.MonkeyPatch, store: Engine, name: str, value: str
) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("board", **{name: value}).run()
    assert not at.exception
    wanted = expected(store, "qu", FILTERS[name, value])
    assert [n for _t, n, _c in columns(at)] == [len(wanted[step]) for step in Step]
    assert at.get_by_key(f"url_{name}").value == value
    assert at.query_params[name] in (value, [value])


@pytest.mark.clause("2.3-17", partly=True)
@pytest.mark.parametrize("light", [Light.RED, Light.YELLOW, Light.GREEN])
def test_the_light_filter_shows_the_cases_of_that_light_and_their_cards_say_so(
    monkeypatch: pytest.MonkeyPatch, store: Engine, light: Light
) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("board", light=str(light)).run()
    now = datetime.now(UTC)
    wanted = expected(store, "qu", lambda c: light_of(now, c.stage_yellow_at, c.stage_due_at) is light)
    told = columns(at)
    assert [n for _t, n, _c in told] == [len(wanted[step]) for step in Step]
    assert sum(map(len, wanted.values())) > 0
    for (_title, _n, cards), step in zip(told, Step, strict=True):
        assert cards == [c.no for c in wanted[step]][:30]
    texts = board_of(at)["texts"]
    assert {texts[card[4]] for c in board_of(at)["columns"] for card in c["cards"]} == {str(light)}


def test_lights_of_all_columns_add_up_to_the_board(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "street")
    whole = Counter({t: n for t, n, _c in columns(app("board").run())})
    parts: Counter[str] = Counter()
    for light in ("red", "yellow", "green"):
        parts += Counter({t: n for t, n, _c in columns(app("board", light=light).run())})
    assert parts == +whole


@pytest.mark.parametrize(
    "garbage",
    ["", "x", "-1", "9" * 400, "310106999", "' OR '1'='1", "%", "red;DROP TABLE cases", "<script>", "\x00", "１",
     "310106006 ", "None"],
)  # fmt: skip
def test_a_code_in_the_url_that_does_not_exist_is_ignored(
    monkeypatch: pytest.MonkeyPatch, store: Engine, garbage: str
) -> None:
    login_as(monkeypatch, store, "qu")
    names = ("light", "street", "station", "unit", "big", "flag", "route", "channel", "mine", "kind", "nonsense")
    at = app("board", **dict.fromkeys(names, garbage)).run()
    assert not at.exception
    assert columns(at) == columns(app("board").run())


def test_a_street_officer_cannot_look_over_the_border_by_the_url(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "street")
    at = app("board", street=OTHER_STREET).run()
    wanted = {case.no for cases in expected(store, "street").values() for case in cases}
    assert {no for _t, _n, cards in columns(at) for no in cards} <= wanted


def test_only_mine_shows_what_the_own_unit_holds_and_clear_brings_all_back(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "street")
    at = app("board", mine="1", light="red").run()
    assert at.toggle(key="url_mine").value is True
    now = datetime.now(UTC)
    mine = expected(
        store, "street",
        lambda c: c.unit_code == "JC006" and light_of(now, c.stage_yellow_at, c.stage_due_at) is Light.RED,
    )  # fmt: skip
    assert [n for _t, n, _c in columns(at)] == [len(mine[step]) for step in Step]
    at.button(key="clear_filters").click().run()
    assert at.toggle(key="url_mine").value is False
    assert columns(at) == columns(app("board").run())
