"""A rebuild of many deeds: the same standings to the resident, whatever the order and however often each deed is told."""

import gc
import random
import tracemalloc
from typing import Any

import pytest

from services.engagement import commands
from services.engagement.commands import communities
from services.engagement.commands.judging import judge_all
from services.engagement.models import DeedRecord, Neighbour, RegistryPage, Standing, Week
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.services.engagement.conftest import Community
from tests.services.engagement.many_deeds import Crowd

RESIDENTS, DEEDS = 300, 6000


@pytest.fixture(autouse=True)
def alone(community: Community) -> None:
    """Rebuilds judge everybody who is known: nobody of other tests is."""
    for document_class in (DeedRecord, Neighbour, RegistryPage, Standing, Week):
        document_class._get_collection().delete_many({})


def crowd(*, seed: int = 1, residents: int = RESIDENTS, deeds: int = DEEDS) -> Crowd:
    return Crowd(f"T-{new_id()[-8:]}", residents, deeds, local_day(utc_now()), seed=seed)


def standings(community_code: str) -> dict[str, Any]:
    rows = Standing._get_collection().find({"community_code": community_code}, {"revision": 0, "outbox": 0})
    return {row["_id"]: row for row in rows}


def _differences(row: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: (row.get(name), other.get(name)) for name in {*row, *other} if row.get(name) != other.get(name)}


def weeks(community_code: str) -> dict[str, Any]:
    return {week.ends_on: week.counts for week in Week.objects(community_code=community_code)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_rebuild_gives_the_same_standings_and_weeks_to_the_resident(seed: int) -> None:
    lived = crowd(seed=seed)
    lived.settle()
    commands.rebuild([])
    before, counted = standings(lived.community_code), weeks(lived.community_code)
    Standing.objects(community_code=lived.community_code).delete()
    Week.objects(community_code=lived.community_code).delete()

    commands.rebuild([])

    assert len(before) == RESIDENTS and {row["tier"] for row in before.values()} > {"enthusiast", "backbone"}
    assert standings(lived.community_code) == before
    assert weeks(lived.community_code) == counted and len(counted) == 26


@pytest.mark.parametrize("seed", [4, 5])
def test_deeds_told_in_any_order_and_again_while_people_are_judged_end_where_a_rebuild_ends(seed: int) -> None:
    lived, chance = crowd(seed=seed, residents=60, deeds=900), random.Random(seed)
    rows = list(lived.rows())
    people = [*lived.neighbours(), *lived.pages()]
    told = rows + chance.sample(rows, len(rows) // 3)
    chance.shuffle(told)
    Neighbour._get_collection().insert_many(people[: lived.residents])
    RegistryPage._get_collection().insert_many(people[lived.residents :])
    for start in range(0, len(told), 100):
        for row in told[start : start + 100]:
            DeedRecord._get_collection().replace_one({"_id": row["_id"]}, row, upsert=True)
        Neighbour.objects.update(inc__touches=1)
        commands.judge_touched()
    by_and_by = standings(lived.community_code)
    Standing.objects(community_code=lived.community_code).delete()

    commands.rebuild([])

    rebuilt = standings(lived.community_code)
    assert {id_: _differences(row, rebuilt[id_]) for id_, row in by_and_by.items()} == {id_: {} for id_ in by_and_by}


def test_a_rebuild_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    lived = crowd(residents=501, deeds=2000)
    lived.settle()

    commands.rebuild([])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("judged 500 of 501 residents, ") and lines[0].endswith(" s left")
    assert lines[1].startswith("judged 501 of 501 residents, ") and "of 2000 stored" in lines[1]
    assert "0 of 501 standings were as the deeds say; 501 are now" in lines[-1]


def test_a_rebuild_of_three_times_the_deeds_needs_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pages are held while one follows the other, so both crowds have more than two."""
    monkeypatch.setattr(communities, "PAGE", 100)

    def peak(residents: int) -> int:
        lived = crowd(residents=residents, deeds=residents * 4)
        lived.settle()
        gc.collect()
        tracemalloc.start()
        commands.rebuild([])
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        for document_class in (DeedRecord, Neighbour, RegistryPage, Standing):
            document_class.objects(community_code=lived.community_code).delete()
        return taken

    peak(100)  # what the first rebuild of a process loads
    first, thrice = peak(300), peak(900)

    assert thrice < 1.5 * first


def test_what_is_told_while_a_rebuild_counts_marks_the_weeks_again(community: Community) -> None:
    from services.engagement.commands.communities import WeekCount, pages_of
    from services.engagement.commands.judging import judge_neighbours
    from services.engagement.models import Commons

    resident_id = community.resident()
    weeks_of = WeekCount(community.code)
    for neighbours in pages_of(community.code):
        _, people = judge_neighbours(neighbours)
        community.tell(community.service(resident_id, days=20))  # another process counts it
        commands.count_weeks()
        weeks_of.add(neighbours, people)
    weeks_of.store()

    assert Commons.objects(id=community.code).get().trend_stale_from is not None
    commands.count_weeks()
    assert sum(week.counts["participant"] for week in Week.objects(community_code=community.code)) >= 2


def test_a_leader_is_judged_by_activities_not_by_everybody_whom_they_led(community: Community) -> None:
    leader, activity = community.resident(), new_id()
    community.tell(community.admission(leader))
    first = community.tell(community.service(community.resident(), leader=leader, activity=activity))
    second = community.tell(community.service(community.resident(), leader=leader, activity=activity))
    community.tell(community.withdrawal(first))
    judge_all([leader])
    assert Standing.objects(id=leader).get().tier == "backbone"

    community.tell(community.withdrawal(second))
    judge_all([leader])

    assert Standing.objects(id=leader).get().tier == "unreached"
