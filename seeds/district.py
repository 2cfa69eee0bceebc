"""The district itself: `district.toml`, street-towns with boundaries, and committees (居委会)."""

import tomllib
from dataclasses import dataclass, fields
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.world import StageLimits
from seeds.english import read_names
from seeds.files import Faults, Line, table, text_of, unique
from seeds.geo import Bounds, rings
from seeds.rows import Ring, SettingsRow, StreetRow

STREETS = (
    "street_code,street_code_12,name,kind,code_2015,district_2015,committees_2016,committees_2023,area_km2,"
    "label_lon,label_lat,osm_relation"
)
COMMITTEES = "cutoff,committee_code,committee_name,street_code,street_name"
SUFFIXES = ("居委会", "村委会")


@dataclass(frozen=True, slots=True)
class District:
    """What `district.toml` says."""

    id: int
    name_zh: str
    name_en: str
    case_prefix: str
    zone: str
    committees: str
    periods: tuple[tuple[str, str], ...]
    limits: dict[str, int]
    station_prefix: str
    station_suffix: str
    station_suffix_en: str
    station_phrase: str
    bounds: Bounds

    def settings(self, outline: Ring, attribution: str) -> SettingsRow:
        """The row of the settings table."""
        return SettingsRow(
            name=self.name_zh,
            name_en=self.name_en,
            case_prefix=self.case_prefix,
            zone=self.zone,
            periods=self.periods,
            limits=self.limits,
            outline=outline,
            attribution=attribution,
        )


def read_district(folder: Path, faults: Faults) -> District | None:
    """The district's own values; None when the file cannot be used at all."""
    content = text_of(folder / "district.toml", faults)
    if not content:
        return None
    try:
        data = tomllib.loads(content)
        bounds = data["bounds"]
        found = District(
            id=int(data["id"]),
            name_zh=str(data["name_zh"]),
            name_en=str(data["name_en"]),
            case_prefix=str(data["case_prefix"]),
            zone=str(data["zone"]),
            committees=str(data["committees"]),
            periods=tuple((str(start), str(end)) for start, end in data["periods"]),
            limits=dict(data["limits"]),
            station_prefix=str(data["stations"]["code_prefix"]),
            station_suffix=str(data["stations"]["name_suffix"]),
            station_suffix_en=str(data["stations"]["name_suffix_en"]),
            station_phrase=str(data["stations"]["seed_phrase"]),
            bounds=Bounds(**{side: float(bounds[side]) for side in ("west", "south", "east", "north")}),
        )
    except tomllib.TOMLDecodeError as error:
        faults.add("district.toml", f"cannot be read: {error}")
        return None
    except KeyError as error:
        faults.add("district.toml", f"{error.args[0]} is missing")
        return None
    except (TypeError, ValueError) as error:
        faults.add("district.toml", f"has a value of the wrong kind: {error}")
        return None
    _check_zone(found.zone, faults)
    _check_periods(found.periods, faults)
    _check_limits(found.limits, faults)
    return found


def _check_zone(zone: str, faults: Faults) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        faults.add("district.toml", f"unknown time zone {zone!r}")


def _check_periods(periods: tuple[tuple[str, str], ...], faults: Faults) -> None:
    if not periods:
        faults.add("district.toml", "there are no working periods")
    before = time.min
    for start, end in periods:
        try:
            opened, closed = time.fromisoformat(start), time.fromisoformat(end)
        except ValueError:
            faults.add("district.toml", f"the working period {start}-{end} is not a pair of times")
            continue
        if not before <= opened < closed:
            faults.add("district.toml", f"the working period {start}-{end} is empty, overlaps or is out of order")
        before = closed


def _check_limits(limits: dict[str, Any], faults: Faults) -> None:
    known = {field.name for field in fields(StageLimits)}
    for name in sorted(set(limits) ^ known):
        faults.add("district.toml", f"limits: {name} is {'unknown' if name in limits else 'missing'}")
    for name, value in limits.items():
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            faults.add("district.toml", f"limits: {name} {value!r} is not a whole number above zero")


def read_streets(folder: Path, bounds: Bounds, faults: Faults) -> tuple[list[StreetRow], Ring, str]:
    """The street-towns with their rings, the outline of the district, and the attribution of the boundaries."""
    shapes, attribution = rings(folder / "streets.geojson", "street_code", bounds, faults)
    outlines, _ = rings(folder / "district.geojson", "code", bounds, faults)
    rows = []
    lines = unique(table(folder / "streets.csv", STREETS, faults), "street_code")
    english = read_names(folder / "streets_en.csv", "street_code", lines, faults)
    for code, line in lines.items():
        if code not in english:
            line.fault(f"{code} has no English name in streets_en.csv")
        if len(code) != 9 or not code.isdigit():
            line.fault(f"street_code {code!r} does not have nine digits")
        if code not in shapes:
            line.fault(f"{code} has no boundary in streets.geojson")
        row = StreetRow(
            code=code,
            name=line.needed("name"),
            name_en=english.get(code, ""),
            kind=line.one_of("kind", ("街道", "镇")),
            code_2015=line["code_2015"],
            district_2015=line["district_2015"],
            area_km2=line.number_in("area_km2"),
            label_lon=line.number_in("label_lon"),
            label_lat=line.number_in("label_lat"),
            ring=shapes.get(code, ()),
        )
        if not bounds.hold(row.label_lon, row.label_lat):
            line.fault(f"the label point of {code} is outside the bounds of the district")
        rows.append(row)
    for code in sorted(set(shapes) - {row.code for row in rows}):
        faults.add("streets.geojson", f"{code} is not in streets.csv")
    return rows, next(iter(outlines.values()), ()), attribution


def read_committees(folder: Path, district: District, streets: list[StreetRow], faults: Faults) -> list[Line]:
    """The committees in order of their codes, each checked against the street-towns."""
    names = {street.code: street.name for street in streets}
    lines = unique(table(folder / district.committees, COMMITTEES, faults), "committee_code")
    for code, line in lines.items():
        if line["street_code"] not in names:
            line.fault(f"committee {code} lies in the street-town {line['street_code']!r}, which does not exist")
        elif names[line["street_code"]] != line["street_name"]:
            line.fault(f"{line['street_code']} is called {names[line['street_code']]}, not {line['street_name']}")
        if len(code) != 12 or not code.isdigit() or not code.startswith(line["street_code"]):
            line.fault(f"committee code {code!r} is not twelve digits that begin with its street-town")
        if not line["committee_name"].endswith(SUFFIXES):
            line.fault(f"{line['committee_name']!r} is not the name of a committee")
    return [lines[code] for code in sorted(lines)]
