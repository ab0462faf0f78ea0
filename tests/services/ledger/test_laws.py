"""The laws of the core against a slow model that keeps every bean in a lot of its own: any order, any repeats."""

from collections import Counter, deque
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.ledger.queries.laws import breaches
from services.ledger.rules import (
    EMPTY,
    Counting,
    Earn,
    Entry,
    Expire,
    Gift,
    GiftRefused,
    Hold,
    Retake,
    Reverse,
    Settle,
    Wish,
    decide,
    difference,
    give,
)  # fmt: skip
from services.ledger.rules.wishes import hold_name

PEOPLE, DAYS, TODAYS = ("ann", "bo"), (20260131, 20260228, 20260331), (20260201, 20260301, 20260401)
DAY_LIMIT, PAIR_LIMIT = 40, 60
CAUSE: dict[str, Any] = {"community_code": "C"}


class SlowAccount:
    """One account as nobody would build it: a list with an element a bean, and every earning ever remembered."""

    def __init__(self) -> None:
        self.beans: deque[int] = deque()
        self.holds: dict[str, int] = {}
        self.earnings: list[tuple[int, str, int]] = []
        self.earned = self.spent = self.expired = self.gifts = self.debt = 0

    @property
    def free(self) -> int:
        return len(self.beans) - sum(self.holds.values())

    def earn(self, amount: int, day: int, expires: int, leader: str) -> int:
        by_day = sum(beans for on, _, beans in self.earnings if on == day)
        by_pair = sum(beans for on, who, beans in self.earnings if who == leader and on // 100 == day // 100)
        got = max(0, min(amount, DAY_LIMIT - by_day, PAIR_LIMIT - by_pair))
        self.earnings.append((day, leader, got))
        repaid = min(self.debt, got)
        self.debt -= repaid
        self.put([expires] * (got - repaid))
        self.earned += got
        return got

    def put(self, beans: list[int]) -> None:
        self.beans = deque(sorted([*self.beans, *beans]))

    def take(self, amount: int) -> int:
        for _ in range(amount):
            self.beans.popleft()
        return amount

    def expire(self, today: int) -> None:
        self.expired += self.take(min(self.free, sum(day < today for day in self.beans)))

    def reverse(self, day: int, leader: str, amount: int) -> None:
        self.earnings.append((day, leader, -amount))
        self.earned -= amount
        for _ in range(amount):
            if self.free:
                self.beans.popleft()
            elif self.expired:
                self.expired -= 1
            else:
                self.debt += 1

    def give(self, receiver: "SlowAccount", amount: int) -> None:
        receiver.put([self.beans.popleft() for _ in range(amount)])
        self.gifts -= amount
        receiver.gifts += amount


class Life(RuleBasedStateMachine):
    """The core and the model live the same life; the core also hears every wish twice, as a journal would."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: dict[str, Entry] = {}
        self.entries: dict[str, Entry] = {}
        self.slow = {who: SlowAccount() for who in PEOPLE}
        self.given: dict[str, tuple[str, int, str, int]] = {}
        self.captured: dict[str, tuple[str, int, list[int]]] = {}
        self.undos: Counter[str] = Counter()
        self.number = 0

    def before(self, entry: Any) -> Any:
        """Return the entry before `entry` in its account, or nothing."""
        key = entry["account"], entry["seq"] - 1
        return next((row for row in self.entries.values() if (row["account"], row["seq"]) == key), {})

    def next_id(self) -> str:
        self.number += 1
        return str(self.number)

    def post(self, wish: Wish) -> Entry | None:
        """Post `wish`, then post it again: the second time its id is known, and the journal does not ask the core."""
        if wish.id in self.entries:
            return None
        decision = decide(self.heads, [wish])
        self.heads |= decision.heads
        self.entries |= {entry["_id"]: entry for entry in decision.entries}
        return decision.entries[0] if decision.entries else None

    @rule(
        who=st.sampled_from(PEOPLE), amount=st.integers(0, 30), expires=st.sampled_from(DAYS),
        day=st.integers(20260101, 20260103), leader=st.sampled_from(["", "cy", "di"]),
    )  # fmt: skip
    def earn(self, who: str, amount: int, expires: int, day: int, leader: str) -> None:
        id_ = self.next_id()
        counting = Counting(day=day, leader=leader, day_limit=DAY_LIMIT, pair_limit=PAIR_LIMIT)
        wish = Earn(
            id=id_,
            resident_id=who,
            cause=id_,
            amount=amount,
            contra="issued",
            expires=expires,
            counting=counting,
            **CAUSE,
        )
        entry = self.post(wish)
        got = self.slow[who].earn(amount, day, expires, leader)
        assert entry is not None and entry["delta"] - entry["debt_delta"] == got
        assert self.post(wish) is None
        self.given[id_] = (who, day, leader, got)

    @rule(who=st.sampled_from(PEOPLE), amount=st.integers(1, 40))
    def hold(self, who: str, amount: int) -> None:
        redemption, slow = self.next_id(), self.slow[who]
        entry = self.post(Hold(id=f"hold:{redemption}", resident_id=who, cause=redemption, amount=amount, **CAUSE))
        assert entry is not None and entry["kind"] == ("hold" if slow.free >= amount else "hold_refused")
        if entry["kind"] == "hold":
            slow.holds[redemption] = amount

    @rule(data=st.data(), who=st.sampled_from(PEOPLE), kinds=st.permutations(["capture", "release"]))
    def settle(self, data: st.DataObject, who: str, kinds: list[Any]) -> None:
        slow = self.slow[who]
        name = data.draw(st.sampled_from([*slow.holds, "unknown"]))
        redemption = name.partition(":")[0]
        first, second = (
            self.post(Settle(
                id=f"settle:{redemption}:{self.undos[redemption]}", resident_id=who, cause=redemption, kind=kind, contra="shop",
                undos=self.undos[redemption], **CAUSE,
            ))
            for kind in kinds
        )  # fmt: skip
        assert second is None
        assert (first and first["kind"]) == (None if redemption == "unknown" else kinds[0])
        if (amount := slow.holds.pop(name, 0)) and kinds[0] == "capture":
            self.captured[redemption] = who, amount, list(slow.beans)[:amount]
            slow.spent += slow.take(amount)

    @rule(data=st.data())
    def retake(self, data: st.DataObject) -> None:
        if not self.captured:
            return
        redemption = data.draw(st.sampled_from(sorted(self.captured)))
        who, amount, beans = self.captured.pop(redemption)
        capture = self.entries[f"settle:{redemption}:{self.undos[redemption]}"]
        self.undos[redemption] += 1
        wish = Retake(
            id=f"retake:{redemption}:{self.undos[redemption]}", resident_id=who, cause=redemption, amount=amount, contra="shop",
            reverses=capture["_id"], lots=difference(self.before(capture)["lots"], capture["lots"]),
            undos=self.undos[redemption], **CAUSE,
        )  # fmt: skip
        assert self.post(wish) is not None and self.post(wish) is None
        slow = self.slow[who]
        slow.put(beans)
        slow.spent -= amount
        slow.holds[hold_name(redemption, self.undos[redemption])] = amount

    @rule(who=st.sampled_from(PEOPLE), today=st.sampled_from(TODAYS))
    def expire(self, who: str, today: int) -> None:
        id_ = self.next_id()
        self.post(Expire(id=id_, resident_id=who, cause=id_, today=today, contra="expired", **CAUSE))
        self.slow[who].expire(today)

    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        if not self.given:
            return
        id_ = data.draw(st.sampled_from(sorted(self.given)))
        who, day, leader, got = self.given.pop(id_)
        self.post(
            Reverse(
                id=f"withdrawn:{id_}", resident_id=who, cause=id_, amount=got, contra="issued", reverses=id_,
                counted=self.entries[id_]["counted"], **CAUSE,
            )
        )  # fmt: skip
        self.slow[who].reverse(day, leader, got)

    @rule(who=st.permutations(PEOPLE), amount=st.integers(1, 40))
    def give(self, who: list[str], amount: int) -> None:
        giver, receiver = who
        slow = self.slow[giver]
        heads = [self.heads.get(f"{one}:bean", EMPTY) for one in who]
        gift = Gift(id=self.next_id(), giver=giver, receiver=receiver, amount=amount, **CAUSE)
        if slow.debt or slow.free < amount:
            with pytest.raises(GiftRefused) as refused:
                give(*heads, gift)
            assert refused.value.reason == ("debt" if slow.debt else "wallet_too_low")
            return
        for entry in give(*heads, gift):
            self.heads[entry["account"]] = self.entries[entry["_id"]] = entry
        slow.give(self.slow[receiver], amount)

    @invariant()
    def the_core_agrees_with_the_model(self) -> None:
        for who, slow in self.slow.items():
            head = self.heads.get(f"{who}:bean", EMPTY)
            assert [day for day, amount in head["lots"] for _ in range(amount)] == list(slow.beans)
            assert dict(head["holds"]) == slow.holds
            assert (head["balance"], head["available"]) == (len(slow.beans), slow.free)
            sums = ("earned", "spent", "expired", "gifts", "debt")
            assert [head[name] for name in sums] == [getattr(slow, name) for name in sums]
            assert not [name for entry in [head] if entry["seq"] for name in breaches({**EMPTY, **self.before(entry)}, entry)]
            assert head["balance"] >= head["held"] >= 0

    @invariant()
    def nothing_comes_from_nothing(self) -> None:
        entries = self.entries.values()
        assert sum(entry["delta"] for entry in entries) == sum(head["balance"] for head in self.heads.values())
        for who in PEOPLE:
            numbers = sorted(entry["seq"] for entry in entries if entry["account"] == f"{who}:bean")
            assert numbers == list(range(1, len(numbers) + 1))


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
