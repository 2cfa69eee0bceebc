"""The case page: exactly the buttons of the table for each role and place, and each move into the store."""

import csv
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

from components import shell
from db import accounts
from db.contacts import Contact
from db.engine import engine
from db.models.accounts import Audit
from db.settings import ROOT, settings
from domain.moves import BY_NAME
from domain.people import Role
from domain.words import Status
from tests.pages.desk import (
    OTHER_STREET,
    OTHER_UNIT,
    OWN,
    answers_of,
    brought,
    case_of,
    errors,
    journal,
    move_buttons,
    moved,
    opened,
    person,
    photo,
    picture,
    plain,
    words_on,
)
from tests.support import DISTRICT, PEOPLE, app, login_as, use_database

S = Status
OPEN = (S.REPORTED, S.ACCEPTED, S.FILED, S.DISPATCHED, S.HANDLING, S.HANDLED, S.CHECKED)
FROM = {
    "accept_report": (S.REPORTED,),
    "file": (S.REPORTED, S.ACCEPTED),
    "refuse": (S.REPORTED, S.ACCEPTED),
    "dispatch": (S.FILED,),
    "fallback": (S.FILED,),
    "accept": (S.DISPATCHED,),
    "handled": (S.HANDLING,),
    "pass_on": (S.HANDLING,),
    "note": (S.HANDLING,),
    "return": (S.DISPATCHED, S.HANDLING),
    "redispatch": (S.DISPATCHED, S.HANDLING),
    "rule": (),  # nobody has returned these cases
    "ask_extension": (S.HANDLING,),
    "grant_extension": (),  # nothing was asked for
    "refuse_extension": (),
    "ask_suspension": (S.HANDLING,),
    "grant_suspension": (),
    "refuse_suspension": (),
    "resume": (),
    "appeal": (),  # handled on time
    "grant_appeal": (),
    "refuse_appeal": (),
    "check": (S.HANDLED,),
    "rework": (S.HANDLED, S.CHECKED),
    "close": (S.CHECKED,),
    "first_contact": (S.ACCEPTED, S.FILED, S.DISPATCHED, S.HANDLING, S.HANDLED, S.CHECKED),
    "call_back": (S.CLOSED,),
    "settle": (),  # these cases had no fallback order
    "reopen": (S.CLOSED, S.APPRAISED),
    "remind": (S.DISPATCHED, S.HANDLING),
    "supervise": OPEN,
    "void": OPEN,
}
"""In which status each move may be pressed, written down here once more and read from nowhere."""

WITHOUT_UNIT = (S.REPORTED, S.ACCEPTED, S.FILED, S.NOT_ACCEPTED, S.VOIDED)
READS = [login for login, (role, _kind) in PEOPLE.items() if Role(role) in shell.BY_URL["case"].roles]
SEES_ALL = {"qu", "inspector", "overseer", "reviewer", "leader"}


def _matrix() -> dict[tuple[str, str], set[str]]:
    with (ROOT / "docs" / "permission-matrix.csv").open(encoding="utf-8") as lines:
        return {
            (row.pop("role"), row.pop("move")): {place for place, yes in row.items() if yes}
            for row in csv.DictReader(lines)
        }


