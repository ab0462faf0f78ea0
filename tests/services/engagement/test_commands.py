"""Judging, sliding, counting weeks and rebuilding, against the real database."""

from datetime import timedelta

import pytest
import time_machine

from services.engagement import commands
from services.engagement.commands.judging import Tally, judge_all, judged, write_standing
from services.engagement.models import Commons, Neighbour, Standing, Week
from services.engagement.rules.tiers import Person, Rulebook
from shared.clock import utc_now
from shared.ids import new_id
from tests.services.engagement.conftest import Community, days_ago


def test_a_leader_is_known_by_those_whom_they_led(community: Community) -> None:
    leader, activity = community.resident(), new_id()
    community.tell(community.admission(leader))

    community.tell(community.service(community.resident(), leader=leader, activity=activity))

    standing = community.standing(leader)
    assert (standing["tier"], [reason["code"] for reason in standing["why"]]) == ("backbone", ["talent", "led"])


def test_whoever_brought_a_newcomer_is_judged_when_the_newcomer_acts(community: Community) -> None:
    elder = community.resident()
    middle = community.resident(invited_by=elder)
    newcomer = community.resident(invited_by=middle)
    community.tell(community.admission(elder)), community.tell(community.admission(middle))
    assert community.standing(elder)["tier"] == "unreached"

    community.tell(community.service(newcomer))

    assert (community.standing(elder)["tier"], community.standing(elder)["reach"]) == ("backbone", 1)
    assert community.standing(middle)["tier"] == "backbone"


def test_people_who_brought_each_other_end_no_process(community: Community) -> None:
    first, second = new_id(), new_id()
    community.tell(community.registration(first, invited_by=second))
    community.tell(community.registration(second, invited_by=first))
    community.tell(community.service(first))

    assert (community.standing(first)["reach"], community.standing(second)["reach"]) == (0, 0)  # a circle
    assert Neighbour.objects(id__in=[first, second], touches__gt=0).count() == 0


def test_a_standing_slides_when_time_passes(community: Community) -> None:
    resident_id = community.resident()
    community.tell(community.service(resident_id))
    assert community.standing(resident_id)["tier"] == "participant"

    with time_machine.travel(utc_now() + timedelta(days=200)):
        commands.touch_sliding()
        commands.judge_touched()

    assert Standing.objects(id=resident_id).get().tier == "unreached"
    assert Standing.objects(id=resident_id).get().step == "come_back"


def test_who_saw_less_than_another_does_not_overwrite(community: Community) -> None:
    resident_id = community.resident()
    commands.judge_touched()
    neighbour, before = Neighbour.objects(id=resident_id).get(), Standing.objects(id=resident_id).get()
    community.tell(community.service(resident_id))
    commands.judge_touched()  # another process, which saw the deed

    tally = Tally()
    write_standing(before, resident_id, {**judged(neighbour, Person(), Rulebook()), "deeds": 9}, tally)

    assert tally.overtaken == {resident_id}
    assert Standing.objects(id=resident_id).get().tier == "participant"


def test_a_touch_that_comes_while_judging_is_not_lost(community: Community) -> None:
    resident_id = community.resident()
    commands.judge_touched()
    community.tell(community.service(resident_id))
    judge_all([resident_id])  # judged, and the process dies before it clears the touch

    assert Neighbour.objects(id=resident_id).get().touches > 0
    assert community.standing(resident_id)["tier"] == "participant"
    assert Neighbour.objects(id=resident_id).get().touches == 0


def test_weeks_are_counted_from_dated_deeds_and_recounted_when_one_comes_late(community: Community) -> None:
    resident_id = community.resident(days=70)
    community.tell(community.service(resident_id, days=30))
    commands.count_weeks()

    def reached() -> list[int]:
        weeks = Week.objects(community_code=community.code).order_by("ends_on")
        return [week.counts["participant"] for week in weeks if week.base == 1]

    assert sum(reached()) in (4, 5)
    community.tell(community.service(resident_id, days=60))
    commands.count_weeks()

    assert sum(reached()) in (8, 9)
    assert Commons.objects(id=community.code).get().trend_stale_from is None


def test_a_week_counts_who_was_registered_then(community: Community) -> None:
    community.resident(days=400), community.resident(days=30)
    leaver = community.resident(days=400)
    community.tell(community.leaving(leaver))

    commands.count_weeks()

    weeks = Week.objects(community_code=community.code).order_by("ends_on")
    assert [weeks[0].base, weeks[len(weeks) - 1].base] == [2, 3]
    assert len(weeks) == 26 and all(week.ends_on < days_ago(0).isoformat() for week in weeks)


def test_a_rebuild_makes_right_whatever_was_wrong_and_says_so(
    community: Community, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = community.resident(), community.resident()
    community.tell(community.service(right)), community.tell(community.service(wrong))
    commands.rebuild([]), capsys.readouterr()  # so that nothing of the tests before is wrong any more
    before = Standing.objects(id=right).get().to_mongo()
    Standing.objects(id=wrong).update(set__tier="backbone")
    Week.objects(community_code=community.code).delete()

    assert commands.rebuild([]) == 0

    printed = capsys.readouterr().out
    assert f"{wrong}: backbone -> participant" in printed
    assert right not in printed
    assert Standing.objects(id=right).get().to_mongo() == before
    assert Standing.objects(id=wrong).get().tier == "participant"
    assert Week.objects(community_code=community.code).count() == 26


def test_a_rebuild_from_nothing_equals_what_stood(community: Community) -> None:
    people = [community.resident() for _ in range(4)]
    community.tell(community.admission(people[0]))
    for index, resident_id in enumerate(people):
        for days in range(index):
            community.tell(community.service(resident_id, days=days, leader=people[0]))
    commands.judge_touched()
    before = {row.id: (row.tier, row.since, row.why) for row in Standing.objects(community_code=community.code)}
    Standing.objects(community_code=community.code).delete()

    commands.rebuild([])

    assert {row.id: (row.tier, row.since, row.why) for row in Standing.objects(community_code=community.code)} == before
