"""Small hand-made reference data with readable names, and actors in it. Shares nothing with the seeds."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.intake import Report
from domain.people import Actor, Role, actor_at
from domain.words import Kind, LimitUnit, PlaceKind, Tier
from domain.world import (
    CalendarDay,
    Category,
    Channel,
    Org,
    Rule,
    Standard,
    Street,
    WorkingCalendar,
    World,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
DISTRICT = 310106


def local(text: str) -> datetime:
    """An instant from Shanghai wall time, "2026-11-23 14:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


MONDAY = local("2026-11-23 10:00")


def _calendar() -> WorkingCalendar:
    first = date(2026, 1, 1)
    days = (first + timedelta(days=n) for n in range(365))
    return WorkingCalendar(
        days={d: CalendarDay(d, d.weekday() < 5, True) for d in days},
        periods=((time(9), time(12)), (time(13), time(18))),
        version="test",
    )


def _org(code: str, name: str, tier: Tier, kind: str, parent: str | None, **more: object) -> Org:
    return Org(code=code, name=name, tier=tier, kind=kind, parent=parent, **more)  # type: ignore[arg-type]


def _orgs() -> dict[str, Org]:
    rows = [
        _org("JA", "区政府", Tier.DISTRICT, "government", None),
        _org("QWG", "区中心", Tier.DISTRICT, "district_centre", "JA", direct_dispatch=True),
        _org("DCS", "督查室", Tier.DISTRICT, "supervision", "JA"),
        _org("JGW", "建管委", Tier.DEPARTMENT, "department", "JA", fallback_for=Kind.COMPONENT, direct_dispatch=True),
        _org("LRJ", "绿容局", Tier.DEPARTMENT, "department", "JA", direct_dispatch=True),
        _org("GS", "供水", Tier.EXTERNAL, "utility", None, direct_dispatch=True, has_login=False),
    ]
    for n, street in (("006", "310106006"), ("011", "310106011")):
        at = {"street_code": street, "direct_dispatch": True}
        rows += [
            _org(f"JD{n}", f"街道{n}", Tier.STREET, "street_town", "JA", fallback_for=Kind.MATTER, **at),
            _org(f"JC{n}", f"街道中心{n}", Tier.STREET, "street_centre", f"JD{n}", **at),
            _org(f"CG{n}", f"城管中队{n}", Tier.STREET, "street_agency", f"JC{n}", agency="城管中队", **at),
            _org(f"JQ{n}", f"街区站{n}", Tier.BLOCK, "block_station", f"JC{n}", **at),
            _org(f"JM{n}", f"居民区站{n}", Tier.RESIDENTIAL, "residential_station", f"JQ{n}", **at),
        ]
    return {o.code: o for o in rows}


def _category(cid: str, name: str, *standards: Standard) -> Category:
    kind = Kind.COMPONENT if cid[0] == "C" else Kind.MATTER
    return Category(
        id=cid,
        standard_ref="TEST",
        kind=kind,
        big_code=cid[1:3],
        big_name="大类",
        code=cid[1:],
        name=name,
        name_en=name,
        standards=standards,
    )


def world() -> World:
    """Two street-towns, one of each unit, five classes."""
    square = ((121.40, 31.20), (121.50, 31.20), (121.50, 31.25), (121.40, 31.25))
    north = tuple((x, y + 0.05) for x, y in square)
    categories = [
        _category("C01001", "供水井盖", Standard("C01001-1", "缺失", 2, LimitUnit.URGENT_HOUR, "恢复")),
        _category("C01023", "不明井盖", Standard("C01023-1", "破损", 4, LimitUnit.WORK_HOUR, "修复")),
        _category("M06010", "暴露垃圾", Standard("M06010-1", "暴露垃圾", 4, LimitUnit.WORK_HOUR, "清理干净")),
        _category("M09006", "占道经营", Standard("M09006-1", "占道", 2, LimitUnit.URGENT_HOUR, "清离")),
        _category("M10992", "群租", Standard("M10992-1", "群租", 15, LimitUnit.WORK_DAY, "整治到位")),
    ]
    rules = (
        Rule("R1", Kind.MATTER, "06", None, None, org="LRJ"),
        Rule("R2", Kind.MATTER, "0601", PlaceKind.ESTATE, None, station=Tier.RESIDENTIAL),
        Rule("R3", Kind.MATTER, "09", None, None, agency="城管中队"),
        Rule("R4", Kind.COMPONENT, "01001", None, None, org="GS"),
    )
    channels = [
        Channel("INSP", "监督员", "Inspector", "active", False),
        Channel("BLKS", "街区站", "Block station", "active", False),
        Channel("RESC", "居村委", "Committee", "active", False),
        Channel("DEPT", "部门", "Department", "active", False),
        Channel("STRT", "街面", "Street", "active", False),
        Channel("H12345", "热线", "Hotline", "passive", True),
    ]
    return World(
        district_id=DISTRICT,
        district_name="测试区",
        district_name_en="Test district",
        case_prefix="TS",
        revision=1,
        orgs=_orgs(),
        categories={c.id: c for c in categories},
        channels={c.code: c for c in channels},
        streets={
            "310106006": Street("310106006", "街道006", 121.45, 31.22, square),
            "310106011": Street("310106011", "街道011", 121.45, 31.27, north),
        },
        rules=rules,
        calendar=_calendar(),
    )


_ids = itertools.count(1)
_WHERE = {
    Role.DISTRICT_OFFICER: "QWG",
    Role.STREET_OFFICER: "JC006",
    Role.DEPARTMENT_HANDLER: "LRJ",
    Role.STATIONED_HANDLER: "CG006",
    Role.BLOCK_COORDINATOR: "JQ006",
    Role.RESIDENTIAL_WORKER: "JM006",
    Role.INSPECTOR: "QWG",
    Role.OVERSEER: "DCS",
    Role.REVIEWER: "QWG",
    Role.LEADER: "JA",
    Role.DISPLAY: "QWG",
    Role.ADMINISTRATOR: "QWG",
}


def actor(w: World, role: Role, org: str | None = None) -> Actor:
    """A new person in a role, at the role's usual organisation unless another is named."""
    n = next(_ids)
    return actor_at(w, user_id=n, login=f"u{n}", name=f"用户{n}", role=role, org=org or _WHERE[role])


def report(**more: object) -> Report:
    """A report of exposed rubbish in street 006, found on Monday at ten."""
    values: dict[str, object] = {
        "kind": Kind.MATTER,
        "category_id": "M06010",
        "description": "路边有垃圾",
        "channel": "INSP",
        "street_code": "310106006",
        "address": "测试路 1 号",
        "found_at": MONDAY,
        "standard_id": "M06010-1",
    }
    return Report(**(values | more))  # type: ignore[arg-type]
