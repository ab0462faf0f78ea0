"""A partner's day and month: every handing over and every undo on its day, slips on theirs, and the sums of the beans."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from services.rewards import commands, queries
from services.rewards.commands.counter import Fulfilment
from services.rewards.models import Redemption
from services.rewards.rules import settlement
from services.rewards.rules.settlement import Act
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.services.rewards.conftest import Shop, stands

ZONE = "Asia/Shanghai"
AT = datetime(2026, 10, 31, 15, 50, tzinfo=UTC)  # 23:50 of the month's last day in Shanghai


def row(*fulfilments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A redemption as it is stored."""
    about = {"_id": "r", "reward_id": "w", "reward_title": "米", "resident_id": "p", "status": "fulfilled"}
    return {**about, "quantity": 2, "amount_beans": 10, "fulfilments": list(fulfilments), **more}


def use(id_: str, at: datetime, beans: int = 0, **more: Any) -> dict[str, Any]:
    """A use as it is stored."""
    return {"id": id_, "fulfilled_at": at, "entered_at": at, "beans": beans, **more}


def test_an_undo_over_midnight_is_an_entry_of_the_next_month() -> None:
    undone = use("a", AT, 10, undone_at=AT + timedelta(minutes=12), reason="拿错了")
    entries = list(settlement.entries_of(row(undone, use("b", AT + timedelta(minutes=20), 10))))
    months = [settlement.within(entries, *settlement.month_of(date(2026, month, 1), ZONE)) for month in (10, 11)]
    assert [settlement.totals(each)["beans"] for each in months] == [10, 0]
    assert [(entry.act, entry.beans, entry.pieces) for entry in months[1]] == [(Act.FULFILLED, 10, 2), (Act.UNDONE, -10, -2)]
    assert months[1][1].reason == "拿错了"


def test_of_several_uses_the_beans_count_once_and_the_numbers_go_on_after_an_undo() -> None:
    uses = use("a", AT, 10), use("b", AT + timedelta(hours=1), undone_at=AT + timedelta(hours=2)), use("c", AT + timedelta(hours=3))
    entries = list(settlement.entries_of(row(*uses, uses=3)))
    assert [(entry.number, entry.beans, entry.pieces) for entry in entries] == [(1, 10, 2), (2, 0, 0), (2, 0, 0), (2, 0, 0)]
    assert settlement.totals(entries) == {"count": 2, "pieces": 2, "beans": 10, "undone": 1}


def test_what_was_fulfilled_before_uses_were_noted_counts_as_one() -> None:
    old = row(fulfilled_at=AT)
    (entry,) = settlement.entries_of(old)
    assert (entry.beans, entry.number, entry.is_slip) == (10, 1, False)
    assert list(settlement.entries_of(row())) == []


MONTHS = [(date(2026, 2, 1), 28), (date(2028, 2, 1), 29), (date(2026, 12, 1), 31), (date(2026, 11, 1), 30)]


@pytest.mark.parametrize(("first", "days"), MONTHS)
def test_a_month_is_as_long_as_it_is(first: date, days: int) -> None:
    begins, ends = settlement.month_of(first, ZONE)
    assert (begins.date(), (ends - begins).days) == (first, days)


def test_a_month_is_final_a_day_after_its_end() -> None:
    _, ends = settlement.month_of(date(2026, 11, 1), ZONE)
    assert not settlement.is_final(ends, ends + timedelta(hours=23, minutes=59))
    assert settlement.is_final(ends, ends + timedelta(hours=24))


