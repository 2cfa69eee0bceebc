"""The only writer of business data: one command, one transaction, one journal entry."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Table, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from db import contacts
from db.ids import new_id
from db.journal import GENESIS, JOURNAL, entry_row
from db.models.cases import CaseRow, CaseUnit, ContactRow, PhotoRow
from db.photos import Photo
from db.search import index_cases
from domain import intake
from domain.case import Case, Entry, evolve, from_row
from domain.clock import business_day
from domain.decide import decide
from domain.moves import BY_NAME, done_label
from domain.people import Actor
from domain.text import Clash, Refused, Text
from domain.text import text as sentence
from domain.words import Status
from domain.world import World

CASES: Table = CaseRow.__table__  # type: ignore[assignment]
UNITS: Table = CaseUnit.__table__  # type: ignore[assignment]
PHOTOS: Table = PhotoRow.__table__  # type: ignore[assignment]
CONTACTS: Table = ContactRow.__table__  # type: ignore[assignment]
RETRIES = 3
_RETRY_STATES = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available

_OPENERS: Mapping[str, Callable[..., Entry]] = {
    "report": intake.open_report,
    "register": intake.open_registered,
    "self_handle": intake.open_self_handled,
}
_STAGE_OF_PHOTO = {"handled": "after", "check": "check", "rework": "check"}


@dataclass(frozen=True, slots=True)
class Act:
    """Make a move on a case. `key` is made by the form: the same key twice is one act. `version` is the one seen."""

    key: str
    actor: Actor
    at: datetime
    move: str
    no: str
    version: int
    answers: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """Open a case. `how`: report, register or self_handle."""

    key: str
    actor: Actor
    at: datetime
    how: str
    report: intake.Report
    contact: contacts.Contact | None = None
    before: tuple[Photo, ...] = ()
    after: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did: the case's number, version and status. `repeated`: the same key had already done it."""

    no: str
    version: int
    status: Status
    repeated: bool = False


def execute(engine: Engine, world: World, command: Act | Open) -> Outcome:
    """Carry out a command, whole or not at all.

    Raises `Refused` with the sentence when the rules do not allow it, `Clash` when somebody else was first. A commit
    that reports failure may have happened: it is tried again under the same key, which finds what was done.
    """
    for attempt in range(RETRIES + 1):
        try:
            with engine.begin() as connection:
                known = _done_before(connection, world, command)
                if known is not None:
                    return known
                if isinstance(command, Open):
                    return _open(connection, world, command)
                return _act(connection, world, command)
        except (IntegrityError, OperationalError) as fault:
            if attempt == RETRIES or not _worth_a_retry(fault):
                raise
            time.sleep(random.uniform(0.005, 0.05) * (attempt + 1))  # noqa: S311 - jitter, not a secret
    raise AssertionError("unreachable")


def _worth_a_retry(fault: DBAPIError) -> bool:
    return isinstance(fault, IntegrityError) or getattr(fault.orig, "sqlstate", None) in _RETRY_STATES


def _done_before(connection: Connection, world: World, command: Act | Open) -> Outcome | None:
    row = connection.execute(
        select(JOURNAL.c.actor_id, JOURNAL.c.move, JOURNAL.c.seq, JOURNAL.c.status_to, CASES.c.no)
        .join(CASES, (CASES.c.district_id == JOURNAL.c.district_id) & (CASES.c.id == JOURNAL.c.case_id))
        .where(JOURNAL.c.district_id == world.district_id, JOURNAL.c.command_key == command.key)
    ).first()
    if row is None:
        return None
    move = command.how if isinstance(command, Open) else command.move
    elsewhere = isinstance(command, Act) and row.no != command.no
    if row.actor_id != command.actor.user_id or row.move != move or elsewhere:
        raise Refused(sentence("This form was already used for something else: open it anew."))
    return Outcome(row.no, row.seq, Status(row.status_to), repeated=True)


def _open(connection: Connection, world: World, command: Open) -> Outcome:
    report = replace(command.report, photos_before=len(command.before), photos_after=len(command.after))
    refusal = intake.check_report(world, command.actor, report, command.at)
    if refusal is not None:
        raise refusal
    _refuse_known_number(connection, world, report)
    case_id = new_id()
    no = next_number(connection, world, report.street_code, command.at)
    entry = _OPENERS[command.how](world, command.actor, report, command.at, case_id, no)
    case = evolve(None, entry)
    insert_case(connection, world, case, entry, key=command.key)
    if command.contact is not None:
        _keep_contact(connection, case, command.contact)
    _keep_photos(connection, case, 1, "before", command.before)
    _keep_photos(connection, case, 1, "after", command.after)
    return Outcome(no, 1, case.status)


def insert_case(connection: Connection, world: World, case: Case, entry: Entry, *, key: str) -> str:
    """Write a new case with its first entry, involved unit and search index. Returns the entry's hash."""
    row = as_row(case)
    connection.execute(insert(CASES), row)
    index_cases(connection, [row])
    day = business_day(entry.at, world.calendar.zone)
    sealed = entry_row(case.district_id, case.id, entry, day=day, command_key=key, prev_hash=GENESIS)
    connection.execute(insert(JOURNAL), sealed)
    _involve(connection, case)
    return str(sealed["hash"])


def as_row(case: Case) -> dict[str, Any]:
    """A case as a database row: enums as plain text."""
    return {name: _plain(getattr(case, name)) for name in Case.__dataclass_fields__}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _refuse_known_number(connection: Connection, world: World, report: intake.Report) -> None:
    if not report.external_no:
        return
    known = connection.execute(
        select(CASES.c.no).where(
            CASES.c.district_id == world.district_id,
            CASES.c.external_source == (report.external_source or report.channel),
            CASES.c.external_no == report.external_no.strip(),
        )
    ).scalar()
    if known is not None:
        raise Refused(sentence("This number is already recorded as case {no}.", no=known), "external_no")


