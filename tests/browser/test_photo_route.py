"""Photos leave through one route, for those who see the case; everybody else learns nothing."""

import io
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from db.engine import make_engine
from db.execute import PHOTOS, Open, execute
from db.photos import read_photo
from db.world import world
from domain.intake import Report
from domain.people import Role, actor_at
from domain.words import Kind
from tests.browser.conftest import Server
from tests.support import DISTRICT, token_for

pytestmark = pytest.mark.browser


def _case_with_photo(server: Server, street_code: str) -> tuple[str, bytes]:
    """A case at a street-town with one photo; gives the photo's id and bytes."""
    engine = make_engine(server.database)
    known = world(engine, DISTRICT)
    centre = next(o.code for o in known.orgs.values() if o.kind == "street_centre" and o.street_code == street_code)
    officer = actor_at(known, user_id=7, login="x", name="x", role=Role.STREET_OFFICER, org=centre)
    stream = io.BytesIO()
    Image.new("RGB", (1200, 900), "#446688").save(stream, "JPEG")
    photo = read_photo(stream.getvalue(), "a.jpg")
    now = datetime.now(UTC)
    report = Report(Kind.MATTER, "M06010", "垃圾", "INSP", street_code, "演示路 1 号", now, "M06010-1")
    execute(engine, known, Open(uuid.uuid4().hex, officer, now, "register", report, None, (photo,)))
    with engine.connect() as connection:
        number = connection.execute(select(PHOTOS.c.id).order_by(PHOTOS.c.id.desc())).scalars().first()
    engine.dispose()
    return str(number), photo.jpeg


def _get(server: Server, path: str, login: str | None) -> tuple[int, bytes, str]:
    request = urllib.request.Request(server.url + path)  # noqa: S310
    if login is not None:
        engine = make_engine(server.database)
        request.add_header("Cookie", f"griddesk={token_for(engine, login)}")
        engine.dispose()
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read(), answer.headers["Cache-Control"]
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(), refused.headers["Cache-Control"]


def test_photos_are_served_to_those_who_see_the_case_and_to_nobody_else(server: Server, tmp_path: Path) -> None:
    here, jpeg = _case_with_photo(server, "310106006")
    elsewhere, _ = _case_with_photo(server, "310106011")

    assert _get(server, f"/files/photo/{here}", "street") == (200, jpeg, "no-store")
    status, small, _cache = _get(server, f"/files/photo/{here}?size=thumb", "street")
    assert status == 200
    assert len(small) < len(jpeg)
    assert _get(server, f"/files/photo/{elsewhere}", "qu")[0] == 200
    refused = [
        (here, None),  # nobody signed in
        (elsewhere, "street"),  # another street-town
        (here, "admin"),  # administrators see no cases
        (here, "wall"),  # displays show no photos
        (here, "dept"),  # a unit that never held the case
        ("0", "street"),
        ("-1", "street"),
        ("9" * 40, "street"),
        ("1%20OR%201=1", "street"),
        ("%D9%A1", "street"),  # digits of another script
    ]
    answers = {(number, login): _get(server, f"/files/photo/{number}", login) for number, login in refused}
    assert answers == dict.fromkeys(refused, (404, b"Not found", "no-store"))
