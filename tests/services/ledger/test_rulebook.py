"""Drafts over HTTP, on the real database: edited at a revision, adopted once, simulated by the worker, and all of it on record."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.ledger import commands
from services.ledger.commands.simulating import quarter_before
from services.ledger.models import CoverageDay, EarningRules, Entry, RuleDraft, RuleSimulation
from services.ledger.queries import Rulebook
from services.ledger.rules import DEFAULT_RULES, NUMBERS
from services.ledger.settings import (
    DRAFTS_OPEN_MAX,
    SIMULATION_BEAT_SECONDS,
    SIMULATION_TURNS_MAX,
    SIMULATIONS_WAITING_MAX,
)
from shared.clock import local_day, utc_now
from shared.events.checkin import ParticipationRecorded
from shared.ids import new_id
from tests.services.ledger.facts import hours, registered, withdrawn

As, Deliver = Callable[..., dict[str, str]], Callable[..., Any]
V1 = "/api/v1"
BODY = {name: getattr(DEFAULT_RULES, name) for name in NUMBERS}
TODAY = local_day(utc_now())


@pytest.fixture(scope="module")
def api(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("ledger")


@pytest.fixture
def community() -> Iterator[str]:
    yield (code := f"R-{new_id()[-8:]}")
    RuleSimulation.objects(community_code=code).delete()  # nobody shall find it waiting


@pytest.fixture
def steward(as_caller: As, community: str) -> dict[str, str]:
    return as_caller(roles={"resident", "steward"}, community_code=community)


@pytest.fixture
def put(api: FlaskClient, steward: dict[str, str]) -> Callable[..., Any]:
    """Return the function that puts a body at a path as the steward."""
    return lambda path, body=None: api.put(V1 + path, json=body or {}, headers=steward)


@pytest.fixture
def get(api: FlaskClient, steward: dict[str, str]) -> Callable[..., Any]:
    """Return the function that gets a path as the steward."""
    return lambda path: api.get(V1 + path, headers=steward).json


def begun(put: Callable[..., Any], **numbers: Any) -> str:
    """Draft rules with some other numbers; return the draft's path."""
    path = f"/rule-drafts/{new_id()}"
    assert put(path, {**BODY, **numbers}).status_code == 201
    return path


# Drafts


def test_a_draft_says_what_it_changes_of_the_version_in_force(put: Any, get: Any) -> None:
    path = begun(put, beans_per_hour=12, item_beans_per_hour={"clinic": 20}, note="义诊难请人")

    draft = get(path)

    assert (draft["status"], draft["revision"], draft["compared_with"], draft["note"]) == ("open", 1, 1, "义诊难请人")
    assert draft["changes"] == [
        {"name": "beans_per_hour", "item": None, "before": 10, "after": 12},
        {"name": "item_beans_per_hour", "item": "clinic", "before": None, "after": 20},
    ]
    assert get("/rule-drafts")["items"] == [draft]


def test_the_same_draft_again_is_the_same_and_other_content_needs_the_revision_that_was_seen(put: Any) -> None:
    path = begun(put)
    other = {**BODY, "beans_per_hour": 11}

    answers = [put(path, body) for body in (BODY, other, {**other, "revision": 1}, {**other, "revision": 1}, {**BODY, "revision": 1})]

    assert [answer.status_code for answer in answers] == [200, 409, 200, 200, 409]
    assert [answer.json.get("revision", answer.json.get("type")) for answer in answers] == [
        1, "urn:golden-bean:problem:id-in-use", 2, 2, "urn:golden-bean:problem:draft-changed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"beans_per_hour": 0}, "/beans_per_hour"),
        ({"pause_below_percent": 1_001}, "/pause_below_percent"),
        ({"budget_month_beans": -1}, "/budget_month_beans"),
        ({"budget_month_beans": 1.5}, "/budget_month_beans"),
        ({"note": "x" * 101}, "/note"),
        ({"applies_from": "2026-12-01"}, "/applies_from"),
    ],
)
def test_a_misfit_draft_names_the_field(put: Any, change: dict[str, Any], pointer: str) -> None:
    answer = put(f"/rule-drafts/{new_id()}", {**BODY, **change})

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


def test_drafts_are_the_stewards_to_write_the_auditors_to_read_and_nobody_elses(
    api: FlaskClient, as_caller: As, community: str, put: Any
) -> None:
    path = V1 + begun(put)

    def status(method: str, role: str, code: str = community) -> int:
        headers = as_caller(roles={role}, community_code=code)
        return api.open(path, method=method, json=BODY if method == "PUT" else None, headers=headers).status_code

    assert [status("GET", role) for role in ("auditor", "organizer", "resident")] == [200, 403, 403]
    assert [status("PUT", role) for role in ("auditor", "organizer")] == [403, 403]
    assert [status(method, "steward", "ELSEWHERE") for method in ("GET", "PUT", "DELETE")] == [404, 404, 404]


