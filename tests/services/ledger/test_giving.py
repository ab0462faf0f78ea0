"""Giving and projects over HTTP, on the real database: who may, how much, once, and where every bean goes."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from bson import json_util
from flask.testing import FlaskClient

from services.ledger import commands
from services.ledger.models import Entry, Project, account_of
from services.ledger.queries import verify_ledger
from services.ledger.queries.heads import newest_entries
from shared.clock import local_day, utc_now
from shared.events.identity import ResidentLeft, RolesGiven
from shared.ids import new_id
from tests.services.ledger.facts import COMMUNITY, fulfilled, hours, registered, requested, withdrawn

As, Deliver = Callable[..., dict[str, str]], Callable[..., Any]
V1 = "/api/v1"
HELD_UP_SECONDS_MAX = 8.0


@pytest.fixture(scope="module")
def api(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("ledger")


@pytest.fixture
def resident(api: FlaskClient, deliver: Deliver) -> Callable[..., str]:
    """Return the function that makes a resident who has served for some hours."""

    def made(hours_served: int = 3, **more: Any) -> str:
        resident_id = new_id()
        deliver("ledger", registered(resident_id, **more))
        if hours_served:
            deliver("ledger", hours(resident_id, minutes=60 * hours_served))
        return resident_id

    return made


@pytest.fixture
def give(api: FlaskClient, as_caller: As) -> Callable[..., Any]:
    """Return the function that gives beans over HTTP."""

    def put(giver: str, gift_id: str | None = None, *, roles: set[str] | None = None, **body: Any) -> Any:
        headers = as_caller(resident_id=giver, roles=roles or {"resident"})
        return api.put(f"{V1}/gifts/{gift_id or new_id()}", json=body, headers=headers)

    return put


@pytest.fixture
def steward(as_caller: As) -> dict[str, str]:
    return as_caller(roles={"resident", "steward"})


@pytest.fixture
def project(api: FlaskClient, steward: dict[str, str]) -> Callable[..., str]:
    """Return the function that opens a project."""

    def opened(target_beans: int = 40) -> str:
        project_id = new_id()
        until = (local_day(utc_now()) + timedelta(days=10)).isoformat()
        body = {"title": "楼道扶手", "purpose": "三号楼装扶手", "target_beans": target_beans, "open_until": until}
        assert api.put(f"{V1}/projects/{project_id}", json=body, headers=steward).status_code == 201
        return project_id

    return opened


@pytest.fixture(autouse=True)
def every_law_holds(api: FlaskClient) -> Iterator[None]:
    yield
    assert not verify_ledger().broken


def beans_of(owner: str) -> int:
    account = account_of(owner, "bean")
    heads = newest_entries([account])
    return heads[account]["available"] if account in heads else 0


def test_a_gift_leaves_one_account_and_reaches_the_other_once(resident: Any, give: Any) -> None:
    giver, neighbour, gift_id = resident(), resident(0), new_id()

    first = give(giver, gift_id, resident_id=neighbour, beans=12)
    again = give(giver, gift_id, resident_id=neighbour, beans=12)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert (first.json["beans"], first.json["resident_id"], first.json["available_beans"]) == (12, neighbour, 18)
    assert (beans_of(giver), beans_of(neighbour)) == (18, 12)


def test_an_id_stands_for_one_gift(resident: Any, give: Any) -> None:
    giver, neighbour, gift_id = resident(), resident(0), new_id()
    give(giver, gift_id, resident_id=neighbour, beans=5)

    assert give(giver, gift_id, resident_id=neighbour, beans=6).json["type"].endswith("id-in-use")
    assert give(neighbour, gift_id, resident_id=giver, beans=5).status_code == 409


DYING = """
import os, signal, sys
from bson import json_util
from pymongo import MongoClient
database, collection = sys.argv[1].split(".")
session = MongoClient(os.environ["GB_MONGODB_URI"]).start_session()
session.start_transaction()
session.client[database][collection].insert_one(json_util.loads(sys.argv[2]), session=session)
os.kill(os.getpid(), signal.SIGKILL)
"""
"""A process that dies between the first write of a transaction and its end. (ADR 64)"""


def test_whoever_is_killed_within_a_transaction_holds_the_account_up_for_seconds_only(resident: Any, give: Any) -> None:
    giver, neighbour = resident(), resident(0)
    entries = Entry._get_collection()
    newest = entries.find_one({"account": account_of(giver, "bean")}, sort=[("seq", -1)])
    half_written = json_util.dumps({**newest, "_id": new_id(), "seq": newest["seq"] + 1})
    died = subprocess.run([sys.executable, "-c", DYING, entries.full_name, half_written], check=False)
    assert died.returncode == -signal.SIGKILL

    began = time.monotonic()
    assert give(giver, resident_id=neighbour, beans=5).status_code == 201
    assert time.monotonic() - began < HELD_UP_SECONDS_MAX
    assert (beans_of(giver), beans_of(neighbour)) == (25, 5)


def test_a_double_click_gives_once(resident: Any, give: Any) -> None:
    giver, neighbour, gift_id = resident(), resident(0), new_id()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: give(giver, gift_id, resident_id=neighbour, beans=5).status_code, range(8)))

    assert sorted(answers) == [200] * 7 + [201]
    assert (beans_of(giver), beans_of(neighbour)) == (25, 5)


def test_many_gifts_at_once_never_give_more_than_there_is_or_than_the_cap(resident: Any, give: Any) -> None:
    giver, neighbours = resident(), [resident(0) for _ in range(4)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda turn: give(giver, resident_id=neighbours[turn % 4], beans=11).status_code, range(12)))

    assert (answers.count(201), beans_of(giver)) == (2, 8)
    assert sum(beans_of(neighbour) for neighbour in neighbours) == 22


def test_the_cap_of_a_pair_and_month_holds_against_gifts_at_once(resident: Any, give: Any) -> None:
    giver, neighbour = resident(8), resident(0)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: give(giver, resident_id=neighbour, beans=10), range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [422] * 5
    refused = next(answer.json for answer in answers if answer.status_code == 422)
    assert refused["errors"] == [{"pointer": "/beans", "detail": "At most 30 a month to one neighbour; 30 were given this month."}]
    assert (beans_of(giver), beans_of(neighbour)) == (50, 30)


def test_deeds_and_gifts_of_one_person_at_once_lose_nothing(resident: Any, give: Any, deliver: Deliver) -> None:
    giver, neighbour = resident(3), resident(0)

    with ThreadPoolExecutor(4) as pool:
        gifts = [pool.submit(give, giver, resident_id=neighbour, beans=1) for _ in range(20)]
        deeds = [pool.submit(deliver, "ledger", hours(giver, minutes=6)) for _ in range(20)]
        assert [gift.result().status_code for gift in gifts] == [201] * 20
        assert all(deed.result() for deed in deeds)

    assert (beans_of(giver), beans_of(neighbour)) == (30 - 20 + 20, 20)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"beans": 1}, "/resident_id"),
        ({"beans": 1, "to_fund": True, "resident_id": new_id()}, "/to_fund"),
        ({"beans": 0, "to_fund": True}, "/beans"),
        ({"beans": "5", "to_fund": True}, "/beans"),
        ({"to_fund": True}, "/beans"),
        ({"beans": 1, "resident_id": "7"}, "/resident_id"),
        ({"beans": 31, "to_fund": True}, "/beans"),
        ({"beans": 1, "to_fund": True, "note": "谢谢"}, "/note"),
    ],
)
def test_a_misfit_names_its_field(resident: Any, give: Any, body: dict[str, Any], pointer: str) -> None:
    answer = give(resident(), **body)

    assert answer.status_code in (409, 422)
    assert pointer in {error["pointer"] for error in answer.json["errors"]}


def test_nobody_gives_to_themselves_to_strangers_to_staff_or_to_who_left(
    resident: Any, give: Any, deliver: Deliver
) -> None:
    giver, organizer, gone, foreign = resident(), resident(0), resident(0), resident(0, community_code="OTHER-01")
    deliver("ledger", RolesGiven(resident_id=organizer, community_code=COMMUNITY, roles=["organizer", "resident"], given_at=utc_now()))
    deliver("ledger", ResidentLeft(resident_id=gone, community_code=COMMUNITY, left_at=utc_now()))

    tried = {name: give(giver, resident_id=one, beans=1) for name, one in
             {"self": giver, "staff": organizer, "gone": gone, "foreign": foreign, "nobody": new_id()}.items()}  # fmt: skip

    assert {name: answer.status_code for name, answer in tried.items()} == {
        "self": 422, "staff": 403, "gone": 404, "foreign": 404, "nobody": 404,
    }  # fmt: skip
    assert tried["staff"].json["type"].endswith("no-gift-to-staff")
    assert beans_of(giver) == 30


def test_roles_that_were_taken_away_again_are_forgotten_whatever_order_they_are_told_in(
    resident: Any, give: Any, deliver: Deliver
) -> None:
    giver, neighbour, now = resident(), resident(0), utc_now()
    for roles, at in ((["resident"], now), (["organizer", "resident"], now - timedelta(hours=1))):
        deliver("ledger", RolesGiven(resident_id=neighbour, community_code=COMMUNITY, roles=roles, given_at=at))

    assert give(giver, resident_id=neighbour, beans=1).status_code == 201


def test_whoever_owes_gives_nothing(resident: Any, give: Any, deliver: Deliver) -> None:
    giver, neighbour = resident(0), resident(0)
    deed = hours(giver, minutes=180)
    deliver("ledger", deed)
    spent, kept = requested(giver, 20), requested(giver, 5)
    for fact in (spent, kept, fulfilled(spent), withdrawn(deed)):
        deliver("ledger", fact)

    assert give(giver, resident_id=neighbour, beans=1).json["type"].endswith("not-while-owing")


def test_the_fund_receives_from_all_and_gives_by_a_steward_only(
    api: FlaskClient, resident: Any, give: Any, project: Any
) -> None:
    giver, steward_id, project_id = resident(), new_id(), project()
    before = api.get(f"{V1}/communities/{COMMUNITY}/fund").json
    give(giver, to_fund=True, beans=20)

    refused = give(giver, project_id=project_id, beans=5, from_fund=True)
    given = give(steward_id, project_id=project_id, beans=5, from_fund=True, roles={"resident", "steward"})

    assert (refused.status_code, given.status_code) == (403, 201)
    after = api.get(f"{V1}/communities/{COMMUNITY}/fund").json
    assert after["beans"] - before["beans"] == 15
    assert (after["received_beans"] - before["received_beans"], after["given_beans"] - before["given_beans"]) == (20, 5)


def test_a_project_is_funded_spent_with_receipts_and_ended_in_the_open(
    api: FlaskClient, steward: dict[str, str], resident: Any, give: Any, project: Any
) -> None:
    one, other, project_id, partner_id = resident(), resident(), project(), new_id()
    fund = beans_of(f"fund-{COMMUNITY}")
    give(one, project_id=project_id, beans=25)
    too_much = give(other, project_id=project_id, beans=16)
    give(other, project_id=project_id, beans=15)
    spending_id = new_id()
    spending = {"beans": 30, "partner_id": partner_id, "what": "扶手", "receipt_no": "2026-118", "spent_on": "2026-11-20"}

    answers = [api.put(f"{V1}/projects/{project_id}/spendings/{spending_id}", json=spending, headers=steward) for _ in range(2)]
    more = api.put(f"{V1}/projects/{project_id}/spendings/{new_id()}", json=spending, headers=steward)
    ended = [api.put(f"{V1}/projects/{project_id}/end", json={"report": "装好了"}, headers=steward).json for _ in range(2)]

    assert too_much.json["errors"] == [{"pointer": "/beans", "detail": "Only 15 are still needed."}]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert (more.status_code, more.json["errors"][0]["pointer"]) == (409, "/beans")
    assert ended[0] == ended[1] == api.get(f"{V1}/projects/{project_id}").json
    assert {name: ended[0][name] for name in ("status", "pledges", "pledged_beans", "spent_beans", "left_beans", "report")} == {
        "status": "ended", "pledges": 2, "pledged_beans": 40, "spent_beans": 30, "left_beans": 0, "report": "装好了",
    }  # fmt: skip
    assert ended[0]["spendings"] == [{"id": spending_id, "partner_name": "", **spending}]
    assert beans_of(f"fund-{COMMUNITY}") == fund + 10
    assert give(one, project_id=project_id, beans=1).json["type"].endswith("project-closed")


def test_a_project_that_is_called_off_gives_every_pledge_back_with_time_to_use_it(
    api: FlaskClient, steward: dict[str, str], resident: Any, give: Any, project: Any, deliver: Deliver
) -> None:
    one, gone, project_id = resident(), resident(), project()
    fund = beans_of(f"fund-{COMMUNITY}")
    give(one, project_id=project_id, beans=10)
    give(one, project_id=project_id, beans=5)
    give(gone, project_id=project_id, beans=7)
    deliver("ledger", ResidentLeft(resident_id=gone, community_code=COMMUNITY, left_at=utc_now()))

    answers = [api.put(f"{V1}/projects/{project_id}/calling-off", json={"report": "不装了"}, headers=steward).json for _ in range(2)]

    assert answers[0] == answers[1]
    assert (answers[0]["status"], answers[0]["left_beans"]) == ("returned", 0)
    assert (beans_of(one), beans_of(gone), beans_of(f"fund-{COMMUNITY}")) == (30, 0, fund + 30)
    late = api.put(f"{V1}/projects/{project_id}/end", json={"report": "x"}, headers=steward)
    assert late.json["type"].endswith("project-not-ready")


def test_a_project_that_misses_its_target_gives_back_by_itself_even_after_a_crash_in_the_middle(
    resident: Any, give: Any, project: Any
) -> None:
    givers, project_id = [resident(), resident()], project()
    for giver in givers:
        give(giver, project_id=project_id, beans=10)
    Project.objects(id=project_id).update(set__open_until="2026-01-01")
    assert give(givers[0], project_id=project_id, beans=1).status_code == 409

    commands.settle_projects()
    Project.objects(id=project_id).update(set__status="returning", unset__closed_at=True)  # as if it had died before the last word
    commands.settle_projects()

    assert [beans_of(giver) for giver in givers] == [30, 30]
    assert Project.objects.get(id=project_id).status == "returned"


def test_pledges_at_once_never_pass_the_target(resident: Any, give: Any, project: Any) -> None:
    givers, project_id = [resident() for _ in range(6)], project(target_beans=40)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda giver: give(giver, project_id=project_id, beans=10).status_code, givers))

    assert answers.count(201) == 4
    assert (beans_of(f"project-{project_id}"), Project.objects.get(id=project_id).status) == (40, "funded")


def test_a_project_is_a_stewards_and_its_own_communitys(
    api: FlaskClient, as_caller: As, steward: dict[str, str], project: Any
) -> None:
    project_id = project()
    body = {"title": "x", "purpose": "y", "target_beans": 1, "open_until": local_day(utc_now()).isoformat()}
    foreign = as_caller(roles={"steward"}, community_code="OTHER-01")

    assert api.put(f"{V1}/projects/{new_id()}", json=body, headers=as_caller()).status_code == 403
    assert api.put(f"{V1}/projects/{project_id}", json=body, headers=steward).json["type"].endswith("id-in-use")
    assert api.put(f"{V1}/projects/{project_id}/end", json={"report": "x"}, headers=foreign).status_code == 404
    past = {**body, "open_until": "2026-01-01"}
    assert api.put(f"{V1}/projects/{new_id()}", json=past, headers=steward).json["errors"][0]["pointer"] == "/open_until"
    assert api.get(f"{V1}/communities/OTHER-01/projects").json["items"] == []


def test_what_is_given_to_all_does_not_run_out(resident: Any, give: Any, deliver: Deliver) -> None:
    giver = resident(0)
    deliver("ledger", hours(giver, on=local_day(utc_now()) - timedelta(days=500)))
    give(giver, to_fund=True, beans=4)
    fund = beans_of(f"fund-{COMMUNITY}")

    commands.expire_beans()

    assert (beans_of(giver), beans_of(f"fund-{COMMUNITY}")) == (0, fund)
    assert Entry._get_collection().count_documents({"account": f"fund-{COMMUNITY}:bean", "kind": "expire"}) == 0