@given(st.lists(st.tuples(st.integers(0, 60 * 24 * 70), st.integers(1, 9), st.booleans()), max_size=30))
def test_days_rewards_and_months_come_to_the_same_sum(acts: list[tuple[int, int, bool]]) -> None:
    entries = []
    for number, (minutes, beans, is_undone) in enumerate(acts):
        at = AT + timedelta(minutes=minutes)
        undone = {"undone_at": at + timedelta(minutes=9)} if is_undone else {}
        entries += settlement.entries_of(row(use(f"u{number}", at, beans, **undone), reward_id=f"w{beans % 3}"))
    whole = settlement.totals(entries)
    first_days = [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    months = [settlement.within(entries, *settlement.month_of(first, ZONE)) for first in first_days]
    for sums in (settlement.by_day(entries, ZONE), settlement.by_reward(entries), [settlement.totals(each) for each in months]):
        assert {name: sum(each[name] for each in sums) for name in whole} == whole
    assert whole["beans"] == sum(beans for _, beans, is_undone in acts if not is_undone)


def test_a_day_shows_handing_over_and_undo_and_its_sums(shop: Shop) -> None:
    kept, undone = shop.redeem_to_voucher(2), shop.redeem_to_voucher(1)
    commands.fulfil_voucher(kept.voucher_code, caller=shop.partner)
    commands.fulfil_voucher(undone.voucher_code, caller=shop.partner, told=Fulfilment(id=(id_ := new_id())))
    commands.mark_settled(undone.id, at=utc_now(), undos=0)
    commands.undo_fulfilment(undone.voucher_code, id_, reason="拿错了", caller=shop.partner)
    day = queries.settlement_day(shop.partner, shop.partner_id, on=local_day(utc_now()), limit=2, cursor=None)
    assert [day[name] for name in ("count", "pieces", "beans", "undone")] == [1, 2, 10, 1]
    assert [(item["act"], item["beans"]) for item in day["items"]] == [("undone", -5), ("fulfilled", 5)]
    rest = queries.settlement_day(
        shop.partner, shop.partner_id, on=local_day(utc_now()), limit=2, cursor=day["next_cursor"]
    )
    assert [(item["code"], item["beans"]) for item in rest["items"]] == [(kept.voucher_code, 10)]
    assert rest["next_cursor"] is None


def test_a_slip_stands_on_its_own_day(shop: Shop) -> None:
    voucher = shop.redeem_to_voucher()
    at = utc_now() - timedelta(hours=23)
    Redemption._get_collection().update_one({"_id": voucher.id}, {"$set": {"ready_at": at - timedelta(hours=1)}})
    commands.fulfil_voucher(voucher.voucher_code, caller=shop.partner, told=Fulfilment(id=new_id(), fulfilled_at=at))
    assert stands(voucher).fulfilled_at == at
    day = queries.settlement_day(shop.partner, shop.partner_id, on=local_day(at), limit=5, cursor=None)
    assert [(item["is_slip"], item["beans"]) for item in day["items"]] == [(True, 5)]


def test_a_month_by_http(
    rewards: FlaskClient, shop: Shop, as_caller: Callable[..., dict[str, str]]
) -> None:
    for quantity in (1, 3):
        commands.fulfil_voucher(shop.redeem_to_voucher(quantity).voucher_code, caller=shop.partner)
    counter = as_caller(roles={"partner"}, partner_id=shop.partner_id)
    address, today = f"/api/v1/partners/{shop.partner_id}/month", local_day(utc_now())
    month = rewards.get(f"{address}?month={today:%Y-%m}", headers=counter).json
    assert (month["month"], month["count"], month["beans"], month["is_final"]) == (f"{today:%Y-%m}", 2, 20, False)
    assert month["days"] == [{"on": today.isoformat(), "count": 2, "pieces": 4, "beans": 20, "undone": 0}]
    assert [row["reward_title"] for row in month["rewards"]] == ["大米五斤"]
    assert rewards.get(f"{address}?month=2026-01", headers=counter).json["items"] == []
    for wrong in ("", "2026", "2026-13", "2026-1", "1999-12", "2026-01-01"):
        answer = rewards.get(f"{address}?month={wrong}", headers=counter)
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/month")
    stranger = as_caller(roles={"partner"}, partner_id=new_id())
    assert rewards.get(f"{address}?month=2026-01", headers=stranger).status_code == 403
    assert rewards.get(f"{address}?month=2026-01&cursor=x", headers=counter).status_code == 422
