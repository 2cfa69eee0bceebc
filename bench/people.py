"""The demo story's cases told with the pure machine alone: the same shares and texts, rows instead of transactions."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from db.execute import Outcome, as_row
from db.ids import at_ms
from db.journal import GENESIS, entry_row
from db.photos import Photo
from db.search import searchable
from domain import intake
from domain.case import Case, Entry, evolve
from domain.clock import business_day
from domain.decide import decide
from domain.geo import inside_ring
from domain.intake import Report
from domain.moves import BY_NAME
from domain.people import Actor, Role
from domain.words import SelfAction, Tier
from domain.world import Street, World
from seeds.story import texts
from seeds.story.cast import Cast
from seeds.story.photos import pictures
from seeds.story.scene import Stop, Teller
from seeds.story.tell import Told

PLACES = 1500  # spots per street-town at which something is found again and again
JITTER_E6 = 400  # about 40 m
STALLED, STALL_DAYS = 0.40, 120.0  # share of today's orders that get stuck, and how fast that share falls with age
_OPENERS = {"report": intake.open_report, "register": intake.open_registered, "self_handle": intake.open_self_handled}


class Company(Cast):
    """The cast of the demo story; each person is made once and then kept."""

    def __init__(self, engine: Engine, world: World) -> None:
        super().__init__(engine, world)
        self._made: dict[tuple[Role, str, int], Actor] = {}

    def at(self, role: Role, org: str, person: int = 0) -> Actor:
        """A person of an organisation."""
        found = self._made.get((role, org, person))
        if found is None:
            found = self._made[role, org, person] = super().at(role, org, person)
        return found


@dataclass(slots=True)
class Rows:
    """Rows of some cases, ready for the tables."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    journal: list[dict[str, Any]] = field(default_factory=list)
    units: list[dict[str, Any]] = field(default_factory=list)
    photos: list[dict[str, Any]] = field(default_factory=list)
    search: list[dict[str, Any]] = field(default_factory=list)
    counters: dict[tuple[str, int], int] = field(default_factory=dict)


@dataclass(slots=True)
class Setting:
    """What the story looks up again and again, worked out once for a district."""

    teller: Teller
    places: dict[str, list[tuple[int, int]]]
    committees: dict[str, list[str]]
    orgs: dict[tuple[str, str | None], str]


def setting(engine: Engine, world: World, now: datetime, seed: int) -> Setting:
    """Prepare a district for telling. The same seed and instant tell the same cases."""
    before, after = pictures()
    order = [s for s in texts.STREET_WEIGHTS if s in world.streets]
    streets = [world.streets[s] for s in order + [s for s in world.streets if s not in order]]
    teller = Teller(engine, world, now, Company(engine, world), random.Random(seed), before, after, streets)
    committees: dict[str, list[str]] = {street.code: [] for street in streets}
    orgs: dict[tuple[str, str | None], str] = {}
    for org in world.orgs.values():
        if org.tier is Tier.RESIDENTIAL and org.street_code in committees:
            committees[org.street_code].append(org.code)
        orgs.setdefault((org.kind, None), org.code)
        orgs.setdefault((org.kind, org.street_code), org.code)
    return Setting(teller, {s.code: _places(s, teller.dice) for s in streets}, committees, orgs)


def _places(street: Street, dice: random.Random) -> list[tuple[int, int]]:
    xs, ys = [p[0] for p in street.ring], [p[1] for p in street.ring]
    found: list[tuple[int, int]] = []
    while len(found) < PLACES:
        x, y = dice.uniform(min(xs), max(xs)), dice.uniform(min(ys), max(ys))
        if inside_ring(street.ring, x, y):
            found.append((round(x * 1e6), round(y * 1e6)))
    return found


