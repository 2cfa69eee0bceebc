"""Bad input on the intake page: a sentence at the field that is at fault, and nothing half-saved."""

import io
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import Engine, func, select
from streamlit.testing.v1 import AppTest

from db.execute import CASES, CONTACTS, PHOTOS
from db.journal import JOURNAL
from db.models.cases import PhotoBytes
from tests.pages.desk import STREET, case_of, errors, opened, picture, plain, words_on, world
from tests.pages.test_intake import done, filled, save, upload
from tests.support import app, login_as, use_database


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for the tests of this module."""
    with pytest.MonkeyPatch.context() as patch:
        yield use_database(patch, tmp_path_factory.mktemp("bad"))


@pytest.fixture
def store(shared: Engine) -> Engine:
    """The shared database, with no draft left from the test before."""
    with shared.begin() as connection:
        connection.exec_driver_sql("DELETE FROM drafts")
    return shared


def rows(store: Engine) -> tuple[int, ...]:
    """How many rows everything has that a case is made of."""
    tables = (CASES, JOURNAL, PHOTOS, CONTACTS, PhotoBytes.__table__)
    with store.connect().execution_options(reading=True) as connection:
        return tuple(connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables)


def place_of_error(at: AppTest) -> str:
    """The key of the input that stands right above the sentence."""
    order = [str(getattr(e, "key", None) or e.type) for e in at.main if e.type not in ("flex_container",)]
    return order[order.index("error") - 1]


HOTLINE = {"in_channel": "H12345", "in_standard": "M06010-1"}
FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"in_description": ""}, "in_description", "请填写"),
    ({"in_description": " \n\t "}, "in_description", "请填写"),
    ({"in_description": "坏\x07字"}, "in_description", "控制字符"),
    ({"in_description": "空\x00字"}, "in_description", "控制字符"),
    ({"in_description": "半\x9b字"}, "in_description", "控制字符"),
    ({"in_address": ""}, "in_address", "请填写"),
    ({"in_address": "坏\x1b[31m"}, "in_address", "控制字符"),
    ({"in_street": None}, "in_street", "街镇"),
    ({**HOTLINE, "in_external": "  "}, "in_external", "编号"),
    ({**HOTLINE, "in_external": "a\x00b"}, "in_external", "控制字符"),
    ({**HOTLINE, "in_external": "B1", "in_name": "王", "in_phone": "abc"}, "in_phone", "电话"),
    ({**HOTLINE, "in_external": "B2", "in_name": "王", "in_phone": ""}, "in_phone", "电话"),
    ({**HOTLINE, "in_external": "B3", "in_name": "王\x07", "in_phone": "13900001111"}, "in_phone", "控制字符"),
    ({**HOTLINE, "in_external": "B4", "in_name": "王", "in_phone": "1; DROP TABLE x"}, "in_phone", "电话"),
    ({"in_found": datetime(2030, 1, 1, 8, 0)}, "in_found", "晚于当前"),
    ({"in_found": datetime(2020, 1, 1, 8, 0)}, "in_found", "一年"),
]


@pytest.mark.parametrize(("values", "field", "sentence"), FAULTS)
def test_a_fault_gets_its_sentence_at_its_field_and_nothing_is_saved(
    monkeypatch: pytest.MonkeyPatch, store: Engine, values: dict[str, Any], field: str, sentence: str
) -> None:
    login_as(monkeypatch, store, "qu")
    at = filled(app("intake").run(), **({"in_standard": "M06010-1"} | values))
    before = rows(store)
    save(at)
    assert not at.exception
    assert len(errors(at)) == 1
    assert sentence in errors(at)[0]
    assert place_of_error(at) == field
    assert rows(store) == before
    for key, value in values.items():
        assert at.get_by_key(key).value == value
    at.run()
    assert errors(at) == []


@pytest.mark.parametrize(
    ("key", "text", "limit"),
    [
        ("in_description", "字" * 1001, "1,000"),
        ("in_address", "路" * 201, "200"),
        ("in_external", "9" * 61, "60"),
        ("in_name", "名" * 41, "40"),
        ("in_phone", "1" * 21, "20"),
    ],
)
def test_a_text_over_its_limit_is_refused_beside_its_field_and_stays(
    monkeypatch: pytest.MonkeyPatch, store: Engine, key: str, text: str, limit: str
) -> None:
    login_as(monkeypatch, store, "qu")
    before = rows(store)
    values = {"in_channel": "H12345", "in_external": "2026112400001", "in_phone": "13800000000", key: text}
    at = save(filled(app("intake").run(), **values))
    assert len(errors(at)) == 1
    assert limit in errors(at)[0]
    assert place_of_error(at) == ("in_phone" if key == "in_name" else key)  # the two stand in one row
    assert rows(store) == before
    assert at.get_by_key(key).value == text


def test_a_report_without_a_class_says_so_at_the_picker(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "qu")
    before = rows(store)
    at = save(app("intake").run())
    assert len(errors(at)) == 1
    assert errors(at) == ["请选择案件分类。"]
    assert rows(store) == before


def _bomb() -> bytes:
    """A PNG of a few kilobytes that unpacks to 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _with_gps(lng: float, lat: float) -> bytes:
    image, stream, exif = Image.new("RGB", (80, 60), "#778899"), io.BytesIO(), Image.Exif()

    def dms(value: float) -> tuple[float, float, float]:
        minutes = (value % 1) * 60
        return float(int(value)), float(int(minutes)), (minutes % 1) * 60

    exif.get_ifd(0x8825).update({1: "N", 2: dms(lat), 3: "E", 4: dms(lng)})
    exif[0x0110] = "SECRET-CAMERA"
    image.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


