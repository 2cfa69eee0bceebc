"""Cases for browser tests, written to the server's database through `execute` by another process."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from db import contacts
from db.engine import make_engine
from db.execute import Act, Open, execute
from db.world import world
from domain.intake import Report
from domain.people import Role, actor_at
from domain.words import Kind
from tests.pages.desk import photo
from tests.steps import ANSWERS
from tests.support import DISTRICT

_keys = itertools.count(1)
LNG, LAT = 121_442_970, 31_237_020


def seeded(
    database: str, texts: tuple[str, ...] = ("路口有三袋垃圾",), *, moves: tuple[str, ...] = ("file",), field: str = ""
) -> list[str]:
    """Numbers of new cases in street 310106006, one for each text, which stands in every text field of the case."""
    engine = make_engine(database)
    known = world(engine, DISTRICT)
    officer = actor_at(known, user_id=1, login="x", name="x", role=Role.DISTRICT_OFFICER, org="QWG")
    unit = actor_at(known, user_id=2, login="y", name="y", role=Role.STATIONED_HANDLER, org="SQ006")
    now = datetime.now(UTC) - timedelta(minutes=20)
    found = []
    for n, text in enumerate(texts):
        report = Report(
            kind=Kind.MATTER, category_id="M06010", description=text[:1000], channel="H12345",
            street_code="310106006", address=(text if field else "演示路 1 号")[:200], found_at=now,
            standard_id="M06010-1", external_no=f"{n}{text if field else ''}"[:60], lng_e6=LNG, lat_e6=LAT,
            citizen=True,
        )  # fmt: skip
        contact = contacts.checked((" ".join(text.split()) if field else "王小明")[:40], "13900001111")
        opening = Open(f"seed-{next(_keys)}", officer, now, "report", report, contact, before=(photo(),))
        no = execute(engine, known, opening).no
        for version, move in enumerate(moves, start=1):
            answers: dict[str, Any] = {k: v for k, v in ANSWERS[move].items() if k != "photos"}
            answers |= {"unit": "SQ006"} if move == "dispatch" else {}
            if field:
                typed = {"remark", "reason", "result", "note", "evidence", "finding", "feedback"}
                answers |= {name: text[:500] for name in answers if name in typed}
                answers |= {"remark": text[:500]} if move in ("file", "dispatch", "remind") else {}
            who = unit if move in ("accept", "handled", "return", "note") else officer
            photos = (photo(),) if move == "handled" else ()
            execute(engine, known, Act(f"seed-{next(_keys)}", who, now, move, no, version, answers, photos))
        found.append(no)
    engine.dispose()
    return found
