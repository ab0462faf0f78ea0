"""Objections to a neighbour's hours in public notice: who may make and who may decide them, and what an upheld one does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.checkin.commands import record_objections
from services.checkin.models import CheckIn, RecordObjection
from shared.clock import utc_now
from shared.events.checkin import HoursVerified, RecordWithdrawn
from shared.events.identity import ResidentLeft, ResidentMoved
from shared.ids import new_id

API = "/api/v1"
Headers = dict[str, str]
Call = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("three_days_notice")


@pytest.fixture
def objected(api: FlaskClient) -> Call:
    """Return the function that objects to a record and gives the answer."""

    def put(record_id: str, by: Headers, *, reason: str = "他十点就走了。", objection_id: str | None = None) -> Any:
        body = {"record_id": record_id, "reason": reason}
        return api.put(f"{API}/record-objections/{objection_id or new_id()}", json=body, headers=by)

    return put


@pytest.fixture
def decided(api: FlaskClient, steward: Headers) -> Call:
    """Return the function that decides an objection and gives the answer."""

    def put(objection_id: str, decision: str = "uphold", *, by: Headers | None = None, **more: Any) -> Any:
        body = {"decision": decision, "reason": "签到表上写着。", **more}
        return api.put(f"{API}/record-objections/{objection_id}/decision", json=body, headers=by or steward)

    return put


def seen(api: FlaskClient, by: Headers, **wanted: Any) -> list[dict[str, Any]]:
    answer = api.get(f"{API}/record-objections", query_string=wanted, headers=by)
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def test_a_neighbour_objects_and_whose_record_it_is_does_not_learn_who(
    api: FlaskClient, person: Call, served: Call, signed: Call, objected: Call, steward: Headers
) -> None:
    wang, neighbour = person("王小红"), person("李二")
    record = served(wang, 60)

    answer = objected(record, signed(neighbour))

    told = answer.json
    assert (answer.status_code, told["status"], told["own"], told["record"]["name"]) == (201, "open", True, "王**")
    assert (told["objector_id"], told["objector_name"], told["record"]["resident_id"], told["conflict"]) == (None,) * 4
    assert seen(api, signed(wang)) == seen(api, signed(wang, "organizer")) == []
    (queued,) = seen(api, steward, status="open")
    assert (queued["objector_name"], queued["record"]["name"], queued["overdue"]) == ("李二", "王小红", False)
    assert api.get(f"{API}/record-objections/{told['id']}", headers=signed(wang)).status_code == 404
    assert seen(api, signed(wang, "steward"))[0]["objector_name"] is None
    assert seen(api, signed(None, "steward", community_code="ELSE")) == []


def test_the_same_again_is_known_another_is_told_to_wait(person: Call, served: Call, signed: Call, objected: Call) -> None:
    record, neighbour, id_ = served(person("王小红"), 60), signed(person("李二")), new_id()
    assert [objected(record, neighbour, objection_id=id_).status_code for _ in range(2)] == [201, 200]
    assert objected(record, neighbour, objection_id=id_, reason="别的原因").status_code == 409
    assert objected(record, signed(person("赵三")), objection_id=id_).status_code == 409
    again = objected(record, neighbour)
    assert (again.status_code, again.json["type"].rpartition(":")[2]) == (409, "record-objected-already")
    assert objected(record, signed(person("赵三"))).status_code == 201


def test_only_what_stands_in_notice_and_is_not_ones_own(
    api: FlaskClient, person: Call, served: Call, signed: Call, objected: Call, steward: Headers
) -> None:
    wang, neighbour = person("王小红"), signed(person("李二"))
    record, old, wrong = served(wang, 60), served(wang, 30), served(wang, 20)
    CheckIn._get_collection().update_one({"_id": old}, {"$set": {"record.verified_at": utc_now() - timedelta(days=14)}})
    api.put(f"{API}/service-records/{wrong}/withdrawal", json={"reason": "记错了"}, headers=steward)
    assert [objected(each, neighbour).status_code for each in (old, wrong, new_id())] == [404] * 3
    assert objected(record, signed(wang)).json["type"].endswith("own-record")
    assert objected(record, signed(None, community_code="ELSE")).status_code == 404
    assert api.get(f"{API}/record-notices/{record}", headers=neighbour).json["name"] == "王**"
    assert api.get(f"{API}/record-notices/{old}", headers=neighbour).status_code == 404
    blank = objected(record, neighbour, reason=" ")
    assert (blank.status_code, [error["pointer"] for error in blank.json["errors"]]) == (422, ["/reason"])


def test_upheld_with_minutes_the_right_record_stands_in_its_place(
    api: FlaskClient, person: Call, served: Call, signed: Call, objected: Call, decided: Call, published: Call
) -> None:
    wang, neighbour = person("王小红"), signed(person("李二"))
    record = served(wang, 90)
    objection = objected(record, neighbour).json["id"]

    answers = [decided(objection, minutes=30) for _ in range(2)]

    assert [(answer.status_code, answer.json["status"]) for answer in answers] == [(200, "upheld")] * 2
    (withdrawn,) = published("checkin", RecordWithdrawn, record_id=record)
    (right,) = [fact for fact in published("checkin", HoursVerified, resident_id=wang) if fact.record_id != record]
    assert (withdrawn.reason, right.minutes) == ("签到表上写着。", 30)
    assert seen(api, neighbour)[0]["decision_reason"] == "签到表上写着。"
    assert decided(objection, minutes=40).json["type"].endswith("record-objection-decided")
    assert api.delete(f"{API}/record-objections/{objection}", headers=neighbour).status_code == 409


def test_upheld_without_minutes_it_is_withdrawn_and_refused_it_stands(
    api: FlaskClient, person: Call, served: Call, signed: Call, objected: Call, decided: Call, published: Call
) -> None:
    neighbour, records = signed(person("李二")), [served(person("王小红"), 60), served(person("钱七"), 60)]
    first, second = (objected(record, neighbour).json["id"] for record in records)
    assert decided(first).json["record"]["status"] == "withdrawn"
    assert decided(second, "refuse").json["record"]["status"] == "verified"
    assert [len(published("checkin", RecordWithdrawn, record_id=record)) for record in records] == [1, 0]
    misfit = decided(objected(records[1], neighbour).json["id"], "refuse", minutes=3)
    assert (misfit.status_code, [error["pointer"] for error in misfit.json["errors"]]) == (422, ["/minutes"])


def test_nobody_decides_who_objects_or_is_close_to_either_side_or_had_a_part(
    api: FlaskClient, person: Call, served: Call, signed: Call, objected: Call, decided: Call, deliver: Call, community: str, leader: str,
) -> None:  # fmt: skip
    wang, neighbour, relative = person("王小红"), person("李二"), person("李二的家人")
    household = new_id()
    for who in (neighbour, relative):
        deliver("checkin", ResidentMoved(
            resident_id=who, community_code=community, household_id=household, grid_code="g1", moved_at=utc_now()))
    record = served(wang, 60)
    objection = objected(record, signed(neighbour)).json["id"]
    row = CheckIn.objects(id=record).first()
    near = {"objector": neighbour, "led_by_reviewer": leader, "verified_by_reader": row.record.verified_by, "own": wang,
            "logged_by_reviewer": row.logged_by, "own_household": relative}  # fmt: skip
    for reason, who in near.items():
        by = signed(who, "steward")
        shown = api.get(f"{API}/record-objections/{objection}", headers=by).json
        assert (shown["conflict"], decided(objection, by=by).status_code) == (reason, 403)
    assert decided(objection, by=signed(None, "organizer")).status_code == 403
    assert decided(objection, by=signed(None, "auditor")).status_code == 403
    assert RecordObjection.objects(id=objection).first().status == "open"
    assert decided(objection, by=signed(None, "steward")).status_code == 200


def test_taken_back_by_its_maker_alone_and_open_ones_of_whoever_leaves(
    api: FlaskClient, person: Call, served: Call, signed: Call, objected: Call, decided: Call, deliver: Call, community: str
) -> None:
    record, neighbour, other = served(person("王小红"), 60), person("李二"), person("赵三")
    mine, theirs = (objected(record, signed(who)).json["id"] for who in (neighbour, other))
    assert api.delete(f"{API}/record-objections/{mine}", headers=signed(other)).status_code == 404
    assert [api.delete(f"{API}/record-objections/{mine}", headers=signed(neighbour)).json["status"] for _ in range(2)] == ["taken_back"] * 2
    assert decided(mine).status_code == 409
    deliver("checkin", ResidentLeft(resident_id=other, community_code=community, left_at=utc_now()))
    assert RecordObjection.objects(id=theirs).first().status == "taken_back"
    assert objected(record, signed(neighbour)).status_code == 201


def test_what_a_crash_left_undone_after_a_decision_is_done_by_the_worker(
    person: Call, served: Call, signed: Call, objected: Call, decided: Call, published: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = served(person("王小红"), 60)
    objection = objected(record, signed(person("李二"))).json["id"]
    with monkeypatch.context() as crash:
        crash.setattr(record_objections, "correct_record", _crash)
        assert decided(objection, minutes=10).status_code == 500
    assert published("checkin", RecordWithdrawn, record_id=record) == []
    for _ in range(2):
        record_objections.settle_objections()
    assert len(published("checkin", RecordWithdrawn, record_id=record)) == 1
    assert RecordObjection.objects(id=objection).first().settled


def test_nobody_floods_the_office(person: Call, served: Call, signed: Call, objected: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_objections, "OPEN_MAX", 2)
    neighbour, records = signed(person("李二")), [served(person(), 10) for _ in range(3)]
    answers = [objected(record, neighbour) for record in records]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[-1].json["type"].endswith("too-many-objections")


def test_they_come_in_pages_those_due_first_on_top(
    api: FlaskClient, person: Call, served: Call, signed: Call, objected: Call, steward: Headers
) -> None:
    neighbour, records = signed(person("李二")), [served(person(), 10) for _ in range(3)]
    made = [objected(record, neighbour).json["id"] for record in records]
    RecordObjection._get_collection().update_one({"_id": made[2]}, {"$set": {"due_on": "2020-01-02"}})
    first = api.get(f"{API}/record-objections", query_string={"limit": 2}, headers=steward).json
    second = api.get(f"{API}/record-objections", query_string={"limit": 2, "cursor": first["next_cursor"]}, headers=steward).json
    assert [row["id"] for row in first["items"] + second["items"]] == [made[2], made[0], made[1]]
    assert (first["items"][0]["overdue"], second["next_cursor"]) == (True, None)


def _crash(_: Any) -> None:
    raise ConnectionError("killed between two writes")
