"""Objecting to one's own standing: once at a time, decided within a clock by somebody who is not near, by deeds and not by decree."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from services.engagement import commands
from services.engagement.models import DeedRecord, Standing, StandingObjection
from shared.clock import utc_now
from shared.ids import new_id
from tests.services.engagement.conftest import Community, days_ago

REASON = "上周我也来了，名单上没有我。"


def objecting(community: Community, resident_id: str, objection_id: str | None = None, reason: str = REASON) -> Any:
    return community.call(
        "PUT", f"/standing-objections/{objection_id or new_id()}", body={"reason": reason}, roles=["resident"], as_id=resident_id
    )


def deciding(community: Community, objection_id: str, decision: str = "uphold", *, noted: Any = None, **who: Any) -> Any:
    body = {"decision": decision, "reason": "有照片为证。", **({"noted": noted} if noted else {})}
    return community.call("PUT", f"/standing-objections/{objection_id}/decision", body=body, **who)


def noted(days: int = 7, **more: Any) -> dict[str, Any]:
    return {"day": days_ago(days).isoformat(), "led": False, "evidence": "活动合影第二排", **more}


def slug_of(response: Any) -> str:
    return str(response.json["type"]).rpartition(":")[2]


def test_an_objection_is_made_once_and_one_at_a_time(community: Community) -> None:
    resident_id, objection_id = community.resident(), new_id()

    first, again = objecting(community, resident_id, objection_id), objecting(community, resident_id, objection_id)

    assert [first.status_code, again.status_code] == [201, 200] and first.json == again.json
    assert (first.json["seen"]["tier"], first.json["status"], first.json["overdue"]) == ("unreached", "open", False)
    assert objecting(community, resident_id, objection_id, "别的").status_code == 409
    assert slug_of(objecting(community, resident_id)) == "standing-objection-open"
    taken = community.call("DELETE", f"/standing-objections/{objection_id}", roles=["resident"], as_id=resident_id)
    assert taken.json["status"] == "taken_back"
    assert slug_of(deciding(community, objection_id)) == "standing-objection-decided"
    assert objecting(community, resident_id).status_code == 201


def test_a_noted_deed_counts_as_every_deed_does_and_survives_a_rebuild(community: Community) -> None:
    resident_id, objection_id, steward = community.resident(), new_id(), new_id()
    objecting(community, resident_id, objection_id)

    decided = deciding(community, objection_id, noted=noted(), as_id=steward)
    again = deciding(community, objection_id, noted=noted(), as_id=steward)

    assert (decided.status_code, decided.json["status"]) == (200, "upheld") and decided.json == again.json
    assert slug_of(deciding(community, objection_id, "refuse")) == "standing-objection-decided"
    assert (community.standing(resident_id)["tier"], community.standing(resident_id)["deeds"]) == ("participant", 1)
    deed = DeedRecord.objects(resident_id=resident_id).get()
    assert (deed.evidence, deed.noted_by, deed.day) == ("活动合影第二排", steward, days_ago(7).isoformat())
    Standing.objects(id=resident_id).delete()
    commands.rebuild([])
    assert Standing.objects(id=resident_id).get().tier == "participant"


def test_a_crash_after_the_decision_loses_no_deed(community: Community) -> None:
    resident_id, objection_id = community.resident(), new_id()
    objecting(community, resident_id, objection_id)
    said = {"status": "upheld", "noted": {"day": days_ago(3).isoformat(), "led": False, "evidence": "x"}, "decided_by": new_id()}
    StandingObjection._get_collection().update_one({"_id": objection_id}, {"$set": said, "$unset": {"open": ""}})

    commands.settle_standing_objections(), commands.settle_standing_objections()

    assert DeedRecord.objects(resident_id=resident_id).count() == 1
    assert StandingObjection.objects(id=objection_id).get().settled


def test_nobody_who_is_near_decides(community: Community) -> None:
    household = new_id()
    resident_id, objection_id = community.resident(household_id=household), new_id()
    objecting(community, resident_id, objection_id)
    together, brought = community.resident(household_id=household), community.resident(invited_by=resident_id)

    for near in (resident_id, together, brought):
        assert slug_of(deciding(community, objection_id, as_id=near)) == "standing-decider-too-near"
        assert community.call("GET", f"/standing-objections/{objection_id}", as_id=near).json["conflict"] is True
    for role in ("organizer", "auditor", "resident"):
        assert deciding(community, objection_id, roles=[role]).status_code == 403
    assert deciding(community, objection_id, "refuse").json["decision_reason"] == "有照片为证。"


def test_objections_are_seen_by_their_maker_and_by_who_oversees(community: Community) -> None:
    resident_id, objection_id = community.resident(), new_id()
    objecting(community, resident_id, objection_id)
    path = f"/standing-objections/{objection_id}"

    assert community.call("GET", path, roles=["resident"]).status_code == 404
    assert community.call("GET", path, roles=["auditor"], community_code="ELSEWHERE").status_code == 404
    assert [row["id"] for row in community.call("GET", "/standing-objections?status=open").json["items"]] == [objection_id]
    assert community.call("GET", "/standing-objections", roles=["organizer"]).json["items"] == []
    with time_machine.travel(utc_now() + timedelta(days=40)):
        assert community.call("GET", path).json["overdue"] is True


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"decision": "uphold", "reason": "x", "noted": {"day": "2099-01-01", "evidence": "x"}}, "/noted/day"),
        ({"decision": "refuse", "reason": "x", "noted": {"day": "2026-01-01", "evidence": "x"}}, "/noted"),
        ({"decision": "uphold", "reason": ""}, "/reason"),
        ({"decision": "perhaps", "reason": "x"}, "/decision"),
    ],
)
def test_a_malformed_decision_names_the_field(community: Community, body: dict[str, Any], pointer: str) -> None:
    resident_id, objection_id = community.resident(), new_id()
    objecting(community, resident_id, objection_id)
    refused = community.call("PUT", f"/standing-objections/{objection_id}/decision", body=body)
    assert (refused.status_code, {error["pointer"] for error in refused.json["errors"]}) == (422, {pointer})


def test_what_somebody_wrote_leaves_with_them(community: Community) -> None:
    resident_id, objection_id = community.resident(), new_id()
    objecting(community, resident_id, objection_id)
    community.tell(community.leaving(resident_id))
    left = StandingObjection.objects(id=objection_id).get()
    assert (left.status, left.open, left.reason) == ("taken_back", None, "–")