def test_a_dropped_draft_is_closed(api: FlaskClient, steward: dict[str, str], put: Any) -> None:
    path = begun(put)

    dropped = [api.delete(V1 + path, headers=steward) for _ in range(2)]
    edited = put(path, {**BODY, "beans_per_hour": 11, "revision": 1})
    adopted = put(f"{path}/adoption", {"applies_from": TODAY.isoformat()})
    simulated = put(f"{path}/simulations/{new_id()}")

    assert [(answer.status_code, answer.json["status"]) for answer in dropped] == [(200, "dropped")] * 2
    assert {answer.json["type"].rpartition(":")[2] for answer in (edited, adopted, simulated)} == {"draft-closed"}


def test_a_community_has_so_many_open_drafts_and_no_more(put: Any) -> None:
    for _ in range(DRAFTS_OPEN_MAX):
        begun(put)

    assert put(f"/rule-drafts/{new_id()}", BODY).json["type"].endswith("too-many-drafts")


# Adopting


def test_an_adopted_draft_is_the_next_version_once_and_from_its_day_on(put: Any, get: Any, deliver: Deliver, community: str) -> None:
    path, me = begun(put, beans_per_hour=20), new_id()
    tomorrow = {"applies_from": (TODAY + timedelta(days=1)).isoformat()}

    early = put(f"{path}/adoption", {"applies_from": (TODAY - timedelta(days=1)).isoformat()})
    answers = [put(f"{path}/adoption", body) for body in (tomorrow, tomorrow, {"applies_from": TODAY.isoformat()})]
    deliver("ledger", hours(me, community_code=community, on=TODAY))

    assert (early.status_code, early.json["errors"][0]["pointer"]) == (422, "/applies_from")
    assert [answer.status_code for answer in answers] == [201, 200, 409]
    assert (get(path)["status"], get(path)["version"]) == ("adopted", 2)
    assert [row["draft_id"] for row in get("/rules")["items"]] == [path.rpartition("/")[2], None]
    assert Entry.objects.get(account=f"{me}:bean").delta == 10  # today's deeds keep the version of today
    assert put(path, {**BODY, "revision": 1}).json["type"].endswith("draft-closed")


def test_a_crash_between_version_and_draft_is_mended_by_the_next_call(put: Any, get: Any) -> None:
    path = begun(put)
    body = {"applies_from": TODAY.isoformat()}
    put(f"{path}/adoption", body)
    RuleDraft.objects(id=path.rpartition("/")[2]).update(set__status="open", unset__version=1)

    again = put(f"{path}/adoption", body)

    assert (again.status_code, again.json["version"]) == (200, 2)
    assert (get(path)["status"], get(path)["version"]) == ("adopted", 2)


def test_a_draft_adopted_by_many_at_once_is_one_version(api: FlaskClient, steward: dict[str, str], community: str, put: Any) -> None:
    path = begun(put)

    def adopt(_: int) -> int:
        body = {"applies_from": TODAY.isoformat()}
        return api.application.test_client().put(f"{V1}{path}/adoption", json=body, headers=steward).status_code

    with ThreadPoolExecutor(6) as many:
        statuses = list(many.map(adopt, range(6)))

    assert sorted(statuses) == [200] * 5 + [201]
    assert EarningRules.objects(community_code=community).count() == 1


def test_from_its_answer_on_a_version_is_what_everybody_judges_by(community: str, put: Any) -> None:
    versions: list[int] = []
    answered = threading.Event()

    def judge() -> None:
        while not answered.is_set():
            versions.append(Rulebook([community]).on(community, TODAY).version)

    with ThreadPoolExecutor(1) as beside:
        judging = beside.submit(judge)
        while not versions:
            time.sleep(0.01)
        assert put("/rules/2", BODY | {"applies_from": TODAY.isoformat()}).status_code == 201
        at_its_answer = Rulebook([community]).on(community, TODAY).version
        answered.set()
        judging.result()

    assert (versions[0], at_its_answer) == (1, 2)


def test_programs_from_before_budgets_and_pauses_adopt_rules_without_them(put: Any) -> None:
    before = {name: value for name, value in BODY.items() if name not in ("budget_month_beans", "pause_below_percent")}

    adopted = put("/rules/2", {**before, "applies_from": TODAY.isoformat()})

    assert (adopted.status_code, adopted.json["budget_month_beans"], adopted.json["pause_below_percent"]) == (201, 0, 0)


