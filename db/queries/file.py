"""The case file: one case with its journal, photos and the mask of its contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from db.execute import CASES, CONTACTS, PHOTOS, UNITS
from db.journal import rows_of, to_entry
from db.models.cases import PhotoBytes
from db.queries.scope import Scope, sees
from domain.case import Case, Entry, from_row


@dataclass(frozen=True, slots=True)
class PhotoMeta:
    """A photo without its bytes. `id` is text: browsers round large numbers."""

    id: str
    seq: int
    stage: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything the case page shows. `contact` is the mask; None when there is none."""

    case: Case
    entries: tuple[Entry, ...]
    photos: tuple[PhotoMeta, ...]
    contact: str | None
    units: frozenset[str]


_CASE = select(CASES).where(CASES.c.district_id == bindparam("district_id"), CASES.c.no == bindparam("no"))
_UNITS = select(UNITS.c.unit_code).where(
    UNITS.c.district_id == bindparam("district_id"), UNITS.c.case_id == bindparam("case_id")
)
_PHOTOS = (
    select(PHOTOS.c.id, PHOTOS.c.seq, PHOTOS.c.stage, PHOTOS.c.width, PHOTOS.c.height)
    .where(PHOTOS.c.district_id == bindparam("district_id"), PHOTOS.c.case_id == bindparam("case_id"))
    .order_by(PHOTOS.c.seq, PHOTOS.c.id)
)
_MASK = select(CONTACTS.c.masked).where(
    CONTACTS.c.district_id == bindparam("district_id"), CONTACTS.c.case_id == bindparam("case_id")
)


def case_file(connection: Connection, scope: Scope, no: str) -> CaseFile | None:
    """A case by its number, or None when it does not exist or is not seen: the two answers look alike."""
    row = connection.execute(_CASE, {"district_id": scope.district_id, "no": no}).mappings().first()
    if row is None:
        return None
    case = from_row(row)
    key = {"district_id": case.district_id, "case_id": case.id}
    units = frozenset(connection.execute(_UNITS, key).scalars())
    if not sees(scope, case, units) or not scope.texts:
        return None
    entries = tuple(to_entry(r) for r in rows_of(connection, case.district_id, case.id))
    photos = tuple(PhotoMeta(str(r.id), r.seq, r.stage, r.width, r.height) for r in connection.execute(_PHOTOS, key))
    mask = connection.execute(_MASK, key).scalar()
    return CaseFile(case, entries, photos, mask, units)


def photo_bytes(connection: Connection, scope: Scope, photo_id: int, *, thumb: bool) -> bytes | None:
    """The JPEG of a photo whose case is seen, else None."""
    column = PhotoBytes.thumb if thumb else PhotoBytes.jpeg
    same = (PhotoBytes.district_id == PHOTOS.c.district_id) & (PhotoBytes.sha256 == PHOTOS.c.sha256)
    row: Mapping[Any, Any] | None = (
        connection.execute(
            select(column.label("bytes"), CASES)
            .select_from(PHOTOS)
            .join(CASES, (CASES.c.district_id == PHOTOS.c.district_id) & (CASES.c.id == PHOTOS.c.case_id))
            .join(PhotoBytes, same)
            .where(PHOTOS.c.district_id == scope.district_id, PHOTOS.c.id == photo_id)
        )
        .mappings()
        .first()
    )
    if row is None or not scope.texts:
        return None
    case = from_row(row)
    units = frozenset(connection.execute(_UNITS, {"district_id": case.district_id, "case_id": case.id}).scalars())
    return bytes(row["bytes"]) if sees(scope, case, units) else None


def sealed_contact(connection: Connection, case: Case) -> bytes | None:
    """The sealed contact of a case already read. The caller asks `contacts.may_open` and records the view."""
    return connection.execute(
        select(CONTACTS.c.sealed).where(CONTACTS.c.district_id == case.district_id, CONTACTS.c.case_id == case.id)
    ).scalar()
