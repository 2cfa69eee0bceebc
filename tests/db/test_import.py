"""Taking over cases from a file: what becomes of each row, on both databases."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from db.execute import CASES, Act, execute
from db.imports import run as running
from db.imports.mapping import read_map
from db.imports.run import inert, run
from db.journal import JOURNAL, chain_fault, rows_of
from db.queries.listing import newest
from db.queries.scope import scope_of
from db.settings import ROOT
from domain.people import Role
from domain.text import BadReference, Refused
from tests.db.commands import WORLD, dump, key, open_case, replayed, stored
from tests.steps import ANSWERS
from tests.worlds import DISTRICT, actor, local

NOW = local("2026-11-23 10:00")
HEAD = ["编号", "类别", "来源", "内容", "地点", "时间", "截止", "办结", "经度", "纬度", "街道", "结果"]
GOOD = ["A1", "垃圾", "热线", "路边有垃圾", "测试路 1 号", "2026-11-20 09:00", "2026-11-20 13:00", "2026-11-20 12:00",
        "", "", "六号街道", "已清运"]  # fmt: skip
MAP = """
[source]
name = "old-system"
time_formats = ["%Y-%m-%d %H:%M"]
empty = ["NULL"]

[fields]
external_no = { column = "编号" }
category = { column = "类别", table = "category" }
channel = { column = "来源", table = "channel", default = "INSP" }
description = { template = "{内容}" }
address = { column = "地点" }
opened_at = { column = "时间" }
due_at = { column = "截止" }
closed_at = { column = "办结" }
lng = { column = "经度" }
lat = { column = "纬度" }
street = { column = "街道", table = "street" }
result = { column = "结果" }
citizen = { constant = "是" }

