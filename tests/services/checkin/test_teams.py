"""What a team may run here, who leads it, and its year as a view of what was recorded."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shared.clock import local_day, utc_now
from shared.events.identity import ConsentsChanged
from shared.events.talent import TalentAdmitted, TeamChanged, VerifiedSkill
from shared.ids import new_id
from tests.services.checkin.conftest import HOUR, moment


@pytest.fixture
def team(deliver, community, leader, person) -> Any:
    """Return the function that tells of a team; without other members the leader of the activities and one more are in it."""

    def tell(*members: str, **changes: Any) -> str:
        ids = list(members) or [leader, person("队员")]
        told = {
            "team_id": new_id(), "name": "清洁先锋队", "status": "active", "leader_id": ids[0], "member_ids": ids,
            "items": ["environment"], "revision": 1, "changed_at": utc_now(), **changes,
        }  # fmt: skip
        deliver("checkin", TeamChanged(community_code=community, **told))
        return str(told["team_id"])

    return tell


@pytest.fixture
def licence(deliver, community) -> Any:
    """Return the function that tells of somebody's licence for an item."""

    def tell(resident_id: str, item: str, until: date) -> None:
        skills = [VerifiedSkill(skill=item, licence_expires_on=until)]
        deliver("checkin", TalentAdmitted(
            resident_id=resident_id, community_code=community, skills=skills, nominator_ids=[], admitted_at=utc_now(), revision=1,
        ))  # fmt: skip

    return tell


def refusal(answer: Any) -> tuple[int, str, list[str]]:
    return answer.status_code, answer.json["type"].rpartition(":")[2], [row["pointer"] for row in answer.json["errors"]]


def test_an_activity_of_a_team_names_it(announced, api, organizer, team) -> None:
    team_id = team()
    known = announced(team_id=team_id)
    announced()
    assert (known["team_id"], known["team_name"]) == (team_id, "清洁先锋队")
    found = api.get(f"/api/v1/activities?team_id={team_id}", headers=organizer).json["items"]
    assert [row["id"] for row in found] == [known["id"]]


def test_what_does_not_fit_a_team_is_refused_at_its_field(api, organizer, activity_body, team, person) -> None:
    def announce(**changes: Any) -> tuple[int, str, list[str]]:
        return refusal(api.put(f"/api/v1/activities/{new_id()}", json=activity_body(**changes), headers=organizer))

    assert announce(team_id=new_id()) == (422, "unknown-team", ["/team_id"])
    assert announce(team_id=team(status="ended")) == (422, "team-is-over", ["/team_id"])
    assert announce(team_id=team(), item="patrol") == (422, "item-not-of-team", ["/item"])
    assert announce(team_id=team(), leader_id=person("别人")) == (422, "leader-not-in-team", ["/leader_id"])


def test_another_communitys_team_is_unknown_here(api, organizer, activity_body, deliver, leader) -> None:
    fact = TeamChanged(
        team_id=(team_id := new_id()), community_code="T-elsewhere", name="外队", status="active", leader_id=leader, member_ids=[leader],
        items=["environment"], revision=1, changed_at=utc_now(),
    )  # fmt: skip
    deliver("checkin", fact)
    answer = api.put(f"/api/v1/activities/{new_id()}", json=activity_body(team_id=team_id), headers=organizer)
    assert refusal(answer) == (422, "unknown-team", ["/team_id"])


@pytest.mark.parametrize(("days_good", "expected"), [(10, 201), (0, 201), (-1, 422)])
def test_somebody_of_the_team_holds_the_licence_on_the_day(
    api, organizer, activity_body, team, licence, leader, days_good, expected
) -> None:
    day = utc_now() + timedelta(days=20)
    licence(leader, "clinic", local_day(day) + timedelta(days=days_good))
    body = activity_body(
        team_id=team(items=["clinic"]), item="clinic", starts_at=moment(day), ends_at=moment(day + HOUR), risks="无", insurance="志愿者险"
    )
    assert api.put(f"/api/v1/activities/{new_id()}", json=body, headers=organizer).status_code == expected


def test_a_change_is_judged_anew_and_a_team_may_be_taken_off(api, organizer, announced, team, person) -> None:
    team_id = team()
    known = announced(team_id=team_id)

    def change(**changes: Any) -> Any:
        return api.patch(f"/api/v1/activities/{known['id']}", json={"revision": known["revision"], **changes}, headers=organizer)

    assert refusal(change(leader_id=person("别人")))[1:] == ("leader-not-in-team", ["/leader_id"])
    assert refusal(change(team_id=team(items=["patrol"])))[1:] == ("item-not-of-team", ["/team_id"])
    team(team_id=team_id, status="ended", revision=2)
    same = {"team_id": team_id, "leader_id": known["leader_id"], "starts_at": known["starts_at"]}  # as a form sends all of it
    assert change(title="大扫除", **same).status_code == 200  # what is not about the team is not judged by it
    known["revision"] += 1
    assert change(team_id=None).json["team_id"] is None


def test_only_a_later_word_about_a_team_replaces_an_earlier(api, organizer, announced, activity_body, team) -> None:
    team_id = team(revision=3, name="新名")
    team(team_id=team_id, revision=2, name="旧名", status="ended")
    team(team_id=team_id, revision=3, name="新名")
    assert announced(team_id=team_id)["team_name"] == "新名"


