"""The catalogue of components and matters (部件、事件), its editions, and the registration conditions with limits."""

import re
from datetime import date
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_phrases_dict

from domain.words import Kind, LimitUnit
from seeds.files import Faults, Line, table, unique
from seeds.rows import CategoryRow, StandardRow

EDITIONS = "standard_ref,title,valid_from,note"
CATALOGUE = "standard_ref,kind,big_code,big_name,code,name,legacy_2013_code,mirror_of,alias_shanghai,origin,note"
ENGLISH = "kind,code,name,name_en"
BIG_CLASSES = "kind,big_code,big_name,name_en"
LIMITS_EN = "id,condition_en,closing_condition_en"
LIMITS = "id,standard_ref,kind,code,name,condition,limit_value,limit_unit,closing_condition,limit_basis,wording,note"
INITIAL = {Kind.COMPONENT.value: "C", Kind.MATTER.value: "M"}
STOP_GAP_DAYS = {"component": 3, "mirror": 3, "matter": 1}
"""Work days for a class without a row of its own, marked provisional. An own proposal, see docs/data-sources.md."""

load_phrases_dict({"调压": [["tiáo"], ["yā"]]})  # the library reads it diaoya


def pinyin(name: str) -> tuple[str, str]:
    """A name in pinyin without tones or blanks, and its initials: 路灯 gives ('ludeng', 'ld'). Letters stay."""

    def join(style: Style) -> str:
        return re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name, style=style)).lower())

    return join(Style.NORMAL), join(Style.FIRST_LETTER)


def read_catalogue(folder: Path, faults: Faults) -> tuple[list[CategoryRow], list[StandardRow]]:
    """The classes of every edition and their registration conditions, stop-gaps included."""
    editions = {
        k: v.day("valid_from")
        for k, v in unique(table(folder / "editions.csv", EDITIONS, faults), "standard_ref").items()
    }
    lines = unique(table(folder / "catalogue.csv", CATALOGUE, faults), "kind", "code")
    english = _english(folder, lines, faults)
    groups = _big_classes(folder, lines, faults)
    categories = [_category(line, editions, english, lines, groups) for line in lines.values()]
    standards = _standards(folder, categories, faults)
    covered = {s.category_id for s in standards}
    return categories, standards + [_stop_gap(c) for c in categories if c.id not in covered]


def _english(folder: Path, lines: dict[str, Line], faults: Faults) -> dict[str, str]:
    """English names of the classes that do not mirror a component, by kind and code."""
    named = unique(table(folder / "catalogue_en.csv", ENGLISH, faults), "kind", "code")
    for key, line in named.items():
        if key not in lines or lines[key]["mirror_of"]:
            line.fault(f"{key} is not a class that needs an English name")
        elif lines[key]["name"] != line["name"]:
            line.fault(f"{key} is called {lines[key]['name']} in the catalogue, not {line['name']}")
    for key, line in lines.items():
        if not line["mirror_of"] and key not in named:
            line.fault(f"{key} has no English name in catalogue_en.csv")
    return {key: line.needed("name_en") for key, line in named.items()}


def _big_classes(folder: Path, lines: dict[str, Line], faults: Faults) -> dict[str, str]:
    """English names of the big classes (大类), by kind and code."""
    named = unique(table(folder / "big_classes_en.csv", BIG_CLASSES, faults), "kind", "big_code")
    used: dict[str, Line] = {}
    for line in lines.values():
        used.setdefault(f"{line['kind']} {line['big_code']}", line)
    for key, line in named.items():
        if key not in used:
            line.fault(f"{key} is not a big class of the catalogue")
        elif used[key]["big_name"] != line["big_name"]:
            line.fault(f"{key} is called {used[key]['big_name']} in the catalogue, not {line['big_name']}")
    for key in sorted(set(used) - set(named)):
        used[key].fault(f"big class {key} has no English name in big_classes_en.csv")
    return {key: line.needed("name_en") for key, line in named.items()}


def _category(
    line: Line, editions: dict[str, date], english: dict[str, str], lines: dict[str, Line], groups: dict[str, str]
) -> CategoryRow:
    kind, code = line.one_of("kind", INITIAL), line.needed("code")
    component = f"component {line['mirror_of']}"
    if line["mirror_of"]:
        name_en = f"{english.get(component, '')}: fault"
        if component not in lines:
            line.fault(f"mirrors the component {line['mirror_of']}, which does not exist")
    else:
        name_en = english.get(f"{kind} {code}", "")
    if not code.startswith(line.needed("big_code")):
        line.fault(f"code {code} is outside its group {line['big_code']}")
    full, initials = pinyin(line.needed("name"))
    return CategoryRow(
        standard_ref=line.one_of("standard_ref", editions),
        id=INITIAL.get(kind, "?") + code,
        kind=kind,
        big_code=line["big_code"],
        big_name=line.needed("big_name"),
        big_name_en=groups.get(f"{kind} {line['big_code']}", ""),
        code=code,
        name=line["name"],
        name_en=name_en,
        legacy_2013_code=line["legacy_2013_code"],
        mirror_of=line["mirror_of"],
        alias=line["alias_shanghai"],
        origin=line.one_of("origin", ("transcribed", "own_proposal")),
        note=line["note"],
        pinyin=full,
        initials=initials,
        valid_from=editions.get(line["standard_ref"], date.min),
    )


def _standards(folder: Path, categories: list[CategoryRow], faults: Faults) -> list[StandardRow]:
    known = {(c.standard_ref, c.id): c for c in categories}
    rows = []
    limits = unique(table(folder / "limits.csv", LIMITS, faults), "id")
    english = unique(table(folder / "limits_en.csv", LIMITS_EN, faults), "id")
    for key in sorted(set(english) - set(limits)):
        english[key].fault(f"{key} is not a limit")
    for key, line in limits.items():
        if key not in english:
            line.fault(f"{key} has no English words in limits_en.csv")
        category_id = INITIAL.get(line.one_of("kind", INITIAL), "?") + line["code"]
        owner = known.get((line["standard_ref"], category_id))
        if owner is None:
            line.fault(f"limit {key} belongs to {line['standard_ref']} {category_id}, which is not in the catalogue")
        elif owner.name != line["name"]:
            line.fault(f"{category_id} is called {owner.name} in the catalogue, not {line['name']}")
        rows.append(
            StandardRow(
                standard_ref=line["standard_ref"],
                id=key,
                category_id=category_id,
                condition=line.needed("condition"),
                condition_en=english[key].needed("condition_en") if key in english else "",
                limit_value=line.whole("limit_value"),
                limit_unit=line.one_of("limit_unit", [unit.value for unit in LimitUnit]),
                closing_condition=line.needed("closing_condition"),
                closing_condition_en=english[key].needed("closing_condition_en") if key in english else "",
                basis=line["limit_basis"],
                wording=line["wording"],
                note=line["note"],
                provisional=False,
            )
        )
    return rows


def _stop_gap(category: CategoryRow) -> StandardRow:
    component = category.kind == Kind.COMPONENT
    days = STOP_GAP_DAYS["component" if component else "mirror" if category.mirror_of else "matter"]
    return StandardRow(
        standard_ref=category.standard_ref,
        id=f"{category.id}-0",
        category_id=category.id,
        condition=f"{category.name}异常" if component else category.name,
        condition_en=f"{category.name_en}: abnormal" if component else category.name_en,
        limit_value=days,
        limit_unit=LimitUnit.WORK_DAY.value,
        closing_condition="处置完毕",
        closing_condition_en="Handled",
        basis="own proposal",
        wording="own proposal",
        note="stop-gap until the users set a limit",
        provisional=True,
    )