MATRIX = _matrix()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for the tests that only look."""
    with pytest.MonkeyPatch.context() as patch:
        yield use_database(patch, tmp_path_factory.mktemp("cases"))


@pytest.fixture(scope="module")
def cases(shared: Engine) -> dict[tuple[str, Status], str]:
    """Case numbers by the unit that holds them or the place, and status."""
    found = {}
    for unit in (OTHER_UNIT, "GS", *OWN.values()):
        for status in S:
            if unit == OTHER_UNIT or status not in WITHOUT_UNIT:
                found[unit, status] = brought(shared, status, unit=unit).no
    for status in S:
        found["elsewhere", status] = brought(shared, status, street_code=OTHER_STREET).no
    return found


def _expected(login: str, place: str, status: Status) -> set[str]:
    role = PEOPLE[login][0]
    at = "no_unit_in_own_street" if status in WITHOUT_UNIT and place != "other_street_other_unit" else place
    found = {move for move, statuses in FROM.items() if status in statuses and at in MATRIX.get((role, move), set())}
    if place != "own_unit_in_own_street" or login != "street":
        found.discard("pass_on")  # only an order that a street centre holds itself
    if place == "own_unit_in_own_street":
        found -= {"check", "rework"}  # nobody checks the work of the own organisation
    return found


def _sees(login: str, place: str, status: Status) -> bool:
    if login in SEES_ALL:
        return True
    if login == "street":
        return place != "other_street_other_unit"
    return place == "own_unit_in_own_street" and status not in WITHOUT_UNIT


def _places(login: str) -> dict[str, str]:
    places = {"own_street_other_unit": OTHER_UNIT, "other_street_other_unit": "elsewhere"}
    if login in OWN:
        places["own_unit_in_own_street"] = OWN[login]
    if login in ("qu", "street"):
        places["utility_in_own_street"] = "GS"
    return places


@pytest.mark.parametrize("login", READS)
def test_the_buttons_are_exactly_those_of_the_permission_matrix(
    monkeypatch: pytest.MonkeyPatch, shared: Engine, cases: dict[tuple[str, Status], str], login: str
) -> None:
    login_as(monkeypatch, shared, login)
    at = app("case")
    wrong = []
    for place, unit in _places(login).items():
        for status in S:
            no = cases.get((unit, status))
            if no is None:
                continue
            at.query_params["no"] = no
            at.run()
            assert not at.exception
            sees = _sees(login, place, status)
            expected = _expected(login, place, status) if sees else set()
            assert ("案件不存在" in " ".join(w.value for w in at.warning)) is not sees, (place, status)
            if move_buttons(at) != expected:
                wrong.append((place, str(status), move_buttons(at) ^ expected))
    assert wrong == []


@pytest.fixture
def store(shared: Engine) -> Engine:
    """The same database for tests that write: each writes to a case of its own."""
    return shared


@pytest.fixture
def own_store(tmp_path: Path) -> Iterator[Engine]:
    """A database of its own for a test that changes accounts."""
    with pytest.MonkeyPatch.context() as patch:
        yield use_database(patch, tmp_path)
    settings.cache_clear()
    engine.cache_clear()


def key_of(at: AppTest, move: str, ask: str) -> str:
    """The key of an input of the open form."""
    keys = {str(getattr(e, "key", "") or "") for e in walk(at._tree)}
    found = [key for key in keys if key.startswith("ask_") and key.endswith(f"_{move}_{ask}")]
    assert len(found) == 1, found
    return found[0]


def fill(at: AppTest, move: str, **answers: Any) -> None:
    """Put answers into the open form as a person would."""
    for ask, value in answers.items():
        key = key_of(at, move, ask)
        widget = at.get_by_key(key)
        if ask == "photos":
            widget.upload("a.jpg", value, "image/jpeg")
        elif type(widget).__name__ == "TextArea":
            widget.input(value)
        else:
            widget.set_value(value)


def submit(at: AppTest) -> AppTest:
    """Press the button of the open form."""
    button = next(b for b in at.button if (b.key or "").startswith("submit_"))
    return button.click().run()


def press(at: AppTest, move: str) -> AppTest:
    """Press a button of the row."""
    return at.button(key=f"move_{move}").click().run()


SUBMITTED: list[tuple[str, str, Status, dict[str, Any], dict[str, Any]]] = [
    # move, who presses, the case's status before, answers typed, fields of the row afterwards
    ("accept_report", "street", S.REPORTED, {"remark": "属实"}, {"status": S.ACCEPTED}),
    ("file", "street", S.REPORTED, {"standard": "M06010-1"}, {"status": S.FILED, "standard_id": "M06010-1"}),
    ("refuse", "street", S.REPORTED, {"reason": "不属受理范围"}, {"status": S.NOT_ACCEPTED}),
    (
        "dispatch", "street", S.FILED, {"unit": "SQ006", "route": "C", "partners": ["LRJ"]},
        {"status": S.DISPATCHED, "unit_code": "SQ006", "partners": "LRJ", "route": "C", "issuer_code": "JC006"},
    ),
    (
        "fallback", "street", S.FILED, {"reason": "责任主体不明"},
        {"status": S.DISPATCHED, "unit_code": "JD006", "fallback": True},
    ),
    ("accept", "unit", S.DISPATCHED, {}, {"status": S.HANDLING, "responsible_unit": "SQ006"}),
    (
        "handled", "unit", S.HANDLING, {"result": "已清理", "photos": picture()},
        {"status": S.HANDLED, "handled_unit": "SQ006"},
    ),
    ("note", "unit", S.HANDLING, {"note": "已联系作业班组"}, {"status": S.HANDLING}),
    (
        "return", "unit", S.DISPATCHED, {"reason_code": "not_our_field", "evidence": "职责清单第三条"},
        {"status": S.FILED, "unit_code": None, "returns": 1},
    ),
    (
        "redispatch", "street", S.DISPATCHED, {"unit": "LRJ", "reason": "改派"},
        {"status": S.DISPATCHED, "unit_code": "LRJ", "dispatches": 2},
    ),
    ("check", "inspector", S.HANDLED, {"finding": "现场已清理"}, {"status": S.CHECKED}),
    ("rework", "street", S.HANDLED, {"reason": "仍有残留"}, {"status": S.HANDLING, "reworks": 1}),
    ("close", "street", S.CHECKED, {"verdict": "solved"}, {"status": S.CLOSED, "verdict": "solved"}),
    (
        "close", "street", S.CHECKED, {"verdict": "explained", "feedback": "已向市民说明"},
        {"status": S.CLOSED, "verdict": "explained"},
    ),
    ("first_contact", "unit", S.HANDLING, {"note": "已电话联系"}, {"status": S.HANDLING}),
    *(
        ("call_back", "street", S.CLOSED, {"satisfaction": answer, "note": "电话回访"},
         {"status": S.APPRAISED, "satisfaction": answer})
        for answer in ("satisfied", "mostly", "fair", "dissatisfied")
    ),
    ("reopen", "street", S.CLOSED, {"reason": "问题复发"}, {"status": S.FILED, "reopens": 1, "verdict": None}),
    ("remind", "street", S.HANDLING, {"remark": "请抓紧"}, {"status": S.HANDLING, "reminders": 1}),
    (
        "supervise", "overseer", S.HANDLING, {"reason": "超时未办", "answer_by": date.today() + timedelta(days=5)},
        {"status": S.HANDLING, "supervisions": 1},
    ),
    ("ask_extension", "unit", S.HANDLING, {"reason": "需等待配件"}, {"status": S.HANDLING, "extensions": 0}),
    (
        "ask_suspension", "unit", S.HANDLING,
        {"reason": "施工围挡", "until": date.today() + timedelta(days=9)}, {"suspensions": 0, "suspended_from": None},
    ),
    ("void", "street", S.FILED, {"reason": "重复上报"}, {"status": S.VOIDED}),
]  # fmt: skip


@pytest.mark.clause("2.2-18")
@pytest.mark.clause("2.3-18")
@pytest.mark.clause("2.5-24", partly=True)
@pytest.mark.parametrize(
    ("move", "login", "status", "answers", "row"), SUBMITTED, ids=lambda v: str(v) if isinstance(v, str) else None
)
def test_a_move_goes_from_its_button_through_its_form_into_the_store(
    monkeypatch: pytest.MonkeyPatch,
    store: Engine,
    move: str,
    login: str,
    status: Status,
    answers: dict[str, Any],
    row: dict[str, Any],
) -> None:
    before = brought(store, status, unit="SQ006")
    login_as(monkeypatch, store, login)
    me = person(store, login)

    at = press(app("case", no=before.no).run(), move)
    if BY_NAME[move].asks:
        fill(at, move, **answers)
        submit(at)

    assert not at.exception
    assert errors(at) == []
    case = case_of(store, before.no)
    assert {name: getattr(case, name) for name in row} == row
    assert case.version == before.version + 1
    entry = journal(store, before.no)[-1]
    assert (entry.move, entry.actor_id, entry.actor_org) == (move, me.user_id, me.org)
    kept = answers_of(entry)
    for name, value in answers.items():
        if name != "photos":
            assert kept[name] == (value.isoformat() if isinstance(value, date) else value), name
    assert case.photos == before.photos + ("photos" in answers)
    assert any(before.no in s.value for s in at.success)
    assert not [b for b in at.button if (b.key or "").startswith("submit_")]


@pytest.mark.clause("2.2-11")
def test_a_street_centre_passes_a_district_order_on_to_its_own_unit(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    no = brought(store, S.HANDLING, unit="JC006").no
    login_as(monkeypatch, store, "street")
    at = press(app("case", no=no).run(), "pass_on")
    offered = at.selectbox(key=key_of(at, "pass_on", "unit")).options
    assert "区绿化和市容管理局" not in " ".join(offered)
    fill(at, "pass_on", unit="SQ006")
    submit(at)
    case = case_of(store, no)
    assert (case.status, case.unit_code, case.issuer_code) == (S.DISPATCHED, "SQ006", "JC006")


@pytest.mark.clause("2.3-13", partly=True)
def test_responsibility_is_settled_after_the_fallback_order_was_handled_and_not_before(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    no = brought(store, S.FILED).no
    for move in ("fallback", "accept"):
        moved(store, no, move)
    login_as(monkeypatch, store, "street")
    at = app("case", no=no).run()
    assert "settle" not in move_buttons(at)
    moved(store, no, "handled")

    press(at.run(), "settle")
    fill(at, "settle", unit="JD006", procedure="由街道按周清理")
    submit(at)

    case = case_of(store, no)
    assert (case.settled_unit, case.settled_at is not None, case.status) == ("JD006", True, S.HANDLED)
    assert answers_of(journal(store, no)[-1])["procedure"] == "由街道按周清理"
    assert "settle" not in move_buttons(at)


FAULTS: list[tuple[str, str, Status, dict[str, Any], str]] = [
    ("handled", "unit", S.HANDLING, {"photos": picture()}, "处置情况：请填写。"),
    ("handled", "unit", S.HANDLING, {"result": "  \n ", "photos": picture()}, "处置情况：请填写。"),
    ("handled", "unit", S.HANDLING, {"result": "坏\x07字", "photos": picture()}, "控制字符"),
    ("handled", "unit", S.HANDLING, {"result": "已清理"}, "处置后照片：至少1张照片。"),
    ("handled", "unit", S.HANDLING, {"result": "已清理", "photos": b"MZ not a photo"}, "a.jpg:这不是照片。"),
    ("close", "street", S.CHECKED, {}, "请填写"),
    ("dispatch", "street", S.FILED, {"unit": "SQ006", "route": "C"}, "至少一个配合单位"),
    (
        "supervise",
        "street",
        S.HANDLING,
        {"reason": "超时", "answer_by": date.today() - timedelta(days=1)},
        "答复期限须晚于",
    ),
    ("redispatch", "street", S.HANDLING, {"reason": "改派"}, "请填写"),
    ("return", "unit", S.DISPATCHED, {"reason_code": "not_our_field"}, "请填写"),
]


@pytest.mark.parametrize(
    ("move", "login", "status", "answers", "sentence"), FAULTS, ids=lambda v: str(v) if isinstance(v, str) else None
)
def test_a_form_that_lacks_something_says_so_and_keeps_what_was_typed(
    monkeypatch: pytest.MonkeyPatch,
    store: Engine,
    move: str,
    login: str,
    status: Status,
    answers: dict[str, Any],
    sentence: str,
) -> None:
    before = brought(store, status, unit="SQ006")
    login_as(monkeypatch, store, login)
    at = press(app("case", no=before.no).run(), move)
    fill(at, move, **answers)
    submit(at)

    said = " ".join(errors(at)).replace(" ", "")
    assert not at.exception
    assert sentence in said
    assert case_of(store, before.no) == before
    for name, value in answers.items():
        if isinstance(value, str):
            assert at.get_by_key(key_of(at, move, name)).value == value


@pytest.mark.parametrize("move", ["accept", "note"])
def test_whoever_was_slower_reads_who_was_first_and_loses_nothing_typed(
    monkeypatch: pytest.MonkeyPatch, store: Engine, move: str
) -> None:
    status = S.DISPATCHED if move == "accept" else S.HANDLING
    no = brought(store, status, unit="SQ006").no
    login_as(monkeypatch, store, "unit")
    at = app("case", no=no).run()
    if move == "note":
        fill(press(at, "note"), "note", note="班组已到现场")
    moved(store, no, "remind", remark="请抓紧")
    slow = case_of(store, no)

    press(at, "accept") if move == "accept" else submit(at)

    assert any("区网格化管理中心" in e and "催办" in e for e in errors(at)), errors(at)
    assert case_of(store, no) == slow
    if move == "note":
        assert at.text_area(key=key_of(at, "note", "note")).value == "班组已到现场"
        submit(at)  # now in the knowledge of what happened
        assert answers_of(journal(store, no)[-1]) == {"note": "班组已到现场"}
    else:
        press(at, "accept")
        assert case_of(store, no).status is S.HANDLING


def test_a_text_longer_than_its_limit_is_refused_and_stays(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    before = brought(store, S.HANDLING, unit="SQ006")
    login_as(monkeypatch, store, "unit")
    at = press(app("case", no=before.no).run(), "note")
    fill(at, "note", note="字" * 501)
    submit(at)
    assert case_of(store, before.no) == before
    assert errors(at) == ["进展：最多 500 个字符。"]
    assert at.text_area(key=key_of(at, "note", "note")).value == "字" * 501


def test_an_order_that_was_taken_away_is_refused_with_the_sentence_who_was_first(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    no = brought(store, S.FILED).no
    login_as(monkeypatch, store, "street")
    at = press(app("case", no=no).run(), "dispatch")
    fill(at, "dispatch", unit="SQ006")
    moved(store, no, "dispatch", unit="LRJ")
    submit(at)
    assert any("区网格化管理中心" in e and "派遣" in e for e in errors(at)), errors(at)
    assert case_of(store, no).unit_code == "LRJ"
    assert not [b for b in at.button if (b.key or "").startswith("submit_")]


def test_the_same_tap_that_arrives_twice_is_one_act(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    no = brought(store, S.HANDLING, unit="SQ006").no
    login_as(monkeypatch, store, "street")
    at = press(app("case", no=no).run(), "remind")
    fill(at, "remind", remark="请抓紧")
    button = next(b for b in at.button if (b.key or "").startswith("submit_"))
    button.click().run()
    button.click().run()  # the browser had not yet heard of the first
    assert [row.move for row in journal(store, no)].count("remind") == 1
    assert errors(at) == []
    at = app("case", no=brought(store, S.DISPATCHED, unit="SQ006").no)
    login_as(monkeypatch, store, "unit")
    button = at.run().button(key="move_accept")
    button.click().run()
    button.click().run()
    assert errors(at) == []


def test_a_role_taken_away_while_the_form_was_open_ends_the_move(
    monkeypatch: pytest.MonkeyPatch, own_store: Engine
) -> None:
    store = own_store
    before = brought(store, S.HANDLING, unit="SQ006")
    login_as(monkeypatch, store, "street")
    at = press(app("case", no=before.no).run(), "remind")
    accounts.disable(store, DISTRICT, login="street", at=datetime.now(UTC))
    submit(at)
    assert case_of(store, before.no) == before
    assert [t.label for t in at.text_input] == ["登录名", "密码"]


def test_the_page_shows_the_whole_journal_the_photos_both_clocks_and_the_map(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    no = opened(store, lng_e6=121_442_970, lat_e6=31_237_020, before=(photo("#112233"),)).no
    for move in ("file", "dispatch", "accept", "handled", "rework", "handled", "check", "close", "call_back"):
        moved(store, no, move, **({"unit": "SQ006"} if move == "dispatch" else {}))
    login_as(monkeypatch, store, "leader")
    at = app("case", no=no).run()
    assert not at.exception
    kinds = {element.proto.component_name: element.proto for element in components_of(at)}
    told = json.loads(kinds["griddesk_timeline"].json)
    assert [row["move"] for row in told["entries"]] == [
        "已回访", "已结案", "核查通过", "已处置", "已退回返工", "已处置", "已接单", "已派遣", "已立案", "已上报",
    ]  # fmt: skip
    assert sum(len(row["photos"]) for row in told["entries"]) == 3
    photos = json.loads(kinds["griddesk_photos"].json)
    assert [len(group["photos"]) for group in photos["groups"]] == [1, 2]
    assert [e.type for e in walk(at._tree)].count("deck_gl_json_chart") == 1
    text = words_on(at) + plain(at.table[0].value.to_string())
    for expected in ("当前环节", "全流程", no, "路口有三袋垃圾", "社区管理办", "暴露垃圾", "满意"):
        assert expected in text, expected
    assert move_buttons(at) == set()


def components_of(at: AppTest) -> list[Any]:
    """The components of ours on the page."""
    return [e for e in walk(at._tree) if hasattr(getattr(e, "proto", None), "component_name")]


def walk(node: Any) -> Iterator[Any]:
    """Every element of the page."""
    for child in getattr(node, "children", {}).values():
        yield child
        yield from walk(child)


@pytest.mark.parametrize(
    "no", ["JA00000000000000", "' OR 1=1 --", "x" * 5000, "%", "../../etc/passwd", "<b>1</b>", "-1", "0", "\x00", "１"]
)
def test_a_number_that_does_not_exist_gets_one_sentence_and_a_way_on(
    monkeypatch: pytest.MonkeyPatch, store: Engine, no: str
) -> None:
    brought(store, S.REPORTED)
    login_as(monkeypatch, store, "qu")
    at = app("case", no=no).run()
    assert not at.exception
    assert errors(at) == ["案件不存在，或不在您的辖区内。"]
    assert move_buttons(at) == set()


_numbers = itertools.count(1)
CONTACT = Contact("欧阳小满", "13917654321")


@pytest.mark.parametrize("login", READS)
def test_the_contact_is_masked_and_opened_only_by_those_who_call(
    monkeypatch: pytest.MonkeyPatch, store: Engine, login: str
) -> None:
    """The centres open it, units for their own order; each view is a row of the audit trail, and a refusal is none."""
    unit = OWN.get(login, "SQ006")
    no = opened(store, channel="H12345", external_no=f"QT{next(_numbers)}", contact=CONTACT, committee_code=None).no
    for move in ("file", "dispatch", "accept"):
        moved(store, no, move, **({"unit": unit} if move == "dispatch" else {}))
    may = login in ("qu", "street", "dept", "unit", "block")
    login_as(monkeypatch, store, login)
    at = app("case", no=no).run()
    text = words_on(at)
    assert ("139" in plain(text)) is (login not in ("leader", "reviewer"))
    assert "13917654321" not in plain(text)
    assert "小满" not in text
    assert [b.key for b in at.button if b.key == "contact_open"] == (["contact_open"] if may else [])
    assert views(store, no) == []
    if may:
        at.button(key="contact_open").click().run()
        assert "欧阳小满  13917654321" in [t.value for t in at.text]
        assert views(store, no) == [(person(store, login).user_id, "done")]
        at.run()
        assert "13917654321" not in plain(words_on(at))


def views(store: Engine, no: str) -> list[tuple[int, str]]:
    """Who opened the contact of a case, by the audit trail."""
    with store.connect().execution_options(reading=True) as connection:
        query = select(Audit.user_id, Audit.result).where(Audit.action == "contact.view", Audit.object == no)
        return [(row.user_id, row.result) for row in connection.execute(query)]


def test_a_unit_that_no_longer_holds_the_order_reads_on_but_does_not_open_the_contact(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    no = opened(store, channel="H12345", external_no=f"QT{next(_numbers)}", contact=CONTACT).no
    for move in ("file", "dispatch"):
        moved(store, no, move, **({"unit": "SQ006"} if move == "dispatch" else {}))
    login_as(monkeypatch, store, "unit")
    at = app("case", no=no).run()
    moved(store, no, "redispatch", unit="LRJ")
    at.button(key="contact_open").click().run()
    assert "13917654321" not in plain(words_on(at))
    assert views(store, no) == []
    assert "路口有三袋垃圾" in words_on(at)


@pytest.mark.parametrize("page", ["case", "board", "cases", "home", "about", "account", "intake"])
@pytest.mark.parametrize("login", ["wall", "admin"])
def test_displays_and_administrators_get_no_case_text_on_any_page(
    monkeypatch: pytest.MonkeyPatch, store: Engine, login: str, page: str
) -> None:
    no = opened(store, channel="H12345", external_no=f"QT-778-{next(_numbers)}", contact=CONTACT).no
    login_as(monkeypatch, store, login)
    at = app(page, no=no).run()
    assert not at.exception
    text = plain(words_on(at))
    for secret in ("路口有三袋垃圾", "演示路", "QT-778", "139****", "欧**"):
        assert secret not in text, secret


def test_an_extension_asked_for_by_the_unit_is_granted_by_the_centre_and_the_page_says_why(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    before = brought(store, S.HANDLING, unit="SQ006")
    moved(store, before.no, "ask_extension")
    login_as(monkeypatch, store, "street")
    at = app("case", no=before.no).run()
    assert [plain(i.value) for i in at.info] == ["已申请延期 · 理由: 需等待配件"]
    press(at, "grant_extension")
    submit(at)
    after = case_of(store, before.no)
    assert (after.extensions, after.extension_asked_at) == (1, None)
    assert before.handle_due_at is not None
    assert after.handle_due_at is not None
    assert after.handle_due_at > before.handle_due_at
    assert "延期 ×1" in words_on(at)
    assert move_buttons(at) & {"grant_extension", "refuse_extension"} == set()


def test_a_suspended_case_says_until_when_and_the_pause_is_listed_as_not_counted(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    no = brought(store, S.HANDLING, unit="SQ006").no
    until = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    for move in ("ask_suspension", "grant_suspension"):
        moved(store, no, move, **({"until": until} if move == "ask_suspension" else {}))
    login_as(monkeypatch, store, "unit")
    at = app("case", no=no).run()
    assert "挂账至" in words_on(at)
    spans = [span for frame in at.dataframe if "计时区间" in frame.value for span in frame.value["计时区间"]]
    assert spans.count("挂账，不计入") == 1
    assert "ask_suspension" not in move_buttons(at)
    submit(press(at, "resume"))
    assert "挂账至" not in words_on(at.run())


def test_the_next_step_and_a_waiting_decision_stay_in_the_row_and_the_rest_is_in_a_list(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    no = brought(store, S.HANDLING, unit="SQ006").no
    login_as(monkeypatch, store, "unit")
    at = app("case", no=no).run()
    assert _in_list(at) == {"ask_suspension", "first_contact"}
    press(at, "ask_extension")
    fill(at, "ask_extension", reason="需等待配件")
    submit(at)
    login_as(monkeypatch, store, "street")
    at = app("case", no=no).run()
    assert move_buttons(at) - _in_list(at) >= {"grant_extension", "refuse_extension"}
    assert _in_list(at) == {"supervise", "void"}


def _in_list(at: AppTest) -> set[str]:
    """The moves whose buttons are in the list of more."""
    found = [e for e in walk(at._tree) if "popover" in str(getattr(e, "type", ""))]
    keys = {str(getattr(e, "key", "")) for block in found for e in walk(block)}
    return {k.removeprefix("move_") for k in keys if k.startswith("move_")}
