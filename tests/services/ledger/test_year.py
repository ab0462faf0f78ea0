"""A year in the life of five thousand residents, told as facts: settlements, coverage, statements and journal agree to the bean."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.ledger import commands
from services.ledger.handlers import post_batch
from services.ledger.models import Checkpoint, DaySeal, Entry, JournalMark, Member, SealedLeaves, Shelf, account_of
from services.ledger.queries import (
    broken_seals,
    coverage,
    outstanding_beans,
    settlement,
    statement,
    verify_ledger,
    write_archive,
)
from services.ledger.queries.heads import newest_entries
from services.ledger.queries.seals import seals
from shared.events import Envelope
from shared.events.rewards import StockChanged
from shared.ids import new_id
from shared.merkle import flaws_of, flaws_of_archive
from shared.messaging import Later
from shared.web import Caller
from tests.services.ledger.facts import cancelled, fulfilled, hours, registered, requested, undone, withdrawn

RESIDENTS, PARTNERS, MONTHS = 5_000, 4, 12
DEEDS_A_MONTH, PURCHASES_A_MONTH = 2_500, 800
BATCH, ROUNDS_MAX = 1_000, 20
STOCK, PRICE = 700, 12


class Year:
    """A community that lives for a year by chance: whoever asks it afterwards knows what was promised to whom."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.code = f"Y-{new_id()[-8:]}"
        self.people = [new_id() for _ in range(RESIDENTS)]
        self.partners = [new_id() for _ in range(PARTNERS)]
        self.months = [f"2025-{month:02}" for month in range(1, MONTHS + 1)]
        self.handed_over: Counter[tuple[str, str]] = Counter()

    def live(self) -> None:
        """Live the year, a month at a time: register, serve, redeem; some records prove wrong, some hand-overs are undone."""
        with time_machine.travel(datetime(2025, 1, 1, 1, tzinfo=UTC), tick=False):
            tell([registered(person, community_code=self.code) for person in self.people])
        for month in range(1, MONTHS + 1):
            on = date(2025, month, self.chance.randint(3, 27))
            with time_machine.travel(datetime(on.year, on.month, on.day, 2, tzinfo=UTC), tick=False):
                self._month(on)

    def _month(self, on: date) -> None:
        deeds = [self._deed(on) for _ in range(DEEDS_A_MONTH)]
        tell(deeds)
        requests = [self._request() for _ in range(PURCHASES_A_MONTH)]
        tell(requests)
        tell([withdrawn(deed) for deed in deeds if self.chance.random() < 0.02])
        ids = [f"hold:{request.redemption_id}" for request in requests]
        held = {row["cause"] for row in Entry._get_collection().find({"_id": {"$in": ids}, "kind": "hold"})}
        self._end([request for request in requests if request.redemption_id in held])
        commands.expire_beans()

    def _end(self, requests: list[Any]) -> None:
        """End each hold: handed over, or given back, or handed over and undone."""
        told: list[Any] = []
        for request in requests:
            ending = self.chance.random()
            if ending < 0.15:
                told.append(cancelled(request))
                continue
            told.append(fulfilled(request))
            if ending < 0.2:
                told += [undone(request), cancelled(request, undos=1)]
                continue
            month = told[-1].fulfilled_at.date().isoformat()[:7]
            self.handed_over[request.partner_id, month] += request.amount_beans
        tell(told)

    def _deed(self, on: date) -> Any:
        minutes, leader = self.chance.choice((45, 60, 90, 120)), self.chance.choice(self.people[:50])
        person = self.chance.choice(self.people)
        return replace(hours(person, minutes=minutes, on=on), community_code=self.code, leader_id=leader, led=person == leader)

    def _request(self) -> Any:
        made = requested(self.chance.choice(self.people), self.chance.choice((3, 7, PRICE)), community_code=self.code)
        return replace(made, partner_id=self.chance.choice(self.partners))


