"""Every hot question walks an index, on both databases, with planner statistics over generated rows (P13)."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select, text

from bench.build import build, check_sample
from bench.queries import Places
from db.engine import make_engine
from db.execute import CASES
from db.queries.board import Filters, board
from db.queries.file import case_file
from db.queries.listing import newest, similar
from db.queries.scope import Scope, open_where, scope_of, where
from db.queries.tally import tally
from db.world import world
from domain.people import actor_at
from seeds.story.cast import demo_posts

pytestmark = [pytest.mark.xdist_group("plans"), pytest.mark.timeout(900)]
DISTRICT, SIZE = 310106, 20_000
SCANS = re.compile(r"SCAN (cases|journal|case_units|photos)\b|Seq Scan on (cases|journal|case_units|photos)\b")
PEOPLE = ("district", "street", "department", "stationed", "block", "residential", "leader", "admin")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def district(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A district of 20,000 cases, built once for the tests of this file on each database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('plans') / 'plans.db'}"
    else:
        given = request.getfixturevalue("postgres_url")
        admin = create_engine(make_url(given).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        name = f"t_{uuid.uuid4().hex}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
        url = make_url(given).set(database=name).render_as_string(hide_password=False)
    engine = make_engine(url)
    build(engine, SIZE, say=lambda _line: None)
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="module")
def places(district: Engine) -> Places:
    return Places(district, world(district, DISTRICT))


def scopes(engine: Engine) -> dict[str, Scope]:
    """The scope of each person of the demo."""
    known = world(engine, DISTRICT)
    posts = demo_posts(known)
    return {
        who: scope_of(
            actor_at(known, user_id=1, login=who, name="", role=posts[who][1].role, org=posts[who][1].org), DISTRICT
        )
        for who in PEOPLE
    }


Question = Callable[[Connection, Scope, Places], Any]

QUESTIONS: dict[str, Question] = {
    "board": lambda c, s, p: board(c, s, Filters(), p.at),
    "board of a unit": lambda c, s, p: board(c, s, Filters(unit=p.unit), p.at),
    "board of a street": lambda c, s, p: board(c, s, Filters(street=p.street), p.at),
    "numbers of the start page": lambda c, s, p: tally(c, s, p.at),
    "newest": lambda c, s, _p: newest(c, s),
    "deep page": lambda c, s, p: newest(c, s, before=p.deep),
    "newest waiting for dispatch": lambda c, s, _p: newest(c, s, status="filed"),
    "newest of a street": lambda c, s, p: newest(c, s, street=p.street),
    "search, two characters": lambda c, s, _p: newest(c, s, query="垃圾"),
    "search, four characters": lambda c, s, _p: newest(c, s, query="店铺跨门"),
    "search, nothing to find": lambda c, s, _p: newest(c, s, query="查无此事"),
    "search, one character": lambda c, s, _p: newest(c, s, query="垃"),
    "similar near a point": lambda c, s, p: similar(
        c, s, category_id=p.category, point=(p.lng, p.lat), committee=None, at=p.at, radius_m=150, days=30
    ),
    "similar of a committee": lambda c, s, p: similar(
        c, s, category_id=p.category, point=None, committee=p.station, at=p.at, radius_m=150, days=30
    ),
    "case file": lambda c, s, p: case_file(c, s, p.no),
}


def plans(engine: Engine, ask: Callable[[Connection], Any]) -> list[str]:
    """The plan lines of every statement that a question sends, each line with what it belongs to."""
    sent: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    with engine.connect().execution_options(reading=True) as connection:
        event.listen(engine, "before_cursor_execute", note)
        try:
            ask(connection)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        prefix = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
        return [
            str(row[-1]) for statement, values in sent for row in connection.exec_driver_sql(prefix + statement, values)
        ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_of_anybody_walks_through_a_whole_table(district: Engine, places: Places, question: str) -> None:
    found = {
        who: [line.strip() for line in plans(district, lambda c, s=scope: QUESTIONS[question](c, s, places))]
        for who, scope in scopes(district).items()
    }

    assert any(found.values())
    assert {who: [line for line in lines if SCANS.search(line)] for who, lines in found.items()} == {
        who: [] for who in found
    }


@pytest.mark.parametrize("who", ["department", "stationed", "block", "residential"])
@pytest.mark.parametrize("question", ["board", "numbers of the start page", "newest", "deep page"])
def test_people_of_a_unit_do_not_read_the_district_for_their_own_cases(
    district: Engine, places: Places, question: str, who: str
) -> None:
    """An index on the district alone is the whole district: `SEARCH … (district_id=?)` is a scan by another name."""
    lines = plans(district, lambda c: QUESTIONS[question](c, scopes(district)[who], places))

    whole = [
        line
        for line in lines
        if re.search(r"(cases|case_units) USING .*\(district_id=\?( AND (step|id)[=<>]\?)?\)", line)
        and "id=?)" not in line.replace("(district_id=?)", "")
    ]
    assert lines
    assert whole == []


def test_a_scan_would_be_noticed(district: Engine) -> None:
    lines = plans(district, lambda c: c.execute(select(func.count()).where(CASES.c.description == "无")).all())

    assert any(SCANS.search(line) for line in lines)


@pytest.mark.parametrize("who", PEOPLE)
def test_the_branches_of_a_scope_find_what_the_scope_says(district: Engine, places: Places, who: str) -> None:
    scope = scopes(district)[who]
    with district.connect().execution_options(reading=True) as connection:
        seen = select(CASES.c.id).where(where(scope)).order_by(CASES.c.id.desc())
        ids = connection.execute(seen.limit(120), scope.values()).scalars().all()
        waiting = select(CASES.c.step, func.count()).where(open_where(scope), CASES.c.done_at.is_(None))
        steps = dict(connection.execute(waiting.group_by(CASES.c.step), scope.values()).all())
        urgent = select(CASES.c.no).where(open_where(scope), CASES.c.done_at.is_(None), CASES.c.step == "supervise")
        order = (CASES.c.stage_due_at.is_(None), CASES.c.stage_due_at, CASES.c.id)
        cards = connection.execute(urgent.order_by(*order).limit(30), scope.values()).scalars().all()

        first = newest(connection, scope)
        second = newest(connection, scope, before=first.next_before) if first.next_before else None
        drawn = board(connection, scope, Filters(), places.at)
        numbers = tally(connection, scope, places.at)

    assert [row.id for row in first.rows] == ids[:50]
    assert [row.id for row in second.rows] == ids[50:100] if second else len(ids) <= 50
    assert {str(step): n for step, n in drawn.counts.items() if n} == steps
    assert sum(numbers.numbers.values()) == sum(steps.values())
    assert [card.no for card in next(v for k, v in drawn.cards.items() if k == "supervise")] == list(cards)


def test_generated_cases_replay_to_their_rows(district: Engine) -> None:
    looked, faults = check_sample(district, SIZE, 300)

    assert (looked, faults) == (300, [])