def next_number(connection: Connection, world: World, street_code: str, at: datetime) -> str:
    """The next case number: prefix, YYMMDD, last three digits of the street-town, five digits of the day's count."""
    local = at.astimezone(ZoneInfo(world.calendar.zone))
    day = int(local.strftime("%Y%m%d"))
    last = connection.execute(
        text(
            "INSERT INTO counters(district_id, name, day, last) VALUES (:d, :n, :day, 1)"
            " ON CONFLICT (district_id, name, day) DO UPDATE SET last = counters.last + 1 RETURNING last"
        ),
        {"d": world.district_id, "n": f"case:{street_code}", "day": day},
    ).scalar_one()
    return f"{world.case_prefix}{local:%y%m%d}{street_code[-3:]}{last:05d}"


def _act(connection: Connection, world: World, command: Act) -> Outcome:
    case = _locked(connection, world, command.no)
    if case.version != command.version:
        known = _done_before(connection, world, command)  # the same act may have committed while we waited for the row
        if known is not None:
            return known
        raise Clash(_who_was_first(connection, world, case))
    move = BY_NAME.get(command.move)
    if move is None:
        raise Refused(sentence("This is not a move of a case."))
    answers = {name: value for name, value in command.answers.items() if name != "photos"}
    if command.photos:
        answers["photos"] = tuple(p.sha256 for p in command.photos)
    entry = decide(case, move, command.actor, command.at, answers, world)
    after = evolve(case, entry)
    append(connection, world, case, after, entry, key=command.key)
    _keep_photos(connection, after, entry.seq, _STAGE_OF_PHOTO.get(move.name, "evidence"), command.photos)
    return Outcome(after.no, after.version, after.status)


def append(connection: Connection, world: World, before: Case, after: Case, entry: Entry, *, key: str) -> None:
    """Write an entry and the row it leads to. Raises Clash when the row is no longer the one that was read."""
    previous = connection.execute(
        select(JOURNAL.c.hash).where(
            JOURNAL.c.district_id == before.district_id,
            JOURNAL.c.case_id == before.id,
            JOURNAL.c.seq == before.version,
        )
    ).scalar_one()
    day = business_day(entry.at, world.calendar.zone)
    sealed = entry_row(before.district_id, before.id, entry, day=day, command_key=key, prev_hash=previous)
    connection.execute(insert(JOURNAL), sealed)
    row = as_row(after)
    changed = {name: row[name] for name in entry.changes} | {"version": after.version}
    result = connection.execute(
        update(CASES)
        .where(
            CASES.c.district_id == before.district_id,
            CASES.c.id == before.id,
            CASES.c.version == before.version,
        )
        .values(**changed)
    )
    if result.rowcount != 1:
        raise Clash(sentence("Somebody else was first. Load the case again."))
    if after.unit_code != before.unit_code:
        _involve(connection, after)


def _locked(connection: Connection, world: World, no: str) -> Case:
    query = select(CASES).where(CASES.c.district_id == world.district_id, CASES.c.no == no).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise Refused(sentence("There is no case {no}.", no=no))
    return from_row(row)


def _who_was_first(connection: Connection, world: World, case: Case) -> Text:
    row = connection.execute(
        select(JOURNAL.c.move, JOURNAL.c.actor_org)
        .where(JOURNAL.c.district_id == case.district_id, JOURNAL.c.case_id == case.id)
        .order_by(JOURNAL.c.seq.desc())
        .limit(1)
    ).one()
    org = world.orgs.get(row.actor_org)
    return sentence(
        "{org} was first: {what}. Load the case again.",
        org=org.name if org else row.actor_org,
        what=Text(done_label(row.move)),
    )


def _involve(connection: Connection, case: Case) -> None:
    for code in {case.unit_code, *case.partners.split()} - {None}:
        connection.execute(
            text(
                "INSERT INTO case_units(district_id, unit_code, case_id) VALUES (:d, :u, :c)"
                " ON CONFLICT (district_id, unit_code, case_id) DO NOTHING"
            ),
            {"d": case.district_id, "u": code, "c": case.id},
        )


def _keep_contact(connection: Connection, case: Case, contact: contacts.Contact) -> None:
    connection.execute(
        insert(CONTACTS),
        {
            "district_id": case.district_id,
            "case_id": case.id,
            "sealed": contacts.sealed(contact),
            "masked": contacts.masked(contact),
            "phone_hash": contacts.phone_hash(contact),
        },
    )


def _keep_photos(connection: Connection, case: Case, seq: int, stage: str, photos: tuple[Photo, ...]) -> None:
    for photo in photos:
        connection.execute(
            insert(PHOTOS),
            {
                "district_id": case.district_id,
                "id": new_id(),
                "case_id": case.id,
                "seq": seq,
                "stage": stage,
                "sha256": photo.sha256,
                "width": photo.width,
                "height": photo.height,
            },
        )
        connection.execute(
            text(
                "INSERT INTO photo_bytes(district_id, sha256, jpeg, thumb) VALUES (:d, :s, :j, :t)"
                " ON CONFLICT (district_id, sha256) DO NOTHING"
            ),
            {"d": case.district_id, "s": photo.sha256, "j": photo.jpeg, "t": photo.thumb},
        )


def utc_now() -> datetime:
    """This instant in UTC: the one place that reads the clock. Everything below takes `at`."""
    return datetime.now(UTC)