FILES = {
    "not a photo": ("a.jpg", b"MZ\x90 this is a program", "不是照片"),
    "a page": ("a.jpg", b"<html><script>alert(1)</script></html>", "不是照片"),
    "svg": ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是照片"),
    "empty": ("a.jpg", b"", ""),
    "cut off": ("a.jpg", picture()[:200], ""),
    "wrong name": ("a.jpg", picture(name="x.png"), "扩展名"),
    "11 MB": ("a.jpg", picture() + b"\0" * 11 * 1024 * 1024, "10"),
    "30 MB": ("a.jpg", picture() + b"\0" * 30 * 1024 * 1024, "10"),
    "bomb": ("a.png", _bomb(), "像素"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_used_gets_a_sentence_and_the_case_goes_without_it(
    monkeypatch: pytest.MonkeyPatch, store: Engine, name: str
) -> None:
    file, data, sentence = FILES[name]
    login_as(monkeypatch, store, "street")
    at = upload(filled(app("intake").run(), in_standard="M06010-1"), "before", file, data)
    assert not at.exception
    assert len(errors(at)) == 1
    assert file in errors(at)[0]
    assert sentence in errors(at)[0].replace(" ", "").replace("MB", "")
    before = rows(store)
    save(at)
    no = str(at.session_state["_intake_done"])
    assert case_of(store, no).photos == 0
    assert [b - a for a, b in zip(before, rows(store), strict=True)] == [1, 1, 0, 0, 0]


def test_the_place_in_a_photo_is_offered_and_stripped(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    street = world().streets[STREET]
    login_as(monkeypatch, store, "street")
    at = filled(app("intake").run(), in_standard="M06010-1")
    upload(at, "before", "a.jpg", _with_gps(street.label_lon, street.label_lat))
    assert "_in_map_point" not in at.session_state or at.session_state["_in_map_point"] is None
    offer = next(b for b in at.button if (b.key or "").endswith("_place"))
    offer.click().run()
    lng, lat = at.session_state["_in_map_point"]
    assert (round(lng, 4), round(lat, 4)) == (round(street.label_lon, 4), round(street.label_lat, 4))
    case = case_of(store, done(save(at)))
    assert case.lng_e6 == round(lng * 1e6)
    with store.connect().execution_options(reading=True) as connection:
        query = select(PhotoBytes.jpeg).join(PHOTOS, PHOTOS.c.sha256 == PhotoBytes.sha256)
        kept = bytes(connection.execute(query.where(PHOTOS.c.case_id == case.id)).scalar_one())
    assert b"SECRET-CAMERA" not in kept
    assert not dict(Image.open(io.BytesIO(kept)).getexif())


def test_a_place_in_a_photo_that_lies_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "street")
    at = filled(app("intake").run(), in_standard="M06010-1")
    upload(at, "before", "a.jpg", _with_gps(116.39, 39.9))
    next(b for b in at.button if (b.key or "").endswith("_place")).click().run()
    assert any(world().district_name in e for e in errors(at))
    assert case_of(store, done_without_errors(save(at))).lng_e6 is None


def done_without_errors(at: AppTest) -> str:
    """The number of the case that was saved, whatever the map still says."""
    assert not at.exception
    return str(at.session_state["_intake_done"])


TYPED = (
    "**粗** <b>x</b> ![图](http://evil.invalid/1.png) [x](javascript:alert(1)) $x^2$ :red[红] `c` <script>1</script>"
)


def test_markdown_and_html_are_stored_and_shown_as_typed(monkeypatch: pytest.MonkeyPatch, store: Engine) -> None:
    login_as(monkeypatch, store, "street")
    at = filled(app("intake").run(), in_standard="M06010-1", in_description=TYPED, in_address=TYPED)
    no = done(save(at))
    assert (case_of(store, no).description, case_of(store, no).address) == (TYPED, TYPED)
    page = app("case", no=no).run()
    assert [t.value for t in page.text if TYPED in t.value] != []
    for element in (*page.markdown, *page.caption, *page.title):
        assert "![图](http" not in element.value
        assert "<script>" not in element.value or "\\<script" in element.value
    assert "evil" in plain(words_on(page))


@pytest.mark.parametrize("page", ["board", "case", "cases", "intake", "home"])
@pytest.mark.parametrize("lang", ["xx", "en", "../../etc", "zh_CN\x00"])
def test_a_language_that_does_not_exist_is_ignored(
    monkeypatch: pytest.MonkeyPatch, store: Engine, page: str, lang: str
) -> None:
    no = opened(store, at=datetime.now(UTC)).no
    login_as(monkeypatch, store, "inspector")
    at = app(page, lang=lang, no=no).run()
    assert not at.exception
