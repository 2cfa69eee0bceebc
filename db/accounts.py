"""Keeping accounts: add, list, disable, unlock, roles, passwords. Each change is one transaction with its audit row.

A change that matters for safety ends the person's sessions: the next rerun of every open page shows the login.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from db.audit import SYSTEM, Who, record
from db.ids import new_id
from db.models.accounts import LoginSession, LoginThrottle, LoginTicket, Membership, User
from db.passwords import check_new, hash_password, matches
from domain.people import Role, role_fits
from domain.text import Clash, Refused, text
from domain.world import World

LOGIN = re.compile(r"[a-z0-9_-]{2,20}")


@dataclass(frozen=True, slots=True)
class Post:
    """A role at an organisation."""

    role: Role
    org: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account as administrators see it. `locked_until` is None when sign-in is open."""

    id: int
    login: str
    name: str
    active: bool
    must_change: bool
    lang: str | None
    posts: tuple[Post, ...]
    created_at: datetime
    locked_until: datetime | None


def login_key(login: str) -> str:
    """The stored form of a login name: NFKC, lower case, no blanks around it."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def login_hash(login: str) -> bytes:
    """Key of the throttle: known and unknown names alike, without keeping what was typed."""
    return sha256(login_key(login).encode(errors="surrogatepass")).digest()


def add_user(
    engine: Engine,
    world: World,
    *,
    login: str,
    name: str,
    password: str,
    posts: tuple[Post, ...],
    at: datetime,
    who: Who = SYSTEM,
    must_change: bool = True,
    trusted: bool = False,
) -> int:
    """Make an account with its roles; gives its id. Raises Refused naming the field.

    `trusted` skips only the check for guessable passwords: for demonstration accounts that are printed anyway.
    """
    login = login_key(login)
    name = unicodedata.normalize("NFC", name).strip()
    if not LOGIN.fullmatch(login):
        raise Refused(text("A login name has 2 to 20 small letters, digits, - or _."), "login")
    if not name or len(name) > 100 or any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in name):
        raise Refused(text("Write the person's name with at most 100 characters."), "name")
    _check_posts(world, posts)
    if not trusted:
        check_new(password, login, name)
    user_id, hashed = new_id(), hash_password(password)
    try:
        with engine.begin() as connection:
            connection.execute(
                insert(User).values(
                    district_id=world.district_id,
                    id=user_id,
                    login=login,
                    name=name,
                    password_hash=hashed,
                    active=True,
                    must_change=must_change,
                    lang=None,
                    created_at=at,
                    password_changed_at=at,
                )
            )
            _write_posts(connection, world.district_id, user_id, posts, at)
            record(connection, world.district_id, at, who, "user.add", login)
    except IntegrityError as error:
        raise Clash(text("There is already an account {login}.", login=login), "login") from error
    return user_id


def _check_posts(world: World, posts: tuple[Post, ...]) -> None:
    if not posts:
        raise Refused(text("Choose at least one role."), "role")
    for post in posts:
        if post.org not in world.orgs:
            raise Refused(text("There is no organisation {code}.", code=post.org), "org")
        if not role_fits(world, post.role, post.org):
            raise Refused(text("This role cannot be held at {name}.", name=world.orgs[post.org].called), "org")


def _write_posts(connection: Connection, district: int, user_id: int, posts: tuple[Post, ...], at: datetime) -> None:
    rows = [
        {"district_id": district, "user_id": user_id, "role": p.role.value, "org_code": p.org, "created_at": at}
        for p in dict.fromkeys(posts)
    ]
    connection.execute(insert(Membership), rows)


def find_user(connection: Connection, district: int, login: str) -> tuple[int, str] | None:
    """Id and login of an account, or None."""
    row = connection.execute(
        select(User.id, User.login).where(User.district_id == district, User.login == login_key(login))
    ).first()
    return (row.id, row.login) if row else None


def _known(connection: Connection, district: int, login: str) -> int:
    found = find_user(connection, district, login)
    if found is None:
        raise Refused(text("There is no account {login}.", login=login_key(login)), "login")
    return found[0]


def end_sessions(connection: Connection, district: int, user_id: int) -> int:
    """End every session and ticket of a person, inside the caller's transaction; gives how many sessions ended."""
    connection.execute(delete(LoginTicket).where(LoginTicket.district_id == district, LoginTicket.user_id == user_id))
    gone = connection.execute(
        delete(LoginSession).where(LoginSession.district_id == district, LoginSession.user_id == user_id)
    )
    return gone.rowcount


def set_password(
    engine: Engine,
    district: int,
    *,
    login: str,
    password: str,
    at: datetime,
    who: Who = SYSTEM,
    must_change: bool = True,
) -> None:
    """Give an account a new password (by an administrator or the command line), lift its lock, end its sessions."""
    with engine.connect().execution_options(reading=True) as reading:
        row = reading.execute(
            select(User.login, User.name).where(User.district_id == district, User.login == login_key(login))
        ).first()
    check_new(password, *((row.login, row.name) if row else ()))
    hashed = hash_password(password)
    with engine.begin() as connection:
        user_id = _known(connection, district, login)
        _store_password(connection, district, user_id, hashed, at, must_change)
        _forget_failures(connection, district, login)
        record(connection, district, at, who, "user.password", login_key(login))


