"""Records for the national system: only effective ones, only of people who agreed, one number each, corrected by a steward alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from mongoengine.connection import get_db

from services.checkin.models import Attendee, CheckIn
from services.checkin.rules.certificates import volunteer_number
from shared.clock import local_day, utc_now
from shared.events.identity import ConsentsChanged
from shared.events.ledger import ObjectionUpheld
from shared.ids import new_id

Headers = dict[str, str]
Call = Callable[..., Any]
TODAY = local_day(utc_now())
PERIOD = {"from": (TODAY - timedelta(days=1)).isoformat(), "until": (TODAY + timedelta(days=1)).isoformat()}
AGREED = ["service", "share"]


@pytest.fixture
def call(api: FlaskClient) -> Call:
    """Return the function that calls the API with somebody's headers."""

    def asked(method: str, path: str, headers: Headers | None = None, body: Any = None, **query: Any) -> Any:
        return api.open(f"/api/v1{path}", method=method, json=body, headers=headers or {}, query_string=query)

    return asked


@pytest.fixture
def agreeing(person: Call) -> Callable[[str], str]:
    """Return the function that registers somebody who agrees that their records are shared."""
    return lambda name="王小红": person(name, consents=AGREED)


@pytest.fixture
def enter(call: Call, organizer: Headers) -> Call:
    """Return the function that notes a record's number."""

    def note(record_id: str, number: str = "ZJ-1", *, by: Headers | None = None, **more: Any) -> Any:
        return call("PUT", f"/service-records/{record_id}/national-entry", by or organizer, {"number": number, **more})

    return note


def refused(answer: Any) -> str:
    return str(answer.json["type"]).rpartition(":")[2]


def listed(call: Call, headers: Headers, **query: Any) -> list[str]:
    return [row["record_id"] for row in call("GET", "/exchange-records", headers, **PERIOD, **query).json["items"]]


def acts(about: str) -> list[str]:
    lines = get_db("checkin")["audit"].find({"about": about}).sort("at", 1)
    return [line["act"] for line in lines if "entered" in line["act"] or "entry" in line["act"]]


def test_a_number_is_noted_once_and_again_changes_nothing(enter: Call, agreeing: Call, served: Call) -> None:
    record = served(agreeing(), 60)

    first, again = enter(record), enter(record)

    assert (first.status_code, first.json["national_number"], first.json["stage"]) == (200, "ZJ-1", "entered")
    assert again.json == first.json
    assert acts(record) == ["record-entered"]


def test_another_number_is_refused_but_a_steward_corrects_with_a_reason(
    enter: Call, agreeing: Call, served: Call, steward: Headers
) -> None:
    record = served(agreeing(), 60)
    enter(record)

    assert refused(enter(record, "ZJ-2")) == "national-number-differs"
    assert refused(enter(record, "ZJ-2", reason="抄错了")) == "national-number-differs"
    assert refused(enter(record, "ZJ-2", by=steward)) == "national-number-differs"
    corrected = [enter(record, "ZJ-2", by=steward, reason="抄错了") for _ in range(2)]

    assert [(answer.status_code, answer.json["national_number"]) for answer in corrected] == [(200, "ZJ-2")] * 2
    (earlier,) = CheckIn.objects(id=record).first().record.earlier_numbers
    assert (earlier["number"], earlier["reason"]) == ("ZJ-1", "抄错了")
    assert acts(record) == ["record-entered", "entry-corrected"]


def test_a_record_in_notice_withdrawn_or_of_somebody_who_did_not_agree_is_not_entered(
    three_days_notice: None, enter: Call, agreeing: Call, served: Call, person: Call, call: Call, steward: Headers
) -> None:
    fresh, wrong, silent = served(agreeing(), 60), served(agreeing(), 30), served(person(), 30)
    call("PUT", f"/service-records/{wrong}/withdrawal", steward, {"reason": "记错了"})
    CheckIn._get_collection().update_one({"_id": silent}, {"$set": {"record.verified_at": utc_now() - timedelta(days=14)}})

    assert [refused(enter(record)) for record in (fresh, wrong, silent)] == [
        "record-in-notice", "record-withdrawn", "share-consent-missing",
    ]  # fmt: skip
    assert refused(enter(new_id())) == "check-in-not-found"


def test_a_check_in_without_a_record_has_nothing_to_enter(
    enter: Call, announced: Call, logged: Call, agreeing: Call
) -> None:
    assert refused(enter(logged(announced(), agreeing())["id"])) == "record-not-found"


def test_only_effective_records_of_people_who_agreed_can_be_exported(
    call: Call, organizer: Headers, agreeing: Call, person: Call, served: Call, deliver: Call, community: str, steward: Headers
) -> None:
    wang, li = agreeing("王小红"), agreeing("李二")
    own, gone, _silent, wrong = served(wang, 60), served(li, 45), served(person("赵三"), 30), served(wang, 20)
    call("PUT", f"/service-records/{wrong}/withdrawal", steward, {"reason": "记错了"})
    deliver("checkin", ConsentsChanged(resident_id=li, community_code=community, consents=["service"], changed_at=utc_now()))

    rows = call("GET", "/exchange-records", organizer, **PERIOD).json["items"]

    assert [row["record_id"] for row in rows] == [own]
    assert (rows[0]["name"], rows[0]["leader_name"]) == ("王小红", "李**")
    assert rows[0]["volunteer_number"] == volunteer_number(wang)
    assert gone not in str(rows)


