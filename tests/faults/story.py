"""What people do in a run, drawn from its seed: the same seed tells the same stories, whatever dies meanwhile."""

from dataclasses import dataclass
from random import Random

from shared.ids import derive_id

PEOPLE, BUYERS = 12, 5
ITEMS = ("environment", "patrol", "elder-meals", "tutoring")
DAYS = 10
START_HOUR_MINUTES, HOURS_OPEN = 60, 4
PRICES_BEANS, STOCKS = (3, 7, 12), (400, 400, 9)
ENDINGS = ("fulfil", "cancel", "both", "keep")
GIFT_BEANS_MAX = 6
WITHDRAWN = 0.08
LINGERING = 0.5


@dataclass(frozen=True)
class Visit:
    """Somebody at a gathering: how they were logged, minutes of arrival after its start and of stay, and whether the record
    is withdrawn in the end."""

    person: int
    method: str
    late_minutes: int
    stay_minutes: int
    proves_wrong: bool = False


@dataclass(frozen=True)
class Gathering:
    """An activity, who came, and after how many of them a reviewer looked in for the first time."""

    number: int
    days_ago: int
    item: str
    kind: str
    visits: tuple[Visit, ...]
    first_review_after: int

    @property
    def leader(self) -> int:
        """Who led: a day has one leader, so that no pair of people reaches the monthly cap, where the order of posting counts."""
        return self.days_ago


@dataclass(frozen=True)
class Errand:
    """Somebody redeems pieces of a reward; then the partner hands over, or they give back, or both at once, or nothing. Who
    `lingers` fetches it some seconds later, when the house is no longer what it was."""

    number: int
    buyer: int
    reward: int
    quantity: int
    ending: str
    lingers: bool


@dataclass(frozen=True)
class Present:
    """Somebody gives a neighbour beans."""

    number: int
    buyer: int
    neighbour: int
    beans: int


@dataclass(frozen=True)
class Cast:
    """The people and things of one seed, by the ids that they always have. The first BUYERS people sign in."""

    seed: int

    def id_of(self, *parts: object) -> str:
        """Return the id of a thing of this seed."""
        return derive_id("faults", str(self.seed), *map(str, parts))

    def person(self, number: int) -> str:
        """Return a resident's id."""
        return self.id_of("person", number)

    def reward(self, number: int) -> str:
        """Return a reward's id."""
        return self.id_of("reward", number)

    def phone(self, number: int) -> str:
        """Return the phone by which a person signs in."""
        return f"19{self.seed % 1_000_000:06d}{number:03d}"


def story(seed: int, number: int) -> Gathering | Errand | Present:
    """Return the `number`-th story of a seed."""
    chance = Random(f"{seed}/{number}")
    kind = chance.random()
    if kind < 0.15:
        return _present(chance, number)
    return _errand(chance, number) if kind < 0.55 else _gathering(chance, number)


def _present(chance: Random, number: int) -> Present:
    buyer = chance.randrange(BUYERS)
    neighbour = chance.choice([person for person in range(PEOPLE) if person != buyer])
    return Present(number, buyer, neighbour, chance.randint(1, GIFT_BEANS_MAX))


def _errand(chance: Random, number: int) -> Errand:
    reward, quantity = chance.randrange(len(PRICES_BEANS)), chance.randint(1, 2)
    return Errand(number, chance.randrange(BUYERS), reward, quantity, chance.choice(ENDINGS), chance.random() < LINGERING)


def _gathering(chance: Random, number: int) -> Gathering:
    days_ago = chance.randrange(DAYS)
    people = chance.sample(range(PEOPLE), chance.randint(2, 4))
    visits = tuple(_visit(chance, person, is_today=days_ago == 0) for person in people)
    kind = "volunteer" if chance.random() < 0.85 else "participation"
    return Gathering(number, days_ago, chance.choice(ITEMS), kind, visits, chance.randint(1, len(visits)))


def _visit(chance: Random, person: int, *, is_today: bool) -> Visit:
    method = chance.choice(("roll", "roll then departure"))
    if is_today and person < BUYERS:
        method = "code"
    return Visit(person, method, chance.randrange(30), chance.randint(20, 150), chance.random() < WITHDRAWN)
