"""A small world in which the saga of redemptions runs on its pure rules, while everything that can go wrong does.

Every actor is a generator that yields between two effects; the scheduler picks who goes on, lets actors die there, delivers
facts late, twice and out of order, and in the end lets the sweeper and the broker finish. One seed is one history.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from services.rewards.rules import saga, shelf
from services.rewards.rules.saga import Status, Step, Verdict
from services.rewards.rules.shelf import Claim, Shelf

Actor = Iterator[None]
News = tuple[str, str, str, int]
"""To whom, what, about which redemption, after how many undos."""

STEPS_MAX = 4_000
CRASH, DUPLICATE, GHOST = 0.04, 0.06, 0.1


@dataclass
class Redemption:
    """One document: what a single write can change."""

    id: str
    quantity: int
    status: Status = Status.REQUESTED
    claim_id: str | None = None
    code: str | None = None
    undos: int = 0
    is_settled: bool = False
    told: list[str] = field(default_factory=list)


class Ledger:
    """Holds, captures and releases beans, and takes them back; one bean a piece. A step whose predecessor is missing waits."""

    def __init__(self, beans: int) -> None:
        self.available, self.spent = beans, 0
        self.held: dict[str, int] = {}
        self.seen: set[tuple[str, str, int]] = set()

    def take_in(self, told: str, redemption: Redemption, undos: int) -> str | None:
        """Return the fact that answers `told`, or 'later' where something else must come first."""
        if (told, redemption.id, undos) in self.seen:
            return None
        if (before := _before(told, redemption.id, undos)) and before not in self.seen:
            return "later"
        self.seen.add((told, redemption.id, undos))
        if told == "requested":
            return self._hold(redemption)
        if told == "undone":
            self.spent -= redemption.quantity
            self.held[redemption.id] = redemption.quantity
            return "held"
        beans = self.held.pop(redemption.id, 0)
        if told == "fulfilled":
            self.spent += beans
            return "captured"
        self.available += beans
        return None

    def _hold(self, redemption: Redemption) -> str:
        if self.available < redemption.quantity:
            return "refused"
        self.available -= redemption.quantity
        self.held[redemption.id] = redemption.quantity
        return "held"


def _before(told: str, id_: str, undos: int) -> tuple[str, str, int] | None:
    """Return what the ledger must have taken in before `told`."""
    if told == "requested":
        return None
    if told == "undone":
        return "fulfilled", id_, undos - 1
    return ("undone", id_, undos) if undos else ("requested", id_, 0)


class World:
    """The shelf, the redemptions, the ledger, and the news under way between them."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.shelf = Shelf(supplied=(stock := self.chance.randint(0, 8)), stock=stock)
        self.beans = self.chance.randint(0, 14)
        self.ledger = Ledger(self.beans)
        self.redemptions: dict[str, Redemption] = {}
        self.news: list[News] = []
        self.actors: list[Actor] = []
        self.numbers = iter(range(1_000_000))
        self.calm = False
        self.happened: Counter[str] = Counter()

    def run(self) -> None:
        """Live through one history, then let everything settle."""
        for number in range(self.chance.randint(1, 8)):
            self.actors += [self._ask(f"r{number}") for _ in range(self.chance.choice((1, 1, 2)))]
        for _ in range(self.chance.randint(20, 160)):
            self._something_happens()
        self._settle()

    def _something_happens(self) -> None:
        if self.chance.random() < GHOST and self.redemptions:
            redemption = self.chance.choice(list(self.redemptions.values()))
            acts = (self._cancel, self._fulfil, self._fulfil, self._undo, self._undo, self._expire)
            self.actors.append(self.chance.choice(acts)(redemption))
        if self.chance.random() < GHOST:
            self.actors.append(self._sweep())
        if self.news and (not self.actors or self.chance.random() < 0.4):
            self._deliver()
        elif self.actors:
            self._go_on(self.chance.randrange(len(self.actors)))

    def _go_on(self, place: int) -> None:
        crashed = not self.calm and self.chance.random() < CRASH
        self.happened["killed"] += crashed
        if crashed or next(self.actors[place], "done") == "done":
            self.actors.pop(place)

    def _deliver(self) -> None:
        news = self.chance.choice(self.news)
        where, told, id_, number = news
        if where == "rewards":
            self.actors.append(self._hear(news))
            return
        if self.calm or self.chance.random() > DUPLICATE:
            self.news.remove(news)
        else:
            self.happened["repeated"] += 1
        if answer := self.ledger.take_in(told, self.redemptions[id_], number):
            again = ("ledger", told, id_, number)
            self.news.append(again if answer == "later" else ("rewards", answer, id_, number))

    def _settle(self) -> None:
        """Let nothing crash any more, and the sweeper come round until nothing is left to do."""
        self.calm = True
        for _ in range(STEPS_MAX):
            if self.actors:
                self._go_on(0)
            elif self.news:
                self._deliver()
            elif self._is_settled():
                return
            else:
                self.actors.append(self._sweep())
        raise AssertionError("the world never comes to rest")

    def _is_settled(self) -> bool:
        statuses = {redemption.status for redemption in self.redemptions.values()}
        return not statuses & (saga.UNDECIDED | {Status.UNDOING}) and all(not self._is_due(claim) for claim in self.shelf.claims)

    def _is_due(self, claim: Claim) -> bool:
        return self._settlement_of(claim) is not shelf.Settlement.KEEP

    def _settlement_of(self, claim: Claim) -> shelf.Settlement:
        redemption = self.redemptions[claim.redemption_id]
        is_named = redemption.claim_id == claim.id
        return shelf.settlement_of(redemption.status, is_named=is_named, undo=claim.undo, undos=redemption.undos)

    # --- actors: each line between two yields is one write ---

    def _ask(self, id_: str) -> Actor:
        quantity = self.chance.randint(1, 3)
        redemption = self.redemptions.setdefault(id_, Redemption(id=id_, quantity=quantity))
        yield
        yield from self._advance(redemption)

    def _advance(self, redemption: Redemption) -> Actor:
        if redemption.status is not Status.REQUESTED:
            return
        wanted = Claim(id=f"c{next(self.numbers)}", redemption_id=redemption.id, quantity=redemption.quantity)
        yield
        claimed = shelf.claim(self.shelf, wanted)
        self.shelf = claimed or self.shelf
        claim = shelf.claim_for(claimed, redemption.id) if claimed else None
        yield
        step = Step.CLAIM if claim else Step.SHORTAGE
        if self._move(redemption, step):
            redemption.claim_id = claim.id if claim else None
            self._tell(redemption, "requested" if claim else None)
        elif claim:
            yield
            yield from self._settle_claim(claim)

    def _hear(self, news: News) -> Actor:
        """Handle a fact and acknowledge it last: whoever dies before that hears it again, and so may two at once."""
        _, told, id_, undos = news
        redemption, step = self.redemptions[id_], Step.HOLD if told == "held" else Step.REFUSE_HOLD
        if saga.is_late_copy(undos, now=redemption.undos):
            self._acknowledge(news)
            return
        if told == "captured":
            assert redemption.status in saga.CLOSED, "the ledger spent what nobody had handed over"
            redemption.is_settled = True
            yield
            self._acknowledge(news)
            return
        if told == "held" and redemption.status is Status.UNDOING:
            yield from self._make_good_again(redemption, news)
            return
        assert saga.judge(redemption.status, step) is not Verdict.EARLY, "the ledger answered what nobody had asked"
        yield
        if self._move(redemption, step) and step is Step.HOLD:
            assert redemption.code is None, "a second voucher"
            redemption.code = f"v{next(self.numbers)}"
        yield
        yield from self._settle_claims_of(redemption)
        self._acknowledge(news)

    def _make_good_again(self, redemption: Redemption, news: News) -> Actor:
        undo = redemption.undos
        yield
        claim = Claim(id=f"c{next(self.numbers)}", redemption_id=redemption.id, quantity=redemption.quantity, undo=undo)
        if (after := shelf.take_back(self.shelf, claim)) is None:
            standing = shelf.claim_for(self.shelf, redemption.id)
            if standing is None or standing.undo != undo:
                return  # a ghost's claim is in the way: the fact is delivered again later
            claim = standing
        self.shelf = after or self.shelf
        yield
        if redemption.undos == undo and self._move(redemption, Step.HOLD_AGAIN):
            redemption.claim_id = claim.id
        else:
            yield from self._settle_claim(claim)
        self._acknowledge(news)

    def _acknowledge(self, news: News) -> None:
        if self.calm or self.chance.random() > DUPLICATE:
            if news in self.news:
                self.news.remove(news)
        else:
            self.happened["repeated"] += 1

    def _cancel(self, redemption: Redemption) -> Actor:
        yield from self._close(redemption, Step.CANCEL, "cancelled")

    def _fulfil(self, redemption: Redemption) -> Actor:
        yield from self._close(redemption, Step.FULFIL, "fulfilled")

    def _undo(self, redemption: Redemption) -> Actor:
        if redemption.status is not Status.FULFILLED or not redemption.is_settled:
            return
        seen = redemption.claim_id, redemption.undos
        yield
        for claim in self.shelf.claims:  # what was sold leaves its claim before the redemption forgets its name
            if claim.id == seen[0]:
                self.shelf = shelf.settle(self.shelf, claim.id, shelf.Settlement.SELL)
        yield
        if redemption.undos == seen[1] and redemption.is_settled and self._move(redemption, Step.UNDO):
            redemption.undos, redemption.is_settled, redemption.claim_id = seen[1] + 1, False, None
            self._tell(redemption, "undone")

    def _expire(self, redemption: Redemption) -> Actor:
        yield from self._close(redemption, Step.EXPIRE, "expired")

    def _close(self, redemption: Redemption, step: Step, told: str) -> Actor:
        yield
        if self._move(redemption, step):
            self._tell(redemption, told)
        yield
        yield from self._settle_claims_of(redemption)

    def _sweep(self) -> Actor:
        for redemption in list(self.redemptions.values()):
            if redemption.status is Status.REQUESTED:
                yield from self._advance(redemption)
        for claim in self.shelf.claims:
            yield
            yield from self._settle_claim(claim)

    def _settle_claims_of(self, redemption: Redemption) -> Actor:
        if claim := shelf.claim_for(self.shelf, redemption.id):
            yield from self._settle_claim(claim)

    def _settle_claim(self, claim: Claim) -> Actor:
        settlement = self._settlement_of(claim)
        yield
        self.shelf = shelf.settle(self.shelf, claim.id, settlement)

    # --- one write each ---

    def _move(self, redemption: Redemption, step: Step) -> bool:
        if saga.judge(redemption.status, step) is not Verdict.MOVE:
            return False
        redemption.status = saga.leads_to(step)
        return True

    def _tell(self, redemption: Redemption, told: str | None) -> None:
        if told:
            redemption.told.append(f"{told}:{redemption.undos}")
            self.news.append(("ledger", told, redemption.id, redemption.undos))


def broken_laws(world: World) -> list[str]:
    """Return a sentence for every law that a settled world breaks."""
    rows = list(world.redemptions.values())
    ready = {row.id: row.quantity for row in rows if row.status is Status.READY}
    sold = sum(row.quantity for row in rows if row.status is Status.FULFILLED)
    vouched = [row for row in rows if row.status in saga.VOUCHED]
    codes = [row.code for row in rows if row.code]
    laws = {
        "reserved pieces are the open redemptions": world.shelf.reserved == sum(ready.values()),
        "sold pieces are the fulfilled redemptions": world.shelf.sold == sold,
        "nobody waits": not {row.status for row in rows} & (saga.UNDECIDED | {Status.UNDOING}),
        "held beans are the open redemptions": world.ledger.held == ready,
        "spent beans are the fulfilled redemptions": world.ledger.spent == sold,
        "no bean is lost": world.ledger.available + sum(ready.values()) + sold == world.beans,
        "one voucher each": len(set(codes)) == len(codes) and all(row.code for row in vouched),
        "each fact is told once": all(len(set(row.told)) == len(row.told) for row in rows),
    }
    return [law for law, holds in laws.items() if not holds] + list(shelf.breaches(world.shelf))
