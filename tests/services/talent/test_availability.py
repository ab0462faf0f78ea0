"""Free time, languages and rests: said by the talent, or by the office for them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from mongoengine.connection import get_db

from services.talent.models import Talent
from services.talent.rules import availability as rules
from shared.events.identity import ResidentLeft
from tests.services.talent.conftest import Community

SATURDAY = {"free_times": ["sat-morning", "mon-evening"], "languages": ["ningbo", "mandarin"]}


def says(community: Community, who: Any, talent: Any, body: Any = None) -> Any:
    return community.call("PUT", f"/talents/{talent.id}/availability", who, SATURDAY if body is None else body)


def acts_about(talent: Any) -> list[str]:
    return [row["act"] for row in get_db("talent")["audit"].find({"about": talent.id}).sort("at", 1)]


def test_a_talent_says_when_they_are_free_and_what_they_speak(community: Community) -> None:
    talent = community.admitted()

    said = says(community, talent, talent)
    again = says(community, talent, talent)

    assert (said.status_code, again.status_code) == (200, 200)
    shown = community.call("GET", f"/talents/{talent.id}", talent).json["availability"]
    assert shown["free_times"] == ["mon-evening", "sat-morning"]  # in the order of the week
    assert (shown["languages"], shown["resting_until"], shown["said_by"]) == (["ningbo", "mandarin"], None, talent.id)
    assert acts_about(talent) == ["nomination-admit"]


def test_the_office_may_say_it_for_them_and_that_is_noted(community: Community) -> None:
    talent, organizer = community.admitted(), community.organizer()

    said = says(community, organizer, talent).json["availability"]

    assert said["said_by"] == organizer.id
    assert acts_about(talent) == ["nomination-admit", "availability-said"]


def test_nobody_else_says_it(community: Community) -> None:
    talent = community.admitted()

    assert says(community, community.somebody(), talent).status_code == 403
    assert says(community, community.somebody(roles={"auditor"}), talent).status_code == 403
    assert community.call("PUT", f"/talents/{talent.id}/availability", None, SATURDAY).status_code == 401
    neighbour = community.somebody()
    assert says(community, neighbour, neighbour).status_code == 404  # not in the registry


def test_staff_of_another_community_do_not_say_it(community: Community, client_of: Any, as_caller: Any, deliver: Any) -> None:
    elsewhere = Community(client_of("talent"), as_caller, deliver)

    assert says(community, elsewhere.organizer(), community.admitted()).status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"free_times": ["sat"]}, "/free_times/0"),
        ({"free_times": "sat-morning"}, "/free_times"),
        ({"free_times": None}, "/free_times"),
        ({"free_times": ["sat-morning"] * 22}, "/free_times"),
        ({"languages": ["klingon"]}, "/languages/0"),
        ({"languages": None}, "/languages"),
        ({"resting_until": "soon"}, "/resting_until"),
        ({"resting_until": "2020-01-01"}, "/resting_until"),
        ({"resting_until": "2099-01-01"}, "/resting_until"),
        ({"mood": "good"}, "/mood"),
    ],
)
def test_what_does_not_fit_is_named(community: Community, change: dict[str, Any], pointer: str) -> None:
    talent = community.admitted()

    refused = says(community, talent, talent, SATURDAY | change)

    assert (refused.status_code, [row["pointer"] for row in refused.json["errors"]]) == (422, [pointer])


def test_whoever_leaves_leaves_nothing_of_it_behind(community: Community, deliver: Callable[..., Any]) -> None:
    talent = community.admitted()
    says(community, talent, talent)

    deliver("talent", ResidentLeft(resident_id=talent.id, community_code=community.code, left_at=datetime.now(UTC)))

    left = Talent.objects(id=talent.id).first()
    assert (left.free_times, left.languages, left.resting_until, left.availability) == ([], [], None, {})


def test_languages_are_public_and_have_two_names(community: Community) -> None:
    rows = {row["code"]: row for row in community.call("GET", "/languages").json["items"]}

    assert (rows["ningbo"]["name_zh"], rows["sign"]["name_en"]) == ("宁波话", "Sign language")


@pytest.mark.parametrize(
    ("moment", "free_time", "day"),
    [
        ("2026-11-28T01:00:00+00:00", "sat-morning", date(2026, 11, 28)),
        ("2026-11-28T04:00:00+00:00", "sat-afternoon", date(2026, 11, 28)),  # noon in Shanghai
        ("2026-11-28T10:00:00+00:00", "sat-evening", date(2026, 11, 28)),
        ("2026-11-28T16:00:00+00:00", "sun-morning", date(2026, 11, 29)),
    ],
)
def test_a_moment_falls_into_a_part_of_the_week(moment: str, free_time: str, day: date) -> None:
    assert rules.when_is(datetime.fromisoformat(moment), zone="Asia/Shanghai") == rules.When(free_time, day)


@pytest.mark.parametrize(("free_time", "day"), [("fri-evening", 27), ("sat-morning", 28), ("thu-morning", 3)])
def test_a_part_of_the_week_comes_next_on_a_day(free_time: str, day: int) -> None:
    assert rules.next_time(free_time, today=date(2026, 11, 27)).day.day == day


@pytest.mark.parametrize(("until", "rests"), [(None, False), ("2026-11-27", False), ("2026-11-28", True), ("2026-12-01", True)])
def test_the_last_day_of_a_rest_belongs_to_it(until: str | None, rests: bool) -> None:
    assert rules.is_resting(until, day=date(2026, 11, 28)) is rests
