"""A case of the demo story while it is told: where and what it is, who acts, and the clock of the script."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from db.contacts import Contact
from db.execute import Act, Open, Outcome, execute
from db.photos import Photo
from domain.geo import inside_ring
from domain.intake import Report
from domain.people import Actor, Role
from domain.words import Kind, SelfAction, Tier
from domain.world import Category, Standard, Street, World
from seeds.story import texts
from seeds.story.cast import Cast


class Stop(Exception):
    """The next thing would happen in the future."""


@dataclass(slots=True)
class Teller:
    """What every case of the story needs."""

    engine: Engine
    world: World
    now: datetime
    cast: Cast
    dice: random.Random
    before: tuple[Photo, ...]
    after: tuple[Photo, ...]
    streets: list[Street] = field(default_factory=list)


class Scene:
    """The circumstances of one case, drawn by the dice, and what can be done in it."""

    def __init__(self, teller: Teller, start: datetime) -> None:
        self.t, self.at, self.dice, self.world = teller, start, teller.dice, teller.world
        weights = [1 / (rank + 1.5) for rank in range(len(teller.streets))]
        self.street = self.dice.choices(teller.streets, weights)[0]
        ids = [c for c in texts.CLASSES if c in self.world.categories]
        self.category: Category = self.world.categories[self.dice.choices(ids, [texts.CLASSES[c] for c in ids])[0]]
        self.standard: Standard = self.dice.choice(self.category.standards)
        self.channel = self._channel()
        self.estate = self.channel in ("RESC", "RESV", "REST") or self.category.id in ("M10991", "M10992")
        self.committee = self._committee()
        self.citizen = self.channel in ("H12345", "H12319")
        self.done: Outcome | None = None
        self.ordered_fallback = False
        self.contacted = False
        self.late = False
        self.settled = False

    def _channel(self) -> str:
        shares = {"INSP": 48, "DSUP": 1.5, "STRT": 3, "GRID": 3, "BLKS": 6, "VIDE": 6, "RESC": 7, "RESV": 3,
                  "REST": 2, "H12345": 18, "H12319": 1.5, "MEDI": 0.3, "NETM": 0.2, "TWOR": 0.2,
                  "EMER": 0.3}  # fmt: skip
        known = {c: s for c, s in shares.items() if c in self.world.channels}
        return self.dice.choices(list(known), list(known.values()))[0]

    def _committee(self) -> str | None:
        codes = [
            o.code for o in self.world.orgs.values()
            if o.tier is Tier.RESIDENTIAL and o.street_code == self.street.code
        ]  # fmt: skip
        return self.dice.choice(codes) if codes else None

    def _point(self) -> tuple[int, int] | tuple[None, None]:
        if self.dice.random() < 0.015:  # dirty data: no coordinates
            return None, None
        ring = self.street.ring
        xs, ys = [p[0] for p in ring], [p[1] for p in ring]
        while True:
            x, y = self.dice.uniform(min(xs), max(xs)), self.dice.uniform(min(ys), max(ys))
            if inside_ring(ring, x, y):
                return round(x * 1e6), round(y * 1e6)

    def _report(self) -> Report:
        lng, lat = self._point()
        sentence = self.dice.choice(texts.SENTENCES[self.category.id]).format(n=self.dice.randint(2, 12))
        numbered = self.citizen or self.channel == "MEDI"
        number = f"{self.at:%Y%m%d}{self.dice.randrange(10**6):06d}" if numbered else None
        return Report(
            kind=Kind(self.category.kind),
            category_id=self.category.id,
            description=sentence,
            channel=self.channel,
            street_code=self.street.code,
            address=f"{self.dice.choice(texts.ROADS)} {self.dice.randint(1, 800)} 号",
            found_at=self.at,
            standard_id=self.standard.id,
            external_no=number,
            committee_code=self.committee,
            lng_e6=lng,
            lat_e6=lat,
            citizen=self.citizen,
            social=self.category.id in ("M10992", "M10991"),
            estate=self.estate,
            self_action=SelfAction.REPORTED_UP if self.channel in ("RESC", "RESV", "REST") else None,
        )

    def _wait(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)
        if self.at >= self.t.now:
            raise Stop

    def _org(self, kind: str, street: str | None = None) -> str:
        return next(
            o.code for o in self.world.orgs.values() if o.kind == kind and (street is None or o.street_code == street)
        )

    def _centre(self, person: int = 0) -> Actor:
        return self.t.cast.at(Role.STREET_OFFICER, self._org("street_centre", self.street.code), person)

    def _district(self, person: int = 0) -> Actor:
        return self.t.cast.at(Role.DISTRICT_OFFICER, self._org("district_centre"), person)

    def _reporter(self) -> Actor:
        station = self.world.orgs[self.committee].parent if self.committee else None
        if self.channel in ("RESC", "RESV", "REST") and self.committee:
            return self.t.cast.at(Role.RESIDENTIAL_WORKER, self.committee)
        if self.channel in ("BLKS", "STRT", "GRID") and station is not None:
            return self.t.cast.at(Role.BLOCK_COORDINATOR, station)
        if self.channel == "DSUP":
            return self.t.cast.at(Role.INSPECTOR, self._org("inspection_team"))
        return self.t.cast.at(Role.INSPECTOR, self._org("street_centre", self.street.code))

    def _act(self, actor: Actor, move: str, photos: tuple[Photo, ...] = (), **answers: object) -> None:
        if self.done is None:
            raise ValueError("a case is opened before anything happens to it")
        self.done = execute(
            self.t.engine,
            self.world,
            Act(self._key(), actor, self.at, move, self.done.no, self.done.version, answers, photos),
        )

    def _key(self) -> str:
        return uuid.UUID(int=self.dice.getrandbits(128)).hex

    def _open(self, actor: Actor, how: str, **more: tuple[Photo, ...]) -> None:
        contact = None
        if self.citizen:
            contact = Contact(f"{self.dice.choice(texts.FAMILY)}先生", f"1380000{self.dice.randrange(10**4):04d}")
        command = Open(self._key(), actor, self.at, how, self._report(), contact, **more)
        self.done = execute(self.t.engine, self.world, command)