def change_password(engine: Engine, district: int, *, user_id: int, old: str, new: str, at: datetime, who: Who) -> None:
    """Change one's own password. Ends all sessions of the person: the caller opens a new one."""
    with engine.connect().execution_options(reading=True) as reading:
        row = reading.execute(
            select(User.login, User.name, User.password_hash).where(User.district_id == district, User.id == user_id)
        ).one()
    if not matches(row.password_hash, old):
        with engine.begin() as connection:
            record(connection, district, at, who, "password.change", row.login, "wrong password")
        raise Refused(text("The present password is wrong."), "old")
    if old == new:
        raise Refused(text("The new password must differ from the present one."), "password")
    check_new(new, row.login, row.name)
    hashed = hash_password(new)
    with engine.begin() as connection:
        _store_password(connection, district, user_id, hashed, at, must_change=False)
        record(connection, district, at, who, "password.change", row.login)


def _store_password(
    connection: Connection, district: int, user_id: int, hashed: str, at: datetime, must_change: bool
) -> None:
    connection.execute(
        update(User)
        .where(User.district_id == district, User.id == user_id)
        .values(password_hash=hashed, password_changed_at=at, must_change=must_change)
    )
    end_sessions(connection, district, user_id)


def set_active(engine: Engine, district: int, *, login: str, active: bool, at: datetime, who: Who = SYSTEM) -> None:
    """Disable an account (its sessions end) or let it sign in again. Nobody disables the own account."""
    with engine.begin() as connection:
        user_id = _known(connection, district, login)
        if not active and user_id == who.user_id:
            raise Refused(text("You cannot disable your own account."), "login")
        connection.execute(update(User).where(User.district_id == district, User.id == user_id).values(active=active))
        if not active:
            end_sessions(connection, district, user_id)
        record(connection, district, at, who, "user.enable" if active else "user.disable", login_key(login))


def disable(engine: Engine, district: int, *, login: str, at: datetime, who: Who = SYSTEM) -> None:
    """Disable an account: see `set_active`."""
    set_active(engine, district, login=login, active=False, at=at, who=who)


def set_posts(
    engine: Engine, world: World, *, login: str, posts: tuple[Post, ...], at: datetime, who: Who = SYSTEM
) -> None:
    """Replace the roles of an account. Ends its sessions, so that nobody goes on in a role that was taken away."""
    _check_posts(world, posts)
    district = world.district_id
    with engine.begin() as connection:
        user_id = _known(connection, district, login)
        connection.execute(delete(Membership).where(Membership.district_id == district, Membership.user_id == user_id))
        _write_posts(connection, district, user_id, posts, at)
        end_sessions(connection, district, user_id)
        record(connection, district, at, who, "user.roles", login_key(login))


def unlock(engine: Engine, district: int, *, login: str, at: datetime, who: Who = SYSTEM) -> None:
    """Lift the lock after failed attempts."""
    with engine.begin() as connection:
        _known(connection, district, login)
        _forget_failures(connection, district, login)
        record(connection, district, at, who, "user.unlock", login_key(login))


def _forget_failures(connection: Connection, district: int, login: str) -> None:
    connection.execute(
        delete(LoginThrottle).where(
            LoginThrottle.district_id == district, LoginThrottle.login_hash == login_hash(login)
        )
    )


def set_lang(engine: Engine, district: int, *, user_id: int, lang: str) -> None:
    """Remember the language a person reads."""
    with engine.begin() as connection:
        connection.execute(update(User).where(User.district_id == district, User.id == user_id).values(lang=lang))


def list_users(engine: Engine, district: int, at: datetime) -> list[Account]:
    """Every account of the district by login, with roles and the lock as of `at`."""
    with engine.connect().execution_options(reading=True) as connection:
        users = connection.execute(
            select(User.__table__).where(User.district_id == district).order_by(User.login)
        ).all()
        posts: dict[int, list[Post]] = {}
        for row in connection.execute(
            select(Membership.user_id, Membership.role, Membership.org_code)
            .where(Membership.district_id == district)
            .order_by(Membership.user_id, Membership.created_at, Membership.role, Membership.org_code)
        ):
            posts.setdefault(row.user_id, []).append(Post(Role(row.role), row.org_code))
        locks = {
            row.login_hash: row.locked_until
            for row in connection.execute(
                select(LoginThrottle.login_hash, LoginThrottle.locked_until).where(
                    LoginThrottle.district_id == district, LoginThrottle.locked_until > at
                )
            )
        }
    return [
        Account(
            u.id,
            u.login,
            u.name,
            u.active,
            u.must_change,
            u.lang,
            tuple(posts.get(u.id, ())),
            u.created_at,
            locks.get(login_hash(u.login)),
        )
        for u in users
    ]


def count_users(engine: Engine, district: int) -> int:
    """How many accounts there are: none = the first start, which asks for `python -m db user add`."""
    with engine.connect().execution_options(reading=True) as connection:
        return connection.execute(
            select(func.count()).select_from(User).where(User.district_id == district)
        ).scalar_one()