[tables.category]
"垃圾" = "M06010"
"占道" = "M09006"
[tables.channel]
"热线" = "H12345"
[tables.street]
"六号街道" = "310106006"
"""


def row(**more):
    values = dict(zip(HEAD, GOOD, strict=True)) | more
    return [values[name] for name in HEAD]


@pytest.fixture
def place(tmp_path):
    """A folder with the map; writes files and imports them."""
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    return tmp_path


def as_csv(folder: Path, rows, name="cases.csv", encoding="utf-8", head=HEAD) -> Path:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    (folder / name).write_bytes(out.getvalue().encode(encoding))
    return folder / name


def as_xlsx(folder: Path, rows, name="cases.xlsx", head=HEAD) -> Path:
    book = openpyxl.Workbook()
    for line in [head, *rows]:
        book.active.append(line)
    book.save(folder / name)
    return folder / name


def take(store, file: Path, **more):
    values = {"at": NOW, "rejects": file.parent / "rejects.csv"} | more
    return run(store, WORLD, file, file.parent / "map.toml", **values)


def rejected(folder: Path):
    with (folder / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(int(r["row"]), r["external_no"], r["reasons"]) for r in csv.DictReader(file)]


def counts(report):
    return report.rows, report.taken, report.known, report.rejected


def test_a_closed_case_keeps_its_times_as_entries_marked_imported(store, place):
    report = take(store, as_csv(place, [row()]))
    assert (counts(report), report.closed, report.opened) == ((1, 1, 0, 0), 1, 0)
    case = stored(store, "TS26112000600001")
    opened, due, closed = (local(f"2026-11-20 {t}") for t in ("09:00", "13:00", "12:00"))
    assert (case.reported_at, case.whole_due_at, case.closed_at, case.done_at) == (opened, due, closed, closed)
    assert (case.whole_yellow_at, case.closed_day) == (local("2026-11-20 12:12"), 20261120)
    assert (case.handled_on_time, case.whole_on_time, case.imported) == (True, True, True)
    assert (case.status, case.external_source, case.external_no) == ("appraised", "old-system", "A1")
    assert (case.channel, case.street_code, case.citizen) == ("H12345", "310106006", True)
    assert replayed(store, case) == case
    with store.connect() as connection:
        rows = rows_of(connection, DISTRICT, case.id)
    assert [(r["seq"], r["move"], r["at"], r["day"], r["imported"]) for r in rows] == [
        (1, "import", opened, 20261120, True),
        (2, "import_closed", closed, 20261120, True),
    ]
    assert rows[1]["answers"] == {"result": "已清运"}
    assert chain_fault(rows) is None


def test_an_open_case_waits_for_dispatch_with_the_due_time_it_had_and_can_be_ordered(store, place):
    take(store, as_csv(place, [row(办结="NULL")]))
    case = stored(store, "TS26112000600001")
    due = local("2026-11-20 13:00")
    assert (case.status, case.whole_due_at, case.stage_due_at, case.done_at) == ("filed", due, due, None)
    by = actor(WORLD, Role.DISTRICT_OFFICER)
    execute(store, WORLD, Act(key(), by, NOW, "dispatch", case.no, 1, ANSWERS["dispatch"]))
    assert stored(store, case.no).status == "dispatched"


def test_without_a_due_time_the_limit_of_the_class_gives_it_and_no_verdict_is_made(store, place):
    take(store, as_csv(place, [row(截止=""), row(编号="A2", 截止="", 办结="")]))
    closed, waiting = stored(store, "TS26112000600001"), stored(store, "TS26112000600002")
    worked_out = local("2026-11-20 14:00") + timedelta(minutes=45)
    assert (closed.whole_due_at, waiting.whole_due_at) == (worked_out, worked_out)
    assert (closed.handled_on_time, closed.whole_on_time) == (None, None)


@pytest.mark.parametrize(("closed", "on_time"), [("13:00", True), ("13:01", False)])
def test_on_time_is_judged_at_the_due_time_of_the_other_system(store, place, closed, on_time):
    take(store, as_csv(place, [row(办结=f"2026-11-20 {closed}")]))
    case = stored(store, "TS26112000600001")
    assert (case.handled_on_time, case.whole_on_time) == (on_time, on_time)


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_the_same_file_twice_changes_nothing(store, place, make):
    file = make(place, [row(编号=f"A{n}") for n in range(7)] + [row(编号="A3")])
    assert counts(take(store, file)) == (8, 7, 1, 0)
    before = dump(store)
    assert counts(take(store, file)) == (8, 0, 8, 0)
    assert dump(store) == before


def test_a_dry_run_says_the_same_and_writes_nothing(store, place):
    file = as_csv(place, [row(编号=f"A{n}") for n in range(5)] + [row(编号="A3"), row(编号="")])
    before = dump(store)
    dry = take(store, file, dry_run=True)
    assert (counts(dry), dry.dry_run) == ((7, 5, 1, 1), True)
    assert dump(store) == before
    assert counts(take(store, file)) == counts(dry)


ROWS = [
    ({"编号": " "}, "External number: is empty."),
    ({"编号": "1" * 61}, "External number: has 61 characters, at most 60 fit."),
    ({"类别": "噪声"}, "Class: the table of the map does not know “噪声”."),
    ({"类别": ""}, "Class: is empty."),
    ({"内容": ""}, "Description: is empty."),
    ({"内容": "字" * 1001}, "Description: has 1001 characters, at most 1000 fit."),
    ({"内容": "a\x01b"}, "Description: contains control characters."),
    ({"地点": "字" * 201}, "Address: has 201 characters, at most 200 fit."),
    ({"时间": ""}, "Time opened: is empty."),
    ({"时间": "2026/11/20"}, "Time opened: “2026/11/20” is not a time of the map's formats."),
    ({"时间": "1066-10-14 09:00", "截止": ""}, "Time opened: “1066-10-14 09:00” is not a time of the map's formats."),
    ({"时间": "2026-11-23 10:01", "截止": "", "办结": ""}, "Time opened: lies in the future."),
    ({"办结": "2026-11-23 10:01"}, "Time closed: lies in the future."),
    ({"办结": "2026-11-20 08:59"}, "Time closed: lies before the time opened."),
    ({"截止": "2026-11-20 08:59"}, "Time due: lies before the time opened."),
    ({"街道": "七号街道"}, "Street-town: the table of the map does not know “七号街道”."),
    ({"经度": "121.45"}, "Latitude: a point needs longitude and latitude."),
    ({"经度": "121.45", "纬度": "north"}, "Latitude: “north” is not a coordinate in degrees."),
    ({"经度": "121.45", "纬度": "nan"}, "Latitude: “nan” is not a coordinate in degrees."),
    ({"经度": "200", "纬度": "31.2"}, "Longitude: “200” is not a coordinate in degrees."),
    ({"经度": "0", "纬度": "0"}, "Longitude: the point lies outside the district."),
    ({"内容": '=HYPERLINK("x")'}, "Column 内容: the cell holds a formula."),
]


def test_every_fault_is_told_with_its_row_and_nothing_of_the_row_is_kept(store, place):
    report = take(store, as_csv(place, [row(**{"编号": f"B{n}"} | more) for n, (more, _) in enumerate(ROWS)]))
    assert counts(report) == (len(ROWS), 0, 0, len(ROWS))
    assert [(number, reason) for number, _, reason in rejected(place)] == [
        (n, reason) for n, (_, reason) in enumerate(ROWS, start=2)
    ]
    with store.connect() as connection:
        assert connection.execute(select(CASES.c.no)).all() == []
        assert connection.execute(select(JOURNAL.c.seq)).all() == []


def test_all_faults_of_a_row_stand_on_its_line_and_good_rows_are_taken(store, place):
    file = as_csv(place, [row(), row(编号="A2", 内容="", 街道="", 类别="x"), row(编号="A3")])
    report = take(store, file)
    assert counts(report) == (3, 2, 0, 1)
    assert rejected(place) == [
        (3, "A2", "Description: is empty. Class: the table of the map does not know “x”. Street-town: is empty.")
    ]
    assert report.reasons == {
        "Description: is empty.": 1,
        "Class: the table of the map does not know “{value}”.": 1,
        "Street-town: is empty.": 1,
    }


def test_times_just_at_the_limits_are_taken(store, place):
    at = "2026-11-23 10:00"
    report = take(store, as_csv(place, [row(时间=at, 截止=at, 办结=at)]))
    assert counts(report) == (1, 1, 0, 0)


def test_a_point_gives_the_street_town_by_its_polygon(store, place):
    take(store, as_csv(place, [row(经度="121.45", 纬度="31.27", 街道="六号街道")]))
    case = stored(store, "TS26112001100001")
    assert (case.street_code, case.lng_e6, case.lat_e6) == ("310106011", 121_450_000, 31_270_000)


def test_a_point_outside_can_be_dropped_for_a_street_town_that_the_map_names(store, place):
    (place / "map.toml").write_text(MAP + '[place]\noutside = "drop_point"\n', encoding="utf-8")
    take(store, as_csv(place, [row(经度="-73.9", 纬度="40.8")]))
    case = stored(store, "TS26112000600001")
    assert (case.street_code, case.lng_e6, case.lat_e6) == ("310106006", None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_the_encoding_is_found(store, place, encoding):
    take(store, as_csv(place, [row(地点="静安区昌平路")], encoding=encoding))
    assert stored(store, "TS26112000600001").address == "静安区昌平路"


def test_a_file_in_no_known_encoding_is_refused_before_any_row(store, place):
    (place / "cases.csv").write_bytes(",".join(HEAD).encode() + b"\nA1,\xff\xff\x80\n")
    with pytest.raises(Refused, match=r"cases.csv cannot be read as utf-8-sig / gb18030: save it as UTF-8."):
        take(store, place / "cases.csv")


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_missing_columns_are_named_before_any_row(store, place, make):
    file = make(place, [], head=["编号", "类别"])
    with pytest.raises(Refused) as refused:
        take(store, file)
    assert str(refused.value) == "The file has no column 来源, 内容, 地点, 时间, 截止, 办结, 经度, 纬度, 街道, 结果."
    assert not (place / "rejects.csv").exists()


def test_a_column_that_occurs_twice_is_refused(store, place):
    with pytest.raises(Refused, match="more than one column 编号"):
        take(store, as_csv(place, [], head=[*HEAD, "编号"]))


def test_a_file_that_is_not_there_is_said(store, place):
    with pytest.raises(Refused, match=r"There is no file nothing\.csv"):
        take(store, place / "nothing.csv")


def test_texts_of_several_lines_quotes_and_markup_are_kept_as_typed(store, place):
    body = '第一行\n"引用", <b>粗</b> **x** [a](http://b)'
    take(store, as_csv(place, [row(内容=body)]))
    assert stored(store, "TS26112000600001").description == body


def test_a_row_with_too_few_cells_is_rejected_and_a_blank_line_is_not_counted(store, place):
    file = as_csv(place, [row(), ["A2", "x"], row(编号="A3")])
    file.write_bytes(file.read_bytes() + b"\r\n")
    assert counts(take(store, file)) == (3, 2, 0, 1)
    assert rejected(place) == [(3, "", "The row has 2 cells, the head has 12.")]


def test_us_times_of_twelve_hours_and_another_time_zone_are_understood(store, place):
    text = MAP.replace('"%Y-%m-%d %H:%M"', '"%m/%d/%Y %I:%M:%S %p"').replace(
        "empty =", 'zone = "America/New_York"\nempty ='
    )
    (place / "map.toml").write_text(text, encoding="utf-8")
    take(store, as_csv(place, [row(时间="05/01/2026 12:30:00 AM", 截止="", 办结="05/01/2026 12:00:00 PM")]))
    with store.connect() as connection:
        case = connection.execute(select(CASES)).mappings().one()
    assert case["reported_at"] == datetime(2026, 5, 1, 4, 30, tzinfo=UTC)
    assert case["closed_at"] == datetime(2026, 5, 1, 16, tzinfo=UTC)
    assert case["report_day"] == 20260501


def test_days_in_a_column_are_added_to_a_time(store, place):
    text = MAP.replace('closed_at = { column = "办结" }', 'closed_at = { column = "时间", plus_days = "办结" }')
    (place / "map.toml").write_text(text, encoding="utf-8")
    file = as_csv(place, [row(办结="2"), row(编号="A2", 办结="NULL"), row(编号="A3", 办结="two")])
    assert counts(take(store, file)) == (3, 2, 0, 1)
    assert stored(store, "TS26112000600001").closed_at == local("2026-11-22 09:00")
    assert stored(store, "TS26112000600002").closed_at is None
    assert rejected(place) == [(4, "A3", "Time closed: “two” is not a number of days.")]


def test_a_long_text_is_cut_when_the_map_says_so(store, place):
    (place / "map.toml").write_text(MAP.replace('"{内容}" }', '"{内容}", cut = true }'), encoding="utf-8")
    take(store, as_csv(place, [row(内容="字" * 1001)]))
    assert stored(store, "TS26112000600001").description == "字" * 999 + "…"


def test_xlsx_dates_and_numbers_are_read_as_what_they_are(store, place):
    at = datetime(2026, 11, 20, 9)
    take(
        store,
        as_xlsx(place, [row(编号=54049402, 时间=at, 截止=None, 办结=at + timedelta(hours=1), 经度=121.45, 纬度=31.22)]),
    )
    case = stored(store, "TS26112000600001")
    assert (case.external_no, case.reported_at) == ("54049402", local("2026-11-20 09:00"))
    assert (case.lng_e6, case.lat_e6) == (121_450_000, 31_220_000)


def test_a_formula_or_an_error_in_an_xlsx_cell_rejects_its_row_only(store, place):
    file = as_xlsx(place, [row(内容="=1+1"), row(编号="A2"), row(编号="A3", 地点="#DIV/0!")])
    assert counts(take(store, file)) == (3, 1, 0, 2)
    assert [(n, why) for n, _, why in rejected(place)] == [
        (2, "Column 内容: the cell holds a formula."),
        (4, "Column 地点: the cell holds an error."),
    ]


def test_a_file_that_unpacks_to_far_too_much_is_refused_before_it_is_unpacked(store, place):
    with zipfile.ZipFile(place / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(Refused, match="unpacks to far more than it should"):
        take(store, place / "bomb.xlsx")


def test_entities_in_an_xlsx_are_refused(store, place):
    file = as_xlsx(place, [row()])
    bad = place / "entities.xlsx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(bad, "w") as new:
        for member in old.namelist():
            data = old.read(member)
            if member == "xl/worksheets/sheet1.xml":
                bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
                data = bomb + data.replace(b"<sheetData>", b"<!-- x --><sheetData>")
            new.writestr(member, data)
    with pytest.raises(Refused, match="cannot be read as XLSX"):
        take(store, bad)


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0 old"])
def test_a_broken_or_old_excel_file_is_said(store, place, content):
    (place / "old.xlsx").write_bytes(content)
    with pytest.raises(Refused, match="XLSX"):
        take(store, place / "old.xlsx")


def test_a_run_that_was_stopped_goes_on_where_it_was(store, place, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 3)
    file = as_csv(place, [row(编号=f"A{n}") for n in range(8)])

    write = running.write_batch
    batches = []

    def breaking(*args):
        batches.append(1)
        if len(batches) == 2:
            write(*args)
            raise KeyboardInterrupt
        return write(*args)

    monkeypatch.setattr(running, "write_batch", breaking)
    with pytest.raises(KeyboardInterrupt):
        take(store, file)
    with store.connect() as connection:
        assert len(connection.execute(select(CASES.c.no)).all()) == 3
    assert counts(take(store, file)) == (8, 5, 3, 0)
    with store.connect() as connection:
        numbers = connection.execute(select(CASES.c.no).order_by(CASES.c.no)).scalars().all()
    assert numbers == [f"TS261120006{n:05d}" for n in range(1, 9)]


def test_numbers_go_on_where_the_day_stood_and_texts_are_found(store, place):
    at = local("2026-11-20 09:30")
    open_case(store, at=at, found_at=at)
    take(store, as_csv(place, [row(内容="下水道冒溢")]))
    scope = scope_of(actor(WORLD, Role.DISTRICT_OFFICER), DISTRICT)
    with store.connect() as connection:
        assert [r.no for r in newest(connection, scope, query="道冒").rows] == ["TS26112000600002"]
        assert [r.no for r in newest(connection, scope, query="A1").rows] == ["TS26112000600002"]


def test_progress_is_told_to_the_end(store, place):
    told = []
    file = as_csv(place, [row(编号=f"A{n}") for n in range(250)])
    take(store, file, progress=lambda done, of: told.append((done, of)))
    assert told == [(100, 251), (200, 251), (250, 250)]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("A1", "A1"), ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("＝1", "'＝1"), (" =1", "' =1"),
        ("\t=1", "'\t=1"), ("\rx", "'\rx"), ("", ""),
    ],
)  # fmt: skip
def test_nothing_in_the_rejects_file_is_taken_for_a_formula(cell, safe):
    assert inert(cell) == safe


def test_a_rejected_number_that_looks_like_a_formula_is_made_inert(store, place):
    take(store, as_csv(place, [row(编号="@SUM(A1)", 内容="")]))
    assert rejected(place) == [(2, "'@SUM(A1)", "Description: is empty.")]


def test_every_fault_of_a_map_is_listed_at_once(store, place):
    (place / "map.toml").write_text(
        """
