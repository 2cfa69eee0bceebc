"""Cases in a real database for page tests: opened and moved by people of the real tree, through `execute` alone."""

import io
import itertools
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import Engine, select
from streamlit.testing.v1 import AppTest

from components import session
from db.accounts import find_user
from db.execute import CASES, Act, Open, Outcome, execute
from db.journal import JOURNAL
from db.login import posts_of
from db.photos import Photo, read_photo
from domain.case import Case, from_row
from domain.intake import Report
from domain.moves import BY_NAME
from domain.people import Actor, Role, actor_at
from domain.words import Kind, Status
from domain.world import World
from tests.steps import ANSWERS, UNIT_MOVES, WAY
from tests.support import DISTRICT

STREET, OTHER_STREET = "310106006", "310106011"
OWN: Mapping[str, str] = {"street": "JC006", "dept": "JGW", "unit": "SQ006", "block": "JQ01", "juwei": "JM006002"}
"""Organisation of each person of `tests.support.PEOPLE` that can hold an order; all lie in STREET or everywhere."""
OTHER_UNIT = "LRJ"
_keys = itertools.count(1)


def picture(colour: str = "#886644", name: str = "a.jpg", **save: Any) -> bytes:
    """A small picture as a camera sends it."""
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(stream, "PNG" if name.endswith("png") else "JPEG", **save)
    return stream.getvalue()


def photo(colour: str = "#886644") -> Photo:
    """A photo ready to be kept."""
    return read_photo(picture(colour), "a.jpg")


def world() -> World:
    """The reference data of the database in use."""
    return session.world()


def person(store: Engine, login: str) -> Actor:
    """The actor of a person of `tests.support.PEOPLE`."""
    with store.connect().execution_options(reading=True) as connection:
        found = find_user(connection, DISTRICT, login)
        assert found is not None
        post = posts_of(connection, DISTRICT, found[0])[0]
    return actor_at(world(), user_id=found[0], login=login, name=login, role=post.role, org=post.org)


def somebody(role: Role, org: str, user_id: int = 1) -> Actor:
    """Somebody of an organisation who is none of the people that look at the page."""
    return actor_at(world(), user_id=user_id, login="x", name="x", role=role, org=org)


CENTRE_ORG = "QWG"
_ROLES = {
    "department": Role.DEPARTMENT_HANDLER,
    "street_agency": Role.STATIONED_HANDLER,
    "street_town": Role.DEPARTMENT_HANDLER,
    "street_centre": Role.STREET_OFFICER,
    "block_station": Role.BLOCK_COORDINATOR,
    "residential_station": Role.RESIDENTIAL_WORKER,
}


def centre() -> Actor:
    """An officer of the district centre who looks at no page."""
    return somebody(Role.DISTRICT_OFFICER, CENTRE_ORG)


def holder(case: Case) -> Actor:
    """Somebody who acts for the unit that holds the order."""
    unit = world().orgs[case.unit_code or ""]
    role = _ROLES.get(unit.kind)
    return somebody(role, unit.code, 2) if role else somebody(Role.DISTRICT_OFFICER, CENTRE_ORG, 2)


def opened(
    store: Engine, how: str = "report", by: Actor | None = None, at: datetime | None = None, **more: Any
) -> Outcome:
    """Open a case of exposed rubbish where a citizen waits; `contact`, `before` and `after` go with the command."""
    extra = {name: more.pop(name) for name in ("contact", "before", "after") if name in more}
    now = at or datetime.now(UTC) - timedelta(minutes=30)
    values: dict[str, Any] = {
        "kind": Kind.MATTER, "category_id": "M06010", "description": "路口有三袋垃圾", "channel": "INSP",
        "street_code": STREET, "address": "演示路 1 号", "found_at": now, "standard_id": "M06010-1", "citizen": True,
    }  # fmt: skip
    report = Report(**(values | more))
    return execute(store, world(), Open(f"open-{next(_keys)}", by or centre(), now, how, report, **extra))


def case_of(store: Engine, no: str) -> Case:
    """The case as its row says."""
    with store.connect().execution_options(reading=True) as connection:
        return from_row(connection.execute(select(CASES).where(CASES.c.no == no)).mappings().one())


def moved(store: Engine, no: str, move: str, by: Actor | None = None, at: datetime | None = None, **more: Any) -> Case:
    """The case after a move with answers that fit."""
    case = case_of(store, no)
    answers = {k: v for k, v in {**ANSWERS[move], **more}.items() if k != "photos"}
    photos = (photo(),) if move == "handled" else ()
    who = by or (holder(case) if move in UNIT_MOVES else centre())
    when = at or datetime.now(UTC) - timedelta(minutes=20)
    execute(store, world(), Act(f"act-{next(_keys)}", who, when, move, no, case.version, answers, photos))
    return case_of(store, no)


def brought(store: Engine, status: Status, *, unit: str = OTHER_UNIT, **more: Any) -> Case:
    """A new case that stands in a status; from dispatch on it is ordered to `unit`."""
    no = opened(store, **more).no
    for move in WAY[status]:
        moved(store, no, move, **({"unit": unit} if move == "dispatch" else {}))
    return case_of(store, no)


def journal(store: Engine, no: str) -> list[Any]:
    """The journal rows of a case, oldest first."""
    with store.connect().execution_options(reading=True) as connection:
        query = select(JOURNAL).join(CASES, CASES.c.id == JOURNAL.c.case_id).where(CASES.c.no == no)
        return list(connection.execute(query.order_by(JOURNAL.c.seq)))


def answers_of(entry: Any) -> dict[str, Any]:
    """The answers that a journal row keeps."""
    found = entry.answers
    return dict(json.loads(found) if isinstance(found, str) else found or {})


def move_buttons(at: AppTest) -> set[str]:
    """The moves whose buttons stand on the page."""
    keys = {b.key for b in at.button if b.key}
    return {k.removeprefix("move_") for k in keys if k.removeprefix("move_") in BY_NAME}


def words_on(at: AppTest) -> str:
    """Everything that the page shows as text, data of our own components included."""
    return "\n".join(str(element.proto) for element in at.main) + "\n".join(str(e.proto) for e in at.sidebar)


def errors(at: AppTest) -> list[str]:
    """The sentences of errors and warnings on the page, without the escapes of Markdown."""
    return [plain(e.value) for e in (*at.error, *at.warning)]


def plain(markdown: str) -> str:
    """What a reader sees of escaped text."""
    return markdown.replace("\\", "").replace("\u2060", "")
