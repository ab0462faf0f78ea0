"""What engagement does about facts: once, in whatever order, however often."""

import random
from datetime import timedelta
from typing import Any

import pytest

from services.engagement import commands
from services.engagement.models import DeedRecord, GridOutline, Neighbour, Occasion, RegistryPage, Standing
from shared.events.engagement import TierChanged
from shared.ids import new_id
from shared.messaging import Later
from tests.services.engagement.conftest import Community


def stored(resident_id: str) -> dict[str, Any]:
    """Return the stored standing without what counts its writes."""
    row = Standing.objects(id=resident_id).get().to_mongo().to_dict()
    return {name: value for name, value in row.items() if name not in ("revision", "outbox")}


@pytest.mark.parametrize("make", ["service", "participation", "kept", "missed"])
def test_a_deed_told_twice_is_kept_once(community: Community, make: str) -> None:
    resident_id = community.resident()
    fact = getattr(community, make)(resident_id)

    for _ in range(3):
        community.tell(fact)

    assert DeedRecord.objects(resident_id=resident_id).count() == 1
    assert community.standing(resident_id)["deeds"] == (0 if make == "missed" else 1)


def test_a_withdrawal_voids_a_record_in_whatever_order(community: Community) -> None:
    first, second = community.resident(), community.resident()
    record, later_record = community.service(first), community.service(second)
    kept = community.kept(first, activity=record.activity_id)

    for fact in (record, kept, community.withdrawal(record), record):
        community.tell(fact)
    for fact in (community.withdrawal(later_record), later_record, community.withdrawal(later_record)):
        community.tell(fact)

    assert community.standing(first)["tier"] == community.standing(second)["tier"] == "unreached"


def test_a_registration_told_twice_keeps_one_neighbour(community: Community) -> None:
    fact = community.registration(new_id(), name="李秀英")

    community.tell(fact), community.tell(fact)

    assert Neighbour.objects(id=fact.resident_id).get().name == "李秀英"
    assert community.standing(fact.resident_id)["tier"] == "unreached"


def test_deeds_before_the_registration_count_after_it(community: Community) -> None:
    fact = community.registration(new_id())
    community.tell(community.service(fact.resident_id))

    community.tell(fact)

    assert community.standing(fact.resident_id)["tier"] == "participant"


def test_moves_in_any_order_leave_the_latest_grid(community: Community) -> None:
    resident_id = community.resident(grid="G1")
    late, early = community.move(resident_id, "G3", days=1), community.move(resident_id, "G2", days=5)

    for fact in (late, early, late):
        community.tell(fact)

    assert community.standing(resident_id)["grid_code"] == "G3"


def test_a_move_before_the_registration_waits(community: Community) -> None:
    with pytest.raises(Later):
        community.tell(community.move(new_id(), "G2"))


def test_who_left_is_forgotten_and_counts_no_more(community: Community) -> None:
    stays, leaves = community.resident(), community.resident("李秀英")
    community.tell(community.service(leaves))
    assert community.engagement()["base"] == 2

    for _ in range(2):
        community.tell(community.leaving(leaves))

    assert community.engagement()["base"] == 1
    assert "李秀英" not in str([Neighbour.objects(id=leaves).get().to_mongo(), stored(leaves)])
    assert community.call("GET", f"/standings/{leaves}").status_code == 404
    assert community.standing(stays)["tier"] == "unreached"


def test_a_registration_after_the_leaving_does_not_bring_a_name_back(community: Community) -> None:
    fact = community.registration(new_id())

    community.tell(community.leaving(fact.resident_id)), community.tell(fact)

    assert Neighbour.objects(id=fact.resident_id).get().name is None
    assert community.engagement()["base"] == 0


def test_registry_pages_hold_in_order_of_revisions(community: Community) -> None:
    resident_id = community.resident()
    community.tell(community.service(resident_id, leader=resident_id))
    pages = [
        community.admission(resident_id),
        community.suspension(resident_id),
        community.admission(resident_id, revision=3),
    ]

    for fact in (pages[1], pages[0], pages[1]):
        community.tell(fact)
    assert community.standing(resident_id)["is_talent"] is False
    for fact in (pages[2], pages[0]):
        community.tell(fact)

    assert community.standing(resident_id)["tier"] == "backbone"
    assert RegistryPage.objects(resident_id=resident_id).count() == 3


def test_only_a_later_listing_replaces_a_grid(community: Community) -> None:
    new, old = community.grid("G9", households=120, days=1), community.grid("G9", households=80, days=5)

    for fact in (old, new, old, new):
        community.tell(fact)

    assert GridOutline.objects(community_code=community.code).get().households == 120


def test_only_a_higher_revision_replaces_an_activity(community: Community) -> None:
    activity_id = new_id()
    cancelled = community.activity(activity_id=activity_id, revision=2, status="cancelled")

    for fact in (cancelled, community.activity(activity_id=activity_id), cancelled):
        community.tell(fact)

    assert Occasion.objects(id=activity_id).get().status == "cancelled"


def a_year_of(community: Community, leader: str, newcomer: str, activity: str) -> list[Any]:
    record = community.service(newcomer, days=200)
    return [
        community.registration(leader),
        community.registration(newcomer, invited_by=leader),
        community.admission(leader),
        community.service(leader, leader=leader, activity=activity, days=30),
        record,
        community.withdrawal(record),
        community.service(newcomer, leader=leader, activity=activity, days=30),
        community.kept(newcomer, activity=activity, days=30),
        community.participation(newcomer, days=10),
        community.kept(newcomer, days=20),
        community.missed(leader, days=3),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_standings_are_the_same_in_every_order_and_repetition(community: Community, seed: int) -> None:
    leader, newcomer = new_id(), new_id()
    facts = a_year_of(community, leader, newcomer, new_id())
    for fact in facts:
        community.tell(fact)
    commands.judge_touched()
    expected = stored(leader), stored(newcomer)

    dice = random.Random(seed)
    told = [*facts, *dice.sample(facts, 6)]
    dice.shuffle(told)
    for document in (DeedRecord, Neighbour, RegistryPage):
        document.objects(community_code=community.code).delete()
    for fact in told:
        community.tell(fact)
        if dice.random() < 0.3:
            commands.judge_touched()
    commands.judge_touched()

    assert (stored(leader), stored(newcomer)) == expected
    assert (expected[0]["tier"], expected[1]["tier"]) == ("backbone", "enthusiast")


def test_a_changed_tier_is_told_once(community: Community, published: Any) -> None:
    resident_id = community.resident()
    fact = community.service(resident_id)

    for _ in range(3):
        community.tell(fact)
        commands.judge_touched()

    told = published("engagement", TierChanged, resident_id=resident_id)
    assert [(change.from_tier, change.to_tier) for change in told] == [("unreached", "participant")]
    assert told[0].changed_at - timedelta(minutes=5) < told[0].changed_at
