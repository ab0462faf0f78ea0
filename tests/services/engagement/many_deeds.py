"""A community's deeds by the hundred thousand, seeded: what a rebuild has to read, written as the copies keep it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.engagement.models import DeedRecord, Neighbour, RegistryPage
from services.engagement.rules.tiers import Kind
from shared.clock import utc_now
from shared.ids import derive_id

TOGETHER, BATCH, DAYS = 20, 10_000, 400
SKILLS = ("haircut", "clinic", "repair", "patrol", "environment")
KINDS = (Kind.SERVED, Kind.SERVED, Kind.SERVED, Kind.TOOK_PART, Kind.CAME, Kind.MISSED)


@dataclass(frozen=True)
class Crowd:
    """So many residents of a community: one in ten a talent, one in five brought by another, some activities led by the same few."""

    community_code: str
    residents: int
    deeds: int
    today: date
    seed: int = 1

    @property
    def ids(self) -> list[str]:
        """The ids of the residents."""
        return [derive_id("crowd", self.community_code, str(self.seed), str(number)) for number in range(self.residents)]

    def settle(self) -> list[str]:
        """Write all of it by bulk inserts; returns the residents' ids."""
        _insert(Neighbour, self.neighbours())
        _insert(RegistryPage, self.pages())
        _insert(DeedRecord, self.rows())
        return self.ids

    def neighbours(self) -> Iterator[dict[str, Any]]:
        """Yield the residents as they are kept."""
        chance, ids = random.Random(self.seed), self.ids
        for number, id_ in enumerate(ids):
            brought = {"invited_by": chance.choice(ids[:number])} if number and chance.random() < 0.2 else {}
            yield {
                "_id": id_, "community_code": self.community_code, "name": f"居民{number}", "grid_code": f"G{number % 40 + 1}",
                "registered_on": self._day(DAYS + chance.randrange(100)), "changed_at": utc_now(), "touches": 0, **brought,
            }  # fmt: skip

    def pages(self) -> Iterator[dict[str, Any]]:
        """Yield the pages of the registry."""
        chance = random.Random(self.seed + 1)
        for id_ in self.ids[::10]:
            yield {
                "_id": derive_id("registry-page", id_, "1"), "resident_id": id_, "community_code": self.community_code, "revision": 1,
                "day": self._day(chance.randrange(DAYS)), "is_talent": True, "skills": [{"skill": chance.choice(SKILLS)}],
            }  # fmt: skip

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the deeds, activity by activity; one in a hundred was withdrawn."""
        chance, ids = random.Random(self.seed + 2), self.ids
        for number in range(self.deeds):
            if number % TOGETHER == 0:
                activity = derive_id("activity", self.community_code, str(self.seed), str(number))
                day, item = self._day(chance.randrange(DAYS)), chance.choice(SKILLS)
                leader = ids[int(len(ids) * chance.random() ** 3)]
            who, kind = chance.choice(ids), chance.choice(KINDS)
            more = {"withdrawn": True} if chance.random() < 0.01 else {}
            if kind in (Kind.SERVED, Kind.TOOK_PART):
                more |= {"leader_id": leader, "led": leader == who}
            yield {
                "_id": derive_id("deed", activity, str(number)), "community_code": self.community_code, "resident_id": who,
                "activity_id": activity, "kind": kind.value, "day": day, "skills": [item] if kind == Kind.SERVED else [], **more,
            }  # fmt: skip

    def _day(self, back: int) -> str:
        return (self.today - timedelta(days=back)).isoformat()


def _insert(document_class: Any, rows: Iterator[dict[str, Any]]) -> None:
    """Insert in batches, the first of each checked as the model would check it."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        if not batch:
            document_class._from_son(row).validate()
        batch.append(row)
        if len(batch) == BATCH:
            document_class._get_collection().insert_many(batch, ordered=False)
            batch = []
    if batch:
        document_class._get_collection().insert_many(batch, ordered=False)
