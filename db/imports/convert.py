"""From a row of the file to a case and its entries, or to every fault of the row."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from db.imports.mapping import FieldMap, ImportMap
from db.imports.reading import Line, Value
from domain.geo import street_at
from domain.intake import MAX_ADDRESS, MAX_DESCRIPTION, MAX_EXTERNAL
from domain.text import N_, Text, has_control_characters, text
from domain.words import ClosingVerdict
from domain.world import Category, Org, Standard, World

_TRUE = frozenset({"1", "true", "yes", "y", "是", "t"})
_FALSE = frozenset({"", "0", "false", "no", "n", "否", "f"})
_LIMITS = {"external_no": MAX_EXTERNAL, "description": MAX_DESCRIPTION, "address": MAX_ADDRESS, "result": 1000}
LABELS = {
    "external_no": N_("External number"),
    "category": N_("Class"),
    "channel": N_("Channel"),
    "description": N_("Description"),
    "address": N_("Address"),
    "opened_at": N_("Time opened"),
    "street": N_("Street-town"),
    "lng": N_("Longitude"),
    "lat": N_("Latitude"),
    "due_at": N_("Time due"),
    "closed_at": N_("Time closed"),
    "standard": N_("Registration condition"),
    "unit": N_("Unit"),
    "verdict": N_("Closing verdict"),
    "result": N_("What was done"),
    "citizen": N_("Reported by a citizen"),
    "social": N_("Social matter"),
    "estate": N_("Inside an estate"),
}
"""What the fields of a map are called in the rejects file."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that can become a case. Instants are UTC; `lng_e6`, `lat_e6` are millionths of a degree, WGS 84."""

    number: int
    external_no: str
    category: Category
    standard: Standard
    channel: str
    description: str
    address: str
    street_code: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    lng_e6: int | None
    lat_e6: int | None
    unit: Org | None
    verdict: ClosingVerdict | None
    result: str
    citizen: bool
    social: bool
    estate: bool


@dataclass(slots=True)
class _Row:
    map_: ImportMap
    world: World
    line: Line
    at: datetime
    faults: list[Text]

    def fault(self, name: str, message: str, **values: object) -> None:
        self.faults.append(text("{field}: {what}", field=Text(LABELS[name]), what=Text(message, values)))

    def raw(self, name: str) -> Value:
        """The value of a field before it is understood; None where the map or the row has none."""
        spec = self.map_.fields.get(name)
        if spec is None:
            return None
        value = self._filled(spec)
        if isinstance(value, str):
            value = value.strip()
            value = None if value == "" or value in self.map_.empty else value
        if spec.table is not None and value is not None:
            found = spec.table.get(str(value), spec.default)
            if found is None:
                self.fault(name, N_("the table of the map does not know “{value}”."), value=str(value)[:60])
            return found
        return spec.default if value is None else value

    def _filled(self, spec: FieldMap) -> Value:
        if spec.constant is not None:
            return spec.constant
        if spec.column is not None:
            return self.line.cells.get(spec.column)
        cells = {name: str(self.line.cells.get(name) or "").strip() for name in spec.columns}
        return (spec.template or "").format_map(cells)


def convert(map_: ImportMap, world: World, line: Line, at: datetime) -> Taken | tuple[Text, ...]:
    """The row as something to take over, or every fault of it. `at` is now: nothing may lie after it."""
    if line.faults:
        return line.faults
    row = _Row(map_, world, line, at, [])
    texts = {name: _text(row, name, needed=name != "result") for name in _LIMITS}
    category = _one_of(row, "category", world.categories)
    channel = _one_of(row, "channel", world.channels)
    standard = _standard(row, category)
    unit = _one_of(row, "unit", world.orgs, needed=False)
    times = _times(row)
    street, lng, lat = _place(row)
    verdict = _verdict(row)
    flags = {name: _flag(row, name) for name in ("citizen", "social", "estate")}
    opened = times["opened_at"]
    if row.faults or category is None or channel is None or standard is None or opened is None or street is None:
        return tuple(row.faults)
    return Taken(
        line.number,
        category=category,
        standard=standard,
        channel=channel.code,
        street_code=street,
        opened_at=opened,
        due_at=times["due_at"],
        closed_at=times["closed_at"],
        lng_e6=lng,
        lat_e6=lat,
        unit=unit,
        verdict=verdict,
        external_no=texts["external_no"],
        description=texts["description"],
        address=texts["address"],
        result=texts["result"],
        citizen=flags["citizen"],
        social=flags["social"],
        estate=flags["estate"],
    )


