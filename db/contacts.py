"""A reporter's name and number: sealed at rest, masked on screens, opened only by those who call back."""

import json
import re
from dataclasses import dataclass

from db.seal import keyed_hash, seal, unseal
from domain.people import CENTRES, HANDLERS, Actor, Role
from domain.text import Refused, text

PURPOSE = "contact"
_PHONE = re.compile(r"^\+?[0-9][0-9 \-]{4,19}$")
MAY_OPEN = CENTRES | HANDLERS - {Role.RESIDENTIAL_WORKER}
"""Roles that call citizens: the centres, and units for the first contact of their own orders."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Name and telephone number of the person who reported."""

    name: str
    phone: str


def checked(name: str, phone: str) -> Contact | None:
    """A contact from form texts, None when both are empty. Raises Refused naming the field at fault."""
    name, phone = name.strip(), phone.strip()
    if not name and not phone:
        return None
    if len(name) > 40:
        raise Refused(text("The name has at most {n} characters.", n=40), "contact_name")
    if any(ord(c) < 32 for c in name):
        raise Refused(text("The name contains control characters."), "contact_name")
    if not _PHONE.match(phone):
        raise Refused(text("The telephone number has 5 to 20 digits, blanks or hyphens."), "contact_phone")
    return Contact(name, phone)


def masked(contact: Contact) -> str:
    """What screens show: the family name, and a number of which the middle is hidden."""
    digits = re.sub(r"\D", "", contact.phone)
    shown = f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"
    return f"{contact.name[:1]}** {shown}".strip() if contact.name else shown


def sealed(contact: Contact) -> bytes:
    """The contact as stored."""
    return seal(json.dumps([contact.name, contact.phone], ensure_ascii=False).encode(), PURPOSE)


def opened(data: bytes) -> Contact:
    """The contact as entered. The caller has asked `may_open` and records the view."""
    name, phone = json.loads(unseal(data, PURPOSE))
    return Contact(name, phone)


def phone_hash(contact: Contact) -> str:
    """A keyed hash of the digits, for finding all cases of one number."""
    return keyed_hash(re.sub(r"\D", "", contact.phone), PURPOSE)


def may_see_mask(actor: Actor) -> bool:
    """Whether this person is shown that there is a contact, masked. Readers without personal data are not."""
    return actor.role not in (Role.LEADER, Role.REVIEWER, Role.DISPLAY, Role.ADMINISTRATOR)


def may_open(actor: Actor, *, unit_code: str | None) -> bool:
    """Whether this person may see the full contact: the centres in their area, units only for their own orders."""
    if actor.role in CENTRES:
        return True
    return actor.role in MAY_OPEN and unit_code == actor.org
