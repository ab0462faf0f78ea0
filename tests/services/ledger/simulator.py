"""A world in which everything fails, by a seed: facts shuffled and repeated, writers killed between any two effects, rivals.

The writers are the real ones; only the journal below them is of paper. It keeps the three promises of the database (an id
stands once, a number of an account stands once, an ordered insert stops at the first clash) and breaks whatever else it may.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.ledger.commands import Journal, Writer
from services.ledger.commands.posting import hold_id, settle_id
from services.ledger.queries.laws import breaches
from services.ledger.rules import (
    EMPTY,
    Counting,
    Earn,
    Entry,
    Expire,
    Gift,
    GiftRefused,
    Head,
    Hold,
    Retake,
    Reverse,
    Settle,
    Use,
    Wish,
    difference,
    give,
    given_id,
)

PEOPLE, LEADERS, DAYS = 3, 2, (20260105, 20260106, 20260220, 20260401)
DAY_LIMIT, PAIR_LIMIT = 40, 60
WISHES, BATCH_MAX, GROUP_MAX, HEADS_MAX = 40, 12, 4, 2
CRASH, INTERFERE, REPEAT, AT_ONCE, ARRIVE = 0.06, 0.08, 0.2, 0.5, 0.3
ROUNDS_MAX = 2_000
KINDS = ("earn", "earn", "withdrawn", "capture", "release", "both", "undone", "expire", "gift")


class Killed(Exception):
    """The writer's process is gone; what it had sent may stand or not."""


class Away(Exception):
    """The database does not answer; the writer lives on, and what it had sent may stand or not."""


@dataclass(eq=False)
class Sent:
    """Entries on their way to the journal, and what became of them."""

    entries: Sequence[Entry]
    answer: bool | None = None


