"""Reference data: what the rules look up. Loaded from `seeds/`, edited by administrators, read through `db.world`.

Rows that a case may point at are never deleted: `valid_to` is the first day on which they no longer hold.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from db.models.base import Base, Instant, Json


class DistrictKey:
    """The first column of every key: the administrative division code of the district, 310106."""

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, sort_order=-2)


class Dated:
    """Days on which a row holds: from `valid_from` up to, and without, `valid_to`."""

    valid_from: Mapped[date] = mapped_column(Date, sort_order=90)
    valid_to: Mapped[date | None] = mapped_column(Date, sort_order=91)


class Retirable:
    """A row without a beginning of its own that can be taken out of use."""

    valid_to: Mapped[date | None] = mapped_column(Date, sort_order=91)


class Listed:
    """The place of a row in its file, for lists that keep the order of the source."""

    position: Mapped[int] = mapped_column(Integer, sort_order=-1)


class ReferenceRevision(DistrictKey, Base):
    """A number that grows with every change of the reference data; snapshots are kept as long as it stays."""

    __tablename__ = "reference_revision"
    revision: Mapped[int] = mapped_column(Integer)
    loaded_at: Mapped[datetime] = mapped_column(Instant)
    checksum: Mapped[str] = mapped_column(String(64))  # SHA-256 of the rows the loader brought last


class DistrictSettings(DistrictKey, Base):
    """The district itself, its working periods and the limits of the centres' own stages."""

    __tablename__ = "district_settings"
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    case_prefix: Mapped[str] = mapped_column(String(8))
    zone: Mapped[str] = mapped_column(String(64))
    periods: Mapped[list[Any]] = mapped_column(Json)  # [["09:00", "12:00"], ...], local wall times
    limits: Mapped[dict[str, Any]] = mapped_column(Json)  # fields of `domain.world.StageLimits`
    outline: Mapped[list[Any]] = mapped_column(Json)  # ring of [longitude, latitude], WGS 84, not closed
    attribution: Mapped[str] = mapped_column(String(200))  # to be shown with every map drawn from the boundaries


class Organisation(DistrictKey, Retirable, Listed, Base):
    """A node of the organisation tree."""

    __tablename__ = "organisations"
    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    tier: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(160))
    parent_code: Mapped[str | None] = mapped_column(String(24))
    street_code: Mapped[str | None] = mapped_column(String(12))
    agency: Mapped[str | None] = mapped_column(String(40))
    fallback_for: Mapped[str | None] = mapped_column(String(12))
    direct_dispatch: Mapped[bool]
    has_login: Mapped[bool]
    synthetic: Mapped[bool]
    committee_code: Mapped[str | None] = mapped_column(String(12))
    later_name: Mapped[str] = mapped_column(String(100))
    seed_phrase: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805  SQLAlchemy calls it with the class
        return (
            ForeignKeyConstraint(["district_id", "parent_code"], ["organisations.district_id", "organisations.code"]),
            CheckConstraint("parent_code IS NULL OR parent_code <> code", name="not_own_parent"),
            Index("ix_organisations_district_id_parent_code", "district_id", "parent_code"),
        )


class Category(DistrictKey, Dated, Listed, Base):
    """A class of the catalogue in one edition of the standard. `id` is unique within the edition in force."""

    __tablename__ = "categories"
    standard_ref: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    big_code: Mapped[str] = mapped_column(String(4))
    big_name: Mapped[str] = mapped_column(String(60))
    big_name_en: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    legacy_2013_code: Mapped[str] = mapped_column(String(8))
    mirror_of: Mapped[str] = mapped_column(String(8))  # component code of a "fault" matter
    alias: Mapped[str] = mapped_column(String(80))
    origin: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(200))
    pinyin: Mapped[str] = mapped_column(String(200))
    initials: Mapped[str] = mapped_column(String(60))


class Standard(DistrictKey, Retirable, Listed, Base):
    """A registration condition (立案条件) of a class, with limit and closing condition."""

    __tablename__ = "standards"
    standard_ref: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    category_id: Mapped[str] = mapped_column(String(12))
    condition: Mapped[str] = mapped_column(String(200))
    condition_en: Mapped[str] = mapped_column(String(300))
    limit_value: Mapped[int] = mapped_column(SmallInteger)
    limit_unit: Mapped[str] = mapped_column(String(12))
    closing_condition: Mapped[str] = mapped_column(String(200))
    closing_condition_en: Mapped[str] = mapped_column(String(300))
    basis: Mapped[str] = mapped_column(String(60))
    wording: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(String(300))
    provisional: Mapped[bool]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805  SQLAlchemy calls it with the class
        return (
            ForeignKeyConstraint(
                ["district_id", "standard_ref", "category_id"],
                ["categories.district_id", "categories.standard_ref", "categories.id"],
            ),
            CheckConstraint("limit_value > 0", name="limit_positive"),
            Index("ix_standards_district_id_category_id", "district_id", "category_id"),
        )


