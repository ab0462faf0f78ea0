"""Many callers share a write, and each hears of its own document alone."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

from shared.ids import new_id
from shared.mongo import GroupInsert
from tests.shared.mongo.conftest import Jar

pytestmark = pytest.mark.usefixtures("shelf")

UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
import gevent, os, pymongo
from shared.mongo import GroupInsert
with pymongo.MongoClient(os.environ["GB_MONGODB_URI"], w="majority") as client:
    rows = client[os.environ["GROUP_DATABASE"]].jars
    group = GroupInsert(rows)
    calls = [gevent.spawn(group.insert, {"_id": str(number % 90)}) for number in range(100)]
    gevent.joinall(calls, timeout=20)
    print(rows.count_documents({}), sum(call.successful() for call in calls))
"""


def outcomes(group: GroupInsert, documents: list[dict]) -> list[Exception | None]:
    def insert(document: dict) -> Exception | None:
        try:
            group.insert(document)
        except PyMongoError as error:
            return error
        return None

    with ThreadPoolExecutor(len(documents)) as callers:
        return list(callers.map(insert, documents))


def test_what_is_inserted_is_durable_when_the_call_returns() -> None:
    group = GroupInsert(Jar._get_collection())

    group.insert({"_id": "a", "beans": 1})

    assert Jar._get_collection().find_one({"_id": "a"})["beans"] == 1


def test_of_many_at_once_only_the_second_of_a_key_is_refused() -> None:
    group = GroupInsert(Jar._get_collection(), linger_seconds=0.02)

    refusals = [error for error in outcomes(group, [{"_id": str(n % 40)} for n in range(60)]) if error]

    assert len(refusals) == 20
    assert {type(error) for error in refusals} == {DuplicateKeyError}
    assert Jar._get_collection().count_documents({}) == 40


def test_a_document_that_the_validator_forbids_harms_no_neighbour() -> None:
    group = GroupInsert(Jar._get_collection(), linger_seconds=0.02)

    found = outcomes(group, [{"_id": str(n), "beans": -1 if n == 3 else 1} for n in range(10)])

    assert [n for n, error in enumerate(found) if error] == [3]
    assert isinstance(found[3], BulkWriteError)


def test_a_document_that_cannot_be_written_at_all_is_heard_of_by_the_whole_group() -> None:
    group = GroupInsert(Jar._get_collection())

    with pytest.raises(Exception, match="cannot encode"):
        group.insert({"_id": "a", "beans": object()})

    group.insert({"_id": "a"})  # and the next one goes through


def test_groups_are_limited() -> None:
    group = GroupInsert(Jar._get_collection(), limit=7)

    assert outcomes(group, [{"_id": str(n)} for n in range(50)]) == [None] * 50


def test_nobody_writes_for_others_for_ever(wait_until: Any) -> None:
    """A leader that wrote until the line is empty would never come to an insert of its own again."""
    group, stopping, inserted, longest = GroupInsert(Jar._get_collection()), threading.Event(), [0] * 8, [0.0] * 8

    def keep_inserting(number: int) -> None:
        while not stopping.is_set():
            started = time.monotonic()
            group.insert({"_id": new_id()})
            inserted[number] += 1
            longest[number] = max(longest[number], time.monotonic() - started)

    threads = [threading.Thread(target=keep_inserting, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(1.5)
        wait_until(lambda: min(inserted) >= 20)
    finally:
        stopping.set()
        for thread in threads:
            thread.join()

    assert max(longest) < 1.4


def test_greenlets_share_writes_as_threads_do(shelf: object) -> None:
    environment = {**os.environ, "GROUP_DATABASE": Jar._get_db().name}

    answer = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT], env=environment, capture_output=True, text=True, timeout=60, check=True
    )

    assert answer.stdout.split() == ["90", "90"]
