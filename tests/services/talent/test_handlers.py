"""What talent does about facts: once, in whatever order, however often."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.talent.models import Candidate, Nomination, SkillItem, Talent
from shared.events.checkin import ServiceItemListed
from shared.events.identity import ResidentLeft, ResidentMoved, ResidentRegistered
from shared.events.talent import NominationDecided, TalentAdmitted, TalentSuspended
from shared.ids import new_id
from shared.messaging import Later
from tests.services.talent.conftest import REGISTERED_AT, Community

LATER = REGISTERED_AT + timedelta(days=1)


def moved(resident_id: str, code: str, grid: str, at: datetime) -> ResidentMoved:
    return ResidentMoved(resident_id=resident_id, community_code=code, grid_code=grid, household_id=None, moved_at=at)


def left(resident_id: str, code: str) -> ResidentLeft:
    return ResidentLeft(resident_id=resident_id, community_code=code, left_at=LATER)


def registered(resident_id: str, code: str, name: str, at: datetime = REGISTERED_AT) -> ResidentRegistered:
    return ResidentRegistered(
        resident_id=resident_id, community_code=code, name=name, source="self", registered_at=at, consents=[]
    )


def listed(code: str, *, revision: int, licensed: bool) -> ServiceItemListed:
    return ServiceItemListed(
        code=code,
        category="health",
        name_zh=f"{code}项",
        name_en=code,
        aliases=["别名"],
        licence_required=licensed,
        revision=revision,
        listed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_a_registration_told_twice_keeps_one_candidate(community: Community, deliver: Any) -> None:
    resident_id = new_id()
    for _ in range(2):
        deliver("talent", registered(resident_id, community.code, "单雄信"))

    candidate = Candidate.objects(id=resident_id).get()
    assert candidate.name == "单雄信"
    assert "sxx" in candidate.initials and "dxx" in candidate.initials


def test_an_older_registration_does_not_undo_a_newer(community: Community, deliver: Any) -> None:
    resident_id = new_id()
    deliver("talent", registered(resident_id, community.code, "新名", at=LATER))
    deliver("talent", registered(resident_id, community.code, "旧名"))

    assert Candidate.objects(id=resident_id).get().name == "新名"


def test_moves_in_any_order_leave_the_latest_home(community: Community, deliver: Any) -> None:
    talent = community.admitted(grid="G1")
    deliver("talent", moved(talent.id, community.code, "G3", LATER))
    for _ in range(2):
        deliver("talent", moved(talent.id, community.code, "G2", LATER - timedelta(hours=1)))
        deliver("talent", moved(talent.id, community.code, "G3", LATER))

    assert Candidate.objects(id=talent.id).get().grid_code == "G3"
    assert Talent.objects(id=talent.id).get().grid_code == "G3"


def test_a_move_before_the_registration_waits(community: Community, deliver: Any) -> None:
    with pytest.raises(Later):
        deliver("talent", moved(new_id(), community.code, "G2", LATER))


def test_who_left_is_off_the_registry_and_forgotten(community: Community, deliver: Any, published: Any) -> None:
    talent = community.admitted("王小明")
    open_one = community.nominate(talent, talent, "self", skills=["书法"]).json
    supported = community.nominate(talent, community.somebody()).json

    for _ in range(2):
        deliver("talent", left(talent.id, community.code))

    entry = Talent.objects(id=talent.id).get()
    assert (entry.status, entry.name, entry.skills) == ("left", None, [])
    assert [fact.reason for fact in published("talent", TalentSuspended, resident_id=talent.id)] == ["left_community"]
    assert Nomination.objects(id=open_one["id"]).get().status == "lapsed"
    assert Nomination.objects(id=supported["id"]).get().status == "lapsed"
    stored = [*Nomination.objects(candidate_id=talent.id), entry, Candidate.objects(id=talent.id).get()]
    written = str([document.to_mongo().to_dict() for document in stored])
    assert "王小明" not in written and "热心肠" not in written
    assert community.call("GET", f"/talents/{talent.id}", community.steward()).status_code == 404


def test_a_registration_after_the_leaving_does_not_bring_a_name_back(community: Community, deliver: Any) -> None:
    resident_id = new_id()
    deliver("talent", left(resident_id, community.code))
    deliver("talent", registered(resident_id, community.code, "王小明"))

    candidate = Candidate.objects(id=resident_id).get()
    assert (candidate.left, candidate.name) == (True, None)


def test_only_a_higher_revision_replaces_an_item(community: Community, deliver: Any) -> None:
    code = f"item-{new_id()[-8:]}"
    for revision, licensed in [(2, True), (1, False), (2, True)]:
        deliver("talent", listed(code, revision=revision, licensed=licensed))

    assert SkillItem.objects(id=code).get().licence_required is True
    SkillItem.objects(id=code).delete()


def test_an_own_decision_told_again_admits_once(community: Community, deliver: Any, published: Any) -> None:
    talent = community.admitted()
    (fact,) = published("talent", NominationDecided, candidate_id=talent.id)

    for _ in range(3):
        deliver("talent", fact)

    assert len(published("talent", TalentAdmitted, resident_id=talent.id)) == 1


def test_an_own_decision_told_after_a_suspension_does_not_undo_it(
    community: Community, deliver: Any, published: Any
) -> None:
    talent = community.admitted()
    community.call("PUT", f"/talents/{talent.id}/suspension", community.steward(), {"reason": "证件被吊销"})

    deliver("talent", published("talent", NominationDecided, candidate_id=talent.id)[0])

    assert Talent.objects(id=talent.id).get().status == "suspended"
