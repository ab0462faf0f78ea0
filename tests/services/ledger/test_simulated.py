"""Ten thousand lives in a world where everything fails: whatever happens, each wish has its effect once and all laws hold."""

from collections.abc import Callable

import pytest

from services.ledger.commands import Writer, posting
from services.ledger.rules import posting as core
from tests.services.ledger import simulator
from tests.services.ledger.simulator import PaperJournal, World, flaws_of

SEEDS, SHARES = 10_000, 8
BUG_SEEDS = 200


@pytest.mark.parametrize("share", range(SHARES))
def test_no_wish_is_lost_or_doubled_and_no_law_is_broken(share: int) -> None:
    for seed in range(share, SEEDS, SHARES):
        world = World(seed)

        world.run()

        assert flaws_of(world) == [], f"seed {seed}"


def test_the_same_seed_is_the_same_world() -> None:
    first, second = World(7), World(7)
    first.run()
    second.run()

    assert list(first.journal.entries.values()) == list(second.journal.entries.values())


# --- bugs planted on purpose -----------------------------------------------------------------------------------------

Patch = pytest.MonkeyPatch


def _never_looks_again(patch: Patch) -> None:
    patch.setattr(Writer, "_unposted", lambda self, group: list(group))


def _trusts_what_it_wrote_before_a_crash(patch: Patch) -> None:
    patch.setattr(Writer, "post", lambda self, wishes: self._post_informed(self._post_groups(list({w.id: w for w in wishes}.values()))))


def _takes_a_clash_for_success(patch: Patch) -> None:
    append = PaperJournal.append
    patch.setattr(PaperJournal, "append", lambda self, entries: append(self, entries) or True)


def _forgets_what_was_under_caps(patch: Patch) -> None:
    patch.setattr(core, "capped", lambda amount, counting, usage: (amount, []))


def _looks_at_caps_on_an_old_month(patch: Patch) -> None:
    patch.setattr(PaperJournal, "usage", lambda self, months: {})


def _holds_what_is_held(patch: Patch) -> None:
    hold = core._hold
    patch.setitem(core._ANSWERS, core.Hold, lambda head, wish: hold({**head, "available": head["balance"]}, wish))


def _settles_and_keeps_the_hold(patch: Patch) -> None:
    settle = core._settle
    patch.setitem(core._ANSWERS, core.Settle, lambda head, wish: {**settle(head, wish), "holds": head["holds"]})


def _spends_beans_but_not_lots(patch: Patch) -> None:
    patch.setattr(core, "consume", lambda lots, beans: lots)


def _takes_back_more_than_there_is(patch: Patch) -> None:
    patch.setattr(core, "_reach", lambda head, wish, wanted: (wanted, {}))


def _gives_without_having_less(patch: Patch) -> None:
    give = simulator.give
    patch.setattr(simulator, "give", lambda giver, receiver, gift: give(giver, receiver, gift)[1:])


def _undoes_without_its_lots(patch: Patch) -> None:
    patch.setattr(core, "joined", lambda lots, more, not_before=0: lots)


BUGS: list[Callable[[Patch], None]] = [
    _never_looks_again, _trusts_what_it_wrote_before_a_crash, _takes_a_clash_for_success, _forgets_what_was_under_caps,
    _looks_at_caps_on_an_old_month, _holds_what_is_held, _settles_and_keeps_the_hold, _spends_beans_but_not_lots,
    _takes_back_more_than_there_is, _gives_without_having_less, _undoes_without_its_lots,
]  # fmt: skip


@pytest.mark.parametrize("plant", BUGS, ids=lambda plant: plant.__name__.strip("_"))
def test_a_planted_bug_is_found(plant: Callable[[Patch], None], monkeypatch: Patch) -> None:
    monkeypatch.setattr(posting, "POSTING_ROUNDS_MAX", 20)
    plant(monkeypatch)

    assert any(_is_flawed(seed) for seed in range(BUG_SEEDS))


def _is_flawed(seed: int) -> bool:
    world = World(seed)
    try:
        world.run()
    except (AssertionError, ValueError, KeyError, RuntimeError):
        return True
    return bool(flaws_of(world))
