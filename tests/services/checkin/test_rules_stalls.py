"""The pure rules of stalls: what may change, and what stays with whom."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.checkin.errors import StallInUse, StallNotFound
from services.checkin.rules import stalls as rules

WORDS = st.sampled_from(["repair", "haircut", "clinic", "errands"])
SHOP = {"partner_id": "shop", "claimed_by": "zhao"}


def stall(stall_id: str, item: str = "repair", **more: Any) -> dict[str, Any]:
    return {"id": stall_id, "item": item, "title": f"摊位{stall_id}", **more}


def as_wished(one: rules.Stall) -> dict[str, Any]:
    return {name: one[name] for name in rules.WISHED if name in one}


@st.composite
def days(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Stalls of a day, some claimed, some arranged, some counted."""
    ids = draw(st.lists(st.sampled_from("abcdefg"), unique=True, max_size=5))
    ways = st.sampled_from([{}, SHOP, {"unit": "老年大学"}, {"leader_id": "ma"}, {**SHOP, "served": 3, "counted_at": 1}])
    return [stall(one, draw(WORDS), **draw(ways)) for one in ids]


@given(days(), days(), st.sets(st.sampled_from("abcdefg")))
def test_nothing_that_somebody_relies_on_is_lost_by_a_change(before, wanted, in_use) -> None:
    try:
        after = rules.lay(before, [as_wished(one) for one in wanted], in_use=in_use)
    except StallInUse:
        return
    assert [as_wished(one) for one in after] == [as_wished(one) for one in wanted]
    kept = {one["id"]: one for one in after}
    for one in before:
        if one.get("partner_id") or one["id"] in in_use:
            assert kept[one["id"]]["item"] == one["item"]
        if one["id"] in kept:
            assert [kept[one["id"]].get(name) for name in rules.ADDED] == [one.get(name) for name in rules.ADDED]
    known = {one["id"] for one in before}
    assert all(rules.status_of(one) != rules.CLAIMED for one in after if one["id"] not in known)


@given(days())
def test_the_same_stalls_laid_again_change_nothing(before) -> None:
    wished = [{name: value for name, value in as_wished(one).items() if name != "unit" or not one.get("partner_id")} for one in before]
    assert rules.lay(before, wished, in_use="abcdefg") == before


@pytest.mark.parametrize(
    ("wanted", "in_use", "may"),
    [
        ([], set(), True),
        ([], {"a"}, False),
        ([stall("a", "haircut")], set(), True),
        ([stall("a", "haircut")], {"a"}, False),
        ([stall("a", title="另一个名字")], {"a"}, True),
        ([stall("a", unit="老年大学")], {"a"}, True),
    ],
)
def test_a_stall_that_nobody_claimed_may_go_unless_somebody_is_there(wanted, in_use, may) -> None:
    if may:
        assert [as_wished(one) for one in rules.lay([stall("a")], wanted, in_use=in_use)] == wanted
        return
    with pytest.raises(StallInUse):
        rules.lay([stall("a")], wanted, in_use=in_use)


@pytest.mark.parametrize("wanted", [[], [stall("a", "haircut")], [stall("a", unit="别人")], [stall("a", leader_id="ma")]])
def test_a_claimed_stall_neither_goes_nor_becomes_another_nor_anybody_elses(wanted) -> None:
    with pytest.raises(StallInUse):
        rules.lay([stall("a", **SHOP)], wanted, in_use=set())


@pytest.mark.parametrize(
    ("one", "status", "leader", "shop", "neighbour"),
    [
        (stall("a"), rules.OPEN, False, False, False),
        (stall("a", unit="老年大学"), rules.ARRANGED, False, False, False),
        (stall("a", leader_id="ma"), rules.ARRANGED, True, False, False),
        (stall("a", unit="老年大学", leader_id="ma"), rules.ARRANGED, True, False, False),
        (stall("a", **SHOP), rules.CLAIMED, False, True, False),
    ],
)
def test_a_stall_is_run_by_its_leader_or_by_the_unit_that_claimed_it(one, status, leader, shop, neighbour) -> None:
    run_by = [rules.is_run_by(one, *who) for who in (("ma", None), ("zhao", "shop"), ("li", None))]
    assert (rules.status_of(one), run_by) == (status, [leader, shop, neighbour])


def test_the_item_of_a_stall_counts_for_who_stands_there_and_the_activitys_for_others() -> None:
    there = [stall("a", "haircut", requires=["haircut"]), stall("b", "clinic")]
    assert [rules.item_at("repair", there, at) for at in ("a", "b", None, "gone")] == ["haircut", "clinic", "repair", "repair"]
    assert rules.required_at(["repair", "haircut"], there, "a") == ["repair", "haircut"]
    assert rules.required_at(["repair"], there, "a") == ["repair", "haircut"]
    assert rules.required_at([], there, None) == rules.required_at([], there, "gone") == []
    with pytest.raises(StallNotFound):
        rules.stall_of(there, "gone")


@pytest.mark.parametrize(("places", "helpers", "room"), [(None, 99, True), (2, 1, True), (2, 2, False), (2, 3, False)])
def test_a_stall_takes_as_many_as_are_wanted(places, helpers, room) -> None:
    assert rules.has_room(stall("a", places=places), helpers) is room
