"""Reference data as the rules see it: one frozen snapshot, built by `db.world`, never changed in place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property

from domain.text import Name
from domain.words import Kind, LimitUnit, PlaceKind, Tier


@dataclass(frozen=True, slots=True)
class Org:
    """An organisation: a node of the tree. `kind` is the word of the reference file (street_centre, …)."""

    code: str
    name: str
    tier: Tier
    kind: str
    parent: str | None
    street_code: str | None = None  # 9 digits: the street-town whose area this is in
    agency: str | None = None  # stationed units: 城管中队, 派出所, ... as the file names them
    fallback_for: Kind | None = None  # of which kind this is the fallback unit (托底)
    direct_dispatch: bool = False  # may receive orders
    has_login: bool = True  # utilities get orders without logging in
    synthetic: bool = False  # invented for demonstration: marked on screen
    note: str = ""
    retired: bool = False  # out of use: kept for the cases that point at it
    name_en: str = ""

    @property
    def called(self) -> Name:
        """The name for a sentence of the rules."""
        return Name(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class Standard:
    """A registration condition (立案条件) of a class, with its limit and closing condition."""

    id: str
    condition: str
    limit_value: int
    limit_unit: LimitUnit
    closing_condition: str
    basis: str = ""
    provisional: bool = False  # stop-gap limit for a class without one
    retired: bool = False
    condition_en: str = ""
    closing_condition_en: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A class of the catalogue. `id` = kind initial + code (C01001, M06010): unique within the edition in force."""

    id: str
    standard_ref: str
    kind: Kind
    big_code: str
    big_name: str
    code: str
    name: str
    name_en: str
    legacy_2013_code: str = ""
    alias: str = ""
    pinyin: str = ""  # full pinyin without tones or blanks: gongshuijinggai
    initials: str = ""  # gsjg
    transcribed: bool = True  # show "transcribed, check against the official text"
    local: bool = False
    standards: tuple[Standard, ...] = ()
    retired: bool = False
    big_name_en: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A discovery channel (发现渠道). `group` is active or passive."""

    code: str
    name: str
    name_en: str
    group: str
    external_no_required: bool
    note: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Street:
    """A street-town (街镇) with its boundary: one ring of (longitude, latitude), WGS 84, not closed."""

    code: str
    name: str
    label_lon: float
    label_lat: float
    ring: tuple[tuple[float, float], ...]
    name_en: str = ""

    @property
    def called(self) -> Name:
        """The name for a sentence of the rules."""
        return Name(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the responsibility list (责任清单): which unit owns a class in an area and kind of place.

    `code_prefix` matches the start of the class code ("" = all of the kind). Exactly one of `org` (a code) and
    `agency` (the stationed unit of that kind in the street of the place) and `station` (the block or residential
    station of the place) says who. `street_code` None = every street.
    """

    id: str
    kind: Kind
    code_prefix: str
    place: PlaceKind | None
    street_code: str | None
    org: str | None = None
    agency: str | None = None
    station: Tier | None = None
    valid_from: date = date(2016, 1, 1)
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the working calendar. `confirmed` = taken from an official notice."""

    day: date
    is_workday: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working days and periods. Periods are local wall times, in order, not overlapping; the end is outside.

    A day beyond `days` is not known: weekdays count as provisional work days (see `domain.clock`).
    """

    days: Mapping[date, CalendarDay]
    periods: tuple[tuple[time, time], ...]
    version: str = ""
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class StageLimits:
    """Limits of the centre's own stages and of acceptance, in minutes of wall time, and windows in days."""

    register: int = 15
    dispatch: int = 15
    check: int = 30
    accept_urgent: int = 15
    accept: int = 60
    accept_block: int = 15
    accept_utility: int = 120
    callback_work_days: int = 3
    first_contact_work_days: int = 1
    reopen_days: int = 15
    similar_radius_m: int = 150
    similar_days: int = 30


@dataclass(frozen=True)
class World:
    """Everything the rules may look up. Frozen: a change of reference data makes a new World."""

    district_id: int  # administrative division code, 310106
    district_name: str
    district_name_en: str
    case_prefix: str  # JA
    revision: int
    orgs: Mapping[str, Org]
    categories: Mapping[str, Category]
    channels: Mapping[str, Channel]
    streets: Mapping[str, Street]
    rules: tuple[Rule, ...]
    calendar: WorkingCalendar
    limits: StageLimits = field(default_factory=StageLimits)

    @cached_property
    def standards(self) -> Mapping[str, Standard]:
        """Every registration condition by its id."""
        return {s.id: s for c in self.categories.values() for s in c.standards}

    @cached_property
    def rules_by_prefix(self) -> Mapping[tuple[Kind, str], tuple[Rule, ...]]:
        """The responsibility list by kind and class prefix, so that routing looks at the rows of a class alone."""
        found: dict[tuple[Kind, str], list[Rule]] = {}
        for rule in self.rules:
            found.setdefault((rule.kind, rule.code_prefix), []).append(rule)
        return {key: tuple(rules) for key, rules in found.items()}

    @cached_property
    def children(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of the organisations directly under each organisation."""
        found: dict[str, list[str]] = {}
        for org in self.orgs.values():
            if org.parent:
                found.setdefault(org.parent, []).append(org.code)
        return {code: tuple(codes) for code, codes in found.items()}

    def above(self, code: str) -> tuple[str, ...]:
        """The chain of codes from an organisation up to the root, itself first."""
        chain: list[str] = []
        at: str | None = code
        while at is not None and at in self.orgs and at not in chain:
            chain.append(at)
            at = self.orgs[at].parent
        return tuple(chain)
