"""English screens speak English: no Chinese but what people typed, their names and the name of the language."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.text_format import MessageToString
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from components import i18n
from domain.words import Status
from tests.pages.desk import OTHER_STREET, STREET, brought, opened, plain, world
from tests.pages.test_intake import filled
from tests.support import PEOPLE, app, login_as, use_database

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef][\u3000-\u9fff\uff00-\uffef0-9]*")
TYPED = {"路口有三袋垃圾", "演示路", "号", "中文", "已清理"}
"""Words that people typed in these tests, and the name of the other language in the switch."""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The end of AppTest that chooses options speaks English too: it formats them outside the page script."""
    i18n.use("en")
    yield
    i18n.use(i18n.DEFAULT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A district with cases in two street-towns, of classes with conditions of their own and with a stop-gap."""
    with pytest.MonkeyPatch.context() as patch:
        made = use_database(patch, tmp_path_factory.mktemp("english"))
        for status in (Status.REPORTED, Status.DISPATCHED, Status.HANDLED, Status.CLOSED):
            brought(made, status)
        brought(made, Status.HANDLING, street_code=OTHER_STREET, committee_code=None)
        yield made


def _leaves(node: Any) -> Iterator[Any]:
    for child in getattr(node, "children", {}).values():
        if getattr(child, "proto", None) is not None:
            yield child
        yield from _leaves(child)


def chinese_on(at: AppTest) -> set[str]:
    """Chinese words in labels, options, texts, tables and the data of our own components."""
    said = []
    for leaf in _leaves(at._tree):
        if type(leaf).__name__ in ("Dataframe", "Table"):
            said.append(leaf.value.to_csv())
        else:
            said.append(MessageToString(leaf.proto, as_utf8=True))
    whole = re.sub(r"\\+u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), "\n".join(said))
    names = {f"测试{login}" for login in PEOPLE} | {"测试"}
    return set(CHINESE.findall(whole)) - TYPED - names


@pytest.mark.parametrize("page", ["home", "board", "cases", "intake", "account", "about"])
@pytest.mark.parametrize("login", ["qu", "street", "dept"])
def test_a_page_in_english_shows_no_chinese(
    monkeypatch: pytest.MonkeyPatch, store: Engine, page: str, login: str
) -> None:
    login_as(monkeypatch, store, login)
    at = app(page, lang="en").run()
    assert not at.exception
    assert chinese_on(at) == set()


def test_the_accounts_page_in_english_names_organisations_in_english(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "admin")
    at = app("users", lang="en").run()
    at.selectbox(key="add_role").select("street_officer").run()
    assert "Jiangning Road Subdistrict Grid Centre (JC006)" in at.selectbox(key="add_org").options
    assert chinese_on(at) == set()


@pytest.mark.parametrize("category", ["C01001", "M06010", "C01010", "M10992"])
def test_the_form_in_english_with_a_class_chosen_shows_no_chinese(
    monkeypatch: pytest.MonkeyPatch, store: Engine, category: str
) -> None:
    login_as(monkeypatch, store, "qu")
    at = filled(app("intake", lang="en").run(), in_class=category)
    standard = world().categories[category].standards[0]
    at.radio(key="in_standard").set_value(standard.id).run()
    assert not at.exception
    assert any(plain(o).startswith(standard.condition_en) for o in at.radio(key="in_standard").options)
    assert any(standard.closing_condition_en in plain(c.value) for c in at.caption)
    assert "Jiangning Road Subdistrict" in at.selectbox(key="in_street").options
    assert chinese_on(at) == set()


@pytest.mark.parametrize("status", [Status.REPORTED, Status.ACCEPTED, Status.FILED, Status.DISPATCHED, Status.HANDLED])
def test_a_case_in_english_shows_no_chinese_nor_do_its_forms(
    monkeypatch: pytest.MonkeyPatch, store: Engine, status: Status
) -> None:
    case = brought(store, status, committee_code="JM006002")
    login_as(monkeypatch, store, "qu")
    at = app("case", no=case.no, lang="en").run()
    assert not at.exception
    assert chinese_on(at) == set()
    for key in [b.key for b in at.button if (b.key or "").startswith("move_")]:
        shown = app("case", no=case.no, lang="en").run()
        shown.button(key=key).click().run()
        assert not shown.exception
        assert chinese_on(shown) == set(), key


def test_the_search_for_chinese_finds_it_in_every_kind_of_element(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    case = brought(store, Status.HANDLED, committee_code="JM006002")
    login_as(monkeypatch, store, "qu")
    board = chinese_on(app("board", lang="zh").run())
    assert {"暴露垃圾", "江宁路街道", "区绿化和市容管理局"} <= board  # a card, an option, a card
    form = chinese_on(app("intake", lang="zh").run())
    assert "江宁路" in form  # the map
    shown = chinese_on(app("case", lang="zh", no=case.no).run())
    assert {"新安居民区工作站", "区网格化管理中心"} <= shown  # the table of facts, the journal


def test_the_filters_of_the_board_speak_the_language_of_the_reader(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "qu")
    english = app("board", lang="en", street=STREET).run()
    assert "Jiangning Road Subdistrict" in english.selectbox(key="url_street").options
    assert "Event · City appearance and environment" in english.selectbox(key="url_big").options
    assert "Jiangning Road Subdistrict Block Station No. 1" in english.selectbox(key="url_station").options
    chinese = app("board", lang="zh", street=STREET).run()
    assert "江宁路街道" in chinese.selectbox(key="url_street").options
    assert "江宁路街道第一街区工作站" in chinese.selectbox(key="url_station").options


def test_a_refusal_in_english_names_the_unit_in_english(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    opened(store)
    login_as(monkeypatch, store, "qu")
    at = filled(app("intake", lang="en").run(), in_class="C01010")
    told = "Nobody is named for this class: District Construction and Management Commission is the fallback unit"
    assert any(plain(c.value).startswith(told) for c in at.caption)
