"""Tables of the case: the row, its journal, photos, sealed contacts, drafts, counters and the search index."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Instant, Json

WORKING = "done_at IS NULL"


def _open_index(name: str, *columns: str) -> Index:
    """A partial index on the cases that still ask for something: its size follows the work, not the history."""
    return Index(name, *columns, sqlite_where=text(WORKING), postgresql_where=text(WORKING))


class CaseRow(Base):
    """One case. Columns are the fields of `domain.case.Case`, name by name (a test compares them)."""

    __tablename__ = "cases"

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    no: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(12))
    category_id: Mapped[str] = mapped_column(String(12))
    description: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(12))
    reported_at: Mapped[datetime] = mapped_column(Instant)
    report_day: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    step: Mapped[str] = mapped_column(String(12))
    street_code: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(400))
    standard_id: Mapped[str | None] = mapped_column(String(24))
    limit_value: Mapped[int | None] = mapped_column(SmallInteger)
    limit_unit: Mapped[str | None] = mapped_column(String(12))
    external_source: Mapped[str | None] = mapped_column(String(40))
    external_no: Mapped[str | None] = mapped_column(String(120))
    reporter_user: Mapped[int | None] = mapped_column(BigInteger)
    reporter_org: Mapped[str | None] = mapped_column(String(24))
    citizen: Mapped[bool] = mapped_column(Boolean)
    social: Mapped[bool] = mapped_column(Boolean)
    estate: Mapped[bool] = mapped_column(Boolean)
    after_hours: Mapped[bool] = mapped_column(Boolean)
    self_action: Mapped[str | None] = mapped_column(String(16))
    imported: Mapped[bool] = mapped_column(Boolean)
    station_code: Mapped[str | None] = mapped_column(String(24))
    committee_code: Mapped[str | None] = mapped_column(String(24))
    lng_e6: Mapped[int | None] = mapped_column(Integer)
    lat_e6: Mapped[int | None] = mapped_column(Integer)
    route: Mapped[str] = mapped_column(String(1))
    unit_code: Mapped[str | None] = mapped_column(String(24))
    issuer_code: Mapped[str | None] = mapped_column(String(24))
    first_unit: Mapped[str | None] = mapped_column(String(24))
    responsible_unit: Mapped[str | None] = mapped_column(String(24))
    partners: Mapped[str] = mapped_column(String(200))
    rule_id: Mapped[str | None] = mapped_column(String(40))
    fallback: Mapped[bool] = mapped_column(Boolean)
    fallback_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_unit: Mapped[str | None] = mapped_column(String(24))
    dispatches: Mapped[int] = mapped_column(Integer)
    returns: Mapped[int] = mapped_column(Integer)
    reworks: Mapped[int] = mapped_column(Integer)
    reopens: Mapped[int] = mapped_column(Integer)
    reminders: Mapped[int] = mapped_column(Integer)
    supervisions: Mapped[int] = mapped_column(Integer)
    photos: Mapped[int] = mapped_column(Integer)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    filed_at: Mapped[datetime | None] = mapped_column(Instant)
    dispatched_at: Mapped[datetime | None] = mapped_column(Instant)
    ordered_at: Mapped[datetime | None] = mapped_column(Instant)
    unit_accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    first_contact_at: Mapped[datetime | None] = mapped_column(Instant)
    handled_at: Mapped[datetime | None] = mapped_column(Instant)
    handled_by: Mapped[int | None] = mapped_column(BigInteger)
    handled_unit: Mapped[str | None] = mapped_column(String(24))
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    checked_by: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_day: Mapped[int | None] = mapped_column(Integer)
    called_back_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    stage_from: Mapped[datetime | None] = mapped_column(Instant)
    stage_yellow_at: Mapped[datetime | None] = mapped_column(Instant)
    stage_due_at: Mapped[datetime | None] = mapped_column(Instant)
    stage_exact: Mapped[bool] = mapped_column(Boolean)
    accept_due_at: Mapped[datetime | None] = mapped_column(Instant)
    handle_due_at: Mapped[datetime | None] = mapped_column(Instant)
    whole_from: Mapped[datetime | None] = mapped_column(Instant)
    whole_yellow_at: Mapped[datetime | None] = mapped_column(Instant)
    whole_due_at: Mapped[datetime | None] = mapped_column(Instant)
    whole_exact: Mapped[bool] = mapped_column(Boolean)
    handled_on_time: Mapped[bool | None] = mapped_column(Boolean)
    whole_on_time: Mapped[bool | None] = mapped_column(Boolean)
    verdict: Mapped[str | None] = mapped_column(String(12))
    satisfaction: Mapped[str | None] = mapped_column(String(16))
    extensions: Mapped[int] = mapped_column(Integer)
    order_extensions: Mapped[int] = mapped_column(Integer)
    extension_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    suspensions: Mapped[int] = mapped_column(Integer)
    suspension_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    suspended_from: Mapped[datetime | None] = mapped_column(Instant)
    suspended_until: Mapped[datetime | None] = mapped_column(Instant)
    appealed_at: Mapped[datetime | None] = mapped_column(Instant)
    appeal_decided_at: Mapped[datetime | None] = mapped_column(Instant)
    exempt: Mapped[bool] = mapped_column(Boolean)
    ruled: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (
        UniqueConstraint("district_id", "no"),
        Index(
            "uq_cases_external",
            "district_id",
            "external_source",
            "external_no",
            unique=True,
            sqlite_where=text("external_no IS NOT NULL"),
            postgresql_where=text("external_no IS NOT NULL"),
        ),
        _open_index("ix_cases_open_district", "district_id", "step", "stage_due_at", "id"),
        _open_index("ix_cases_open_street", "district_id", "street_code", "step", "stage_due_at", "id"),
        _open_index("ix_cases_open_station", "district_id", "station_code", "step", "stage_due_at", "id"),
        _open_index("ix_cases_open_committee", "district_id", "committee_code", "step", "stage_due_at", "id"),
        _open_index("ix_cases_open_unit", "district_id", "unit_code", "step", "stage_due_at", "id"),
        _open_index("ix_cases_open_reporter", "district_id", "reporter_org", "step", "stage_due_at", "id"),
        _open_index("ix_cases_open_point", "district_id", "lng_e6", "lat_e6"),
        Index("ix_cases_recent", "district_id", "id"),
        Index("ix_cases_recent_street", "district_id", "street_code", "id"),
        Index("ix_cases_recent_reporter", "district_id", "reporter_org", "id"),
        Index("ix_cases_recent_station", "district_id", "station_code", "id"),
        Index("ix_cases_recent_committee", "district_id", "committee_code", "id"),
        Index("ix_cases_class_point", "district_id", "category_id", "lat_e6", "lng_e6"),
        CheckConstraint(
            "status IN ('reported','accepted','filed','dispatched','handling','handled','checked','closed',"
            "'appraised','not_accepted','voided')",
            name="status_known",
        ),
        CheckConstraint("(done_at IS NULL) = (status NOT IN ('appraised','not_accepted','voided'))", name="done"),
        CheckConstraint("(lng_e6 IS NULL) = (lat_e6 IS NULL)", name="point_whole"),
        CheckConstraint("status <> 'dispatched' OR unit_code IS NOT NULL", name="ordered_has_unit"),
    )


class EntryRow(Base):
    """One journal entry. Append-only: triggers refuse UPDATE and DELETE; each entry seals the one before it."""

    __tablename__ = "journal"

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    move: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Instant)
    day: Mapped[int] = mapped_column(Integer)
    actor_id: Mapped[int] = mapped_column(BigInteger)
    actor_role: Mapped[str] = mapped_column(String(24))
    actor_org: Mapped[str] = mapped_column(String(24))
    status_from: Mapped[str | None] = mapped_column(String(16))
    status_to: Mapped[str] = mapped_column(String(16))
    answers: Mapped[Any] = mapped_column(Json)
    changes: Mapped[Any] = mapped_column(Json)
    because: Mapped[Any] = mapped_column(Json)
    imported: Mapped[bool] = mapped_column(Boolean)
    command_key: Mapped[str] = mapped_column(String(64))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("district_id", "command_key"),
        ForeignKeyConstraint(["district_id", "case_id"], ["cases.district_id", "cases.id"], name="fk_journal_case"),
        Index("ix_journal_day", "district_id", "day", "move"),
    )


class CaseUnit(Base):
    """Units that hold or held a case: former units keep reading (2.5-22)."""

    __tablename__ = "case_units"

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(24), primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)

    __table_args__ = (Index("ix_case_units_case", "district_id", "case_id", "unit_code"),)


class PhotoRow(Base):
    """A photo of a case: re-encoded, without metadata. `stage`: before, after, evidence or check."""

    __tablename__ = "photos"

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "case_id"], ["cases.district_id", "cases.id"], name="fk_photos_case"),
        Index("ix_photos_case", "district_id", "case_id", "seq"),
    )


class PhotoBytes(Base):
    """The bytes of a photo, once per content: the same photo on two cases is stored once."""

    __tablename__ = "photo_bytes"

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
    thumb: Mapped[bytes] = mapped_column(LargeBinary)


class ContactRow(Base):
    """A reporter's name and number, sealed (AES-GCM); the journal keeps only that there is one."""

    __tablename__ = "contacts"

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    masked: Mapped[str] = mapped_column(String(60))
    phone_hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "case_id"], ["cases.district_id", "cases.id"], name="fk_contacts_case"),
        Index("ix_contacts_phone", "district_id", "phone_hash"),
    )


class DraftRow(Base):
    """A form in progress, sealed: survives a lost connection and a restart. One per user and form."""

    __tablename__ = "drafts"

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    form: Mapped[str] = mapped_column(String(40), primary_key=True)
    part: Mapped[str] = mapped_column(String(80), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class CounterRow(Base):
    """The last number given out per street-town and day: part of the case number."""

    __tablename__ = "counters"

    district_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    day: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
