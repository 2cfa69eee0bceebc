"""The intake page: what it asks, what it tells before saving, what it keeps when the line breaks, and what is saved."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select
from streamlit.testing.v1 import AppTest

from db.drafts import Drafts
from db.execute import CASES, PHOTOS
from domain.clock import deadline
from domain.intake import allowed_channels
from domain.words import LimitUnit, Status
from tests.pages.desk import (
    OTHER_STREET,
    STREET,
    case_of,
    errors,
    journal,
    moved,
    opened,
    person,
    photo,
    picture,
    plain,
    words_on,
    world,
)
from tests.support import DISTRICT, app, login_as, use_database

SHANGHAI = ZoneInfo("Asia/Shanghai")
POINT = (121.442970, 31.237020)  # in street 310106006
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for the tests of this module."""
    with pytest.MonkeyPatch.context() as patch:
        yield use_database(patch, tmp_path_factory.mktemp("intake"))


@pytest.fixture
def store(shared: Engine) -> Engine:
    """The shared database, with no draft left from the test before."""
    with shared.begin() as connection:
        connection.exec_driver_sql("DELETE FROM drafts")
    return shared


def filled(at: AppTest, **more: Any) -> AppTest:
    """The form with everything a case needs, changed by `more`: widget key → value."""
    values = {"in_description": "路口有三袋垃圾", "in_street": STREET, "in_address": "演示路 1 号"} | more
    at.session_state["in_class"] = values.pop("in_class", "M06010")
    at.run()
    at.get_by_key("in_channel").set_value(values.pop("in_channel", at.get_by_key("in_channel").value)).run()
    for key, value in values.items():
        at.get_by_key(key).set_value(value)
        if key in ("in_street", "in_how"):
            at.run()
    return at.run()


def save(at: AppTest) -> AppTest:
    """Press the button at the end."""
    return next(b for b in at.button if (b.key or "").startswith("save_")).click().run()


def upload(at: AppTest, part: str, name: str, data: bytes) -> AppTest:
    """Put a file into an upload field."""
    field = next(f for f in at.file_uploader if (f.key or "").startswith(f"in_photos_{part}_"))
    return field.upload(name, data, "image/jpeg").run()


def done(at: AppTest) -> str:
    """The number of the case that was saved."""
    assert not at.exception
    assert errors(at) == []
    return str(at.session_state["_intake_done"])


def count(store: Engine) -> int:
    with store.connect().execution_options(reading=True) as connection:
        return int(connection.execute(select(func.count()).select_from(CASES)).scalar_one())


@pytest.mark.clause("2.3-15")
@pytest.mark.parametrize(
    ("login", "ways"),
    [
        ("qu", {"register"}),
        ("street", {"register", "self_handle"}),
        ("dept", {"report", "self_handle"}),
        ("unit", {"report", "self_handle"}),
        ("block", {"report", "self_handle"}),
        ("juwei", {"report", "self_handle"}),
        ("inspector", {"report", "self_handle"}),
    ],
)
def test_each_role_reports_in_its_ways_from_its_channels_in_its_area(
    monkeypatch: pytest.MonkeyPatch, store: Engine, login: str, ways: set[str]
) -> None:
    login_as(monkeypatch, store, login)
    me = person(store, login)
    at = app("intake").run()
    assert not at.exception
    assert set(
        at.get_by_key("in_how").proto.options and [o.content for o in at.get_by_key("in_how").proto.options]
    ) == {{"register": "登记案件", "report": "上报案件", "self_handle": "发现并当场处置"}[w] for w in ways}
    channels = [world().channels[c].name for c in allowed_channels(world(), me)]
    assert at.selectbox(key="in_channel").options == channels
    streets = at.selectbox(key="in_street").options
    assert len(streets) == (1 if me.street_code else 14)
    filled(at)
    no = done(save(at))
    case = case_of(store, no)
    assert (case.status, case.reporter_user) == (Status.FILED if "register" in ways else Status.REPORTED, me.user_id)
    entry = journal(store, no)[0]
    assert (entry.move, entry.actor_org) == ("register" if "register" in ways else "report", me.org)


@pytest.mark.clause("2.2-3", partly=True)
@pytest.mark.parametrize("code", ["H12345", "H12319", "MEDI"])
def test_a_channel_with_a_source_number_refuses_a_case_without_it_beside_the_field(
    monkeypatch: pytest.MonkeyPatch, store: Engine, code: str
) -> None:
    login_as(monkeypatch, store, "qu")
    at = filled(app("intake").run(), in_channel=code, in_standard="M06010-1")
    before = count(store)
    save(at)
    assert count(store) == before
    assert errors(at) == ["此渠道须填写来单编号。"]
    order = [getattr(e, "key", None) or e.type for e in at.main]
    assert order.index("error") == order.index("in_external") + 1
    assert at.text_area(key="in_description").value == "路口有三袋垃圾"
    number = f"QT{next(_numbers)}"
    at.text_input(key="in_external").set_value(number).run()
    case = case_of(store, done(save(at)))
    assert (case.channel, case.external_no) == (code, number)

    again = filled(app("intake").run(), in_channel=code, in_standard="M06010-1", in_external=number)
    save(again)
    assert any(case.no in e for e in errors(again))