@dataclass
class PaperJournal(Journal):
    """The journal as the database keeps it, and the moments at which a writer may be killed or overtaken."""

    chance: random.Random
    entries: dict[str, Entry] = field(default_factory=dict)
    numbers: dict[tuple[str, int], Entry] = field(default_factory=dict)
    under_way: list[Sent] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    rival: Callable[[], None] = lambda: None

    def newest(self, accounts: Sequence[str]) -> dict[str, Head]:
        """Return the newest entries, as they were at some moment of the asking."""
        found: dict[str, Head] = {}
        for account in accounts:
            self._moment()
            last = max((number for owner, number in self.numbers if owner == account), default=0)
            if last:
                found[account] = self.numbers[account, last]
        return found

    def standing(self, ids: Sequence[str]) -> set[str]:
        """Return which ids stand."""
        self._moment()
        return {id_ for id_ in ids if id_ in self.entries}

    def usage(self, months: Iterable[tuple[str, int]]) -> dict[tuple[str, int], list[Use]]:
        """Return what was earned under caps in some months."""
        self._moment()
        counted = [(entry["account"], entry["counted"]) for entry in self.entries.values() if entry["counted"]]
        return {
            (account, month): [row for owner, row in counted if owner == account and row[0] // 100 == month]
            for account, month in months
        }

    def pack(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Return the entries as they are: paper needs no packing."""
        return entries

    def append(self, entries: Sequence[Entry]) -> bool:
        """Insert in order up to the first clash; a writer may die before, in the middle and after."""
        self._moment()
        return self._insert(entries, between=self._die)

    def begin(self, entries: Sequence[Entry]) -> Callable[[], bool]:
        """Append at once, or when the answer is waited for, or in between; after its writer's death it may still arrive."""
        if self.chance.random() < AT_ONCE:
            answer = self.append(entries)
            return lambda: answer
        sent = Sent(entries)
        self.under_way.append(sent)
        return lambda: self._answer(sent)

    def append_together(self, entries: Sequence[Entry]) -> bool:
        """Insert all entries or none, as a transaction does."""
        self._moment()
        if any(entry["_id"] in self.entries or (entry["account"], entry["seq"]) in self.numbers for entry in entries):
            self.happened["clashes"] += 1
            return False
        self._insert(entries, between=lambda: None)
        self._die()
        return True

    def arrive(self) -> None:
        """Let whatever is under way arrive."""
        while self.under_way:
            sent = self.under_way.pop()
            sent.answer = self._insert(sent.entries, between=lambda: None)

    def _answer(self, sent: "Sent") -> bool:
        if sent.answer is None:
            self.under_way.remove(sent)
            sent.answer = self.append(sent.entries)
        return sent.answer

    def _insert(self, entries: Sequence[Entry], *, between: Callable[[], None]) -> bool:
        for entry in entries:
            if entry["_id"] in self.entries or (entry["account"], entry["seq"]) in self.numbers:
                self.happened["clashes"] += 1
                return False
            self.entries[entry["_id"]] = self.numbers[entry["account"], entry["seq"]] = entry
            between()
        return True

    def _moment(self) -> None:
        self._die()
        if self.chance.random() < INTERFERE:
            self.rival()

    def _die(self) -> None:
        if self.chance.random() < CRASH / 4:
            end = self.chance.choice([Killed, Away])
            self.happened[end.__name__.lower()] += 1
            raise end


class World:
    """Some people's lives, as wishes; a queue that shuffles and repeats them; two writers that know nothing of each other."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.journal = PaperJournal(self.chance)
        self.wishes = self._lives()
        self.queue: list[Wish | Gift] = list(self.wishes)
        self.queue += self.chance.sample(self.queue, int(len(self.queue) * REPEAT))
        self.chance.shuffle(self.queue)
        self.writers = [self._writer(), self._writer()]
        self.journal.rival = self._interfere
        self._is_interfering, self._acting = False, 0

    def run(self) -> None:
        """Deliver until everything was taken in and acknowledged."""
        for _ in range(ROUNDS_MAX):
            if not self.queue:
                return
            self._deliver(self.chance.randrange(2))
        raise AssertionError(f"never drained: {[wish.id for wish in self.queue]}")

    def _deliver(self, number: int) -> None:
        self._acting = number
        if self.chance.random() < ARRIVE:
            self.journal.arrive()
        size = self.chance.randint(1, BATCH_MAX)
        batch, self.queue = self.queue[:size], self.queue[size:]
        batch = [wish for wish in batch if not self._is_pointless(wish)]
        gifts = [wish for wish in batch if isinstance(wish, Gift)]
        ready = [wish for wish in batch if not isinstance(wish, Gift) and self._has_its_turn(wish)]
        try:
            for gift in gifts:
                self._give(gift)
            too_early = self.writers[number].post([self._now(wish) for wish in ready])
        except Killed:
            self.writers[number] = self._writer()
            self.queue += batch
        except Away:
            self.queue += batch
        else:
            self.queue += [*too_early, *(wish for wish in batch if wish not in ready and wish not in gifts)]

    def _interfere(self) -> None:
        """Let the other writer take a batch in the middle of this one's work; it finishes or dies before this one goes on."""
        if not self._is_interfering and self.queue:
            acting, self._is_interfering = self._acting, True
            self.journal.happened["interference"] += 1
            self._deliver(1 - acting)
            self._acting, self._is_interfering = acting, False

    def _is_pointless(self, wish: Wish | Gift) -> bool:
        """Nobody undoes a capture that never was: the hold had been refused."""
        is_undone = isinstance(wish, Retake) or (isinstance(wish, Settle) and wish.undos > 0)
        hold = self.journal.entries.get(hold_id(wish.cause)) if is_undone and isinstance(wish, Wish) else None
        return hold is not None and hold["kind"] == "hold_refused"

    def _has_its_turn(self, wish: Wish) -> bool:
        return not isinstance(wish, (Reverse, Retake)) or wish.reverses in self.journal.entries

    def _now(self, wish: Wish) -> Wish:
        """What takes an entry back is made from that entry, as the command does."""
        if isinstance(wish, Reverse):
            given = self.journal.entries[wish.reverses]
            return replace(wish, amount=given["delta"] - given["debt_delta"], counted=given["counted"])
        if isinstance(wish, Retake):
            capture = self.journal.entries[wish.reverses]
            before = self.journal.numbers[capture["account"], capture["seq"] - 1]
            return replace(wish, amount=-capture["delta"], lots=difference(before["lots"], capture["lots"]))
        return wish

    def _give(self, gift: Gift) -> None:
        """Give until nobody is faster, as the command does; a gift that may not be leaves nothing."""
        accounts = [f"{owner}:bean" for owner in (gift.giver, gift.receiver)]
        while given_id(gift.id) not in self.journal.standing([given_id(gift.id)]):
            heads = self.journal.newest(accounts)
            try:
                entries = give(*(heads.get(account, EMPTY) for account in accounts), gift)
            except GiftRefused:
                self.journal.happened["refused gifts"] += 1
                return
            if self.journal.append_together(entries):
                return

    def _writer(self) -> Writer:
        return Writer(self.journal, heads_max=HEADS_MAX, group_max=GROUP_MAX)

    def _lives(self) -> list[Wish | Gift]:
        return [wish for number in range(WISHES) for wish in self._deed(f"{number}", self.chance.randrange(PEOPLE))]

    def _deed(self, id_: str, person: int) -> list[Wish | Gift]:
        who = f"p{person}"
        common: dict[str, Any] = {"resident_id": who, "cause": id_, "community_code": "C"}
        kind = self.chance.choice(KINDS)
        if kind == "gift":
            neighbour = f"p{(person + self.chance.randrange(1, PEOPLE)) % PEOPLE}"
            return [Gift(id=id_, giver=who, receiver=neighbour, amount=self.chance.randint(1, 20), community_code="C")]
        if kind in ("earn", "withdrawn"):
            day, leader = self.chance.choice(DAYS), f"l{self.chance.randrange(LEADERS)}"
            counting = Counting(day=day, leader=leader, day_limit=DAY_LIMIT, pair_limit=PAIR_LIMIT)
            amount = self.chance.randrange(30)
            earn = Earn(id=id_, amount=amount, contra="issued", expires=day + 100, counting=counting, **common)
            back = Reverse(id=f"withdrawn:{id_}", amount=0, contra="issued", reverses=id_, **common)
            return [earn, back] if kind == "withdrawn" else [earn]
        if kind == "expire":
            return [Expire(id=f"x{id_}", today=self.chance.choice(DAYS), contra="expired", **common)]
        hold = Hold(id=hold_id(id_), amount=self.chance.randint(1, 30), **common)
        if kind == "undone":
            retake = Retake(id=hold_id(id_, 1), amount=0, contra="shop", reverses=settle_id(id_), lots=[], undos=1, **common)
            end = Settle(id=settle_id(id_, 1), kind=self.chance.choice(["capture", "release"]), contra="shop", undos=1, **common)
            return [hold, Settle(id=settle_id(id_), kind="capture", contra="shop", **common), retake, end]
        ends = ["capture", "release"] if kind == "both" else [kind]
        return [hold, *(Settle(id=settle_id(id_), kind=end, contra="shop", **common) for end in ends)]  # type: ignore[arg-type]


def flaws_of(world: World) -> list[str]:
    """Return what is wrong with the journal of a world that has come to rest."""
    entries = world.journal.entries
    gifts = [wish for wish in world.wishes if isinstance(wish, Gift)]
    due = {wish.id for wish in world.wishes if not isinstance(wish, Gift) and _is_due(wish, entries)}
    halves = {id_ for gift in gifts for id_ in (given_id(gift.id), f"gift:{gift.id}:received")}
    flaws = [f"{id_} was lost" for id_ in due - entries.keys()]
    flaws += [f"{id_} came from nowhere" for id_ in entries.keys() - due - halves]
    given = sum(entry["delta"] for id_, entry in entries.items() if id_ in halves)
    if given:
        flaws.append(f"gifts made {given} beans")
    for number in range(PEOPLE):
        flaws += _flaws_in_account(world, f"p{number}:bean")
    return flaws


def _is_due(wish: Wish, entries: Mapping[str, Entry]) -> bool:
    """Whatever ends or takes back a hold is due where that hold was not refused; everything else always is."""
    hold = entries.get(hold_id(wish.cause))
    return not isinstance(wish, (Settle, Retake)) or hold is None or hold["kind"] == "hold"


def _flaws_in_account(world: World, account: str) -> list[str]:
    rows = sorted((row for row in world.journal.entries.values() if row["account"] == account), key=lambda row: row["seq"])
    pairs = zip([EMPTY, *rows], rows, strict=False)
    flaws = [f"{account}#{row['seq']} {law}" for before, row in pairs for law in breaches(before, row)]
    return flaws + _caps_broken_in(rows)


def _caps_broken_in(rows: Iterable[Entry]) -> list[str]:
    by_day: Counter[int] = Counter()
    by_pair: Counter[tuple[str, int]] = Counter()
    flaws = []
    for row in rows:
        if row["counted"]:
            day, leader, beans = row["counted"]
            by_day[day] += beans
            by_pair[leader, day // 100] += beans
            if by_day[day] > DAY_LIMIT or by_pair[leader, day // 100] > PAIR_LIMIT:
                flaws.append(f"{row['_id']}: {by_day[day]} on {day}, {by_pair[leader, day // 100]} with {leader}")
    return flaws
