"""The people of a simulated community: who they are, and how likely they do something.

Every number here is assumed. They were chosen so that a community without any asking comes to what an ordinary neighbourhood is like (a few
in a hundred carry it, most never come), before any two lists were compared, and none was fitted to make a rule or a list look good.

What somebody does follows from the seed, their number, the week and the question alone, so that two lives that differ in one thing only
differ in what follows from it.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from shared.ids import derive_id

SLOTS = ("weekday-morning", "weekday-afternoon", "weekday-evening", "weekend-morning", "weekend-afternoon")
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗", "建国秀英桂芬志明丽华玉兰海燕国强春梅文军晓红玉珍永刚美玲"
GRID_HOUSEHOLDS = 250
SCALE = 2**64


@dataclass(frozen=True)
class Temper:
    """How people are, on the whole; chances are a week's unless said otherwise."""

    on_the_roster: float = 0.4
    skilled: float = 0.3
    agrees_to_be_asked: float = 0.85
    joins_by_poster: float = 0.006
    joins_by_friend: float = 0.03
    joins_by_leader: float = 0.15
    posters_read: float = 4.0
    comes_by_oneself: float = 0.15
    comes_when_asked: float = 0.9
    says_never: float = 0.02
    keeps_word: float = 0.9
    offers_skill: float = 0.01
    is_noticed: float = 0.15
    offers_to_lead: float = 0.02
    leads_when_asked: float = 0.6
    redeems: float = 0.15
    moves_away: float = 0.0008
    tires_by: float = 0.12
    rests_by: float = 0.05
    gladness_fades: float = 0.85


@dataclass(eq=False)
class Dweller:
    """One adult a household. `warmth` (0 to 1) is how much they care for it at all; `energy` and `gladness` change with what happens."""

    number: int
    id: str
    name: str
    household: str
    grid_code: str
    warmth: float
    likes: frozenset[str]
    slots: frozenset[str]
    skill: str | None
    agrees_to_be_asked: bool
    friends: tuple[int, ...] = ()
    is_registered: bool = False
    has_left: bool = False
    is_put_forward: bool = False
    is_talent: bool = False
    will_lead: bool = False
    led_in: int = -100
    came_in: int = -100
    deeds: int = 0
    energy: float = 1.0
    gladness: float = 0.0

    @property
    def is_here(self) -> bool:
        """Whether the office knows them."""
        return self.is_registered and not self.has_left

    def fit(self, occasion: "Occasion") -> float:
        """Return how well an occasion suits them (0.2 to 1): the item, the time, the place, and whether they know who leads it."""
        suits = 0.2
        suits += 0.35 * (occasion.item in self.likes or occasion.item == self.skill)
        suits += 0.25 * (occasion.slot in self.slots)
        suits += 0.1 * (occasion.grid_code == self.grid_code)
        suits += 0.1 * (occasion.leader in self.friends)
        return suits


@dataclass(eq=False)
class Occasion:
    """An activity of the simulated weeks; `leader` is a dweller's number, None for the office."""

    id: str
    item: str
    slot: str
    grid_code: str
    leader: int | None
    kind: str
    capacity: int
    week: int
    day: int
    hour: int
    signed_up: dict[int, None] = field(default_factory=dict)


class Town:
    """The people, and the dice."""

    def __init__(self, seed: int, households: int, items: Sequence[str], licensed: Collection[str], temper: Temper | None = None) -> None:
        self.seed, self.temper = seed, temper or Temper()
        self.grids = [f"SIM-01-G{number + 1:02}" for number in range(max(4, households // GRID_HOUSEHOLDS))]
        chance = random.Random(seed)
        skills = [item for item in items if item not in licensed]
        self.people = [self._born(number, chance, items, skills) for number in range(households)]
        for person in self.people:
            person.friends = self._friends_of(person, chance)

    def happens(self, likelihood: float, question: str, week: int, person: Dweller | None = None) -> bool:
        """Tell whether something happens that is so likely: the same question has the same answer in every life of this seed."""
        return self.draw(question, week, person) < likelihood

    def draw(self, question: str, week: int, person: Dweller | None = None) -> float:
        """Return a number from 0 to 1 that belongs to a question, a week and a person."""
        told = f"{self.seed}/{question}/{week}/{person.number if person else ''}"
        return int.from_bytes(blake2b(told.encode(), digest_size=8).digest()) / SCALE

    def joins(self, person: Dweller, week: int) -> Dweller | bool | None:
        """Tell whether somebody registers this week: False, or by whom they were brought, None for nobody; some do on the first day."""
        if week == 0:
            return None if self.happens(self.temper.on_the_roster, "is on the roster", week, person) else False
        temper, friends = self.temper, [self.people[number] for number in person.friends]
        active = [friend for friend in friends if friend.is_here and week - friend.came_in <= 4]
        for friend in active:
            likelihood = temper.joins_by_leader if week - friend.led_in <= 4 else temper.joins_by_friend
            if self.happens(likelihood * person.warmth, f"joins by {friend.number}", week, person):
                return friend
        return None if self.happens(temper.joins_by_poster * (0.5 + person.warmth), "joins", week, person) else False

    def comes_by_oneself(self, person: Dweller, occasion: Occasion, week: int, *, among: int) -> bool:
        """Tell whether somebody signs up who only saw the poster; of `among` activities in a week they read of a few."""
        if not self.happens(self.temper.posters_read / among, f"sees {occasion.id}", week, person):
            return False
        wish = person.warmth * person.energy * (1 + person.gladness) * person.fit(occasion)
        return self.happens(self.temper.comes_by_oneself * wish, f"comes to {occasion.id}", week, person)

    def comes_when_asked(self, person: Dweller, occasion: Occasion, week: int) -> bool:
        """Tell whether somebody comes who was asked by name."""
        wish = (0.1 + 0.9 * person.warmth) * person.energy * (1 + 0.5 * person.gladness) * person.fit(occasion)
        return self.happens(self.temper.comes_when_asked * wish, f"asked to {occasion.id}", week, person)

    def came(self, person: Dweller, week: int) -> None:
        """Somebody was there: it costs strength."""
        person.deeds, person.came_in = person.deeds + 1, week
        person.energy = max(0.0, person.energy - self.temper.tires_by)

    def weeks_rest(self) -> None:
        """A week goes by: strength comes back, gladness fades."""
        for person in self.people:
            person.energy = min(1.0, person.energy + self.temper.rests_by)
            person.gladness *= self.temper.gladness_fades

    def _born(self, number: int, chance: random.Random, items: Sequence[str], skills: Sequence[str]) -> Dweller:
        grid = self.grids[number % len(self.grids)]
        return Dweller(
            number=number, id=derive_id("simulated", str(self.seed), str(number)),
            name=chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2)),
            household=f"{grid[-3:]} {number // len(self.grids) + 1}", grid_code=grid, warmth=chance.betavariate(1.6, 3.2),
            likes=frozenset(chance.sample(list(items), 3)), slots=frozenset(chance.sample(SLOTS, chance.randint(1, 3))),
            skill=chance.choice(list(skills)) if chance.random() < self.temper.skilled else None,
            agrees_to_be_asked=chance.random() < self.temper.agrees_to_be_asked,
        )  # fmt: skip

    def _friends_of(self, person: Dweller, chance: random.Random) -> tuple[int, ...]:
        """Most friends live in the same grid, some anywhere."""
        step, count = len(self.grids), len(self.people)
        near = [(person.number + step * chance.randint(1, max(1, count // step - 1))) % count for _ in range(4)]
        far = [chance.randrange(count) for _ in range(2)]
        return tuple({*near, *far} - {person.number})
