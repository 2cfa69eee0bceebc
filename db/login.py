"""Checking a name and a password, with the throttle in the database: a new browser session changes nothing.

Five failures of one name lock it for 15 minutes, then 30, 60 and so on up to four hours; 20 failures a minute from one
address stop that address. Known and unknown names answer with the same sentence after the same work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.accounts import Post, login_hash, login_key
from db.audit import Who, record
from db.ids import new_id
from db.models.accounts import LoginFailure, LoginThrottle, Membership, User
from db.passwords import hash_password, matches, needs_rehash
from domain.people import Role
from domain.text import Refused, Text, text

ALLOWED = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=4)
PER_ADDRESS = 20
WINDOW = timedelta(minutes=1)
MEMORY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Known:
    """A person whose password was right, with the roles to choose from."""

    user_id: int
    login: str
    name: str
    lang: str | None
    posts: tuple[Post, ...]


def check_login(engine: Engine, district: int, *, login: str, password: str, address: str, at: datetime) -> Known:
    """The person behind a name and a password. Raises Refused: wrong, locked, too many from here, or without a role.

    The attempt is counted as failed before the password is looked at and struck out after it was right, so that
    attempts running side by side cannot outrun the lock.
    """
    key = login_hash(login)
    with engine.begin() as connection:
        refusal = _reserve(connection, district, key, address, at)
        if refusal is not None:
            record(connection, district, at, Who(address=address), "login", result="locked")
        row = connection.execute(
            select(User.__table__).where(User.district_id == district, User.login == login_key(login))
        ).first()
    if refusal is not None:
        raise Refused(refusal, "login")
    right = matches(row.password_hash if row else None, password)
    if row is None or not right or not row.active:
        _note_failure(engine, district, row, address, at)
        raise Refused(text("The login name or the password is wrong."), "login")
    return _welcome(engine, district, row, key, password, address, at)


def _reserve(connection: Connection, district: int, key: bytes, address: str, at: datetime) -> Text | None:
    """Count the attempt, or say why it may not be made."""
    connection.execute(delete(LoginFailure).where(LoginFailure.district_id == district, LoginFailure.at < at - MEMORY))
    connection.execute(
        delete(LoginThrottle).where(LoginThrottle.district_id == district, LoginThrottle.last_at < at - MEMORY)
    )
    recent = connection.execute(
        select(func.count())
        .select_from(LoginFailure)
        .where(
            LoginFailure.district_id == district,
            LoginFailure.address == address,
            LoginFailure.at > at - WINDOW,
        )
    ).scalar_one()
    if recent >= PER_ADDRESS:
        return text("Too many attempts from here. Try again in a minute.")
    row = _throttle(connection, district, key, at)
    if row.locked_until is not None and row.locked_until > at:
        minutes = ceil((row.locked_until - at) / timedelta(minutes=1))
        return text(
            "Too many failed attempts. Try again in {minutes} minutes or ask an administrator.", minutes=minutes
        )
    _count(connection, district, key, row, at)
    return None


def _throttle(connection: Connection, district: int, key: bytes, at: datetime) -> Any:
    """The row of a login name, made when there is none, held until the transaction ends."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        make(LoginThrottle)
        .values(district_id=district, login_hash=key, failures=0, rounds=0, locked_until=None, last_at=at)
        .on_conflict_do_nothing()
    )
    return connection.execute(
        select(LoginThrottle.__table__)
        .where(LoginThrottle.district_id == district, LoginThrottle.login_hash == key)
        .with_for_update()
    ).one()


def _count(connection: Connection, district: int, key: bytes, row: Any, at: datetime) -> None:
    failures, rounds = row.failures + 1, row.rounds
    locked_until = None
    if failures >= ALLOWED:
        locked_until = at + min(FIRST_LOCK * 2**rounds, LONGEST_LOCK)
        failures, rounds = 0, min(rounds + 1, 10)
    connection.execute(
        update(LoginThrottle)
        .where(LoginThrottle.district_id == district, LoginThrottle.login_hash == key)
        .values(failures=failures, rounds=rounds, locked_until=locked_until, last_at=at)
    )


def _note_failure(engine: Engine, district: int, row: Any, address: str, at: datetime) -> None:
    who = Who(row.id, row.login, address=address) if row else Who(address=address)
    with engine.begin() as connection:
        connection.execute(insert(LoginFailure).values(district_id=district, id=new_id(), address=address, at=at))
        record(connection, district, at, who, "login", result="disabled" if row and not row.active else "wrong")


def _welcome(engine: Engine, district: int, row: Any, key: bytes, password: str, address: str, at: datetime) -> Known:
    fresh = hash_password(password) if needs_rehash(row.password_hash) else None
    with engine.begin() as connection:
        connection.execute(
            delete(LoginThrottle).where(LoginThrottle.district_id == district, LoginThrottle.login_hash == key)
        )
        if fresh:
            connection.execute(
                update(User).where(User.district_id == district, User.id == row.id).values(password_hash=fresh)
            )
        posts = posts_of(connection, district, row.id)
        record(connection, district, at, Who(row.id, row.login, address=address), "login", result="right password")
    if not posts:
        raise Refused(text("Your account has no role yet. Ask an administrator."), "login")
    return Known(row.id, row.login, row.name, row.lang, posts)


def posts_of(connection: Connection, district: int, user_id: int) -> tuple[Post, ...]:
    """The roles a person holds, the oldest first."""
    rows = connection.execute(
        select(Membership.role, Membership.org_code)
        .where(Membership.district_id == district, Membership.user_id == user_id)
        .order_by(Membership.created_at, Membership.role, Membership.org_code)
    )
    return tuple(Post(Role(r.role), r.org_code) for r in rows)


def known_by_login(engine: Engine, district: int, *, login: str, address: str, at: datetime) -> Known | None:
    """The active account of a person whom an OIDC provider has identified, or None. Notes the sign-in."""
    with engine.begin() as connection:
        row = connection.execute(
            select(User.__table__).where(
                User.district_id == district, User.login == login_key(login), User.active.is_(True)
            )
        ).first()
        posts = posts_of(connection, district, row.id) if row else ()
        who = Who(row.id, row.login, address=address) if row else Who(address=address)
        record(connection, district, at, who, "login.oidc", result="right" if posts else "no account")
    return Known(row.id, row.login, row.name, row.lang, posts) if row and posts else None