def test_a_series_goes_on_without_a_team_that_ended(api, organizer, activity_body, team) -> None:
    from services.checkin.commands.series import announce_due
    from services.checkin.models import Activity, Series

    team_id = team()
    today = local_day(utc_now())
    body = {name: value for name, value in activity_body(team_id=team_id).items() if name not in ("starts_at", "ends_at")} | {
        "every": "week", "on": today.isoweekday(), "begins": "23:00", "minutes": 30, "first_day": today.isoformat(), "days_ahead": 8,
    }  # fmt: skip
    series_id = new_id()
    begun = api.put(f"/api/v1/series/{series_id}", json=body, headers=organizer)
    assert (begun.status_code, begun.json["team_name"]) == (201, "清洁先锋队")
    made = Activity.objects(series_id=series_id)
    assert {row.team_id for row in made} == {team_id}

    team(team_id=team_id, status="ended", revision=2)
    Activity.objects(series_id=series_id).delete()
    assert announce_due(Series.objects(id=series_id).first()) > 0
    assert {row.team_id for row in Activity.objects(series_id=series_id)} == {None}


def test_a_series_is_refused_with_a_team_that_does_not_run_it(api, organizer, activity_body, team) -> None:
    body = {name: value for name, value in activity_body(team_id=team(items=["patrol"])).items() if name not in ("starts_at", "ends_at")}
    body |= {"every": "month", "on": 5, "begins": "09:00", "minutes": 60, "first_day": local_day(utc_now()).isoformat()}
    answer = api.put(f"/api/v1/series/{new_id()}", json=body, headers=organizer)
    assert refusal(answer)[1:] == ("item-not-of-team", ["/item"])


@pytest.fixture
def held(api, organizer, reviewer, announced) -> Any:
    """Return the function that holds an activity to which some people came for an hour, confirmed by another."""

    def hold(team_id: str | None, *people: str, **changes: Any) -> dict[str, Any]:
        ends_at: datetime = changes.pop("ends_at", utc_now())
        times = {"starts_at": moment(ends_at - 2 * HOUR), "ends_at": moment(ends_at)}
        known = announced(**({"team_id": team_id} if team_id else {}), **times, **changes)
        for resident_id in people:
            body = {"activity_id": known["id"], "resident_id": resident_id, "method": "roll", "arrived_at": moment(ends_at - HOUR),
                    "left_at": moment(ends_at)}  # fmt: skip
            api.put(f"/api/v1/check-ins/{new_id()}", json=body, headers=organizer)
        api.put(f"/api/v1/activities/{known['id']}/verification", json={}, headers=reviewer)
        return known

    return hold


def test_a_teams_year_adds_up_to_its_rows(api, signed, organizer, team, held, person, leader) -> None:
    team_id = team(items=["environment", "patrol"])
    one, two = person("甲一"), person("乙二")
    held(team_id, one, two)
    held(team_id, one, item="patrol")
    held(team_id, two, kind="participation")
    held(None, one)  # not the team's
    path = f"/api/v1/team-years/{team_id}"

    year = api.get(path, headers=organizer).json

    assert (year["activities_held"], year["people_came"], year["minutes"]) == (3, 2, 180)
    assert [(row["item"], row["times"], row["people"], row["minutes"]) for row in year["items"]] == [
        ("environment", 3, 2, 120), ("patrol", 1, 1, 60)
    ]  # fmt: skip
    assert sum(row["minutes"] for row in year["activities"]) == year["minutes"]
    rows = api.get(f"{path}/records", headers=organizer).json["items"]
    assert (len(rows), sum(row["minutes"] for row in rows)) == (4, 180)
    assert len(api.get(f"{path}/records?item=patrol", headers=organizer).json["items"]) == 1
    people = api.get(f"{path}/people", headers=organizer).json["items"]
    assert {(row["name"], row["times"], row["minutes"]) for row in people} == {("甲一", 2, 120), ("乙二", 2, 60)}
    paged = api.get(f"{path}/records?limit=3", headers=organizer).json
    assert len(api.get(f"{path}/records?limit=3&cursor={paged['next_cursor']}", headers=organizer).json["items"]) == 1


def test_a_record_that_was_withdrawn_counts_no_more(api, organizer, steward, team, held, person) -> None:
    team_id = team()
    held(team_id, person())
    [row] = api.get(f"/api/v1/team-years/{team_id}/records", headers=organizer).json["items"]
    api.put(f"/api/v1/service-records/{row['check_in_id']}/withdrawal", json={"reason": "记错了"}, headers=steward)
    assert api.get(f"/api/v1/team-years/{team_id}", headers=organizer).json["minutes"] == 0


def test_other_years_are_named_and_counted_for_themselves(api, organizer, team, held, person) -> None:
    team_id, now = team(), utc_now()
    held(team_id, person())
    held(team_id, person(), ends_at=now.replace(year=now.year - 1, month=6, day=1))
    path = f"/api/v1/team-years/{team_id}"
    assert api.get(path, headers=organizer).json["years"] == [now.year - 1, now.year]
    assert api.get(f"{path}?year={now.year - 1}", headers=organizer).json["people_came"] == 1
    assert len(api.get(f"{path}/people?year={now.year - 1}", headers=organizer).json["items"]) == 1


def test_members_see_the_year_strangers_do_not(api, signed, team, held, person, leader, deliver, community) -> None:
    member, one, two = person("队员甲"), person("欧阳明"), person("司马光")
    team_id = team(leader, member)
    held(team_id, member, one, two)
    consents = ConsentsChanged(
        resident_id=two, community_code=community, consents=["service", "publish"], changed_at=utc_now() + timedelta(seconds=1)
    )
    deliver("checkin", consents)
    path = f"/api/v1/team-years/{team_id}"
    rows = api.get(f"{path}/records", headers=signed(member)).json["items"]
    assert {row["name"] for row in rows} == {"队员甲", "欧**", "司马光"}
    for part in ("", "/records", "/people"):
        assert api.get(path + part, headers=signed(one)).status_code == 403
        assert api.get(f"/api/v1/team-years/{new_id()}{part}", headers=signed(one)).status_code == 404
