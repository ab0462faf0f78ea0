"""Licences: handed in, seen by somebody who is not too close, reminded of in time, and good by their day alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from mongoengine.connection import get_db

from services.talent.models import Talent
from services.talent.rules.licences import Stage, stage_of
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.events.identity import ResidentLeft
from shared.events.talent import TalentAdmitted
from shared.ids import new_id
from tests.services.talent.conftest import Community, Somebody

TODAY = date(2026, 11, 27)


def in_days(days: int) -> str:
    return (local_day(utc_now(), settings().zone) + timedelta(days=days)).isoformat()


def doctor(community: Community, days: int = 20, **more: Any) -> Somebody:
    return community.admitted(skills=[{"skill": "clinic", "licence_no": "MD-OLD", "licence_expires_on": in_days(days)}, "haircut"], **more)


def paper(**more: Any) -> dict[str, Any]:
    return {
        "skill": "clinic", "licence_no": "MD-NEW", "licence_expires_on": "2090-01-01", "licence_kind": "医师执业证书",
        "licence_issuer": "市卫健委", **more,
    }  # fmt: skip


def hand_in(community: Community, who: Somebody, talent: Somebody, *, id: str | None = None, **more: Any) -> Any:
    return community.call("PUT", f"/talents/{talent.id}/licences/{id or new_id()}", who, paper(**more))


def look_at(community: Community, who: Somebody, handed_in: Any, decision: str = "seen", **more: Any) -> Any:
    path = f"/talents/{handed_in['resident_id']}/licences/{handed_in['id']}/decision"
    return community.call("PUT", path, who, {"decision": decision, **more})


def clinic_of(community: Community, talent: Somebody) -> dict[str, Any]:
    entry = community.call("GET", f"/talents/{talent.id}", talent).json
    return next(row for row in entry["skills"] if row["skill"] == "clinic")


def due(community: Community, who: Somebody) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = community.call("GET", "/licences", who).json["items"]
    return rows


@pytest.mark.parametrize(
    ("days", "stage"),
    [(None, "unknown"), (-1, "over"), (0, "within_7"), (7, "within_7"), (8, "within_30"), (30, "within_30"), (31, "within_60"),
     (60, "within_60"), (61, None)],
)  # fmt: skip
def test_a_licence_is_spoken_of_sixty_thirty_and_seven_days_ahead(days: int | None, stage: str | None) -> None:
    expires_on = None if days is None else TODAY + timedelta(days=days)
    assert stage_of(expires_on, today=TODAY) == (Stage(stage) if stage else None)


def test_a_renewal_is_good_once_the_office_has_seen_it(community: Community, published: Callable[..., list[Any]]) -> None:
    talent, organizer = doctor(community), community.organizer()

    handed_in = hand_in(community, talent, talent)
    before = clinic_of(community, talent)
    seen = look_at(community, organizer, handed_in.json)

    assert (handed_in.status_code, handed_in.json["status"], before["licence_no"]) == (201, "waiting", "MD-OLD")
    assert (seen.status_code, seen.json["status"], seen.json["decided_by"]) == (200, "seen", organizer.id)
    after = clinic_of(community, talent)
    assert (after["licence_no"], after["licence_expires_on"], after["licence_issuer"]) == ("MD-NEW", "2090-01-01", "市卫健委")
    assert (after["licence_seen_by"], after["licence_kind"]) == (organizer.id, "医师执业证书")
    told = published("talent", TalentAdmitted, resident_id=talent.id)
    assert {row.skill: row.licence_expires_on for row in told[-1].skills} == {"clinic": date(2090, 1, 1), "haircut": None}
    acts = [row["act"] for row in get_db("talent")["audit"].find({"about": talent.id}).sort("at", 1)]
    assert acts == ["nomination-admit", "licence-seen"]


def test_the_office_enters_what_it_holds_in_its_hands_in_one_go(community: Community) -> None:
    talent, organizer, id_ = doctor(community), community.organizer(), new_id()

    entered = hand_in(community, organizer, talent, id=id_, seen=True)
    again = hand_in(community, organizer, talent, id=id_, seen=True)

    assert (entered.status_code, again.status_code, again.json) == (201, 200, entered.json)
    assert clinic_of(community, talent)["licence_no"] == "MD-NEW"
    assert hand_in(community, organizer, talent, id=id_, seen=True, licence_no="OTHER").status_code == 409
    assert hand_in(community, talent, talent, seen=True).status_code == 403


def test_nobody_too_close_sees_a_licence(community: Community) -> None:
    home = new_id()
    staff = community.somebody("钱干事", roles={"organizer"}, household=home)
    relative = community.somebody("钱小妹", household=home)
    licence = {"skill": "clinic", "licence_no": "MD-1", "licence_expires_on": in_days(20)}
    proposer = community.organizer()
    for person, nominator, channel in ((staff, staff, "self"), (relative, proposer, "organization")):
        nominated = community.nominate(nominator, person, channel, skills=[licence]).json
        assert community.decide(community.steward(), nominated["id"]).status_code == 200

    for seer, talent in ((staff, staff), (staff, relative), (proposer, relative)):
        handed_in = hand_in(community, talent, talent).json
        refused = look_at(community, seer, handed_in)
        assert (refused.status_code, refused.json["type"].rsplit(":")[-1]) == (403, "licence-seer-too-close")
        assert hand_in(community, seer, talent, seen=True).status_code == 403
        assert look_at(community, seer, handed_in, "refused", reason="x").status_code == 403
    refusals = get_db("talent")["audit"].count_documents({"about": relative.id, "act": "licence-sight-refused"})
    assert refusals == 6
    assert look_at(community, community.steward(), handed_in).status_code == 200


def test_a_paper_that_is_refused_changes_nothing_and_says_why(community: Community, published: Callable[..., list[Any]]) -> None:
    talent, organizer = doctor(community), community.organizer()
    handed_in = hand_in(community, talent, talent).json

    asked_why = look_at(community, organizer, handed_in, "refused")
    refused = look_at(community, organizer, handed_in, "refused", reason="照片看不清")

    assert [row["pointer"] for row in asked_why.json["errors"]] == ["/reason"]
    assert (refused.json["status"], refused.json["reason"]) == ("refused", "照片看不清")
    assert look_at(community, organizer, handed_in, "refused", reason="照片看不清").status_code == 200
    assert look_at(community, organizer, handed_in).json["type"].endswith(":licence-decided")
    assert clinic_of(community, talent)["licence_no"] == "MD-OLD"
    assert len(published("talent", TalentAdmitted, resident_id=talent.id)) == 1
    assert community.call("GET", f"/talents/{talent.id}", talent).json["licences"][0]["reason"] == "照片看不清"


def test_a_later_paper_replaces_one_that_waits(community: Community) -> None:
    talent, organizer = doctor(community), community.organizer()
    first, second = (hand_in(community, talent, talent, licence_no=number).json for number in ("MD-TYPO", "MD-RIGHT"))

    assert look_at(community, organizer, first).status_code == 409
    assert [row["waiting"]["licence_no"] for row in due(community, organizer)] == ["MD-RIGHT"]
    assert look_at(community, organizer, second).status_code == 200


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"skill": "haircut"}, "/skill"),
        ({"skill": "repair"}, "/skill"),
        ({"skill": ""}, "/skill"),
        ({"licence_no": None}, "/licence_no"),
        ({"licence_expires_on": "2020-01-01"}, "/licence_expires_on"),
        ({"licence_expires_on": None}, "/licence_expires_on"),
        ({"licence_issuer": "x" * 41}, "/licence_issuer"),
        ({"seen": "yes"}, "/seen"),
        ({"photo": "x"}, "/photo"),
    ],
)
def test_a_paper_that_does_not_fit_names_the_field(community: Community, change: dict[str, Any], pointer: str) -> None:
    talent = doctor(community)

    refused = hand_in(community, talent, talent, **change)

    assert (refused.status_code, [row["pointer"] for row in refused.json["errors"]]) == (422, [pointer])


def test_strangers_neither_hand_in_nor_look(community: Community, client_of: Any, as_caller: Any, deliver: Any) -> None:
    talent, elsewhere = doctor(community), Community(client_of("talent"), as_caller, deliver)
    handed_in = hand_in(community, talent, talent).json

    assert hand_in(community, community.somebody(), talent).status_code == 403
    assert hand_in(community, community.somebody(roles={"auditor"}), talent).status_code == 403
    assert hand_in(community, elsewhere.organizer(), talent).status_code == 404
    assert look_at(community, talent, handed_in).status_code == 403
    assert look_at(community, elsewhere.steward(), handed_in).status_code == 404
    assert look_at(community, community.steward(), {**handed_in, "id": new_id()}).status_code == 404


def test_the_office_sees_what_waits_and_what_runs_out_the_nearest_first(community: Community) -> None:
    later, soon, fine, waits = (doctor(community, days) for days in (50, 3, 300, 200))
    hand_in(community, waits, waits)
    steward = community.steward()

    rows = due(community, steward)

    assert [(row["resident_id"], row["stage"], row["days_left"]) for row in rows] == [
        (waits.id, None, 200), (soon.id, "within_7", 3), (later.id, "within_60", 50),
    ]  # fmt: skip
    assert fine.id not in [row["resident_id"] for row in rows]
    assert [row["licence_no"] for row in rows] == ["MD-OLD"] * 3
    seen, cursor = [], ""
    while cursor is not None:
        page = community.call("GET", f"/licences?limit=1{f'&cursor={cursor}' if cursor else ''}", steward).json
        seen += [row["resident_id"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [waits.id, soon.id, later.id]


def test_an_owner_sees_their_own_and_nobody_else_does(community: Community) -> None:
    talent, neighbour = doctor(community, 6), community.somebody()

    (own,) = community.call("GET", "/licences?mine=true", talent).json["items"]

    assert (own["skill"], own["stage"], own["days_left"], own["licence_no"]) == ("clinic", "within_7", 6, "MD-OLD")
    assert community.call("GET", "/licences?mine=true", neighbour).json["items"] == []
    assert community.call("GET", "/licences", talent).status_code == 403
    assert community.call("GET", "/licences").status_code == 401


def test_two_papers_at_once_are_both_kept(community: Community) -> None:
    talent, organizer = doctor(community), community.organizer()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda at: hand_in(community, organizer, talent, seen=at % 2 == 0), range(6)))

    assert {answered.status_code for answered in answers} == {201}
    kept = Talent.objects(id=talent.id).first()
    assert {row["id"] for row in kept.licences} == {answered.json["id"] for answered in answers}
    assert sum(row["status"] == "waiting" for row in kept.licences) <= 1


def test_a_suspended_talent_is_not_told_of_again_by_a_renewal(community: Community, published: Callable[..., list[Any]]) -> None:
    talent, steward = doctor(community), community.steward()
    community.call("PUT", f"/talents/{talent.id}/suspension", steward, {"reason": "核实中"})

    hand_in(community, steward, talent, seen=True)

    assert len(published("talent", TalentAdmitted, resident_id=talent.id)) == 1
    assert clinic_of(community, talent)["licence_no"] == "MD-NEW"


def test_whoever_leaves_leaves_no_licence_behind(community: Community, deliver: Callable[..., Any]) -> None:
    talent = doctor(community)
    hand_in(community, talent, talent)

    deliver("talent", ResidentLeft(resident_id=talent.id, community_code=community.code, left_at=datetime.now(UTC)))

    left = Talent.objects(id=talent.id).first()
    assert (left.skills, left.licences) == ([], [])
    assert "MD-" not in str(left.to_mongo())
