"""Which unit a case goes to: class × area × kind of place, and why (责任清单, 2.3-16)."""

from dataclasses import dataclass
from datetime import date

from domain.text import Name, Text, text
from domain.words import Kind, PlaceKind, Tier
from domain.world import Category, Org, Rule, World


@dataclass(frozen=True, slots=True)
class Match:
    """A row of the responsibility list that fits, and the unit it names."""

    rule: Rule
    unit: Org


@dataclass(frozen=True, slots=True)
class Routing:
    """The proposed unit, the row that matched (None = fallback or nobody), a sentence, and the rows that also fit."""

    unit: Org | None
    match: Match | None
    why: Text
    fallback: bool
    others: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What routing asks of a place."""

    street_code: str
    kind: PlaceKind = PlaceKind.STREET
    station_code: str | None = None
    committee_code: str | None = None


def _unit(world: World, rule: Rule, place: Place) -> Org | None:
    if rule.org is not None:
        return world.orgs.get(rule.org)
    if rule.station is not None:
        code = place.station_code if rule.station is Tier.BLOCK else place.committee_code
        return world.orgs.get(code or "")
    for org in world.orgs.values():
        if org.kind == "street_agency" and org.agency == rule.agency and org.street_code == place.street_code:
            return org
    return None


def _fits(rule: Rule, place: Place, on: date) -> bool:
    return (
        rule.place in (None, place.kind)
        and rule.street_code in (None, place.street_code)
        and rule.valid_from <= on
        and (rule.valid_to is None or on < rule.valid_to)
    )


def _rank(match: Match) -> tuple[int, int, int, int, str]:
    """Station, stationed unit, department; then the narrower row; then by id, so that it never flips."""
    rule = match.rule
    order = 0 if rule.station is not None else 1 if rule.agency is not None else 2
    return (order, rule.street_code is None, rule.place is None, -len(rule.code_prefix), rule.id)


def route(world: World, category: Category, place: Place, on: date) -> Routing:
    """The unit for a class at a place on a day, the row that matched and those that would have.

    Order: station, stationed unit, department, fallback. Without a row: the fallback unit (2.3-8 to 2.3-11).
    """
    matches = []
    for end in range(len(category.code) + 1):
        for rule in world.rules_by_prefix.get((category.kind, category.code[:end]), ()):
            if _fits(rule, place, on):
                unit = _unit(world, rule, place)
                if unit is not None and unit.direct_dispatch:
                    matches.append(Match(rule, unit))
    matches.sort(key=_rank)
    if matches:
        first = matches[0]
        return Routing(first.unit, first, _why(first), False, tuple(matches[1:]))
    unit = fallback_of(world, category.kind, place.street_code)
    if unit is None:
        return Routing(None, None, text("Nobody is named for this class, and no fallback unit either."), True, ())
    if category.kind is Kind.COMPONENT:
        why = text("Nobody is named for this class: {unit} is the fallback unit for components.", unit=unit.called)
    else:
        why = text("Nobody is named for this class: {unit} is the fallback unit for events here.", unit=unit.called)
    return Routing(unit, None, why, True, ())


def fallback_of(world: World, kind: Kind, street_code: str) -> Org | None:
    """The fallback unit (托底处置责任单位): one department for components, the street-town of the place for events."""
    for org in world.orgs.values():
        if org.fallback_for is kind and (kind is Kind.COMPONENT or org.street_code == street_code):
            return org
    return None


def _why(match: Match) -> Text:
    if match.rule.station is not None:
        return text("Responsibility list, row {id}: the station of the place handles this class.", id=match.rule.id)
    if match.rule.agency is not None:
        return text(
            "Responsibility list, row {id}: {agency} stationed in the street-town handles this class.",
            id=match.rule.id,
            agency=Name(match.rule.agency, match.unit.name_en),
        )
    return text("Responsibility list, row {id}: this department handles this class.", id=match.rule.id)