[source]
name = ""
zone = "Mars/Base"
colour = 1
[fields]
external_no = { column = "a", constant = "b" }
category = { column = "a", table = "none" }
colour = { column = "a" }
lng = { column = "a", format = "x" }
description = { template = "{a" }
[place]
outside = "shrug"
[extra]
""",
        encoding="utf-8",
    )
    with pytest.raises(BadReference) as bad:
        take(store, as_csv(place, []))
    assert [fault.removeprefix("map.toml: ").split(":")[0].split(" needs")[0] for fault in bad.value.faults] == [
        "unknown section [extra]",
        "[source] has no key colour",
        "[source]",
        "[source] zone",
        "[place] outside",
        "[fields.external_no]",
        "[fields.category]",
        "[fields.colour]",
        "[fields.lng] has no key format",
        "[fields.description] template",
        "[fields.channel] is missing",
        "[fields.address] is missing",
        "[fields.opened_at] is missing",
        "[fields] lng and lat come together",
    ]


def test_a_map_that_is_no_toml_is_said(store, place):
    (place / "map.toml").write_text("[source", encoding="utf-8")
    with pytest.raises(BadReference, match=r"map\.toml"):
        take(store, as_csv(place, []))


@pytest.mark.parametrize("example", sorted((ROOT / "seeds" / "import_maps").glob("*.toml")), ids=lambda p: p.stem)
def test_the_example_maps_can_be_read(example):
    assert read_map(example).columns
