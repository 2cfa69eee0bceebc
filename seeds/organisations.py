"""The organisation tree: the units of the file, and one residential workstation for each committee."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from domain.words import Kind, Tier
from seeds.district import SUFFIXES, District
from seeds.english import place_en, read_names, unit_en
from seeds.files import Faults, Line, table, unique
from seeds.rows import OrganisationRow, StreetRow
from seeds.texts import check_quote

ORGANISATIONS = (
    "code,tier,kind,name,parent_code,street_code,synthetic,fallback_for,direct_dispatch,later_name,seed_phrase,notes"
)
TIER_OF_KIND = {
    "government": Tier.DISTRICT,
    "leading_group": Tier.DISTRICT,
    "district_centre": Tier.DISTRICT,
    "co_located": Tier.DISTRICT,
    "supervision": Tier.DISTRICT,
    "inspection_team": Tier.DISTRICT,
    "department": Tier.DEPARTMENT,
    "utility": Tier.EXTERNAL,
    "intake_source": Tier.EXTERNAL,
    "street_town": Tier.STREET,
    "street_centre": Tier.STREET,
    "street_agency": Tier.STREET,
    "block_station": Tier.BLOCK,
}
FALLBACK = {"": None, "component": Kind.COMPONENT.value, "event": Kind.MATTER.value}
IN_STREET = (Tier.STREET, Tier.BLOCK)


def read_organisations(
    folder: Path, opinion: str, district: District, streets: list[StreetRow], committees: list[Line], faults: Faults
) -> list[OrganisationRow]:
    """Every node of the tree, parents before children."""
    lines = unique(table(folder / "organisations.csv", ORGANISATIONS, faults), "code")
    given = read_names(folder / "organisations_en.csv", "code", lines, faults)
    rows = [_row(line, opinion, {street.code: street.name_en for street in streets}, given) for line in lines.values()]
    _check_tree(rows, lines)
    rows += _stations(district, streets, rows, committees)
    _check_streets(rows, streets, faults)
    return sorted(rows, key=lambda row: _depth(row, {r.code: r for r in rows})) if not faults.found else rows


def _row(line: Line, opinion: str, streets: dict[str, str], given: dict[str, str]) -> OrganisationRow:
    kind = line.one_of("kind", TIER_OF_KIND)
    tier = TIER_OF_KIND.get(kind, Tier.EXTERNAL)
    external = tier == Tier.EXTERNAL
    if tier in IN_STREET and line["street_code"] not in streets:
        line.fault(f"{line['code']} lies in the street-town {line['street_code']!r}, which does not exist")
    # Without its kind or its street-town it cannot be named by rule: one fault is enough.
    known = kind in TIER_OF_KIND and (tier not in IN_STREET or line["street_code"] in streets)
    return OrganisationRow(
        code=line["code"],
        tier=tier.value,
        kind=kind,
        name=line.needed("name"),
        name_en=unit_en(line, given, streets) if known else "",
        parent_code=line.maybe("parent_code"),
        street_code=line.maybe("street_code"),
        agency=line.needed("seed_phrase") if kind == "street_agency" else None,
        fallback_for=FALLBACK.get(line.one_of("fallback_for", FALLBACK)),
        direct_dispatch=line.flag("direct_dispatch"),
        has_login=not external,
        synthetic=line.flag("synthetic"),
        committee_code=None,
        later_name=line["later_name"],
        seed_phrase=check_quote(line, "seed_phrase", opinion),
        note=line["notes"],
    )


def _check_tree(rows: Iterable[OrganisationRow], lines: dict[str, Line]) -> None:
    """One root, every parent known, no way round in a circle. Units outside the hierarchy have no parent."""
    parents = {row.code: row.parent_code for row in rows}
    roots = [row.code for row in rows if row.parent_code is None and row.tier != Tier.EXTERNAL]
    for code in roots[1:]:
        lines[code].fault(f"{code} has no parent, but {roots[0]} is the root already")
    for code, parent in parents.items():
        if parent is not None and parent not in parents:
            lines[code].fault(f"{code} is under {parent}, which does not exist")
            continue
        seen, at = {code}, parent
        while at is not None and at not in seen:
            seen.add(at)
            at = parents.get(at)
        if at == code:
            lines[code].fault(f"{code} is above itself: {' > '.join(sorted(seen))}")


def _depth(row: OrganisationRow, by_code: dict[str, OrganisationRow]) -> int:
    depth = 0
    while row.parent_code is not None:
        row, depth = by_code[row.parent_code], depth + 1
    return depth


def _stations(
    district: District, streets: list[StreetRow], rows: list[OrganisationRow], committees: list[Line]
) -> list[OrganisationRow]:
    """One residential workstation per committee, spread evenly, in order of codes, over the street's block stations."""
    names = {street.code: (street.name, f"{street.name_en} ") for street in streets}
    often = Counter(line["committee_name"] for line in committees)
    made = []
    for street in streets:
        blocks = sorted(r.code for r in rows if r.kind == "block_station" and r.street_code == street.code)
        here = [line for line in committees if line["street_code"] == street.code]
        for i, line in enumerate(here):
            code, name = line["committee_code"], line["committee_name"]
            ahead, ahead_en = names[street.code] if often[name] > 1 else ("", "")
            stem = name.removesuffix(SUFFIXES[0]).removesuffix(SUFFIXES[1])
            made.append(
                OrganisationRow(
                    code=district.station_prefix + code[-6:],
                    tier=Tier.RESIDENTIAL.value,
                    kind="residential_station",
                    name=ahead + stem + district.station_suffix,
                    name_en=f"{ahead_en}{place_en(stem)} {district.station_suffix_en}",
                    parent_code=blocks[i * len(blocks) // len(here)] if blocks else None,
                    street_code=street.code,
                    agency=None,
                    fallback_for=None,
                    direct_dispatch=True,
                    has_login=True,
                    synthetic=False,
                    committee_code=code,
                    later_name="",
                    seed_phrase=district.station_phrase,
                    note="one per committee; which block station it belongs to is an own proposal (even split by code)",
                )
            )
    return made


def _check_streets(rows: list[OrganisationRow], streets: list[StreetRow], faults: Faults) -> None:
    """Each street-town has one centre, one event fallback and block stations; the district one component fallback."""
    file = "organisations.csv"
    component = [row.code for row in rows if row.fallback_for == Kind.COMPONENT]
    if len(component) != 1:
        faults.add(file, f"{len(component)} units are fallback for components, expected 1")
    for street in streets:
        here = [row for row in rows if row.street_code == street.code]
        for count, what in (
            (sum(row.kind == "street_centre" for row in here), "street centres"),
            (sum(row.fallback_for == Kind.MATTER for row in here), "fallback units for events"),
        ):
            if count != 1:
                faults.add(file, f"{street.name} has {count} {what}, expected 1")
        if not any(row.kind == "block_station" for row in here):
            faults.add(file, f"{street.name} has no block station")
