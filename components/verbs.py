"""The two verbs of pages: `read` a query in the person's scope, `act` with a command."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from components import session
from components.i18n import _, translate
from db import execute as store
from db.audit import record
from db.contacts import Contact
from db.engine import engine
from db.execute import Act, Open, Outcome
from db.photos import Photo
from db.queries.scope import Scope, scope_of
from domain.intake import Report
from domain.moves import done_label
from domain.people import Actor
from domain.text import Refused

P = ParamSpec("P")
T = TypeVar("T")


def read(
    query: Callable[Concatenate[Connection, Scope, P], T], actor: Actor, /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Ask a query of `db.queries` in the scope of a person. Nothing is kept between runs: no stale boards."""
    scope = scope_of(actor, session.world().district_id)
    with engine().connect().execution_options(reading=True) as connection:
        return query(connection, scope, *args, **kwargs)


def form_key(form: str) -> str:
    """The idempotency key of a form as it stands open in this tab: the same until the form has been carried out."""
    found: str | None = session.kept(f"_key:{form}")
    if found is None:
        found = uuid.uuid4().hex
        session.keep(f"_key:{form}", found)
    return found


def finish_form(form: str) -> None:
    """The form was carried out: the next one is a new command."""
    session.drop(f"_key:{form}")


def act(
    actor: Actor,
    move: str,
    no: str,
    version: int,
    *,
    answers: Mapping[str, Any] | None = None,
    photos: tuple[Photo, ...] = (),
    form: str,
) -> Outcome:
    """Make a move on a case. Raises `Refused` or `Clash` with the sentence; both are also in the audit trail.

    `form` names the form with the case's version that was seen, so that its key never has to be given up: a second tap
    finds what the first one did.
    """
    command = Act(form_key(form), actor, session.now(), move, no, version, dict(answers or {}), photos)
    outcome = _carry_out(command, actor, move, no)
    session.flash(f"{_(done_label(move))} · {no}")
    return outcome


def open_case(
    actor: Actor,
    how: str,
    report: Report,
    *,
    contact: Contact | None = None,
    before: tuple[Photo, ...] = (),
    after: tuple[Photo, ...] = (),
    form: str,
) -> Outcome:
    """Open a case: report, register or self_handle. Raises `Refused` naming the field at fault.

    The caller empties the form and then calls `finish_form`, in a callback: the two belong together.
    """
    command = Open(form_key(form), actor, session.now(), how, report, contact, before, after)
    outcome = _carry_out(command, actor, how, "")
    session.flash(f"{_(done_label(how))} · {outcome.no}")
    return outcome


def _carry_out(command: Act | Open, actor: Actor, what: str, no: str) -> Outcome:
    known = session.world()
    try:
        return store.execute(engine(), known, command)
    except Refused as refusal:
        with engine().begin() as connection:
            record(
                connection,
                known.district_id,
                command.at,
                session.who(actor),
                f"case.{what}",
                no,
                f"refused: {refusal.sentence.message}"[:60],
            )
        raise


def sentence(refusal: Refused) -> str:
    """A refusal in the reader's language, as plain text."""
    return translate(refusal.sentence)
