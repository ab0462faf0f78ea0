"""Deciding a matter by a vote or a meeting, and evaluating what was done: one voice a household, counts, clocks."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from time_machine import travel

from services.engagement import commands
from services.engagement.models import Matter, Voice
from services.engagement.rules import matters as rules
from shared.clock import local_day, utc_now
from shared.events.engagement import MatterDecided
from shared.ids import new_id
from tests.services.engagement.conftest import Community, Matters, log_of, slug
from tests.services.engagement.test_matters_discussed import MINUTES, held, stage

TODAY = local_day(utc_now())
SOON, LATER = timedelta(days=3), timedelta(days=9)


class Way:
    """A matter of grid G1 (10 households) on its way, and those who live there."""

    def __init__(self, community: Community, matters: Matters) -> None:
        self.community, self.matters = community, matters
        community.tell(community.grid("G1", households=10)), community.tell(community.grid("G2", households=10))
        self.author = self.resident()
        self.path = matters.raised(self.author, grid_codes=["G1"])
        self.consultation = new_id()
        matters.by_staff(f"{self.path}/consultations/{self.consultation}", held())

    def resident(self, *, household: str | None = None, grid: str = "G1") -> str:
        fact = replace(self.community.registration(new_id(), grid=grid), household_id=household)
        return str(self.community.tell(fact).resident_id)

    def ballot(self, **more: Any) -> dict[str, Any]:
        ends_on = (local_day(utc_now()) + timedelta(days=2)).isoformat()
        return {"text": "换声控灯", "options": ["换", "不换"], "ends_on": ends_on, "least_percent": 20, **more}

    def open_vote(self, **more: Any) -> Any:
        answer = self.matters.by_staff(f"{self.path}/ballots/{new_id()}", self.ballot(**more))
        assert answer.status_code == 201, answer.json
        return answer.json["ballots"][-1]

    def vote(self, who: str, option: int = 0, **more: Any) -> Any:
        return self.matters.put(f"{self.path}/voice", {"option": option}, as_id=who, **more)

    def shown(self, who: str | None = None) -> dict[str, Any]:
        return self.matters.get(self.path, as_id=who).json  # type: ignore[no-any-return]

    def decision(self, **more: Any) -> dict[str, Any]:
        return {
            "way": "vote", "outcome": "carry_out", "text": "六层都换声控灯。", "reason": "多数住户同意。", "responsible": "物业公司",
            "decided_on": local_day(utc_now()).isoformat(), **more,
        }  # fmt: skip

    def meeting(self, **more: Any) -> dict[str, Any]:
        told = {"consultation_id": self.consultation, "in_favour": 12, "against": 1, "abstained": 2}
        return self.decision(way="meeting", meeting=told, **more)

    def decide(self, body: dict[str, Any], **more: Any) -> Any:
        return self.matters.by_staff(f"{self.path}/decision", body, role=more.pop("role", "steward"), **more)

    def decided(self) -> None:
        self.matters.by_staff(f"{self.path}/consultations/{self.consultation}/minutes/{new_id()}", MINUTES)
        assert self.decide(self.meeting()).status_code == 201

    def done(self) -> Any:
        body = {"text": "六盏都亮了。", "done_on": local_day(utc_now()).isoformat()}
        return self.matters.by_staff(f"{self.path}/completions/{new_id()}", body)

    def rate(self, who: str, verdict: str = "solved", **more: Any) -> Any:
        return self.matters.put(f"{self.path}/rating", {"verdict": verdict, **more}, as_id=who)


@pytest.fixture
def way(community: Community, matters: Matters) -> Way:
    return Way(community, matters)


def test_a_vote_says_before_what_it_is_measured_by_and_shows_counts_only_after(way: Way) -> None:
    opened = way.open_vote()
    people = [way.resident() for _ in range(3)]
    for who, option in zip(people, (0, 0, 1), strict=True):
        assert way.vote(who, option).status_code == 200

    during = way.shown(people[0])["ballots"][-1]
    with travel(utc_now() + SOON, tick=True):
        after, late = way.shown(), way.vote(people[0], 1)

    assert (opened["base"], opened["base_unit"], opened["least_percent"], opened["is_open"]) == (10, "household", 20, True)
    assert (during["took_part"], during["counts"], during["is_met"], during["own_option"]) == (3, None, None, 0)
    ended = after["ballots"][-1]
    assert (ended["counts"], ended["percent"], ended["is_met"], ended["own_option"]) == ([2, 1], 30.0, True, None)
    assert (late.status_code, slug(late)) == (409, "vote-closed")
    assert stage(after, "decide")["counts"] == {"vote": 3}


def test_a_household_has_one_voice_that_can_be_said_anew(way: Way) -> None:
    home = new_id()
    mother, son = way.resident(household=home), way.resident(household=home)
    way.open_vote()

    way.vote(mother, 0), way.vote(son, 1, household_id=home)

    hers, his = way.shown(mother)["ballots"][-1], way.shown(son)["ballots"][-1]
    assert (hers["took_part"], hers["has_voice"], hers["own_option"], his["own_option"]) == (1, True, None, 1)
    with travel(utc_now() + SOON, tick=True):
        assert way.shown()["ballots"][-1]["counts"] == [0, 1]


def test_who_votes_again_once_their_household_is_known_still_has_one_voice(way: Way) -> None:
    who = way.resident()
    way.open_vote()
    way.matters.by_staff(f"{way.path}/voice", {"option": 1, "resident_id": who})
    again = way.vote(who, 0, household_id=new_id())
    assert again.json["ballots"][-1]["took_part"] == 1
    with travel(utc_now() + SOON, tick=True):
        assert way.shown()["ballots"][-1]["counts"] == [1, 0]


def test_each_resident_has_a_voice_where_no_households_are_known(community: Community, matters: Matters) -> None:
    home, author = new_id(), community.resident()
    people = [community.tell(replace(community.registration(new_id()), household_id=home)).resident_id for _ in range(2)]
    path = matters.raised(author)
    matters.by_staff(f"{path}/consultations/{new_id()}", held())
    ends_on = local_day(utc_now()).isoformat()
    body = {"text": "x", "options": ["a", "b"], "ends_on": ends_on, "least_percent": 0}
    opened = matters.by_staff(f"{path}/ballots/{new_id()}", body).json["ballots"][-1]
    for who in people:
        matters.put(f"{path}/voice", {"option": 0}, as_id=who)

    assert (opened["base"], opened["base_unit"]) == (3, "resident")
    assert matters.get(path).json["ballots"][-1]["took_part"] == 2


def test_only_those_who_live_there_vote_and_rate(way: Way) -> None:
    elsewhere = way.resident(grid="G2")
    way.open_vote()
    refused, unknown = way.vote(elsewhere), way.vote(new_id())
    no_option = way.vote(way.resident(), 2)
    assert {slug(refused), slug(unknown)} == {"not-concerned"}
    assert (no_option.status_code, no_option.json["errors"][0]["pointer"]) == (422, "/option")
    assert way.shown(elsewhere)["concerns_me"] is False and way.shown(way.author)["concerns_me"] is True


def test_the_office_enters_a_voice_and_the_log_does_not_say_which(way: Way) -> None:
    elder = way.resident()
    way.open_vote()
    answer = way.matters.by_staff(f"{way.path}/voice", {"option": 1, "resident_id": elder})
    forbidden = way.matters.put(f"{way.path}/voice", {"option": 1, "resident_id": elder}, as_id=way.resident())
    rows = way.matters.get(f"{way.path}/voices?about=vote", roles=("steward",)).json["items"]

    assert answer.status_code == 200 and forbidden.status_code == 403
    assert [(row["resident_id"], row["entered_by"] is not None, "answer" in row) for row in rows] == [(elder, True, False)]
    (line,) = [row for row in log_of(way.path) if row["act"] == "vote-entered"]
    assert line["detail"] == {"for": elder}


def test_one_vote_at_a_time_put_once_and_in_reach(way: Way) -> None:
    path, body = f"{way.path}/ballots/{new_id()}", way.ballot()
    first, again, other = (way.matters.by_staff(path, wanted) for wanted in (body, body, way.ballot(text="别的")))
    second = way.matters.by_staff(f"{way.path}/ballots/{new_id()}", body)
    assert (first.status_code, again.status_code, other.status_code, slug(second)) == (201, 200, 409, "vote-open")
    wrong = {
        "/ends_on": way.ballot(ends_on=(TODAY - timedelta(days=1)).isoformat()), "/options": way.ballot(options=["换"]),
        "/least_percent": way.ballot(least_percent=101), "/options ": way.ballot(options=["换", "换"]),
    }  # fmt: skip
    fresh = way.matters.raised(way.author)
    for pointer, body in wanted_errors(wrong):
        refused = way.matters.by_staff(f"{fresh}/ballots/{new_id()}", body)
        assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, pointer)
    undiscussed = way.matters.by_staff(f"{fresh}/ballots/{new_id()}", way.ballot())
    assert slug(undiscussed) == "matter-not-there"


def wanted_errors(wrong: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(pointer.strip(), body) for pointer, body in wrong.items()]


def test_a_vote_decides_once_it_has_ended_and_enough_took_part(way: Way, published: Any) -> None:
    way.open_vote()
    body = way.decision()
    early = way.decide(body)
    way.vote(way.resident())
    with travel(utc_now() + SOON, tick=True):
        too_few = way.decide(body)
        way.open_vote(least_percent=10)
        way.vote(way.resident())
    with travel(utc_now() + LATER, tick=True):
        body = way.decision()
        done, again = way.decide(body), way.decide(body)
        other = way.decide(way.decision(text="别的"))
        by_organizer = way.decide(body, role="organizer")

    assert [slug(answer) for answer in (early, too_few)] == ["vote-open", "turnout-too-low"]
    assert (done.status_code, again.status_code, other.status_code, by_organizer.status_code) == (201, 200, 409, 403)
    assert (done.json["stage"], done.json["decision"]["took_part"], done.json["decision"]["responsible"]) == ("evaluate", 1, "物业公司")
    (fact,) = published("engagement", MatterDecided, matter_id=way.path.rpartition("/")[2])
    assert (fact.way, fact.outcome, fact.grid_codes) == ("vote", "carry_out", ["G1"])
    assert way.shown()["decision"].get("by") is None


def test_a_meeting_decides_with_its_minutes(way: Way) -> None:
    without = way.decide(way.meeting())
    way.matters.by_staff(f"{way.path}/consultations/{way.consultation}/minutes/{new_id()}", MINUTES)
    nowhere = way.decide(way.decision(way="meeting", meeting={**way.meeting()["meeting"], "consultation_id": new_id()}))
    missing, tomorrow = way.decide(way.decision(way="meeting")), way.decide(way.meeting(decided_on=(TODAY + timedelta(days=2)).isoformat()))
    done = way.decide(way.meeting())

    assert (slug(without), slug(nowhere)) == ("minutes-missing", "consultation-not-found")
    assert [row.json["errors"][0]["pointer"] for row in (missing, tomorrow)] == ["/meeting", "/decided_on"]
    assert (done.status_code, done.json["decision"]["in_favour"], stage(done.json, "decide")["counts"]) == (201, 12, {"met": 15})


def test_who_raised_it_does_not_write_the_decision(way: Way) -> None:
    way.matters.by_staff(f"{way.path}/consultations/{way.consultation}/minutes/{new_id()}", MINUTES)
    assert slug(way.decide(way.meeting(), as_id=way.author)) == "matter-too-close"
    assert slug(way.matters.by_staff(f"{way.path}/ballots/{new_id()}", way.ballot(), as_id=way.author)) == "matter-too-close"


def test_what_is_to_be_left_undone_ends_with_the_decision(way: Way) -> None:
    way.matters.by_staff(f"{way.path}/consultations/{way.consultation}/minutes/{new_id()}", MINUTES)
    left = way.decide(way.meeting(outcome="leave"))
    assert (left.json["status"], left.json["stage"]) == ("left", "decide")
    assert slug(way.done()) == "matter-not-there"


def test_a_deed_is_rated_by_those_concerned_and_closed_as_solved(way: Way) -> None:
    way.decided()
    activity = way.community.tell(way.community.activity(title="换灯"))
    follow_up = {"text": "换灯那天来帮忙", "activity_id": activity.activity_id}
    followed, unfit = (
        way.matters.by_staff(f"{way.path}/follow-ups/{new_id()}", body) for body in (follow_up, {**follow_up, "activity_id": new_id()})
    )
    early = way.rate(way.author)
    done, twice = way.done(), way.done()
    people = [way.resident() for _ in range(3)]
    for who, verdict in zip(people, ("solved", "solved", "not_solved"), strict=True):
        way.rate(who, verdict, words="亮堂了")
    way.rate(people[2], "partly")
    outsider = way.rate(way.resident(grid="G2"))
    during = way.shown(people[2])["completions"][-1]
    with travel(utc_now() + LATER, tick=True):
        late = way.rate(people[0])
        commands.judge_ratings()
        commands.judge_ratings()
        shown = way.shown()

    assert (followed.status_code, slug(unfit), slug(early), slug(twice)) == (201, "activity-unfit", "rating-closed", "matter-not-there")
    assert (done.status_code, slug(outsider), slug(late)) == (201, "not-concerned", "rating-closed")
    assert (during["raters"], during["counts"], during["own_verdict"]) == (3, None, "partly")
    assert (shown["status"], shown["stage"], shown["completions"][-1]["outcome"]) == ("closed", "evaluate", "solved")
    assert shown["completions"][-1]["counts"] == {"solved": 2, "partly": 1, "not_solved": 0}
    assert stage(shown, "evaluate")["counts"] == {"rating": 3}
    assert [act["code"] for act in shown["history"]].count("closed") == 1
    rows = way.matters.get(f"{way.path}/voices?about=rating", roles=("auditor",)).json["items"]
    assert {row["words"] for row in rows} == {"亮堂了", None} and "answer" not in rows[0]


def test_a_deed_that_most_raters_find_not_solved_is_reopened(way: Way) -> None:
    way.decided()
    way.done()
    for verdict in ("not_solved", "not_solved", "solved"):
        way.rate(way.resident(), verdict)
    with travel(utc_now() + timedelta(days=7, hours=23), tick=True):
        commands.judge_ratings()
        shown = way.shown()
        again = way.matters.by_staff(f"{way.path}/consultations/{new_id()}", held())
        comment = way.matters.put(f"{way.path}/comments/{new_id()}", {"text": "又暗了。"}, as_id=way.author)

    assert (shown["status"], shown["stage"], shown["round"], shown["decision"]) == ("open", "discuss", 2, None)
    assert (stage(shown, "decide")["since"], stage(shown, "evaluate")["since"]) == (None, None)
    assert [act["outcome"] for act in shown["history"] if act["code"] == "reopened"] == ["not_solved"]
    assert (again.status_code, comment.status_code) == (201, 201)


def test_nobody_rated_is_told_as_it_is(way: Way) -> None:
    way.decided()
    way.done()
    with travel(utc_now() + LATER, tick=True):
        commands.judge_ratings()
        assert way.shown()["completions"][-1]["outcome"] == "unrated"


def test_a_voice_goes_on_counting_when_who_gave_it_leaves(way: Way) -> None:
    leaver = way.resident()
    way.open_vote()
    way.vote(leaver)
    way.community.tell(way.community.leaving(leaver))
    assert way.shown()["ballots"][-1]["took_part"] == 1
    assert Voice.objects(resident_id=leaver).count() == 0
    assert Matter.objects(id=way.path.rpartition("/")[2]).count() == 1


@pytest.mark.parametrize(
    ("ratings", "outcome"),
    [
        ({}, "unrated"), ({"solved": 1}, "solved"), ({"not_solved": 1}, "not_solved"), ({"partly": 1}, "partly"),
        ({"solved": 1, "not_solved": 1}, "partly"), ({"solved": 2, "not_solved": 1}, "solved"),
        ({"solved": 1, "not_solved": 2}, "not_solved"),
        ({"solved": 2, "partly": 2}, "partly"), ({"solved": 3, "partly": 1, "not_solved": 1}, "solved"),
    ],
)  # fmt: skip
def test_what_raters_make_of_a_deed(ratings: dict[str, int], outcome: str) -> None:
    assert rules.outcome_of(ratings) == outcome


@pytest.mark.parametrize(
    ("took_part", "base", "least", "met"),
    [(0, 0, 0, False), (0, 10, 0, False), (1, 10, 0, True), (2, 10, 20, True), (1, 10, 20, False), (33, 99, 34, False), (1, 0, 50, True)],
)
def test_enough_took_part_by_whole_people(took_part: int, base: int, least: int, met: bool) -> None:
    assert rules.is_met(took_part, base, least) is met
