"""Marks that weigh for a time, pardons, and statements that only their owner makes and shows."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from services.ledger.commands import lift_old_marks
from services.ledger.models import CreditStatement, JournalMark, account_of
from services.ledger.queries import verify_ledger
from services.ledger.queries.heads import newest_entries
from services.ledger.rules import DEFAULT_RULES
from shared.clock import utc_now
from shared.events.identity import ResidentMoved
from shared.ids import new_id
from tests.services.ledger.facts import COMMUNITY, commitment, hours, registered

As, Deliver = Callable[..., dict[str, str]], Callable[..., Any]
V1, STEWARD = "/api/v1", {"resident", "steward"}


@pytest.fixture(autouse=True)
def api(client_of: Callable[[str], FlaskClient]) -> Iterator[FlaskClient]:
    yield client_of("ledger")
    assert not verify_ledger().broken


@pytest.fixture
def me(deliver: Deliver) -> str:
    resident_id = new_id()
    for fact in (registered(resident_id), hours(resident_id), commitment(resident_id, kept=True)):
        deliver("ledger", fact)
    return resident_id


@pytest.fixture
def call(api: FlaskClient, as_caller: As) -> Callable[..., Any]:
    """Return the function that calls the API as somebody."""

    def asked(method: str, path: str, who: str | None, body: Any = None, roles: set[str] = frozenset({"resident"})) -> Any:
        headers = as_caller(resident_id=who, roles=roles) if who else {}
        return api.open(f"{V1}{path}", method=method, json=body, headers=headers)

    return asked


def integrity(resident_id: str) -> int:
    account = account_of(resident_id, "integrity")
    return newest_entries([account])[account]["balance"]


def lift_in(days: int) -> None:
    JournalMark.objects(id__startswith="marks:").delete()
    with time_machine.travel(utc_now() + timedelta(days=days)):
        lift_old_marks()
        lift_old_marks()
    JournalMark.objects(id__startswith="marks:").delete()


def test_a_missed_sign_up_weighs_for_its_time_and_is_then_forgotten_once(me: str, deliver: Deliver) -> None:
    deliver("ledger", commitment(me, kept=False))
    assert integrity(me) == 96

    lift_in(DEFAULT_RULES.integrity_mark_days - 1)
    assert integrity(me) == 96

    lift_in(DEFAULT_RULES.integrity_mark_days)
    lift_in(DEFAULT_RULES.integrity_mark_days + 30)
    assert integrity(me) == 101


def test_a_pardon_lifts_a_mark_once_and_time_does_not_lift_it_again(me: str, deliver: Deliver, call: Any) -> None:
    missed, steward = commitment(me, kept=False), new_id()
    deliver("ledger", missed)
    path = f"/wallets/{me}/transfers/sign-up:{missed.activity_id}:{me}/pardon"

    answers = [call("PUT", path, steward, {"reason": "住院了"}, STEWARD) for _ in range(2)]
    lift_in(400)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert (answers[0].json["explanation"]["code"], answers[0].json["explanation"]["reason"]) == ("pardon", "住院了")
    assert integrity(me) == 101


def test_an_upheld_objection_to_a_mark_and_time_give_it_back_once(me: str, deliver: Deliver, call: Any) -> None:
    missed, objection_id = commitment(me, kept=False), new_id()
    deliver("ledger", missed)
    call("PUT", f"/objections/{objection_id}", me, {"transfer_id": f"sign-up:{missed.activity_id}:{me}", "reason": "我来了"})
    decision = {"decision": "uphold", "remedy": "give_back", "reason": "有照片"}
    assert call("PUT", f"/objections/{objection_id}/decision", new_id(), decision, STEWARD).status_code == 200
    lift_in(400)

    assert integrity(me) == 101


def test_nobody_pardons_themselves_their_household_or_what_is_no_mark(me: str, deliver: Deliver, call: Any) -> None:
    missed, kept, wife, household = commitment(me, kept=False), commitment(me, kept=True), new_id(), new_id()
    for fact in (missed, kept, registered(wife)):
        deliver("ledger", fact)
    for person in (me, wife):
        deliver("ledger", ResidentMoved(resident_id=person, community_code=COMMUNITY, household_id=household, moved_at=utc_now()))

    def refused(fact: Any, who: str, roles: set[str] = STEWARD) -> str:
        path = f"/wallets/{me}/transfers/sign-up:{fact.activity_id}:{me}/pardon"
        return str(call("PUT", path, who, {"reason": "x"}, roles).json["type"]).rpartition(":")[2]

    assert [refused(missed, who) for who in (me, wife)] == ["decider-in-conflict"] * 2
    assert refused(kept, new_id()) == "not-a-mark"
    assert refused(commitment(me, kept=False), new_id()) == "no-such-transfer"
    assert refused(missed, new_id(), {"organizer"}) == "forbidden"


def test_a_statement_says_what_was_and_anybody_with_its_code_can_check_it(me: str, deliver: Deliver, call: Any) -> None:
    statement_id, body = new_id(), {"shown_name": "王**"}
    deliver("ledger", commitment(me, kept=False))
    made = [call("PUT", f"/credit-statements/{statement_id}", me, body) for _ in range(2)]
    deliver("ledger", hours(me))

    assert [answer.status_code for answer in made] == [201, 200]
    seen = call("GET", f"/credit-statements/{statement_id}", None).json
    assert seen == made[0].json
    told = ("shown_name", "contribution", "integrity", "kept", "missed", "status")
    assert [seen[name] for name in told] == ["王**", 2, 96, 1, 1, "good"]
    assert me not in str(seen)
    assert call("PUT", f"/credit-statements/{statement_id}", new_id(), body).status_code in (403, 409)
    assert [row["id"] for row in call("GET", "/credit-statements", me).json["items"]] == [statement_id]
    with time_machine.travel(utc_now() + timedelta(days=91)):
        assert call("GET", f"/credit-statements/{statement_id}", None).json["status"] == "old"


def test_a_withdrawn_statement_says_nothing_but_that_and_its_figures_are_gone(me: str, call: Any) -> None:
    statement_id = new_id()
    call("PUT", f"/credit-statements/{statement_id}", me, {"shown_name": "王**"})

    assert call("DELETE", f"/credit-statements/{statement_id}", new_id()).status_code == 404
    assert [call("DELETE", f"/credit-statements/{statement_id}", me).status_code for _ in range(2)] == [204, 204]

    seen = call("GET", f"/credit-statements/{statement_id}", None).json
    assert seen.keys() == {"id", "community_code", "made_at", "status"} and seen["status"] == "withdrawn"
    row = CreditStatement._get_collection().find_one({"_id": statement_id})
    assert (row["contribution"], row["integrity"], row["shown_name"]) == (0, 0, "")


def test_lifted_marks_are_missed_no_more(me: str, deliver: Deliver, call: Any) -> None:
    missed = commitment(me, kept=False)
    deliver("ledger", missed)
    call("PUT", f"/wallets/{me}/transfers/sign-up:{missed.activity_id}:{me}/pardon", new_id(), {"reason": "住院"}, STEWARD)

    stated = call("PUT", f"/credit-statements/{new_id()}", me, {"shown_name": "王**"}).json

    assert (stated["kept"], stated["missed"], stated["integrity"]) == (1, 0, 101)


def test_a_stranger_states_nothing_and_unknown_codes_say_so(call: Any) -> None:
    assert call("PUT", f"/credit-statements/{new_id()}", new_id(), {"shown_name": "王**"}).status_code == 403
    assert call("GET", f"/credit-statements/{new_id()}", None).json["type"].endswith("no-such-statement")
    assert call("PUT", f"/credit-statements/{new_id()}", new_id(), {"shown_name": ""}).json["errors"][0]["pointer"] == "/shown_name"
