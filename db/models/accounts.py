"""Accounts, memberships, login sessions, throttle and audit. Secrets are kept only as hashes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.append_only import make_append_only
from db.models.base import Base, Instant


class User(Base):
    """A person who may sign in. `login` is lower case; `must_change` asks for an own password at the next login."""

    __tablename__ = "users"
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool]
    must_change: Mapped[bool]
    lang: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(Instant)
    password_changed_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("uq_users_district_id_login", "district_id", "login", unique=True),)


class Membership(Base):
    """A role that a user holds at an organisation. A session acts in exactly one of them."""

    __tablename__ = "memberships"
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    org_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (ForeignKeyConstraint(["district_id", "user_id"], ["users.district_id", "users.id"]),)


class LoginSession(Base):
    """A signed-in browser. The token is in its cookie only; here stands its SHA-256."""

    __tablename__ = "login_sessions"
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(String(40))
    org_code: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    address: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        ForeignKeyConstraint(["district_id", "user_id"], ["users.district_id", "users.id"]),
        Index("ix_login_sessions_district_id_user_id", "district_id", "user_id"),
        Index("ix_login_sessions_district_id_expires_at", "district_id", "expires_at"),
    )


class LoginTicket(Base):
    """A one-time ticket from the login form to the route that sets the cookie. Lives for a minute."""

    __tablename__ = "login_tickets"
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ticket_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(String(40))
    org_code: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(2000))
    expires_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (ForeignKeyConstraint(["district_id", "user_id"], ["users.district_id", "users.id"]),)


class LoginThrottle(Base):
    """Failures of one login name, known or not, so that a lock does not tell which names exist."""

    __tablename__ = "login_throttle"
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    login_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    rounds: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)


class LoginFailure(Base):
    """A failed attempt from an address. The name that was typed is not kept: it may be a password."""

    __tablename__ = "login_failures"
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (Index("ix_login_failures_district_id_address_at", "district_id", "address", "at"),)


class Audit(Base):
    """What anybody did or was refused. Append-only: triggers refuse every change (see `db.models.append_only`)."""

    __tablename__ = "audit"
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(BigInteger)  # 0 = nobody yet, or the system
    login: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(40))
    org_code: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(60))
    object: Mapped[str] = mapped_column(String(254))
    result: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_audit_district_id_at", "district_id", "at"),
        Index("ix_audit_district_id_user_id_at", "district_id", "user_id", "at"),
    )


make_append_only(Base.metadata.tables["audit"])