def _text(row: _Row, name: str, *, needed: bool) -> str:
    value = str(row.raw(name) or "").strip()
    limit = _LIMITS[name]
    spec = row.map_.fields.get(name)
    if needed and not value:
        row.fault(name, N_("is empty."))
    elif has_control_characters(value):
        row.fault(name, N_("contains control characters."))
    elif len(value) > limit and spec is not None and spec.cut:
        value = value[: limit - 1] + "…"
    elif len(value) > limit:
        row.fault(name, N_("has {m} characters, at most {n} fit."), m=len(value), n=limit)
    return value


def _one_of(row: _Row, name: str, known: Any, *, needed: bool = True) -> Any:
    before = len(row.faults)
    value = row.raw(name)
    if value is None:
        if needed and len(row.faults) == before:
            row.fault(name, N_("is empty."))
        return None
    found = known.get(str(value))
    if found is None:
        row.fault(name, N_("there is no “{value}”."), value=str(value)[:60])
    return found


def _standard(row: _Row, category: Category | None) -> Standard | None:
    """The registration condition of the map, else the first of the class: an open case needs a limit to be ordered."""
    if category is None:
        return None
    value = row.raw("standard")
    for standard in category.standards:
        if value is None or standard.id == value:
            return standard
    row.fault("standard", N_("the class {category} has no such condition."), category=category.id)
    return None


def _times(row: _Row) -> dict[str, datetime | None]:
    found = {name: _time(row, name) for name in ("opened_at", "due_at", "closed_at")}
    opened = found["opened_at"]
    for name in ("opened_at", "closed_at"):
        instant = found[name]
        if instant is not None and instant > row.at:
            row.fault(name, N_("lies in the future."))
    for name, message in (
        ("closed_at", N_("lies before the time opened.")),
        ("due_at", N_("lies before the time opened.")),
    ):
        instant = found[name]
        if opened is not None and instant is not None and instant < opened:
            row.fault(name, message)
    return found


def _time(row: _Row, name: str) -> datetime | None:
    value = row.raw(name)
    if value is None:
        if name == "opened_at":
            row.fault(name, N_("is empty."))
        return None
    spec = row.map_.fields[name]
    moment = value if isinstance(value, datetime) else _parsed(value, spec.formats or row.map_.time_formats)
    days = _days(row, name, spec)
    if moment is None:
        row.fault(name, N_("“{value}” is not a time of the map's formats."), value=str(value)[:40])
        return None
    if spec.plus_days is not None and days is None:
        return None
    try:
        local = moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(row.map_.zone))
        if not 1990 <= local.year <= 2200:
            raise OverflowError
        return (local + timedelta(days=days or 0)).astimezone(UTC)
    except (OverflowError, ValueError):
        row.fault(name, N_("“{value}” is not a time of the map's formats."), value=str(value)[:40])
        return None


def _parsed(value: str, formats: tuple[str, ...]) -> datetime | None:
    for form in formats:
        try:
            return datetime.strptime(value, form)
        except ValueError:
            continue
    return None


def _days(row: _Row, name: str, spec: FieldMap) -> float | None:
    if spec.plus_days is None:
        return None
    value = str(row.line.cells.get(spec.plus_days) or "").strip()
    if not value or value in row.map_.empty:
        return None
    days = _number(value)
    if days is None or abs(days) > 100_000:
        row.fault(name, N_("“{value}” is not a number of days."), value=value[:40])
        return None
    return days


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None


def _place(row: _Row) -> tuple[str | None, int | None, int | None]:
    """The street-town and the point: a point in the district gives the street-town by its polygon."""
    lng, lat = (_coordinate(row, name, most) for name, most in (("lng", 180), ("lat", 90)))
    if (lng is None) != (lat is None) and not row.faults:
        row.fault("lng" if lng is None else "lat", N_("a point needs longitude and latitude."))
    if lng is not None and lat is not None:
        found = street_at(row.world, lng, lat)
        if found is not None:
            return found.code, round(lng * 1e6), round(lat * 1e6)
        if row.map_.outside == "reject":
            row.fault("lng", N_("the point lies outside the district."))
            return None, None, None
    street = _one_of(row, "street", row.world.streets)
    return (street.code if street is not None else None), None, None


def _coordinate(row: _Row, name: str, most: int) -> float | None:
    value = row.raw(name)
    if value is None:
        return None
    number = _number(str(value))
    if number is None or abs(number) > most:
        row.fault(name, N_("“{value}” is not a coordinate in degrees."), value=str(value)[:40])
        return None
    return number


def _verdict(row: _Row) -> ClosingVerdict | None:
    value = row.raw("verdict")
    if value is None:
        return None
    try:
        return ClosingVerdict(str(value))
    except ValueError:
        row.fault("verdict", N_("there is no “{value}”."), value=str(value)[:60])
        return None


def _flag(row: _Row, name: str) -> bool:
    value = str(row.raw(name) or "").lower()
    if value not in _TRUE | _FALSE:
        row.fault(name, N_("“{value}” is neither yes nor no."), value=value[:40])
    return value in _TRUE