# What is on record


def test_drafting_simulating_and_adopting_stand_in_the_audit_log(api: FlaskClient, as_caller: As, community: str, put: Any) -> None:
    path = begun(put)
    put(path, {**BODY, "beans_per_hour": 11, "revision": 1})
    put(f"{path}/simulations/{new_id()}")
    put(f"{path}/adoption", {"applies_from": TODAY.isoformat()})
    auditor = as_caller(roles={"auditor"}, community_code=community)

    first = api.get(f"{V1}/rule-acts?limit=3", headers=auditor).json
    rest = api.get(f"{V1}/rule-acts?limit=3&cursor={first['next_cursor']}", headers=auditor).json

    acts = [*first["items"], *rest["items"]]
    assert [row["act"] for row in acts] == ["rules-adopted", "rules-simulated", "draft-changed", "draft-begun"]
    assert (acts[0]["detail"]["applies_from"], acts[2]["detail"]["beans_per_hour"]) == (TODAY.isoformat(), 11)
    assert rest["next_cursor"] is None
    assert api.get(f"{V1}/rule-acts", headers=as_caller(roles={"organizer"}, community_code=community)).status_code == 403


# Simulating


def a_quarter(deliver: Deliver, community: str) -> dict[str, int]:
    """Let people do, and undo, what a quarter brings; return what each earned."""
    ada, bo, cy, leader = (new_id() for _ in range(4))
    deliver("ledger", registered(ada, community_code=community))
    deliver("ledger", registered(cy, community_code=community, invited_by=ada, registered_at=utc_now() - timedelta(days=20)))
    start = quarter_before(TODAY)
    about = {"community_code": community, "leader_id": leader}
    for day in range(0, 60, 6):
        deliver("ledger", hours(ada, on=start + timedelta(days=day), minutes=600, **about))
        led = {"led": True, "leader_id": bo} if day % 4 == 0 else {}
        deliver("ledger", hours(bo, on=start + timedelta(days=day), minutes=45, item="clinic", **about | led))
    wrong = hours(bo, on=start + timedelta(days=3), minutes=240, **about)
    deliver("ledger", wrong)
    deliver("ledger", withdrawn(wrong))
    deliver("ledger", hours(ada, on=start - timedelta(days=1), minutes=60, **about))  # before the quarter
    deliver("ledger", took_part(cy, TODAY - timedelta(days=2), **about))
    return {who: Entry.objects(account=f"{who}:bean").order_by("-seq").first().earned for who in (ada, bo, cy)} | {"": 10}


def took_part(who: str, on: date, **about: Any) -> ParticipationRecorded:
    fact = hours(who, on=on, **about)
    shared_fields = {name: getattr(fact, name) for name in ParticipationRecorded.__dataclass_fields__ if hasattr(fact, name)}
    return ParticipationRecorded(**{**shared_fields, "took_part_on": on})


def simulated(put: Any, get: Any, path: str) -> dict[str, Any]:
    """Simulate a draft and return what the API says of it once the worker is through."""
    asked = f"{path}/simulations/{new_id()}"
    assert put(asked).json["status"] == "waiting"
    while get(asked)["status"] not in ("done", "failed"):
        assert commands.run_next_simulation() is not None
    return get(asked)


def test_simulating_the_version_in_force_gives_exactly_what_was_posted(
    put: Any, get: Any, deliver: Deliver, community: str
) -> None:
    earned = a_quarter(deliver, community)

    found = simulated(put, get, begun(put))
    outcome = found["outcome"]

    assert outcome["posted_beans"] == outcome["draft_beans"] == sum(earned.values()) - 2 * earned[""]
    assert (outcome["largest"], outcome["more_people"], outcome["fewer_people"]) == ([], 0, 0)
    assert all(row["posted"] == row["draft"] for row in outcome["caps"])
    assert {row["cap"]: row["posted"] > 0 for row in outcome["caps"]} == {"activity": True, "day": False, "pair": True, "newcomers": False}
    assert (found["done"], found["total"], outcome["deeds"], outcome["people"]) == (24, 24, 23, 3)


def test_a_simulation_says_who_would_have_earned_what(put: Any, get: Any, deliver: Deliver, community: str) -> None:
    a_quarter(deliver, community)

    found = simulated(put, get, begun(put, item_beans_per_hour={"clinic": 20}, newcomer_bonus_beans=0))
    path = f"/rule-drafts/{found['draft_id']}/simulations/{found['id']}/people?limit=2"
    outcome, people = found["outcome"], get(path)

    assert (outcome["more_people"], outcome["fewer_people"]) == (1, 1)
    assert [row["draft_beans"] - row["posted_beans"] for row in outcome["largest"]] == [80, -10]  # 10 × (15 − 7), and the newcomer
    assert outcome["draft_beans"] - outcome["posted_beans"] == 70
    assert outcome["draft_outstanding_beans"] - outcome["outstanding_beans"] == 70
    assert people["items"] == outcome["largest"]
    assert len(get(f"{path}&cursor={people['next_cursor']}")["items"]) == 1


