"""Sealed days on the real database: whatever is done to the journal afterwards is found, and named."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.commands import seal_days
from services.ledger.models import Checkpoint, DaySeal, Entry, JournalMark, Member, SealedLeaves, account_of
from services.ledger.queries import broken_seals
from services.ledger.queries.seals import _encode
from shared.ids import new_id
from shared.merkle import canonical, flaws_of
from tests.services.ledger.facts import hours, registered, requested

As, Deliver = Callable[..., dict[str, str]], Callable[..., Any]
DAYS = [date(2026, 11, day) for day in (2, 3, 5)]
plain = st.recursive(
    st.none() | st.integers(-(2**53), 2**53) | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@pytest.fixture(scope="module")
def api(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("ledger")


@pytest.fixture
def town(api: FlaskClient, deliver: Deliver) -> Iterator[dict[str, Any]]:
    """A community in which two people did something on three days, all sealed; whatever was forged goes with it."""
    code, people = f"S-{new_id()[-8:]}", [new_id(), new_id()]
    for day in DAYS:
        with time_machine.travel(f"{day}T09:00:00+08:00", tick=True):
            for person in people:
                deliver("ledger", registered(person, community_code=code))
                deliver("ledger", hours(person, on=day, community_code=code))
            deliver("ledger", requested(people[0], 3, community_code=code))
    JournalMark.objects(id="seals").delete()
    seal_days()
    yield {"code": code, "people": people}
    for document in (Entry, DaySeal, Checkpoint, Member):
        document._get_collection().delete_many({"community_code": code})
    SealedLeaves._get_collection().delete_many({"seal_id": {"$regex": f"^{code}:"}})


def flaws_in(code: str) -> list[str]:
    return [place.removeprefix(f"{code}:") for place in broken_seals()[1] if place.startswith(code)]


def entries_of(person: str) -> list[dict[str, Any]]:
    return list(Entry._get_collection().find({"account": account_of(person, "bean")}).sort("seq", 1))


def test_each_day_is_sealed_once_with_all_units_and_follows_the_day_before(town: dict[str, Any]) -> None:
    again = seal_days()
    seals = list(DaySeal.objects(community_code=town["code"]).order_by("number"))

    assert again == 0
    assert [(seal.number, seal.day, seal.entries) for seal in seals] == [
        (1, "2026-11-02", 7), (2, "2026-11-03", 5), (3, "2026-11-05", 5),
    ]  # fmt: skip
    assert [seal.before for seal in seals] == ["", seals[0].digest, seals[1].digest]
    assert flaws_in(town["code"]) == []


def test_a_sealing_that_died_before_its_seal_is_done_again(town: dict[str, Any]) -> None:
    last = DaySeal.objects.get(id=f"{town['code']}:2026-11-05")
    was = last.digest
    last.delete()
    SealedLeaves._get_collection().delete_one({"seal_id": last.id})
    JournalMark.objects(id="seals").delete()

    assert seal_days() == 1
    assert DaySeal.objects.get(id=last.id).digest == was
    assert flaws_in(town["code"]) == []


def test_today_is_not_sealed_while_something_may_still_be_posted(town: dict[str, Any], deliver: Deliver) -> None:
    with time_machine.travel("2026-11-06T23:59:00+08:00", tick=True):
        deliver("ledger", hours(town["people"][0], community_code=town["code"]))
    JournalMark.objects(id="seals").delete()

    with time_machine.travel("2026-11-07T00:01:00+08:00"):
        assert seal_days() == 0
    with time_machine.travel("2026-11-07T00:03:00+08:00"):
        assert seal_days() == 1


def change(entry: dict[str, Any], **values: Any) -> None:
    assert Entry._get_collection().update_one({"_id": entry["_id"]}, {"$set": values}).modified_count == 1


def forge_a_sum(entries: list[dict[str, Any]], _: str) -> str:
    change(entries[0], earned=entries[0]["earned"] + 50)
    return f"2026-11-02: {entries[0]['_id']} was changed"


def forge_a_reason(entries: list[dict[str, Any]], _: str) -> str:
    change(entries[0], **{"explanation.minutes": 600})
    return f"2026-11-02: {entries[0]['_id']} was changed"


def remove_a_line(entries: list[dict[str, Any]], _: str) -> str:
    Entry._get_collection().delete_one({"_id": entries[-1]["_id"]})
    return f"2026-11-05: {entries[-1]['_id']} was removed"


def put_a_line_in(entries: list[dict[str, Any]], _: str) -> str:
    forged = {**entries[0], "_id": "deed:forged:bean", "seq": entries[-1]["seq"] + 1}
    Entry._get_collection().insert_one(forged)
    return "2026-11-02: deed:forged:bean was put in"


def move_a_line_to_another_day(entries: list[dict[str, Any]], _: str) -> str:
    change(entries[0], posted_at=entries[0]["posted_at"] + timedelta(days=1))
    return f"2026-11-02: {entries[0]['_id']} was removed"


def forge_the_list(entries: list[dict[str, Any]], code: str) -> str:
    part = SealedLeaves._get_collection().find_one({"seal_id": f"{code}:2026-11-02"})
    hashes = bytes(32) + part["hashes"][32:]
    SealedLeaves._get_collection().update_one({"_id": part["_id"]}, {"$set": {"hashes": hashes}})
    return "2026-11-02: its list of entries is not the one that was sealed"


def forge_a_root(entries: list[dict[str, Any]], code: str) -> str:
    DaySeal.objects(id=f"{code}:2026-11-03").update(set__root="00" * 32)
    return "2026-11-03: does not follow the seal before it"


def drop_a_day(entries: list[dict[str, Any]], code: str) -> str:
    DaySeal.objects(id=f"{code}:2026-11-03").delete()
    return "2026-11-05: does not follow the seal before it"


@pytest.mark.parametrize(
    "tamper",
    [forge_a_sum, forge_a_reason, remove_a_line, put_a_line_in, move_a_line_to_another_day, forge_the_list, forge_a_root, drop_a_day],
)
def test_whatever_is_done_to_a_sealed_day_is_found_and_located(town: dict[str, Any], tamper: Any) -> None:
    place = tamper(entries_of(town["people"][1]), town["code"])

    assert place in flaws_in(town["code"])


def test_a_mark_of_the_relay_is_no_change(town: dict[str, Any]) -> None:
    hold = next(entry for entry in entries_of(town["people"][0]) if entry["kind"] == "hold")
    change(hold, **{"outbox.published": 1})

    assert flaws_in(town["code"]) == []


def test_a_statement_proves_its_own_lines_and_shows_no_others(town: dict[str, Any], api: FlaskClient, as_caller: As) -> None:
    me, code = town["people"][0], town["code"]
    mine = as_caller(resident_id=me, community_code=code)
    path = f"/api/v1/wallets/{me}/statement?since=2026-11-01&until=2026-11-30"

    statement = api.get(path, headers=mine).json
    published = api.get(f"/api/v1/communities/{code}/seals").json["items"]

    assert (len(statement["lines"]), len(statement["seals"]), statement["unsealed"]) == (10, 3, [])
    assert {line["entry"]["account"].partition(":")[0] for line in statement["lines"]} == {me}
    assert town["people"][1] not in json.dumps(statement)
    assert flaws_of(statement, published) == []
    statement["lines"][4]["entry"]["delta"] += 1
    assert len(flaws_of(statement, published)) == 1


def test_a_statement_of_today_says_what_is_not_sealed_yet(
    town: dict[str, Any], api: FlaskClient, as_caller: As, deliver: Deliver
) -> None:
    me, code = town["people"][0], town["code"]
    deliver("ledger", hours(me, community_code=code))

    statement = api.get(
        f"/api/v1/wallets/{me}/statement?since=2026-11-05&until=2026-12-31", headers=as_caller(resident_id=me, community_code=code)
    ).json

    assert len(statement["unsealed"]) == 2
    assert flaws_of(statement) == []


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ("since=2026-11-02&until=2026-11-01", 422, "/until"),
        ("since=2024-11-02&until=2026-11-01", 422, "/until"),
        ("since=2026-11-02", 422, "/until"),
        ("since=soon&until=2026-11-01", 422, "/since"),
    ],
)
def test_a_period_that_does_not_fit_is_named(api: FlaskClient, as_caller: As, query: str, status: int, pointer: str) -> None:
    me = new_id()
    answer = api.get(f"/api/v1/wallets/{me}/statement?{query}", headers=as_caller(resident_id=me))

    assert (answer.status_code, pointer in str(answer.json["errors"])) == (status, True)


def test_a_statement_is_its_owners_and_the_staffs(town: dict[str, Any], api: FlaskClient, as_caller: As) -> None:
    path = f"/api/v1/wallets/{town['people'][0]}/statement?since=2026-11-01&until=2026-11-30"

    assert api.get(path).status_code == 401
    assert api.get(path, headers=as_caller(community_code=town["code"])).status_code == 403
    assert api.get(path, headers=as_caller(roles={"steward"}, community_code="OTHER")).status_code == 404
    assert api.get(path, headers=as_caller(roles={"auditor"}, community_code=town["code"])).status_code == 200


@given(st.dictionaries(st.text(), plain))
def test_the_fast_encoding_is_the_canonical_one(content: dict[str, Any]) -> None:
    assert _encode(content) == canonical(content)
