"""Objecting and deciding, on the real database: who may, by when, once, and what follows from it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.ledger.commands import settle_objections
from services.ledger.models import Objection, account_of
from services.ledger.queries import verify_ledger
from services.ledger.queries.heads import newest_entries
from services.ledger.rules import conflict_of, remedies_for
from shared.clock import utc_now
from shared.events.identity import ResidentMoved
from shared.events.ledger import ObjectionUpheld
from shared.ids import new_id
from tests.services.ledger.facts import commitment, fulfilled, hours, registered, requested

As, Deliver = Callable[..., dict[str, str]], Callable[..., Any]
V1 = "/api/v1"


@pytest.mark.parametrize(
    ("entry", "remedies"),
    [
        ({"_id": "deed:r:bean", "kind": "earn", "delta": 10, "explanation": {"minutes": 60}}, ("withdraw", "correct")),
        ({"_id": "deed:r:bean", "kind": "earn", "delta": 0, "explanation": {"minutes": 60}}, ("withdraw", "correct")),
        ({"_id": "deed:r:bean", "kind": "earn", "delta": 2, "explanation": {}}, ("withdraw",)),
        ({"_id": "sign-up:a:r", "kind": "earn", "delta": -5, "explanation": {}}, ("give_back",)),
        ({"_id": "sign-up:a:r", "kind": "earn", "delta": 1, "explanation": {}}, ()),
        ({"_id": "expire:x:1", "kind": "expire", "delta": -5, "explanation": {}}, ("give_back",)),
        ({"_id": "settle:x", "kind": "capture", "delta": -5, "explanation": {}}, ("give_back",)),
        ({"_id": "hold:x", "kind": "hold", "delta": 0, "explanation": {}}, ()),
        ({"_id": "gift:x:given", "kind": "give", "delta": -5, "explanation": {}}, ()),
        ({"_id": "newcomer:x", "kind": "bonus", "delta": 10, "explanation": {}}, ()),
    ],
)
def test_what_upholding_could_do(entry: dict[str, Any], remedies: tuple[str, ...]) -> None:
    assert remedies_for(entry) == remedies


@pytest.mark.parametrize(
    ("decider", "tie"), [("me", "own"), ("wife", "household"), ("leader", "involved"), ("reviewer", "involved"), ("stranger", None)]
)
def test_who_is_too_near_to_decide(decider: str, tie: str | None) -> None:
    assert conflict_of(decider, objector="me", involved={"leader", "reviewer"}, household={"me", "wife"}) == tie


@pytest.fixture(scope="module")
def api(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("ledger")


@pytest.fixture(autouse=True)
def every_law_holds(api: FlaskClient) -> Iterator[None]:
    yield
    assert not verify_ledger().broken


@pytest.fixture
def me(api: FlaskClient, deliver: Deliver) -> str:
    resident_id = new_id()
    deliver("ledger", registered(resident_id))
    return resident_id


@pytest.fixture
def deed(me: str, deliver: Deliver) -> Any:
    fact = hours(me, minutes=60)
    deliver("ledger", fact)
    return fact


@pytest.fixture
def call(api: FlaskClient, as_caller: As) -> Callable[..., Any]:
    """Return the function that calls the API as somebody."""

    def asked(method: str, path: str, who: str, body: Any = None, *, roles: set[str] = frozenset({"resident"}), **more: Any) -> Any:
        return api.open(f"{V1}{path}", method=method, json=body, headers=as_caller(resident_id=who, roles=roles, **more))

    return asked


@pytest.fixture
def objected(call: Any, me: str, deed: Any) -> str:
    objection_id = new_id()
    body = {"transfer_id": f"deed:{deed.record_id}:bean", "reason": "我服务了两小时"}
    assert call("PUT", f"/objections/{objection_id}", me, body).status_code == 201
    return objection_id


UPHOLD = {"decision": "uphold", "remedy": "correct", "minutes": 120, "reason": "签到表上是两小时"}
REFUSE = {"decision": "refuse", "reason": "签到表上是一小时"}
STEWARD = {"resident", "steward"}


def test_an_objection_is_made_once_and_seen_by_its_maker_and_the_staff(call: Any, me: str, deed: Any, objected: str) -> None:
    body = {"transfer_id": f"deed:{deed.record_id}:bean", "reason": "我服务了两小时"}
    again = call("PUT", f"/objections/{objected}", me, body)
    other = call("PUT", f"/objections/{new_id()}", me, body)
    changed = call("PUT", f"/objections/{objected}", me, {**body, "reason": "别的"})

    assert (again.status_code, again.json["status"], again.json["remedies"]) == (200, "open", ["withdraw", "correct"])
    assert again.json["transfer"]["delta"] == 10
    assert other.json["type"].endswith("objected-already")
    assert changed.json["type"].endswith("id-in-use")
    assert objected in {row["id"] for row in call("GET", "/objections?mine=true", me).json["items"]}
    assert objected not in {row["id"] for row in call("GET", "/objections", new_id()).json["items"]}
    assert call("GET", f"/objections/{objected}", new_id()).status_code == 404
    assert call("GET", f"/objections/{objected}", new_id(), roles={"auditor"}).status_code == 200
    assert call("GET", f"/objections/{objected}", new_id(), roles={"steward"}, community_code="OTHER").status_code == 404


def test_nobody_objects_to_others_entries_or_to_what_nothing_follows_from(call: Any, me: str, deed: Any, deliver: Deliver) -> None:
    request = requested(me, 3)
    deliver("ledger", request)

    def tried(who: str, transfer_id: str) -> str:
        return str(call("PUT", f"/objections/{new_id()}", who, {"transfer_id": transfer_id, "reason": "x"}).json["type"]).rpartition(":")[2]

    assert tried(new_id(), f"deed:{deed.record_id}:bean") == "no-such-transfer"
    assert tried(me, "deed:nothing:bean") == "no-such-transfer"
    assert tried(me, f"hold:{request.redemption_id}") == "not-to-be-objected"


def test_an_upheld_correction_is_told_once(call: Any, me: str, deed: Any, objected: str, published: Any) -> None:
    steward = new_id()
    first = call("PUT", f"/objections/{objected}/decision", steward, UPHOLD, roles=STEWARD)
    again = call("PUT", f"/objections/{objected}/decision", steward, UPHOLD, roles=STEWARD)
    other = call("PUT", f"/objections/{objected}/decision", new_id(), REFUSE, roles=STEWARD)

    assert (first.status_code, first.json["status"], first.json["decided_by"]) == (200, "upheld", steward)
    assert again.json == first.json
    assert other.json["type"].endswith("objection-decided")
    (fact,) = published("ledger", ObjectionUpheld, objection_id=objected)
    assert (fact.record_id, fact.minutes, fact.decided_by, fact.resident_id) == (deed.record_id, 120, steward, me)


def test_a_refused_objection_changes_nothing_and_a_new_one_may_be_made(
    call: Any, me: str, deed: Any, objected: str, published: Any
) -> None:
    refused = call("PUT", f"/objections/{objected}/decision", new_id(), REFUSE, roles=STEWARD)

    assert (refused.json["status"], refused.json["decision_reason"]) == ("refused", REFUSE["reason"])
    assert published("ledger", ObjectionUpheld, objection_id=objected) == []
    body = {"transfer_id": f"deed:{deed.record_id}:bean", "reason": "有证人"}
    assert call("PUT", f"/objections/{new_id()}", me, body).status_code == 201


@pytest.mark.parametrize(
    ("decision", "pointer"),
    [
        ({"decision": "uphold", "reason": "x"}, "/remedy"),
        ({"decision": "uphold", "remedy": "give_back", "reason": "x"}, "/remedy"),
        ({"decision": "uphold", "remedy": "correct", "reason": "x"}, "/minutes"),
        ({"decision": "uphold", "remedy": "withdraw", "minutes": 5, "reason": "x"}, "/minutes"),
        ({"decision": "refuse", "remedy": "withdraw", "reason": "x"}, "/remedy"),
        ({"decision": "refuse"}, "/reason"),
        ({"decision": "perhaps", "reason": "x"}, "/decision"),
        ({"decision": "uphold", "remedy": "correct", "minutes": 1441, "reason": "x"}, "/minutes"),
    ],
)
def test_a_decision_that_does_not_fit_names_its_field(call: Any, objected: str, decision: dict[str, Any], pointer: str) -> None:
    answer = call("PUT", f"/objections/{objected}/decision", new_id(), decision, roles=STEWARD)

    assert (answer.status_code, pointer in {error["pointer"] for error in answer.json["errors"]}) == (422, True)


def test_whoever_is_near_does_not_decide(call: Any, me: str, deed: Any, objected: str, deliver: Deliver) -> None:
    wife, household = new_id(), new_id()
    for person in (me, wife):
        deliver("ledger", registered(person, household_id=household))
    for person in (me, wife):
        deliver("ledger", ResidentMoved(resident_id=person, community_code="DEMO-01", household_id=household, moved_at=utc_now()))

    for who in (me, wife, deed.leader_id, deed.verified_by):
        answer = call("PUT", f"/objections/{objected}/decision", who, REFUSE, roles=STEWARD)
        assert answer.json["type"].endswith("decider-in-conflict")
    assert call("PUT", f"/objections/{objected}/decision", new_id(), REFUSE, roles={"organizer"}).status_code == 403
    assert Objection.objects.get(id=objected).status == "open"


def test_an_objection_is_taken_back_only_while_it_is_open(call: Any, me: str, objected: str) -> None:
    assert call("DELETE", f"/objections/{objected}", new_id()).status_code == 404
    assert [call("DELETE", f"/objections/{objected}", me).json["status"] for _ in range(2)] == ["taken_back"] * 2
    late = call("PUT", f"/objections/{objected}/decision", new_id(), REFUSE, roles=STEWARD)
    assert late.json["type"].endswith("objection-decided")


def test_what_was_wrongly_taken_comes_back_once_even_if_the_decision_was_cut_off(
    call: Any, me: str, deed: Any, deliver: Deliver
) -> None:
    missed, request = commitment(me, kept=False), requested(me, 4)
    for fact in (missed, request, fulfilled(request)):
        deliver("ledger", fact)
    entries = {f"sign-up:{missed.activity_id}:{me}": "integrity", f"settle:{request.redemption_id}": "bean"}

    for transfer_id in entries:
        objection_id, steward = new_id(), new_id()
        call("PUT", f"/objections/{objection_id}", me, {"transfer_id": transfer_id, "reason": "没有的事"})
        decision = {"decision": "uphold", "remedy": "give_back", "reason": "确实"}
        assert call("PUT", f"/objections/{objection_id}/decision", steward, decision, roles=STEWARD).json["status"] == "upheld"
        Objection.objects(id=objection_id).update(unset__settled=True)
    settle_objections()
    settle_objections()

    heads = newest_entries([account_of(me, unit) for unit in ("bean", "integrity")])
    assert {account.partition(":")[2]: head["balance"] for account, head in heads.items()} == {"bean": 10, "integrity": 100}
    newest = heads[account_of(me, "bean")]
    assert (newest["kind"], newest["delta"], newest["explanation"]["reverses"]) == ("adjust", 4, f"settle:{request.redemption_id}")
