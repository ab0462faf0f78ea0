"""A handing over that the partner takes back: the very beans come back and are held again, and the settlement knows."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.ledger.handlers import post_batch
from services.ledger.models import Entry, account_of
from services.ledger.queries import verify_ledger
from services.ledger.queries.heads import newest_entries
from shared.clock import local_day, utc_now
from shared.events import Envelope
from shared.ids import new_id
from shared.messaging import Later
from tests.services.ledger.facts import cancelled, fulfilled, hours, registered, requested, undone

V1 = "/api/v1"


@pytest.fixture(autouse=True)
def api(client_of: Callable[[str], FlaskClient]) -> Iterator[FlaskClient]:
    yield client_of("ledger")
    assert not verify_ledger().broken


def tell(*facts: Any) -> bool:
    """Hand facts over in one batch; False where some have to wait."""
    try:
        post_batch([(fact, Envelope(id=new_id(), type=fact.TYPE, subject="", occurred_at=utc_now())) for fact in facts])
    except Later:
        return False
    return True


def head(resident_id: str) -> Any:
    account = account_of(resident_id, "bean")
    return newest_entries([account])[account]


def kinds(resident_id: str) -> list[str]:
    rows = Entry._get_collection().find({"account": account_of(resident_id, "bean")}).sort("seq", 1)
    return [row["kind"] for row in rows]


def buyer() -> tuple[str, Any]:
    me = new_id()
    tell(registered(me), hours(me, minutes=120))
    return me, requested(me, 8)


def test_an_undone_capture_holds_the_very_beans_again_and_tells_so() -> None:
    me, request = buyer()
    tell(request)
    before = head(me)
    tell(fulfilled(request))
    tell(undone(request))
    tell(undone(request))

    after = head(me)
    same = ("balance", "held", "available", "spent", "lots")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert kinds(me) == ["earn", "hold", "capture", "retake"]
    assert after["holds"] == [[f"{request.redemption_id}:1", 8]]
    assert after["explanation"]["reverses"] == f"settle:{request.redemption_id}"
    (told,) = Entry.events_of(after)
    assert (told["type"], told["id"]) == ("ledger.beans-held.v1", f"retake:{request.redemption_id}:1")


@pytest.mark.parametrize(("ending", "spent", "free"), [(fulfilled, 8, 12), (cancelled, 0, 20)])
def test_after_an_undo_the_redemption_ends_once_more(ending: Any, spent: int, free: int) -> None:
    me, request = buyer()
    for fact in (request, fulfilled(request), undone(request), ending(request, undos=1), ending(request, undos=1)):
        tell(fact)

    assert (head(me)["spent"], head(me)["available"], head(me)["held"]) == (spent, free, 0)


def test_whatever_order_they_are_told_in_the_same_stands_in_the_end() -> None:
    for order in itertools.permutations(range(5)):
        me, request = buyer()
        waiting = [request, fulfilled(request), undone(request), fulfilled(request, undos=1), undone(request, undos=2)]
        waiting = [waiting[place] for place in order]
        for _ in range(len(waiting)):
            waiting = [fact for fact in waiting if not tell(fact)]
        assert waiting == []
        assert kinds(me) == ["earn", "hold", "capture", "retake", "capture", "retake"]
        assert (head(me)["held"], head(me)["spent"]) == (8, 0)


def test_a_whole_story_in_one_batch_comes_out_the_same() -> None:
    me, request = buyer()
    facts = [request, fulfilled(request), undone(request), cancelled(request, undos=1)]

    tell(*facts)
    tell(*facts)

    assert kinds(me) == ["earn", "hold", "capture", "retake", "release"]
    assert (head(me)["available"], head(me)["spent"]) == (20, 0)


def test_a_settlement_is_what_the_journal_has_to_the_bean(api: FlaskClient, as_caller: Any) -> None:
    (_, first), (_, second) = buyer(), buyer()
    partner_id = first.partner_id
    second = type(second)(**{**{name: getattr(second, name) for name in second.__dataclass_fields__}, "partner_id": partner_id})
    for fact in (first, second, fulfilled(first), fulfilled(second), undone(first)):
        tell(fact)
    month, path = local_day(utc_now()).isoformat()[:7], f"{V1}/settlements/{partner_id}"

    mine = api.get(f"{path}?month={month}", headers=as_caller(roles={"partner"}, partner_id=partner_id)).json

    assert (mine["beans"], [line["beans"] for line in mine["lines"]].count(8), len(mine["lines"])) == (8, 2, 3)
    assert sum(line["beans"] for line in mine["lines"]) == sum(day["beans"] for day in mine["days"]) == mine["beans"]
    contra = Entry._get_collection().aggregate(
        [{"$match": {"contra": f"redeemed:{partner_id}"}}, {"$group": {"_id": None, "beans": {"$sum": "$delta"}}}]
    )
    assert -next(contra)["beans"] == mine["beans"]
    assert api.get(f"{path}?month=2020-01", headers=as_caller(roles={"auditor"})).json["lines"] == []
    assert api.get(f"{path}?month={month}", headers=as_caller(roles={"partner"}, partner_id=new_id())).status_code == 403
    assert api.get(f"{path}?month={month}", headers=as_caller()).status_code == 403
    wrong = api.get(f"{path}?month=2026-13", headers=as_caller(roles={"steward"}))
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/month")
