"""Several writers on the same accounts, none with a lease: the unique index alone keeps order. Threads, then processes."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from services.ledger import queries
from services.ledger.commands import Writer
from services.ledger.commands.posting import hold_id, settle_id
from services.ledger.models import Entry, account_of
from services.ledger.rules import Earn, Hold, Settle, Wish
from shared.ids import derive_id, new_id
from tests.services.ledger.facts import COMMUNITY

WRITERS, PEOPLE, DEEDS = 8, 12, 12

PROGRAM = """
import sys
from services.ledger.worker import worker
from shared.mongo import connect
from tests.services.ledger.test_writers import post_all

connect(worker.settings)
post_all(sys.argv[1], seed=int(sys.argv[2]))
"""


@pytest.fixture(scope="module", autouse=True)
def ledger(client_of: Callable[[str], Any]) -> Any:
    return client_of("ledger")


def people_of(town: str) -> list[str]:
    return [derive_id(town, str(number)) for number in range(PEOPLE)]


def lives_in(town: str) -> list[Wish]:
    """Everybody earns DEEDS times 10 beans, and half of them redeem 15 and then both get and give it back."""
    wishes: list[Wish] = []
    for who in people_of(town):
        for number in range(DEEDS):
            common: dict[str, Any] = {"resident_id": who, "cause": f"{who}:{number}", "community_code": COMMUNITY}
            wishes.append(Earn(id=f"deed:{who}:{number}", amount=10, contra="issued:x", expires=20991231, **common))
            if number % 4 == 0:
                wishes.append(Hold(id=hold_id(common["cause"]), amount=15, **common))
                wishes += [
                    Settle(id=settle_id(common["cause"]), kind=kind, contra="redeemed:x", **common)
                    for kind in ("capture", "release")
                ]  # fmt: skip
    return wishes


def post_all(town: str, *, seed: int) -> None:
    """Post everybody's life, shuffled, in groups, until nothing is too early: as one writer does who believes it is alone."""
    chance, writer = random.Random(seed), Writer()
    left = lives_in(town)
    while left:
        chance.shuffle(left)
        group, left = left[:20], left[20:]
        left += writer.post(group)


def check(town: str) -> None:
    """Each wish stands once, whoever posted it; sums, numbers, holds and lots are right."""
    ids = {wish.id for wish in lives_in(town) if not isinstance(wish, Settle)}
    accounts = [account_of(who, "bean") for who in people_of(town)]
    rows = list(Entry._get_collection().find({"account": {"$in": accounts}}))
    held = {row["cause"] for row in rows if row["kind"] == "hold"}
    captured = [row["account"] for row in rows if row["kind"] == "capture"]

    assert {row["_id"] for row in rows} == ids | {settle_id(cause) for cause in held}
    for account, head in queries.newest_entries(accounts).items():
        assert (head["balance"], head["held"]) == (DEEDS * 10 - 15 * captured.count(account), 0)
        assert sum(beans for _, beans in head["lots"]) == head["balance"]
    assert queries.verify_ledger().broken == 0


def test_eight_threads_on_the_same_accounts_lose_and_double_nothing() -> None:
    town = new_id()
    threads = [threading.Thread(target=post_all, args=(town,), kwargs={"seed": seed}) for seed in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    check(town)


def test_writers_in_processes_of_their_own_lose_and_double_nothing() -> None:
    town = new_id()
    programs = [subprocess.Popen([sys.executable, "-c", PROGRAM, town, str(seed)]) for seed in range(3)]

    assert [program.wait(timeout=60) for program in programs] == [0, 0, 0]
    check(town)


def test_a_writer_killed_in_the_middle_leaves_work_that_the_next_one_finishes() -> None:
    town = new_id()
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, town, "1"])
    while (
        Entry._get_collection().count_documents(
            {"account": {"$in": [account_of(who, "bean") for who in people_of(town)]}}
        )
        < 30
    ):
        assert program.poll() is None
    program.kill()
    program.wait()

    post_all(town, seed=2)

    check(town)