def test_a_simulation_that_lost_its_runner_is_taken_up_again_and_the_lost_one_writes_no_more(
    put: Any, get: Any, deliver: Deliver, community: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_quarter(deliver, community)
    asked = f"{(path := begun(put))}/simulations/{(simulation_id := new_id())}"
    put(asked)
    lost = commands.simulating._claim()
    assert lost is not None and lost.id == simulation_id
    assert commands.run_next_simulation() is None  # its beat is fresh: nobody else takes it

    RuleSimulation.objects(id=simulation_id).update(set__beat_at=utc_now() - timedelta(seconds=SIMULATION_BEAT_SECONDS + 1))
    commands.run_next_simulation()

    assert (get(asked)["status"], get(path)["simulations"][0]["status"]) == ("done", "done")
    with pytest.raises(commands.simulating.TurnLost):
        commands.simulating._write(lost, {"done": 1})


def test_a_simulation_that_never_comes_to_an_end_fails(put: Any, get: Any) -> None:
    asked = f"{begun(put)}/simulations/{(simulation_id := new_id())}"
    put(asked)
    stopped = {"set__status": "running", "set__beat_at": utc_now() - timedelta(days=1), "set__turns": SIMULATION_TURNS_MAX}
    RuleSimulation.objects(id=simulation_id).update(**stopped)

    commands.run_next_simulation()

    assert (get(asked)["status"], get(asked)["outcome"]) == ("failed", None)


def test_a_simulation_is_of_the_draft_as_it_stood(put: Any, get: Any) -> None:
    asked = f"{(path := begun(put))}/simulations/{new_id()}"
    statuses = [put(asked).status_code, put(asked).status_code, put(f"{begun(put)}/simulations/{asked.rpartition('/')[2]}").status_code]
    put(path, {**BODY, "beans_per_hour": 11, "revision": 1})

    assert statuses == [201, 200, 409]
    assert (get(asked)["revision"], get(path)["revision"]) == (1, 2)


def test_only_so_many_simulations_wait(put: Any) -> None:
    path = begun(put)
    for _ in range(SIMULATIONS_WAITING_MAX):
        put(f"{path}/simulations/{new_id()}")

    assert put(f"{path}/simulations/{new_id()}").json["type"].endswith("simulations-waiting")


# Pauses


def closed_day(community: str, day: date, *, outstanding: int, stock: int, issued: int = 0) -> None:
    """A record of a day that is over."""
    CoverageDay(
        id=f"{community}:{day}", community_code=community, day=day.isoformat(), outstanding_beans=outstanding,
        stock_value_beans=stock, issued_month_beans=issued, issued_beans=issued, as_of=utc_now() - timedelta(days=1),
    ).save()  # fmt: skip


def test_while_it_is_paused_hours_are_paid_and_the_entry_says_what_it_was_decided_on(
    put: Any, get: Any, deliver: Deliver, community: str
) -> None:
    path = begun(put, pause_below_percent=50)
    put(f"{path}/adoption", {"applies_from": TODAY.isoformat()})
    closed_day(community, TODAY - timedelta(days=1), outstanding=100, stock=49)
    closed_day(community, TODAY, outstanding=100, stock=100)  # today's record decides nothing today
    led, listened = new_id(), new_id()
    deliver("ledger", hours(led, on=TODAY, led=True, leader_id=led, community_code=community))
    deliver("ledger", took_part(listened, TODAY, community_code=community))

    lead, took = (Entry.objects.get(account=f"{who}:bean") for who in (led, listened))

    reason = {"paused": "coverage", "figure": 49, "limit": 50, "figures_of": (TODAY - timedelta(days=1)).isoformat()}
    assert (lead.delta, took.delta) == (10, 0)
    assert reason.items() <= lead.explanation.items() and reason.items() <= took.explanation.items()
    outcome = simulated(put, get, begun(put, pause_below_percent=50))["outcome"]
    assert (outcome["posted_paused"], outcome["draft_paused"], outcome["largest"]) == (2, 2, [])
    outcome = simulated(put, get, begun(put))["outcome"]
    assert (outcome["draft_paused"], outcome["draft_beans"] - outcome["posted_beans"]) == (0, 7)