def test_a_batch_enters_what_was_effective_at_its_moment_and_nothing_that_came_later(
    call: Call, organizer: Headers, agreeing: Call, person: Call, served: Call, deliver: Call, community: str
) -> None:
    wang, silent = agreeing(), person("李二")
    early, unshared = served(wang, 60), served(silent, 30)
    as_of = utc_now() + timedelta(milliseconds=1)
    CheckIn._get_collection().update_one({"_id": early}, {"$set": {"record.verified_at": as_of - timedelta(hours=1)}})
    Attendee.objects(id=wang).update(consents_at=as_of - timedelta(hours=1))
    assert listed(call, organizer, open="true", as_of=as_of.isoformat()) == [early]
    deliver("checkin", ConsentsChanged(
        resident_id=silent, community_code=community, consents=AGREED, changed_at=as_of + timedelta(seconds=1)))  # fmt: skip
    late = served(wang, 45)
    CheckIn._get_collection().update_one({"_id": late}, {"$set": {"record.verified_at": as_of + timedelta(seconds=1)}})
    path, body = f"/national-entries/{new_id()}", {**PERIOD, "number": "ZJ-7", "as_of": as_of.isoformat()}

    made, again = (call("PUT", path, organizer, body) for _ in range(2))

    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json == again.json
    assert (made.json["records"], made.json["number"]) == (1, "ZJ-7")
    numbers = {row.id: row.record.national_number for row in CheckIn.objects(id__in=[early, unshared, late])}
    assert numbers == {early: "ZJ-7", unshared: None, late: None}
    assert refused(call("PUT", path, organizer, body | {"number": "ZJ-8"})) == "id-in-use"
    assert [row["id"] for row in call("GET", "/national-entries", organizer).json["items"]] == [made.json["id"]]
    assert acts(made.json["id"]) == ["records-entered"]
    assert listed(call, organizer, open="true", as_of=as_of.isoformat()) == []
    assert listed(call, organizer, as_of=as_of.isoformat()) == [early]


def test_a_batch_that_was_cut_off_is_finished_by_sending_it_again(
    call: Call, organizer: Headers, agreeing: Call, served: Call
) -> None:
    records = [served(agreeing(), 60), served(agreeing(), 30)]
    path, body = f"/national-entries/{new_id()}", {**PERIOD, "number": "ZJ-7"}
    call("PUT", path, organizer, body)
    lost = {"record.national_number": 1, "record.national_entry_id": 1, "record.entered_at": 1, "record.entered_by": 1}
    CheckIn._get_collection().update_one({"_id": records[0]}, {"$unset": lost})

    assert call("PUT", path, organizer, body).json["records"] == 2


def test_a_batch_leaves_numbers_that_stand(call: Call, organizer: Headers, agreeing: Call, served: Call, enter: Call) -> None:
    first, second = served(agreeing(), 60), served(agreeing(), 30)
    enter(first, "ZJ-1")
    made = call("PUT", f"/national-entries/{new_id()}", organizer, {**PERIOD, "number": "ZJ-7"}).json
    assert made["records"] == 1
    assert {row.id: row.record.national_number for row in CheckIn.objects(id__in=[first, second])} == {first: "ZJ-1", second: "ZJ-7"}


def test_a_batch_of_a_moment_to_come_or_of_no_period_is_refused(call: Call, organizer: Headers) -> None:
    future = (utc_now() + timedelta(hours=1)).isoformat()
    answers = [
        call("PUT", f"/national-entries/{new_id()}", organizer, body)
        for body in ({**PERIOD, "number": "1", "as_of": future}, {**PERIOD, "number": " "}, {"number": "1"})
    ]
    assert [answer.status_code for answer in answers] == [422] * 3
    assert answers[0].json["errors"][0]["pointer"] == "/as_of"


def test_a_record_that_was_corrected_is_entered_anew(
    enter: Call, agreeing: Call, served: Call, deliver: Call, community: str
) -> None:
    wang = agreeing()
    record = served(wang, 60)
    enter(record)
    deliver("checkin", ObjectionUpheld(
        objection_id=new_id(), resident_id=wang, community_code=community, record_id=record, minutes=45, reason="少了十五分钟",
        decided_by=new_id(), decided_at=utc_now()))  # fmt: skip
    right = CheckIn.objects(resident_id=wang, status="accepted").first()
    assert (right.record.minutes, right.record.national_number, right.record.entered_at) == (45, None, None)
    assert enter(right.id, "ZJ-2").json["stage"] == "entered"


def test_staff_enter_auditors_read_and_residents_do_neither(
    call: Call, enter: Call, signed: Call, agreeing: Call, served: Call
) -> None:
    record, auditor, resident = served(agreeing(), 60), signed(None, "auditor"), signed()
    batch = {**PERIOD, "number": "ZJ-7"}
    for headers in (auditor, resident):
        assert enter(record, by=headers).status_code == 403
        assert call("PUT", f"/national-entries/{new_id()}", headers, batch).status_code == 403
    for path in ("/exchange-records", "/national-entries"):
        query = PERIOD if path == "/exchange-records" else {}
        assert call("GET", path, auditor, **query).status_code == 200
        assert call("GET", path, resident, **query).status_code == 403
    assert enter(record, by=signed(None, "steward", community_code="ELSE")).status_code == 404
