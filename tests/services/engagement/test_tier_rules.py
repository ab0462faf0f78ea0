"""Rule versions of 10/20/70: drafted, looked at, adopted from a day to come; every day is judged by its own version."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from services.engagement import commands
from services.engagement.models import Standing, TierRules, Week
from services.engagement.rules import tiers
from services.engagement.rules.tiers import Happening, Kind, Person, Rulebook, Terms, Tier
from shared.clock import utc_now
from shared.ids import new_id
from tests.services.engagement.conftest import Community, days_ago

TODAY = date(2026, 11, 20)
NUMBERS = {"window_days": 90, "repeated_deeds": 2, "led_activities": 1, "mobilized_people": 1, "mobilized_a_month": 5}


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def served(days: int) -> Happening:
    return Happening(f"a{days}", Kind.SERVED, f"a{days}", ago(days), frozenset({"patrol"}))


BOOK = Rulebook(Terms(), ((ago(10), Terms(window_days=90, repeated_deeds=2, version=2)), (ago(-5), Terms(repeated_deeds=9, version=3))))


def test_each_day_is_judged_by_the_version_of_that_day() -> None:
    person = Person(frozenset([served(100), served(30), served(20)]))

    judgement = tiers.judge(person, today=TODAY, terms=BOOK)

    assert [BOOK.on(day).version for day in (ago(11), ago(10), ago(-4), ago(-5))] == [1, 2, 2, 3]
    assert (judgement.tier, judgement.rule_version, judgement.since) == (Tier.ENTHUSIAST, 2, ago(20))
    assert tiers.tier_on(person, ago(11), terms=BOOK) == Tier.ENTHUSIAST  # three deeds within 180 days
    assert tiers.tier_on(person, ago(-5), terms=BOOK) == Tier.PARTICIPANT
    assert judgement.slides_on == ago(-5)


days = st.lists(st.integers(0, 300).map(served), max_size=8)


@settings(max_examples=30)
@given(days)
def test_nothing_changes_between_the_days_that_are_named(told: list[Happening]) -> None:
    person = Person(frozenset(told))
    judgement = tiers.judge(person, today=TODAY, terms=BOOK)
    last = judgement.slides_on or TODAY + timedelta(days=200)
    for ahead in range(1, (last - TODAY).days):
        assert tiers.tier_on(person, TODAY + timedelta(days=ahead), terms=BOOK) == judgement.tier
    if judgement.since and judgement.tier != Tier.UNREACHED:
        assert tiers.tier_on(person, judgement.since, terms=BOOK) == judgement.tier
        assert tiers.tier_on(person, judgement.since - timedelta(days=1), terms=BOOK) != judgement.tier


def draft(community: Community, draft_id: str | None = None, **more: Any) -> Any:
    return community.call("PUT", f"/tier-rules/{draft_id or new_id()}", body={"note": "看看两次", **NUMBERS, **more})


def adopt(community: Community, draft_id: str, days_ahead: int) -> Any:
    body = {"applies_from": days_ago(-days_ahead).isoformat()}
    return community.call("PUT", f"/tier-rules/{draft_id}/adoption", body=body)


def slug_of(response: Any) -> str:
    return str(response.json["type"]).rpartition(":")[2]


def test_a_draft_is_kept_edited_at_its_revision_and_dropped(community: Community) -> None:
    draft_id = new_id()
    assert [draft(community, draft_id).status_code, draft(community, draft_id).status_code] == [201, 200]
    assert slug_of(draft(community, draft_id, repeated_deeds=4)) == "id-in-use"
    assert draft(community, draft_id, repeated_deeds=4, revision=1).json["revision"] == 2
    assert slug_of(draft(community, draft_id, repeated_deeds=5, revision=1)) == "tier-draft-changed"
    assert community.call("DELETE", f"/tier-rules/{draft_id}").json["status"] == "dropped"
    assert slug_of(adopt(community, draft_id, 1)) == "tier-draft-closed"
    assert slug_of(draft(community, draft_id, repeated_deeds=6, revision=2)) == "tier-draft-closed"
    assert community.call("GET", f"/tier-rules/{draft_id}", community_code="ELSEWHERE").status_code == 404
    assert {community.call("GET", "/tier-rules", roles=[role]).status_code for role in ("organizer", "resident")} == {403}
    assert {draft(community, window_days=days).status_code for days in (29, 731)} == {422}


def test_a_preview_names_who_would_stand_elsewhere_and_writes_nothing(community: Community) -> None:
    twice, once = community.resident("两次"), community.resident("一次")
    for number in (1, 2):
        community.tell(community.service(twice, days=number))
    community.tell(community.service(once))
    commands.judge_touched()
    before = {row.id: row.to_mongo() for row in Standing.objects(community_code=community.code)}
    draft_id = draft(community).json["id"]

    asked = community.call("PUT", f"/tier-rules/{draft_id}/preview").json["preview"]
    commands.preview_drafts()
    found = community.call("GET", f"/tier-rules/{draft_id}").json["preview"]

    assert asked["status"] == "waiting" and found["status"] == "done"
    assert [(row["name"], row["from_tier"], row["to_tier"]) for row in found["changes"]] == [("两次", "participant", "enthusiast")]
    assert (found["now"]["participant"], found["then"]["participant"], found["changing"]) == (2, 1, 1)
    assert {row.id: row.to_mongo() for row in Standing.objects(community_code=community.code)} == before
    draft(community, draft_id, repeated_deeds=7, revision=1)
    assert community.call("GET", f"/tier-rules/{draft_id}").json["preview"] is None


def test_a_version_applies_from_its_day_and_each_standing_says_which_made_it(community: Community) -> None:
    resident_id, draft_id = community.resident(), new_id()
    for number in (1, 2):
        community.tell(community.service(resident_id, days=number))
    draft(community, draft_id)
    assert {slug_of(adopt(community, draft_id, ahead)) for ahead in (-1, 0)} == {"rules-too-early"}
    assert adopt(community, draft_id, 3).status_code == 201
    assert adopt(community, draft_id, 3).status_code == 200
    assert slug_of(adopt(community, draft_id, 4)) == "id-in-use"
    assert slug_of(adopt(community, draft(community).json["id"], 3)) == "rules-too-early"
    assert (community.standing(resident_id)["tier"], community.standing(resident_id)["rule_version"]) == ("participant", 1)

    with time_machine.travel(utc_now() + timedelta(days=3)):
        commands.touch_begun_rules(), commands.judge_touched()
        standing = community.standing(resident_id)
        assert (standing["tier"], standing["rule_version"], standing["window_days"]) == ("enthusiast", 2, 90)
        assert community.call("GET", f"/communities/{community.code}/engagement").json["rule_version"] == 2
        shown = community.call("GET", "/tier-rules").json["items"]
        assert [(row["version"], row["in_force"]) for row in shown if row["status"] == "adopted"] == [(2, True), (1, False)]
    with time_machine.travel(utc_now() + timedelta(days=17)):
        commands.count_weeks()
    counted = [week.counts for week in Week.objects(community_code=community.code).order_by("ends_on")]
    assert counted[-1]["enthusiast"] == 1 and TierRules.objects(id=draft_id).get().is_begun


@pytest.mark.parametrize("role", ["organizer", "auditor", "resident"])
def test_only_a_steward_drafts_and_adopts(community: Community, role: str) -> None:
    draft_id = draft(community).json["id"]
    calls = {"": {"note": "x", **NUMBERS}, "/adoption": {"applies_from": "2099-01-01"}, "/preview": None}
    answers = [community.call("PUT", f"/tier-rules/{draft_id}{path}", body=body, roles=[role]) for path, body in calls.items()]
    assert {answer.status_code for answer in answers} == {403}
