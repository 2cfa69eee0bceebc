"""Login sessions: an opaque 256-bit token in the browser's cookie, its SHA-256 here, looked up on every rerun."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Engine, and_, delete, insert, select, update

from db.accounts import Post, end_sessions
from db.audit import Who, record
from db.models.accounts import LoginSession, LoginTicket, Membership, User
from domain.people import Role
from domain.text import Refused, text

TICKET_LIFE = timedelta(seconds=60)
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
DISPLAY_LIFE = timedelta(days=30)  # a wall screen has nobody to sign in every morning; it shows counts only
TOUCH = timedelta(minutes=1)  # last_seen is written at most this often


@dataclass(frozen=True, slots=True)
class Signed:
    """A session that holds now: who, in which role at which organisation."""

    user_id: int
    login: str
    name: str
    lang: str | None
    must_change: bool
    post: Post
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: the token for the cookie, where to go, the language to show, when it ends."""

    token: str
    target: str
    lang: str | None
    expires_at: datetime


def _hash(token: str) -> bytes:
    return sha256(token.encode(errors="surrogatepass")).digest()


def life(role: Role) -> timedelta:
    """How long a session of a role may last at most."""
    return DISPLAY_LIFE if role == Role.DISPLAY else ABSOLUTE


def issue_ticket(engine: Engine, district: int, *, user_id: int, post: Post, target: str, at: datetime) -> str:
    """A one-time ticket that the redeeming route turns into a session. `target` is a local path kept on the server."""
    ticket = secrets.token_urlsafe(32)
    with engine.begin() as connection:
        connection.execute(
            insert(LoginTicket).values(
                district_id=district,
                ticket_hash=_hash(ticket),
                user_id=user_id,
                role=post.role.value,
                org_code=post.org,
                target=target if is_local(target) else "/",
                expires_at=at + TICKET_LIFE,
            )
        )
    return ticket


def is_local(target: str) -> bool:
    """Whether a target stays on this server: one slash, no host, no control characters, at most 2000 characters."""
    return (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and "\\" not in target
        and len(target) <= 2000
        and target.isprintable()
    )


def redeem(engine: Engine, district: int, ticket: str, *, address: str, at: datetime) -> Opened | None:
    """Turn a ticket into a session with a new token. None when it is unknown, used, too old, or the account is shut."""
    token = secrets.token_urlsafe(32)
    with engine.begin() as connection:
        _sweep(connection, district, at)
        row = connection.execute(
            delete(LoginTicket)
            .where(LoginTicket.district_id == district, LoginTicket.ticket_hash == _hash(ticket))
            .returning(LoginTicket.user_id, LoginTicket.role, LoginTicket.org_code, LoginTicket.target)
        ).first()
        user = (
            row
            and connection.execute(
                select(User.login, User.lang)
                .join(Membership, and_(Membership.district_id == User.district_id, Membership.user_id == User.id))
                .where(
                    User.district_id == district,
                    User.id == row.user_id,
                    User.active.is_(True),
                    Membership.role == row.role,
                    Membership.org_code == row.org_code,
                )
            ).first()
        )
        if row is None or user is None:
            return None
        expires_at = at + life(Role(row.role))
        connection.execute(
            insert(LoginSession).values(
                district_id=district,
                token_hash=_hash(token),
                user_id=row.user_id,
                role=row.role,
                org_code=row.org_code,
                created_at=at,
                last_seen=at,
                expires_at=expires_at,
                address=address[:64],
            )
        )
        who = Who(row.user_id, user.login, row.role, row.org_code, address)
        record(connection, district, at, who, "session.open")
    return Opened(token, row.target, user.lang, expires_at)


def _sweep(connection: Connection, district: int, at: datetime) -> None:
    connection.execute(delete(LoginTicket).where(LoginTicket.district_id == district, LoginTicket.expires_at <= at))
    connection.execute(delete(LoginSession).where(LoginSession.district_id == district, LoginSession.expires_at <= at))


def find(engine: Engine, district: int, token: str, *, at: datetime, touch: bool = True) -> Signed | None:
    """The session behind a token, or None: unknown, ended, idle too long, account shut, role taken away.

    `touch` counts this look as activity. Timers must not touch, or a forgotten screen would never sign out.
    """
    with engine.connect().execution_options(reading=True) as connection:
        row = connection.execute(
            select(LoginSession.__table__, User.login, User.name, User.lang, User.must_change)
            .join(User, and_(User.district_id == LoginSession.district_id, User.id == LoginSession.user_id))
            .join(
                Membership,
                and_(
                    Membership.district_id == LoginSession.district_id,
                    Membership.user_id == LoginSession.user_id,
                    Membership.role == LoginSession.role,
                    Membership.org_code == LoginSession.org_code,
                ),
            )
            .where(
                LoginSession.district_id == district,
                LoginSession.token_hash == _hash(token),
                LoginSession.expires_at > at,
                User.active.is_(True),
            )
        ).first()
    if row is None:
        return None
    role = Role(row.role)
    if role != Role.DISPLAY and row.last_seen + IDLE <= at:
        return None
    if touch and row.last_seen + TOUCH <= at:
        with engine.begin() as connection:
            connection.execute(
                update(LoginSession)
                .where(LoginSession.district_id == district, LoginSession.token_hash == row.token_hash)
                .values(last_seen=at)
            )
    return Signed(row.user_id, row.login, row.name, row.lang, row.must_change, Post(role, row.org_code), row.expires_at)


def end(engine: Engine, district: int, token: str, *, at: datetime, who: Who) -> None:
    """Log out: the token is worth nothing from here on."""
    with engine.begin() as connection:
        gone = connection.execute(
            delete(LoginSession).where(LoginSession.district_id == district, LoginSession.token_hash == _hash(token))
        )
        if gone.rowcount:
            record(connection, district, at, who, "session.end")


def end_everywhere(engine: Engine, district: int, *, user_id: int, at: datetime, who: Who) -> int:
    """End every session of a person; gives how many."""
    with engine.begin() as connection:
        count = end_sessions(connection, district, user_id)
        record(connection, district, at, who, "session.end_all", result=f"{count} ended")
    return count


def switch(engine: Engine, district: int, token: str, *, post: Post, at: datetime, who: Who) -> None:
    """Act in another of one's own roles from the next rerun on. Raises Refused for a role one does not hold.

    The display's long life never passes to another role: the session ends at the earlier of both ends.
    """
    with engine.begin() as connection:
        held = connection.execute(
            select(Membership.user_id).where(
                Membership.district_id == district,
                Membership.user_id == who.user_id,
                Membership.role == post.role.value,
                Membership.org_code == post.org,
            )
        ).first()
        row = connection.execute(
            select(LoginSession.created_at, LoginSession.expires_at).where(
                LoginSession.district_id == district,
                LoginSession.token_hash == _hash(token),
                LoginSession.user_id == who.user_id,
            )
        ).first()
        if held is None or row is None:
            raise Refused(text("You do not hold this role."), "role")
        connection.execute(
            update(LoginSession)
            .where(LoginSession.district_id == district, LoginSession.token_hash == _hash(token))
            .values(
                role=post.role.value,
                org_code=post.org,
                last_seen=at,
                expires_at=min(row.expires_at, row.created_at + life(post.role)),
            )
        )
        record(connection, district, at, who, "session.switch", f"{post.role.value}@{post.org}")
