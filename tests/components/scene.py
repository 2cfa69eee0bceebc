"""A world for component tests: the real street-towns and catalogue, read straight from the reference files."""

import csv
import json
from datetime import time
from pathlib import Path

from pypinyin import Style, lazy_pinyin

from components.board import Card, Column
from domain.words import Kind, Light, Step
from domain.world import Category, Street, WorkingCalendar, World

SEEDS = Path(__file__).parents[2] / "seeds"


def rows(path):
    with (SEEDS / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def streets():
    labels = {
        r["street_code"]: (float(r["label_lon"]), float(r["label_lat"])) for r in rows("districts/jingan/streets.csv")
    }
    shapes = json.loads((SEEDS / "districts/jingan/streets.geojson").read_text(encoding="utf-8"))["features"]
    found = {}
    for shape in shapes:
        code, ring = shape["properties"]["street_code"], shape["geometry"]["coordinates"][0][0][:-1]
        found[code] = Street(code, shape["properties"]["name"], *labels[code], tuple((x, y) for x, y in ring))
    return found


def category(row):
    kind = Kind(row["kind"])
    return Category(
        id=("C" if kind == Kind.COMPONENT else "M") + row["code"],
        standard_ref=row["standard_ref"],
        kind=kind,
        big_code=row["big_code"],
        big_name=row["big_name"],
        code=row["code"],
        name=row["name"],
        name_en="",
        legacy_2013_code=row["legacy_2013_code"],
        alias=row["alias_shanghai"],
        pinyin="".join(lazy_pinyin(row["name"])),
        initials="".join(lazy_pinyin(row["name"], style=Style.FIRST_LETTER)),
    )


def world():
    categories = {c.id: c for c in map(category, rows("reference/catalogue.csv"))}
    calendar = WorkingCalendar({}, ((time(9), time(18)),))
    return World(310106, "静安区", "Jing'an", "JA", 1, {}, categories, {}, streets(), (), calendar)


def card(i=0, **changes):
    given = {
        "no": f"JA2026112400{i:02d}",
        "title": "供水井盖",
        "place": f"江宁路街道 淮安路 734 弄 {i} 号",
        "unit": "江宁路街道城管中队",
        "light": (Light.RED, Light.YELLOW, Light.GREEN)[i % 3],
        "left": f"剩 {i} 小时",
        "whole_light": Light.GREEN,
        "flags": ("督办",),
        "channel": "12345热线",
        "version": i,
    }
    return Card(**(given | changes))


def columns(cards_each=3, count=None, more=True):
    return [
        Column(
            step,
            f"环节{n}",
            cards_each if count is None else count,
            more,
            [card(n * 50 + i, no=f"JA20261124{n}{i:03d}") for i in range(cards_each)],
        )
        for n, step in enumerate(Step)
    ]
