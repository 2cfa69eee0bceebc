"""The rows that the reader makes of the files. Field names are those of the tables in `db.models.reference`."""

from dataclasses import dataclass
from datetime import date

Ring = tuple[tuple[float, float], ...]
"""A closed line of (longitude, latitude), WGS 84, the first point not repeated."""


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A node of the organisation tree."""

    code: str
    tier: str
    kind: str
    name: str
    name_en: str
    parent_code: str | None
    street_code: str | None
    agency: str | None
    fallback_for: str | None
    direct_dispatch: bool
    has_login: bool
    synthetic: bool
    committee_code: str | None
    later_name: str
    seed_phrase: str
    note: str


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A class of the catalogue."""

    standard_ref: str
    id: str
    kind: str
    big_code: str
    big_name: str
    big_name_en: str
    code: str
    name: str
    name_en: str
    legacy_2013_code: str
    mirror_of: str
    alias: str
    origin: str
    note: str
    pinyin: str
    initials: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A registration condition with its limit."""

    standard_ref: str
    id: str
    category_id: str
    condition: str
    condition_en: str
    limit_value: int
    limit_unit: str
    closing_condition: str
    closing_condition_en: str
    basis: str
    wording: str
    note: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A discovery channel."""

    code: str
    name: str
    name_en: str
    group: str
    external_no_required: bool
    demo_share_pct: float
    seed_phrase: str
    seed_phrase_2: str
    other_name: str
    shanghai_source_id: str
    note: str


@dataclass(frozen=True, slots=True)
class StreetRow:
    """A street-town with its boundary."""

    code: str
    name: str
    name_en: str
    kind: str
    code_2015: str
    district_2015: str
    area_km2: float
    label_lon: float
    label_lat: float
    ring: Ring


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A row of the responsibility list."""

    id: str
    kind: str
    code_prefix: str
    place: str | None
    street_code: str | None
    org: str | None
    agency: str | None
    station: str | None
    note: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day of the working calendar."""

    day: date
    is_workday: bool
    kind: str
    holiday_name: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """An item of the pilot checklists."""

    id: str
    tier: str
    section: str
    veto: bool
    name: str
    name_en: str
    seed_phrase: str
    seed_phrase_2: str
    evidence: str
    check: str
    window: str
    threshold: str


@dataclass(frozen=True, slots=True)
class KpiRow:
    """The words of a KPI."""

    id: str
    name: str
    name_en: str
    numerator: str
    denominator: str
    unit: str
    direction: str
    basis: str
    note: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A part of a composite score."""

    id: str
    score_id: str
    score_name: str
    score_name_en: str
    name: str
    kpi_id: str
    transform: str
    weight_percent: float
    basis: str
    note: str


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term of the glossary."""

    term: str
    term_en: str
    code_name: str
    group: str
    in_opinion: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A requirement of the opinion."""

    id: str
    section: str
    quote: str
    requirement: str
    screen: str
    scope: str
    checklist_items: str
    kpis: str


@dataclass(frozen=True, slots=True)
class SettingsRow:
    """The district itself."""

    name: str
    name_en: str
    case_prefix: str
    zone: str
    periods: tuple[tuple[str, str], ...]
    limits: dict[str, int]
    outline: Ring
    attribution: str


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Everything the files of one district say, checked against one another."""

    district_id: int
    settings: SettingsRow
    organisations: tuple[OrganisationRow, ...]
    categories: tuple[CategoryRow, ...]
    standards: tuple[StandardRow, ...]
    channels: tuple[ChannelRow, ...]
    streets: tuple[StreetRow, ...]
    rules: tuple[RuleRow, ...]
    days: tuple[DayRow, ...]
    checklists: tuple[ChecklistRow, ...]
    kpis: tuple[KpiRow, ...]
    scores: tuple[ScoreRow, ...]
    terms: tuple[TermRow, ...]
    clauses: tuple[ClauseRow, ...]