class Channel(DistrictKey, Retirable, Listed, Base):
    """A discovery channel (发现渠道)."""

    __tablename__ = "channels"
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(100))
    group: Mapped[str] = mapped_column("channel_group", String(12))
    external_no_required: Mapped[bool]
    demo_share_pct: Mapped[float] = mapped_column(Float)
    seed_phrase: Mapped[str] = mapped_column(String(200))
    seed_phrase_2: Mapped[str] = mapped_column(String(200))
    other_name: Mapped[str] = mapped_column(String(100))
    shanghai_source_id: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(200))


class Street(DistrictKey, Listed, Base):
    """A street-town (街镇) with its boundary from OpenStreetMap (ODbL)."""

    __tablename__ = "streets"
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(12))
    code_2015: Mapped[str] = mapped_column(String(12))
    district_2015: Mapped[str] = mapped_column(String(40))
    area_km2: Mapped[float] = mapped_column(Float)
    label_lon: Mapped[float] = mapped_column(Float)
    label_lat: Mapped[float] = mapped_column(Float)
    ring: Mapped[list[Any]] = mapped_column(Json)  # [longitude, latitude], WGS 84, not closed


class ResponsibilityRule(DistrictKey, Dated, Listed, Base):
    """A row of the responsibility list (责任清单): exactly one of organisation, stationed agency and station."""

    __tablename__ = "responsibility_rules"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    code_prefix: Mapped[str] = mapped_column(String(8))
    place: Mapped[str | None] = mapped_column(String(12))
    street_code: Mapped[str | None] = mapped_column(String(12))
    org: Mapped[str | None] = mapped_column(String(24))
    agency: Mapped[str | None] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(200))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805  SQLAlchemy calls it with the class
        return (
            ForeignKeyConstraint(["district_id", "org"], ["organisations.district_id", "organisations.code"]),
            ForeignKeyConstraint(["district_id", "street_code"], ["streets.district_id", "streets.code"]),
            CheckConstraint(
                "(CASE WHEN org IS NULL THEN 0 ELSE 1 END) + (CASE WHEN agency IS NULL THEN 0 ELSE 1 END)"
                " + (CASE WHEN station IS NULL THEN 0 ELSE 1 END) = 1",
                name="one_owner",
            ),
        )


class CalendarDay(DistrictKey, Base):
    """A day of the working calendar. `confirmed` = taken from an official notice."""

    __tablename__ = "calendar_days"
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    is_workday: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(20))
    holiday_name: Mapped[str] = mapped_column(String(40))
    confirmed: Mapped[bool]


class ChecklistItem(DistrictKey, Retirable, Listed, Base):
    """An item of the pilot checklists (标准化试点). Ids are never used again."""

    __tablename__ = "checklist_items"
    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    tier: Mapped[str] = mapped_column(String(16))
    section: Mapped[str] = mapped_column(String(20))
    veto: Mapped[bool]
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    seed_phrase: Mapped[str] = mapped_column(String(300))
    seed_phrase_2: Mapped[str] = mapped_column(String(300))
    evidence: Mapped[str] = mapped_column(String(40))
    check: Mapped[str] = mapped_column("check_text", Text)
    window: Mapped[str] = mapped_column("time_window", String(40))
    threshold: Mapped[str] = mapped_column(String(120))


class KpiText(DistrictKey, Retirable, Listed, Base):
    """The words of a KPI: names, numerator, denominator, basis. What it counts stands in code."""

    __tablename__ = "kpi_texts"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    numerator: Mapped[str] = mapped_column(Text)
    denominator: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)


class ScoreComponent(DistrictKey, Retirable, Listed, Base):
    """A part of a composite score with its weight in percent."""

    __tablename__ = "score_components"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    score_id: Mapped[str] = mapped_column(String(40))
    score_name: Mapped[str] = mapped_column(String(80))
    score_name_en: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    kpi_id: Mapped[str] = mapped_column(String(60))
    transform: Mapped[str] = mapped_column(Text)
    weight_percent: Mapped[float] = mapped_column(Float)
    basis: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)


class GlossaryTerm(DistrictKey, Retirable, Listed, Base):
    """A Chinese term with its English term and the name it has in code."""

    __tablename__ = "glossary_terms"
    term: Mapped[str] = mapped_column(String(80), primary_key=True)
    term_en: Mapped[str] = mapped_column(String(160))
    code_name: Mapped[str] = mapped_column(String(60))
    group: Mapped[str] = mapped_column("term_group", String(40))
    in_opinion: Mapped[bool]
    meaning: Mapped[str] = mapped_column(Text)


class Clause(DistrictKey, Retirable, Listed, Base):
    """A requirement of the 2016 opinion with its exact words."""

    __tablename__ = "clauses"
    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    section: Mapped[str] = mapped_column(String(40))
    quote: Mapped[str] = mapped_column(Text)
    requirement: Mapped[str] = mapped_column(Text)
    screen: Mapped[str] = mapped_column(String(120))
    scope: Mapped[str] = mapped_column(String(12))
    checklist_items: Mapped[str] = mapped_column(String(60))
    kpis: Mapped[str] = mapped_column(String(200))
