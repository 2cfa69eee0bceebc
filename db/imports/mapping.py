"""The map of an import: which column, constant or template fills which field, and tables that turn values into codes.

The format is described in docs/import.md.
"""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.text import BadReference

FIELDS = {
    "external_no": True, "category": True, "channel": True, "description": True, "address": True, "opened_at": True,
    "street": False, "lng": False, "lat": False, "due_at": False, "closed_at": False, "standard": False,
    "unit": False, "verdict": False, "result": False, "citizen": False, "social": False, "estate": False,
}  # fmt: skip
"""Fields a map may fill, and whether it must."""

OUTSIDE = ("reject", "drop_point")
_SOURCE_KEYS = {"name", "encoding", "delimiter", "sheet", "zone", "time_formats", "empty"}
_FIELD_KEYS = {"column", "constant", "template", "table", "default", "formats", "cut", "plus_days"}


@dataclass(frozen=True, slots=True)
class FieldMap:
    """How one field is filled: from a column, a constant or a template of columns, then through a table.

    `default` stands in for what the table does not know, or for an empty cell. `cut` shortens a text that is too
    long. `plus_days` names a column with days to add to a time.
    """

    column: str | None = None
    constant: str | None = None
    template: str | None = None
    table: Mapping[str, str] | None = None
    default: str | None = None
    formats: tuple[str, ...] = ()
    cut: bool = False
    plus_days: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns this field reads."""
        named = [self.column] if self.column is not None else []
        if self.template is not None:
            named += [name for _, name, _, _ in string.Formatter().parse(self.template) if name]
        return tuple(n for n in (*named, self.plus_days) if n is not None)


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A whole map. `outside`: what becomes of a point outside the district, `reject` the row or `drop_point`."""

    source: str
    fields: Mapping[str, FieldMap]
    zone: str = "Asia/Shanghai"
    time_formats: tuple[str, ...] = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
    encoding: str = "auto"
    delimiter: str = ","
    sheet: str = ""
    empty: frozenset[str] = field(default_factory=frozenset)
    outside: str = "reject"

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the map reads, in the order of the fields."""
        return tuple(dict.fromkeys(c for f in self.fields.values() for c in f.columns))


def read_map(path: Path) -> ImportMap:
    """The map in a TOML file. Raises BadReference with every fault of it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadReference([f"{path.name}: {fault}"]) from fault
    faults: list[str] = []
    source = _table(data, "source", faults)
    tables = _table(data, "tables", faults)
    named = _table(data, "fields", faults)
    place = _table(data, "place", faults)
    faults += [f"unknown section [{name}]" for name in data if name not in ("source", "tables", "fields", "place")]
    faults += [f"[source] has no key {key}" for key in source if key not in _SOURCE_KEYS]
    name = source.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 40:
        faults.append("[source] needs a name of at most 40 characters: together with the number it tells cases apart")
    zone = source.get("zone", "Asia/Shanghai")
    if not _is_zone(zone):
        faults.append(f"[source] zone: there is no time zone {zone}")
    outside = place.get("outside", "reject")
    if outside not in OUTSIDE or set(place) - {"outside"}:
        faults.append(f"[place] outside: one of {', '.join(OUTSIDE)}")
    fields = {key: _field(key, value, tables, faults) for key, value in named.items()}
    faults += [f"[fields.{key}] is missing" for key, needed in FIELDS.items() if needed and key not in fields]
    if ("lng" in fields) != ("lat" in fields):
        faults.append("[fields] lng and lat come together")
    if "street" not in fields and "lng" not in fields:
        faults.append("[fields] needs a street, or lng and lat that give it")
    if faults:
        raise BadReference([f"{path.name}: {fault}" for fault in faults])
    known = {key: source[key] for key in ("encoding", "delimiter", "sheet") if key in source}
    if "time_formats" in source:
        known["time_formats"] = tuple(source["time_formats"])
    empty = frozenset(str(v).strip() for v in source.get("empty", ()))
    return ImportMap(source=str(name).strip(), fields=fields, zone=zone, outside=outside, empty=empty, **known)


def _table(data: Mapping[str, Any], name: str, faults: list[str]) -> Mapping[str, Any]:
    found = data.get(name, {})
    if isinstance(found, dict):
        return found
    faults.append(f"[{name}] is not a table")
    return {}


def _is_zone(name: object) -> bool:
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _field(key: str, value: Any, tables: Mapping[str, Any], faults: list[str]) -> FieldMap:
    where = f"[fields.{key}]"
    if key not in FIELDS:
        faults.append(f"{where}: there is no such field; there are {', '.join(FIELDS)}")
        return FieldMap()
    if not isinstance(value, dict):
        faults.append(f"{where} is not a table")
        return FieldMap()
    faults += [f"{where} has no key {k}" for k in value if k not in _FIELD_KEYS]
    if sum(k in value for k in ("column", "constant", "template")) != 1:
        faults.append(f"{where} needs exactly one of column, constant, template")
    table = value.get("table")
    if table is not None and not isinstance(tables.get(table), dict):
        faults.append(f"{where}: there is no table [tables.{table}]")
        table = None
    try:
        list(string.Formatter().parse(str(value.get("template", ""))))
    except ValueError as fault:
        faults.append(f"{where} template: {fault}")
        value = value | {"template": ""}
    return FieldMap(
        column=value.get("column"),
        constant=None if "constant" not in value else str(value["constant"]),
        template=value.get("template"),
        table=None if table is None else {str(k).strip(): str(v) for k, v in tables[table].items()},
        default=None if "default" not in value else str(value["default"]),
        formats=tuple(value.get("formats", ())),
        cut=bool(value.get("cut", False)),
        plus_days=value.get("plus_days"),
    )
