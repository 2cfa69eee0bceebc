"""Journal rows: the hash chain of each case, and reading entries back as the rules know them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select

from db.models.cases import EntryRow
from domain.case import Entry, to_json

JOURNAL: Table = EntryRow.__table__  # type: ignore[assignment]
GENESIS = "0" * 64

_OF_CASE = (
    select(JOURNAL)
    .where(JOURNAL.c.district_id == bindparam("district_id"), JOURNAL.c.case_id == bindparam("case_id"))
    .order_by(JOURNAL.c.seq)
)
_SEALED = (
    "district_id", "case_id", "seq", "move", "at", "day", "actor_id", "actor_role", "actor_org", "status_from",
    "status_to", "answers", "changes", "because", "imported", "command_key", "prev_hash",
)  # fmt: skip


def seal_entry(row: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of every column but the hash itself, the previous hash included."""
    body = [to_json(row[name]) for name in _SEALED]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def entry_row(
    district_id: int, case_id: int, entry: Entry, *, day: int, command_key: str, prev_hash: str
) -> dict[str, Any]:
    """The database row of an entry, sealed onto the one before it."""
    row: dict[str, Any] = {
        "district_id": district_id,
        "case_id": case_id,
        "seq": entry.seq,
        "move": entry.move,
        "at": entry.at,
        "day": day,
        "actor_id": entry.actor_id,
        "actor_role": entry.actor_role,
        "actor_org": entry.actor_org,
        "status_from": entry.status_from,
        "status_to": entry.status_to,
        "answers": dict(entry.answers),
        "changes": dict(entry.changes),
        "because": [list(pair) for pair in entry.because],
        "imported": entry.imported,
        "command_key": command_key,
        "prev_hash": prev_hash,
    }
    return row | {"hash": seal_entry(row)}


def to_entry(row: Mapping[str, Any]) -> Entry:
    """A journal row as an entry of the rules."""
    return Entry(
        seq=row["seq"],
        move=row["move"],
        at=row["at"],
        actor_id=row["actor_id"],
        actor_role=row["actor_role"],
        actor_org=row["actor_org"],
        status_from=row["status_from"],
        status_to=row["status_to"],
        answers=row["answers"],
        changes=row["changes"],
        because=tuple((a, b) for a, b in row["because"]),
        imported=row["imported"],
    )


def rows_of(connection: Connection, district_id: int, case_id: int) -> list[Mapping[str, Any]]:
    """The journal rows of a case in order."""
    found = connection.execute(_OF_CASE, {"district_id": district_id, "case_id": case_id})
    return [dict(row) for row in found.mappings()]


def chain_fault(rows: list[Mapping[str, Any]]) -> str | None:
    """What is wrong with a case's chain: a gap, a changed entry or a broken link; None = intact."""
    previous = GENESIS
    for expected, row in enumerate(rows, start=1):
        if row["seq"] != expected:
            return f"entry {expected} is missing"
        if row["prev_hash"] != previous:
            return f"entry {expected} is not linked to the entry before it"
        if seal_entry(row) != row["hash"]:
            return f"entry {expected} was changed"
        previous = row["hash"]
    return None
