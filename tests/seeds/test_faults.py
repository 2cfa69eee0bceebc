"""Each kind of fault in the reference files is named with its file and line, and all of them at once."""

import shutil
from pathlib import Path

import pytest

from domain.text import BadReference
from seeds.reference import SEEDS, read

ORG = "districts/jingan/organisations.csv"
RULES = "districts/jingan/responsibility.csv"
TOML = "districts/jingan/district.toml"
STREETS = "districts/jingan/streets.csv"
COMMITTEES = "districts/jingan/committees_2016.csv"
SHAPES = "districts/jingan/streets.geojson"
BOM = "\ufeff"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for part in ("reference", "districts"):
        shutil.copytree(SEEDS / part, tmp_path / part)
    return tmp_path


def damage(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def faults(root: Path) -> list[str]:
    with pytest.raises(BadReference) as caught:
        read("jingan", root=root)
    return caught.value.faults


CASES = [
    (
        "a limit without its class",
        "reference/limits.csv",
        "M10002-1,GB/T 47678.5-2026,matter,10002",
        "M10002-1,GB/T 47678.5-2026,matter,10003",
        [
            "limits.csv, line 88: limit M10002-1 belongs to GB/T 47678.5-2026 M10003, which is not in the catalogue",
        ],
    ),
    (
        "a limit under another name",
        "reference/limits.csv",
        "C01001-1,GB/T 47678.5-2026,component,01001,供水井盖",
        "C01001-1,GB/T 47678.5-2026,component,01001,井盖",
        ["limits.csv, line 2: C01001 is called 供水井盖 in the catalogue, not 井盖"],
    ),
    (
        "a limit in an unknown unit",
        "reference/limits.csv",
        "2,urgent_hour",
        "2,fortnight",
        ["limits.csv, line 2: unknown limit_unit 'fortnight'"],
    ),
    (
        "a limit of nothing",
        "reference/limits.csv",
        "2,urgent_hour",
        "0,urgent_hour",
        ["limits.csv, line 2: limit_value '0' is not a whole number above zero"],
    ),
    (
        "a limit that comes twice",
        "reference/limits.csv",
        "C01001-2,",
        "C01001-1,",
        [
            "limits.csv, line 3: id 'C01001-1' is already on line 2",
            "limits_en.csv, line 3: C01001-2 is not a limit",
        ],
    ),
    (
        "a limit without English words",
        "reference/limits_en.csv",
        'C01001-3,Rocks audibly under traffic,"No rocking, no noise"\n',
        "",
        ["limits.csv, line 4: C01001-3 has no English words in limits_en.csv"],
    ),
    (
        "English words that are empty",
        "reference/limits_en.csv",
        "C01001-3,Rocks audibly under traffic,",
        "C01001-3,,",
        ["limits_en.csv, line 4: condition_en is empty"],
    ),
    (
        "a big class without an English name",
        "reference/big_classes_en.csv",
        "component,01,市政公用设施,Municipal utilities\n",
        "",
        ["catalogue.csv, line 2: big class component 01 has no English name in big_classes_en.csv"],
    ),
    (
        "an English name for another big class",
        "reference/big_classes_en.csv",
        "component,01,市政公用设施",
        "component,01,市政",
        ["big_classes_en.csv, line 2: component 01 is called 市政公用设施 in the catalogue, not 市政"],
    ),
    (
        "a street-town without an English name",
        "districts/jingan/streets_en.csv",
        "310106101,Pengpu Town\n",
        "",
        ["streets.csv, line 15: 310106101 has no English name in streets_en.csv"],
    ),
    (
        "a department without an English name",
        "districts/jingan/organisations_en.csv",
        "GAF,Jing'an Branch of the Municipal Public Security Bureau\n",
        "",
        ["organisations.csv, line 12: GAF has no English name in organisations_en.csv"],
    ),
    (
        "an English name for an unknown unit",
        "districts/jingan/organisations_en.csv",
        "JA,People's",
        "XX,People's",
        [
            "organisations_en.csv, line 2: XX is not known",
            "organisations.csv, line 2: JA has no English name in organisations_en.csv",
        ],
    ),
    (
        "a class of an unknown edition",
        "reference/catalogue.csv",
        "LOCAL,matter,09,街面秩序类,09999",
        "NATIONAL,matter,09,街面秩序类,09999",
        [
            "catalogue.csv, line 405: unknown standard_ref 'NATIONAL'",
            "limits.csv, line 96: limit M09999-1 belongs to LOCAL M09999, which is not in the catalogue",
        ],
    ),
    (
        "a fault class that mirrors no component",
        "reference/catalogue.csv",
        "供水井盖异常,,01001,",
        "供水井盖异常,,01000,",
        ["catalogue.csv, line 155: mirrors the component 01000, which does not exist"],
    ),
    (
        "a class outside its group",
        "reference/catalogue.csv",
        "component,05,其他管理部件,05009",
        "component,04,其他管理部件,05009",
        ["catalogue.csv, line 154: code 05009 is outside its group 04"],
    ),
    (
        "a class without an English name",
        "reference/catalogue_en.csv",
        "component,01001,供水井盖,Water supply manhole cover\n",
        "",
        ["catalogue.csv, line 2: component 01001 has no English name in catalogue_en.csv"],
    ),
    (
        "an English name that is empty",
        "reference/catalogue_en.csv",
        "Water supply manhole cover",
        "",
        ["catalogue_en.csv, line 2: name_en is empty"],
    ),
    (
        "an English name for another class",
        "reference/catalogue_en.csv",
        "component,01001,供水井盖",
        "component,01001,井盖",
        ["catalogue_en.csv, line 2: component 01001 is called 供水井盖 in the catalogue, not 井盖"],
    ),
    (
        "channel shares that do not add up",
        "reference/channels.csv",
        ",1,0,48,",
        ",1,0,47,",
        ["channels.csv: the shares add up to 99, not 100"],
    ),
    (
        "a channel in an unknown group",
        "reference/channels.csv",
        "Grid inspector patrol,active",
        "Grid inspector patrol,busy",
        ["channels.csv, line 2: unknown group 'busy'"],
    ),
    (
        "a day that is missing",
        "reference/workdays.csv",
        "2015-01-02,0,holiday,元旦,1\n",
        "",
        ["workdays.csv, line 3: 2015-01-03 does not follow 2015-01-01: a day is missing or out of order"],
    ),
    (
        "a holiday that is worked",
        "reference/workdays.csv",
        "2015-01-01,0,holiday",
        "2015-01-01,1,holiday",
        ["workdays.csv, line 2: 2015-01-01 is a holiday but is_workday is 1"],
    ),
    (
        "a day that is no date",
        "reference/workdays.csv",
        "2015-01-01,",
        "2015-01-00,",
        [
            "workdays.csv, line 2: date '2015-01-00' is not a date",
            "workdays.csv, line 3: 2015-01-02 does not follow 0001-01-01: a day is missing or out of order",
        ],
    ),
    (
        "a flag that is neither 1 nor 0",
        "reference/glossary.csv",
        "framework,1,",
        "framework,yes,",
        ["glossary.csv, line 2: unknown in_seed 'yes'"],
    ),
    (
        "a clause with words the opinion does not have",
        "reference/clauses.csv",
        "以开展综合治理标准化建设试点为抓手",
        "以开展综合治理标准化建设为抓手",
        ["clauses.csv, line 4: quote does not occur in the opinion: 以开展综合治理标准化建设为抓手"],
    ),
    (
        "a clause served by an unknown KPI",
        "reference/clauses.csv",
        "satisfaction_rate solved_rate",
        "satisfaction_rate solving_rate",
        ["clauses.csv, line 5: kpis names solving_rate, which does not exist"],
    ),
    (
        "a score of an unknown KPI",
        "reference/scores.csv",
        "结案率分值,closing_rate",
        "结案率分值,closing",
        ["scores.csv, line 3: unknown kpi_id 'closing'"],
    ),
    (
        "a unit under an unknown one",
        ORG,
        "市公安局静安分局,JA,",
        "市公安局静安分局,JB,",
        ["organisations.csv, line 12: GAF is under JB, which does not exist"],
    ),
    (
        "a unit above itself",
        ORG,
        "JD006,street,street_town,江宁路街道,JA,",
        "JD006,street,street_town,江宁路街道,JC006,",
        [
            "organisations.csv, line 30: JD006 is above itself: JC006 > JD006",
            "organisations.csv, line 44: JC006 is above itself: JC006 > JD006",
        ],
    ),
    (
        "a second root",
        ORG,
        "市公安局静安分局,JA,",
        "市公安局静安分局,,",
        ["organisations.csv, line 12: GAF has no parent, but JA is the root already"],
    ),
    (
        "a unit of an unknown kind",
        ORG,
        "GAF,district,department",
        "GAF,district,bureau",
        ["organisations.csv, line 12: unknown kind 'bureau'"],
    ),
    (
        "a second fallback unit for components",
        ORG,
        "市公安局静安分局,JA,,0,,1",
        "市公安局静安分局,JA,,0,component,1",
        ["organisations.csv: 2 units are fallback for components, expected 1"],
    ),
    (
        "a street-town without a fallback unit",
        ORG,
        "310106006,0,event,1",
        "310106006,0,,1",
        ["organisations.csv: 江宁路街道 has 0 fallback units for events, expected 1"],
    ),
    (
        "a committee in no street-town",
        COMMITTEES,
        "310106006002,新安居委会,310106006",
        "310106006002,新安居委会,310106007",
        [
            "committees_2016.csv, line 2: committee 310106006002 lies in the street-town '310106007', "
            "which does not exist",
            "committees_2016.csv, line 2: committee code '310106006002' is not twelve digits that begin with "
            "its street-town",
        ],
    ),
    (
        "a committee with another name",
        COMMITTEES,
        "新安居委会",
        "新安小区",
        ["committees_2016.csv, line 2: '新安小区' is not the name of a committee"],
    ),
    (
        "a rule for an unknown unit",
        RULES,
        "R-C01001,component,01001,,,GS,",
        "R-C01001,component,01001,,,XX,",
        ["responsibility.csv, line 2: rule R-C01001 names the unit XX, which does not exist"],
    ),
    (
        "a rule for a unit that takes no orders",
        RULES,
        "R-C01001,component,01001,,,GS,",
        "R-C01001,component,01001,,,DCS,",
        ["responsibility.csv, line 2: rule R-C01001 names the unit DCS, which takes no orders"],
    ),
    (
        "a rule for an unknown class",
        RULES,
        "R-C01001,component,01001",
        "R-C01001,component,01100",
        ["responsibility.csv, line 2: rule R-C01001 is for component 01100, which no class begins with"],
    ),
    (
        "a rule for an unknown stationed unit",
        RULES,
        "R-C01001,component,01001,,,GS,,",
        "R-C01001,component,01001,,,,水务所,",
        ["responsibility.csv, line 2: rule R-C01001 names the stationed unit 水务所, which no street-town has"],
    ),
    (
        "a rule with two owners",
        RULES,
        "R-C01001,component,01001,,,GS,,",
        "R-C01001,component,01001,,,GS,城管中队,",
        ["responsibility.csv, line 2: rule R-C01001 must name exactly one of org, agency and station"],
    ),
    (
        "a rule that ends before it begins",
        RULES,
        "GS,,,2016-04-09,,",
        "GS,,,2016-04-09,2016-04-09,",
        ["responsibility.csv, line 2: rule R-C01001 ends on 2016-04-09, before it begins"],
    ),
    (
        "a ring outside the district",
        SHAPES,
        "[121.4334391,31.2388457],[121.434221,",
        "[121.4334391,31.2388457],[122.434221,",
        ["streets.geojson: the ring of 310106006 leaves the bounds of the district"],
    ),
    (
        "a boundary of an unknown street-town",
        SHAPES,
        '"street_code":"310106006"',
        '"street_code":"310106007"',
        [
            "streets.csv, line 2: 310106006 has no boundary in streets.geojson",
            "streets.geojson: 310106007 is not in streets.csv",
        ],
    ),
    (
        "boundaries without their attribution",
        SHAPES,
        '"attribution":"© OpenStreetMap contributors"',
        '"attribution":""',
        ["streets.geojson: has no attribution"],
    ),
    (
        "a label point outside the district",
        STREETS,
        "121.44297,31.23702",
        "31.23702,121.44297",
        ["streets.csv, line 2: the label point of 310106006 is outside the bounds of the district"],
    ),
    (
        "working periods that overlap",
        TOML,
        '["13:00", "18:00"]',
        '["11:00", "18:00"]',
        ["district.toml: the working period 11:00-18:00 is empty, overlaps or is out of order"],
    ),
    ("a value that is missing", TOML, "case_prefix =", "prefix =", ["district.toml: case_prefix is missing"]),
    ("a stage limit that is missing", TOML, "register = 15\n", "", ["district.toml: limits: register is missing"]),
    (
        "a stage limit that is no number",
        TOML,
        "register = 15",
        "register = true",
        ["district.toml: limits: register True is not a whole number above zero"],
    ),
    (
        "an unknown time zone",
        TOML,
        "Asia/Shanghai",
        "Asia/Jingan",
        ["district.toml: unknown time zone 'Asia/Jingan'"],
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_fault_is_named(seeds: Path, file: str, old: str, new: str, expected: list[str]) -> None:
    damage(seeds, file, old, new)
    assert faults(seeds) == expected


def test_a_class_that_comes_twice_is_named_with_both_lines(seeds: Path) -> None:
    path = seeds / "reference" / "catalogue.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    assert faults(seeds) == ["catalogue.csv, line 415: kind code 'component 01001' is already on line 2"]


def test_a_row_with_too_many_cells_is_named(seeds: Path) -> None:
    damage(seeds, "reference/glossary.csv", "framework,1,", "framework,1,,")
    assert faults(seeds) == ["glossary.csv, line 2: 7 cells, expected 6"]


def test_another_header_is_named_once_and_not_for_every_row(seeds: Path) -> None:
    damage(seeds, "reference/glossary.csv", "term_zh,", "term,")
    assert faults(seeds) == [
        "glossary.csv: the header is 'term,term_en,code_name,group,in_seed,meaning', "
        "expected 'term_zh,term_en,code_name,group,in_seed,meaning'"
    ]


def test_a_file_in_another_encoding_is_named(seeds: Path) -> None:
    path = seeds / "reference" / "glossary.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert [fault.split(" at byte")[0] for fault in faults(seeds)] == ["glossary.csv: is not UTF-8"]


def test_a_byte_order_mark_is_named(seeds: Path) -> None:
    path = seeds / "reference" / "glossary.csv"
    path.write_text(BOM + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert faults(seeds) == ["glossary.csv: starts with a byte-order mark"]


def test_a_missing_file_is_named(seeds: Path) -> None:
    (seeds / "reference" / "glossary.csv").unlink()
    assert faults(seeds) == ["glossary.csv: the file is missing"]


def test_a_missing_district_is_named(seeds: Path) -> None:
    with pytest.raises(BadReference) as caught:
        read("nowhere", root=seeds)
    assert caught.value.faults == ["there is no district folder 'nowhere'"]


def test_every_fault_of_every_file_is_listed_at_once(seeds: Path) -> None:
    for _, file, old, new, _ in CASES[1:3]:
        damage(seeds, file, old, new)
    damage(seeds, "reference/channels.csv", ",1,0,48,", ",1,0,47,")
    damage(seeds, RULES, "R-C01001,component,01001,,,GS,", "R-C01001,component,01001,,,XX,")
    assert faults(seeds) == [
        "limits.csv, line 2: C01001 is called 供水井盖 in the catalogue, not 井盖",
        "limits.csv, line 2: unknown limit_unit 'fortnight'",
        "channels.csv: the shares add up to 99, not 100",
        "responsibility.csv, line 2: rule R-C01001 names the unit XX, which does not exist",
    ]
