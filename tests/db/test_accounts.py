"""Accounts, the login throttle and sessions, on both databases."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError

from db import accounts, login, sessions
from db.accounts import Post
from db.audit import Who
from db.models.accounts import Audit, LoginSession, LoginTicket, User
from db.passwords import check_new, hash_password, matches
from domain.people import Role
from domain.text import Clash, Refused
from tests.worlds import DISTRICT, MONDAY, world

GOOD = "correct horse 42"
BAD = "wrong horse 9"
OFFICER = Post(Role.DISTRICT_OFFICER, "QWG")
LEADER = Post(Role.LEADER, "QWG")
DISPLAY = Post(Role.DISPLAY, "QWG")
WRONG = "The login name or the password is wrong."
MINUTE = timedelta(minutes=1)


def person(store: Engine, name: str = "wang", *posts: Post, at: datetime = MONDAY) -> int:
    return accounts.add_user(
        store, world(), login=name, name="王建国", password=GOOD, posts=posts or (OFFICER,), at=at, must_change=False
    )


def attempt(
    store: Engine, name: str = "wang", password: str = GOOD, *, at: datetime = MONDAY, address: str = "10.0.0.1"
):
    return login.check_login(store, DISTRICT, login=name, password=password, address=address, at=at)


def refusal(store: Engine, name: str = "wang", password: str = BAD, **more: object) -> str:
    with pytest.raises(Refused) as caught:
        attempt(store, name, password, **more)
    return str(caught.value)


def opened(store: Engine, user_id: int, post: Post = OFFICER, at: datetime = MONDAY, target: str = "/") -> str:
    ticket = sessions.issue_ticket(store, DISTRICT, user_id=user_id, post=post, target=target, at=at)
    session = sessions.redeem(store, DISTRICT, ticket, address="10.0.0.1", at=at)
    assert session is not None
    return session.token


def holds(store: Engine, token: str, at: datetime = MONDAY, touch: bool = False) -> bool:
    return sessions.find(store, DISTRICT, token, at=at, touch=touch) is not None


def audited(store: Engine) -> list[tuple[str, str, str]]:
    with store.connect().execution_options(reading=True) as connection:
        rows = connection.execute(select(Audit.action, Audit.object, Audit.result).order_by(Audit.id))
        return [tuple(row) for row in rows]


def test_a_right_password_gives_the_person_and_the_roles(store: Engine) -> None:
    user_id = person(store, "wang", OFFICER, LEADER)

    known = attempt(store, " WANG ")

    assert (known.user_id, known.login, known.posts) == (user_id, "wang", (OFFICER, LEADER))


@pytest.mark.parametrize("name", ["wang", "nobody"])
def test_the_sixth_attempt_after_five_failures_is_locked_for_known_and_unknown_names_alike(
    store: Engine, name: str
) -> None:
    person(store)

    said = [refusal(store, name) for _ in range(6)]

    assert said[:5] == [WRONG] * 5
    assert said[5] == "Too many failed attempts. Try again in 15 minutes or ask an administrator."


def test_the_lock_refuses_the_right_password_until_it_ends_and_grows_each_time(store: Engine) -> None:
    person(store)
    for _ in range(5):
        refusal(store)

    assert refusal(store, password=GOOD, at=MONDAY + timedelta(minutes=15) - timedelta(seconds=1)).startswith(
        "Too many"
    )
    later = MONDAY + timedelta(minutes=15)
    for _ in range(5):
        assert refusal(store, at=later) == WRONG
    assert "30 minutes" in refusal(store, at=later)
    assert attempt(store, at=later + timedelta(minutes=30)).login == "wang"
    assert refusal(store, at=later + timedelta(minutes=30)) == WRONG


def test_four_failures_and_a_success_start_the_count_anew(store: Engine) -> None:
    person(store)
    for _ in range(4):
        refusal(store)
    attempt(store)

    for _ in range(4):
        refusal(store)

    assert attempt(store).login == "wang"


def test_an_administrator_can_unlock(store: Engine) -> None:
    person(store)
    for _ in range(5):
        refusal(store)
    assert accounts.list_users(store, DISTRICT, MONDAY)[0].locked_until == MONDAY + timedelta(minutes=15)

    accounts.unlock(store, DISTRICT, login="wang", at=MONDAY)

    assert accounts.list_users(store, DISTRICT, MONDAY)[0].locked_until is None
    assert attempt(store).login == "wang"


def test_attempts_side_by_side_cannot_outrun_the_lock(store: Engine) -> None:
    person(store)

    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(lambda n: refusal(store, address=f"10.0.1.{n}"), range(24)))

    assert said.count(WRONG) == 5


def test_twenty_failures_a_minute_from_one_address_stop_that_address_only(store: Engine) -> None:
    person(store)
    for n in range(20):
        assert refusal(store, f"name{n}") == WRONG

    assert refusal(store, password=GOOD) == "Too many attempts from here. Try again in a minute."
    assert attempt(store, address="10.0.0.2").login == "wang"
    assert attempt(store, at=MONDAY + MINUTE).login == "wang"


def test_a_disabled_account_answers_like_a_wrong_password(store: Engine) -> None:
    person(store)
    accounts.disable(store, DISTRICT, login="wang", at=MONDAY)

    assert refusal(store, password=GOOD) == WRONG


def test_a_password_hashed_with_weaker_settings_is_hashed_anew_at_login(store: Engine) -> None:
    person(store)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with store.begin() as connection:
        connection.execute(update(User).values(password_hash=weak))

    attempt(store)

    with store.connect().execution_options(reading=True) as connection:
        stored = connection.execute(select(User.password_hash)).scalar_one()
    assert "m=19456,t=2,p=1" in stored
    assert attempt(store).login == "wang"


def test_a_ticket_is_good_once_and_for_a_minute(store: Engine) -> None:
    user_id = person(store)

    def ticket() -> str:
        return sessions.issue_ticket(store, DISTRICT, user_id=user_id, post=OFFICER, target="/case?no=JA-1", at=MONDAY)

    def redeem(value: str, at: datetime):
        return sessions.redeem(store, DISTRICT, value, address="10.0.0.1", at=at)

    first = ticket()
    done = redeem(first, MONDAY + timedelta(seconds=59))
    assert done is not None
    assert done.target == "/case?no=JA-1"
    assert redeem(first, MONDAY + timedelta(seconds=59)) is None
    assert redeem(ticket(), MONDAY + timedelta(seconds=60)) is None
    assert redeem("", MONDAY) is None


def test_a_ticket_of_an_account_disabled_meanwhile_is_worth_nothing(store: Engine) -> None:
    user_id = person(store)
    ticket = sessions.issue_ticket(store, DISTRICT, user_id=user_id, post=OFFICER, target="/", at=MONDAY)
    accounts.disable(store, DISTRICT, login="wang", at=MONDAY)

    assert sessions.redeem(store, DISTRICT, ticket, address="", at=MONDAY) is None


@pytest.mark.parametrize(
    ("target", "local"),
    [
        ("/", True),
        ("/case?no=JA-1&x=%2F", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("case", False),
        ("/a\r\nSet-Cookie: x=1", False),
        ("/" + "a" * 1999, True),
        ("/" + "a" * 2000, False),
    ],
)
def test_only_local_targets_are_followed_after_the_login(target: str, local: bool) -> None:
    assert sessions.is_local(target) is local


def test_tokens_are_256_bit_and_stored_only_as_hashes(store: Engine) -> None:
    user_id = person(store)
    one, two = opened(store, user_id), opened(store, user_id)

    with store.connect().execution_options(reading=True) as connection:
        stored = connection.execute(select(LoginSession.token_hash)).scalars().all()
        tickets = connection.execute(select(func.count()).select_from(LoginTicket)).scalar_one()
    assert one != two
    assert re.fullmatch(r"[\w-]{43}", one)
    assert len(stored) == 2
    assert all(len(value) == 32 and one.encode() not in value for value in stored)
    assert tickets == 0


def test_a_session_ends_after_thirty_idle_minutes_and_after_twelve_hours_in_any_case(store: Engine) -> None:
    user_id = person(store)
    idle, busy = opened(store, user_id), opened(store, user_id)

    assert holds(store, idle, MONDAY + timedelta(minutes=30) - timedelta(seconds=1))
    assert not holds(store, idle, MONDAY + timedelta(minutes=30))
    at = MONDAY
    while at < MONDAY + timedelta(hours=11, minutes=50):
        at += timedelta(minutes=10)
        assert holds(store, busy, at, touch=True)
    assert holds(store, busy, MONDAY + timedelta(hours=12) - timedelta(seconds=1))
    assert not holds(store, busy, MONDAY + timedelta(hours=12))


def test_looking_without_touching_does_not_keep_a_session_alive(store: Engine) -> None:
    token = opened(store, person(store))
    for minute in range(5, 30, 5):
        assert holds(store, token, MONDAY + minute * MINUTE)

    assert not holds(store, token, MONDAY + 30 * MINUTE)


def test_a_display_stays_for_thirty_days_without_anybody_touching_it(store: Engine) -> None:
    token = opened(store, person(store, "wall", DISPLAY), DISPLAY)

    assert holds(store, token, MONDAY + timedelta(days=30) - timedelta(seconds=1))
    assert not holds(store, token, MONDAY + timedelta(days=30))


def test_a_long_display_session_is_cut_short_when_it_is_switched_to_another_role(store: Engine) -> None:
    user_id = person(store, "wall", DISPLAY, OFFICER)
    token = opened(store, user_id, DISPLAY)
    later = MONDAY + timedelta(hours=13)

    sessions.switch(store, DISTRICT, token, post=OFFICER, at=later, who=Who(user_id, "wall"))

    assert not holds(store, token, later)


def test_switching_to_a_role_that_one_does_not_hold_is_refused(store: Engine) -> None:
    user_id = person(store, "wang", OFFICER, LEADER)
    token = opened(store, user_id)

    with pytest.raises(Refused):
        sessions.switch(store, DISTRICT, token, post=DISPLAY, at=MONDAY, who=Who(user_id, "wang"))
    sessions.switch(store, DISTRICT, token, post=LEADER, at=MONDAY, who=Who(user_id, "wang"))

    found = sessions.find(store, DISTRICT, token, at=MONDAY)
    assert found is not None
    assert found.post == LEADER


ENDINGS = {
    "log out": lambda s, u, t: sessions.end(s, DISTRICT, t, at=MONDAY, who=Who(u)),
    "log out everywhere": lambda s, u, _t: sessions.end_everywhere(s, DISTRICT, user_id=u, at=MONDAY, who=Who(u)),
    "disable": lambda s, _u, _t: accounts.disable(s, DISTRICT, login="wang", at=MONDAY),
    "role change": lambda s, _u, _t: accounts.set_posts(s, world(), login="wang", posts=(LEADER,), at=MONDAY),
    "password reset": lambda s, _u, _t: accounts.set_password(
        s, DISTRICT, login="wang", password="blue teapot 77", at=MONDAY
    ),
    "password change": lambda s, u, _t: accounts.change_password(
        s, DISTRICT, user_id=u, old=GOOD, new="blue teapot 77", at=MONDAY, who=Who(u)
    ),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_these_end_the_session_at_once_and_leave_those_of_others(store: Engine, how: str) -> None:
    user_id = person(store)
    token, other = opened(store, user_id), opened(store, person(store, "zhao"))

    ENDINGS[how](store, user_id, token)

    assert not holds(store, token)
    assert holds(store, other)


def test_a_membership_taken_away_behind_our_back_ends_the_session_too(store: Engine) -> None:
    token = opened(store, person(store))
    with store.begin() as connection:
        connection.execute(delete(accounts.Membership))

    assert not holds(store, token)


def test_a_token_that_was_never_given_out_finds_nobody(store: Engine) -> None:
    person(store)

    assert not holds(store, secrets.token_urlsafe(32))
    assert not holds(store, "\ud800 ' OR 1=1")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"login": "w"}, "login"),
        ({"login": "王"}, "login"),
        ({"login": "a b"}, "login"),
        ({"login": "x" * 21}, "login"),
        ({"name": " "}, "name"),
        ({"name": "王\x07"}, "name"),
        ({"name": "王\u202e"}, "name"),
        ({"name": "王" * 101}, "name"),
        ({"password": "short 7"}, "password"),
        ({"posts": ()}, "role"),
        ({"posts": (Post(Role.BLOCK_COORDINATOR, "QWG"),)}, "org"),
        ({"posts": (Post(Role.LEADER, "NONE"),)}, "org"),
    ],
)
def test_an_account_with_a_fault_is_refused_at_its_field_and_nothing_is_stored(
    store: Engine, change: dict[str, object], field: str
) -> None:
    given = {"login": "wang", "name": "王建国", "password": GOOD, "posts": (OFFICER,), "at": MONDAY}

    with pytest.raises(Refused) as caught:
        accounts.add_user(store, world(), **(given | change))  # type: ignore[arg-type]

    assert caught.value.field == field
    assert accounts.list_users(store, DISTRICT, MONDAY) == []
    assert audited(store) == []


def test_a_login_name_is_given_once(store: Engine) -> None:
    person(store)

    with pytest.raises(Clash):
        person(store, "WANG")

    assert accounts.count_users(store, DISTRICT) == 1


def test_an_administrator_cannot_disable_the_own_account(store: Engine) -> None:
    user_id = person(store)

    with pytest.raises(Refused):
        accounts.disable(store, DISTRICT, login="wang", at=MONDAY, who=Who(user_id, "wang"))

    assert accounts.list_users(store, DISTRICT, MONDAY)[0].active is True


def test_a_wrong_present_password_changes_nothing(store: Engine) -> None:
    user_id = person(store)
    token = opened(store, user_id)

    with pytest.raises(Refused) as caught:
        accounts.change_password(
            store, DISTRICT, user_id=user_id, old="wrong", new="blue teapot 77", at=MONDAY, who=Who(user_id)
        )

    assert caught.value.field == "old"
    assert holds(store, token)
    assert attempt(store).login == "wang"


def test_every_step_of_an_account_leaves_one_audit_row(store: Engine) -> None:
    user_id = person(store)
    refusal(store)
    attempt(store)
    token = opened(store, user_id)
    sessions.end(store, DISTRICT, token, at=MONDAY, who=Who(user_id, "wang"))
    accounts.disable(store, DISTRICT, login="wang", at=MONDAY)

    assert audited(store) == [
        ("user.add", "wang", "done"),
        ("login", "", "wrong"),
        ("login", "", "right password"),
        ("session.open", "", "done"),
        ("session.end", "", "done"),
        ("user.disable", "wang", "done"),
    ]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET result = 'x'", "DELETE FROM audit", "REPLACE", "TRUNCATE audit"],
)
def test_the_audit_trail_cannot_be_changed(store: Engine, statement: str) -> None:
    person(store)
    before = audited(store)
    sqlite = store.dialect.name == "sqlite"
    if statement == "REPLACE":
        if sqlite:
            statement = "INSERT OR REPLACE INTO audit SELECT * FROM audit"
        else:
            statement = "INSERT INTO audit SELECT * FROM audit ON CONFLICT (district_id, id) DO UPDATE SET result = 'x'"
    elif sqlite and statement.startswith("TRUNCATE"):
        statement = "DELETE FROM audit WHERE true"

    with pytest.raises(DatabaseError, match="append-only"), store.begin() as connection:
        connection.exec_driver_sql(statement)

    assert audited(store) == before


@pytest.mark.parametrize(
    "password",
    [
        "12345678",
        "password",
        "Password1!",
        "P@ssw0rd2026",
        "qwertyuiop",
        "1qaz2wsx",
        "静安区123456",
        "Jingan2016",
        "wanggehua88",
        "20161016",
        "13812345678",
        "aaaaaaaa",
        "abababab",
        "admin123456",
        "wang_jianguo1",
        "shanghai!!",
        "11112222",
    ],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    with pytest.raises(Refused):
        check_new(password, "wang_jianguo", "王建国")


@pytest.mark.parametrize(
    "password",
    ["correct horse 42", "网格中心今天很忙碌", "云" * 3 + "山水之间有人家", "kX9#mq2vTz", "p" + "é" * 3 + "nélope!"],
)
def test_passwords_that_nobody_guesses_are_taken(password: str) -> None:
    check_new(password, "wang", "王建国")

    assert matches(hash_password(password), password)


@pytest.mark.parametrize(("length", "taken"), [(7, False), (8, True), (64, True), (256, True), (257, False)])
def test_passwords_have_8_to_256_characters_in_any_script(length: int, taken: bool) -> None:
    password = ("春眠不觉晓处闻啼鸟夜来风雨声花落知多少" * 20)[:length]
    if taken:
        check_new(password)
        assert matches(hash_password(password), password)
        assert not matches(hash_password(password), password[:-1])
    else:
        with pytest.raises(Refused):
            check_new(password)


def test_the_same_text_from_two_keyboards_is_the_same_password() -> None:
    assert matches(hash_password("Café ﬁnal 42"), "Cafe\u0301 final 42")


def test_nobody_knows_the_password_of_an_account_that_does_not_exist() -> None:
    assert matches(None, "no account has this password") is False


def test_two_accounts_may_share_a_password_but_not_its_hash(store: Engine) -> None:
    person(store)
    person(store, "zhao")
    with store.connect().execution_options(reading=True) as connection:
        hashes = connection.execute(select(User.password_hash)).scalars().all()

    assert len(set(hashes)) == 2
    assert all(h.startswith("$argon2id$") for h in hashes)


def test_the_database_keeps_the_accounts_of_two_districts_apart(store: Engine) -> None:
    person(store)
    with store.begin() as connection:
        row = connection.execute(select(User.__table__)).mappings().one()
        connection.execute(insert(User).values(**(dict(row) | {"district_id": 310101})))

    assert accounts.count_users(store, DISTRICT) == 1
    assert login.check_login(store, DISTRICT, login="wang", password=GOOD, address="", at=MONDAY).posts == (OFFICER,)
