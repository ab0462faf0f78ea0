"""Facts that travel together: each once, and none before another that it must follow."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.clock import utc_now
from shared.events.identity import ResidentLeft, ResidentMoved
from shared.messaging.bundles import FACTS_MAX, bundled
from shared.messaging.wire import share_of
from shared.mongo.outbox import event_of

NOW = utc_now()


def _event(kind: type, resident_id: str) -> dict[str, Any]:
    if kind is ResidentLeft:
        return event_of(ResidentLeft(resident_id=resident_id, community_code="DEMO-01", left_at=NOW), now=NOW)
    return event_of(
        ResidentMoved(resident_id=resident_id, community_code="DEMO-01", household_id=None, grid_code=None, moved_at=NOW), now=NOW
    )


events = st.builds(_event, st.sampled_from([ResidentLeft, ResidentMoved]), st.integers(0, 40).map(str))
documents = st.lists(st.tuples(st.lists(events, min_size=1, max_size=4), st.booleans()), max_size=60)


@given(told=documents)
def test_each_fact_goes_once_with_its_like_and_in_its_order(told: list[tuple[list[dict[str, Any]], bool]]) -> None:
    flat = [(event, again, number) for number, (each, again) in enumerate(told) for event in each]

    bundles = bundled(told)

    sent = [position for bundle in bundles for position in bundle.positions]
    assert sorted(sent) == list(range(len(flat)))
    for bundle in bundles:
        assert bundle.events == [flat[position][0] for position in bundle.positions]
        assert len({(event["type"], share_of(event)) for event in bundle.events}) == 1
        assert {flat[position][1] for position in bundle.positions} == {bundle.again}
        assert len(bundle.events) <= FACTS_MAX
    place = {position: number for number, position in enumerate(sent)}
    for same in (lambda row: share_of(row[0]), lambda row: row[2]):
        by_group: dict[Any, list[int]] = {}
        for position, row in enumerate(flat):
            by_group.setdefault(same(row), []).append(place[position])
        assert all(before < after for group in by_group.values() for before, after in pairwise(group))


def test_many_facts_of_one_kind_make_few_messages() -> None:
    told = [([_event(ResidentLeft, str(number))], False) for number in range(500)]

    assert len(bundled(told)) <= 40


def test_a_share_fills_one_bundle_after_the_other() -> None:
    told = [([_event(ResidentLeft, "r1")], False) for _ in range(2 * FACTS_MAX + 1)]

    assert [len(bundle.events) for bundle in bundled(told)] == [FACTS_MAX, FACTS_MAX, 1]