def test_a_hotline_case_waits_for_an_answer_unless_the_form_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("intake").run()
    assert at.toggle(key="in_citizen").value is False
    at.get_by_key("in_channel").set_value("H12345").run()
    assert at.toggle(key="in_citizen").value is True
    at.toggle(key="in_citizen").set_value(False).run()
    assert at.toggle(key="in_citizen").value is False


@pytest.mark.parametrize(
    ("typed", "found"),
    [("暴露垃圾", "暴露垃圾"), ("bllj", "暴露垃圾"), ("baolulaji", "暴露垃圾"), ("M06010", "暴露垃圾"),
     ("06010", "暴露垃圾")],
)  # fmt: skip
def test_the_class_is_found_by_characters_pinyin_initials_and_code(
    monkeypatch: pytest.MonkeyPatch, store: Engine, typed: str, found: str
) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("intake").run()
    at.text_input(key="in_class_query").set_value(typed).run()
    assert found in [plain(o) for o in at.radio(key="in_class_list").options]


@pytest.mark.clause("2.3-1", partly=True)
@pytest.mark.clause("2.3-3")
def test_the_page_says_condition_limit_closing_condition_deadline_and_why_before_saving(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "qu")
    at = filled(app("intake").run(), in_class="C01001")
    standards = world().categories["C01001"].standards
    shown = [plain(o) for o in at.radio(key="in_standard").options]
    assert [s.condition in o and str(s.limit_value) in o for s, o in zip(standards, shown, strict=True)] == [True] * 4
    save(at)
    assert any("立案条件" in e for e in errors(at))
    for standard in standards[:2]:
        at.radio(key="in_standard").set_value(standard.id).run()
        text = plain(words_on(at))
        assert standard.closing_condition in text
        end = deadline(world().calendar, datetime.now(UTC), standard.limit_value, standard.limit_unit)
        assert (
            f"{end.due.astimezone(SHANGHAI):%Y-%m-%d}" in text or f"{end.due.astimezone(SHANGHAI):%-m月%-d日}" in text
        )
        assert "截止时间说明" in text or "为何是这个" in text or at.expander[0].label
    case = case_of(store, done(save(at)))
    assert (case.standard_id, case.limit_unit) == (standards[1].id, standards[1].limit_unit)
    assert isinstance(case.limit_unit, LimitUnit)


