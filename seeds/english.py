"""English names: files that give them row by row, and rules for units whose names follow a pattern.

Units of a street-town are called by it and by what they are: "Jiangning Road Subdistrict Grid Centre". Residential
workstations (居民区工作站) are called by the pinyin of their committee, with the words for roads, lanes, villages and
ordinals translated: 临汾路一二四四弄 gives "Linfen Road Lane 1244".
"""

import re
from collections.abc import Mapping
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from seeds.files import Faults, Line, table, unique

STREET_UNITS = {"street_town": "", "street_centre": "Grid Centre"}
AGENCIES = {
    "社区管理办": "Community Management Office",
    "城管中队": "City-management Squad",
    "公安派出所": "Police Station",
    "市容管理所": "City-appearance Office",
    "市场监管所": "Market Supervision Office",
    "交警中队": "Traffic Police Squad",
    "房管办": "Housing Office",
}
"""Stationed units by the words of the 2016 opinion."""

DIGITS = "零一二三四五六七八九"
_NUMERAL = r"[零一二三四五六七八九十百千0-9]+"
_WORDS = {
    "新村": "New Village",
    "花园": "Garden",
    "公园": "Park",
    "大楼": "Building",
    "中路": "Middle Road",
    "北路": "North Road",
    "南路": "South Road",
    "东路": "East Road",
    "西路": "West Road",
    "路": "Road",
    "花苑": "Huayuan",
    "家园": "Jiayuan",
    "嘉园": "Jiayuan",
    "馨园": "Xinyuan",
    "佳苑": "Jiayuan",
    "新苑": "Xinyuan",
    "雅苑": "Yayuan",
    "名城": "Mingcheng",
    "共和城": "Gonghecheng",
    "现代城": "Xiandaicheng",
    "别业": "Bieye",
    "贵都": "Guidu",
}
# In this order: a name may be a road with a lane, or an estate with an ordinal.
_LANE = re.compile(rf"(.+?)({_NUMERAL})弄")
_ORDINAL = re.compile(rf"(.+)第({_NUMERAL})")
_VILLAGE = re.compile(rf"(.+[^又])([{DIGITS}])村")
_TYPED = re.compile(rf"(.{{2,}}?)({'|'.join(_WORDS)})")  # two syllables: 场中路 is Changzhong Road"

load_phrases_dict(
    {
        "蕃瓜弄": [["fān"], ["guā"], ["lòng"]],
        "重华": [["chóng"], ["huá"]],
        "众乐里": [["zhòng"], ["lè"], ["lǐ"]],
        "中行别业": [["zhōng"], ["háng"], ["bié"], ["yè"]],
        "会铁": [["huì"], ["tiě"]],
        "句容里": [["jù"], ["róng"], ["lǐ"]],
    }
)


def number(numeral: str) -> int:
    """A Chinese numeral: 一二四四 read digit by digit is 1244, 二千八百 is 2800, 十 is 10."""
    if numeral.isascii():
        return int(numeral)
    if not set(numeral) & set("十百千"):
        return int("".join(str(DIGITS.index(digit)) for digit in numeral))
    total, at = 0, 0
    for sign in numeral:
        if sign in DIGITS:
            at = DIGITS.index(sign)
        else:
            total, at = total + (at or 1) * {"十": 10, "百": 100, "千": 1000}[sign], 0
    return total + at


def place_en(name: str) -> str:
    """The English name of a neighbourhood: 新安 gives "Xin'an", 彭浦新村第一 gives "Pengpu New Village No. 1"."""
    for pattern, form in ((_LANE, "{} Lane {}"), (_ORDINAL, "{} No. {}"), (_VILLAGE, "{} No. {} Village")):
        found = pattern.fullmatch(name)
        if found:
            return form.format(place_en(found[1]), number(found[2]))
    typed = _TYPED.fullmatch(name)
    return f"{_pinyin(typed[1])} {_WORDS[typed[2]]}" if typed else _pinyin(name)


def _pinyin(name: str) -> str:
    """One word of pinyin, an apostrophe before a later syllable that begins with a vowel."""
    first, *rest = lazy_pinyin(name, style=Style.NORMAL, v_to_u=True) or [""]
    return first.capitalize() + "".join(f"'{part}" if part[0] in "aoe" else part for part in rest)


def read_names(path: Path, key: str, known: Mapping[str, Line], faults: Faults) -> dict[str, str]:
    """The column `name_en` of a file by its key; a row for a key that is not `known` is a fault."""
    lines = unique(table(path, f"{key},name_en", faults), key)
    for code, line in lines.items():
        if code not in known:
            line.fault(f"{code} is not known")
    return {code: line.needed("name_en") for code, line in lines.items()}


def unit_en(line: Line, given: Mapping[str, str], streets: Mapping[str, str]) -> str:
    """The English name of a row of organisations.csv: the one given, else by rule; neither is a fault."""
    if line["code"] in given:
        return given[line["code"]]
    street, kind = streets.get(line["street_code"], ""), line["kind"]
    what = STREET_UNITS.get(kind) or AGENCIES.get(line["seed_phrase"] if kind == "street_agency" else "", "")
    block = re.search(rf"第({_NUMERAL})街区", line["name"]) if kind == "block_station" else None
    if block:
        what = f"Block Station No. {number(block[1])}"
    if line["street_code"] in streets and not street:
        return ""  # the street-town is at fault, and says so itself
    if street and (what or kind in STREET_UNITS):
        return f"{street} {what}".strip()
    line.fault(f"{line['code']} has no English name in organisations_en.csv")
    return ""
