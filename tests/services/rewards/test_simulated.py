"""Ten thousand histories of the saga, each with crashes, ghosts, repeats and shuffles, each held to the same laws."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.rewards.rules import saga, shelf
from services.rewards.rules.saga import Status, Step, Verdict
from services.rewards.rules.shelf import Settlement
from tests.services.rewards.simulator import World, broken_laws

SEEDS, BATCH = 10_000, 1_250
BUG_SEEDS = 10_000


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_the_laws_hold_in_every_history(first: int) -> None:
    for seed in range(first, first + BATCH):
        world = World(seed)
        world.run()
        assert broken_laws(world) == [], f"seed {seed}"


def test_the_histories_reach_every_end() -> None:
    ends: set[Status] = set()
    again: set[Status] = set()
    for seed in range(2_000):
        world = World(seed)
        world.run()
        ends |= {row.status for row in world.redemptions.values()}
        again |= {row.status for row in world.redemptions.values() if row.undos}
    assert ends == {Status.READY, Status.REFUSED, Status.FULFILLED, Status.CANCELLED, Status.EXPIRED}
    assert again == {Status.READY, Status.FULFILLED, Status.CANCELLED, Status.EXPIRED}


# --- bugs planted on purpose -----------------------------------------------------------------------------------------

Patch = pytest.MonkeyPatch


def _claims_what_is_not_there(patch: Patch) -> None:
    patch.setattr(shelf, "refusal_of", lambda shelf, quantity: None)


def _lets_a_claim_vanish(patch: Patch) -> None:
    settle = shelf.settle
    patch.setattr(shelf, "settle", lambda before, id_, end: replace(settle(before, id_, end), reserved=before.reserved))


def _keeps_the_claim_of_whoever_slept(patch: Patch) -> None:
    settlement_of = shelf.settlement_of
    patch.setattr(shelf, "settlement_of", lambda status, *, is_named, **undo: settlement_of(status, is_named=True, **undo))


def _sells_what_was_cancelled(patch: Patch) -> None:
    settlement_of = shelf.settlement_of

    def of(status: Status, **more: int) -> Settlement:
        return Settlement.SELL if status is Status.CANCELLED else settlement_of(status, **more)

    patch.setattr(shelf, "settlement_of", of)


def _forgets_that_a_claim_was_sold_before(patch: Patch) -> None:
    settlement_of = shelf.settlement_of
    patch.setattr(shelf, "settlement_of", lambda status, *, is_named, **_: settlement_of(status, is_named=is_named))


def _allows(patch: Patch, status: Status, step: Step) -> None:
    judge = saga.judge
    patch.setattr(saga, "judge", lambda at, taken: Verdict.MOVE if (at, taken) == (status, step) else judge(at, taken))


def _cancels_what_was_handed_over(patch: Patch) -> None:
    _allows(patch, Status.FULFILLED, Step.CANCEL)


def _hands_over_what_was_cancelled(patch: Patch) -> None:
    _allows(patch, Status.CANCELLED, Step.FULFIL)


def _hands_over_twice(patch: Patch) -> None:
    _allows(patch, Status.FULFILLED, Step.FULFIL)


def _makes_a_voucher_each_time_that_it_hears_of_the_hold(patch: Patch) -> None:
    _allows(patch, Status.READY, Step.HOLD)


def _makes_a_voucher_before_the_beans_are_held(patch: Patch) -> None:
    _allows(patch, Status.RESERVED, Step.FULFIL)


def _takes_a_late_copy_for_the_answer(patch: Patch) -> None:
    patch.setattr(saga, "is_late_copy", lambda undos, *, now: False)


BUGS: list[Callable[[Patch], None]] = [
    _claims_what_is_not_there, _lets_a_claim_vanish, _keeps_the_claim_of_whoever_slept,
    _sells_what_was_cancelled, _forgets_that_a_claim_was_sold_before, _cancels_what_was_handed_over,
    _hands_over_what_was_cancelled, _hands_over_twice, _makes_a_voucher_each_time_that_it_hears_of_the_hold,
    _makes_a_voucher_before_the_beans_are_held, _takes_a_late_copy_for_the_answer,
]  # fmt: skip


@pytest.mark.parametrize("plant", BUGS, ids=lambda plant: plant.__name__.strip("_"))
def test_a_planted_bug_is_found(plant: Callable[[Patch], None], monkeypatch: Patch) -> None:
    plant(monkeypatch)

    assert any(_is_flawed(seed) for seed in range(BUG_SEEDS))


def _is_flawed(seed: int) -> bool:
    world = World(seed)
    try:
        world.run()
    except AssertionError:
        return True
    return bool(broken_laws(world))