@pytest.mark.clause("2.3-16")
def test_the_page_says_which_unit_by_which_row_and_which_other_rows_fit(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    from datetime import date

    from domain.routing import Place, route

    login_as(monkeypatch, store, "qu")
    at = app("intake").run()
    for category_id in ("M06010", "C01001", "M09005"):
        filled(at, in_class=category_id)
        found = route(world(), world().categories[category_id], Place(STREET), date.today())
        text = plain(words_on(at))
        assert found.unit is not None
        assert found.unit.name in text
        if found.match is not None:
            assert found.match.rule.id in text
        for other in found.others:
            assert f"{other.rule.id} · {other.unit.name}" in text
        at.session_state["in_standard"] = None


def test_similar_cases_are_those_of_the_class_within_150_metres_and_30_days(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    now = datetime.now(UTC)
    metre = 1 / 0.11132  # millionths of a degree of latitude
    lng, lat = round(POINT[0] * 1e6), round(POINT[1] * 1e6)

    def at_metres(metres: float, days: float = 0, **more: Any) -> str:
        when = now - timedelta(days=days)
        return opened(
            store, at=when, found_at=when, lng_e6=lng, lat_e6=lat + round(metres * metre),
            **({"category_id": "M06036", "standard_id": None} | more),
        ).no  # fmt: skip

    inside, old = at_metres(149), at_metres(30, days=29.99)
    far, older, other = at_metres(151), at_metres(30, days=30.01), at_metres(10, category_id="M06010")
    voided = at_metres(5)
    moved(store, voided, "void")

    login_as(monkeypatch, store, "qu")
    at = pointed(filled(app("intake").run(), in_class="M06036"), *POINT)
    text = plain(words_on(at))
    similar = text[text.index("附近") :]
    assert [no in similar for no in (inside, old, far, older, other, voided)] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert "149 " in similar


def pointed(at: AppTest, lng: float, lat: float) -> AppTest:
    """The form with a point typed in."""
    at.number_input(key="in_map_lng").set_value(lng)
    at.number_input(key="in_map_lat").set_value(lat)
    return at.button(key="in_map_set").click().run()


def test_a_point_gives_the_street_by_its_boundary_and_one_outside_is_refused(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "qu")
    at = app("intake").run()
    other = world().streets[OTHER_STREET]
    pointed(at, other.label_lon, other.label_lat)
    assert at.selectbox(key="in_street").value == OTHER_STREET
    for lng, lat in ((121.8, 31.2), (0.0, 0.0), (-180.0, 90.0)):
        pointed(at, lng, lat)
        assert any("之外" in e or "不在" in e for e in errors(at)), errors(at)
    filled(at, in_street=OTHER_STREET, in_standard="M06010-1")
    case = case_of(store, done(save(at)))
    assert (case.street_code, case.lng_e6, case.lat_e6) == (
        OTHER_STREET, round(other.label_lon * 1e6), round(other.label_lat * 1e6),
    )  # fmt: skip


def test_a_street_officer_does_not_report_outside_the_street_town(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "street")
    at = filled(app("intake").run(), in_standard="M06010-1")
    other = world().streets[OTHER_STREET]
    pointed(at, other.label_lon, other.label_lat)
    before = count(store)
    save(at)
    assert count(store) == before
    assert any(other.name in e for e in errors(at)), errors(at)
    assert case_of(store, done(save(pointed(at, *POINT)))).street_code == STREET


@pytest.mark.clause("2.1-1")
@pytest.mark.clause("2.2-23")
@pytest.mark.clause("2.5-7", partly=True)
def test_found_and_handled_on_the_spot_is_one_form_with_photos_before_and_after(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "juwei")
    at = filled(app("intake").run(), in_how="self_handle")
    before = count(store)
    save(at)
    assert any("处置前" in e for e in errors(at)), errors(at)
    upload(at, "before", "before.jpg", picture("#111111"))
    save(at)
    assert any("处置后" in e for e in errors(at)), errors(at)
    upload(at, "after", "after.jpg", picture("#eeeeee"))
    save(at)
    assert any("请填写" in e for e in errors(at)), errors(at)
    assert count(store) == before
    at.text_area(key="in_result").set_value("当场劝离并清理")
    at.get_by_key("in_action").set_value("dissuaded").run()
    case = case_of(store, done(save(at)))
    assert (case.status, case.route, str(case.self_action), case.photos, case.committee_code) == (
        Status.APPRAISED, "A", "dissuaded", 2, "JM006002",
    )  # fmt: skip
    with store.connect().execution_options(reading=True) as connection:
        stages = connection.execute(select(PHOTOS.c.stage).where(PHOTOS.c.case_id == case.id)).scalars().all()
    assert sorted(stages) == ["after", "before"]
    assert [f.value for f in at.file_uploader] == [[]]  # nothing of it stays for the next report


@pytest.mark.clause("2.2-25", partly=True)
def test_a_residential_report_goes_up_to_the_street_centre_with_the_stations_action(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "juwei")
    no = done(save(filled(app("intake").run(), in_estate=True, in_social=True, in_citizen=True)))
    case = case_of(store, no)
    assert (case.status, str(case.self_action), case.committee_code, case.station_code) == (
        Status.REPORTED, "reported_up", "JM006002", "JQ01",
    )  # fmt: skip
    assert (case.estate, case.social, case.citizen) == (True, True, True)
    login_as(monkeypatch, store, "street")
    at = app("case", no=no).run()
    assert {"move_file", "move_accept_report"} <= {b.key for b in at.button}


def test_a_draft_comes_back_with_its_photos_after_a_broken_line_and_is_gone_when_discarded(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "street")
    typed = {"in_channel": "H12345", "in_external": "D1", "in_name": "王小明", "in_phone": "13900001111"}
    at = pointed(filled(app("intake").run(), in_standard="M06010-1", **typed), *POINT)
    at.datetime_input(key="in_found").set_value(datetime(2026, 11, 20, 8, 30)).run()
    upload(at, "before", "a.jpg", picture("#123456"))

    back = app("intake").run()
    assert not back.exception
    assert "草稿" in " ".join(m.value for m in back.markdown)
    assert back.text_area(key="in_description").value == "路口有三袋垃圾"
    assert {key: back.get_by_key(key).value for key in typed} == typed
    assert back.datetime_input(key="in_found").value == datetime(2026, 11, 20, 8, 30)
    assert back.session_state["_in_map_point"] == POINT
    assert [b.key for b in back.button if (b.key or "").startswith("drop_before_")] == [
        f"drop_before_{photo('#123456').sha256[:12]}"
    ]
    with store.connect().execution_options(reading=True) as connection:
        stored = connection.exec_driver_sql("SELECT sealed FROM drafts").scalars().all()
    assert not any("王小明".encode() in bytes(row) or "垃圾".encode() in bytes(row) for row in stored)

    back.button(key="discard").click().run()
    assert back.text_area(key="in_description").value == ""
    again = app("intake").run()
    assert again.text_area(key="in_description").value == ""
    assert not [b for b in again.button if (b.key or "").startswith("drop_")]


def test_a_draft_survives_a_visit_to_another_page_of_the_same_tab(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    from streamlit.util import calc_hash

    login_as(monkeypatch, store, "street")
    at = filled(app("intake").run())
    at._page_hash = calc_hash("about")
    at.run()
    at._page_hash = calc_hash("intake")
    at.run()
    assert at.text_area(key="in_description").value == "路口有三袋垃圾"
    assert at.text_input(key="in_address").value == "演示路 1 号"
    case = case_of(store, done(save(at)))
    assert case.description == "路口有三袋垃圾"


def test_a_photo_taken_out_of_the_field_is_out_of_the_draft(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "street")
    at = upload(filled(app("intake").run()), "before", "a.jpg", picture("#654321"))
    next(f for f in at.file_uploader if (f.key or "").startswith("in_photos_before")).clear().run()
    assert not [b for b in at.button if (b.key or "").startswith("drop_")]
    assert case_of(store, done(save(at))).photos == 0


def test_the_same_submission_sent_again_makes_one_case(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "street")
    at = filled(app("intake").run(), in_standard="M06010-1")
    button = next(b for b in at.button if (b.key or "").startswith("save_"))
    before = count(store)
    for _ in range(3):  # late taps send what stood in the form once more
        button.click().run()
    assert count(store) == before + 1
    assert at.text_area(key="in_description").value == ""


def test_a_case_saved_just_before_the_line_broke_is_not_saved_twice(
    monkeypatch: pytest.MonkeyPatch, store: Engine
) -> None:
    login_as(monkeypatch, store, "street")
    me = person(store, "street")
    at = filled(app("intake").run(), in_standard="M06010-1")
    drafts = Drafts(store, DISTRICT, me.user_id, "intake")
    kept = drafts.fields()
    assert kept is not None
    assert at.run().session_state["_key:intake"] == kept["_key"]
    first = done(save(at))
    drafts.save(kept, datetime.now(UTC))  # as it stands when the process dies between the commit and the clearing
    before = count(store)

    back = app("intake").run()
    assert back.text_area(key="in_description").value == "路口有三袋垃圾"
    assert done(save(back)) == first
    assert count(store) == before
    drafts.save(kept, datetime.now(UTC))  # the same account on a second tablet, where it became another report
    other = app("intake").run()
    other.text_area(key="in_description").set_value("桥下有积水").run()
    second = done(save(other))
    assert second != first
    assert case_of(store, second).description == "桥下有积水"


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [(1, "晚于当前"), (24 * 400, "晚于当前"), (-24 * 367, "一年"), (-2, None)],
)
def test_the_time_found_is_local_time_that_lies_within_the_past_year(
    monkeypatch: pytest.MonkeyPatch, store: Engine, hours: int, sentence: str | None
) -> None:
    login_as(monkeypatch, store, "street")
    local = (datetime.now(SHANGHAI) + timedelta(hours=hours)).replace(tzinfo=None, second=0, microsecond=0)
    at = filled(app("intake").run(), in_standard="M06010-1", in_found=local)
    before = count(store)
    save(at)
    if sentence is not None:
        assert any(sentence in e for e in errors(at)), errors(at)
        assert count(store) == before
        order = [getattr(e, "key", None) or e.type for e in at.main]
        assert order.index("error") == order.index("in_found") + 1
        return
    assert case_of(store, done(at)).reported_at == local.replace(tzinfo=SHANGHAI).astimezone(UTC)


def test_a_report_without_a_time_was_found_now(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "street")
    case = case_of(store, done(save(filled(app("intake").run(), in_standard="M06010-1"))))
    assert abs(case.reported_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_draft_of_another_post_does_not_break_the_form(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    """Codes that this person may not choose, or that no longer exist, are dropped; texts stay."""
    me = person(store, "street")
    Drafts(store, DISTRICT, me.user_id, "intake").save(
        {
            "in_how": "nonsense", "in_class": "M99999", "in_standard": "x", "in_channel": "NOPE", "in_street": "x",
            "in_committee": "x", "in_action": "x", "in_description": "留下的文字", "in_lng": "0", "in_lat": "0",
        },
        datetime.now(UTC),
    )  # fmt: skip
    login_as(monkeypatch, store, "street")
    at = app("intake").run()
    assert not at.exception
    assert at.text_area(key="in_description").value == "留下的文字"
    assert at.selectbox(key="in_street").value == STREET
    assert done(save(filled(at, in_standard="M06010-1")))
