"""The laws of the journal against a slow model that keeps every bean in a lot of its own: any order, any repeats."""

from collections import deque
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.ledger.rules import EMPTY, Earn, Expire, Head, Hold, Settle, Wish, decide

ACCOUNTS, DAYS = ("a", "b"), (20260131, 20260228, 20260331)


class SlowAccount:
    """One account as nobody would build it: a list with an element a bean."""

    def __init__(self) -> None:
        self.beans: deque[int] = deque()
        self.holds: dict[str, int] = {}

    @property
    def free(self) -> int:
        return len(self.beans) - sum(self.holds.values())

    def earn(self, amount: int, day: int) -> None:
        self.beans = deque(sorted([*self.beans, *[day] * amount]))

    def spend(self, amount: int) -> None:
        for _ in range(amount):
            self.beans.popleft()

    def expire(self, today: int) -> None:
        self.spend(min(self.free, sum(day < today for day in self.beans)))


class Journal(RuleBasedStateMachine):
    """The core and the model live the same life; the core also gets every wish twice now and then, as a journal would refuse it."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: dict[str, Head] = {}
        self.slow = {account: SlowAccount() for account in ACCOUNTS}
        self.entries: dict[str, Any] = {}
        self.number = 0

    def _post(self, wish: Wish) -> str:
        decision = decide(self.heads, [] if wish.id in self.entries else [wish])
        self.heads = decision.heads
        self.entries |= {entry.wish.id: entry for entry in decision.entries}
        return decision.entries[0].kind if decision.entries else "nothing"

    def _common(self, account: str, id_: str) -> dict[str, Any]:
        return {"id": id_, "account": account, "cause": id_, "community_code": "C"}

    @rule(account=st.sampled_from(ACCOUNTS), amount=st.integers(0, 30), day=st.sampled_from(DAYS), twice=st.booleans())
    def earn(self, account: str, amount: int, day: int, twice: bool) -> None:
        self.number += 1
        wish = Earn(**self._common(account, f"e{self.number}"), amount=amount, contra="issued", expires=day)
        self._post(wish)
        self.slow[account].earn(amount, day)
        if twice:
            assert self._post(wish) == "nothing"

    @rule(account=st.sampled_from(ACCOUNTS), amount=st.integers(1, 40))
    def hold(self, account: str, amount: int) -> None:
        self.number += 1
        redemption, slow = f"r{self.number}", self.slow[account]
        kind = self._post(Hold(**self._common(account, f"hold:{redemption}"), redemption_id=redemption, amount=amount))
        assert kind == ("hold" if slow.free >= amount else "hold_refused")
        if kind == "hold":
            slow.holds[redemption] = amount

    @rule(
        data=st.data(),
        kind=st.sampled_from(["capture", "release"]),
        account=st.sampled_from(ACCOUNTS),
        then=st.sampled_from(["capture", "release"]),
    )
    def settle(self, data: st.DataObject, kind: Any, account: str, then: Any) -> None:
        slow = self.slow[account]
        redemption = data.draw(st.sampled_from([*slow.holds, "unknown"]))
        wish = Settle(
            **self._common(account, f"settle:{redemption}"), redemption_id=redemption, kind=kind, contra="shop"
        )
        assert self._post(wish) == ("nothing" if redemption == "unknown" else kind)
        if (amount := slow.holds.pop(redemption, None)) and kind == "capture":
            slow.spend(amount)
        assert (
            self._post(
                Settle(
                    **self._common(account, f"settle:{redemption}"), redemption_id=redemption, kind=then, contra="shop"
                )
            )
            == "nothing"
        )

    @rule(account=st.sampled_from(ACCOUNTS), today=st.sampled_from([20260201, 20260301, 20260401]))
    def expire(self, account: str, today: int) -> None:
        self.number += 1
        self._post(Expire(**self._common(account, f"x{self.number}"), today=today, contra="expired"))
        self.slow[account].expire(today)

    @invariant()
    def the_core_agrees_with_the_model(self) -> None:
        for account, slow in self.slow.items():
            head = self.heads.get(account, EMPTY)
            assert [day for day, amount in head.lots for _ in range(amount)] == list(slow.beans)
            assert dict(head.holds) == slow.holds
            assert (head.balance, head.available) == (len(slow.beans), slow.free)
            assert head.balance >= head.held >= 0

    @invariant()
    def nothing_is_made_from_nothing(self) -> None:
        assert sum(entry.delta for entry in self.entries.values()) == sum(head.balance for head in self.heads.values())
        for account in ACCOUNTS:
            numbers = sorted(entry.head.seq for entry in self.entries.values() if entry.wish.account == account)
            assert numbers == list(range(1, len(numbers) + 1))


TestJournal = Journal.TestCase
TestJournal.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
