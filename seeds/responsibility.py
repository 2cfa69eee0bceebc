"""The responsibility list (责任清单): which unit owns a class in an area and kind of place."""

from pathlib import Path

from domain.words import Kind, PlaceKind, Tier
from seeds.files import Faults, Line, table, unique
from seeds.rows import CategoryRow, OrganisationRow, RuleRow, StreetRow

RULES = "id,kind,code_prefix,place,street_code,org,agency,station,valid_from,valid_to,note"


def read_rules(
    folder: Path,
    categories: list[CategoryRow],
    organisations: list[OrganisationRow],
    streets: list[StreetRow],
    faults: Faults,
) -> list[RuleRow]:
    """The rows of the list, each naming classes and units that exist."""
    rows = []
    classes = {(c.kind, c.code) for c in categories}
    units = {org.code: org for org in organisations}
    agencies = {org.agency for org in organisations if org.agency}
    towns = {"", *(street.code for street in streets)}
    for key, line in unique(table(folder / "responsibility.csv", RULES, faults), "id").items():
        _check_classes(line, key, classes)
        _check_owner(line, key, units, agencies)
        row = RuleRow(
            id=key,
            kind=line.one_of("kind", [kind.value for kind in Kind]),
            code_prefix=line["code_prefix"],
            place=line.one_of("place", ("", *(place.value for place in PlaceKind))) or None,
            street_code=line.one_of("street_code", towns) or None,
            org=line.maybe("org"),
            agency=line.maybe("agency"),
            station=line.one_of("station", ("", Tier.BLOCK.value, Tier.RESIDENTIAL.value)) or None,
            note=line["note"],
            valid_from=line.day("valid_from"),
            valid_to=line.maybe_day("valid_to"),
        )
        if row.valid_to is not None and row.valid_to <= row.valid_from:
            line.fault(f"rule {key} ends on {row.valid_to}, before it begins")
        rows.append(row)
    return rows


def _check_classes(line: Line, key: str, classes: set[tuple[str, str]]) -> None:
    if not any(kind == line["kind"] and code.startswith(line["code_prefix"]) for kind, code in classes):
        line.fault(f"rule {key} is for {line['kind']} {line['code_prefix']}, which no class begins with")


def _check_owner(line: Line, key: str, units: dict[str, OrganisationRow], agencies: set[str]) -> None:
    if sum(bool(line[column]) for column in ("org", "agency", "station")) != 1:
        line.fault(f"rule {key} must name exactly one of org, agency and station")
    if line["org"] and line["org"] not in units:
        line.fault(f"rule {key} names the unit {line['org']}, which does not exist")
    elif line["org"] and not units[line["org"]].direct_dispatch:
        line.fault(f"rule {key} names the unit {line['org']}, which takes no orders")
    if line["agency"] and line["agency"] not in agencies:
        line.fault(f"rule {key} names the stationed unit {line['agency']}, which no street-town has")