def tell(facts: Iterable[Any]) -> None:
    """Hand facts over in batches, in a shuffled order with repeats, as a queue may; what has to wait comes again."""
    chance, waiting = random.Random(7), list(facts)
    waiting += chance.sample(waiting, len(waiting) // 20)
    chance.shuffle(waiting)
    for _ in range(ROUNDS_MAX):
        late: list[Any] = []
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            try:
                post_batch([(fact, Envelope(id=new_id(), type=fact.TYPE, subject="", occurred_at=datetime.now(UTC))) for fact in batch])
            except Later:
                late += batch
        if not (waiting := late):
            return
    raise AssertionError(f"{len(waiting)} facts wait for ever")


@pytest.fixture(scope="module")
def year(client_of: Callable[[str], FlaskClient]) -> Iterator[Year]:
    client_of("ledger")
    _forget_checkpoints()
    lived = Year(seed=2025)
    lived.live()
    JournalMark.objects(id="seals").delete()
    yield lived
    for document in (Entry, DaySeal, Checkpoint, Member, Shelf):  # the audits of other tests need not read all this
        document._get_collection().delete_many({"community_code": lived.code})
    SealedLeaves._get_collection().delete_many({"seal_id": {"$regex": f"^{lived.code}:"}})
    _forget_checkpoints()


def _forget_checkpoints() -> None:
    """Let checkpoints begin anew: the year is posted in the past, where intervals may be closed already."""
    JournalMark.objects(id="checkpoints").delete()
    Checkpoint._get_collection().delete_many({})


@pytest.mark.timeout(600)
def test_every_law_holds_over_a_year(year: Year) -> None:
    audit = verify_ledger()

    assert audit.broken == 0
    assert audit.entries > MONTHS * DEEDS_A_MONTH * 2


def test_settlements_are_what_was_handed_over_and_what_the_journal_took_from_wallets(year: Year) -> None:
    auditor = Caller(resident_id=new_id(), community_code=year.code, roles=frozenset({"auditor"}))
    settled = {(partner, month): settlement(partner, month=month, viewer=auditor)["beans"]
               for partner in year.partners for month in year.months}  # fmt: skip

    assert {key: beans for key, beans in settled.items() if beans} == dict(year.handed_over)
    spent = sum(head["spent"] for head in heads_of(year))
    assert sum(settled.values()) == spent > 0


def test_coverage_is_what_people_hold(year: Year) -> None:
    held = sum(head["balance"] for head in heads_of(year))
    shelf = StockChanged(
        reward_id=new_id(), community_code=year.code, partner_id=year.partners[0], price_beans=PRICE, stock=STOCK,
        reserved=0, sold=0, offered=True, revision=1, changed_at=datetime.now(UTC),
    )  # fmt: skip
    tell([shelf])

    commands.close_interval(lag_seconds=0)
    commands.close_interval(lag_seconds=0)

    assert outstanding_beans(year.code) == held
    told = coverage(year.code)
    assert (told.outstanding_beans, told.stock_value_beans, told.ratio) == (held, STOCK * PRICE, round(STOCK * PRICE / held, 2))


def test_statements_prove_every_line_and_add_up_to_the_balance(year: Year) -> None:
    while commands.seal_days():
        pass
    published, _ = seals(year.code, limit=200, cursor=None)
    for person in year.chance.sample(year.people, 12):
        owner = Caller(resident_id=person, community_code=year.code)
        told = statement(person, since=date(2025, 1, 1), until=date(2025, 12, 31), viewer=owner)
        beans = [line["entry"] for line in told["lines"] if line["entry"]["unit"] == "bean"]
        newest = newest_entries([account_of(person, "bean")]).get(account_of(person, "bean"), {"balance": 0})
        assert flaws_of(told, published) == []
        assert told["unsealed"] == []
        assert sum(entry["delta"] for entry in beans) == newest["balance"]


def test_no_sealed_day_differs_from_the_journal(year: Year) -> None:
    compared, places = broken_seals()

    assert compared > MONTHS * DEEDS_A_MONTH * 2
    assert [place for place in places if place.startswith(year.code)] == []


def test_the_archive_of_the_year_holds_every_entry_and_proves_itself(year: Year, tmp_path: Path) -> None:
    path = tmp_path / "2025.gz"

    written = write_archive(year.code, 2025, path)

    with gzip.open(path, "rt", encoding="utf-8") as file:
        checked, flaws = flaws_of_archive(map(json.loads, file))
    assert checked == written == Entry._get_collection().count_documents({"community_code": year.code})
    assert flaws == []


def heads_of(year: Year) -> list[Any]:
    """Return the newest entries of the beans of all residents and of the fund."""
    accounts = [account_of(person, "bean") for person in year.people] + [account_of(f"fund-{year.code}", "bean")]
    return [head for start in range(0, len(accounts), 500) for head in newest_entries(accounts[start : start + 500]).values()]