class Made(Told):
    """One case told into rows. `n` is its place in the district's history: it makes identifiers unique."""

    def __init__(self, stage: Setting, start: datetime, n: int, rows: Rows) -> None:
        self.stage, self.n, self.rows, self.started = stage, n, rows, start
        super().__init__(stage.teller, start)
        self.case: Case | None = None
        self.previous = GENESIS
        self.involved: set[str | None] = set()
        age = (stage.teller.now - start).total_seconds() / 86_400
        stuck = self.dice.random() < STALLED * 2.718281828 ** (-age / STALL_DAYS)
        # what is stuck ends somewhere on its way, as if the story stopped there
        self.until = start + timedelta(minutes=10 ** self.dice.uniform(0.4, 3.2)) if stuck else stage.teller.now
        self.until = min(self.until, stage.teller.now)

    def _wait(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)
        if self.at >= self.until:
            raise Stop

    def _committee(self) -> str | None:
        codes = self.stage.committees[self.street.code]
        return self.dice.choice(codes) if codes else None

    def _org(self, kind: str, street: str | None = None) -> str:
        return self.stage.orgs[kind, street]

    def _point(self) -> tuple[int, int] | tuple[None, None]:
        if self.dice.random() < 0.015:  # dirty data: no coordinates
            return None, None
        lng, lat = self.dice.choice(self.stage.places[self.street.code])
        return lng + self.dice.randint(-JITTER_E6, JITTER_E6), lat + self.dice.randint(-JITTER_E6, JITTER_E6)

    def _report(self) -> Report:
        report = super()._report()
        return replace(report, external_no=f"{self.at:%Y%m%d}{self.n:08d}") if report.external_no else report

    def _open(self, actor: Actor, how: str, **more: tuple[Photo, ...]) -> None:
        self._begin(actor, how, self._report(), **more)

    def _self_handle(self, before: tuple[Photo, ...], after: tuple[Photo, ...]) -> None:
        report, actor = self._report(), self._reporter()
        action = SelfAction.SELF_GOVERNED if actor.role is Role.RESIDENTIAL_WORKER else None
        self.until = self.t.now  # done on the spot: nothing to get stuck
        self._wait(self.dice.uniform(5, 70))
        report = replace(report, result=self.dice.choice(texts.RESULTS), self_action=action)
        self._begin(actor, "self_handle", report, before=before, after=after)

    def _begin(
        self,
        actor: Actor,
        how: str,
        report: Report,
        before: tuple[Photo, ...] = (),
        after: tuple[Photo, ...] = (),
    ) -> None:
        world = self.world
        day = business_day(self.started, world.calendar.zone)  # not of `at`: whole days are numbered by one teller
        counter = (f"case:{self.street.code}", day)
        last = self.rows.counters[counter] = self.rows.counters.get(counter, 0) + 1
        no = f"{world.case_prefix}{day % 1_000_000:06d}{self.street.code[-3:]}{last:05d}"
        case_id = at_ms(int(self.at.timestamp() * 1000)) | self.n & 0x1FFFFF
        counted = replace(report, photos_before=len(before), photos_after=len(after))
        entry = _OPENERS[how](world, actor, counted, self.at, case_id, no)
        self.case = evolve(None, entry)
        self._keep(entry)
        self._photos(1, "before", before)
        self._photos(1, "after", after)

    def _act(self, actor: Actor, move: str, photos: tuple[Photo, ...] = (), **answers: object) -> None:
        if self.case is None:
            raise ValueError("a case is opened before anything happens to it")
        if move == "settle" and self.case.settled_at is not None:
            return  # settled before it was reopened
        if photos:
            answers["photos"] = tuple(p.sha256 for p in photos)
        entry = decide(self.case, BY_NAME[move], actor, self.at, answers, self.world)
        self.case = evolve(self.case, entry)
        self._keep(entry)
        self._photos(entry.seq, "after" if move == "handled" else "evidence", photos)

    def _keep(self, entry: Entry) -> None:
        case = self.case
        assert case is not None  # noqa: S101 - set by both callers
        day = business_day(entry.at, self.world.calendar.zone)
        key = f"bench-{case.id:x}-{entry.seq}"
        sealed = entry_row(case.district_id, case.id, entry, day=day, command_key=key, prev_hash=self.previous)
        self.previous = sealed["hash"]
        self.rows.journal.append(sealed)
        for code in {case.unit_code, *case.partners.split()} - self.involved - {None}:
            self.involved.add(code)
            self.rows.units.append({"district_id": case.district_id, "unit_code": code, "case_id": case.id})
        self.done = Outcome(case.no, case.version, case.status)

    def _photos(self, seq: int, stage: str, photos: tuple[Photo, ...]) -> None:
        assert self.case is not None  # noqa: S101
        for photo in photos:
            half = 1 if stage == "before" else 0  # both photos of a form are of one millisecond
            self.rows.photos.append(
                {
                    "district_id": self.case.district_id,
                    "id": at_ms(int(self.at.timestamp() * 1000)) | (2 * self.n + half) & 0x1FFFFF,
                    "case_id": self.case.id,
                    "seq": seq,
                    "stage": stage,
                    "sha256": photo.sha256,
                    "width": photo.width,
                    "height": photo.height,
                }
            )

    def finish(self) -> None:
        """Tell the case, then keep its last state and its searchable pairs."""
        self.run()
        if self.case is None:
            return
        row = as_row(self.case)
        self.rows.cases.append(row)
        self.rows.search.append({"district_id": row["district_id"], "id": row["id"], "grams": searchable(row)})
