"""Names and numbers of reporters: sealed at rest, masked on screens, opened by those who call."""

import pytest
from sqlalchemy import select, text

from db import contacts
from db.contacts import Contact
from db.execute import CONTACTS
from domain.people import Role
from domain.text import Refused
from tests.db.commands import WORLD, act, open_case
from tests.worlds import actor

PHONE, NAME = "13917654321", "欧阳小满"


@pytest.mark.parametrize(
    ("name", "phone", "shown"),
    [
        ("张三", "13912345678", "张** 139****5678"),
        ("", "13912345678", "139****5678"),
        ("李四", "021-6247 1234", "李** 021****1234"),
        ("王五", "62471234", "王** ****34"),
        ("赵六", "12345", "赵** ****45"),
    ],
)
def test_the_mask_hides_the_middle_of_a_number_and_the_given_name(name, phone, shown):
    assert contacts.masked(Contact(name, phone)) == shown


@pytest.mark.parametrize(
    ("name", "phone", "field"),
    [
        ("张三", "", "contact_phone"),
        ("张三", "1234", "contact_phone"),
        ("张三", "12345", None),
        ("张三", "1" * 20, None),
        ("张三", "1" * 21, "contact_phone"),
        ("张三", "139a2345678", "contact_phone"),
        ("张三", "１３９１２３４５６７８", "contact_phone"),
        ("张" * 40, "12345", None),
        ("张" * 41, "12345", "contact_name"),
        ("张\x00三", "12345", "contact_name"),
    ],
)
def test_a_contact_is_checked_at_its_fields(name, phone, field):
    if field is None:
        assert contacts.checked(name, phone) == Contact(name, phone)
        return
    with pytest.raises(Refused) as refused:
        contacts.checked(name, phone)
    assert refused.value.field == field


def test_no_contact_is_no_fault():
    assert contacts.checked(" ", "") is None


def test_a_sealed_contact_opens_to_what_was_entered_and_never_looks_the_same():
    contact = Contact(NAME, PHONE)
    assert contacts.opened(contacts.sealed(contact)) == contact
    assert contacts.sealed(contact) != contacts.sealed(contact)
    assert contacts.phone_hash(contact) == contacts.phone_hash(Contact("x", "139-1765 4321"))


@pytest.mark.parametrize("role", list(Role))
def test_units_open_the_contact_of_their_own_order_and_the_centres_any(role):
    by = actor(WORLD, role)
    centres = {Role.DISTRICT_OFFICER, Role.STREET_OFFICER}
    units = {Role.DEPARTMENT_HANDLER, Role.STATIONED_HANDLER, Role.BLOCK_COORDINATOR}
    assert contacts.may_open(by, unit_code=by.org) == (role in centres | units)
    assert contacts.may_open(by, unit_code="JGW") == (role in centres)
    assert contacts.may_open(by, unit_code=None) == (role in centres)


def _bytes_at_rest(store):
    if store.dialect.name == "sqlite":
        with store.connect() as connection:
            connection.connection.driver_connection.execute("SELECT 1")
        path = store.url.database
        found = b""
        for suffix in ("", "-wal", "-shm"):
            try:
                with open(path + suffix, "rb") as file:  # noqa: PTH123
                    found += file.read()
            except FileNotFoundError:
                continue
        return found
    with store.connect() as connection:
        tables = connection.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).scalars()
        whole = [
            str(connection.execute(text(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{t}\" t")).scalar())
            for t in tables
        ]
    return "\n".join(whole).encode()


def test_no_byte_of_a_number_or_name_lies_open_in_the_database(store):
    no = open_case(store, contact=Contact(NAME, PHONE), description="路边有垃圾甲乙丙").no
    act(store, no, "file")
    found = _bytes_at_rest(store)
    assert "路边有垃圾甲乙丙".encode() in found, "the scan reads what is stored"
    assert PHONE.encode() not in found
    assert NAME.encode() not in found
    assert PHONE[3:].encode() not in found
    with store.connect() as connection:
        row = connection.execute(select(CONTACTS)).mappings().one()
    assert contacts.opened(row["sealed"]) == Contact(NAME, PHONE)
    assert row["masked"] == "欧** 139****4321"
    assert PHONE not in str(row["phone_hash"])


def test_a_case_without_a_contact_keeps_none(store):
    open_case(store)
    with store.connect() as connection:
        assert connection.execute(select(CONTACTS)).all() == []
