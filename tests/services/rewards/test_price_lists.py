"""Price lists: every row is taken, waits for a decision or is refused with its reason; twice changes nothing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook

from services.rewards import commands
from services.rewards.errors import ListUnreadable, RowSettled
from services.rewards.models import PriceList, Reward
from services.rewards.rules.price_list import ListRow, Offer, RowStatus, judge_rows, read_hours, read_price_list
from shared.ids import new_id
from shared.problems import IdInUse, Invalid, NotFound
from tests.services.rewards.conftest import Shop

HEADING = ["名称", "类型", "价格", "库存", "有效天数", "营业时间"]

# --- rules ---

HOURS = [
    ("", ()),
    ("周一 9:00-17:00", (("mon", "9:00-17:00"),)),
    ("周六至周日 10-12;周一：9-17", (("mon", "9-17"), ("sat", "10-12"), ("sun", "10-12"))),
    ("星期三到星期四9:00—11:00", (("wed", "9:00—11:00"), ("thu", "9:00—11:00"))),
    ("Mon-Tue 9-5", (("mon", "9-5"), ("tue", "9-5"))),
    ("每天 8:00-20:00", tuple((day, "8:00-20:00") for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))),
    ("周五至周一 9-17", None),
    ("随时", None),
    ("周一 " + "9" * 41, None),
]


@pytest.mark.parametrize(("text", "hours"), HOURS)
def test_opening_hours_are_read_as_people_write_them(text: str, hours: tuple[tuple[str, str], ...] | None) -> None:
    assert read_hours(text) == hours


READINGS = [
    (["大米", "实物", "120颗", "10", "30", ""], Offer(title="大米", price_beans=120, stock=10), (), ()),
    (["午餐", "餐券", "１５", "3份", "7天", ""], Offer(title="午餐", kind="meal", price_beans=15, stock=3, valid_days=7), (), ()),
    (["大米", "", "5", "1", "", "随时"], Offer(title="大米", price_beans=5, stock=1), (),
     ("kind_missing", "days_missing", "hours_unreadable")),
    (["", "实物", "5", "1", "30", ""], None, ("title_unreadable",), ()),
    (["米", "粮食", "5", "1", "30", ""], None, ("kind_unknown",), ()),
    (["米", "实物", "0", "-1", "400", ""], None, ("price_unreadable", "stock_unreadable", "days_unreadable"), ()),
    (["米", "实物", "5.5", "很多", "30", ""], None, ("price_unreadable", "stock_unreadable"), ()),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "offer", "faults", "gaps"), READINGS)
def test_a_row_is_read_or_says_why_not(
    cells: list[str], offer: Offer | None, faults: tuple[str, ...], gaps: tuple[str, ...]
) -> None:
    rows = read_price_list([(1, ["巷口小店价目表"]), (2, HEADING), (3, cells)])
    assert rows is not None
    assert (rows[0].line, rows[0].faults, rows[0].gaps) == (3, faults, gaps)
    if offer:
        assert rows[0].offer == offer


def test_a_table_without_the_needed_columns_is_none() -> None:
    assert read_price_list([(1, ["名称", "价格"]), (2, ["米", "5"])]) is None


RICE = Offer(title="大米", price_beans=5, stock=10, opening_hours=(("mon", "9-17"),))
JUDGED = [
    (Offer(title="新米", price_beans=5, stock=1), (), RowStatus.TAKEN, ()),
    (Offer(title="新米", price_beans=5, stock=1), ("kind_missing",), RowStatus.NEEDS_DECISION, ()),
    (RICE, (), RowStatus.KNOWN, ()),
    (Offer(title="大 米", price_beans=5, stock=10), (), RowStatus.KNOWN, ()),  # hours that are not told change nothing
    (Offer(title="大米", price_beans=6, stock=12), (), RowStatus.NEEDS_DECISION, ("price_beans", "stock")),
    (Offer(title="大米", price_beans=5, stock=10, valid_days=60), ("days_missing",), RowStatus.KNOWN, ()),
    (Offer(title="大米", kind="meal", price_beans=5, stock=10), (), RowStatus.REFUSED, ()),
]


@pytest.mark.parametrize(("offer", "gaps", "status", "changes"), JUDGED)
def test_what_is_certain_is_taken_and_what_would_change_the_shelf_waits(
    offer: Offer, gaps: tuple[str, ...], status: RowStatus, changes: tuple[str, ...]
) -> None:
    (judgement,) = judge_rows([ListRow(line=2, offer=offer, gaps=gaps)], {"大米": RICE})
    assert (judgement.status, tuple(judgement.changes)) == (status, changes)


def test_the_second_row_of_one_title_is_refused() -> None:
    rows = [ListRow(line=line, offer=Offer(title=title, price_beans=5, stock=1)) for line, title in ((2, "米"), (3, " 米"))]
    assert [judgement.status for judgement in judge_rows(rows, {})] == [RowStatus.TAKEN, RowStatus.REFUSED]


# --- commands ---


def book(*rows: list[Any]) -> bytes:
    """Return a workbook with the heading and these rows."""
    target, workbook = io.BytesIO(), Workbook()
    sheet = workbook.active
    for row in (HEADING, *rows):
        sheet.append(row)
    workbook.save(target)
    return target.getvalue()


def text(*rows: list[Any], encoding: str = "utf-8") -> bytes:
    """Return the same as CSV."""
    return "\r\n".join(",".join(str(cell) for cell in row) for row in (HEADING, *rows)).encode(encoding)


OIL, EGGS = ["花生油", "实物", 40, 6, 30, "周一至周五 9:00-17:00"], ["鸡蛋", "实物", 8, 20, 14, ""]


def statuses(record: PriceList) -> dict[str, str]:
    """Return where each row stands, by its title."""
    return {row["offer"]["title"]: row.get("outcome") or row["status"] for row in record.rows}


def taken_in(shop: Shop, content: bytes) -> PriceList:
    """Propose a list and apply what is clear."""
    record, _ = commands.propose_price_list(new_id(), content, caller=shop.partner)
    return commands.apply_price_list(record.id, caller=shop.partner)


def mine(shop: Shop) -> dict[str, Reward]:
    """Return what the shop offers, by title."""
    return {reward.title: reward for reward in Reward.objects(partner_id=shop.partner_id)}


@pytest.mark.parametrize("content", [book(OIL, EGGS), text(OIL, EGGS), text(OIL, EGGS, encoding="gb18030")])
def test_a_list_fills_the_shelf_and_a_second_import_changes_nothing(shop: Shop, content: bytes) -> None:
    assert statuses(taken_in(shop, content)) == {"花生油": "applied", "鸡蛋": "applied"}
    before = {title: (reward.stock, reward.revision) for title, reward in mine(shop).items()}
    assert mine(shop)["花生油"].opening_hours[4] == {"weekday": "fri", "hours": "9:00-17:00"}
    assert statuses(taken_in(shop, content)) == {"花生油": "known", "鸡蛋": "known"}
    assert {title: (reward.stock, reward.revision) for title, reward in mine(shop).items()} == before


def test_the_same_file_after_a_sale_does_not_fill_up_what_was_sold(shop: Shop) -> None:
    taken_in(shop, content := book(OIL, EGGS))
    eggs = mine(shop)["鸡蛋"]
    wish = commands.redeeming.Wish(eggs.id, 3)
    commands.request_redemption(new_id(), wish, caller=shop.somebody())
    assert statuses(taken_in(shop, content))["鸡蛋"] == "known"
    assert mine(shop)["鸡蛋"].stock == 17


def test_a_change_waits_for_a_decision_and_is_carried_out_once(shop: Shop) -> None:
    taken_in(shop, text(OIL))
    dearer = text(["花生油", "实物", 45, 8, 30, ""])
    record = taken_in(shop, dearer)
    assert statuses(record) == {"花生油": "needs_decision"}
    assert (mine(shop)["花生油"].price_beans, mine(shop)["花生油"].stock) == (40, 6)
    for _ in range(2):
        commands.decide_price_list(record.id, [{"line": 2, "decision": "take"}], caller=shop.partner)
        assert statuses(commands.apply_price_list(record.id, caller=shop.partner)) == {"花生油": "applied"}
    oil = mine(shop)["花生油"]
    assert (oil.price_beans, oil.stock, oil.supplied, oil.revision) == (45, 8, 8, 2)
    with pytest.raises(RowSettled):
        commands.decide_price_list(record.id, [{"line": 2, "decision": "skip"}], caller=shop.partner)


def test_a_decision_does_not_hold_for_what_somebody_changed_meanwhile(shop: Shop) -> None:
    taken_in(shop, text(OIL))
    record = taken_in(shop, text(["花生油", "实物", 45, 6, 30, ""]))
    commands.decide_price_list(record.id, [{"line": 2, "decision": "take"}], caller=shop.partner)
    oil = mine(shop)["花生油"]
    commands.change_reward(oil.id, {"revision": 1, "price_beans": 50}, caller=shop.partner)
    again = commands.apply_price_list(record.id, caller=shop.partner)
    assert statuses(again) == {"花生油": "needs_decision"}
    assert again.rows[0]["changes"]["price_beans"] == [50, 45]
    assert mine(shop)["花生油"].price_beans == 50


def test_a_crash_between_the_shelf_and_the_list_is_finished_by_the_next_try(shop: Shop) -> None:
    record, _ = commands.propose_price_list(new_id(), text(OIL), caller=shop.partner)
    rows = list(record.rows)
    commands.apply_price_list(record.id, caller=shop.partner)
    PriceList._get_collection().update_one({"_id": record.id}, {"$set": {"rows": rows}, "$unset": {"applied_at": ""}})
    assert statuses(commands.apply_price_list(record.id, caller=shop.partner)) == {"花生油": "applied"}
    assert len(Reward.objects(partner_id=shop.partner_id, title="花生油")) == 1
    assert mine(shop)["花生油"].stock == 6


def test_what_is_left_out_stays_out(shop: Shop) -> None:
    record = taken_in(shop, text(["盐", "", 3, 5, "", ""]))
    assert statuses(record) == {"盐": "needs_decision"}
    commands.decide_price_list(record.id, [{"line": 2, "decision": "skip"}], caller=shop.partner)
    assert statuses(commands.apply_price_list(record.id, caller=shop.partner)) == {"盐": "skipped"}
    assert "盐" not in mine(shop)
    for wrong in (3, 99):
        with pytest.raises(Invalid):
            commands.decide_price_list(record.id, [{"line": wrong, "decision": "take"}], caller=shop.partner)


def test_a_list_is_its_partners_own_and_its_id_stands_for_one_file(shop: Shop, shop_with: Callable[..., Shop]) -> None:
    record, was_made = commands.propose_price_list(new_id(), text(OIL), caller=shop.partner)
    again, was_made_again = commands.propose_price_list(record.id, text(OIL), caller=shop.partner)
    assert (again.id, was_made, was_made_again) == (record.id, True, False)
    with pytest.raises(IdInUse):
        commands.propose_price_list(record.id, text(EGGS), caller=shop.partner)
    with pytest.raises(NotFound):
        commands.price_list_of(record.id, shop_with().partner)


NO_LISTS = [b"x", b"\x00\xff\xff", b"PK\x03\x04broken", "名称,价格\n米,5".encode(), text(*[["米", "实物", 1, 1, 1, ""]] * 501),
            text(["长" * 301, "实物", 1, 1, 1, ""])]  # fmt: skip


@pytest.mark.parametrize("content", NO_LISTS)
def test_what_is_no_list_is_refused(shop: Shop, content: bytes) -> None:
    with pytest.raises(ListUnreadable):
        commands.propose_price_list(new_id(), content, caller=shop.partner)


def test_a_list_by_http(rewards: FlaskClient, shop: Shop, as_caller: Callable[..., dict[str, str]]) -> None:
    counter = as_caller(roles={"partner"}, partner_id=shop.partner_id)
    address, content = f"/api/v1/price-lists/{new_id()}", book(OIL)

    def send(headers: dict[str, str]) -> Any:
        return rewards.put(address, data={"file": (io.BytesIO(content), "list.xlsx")}, headers=headers)

    assert send(as_caller()).status_code == 403
    assert (send(counter).status_code, send(counter).status_code) == (201, 200)
    shown = rewards.get(address, headers=counter).json["rows"][0]
    assert (shown["line"], shown["status"], shown["offer"]["opening_hours"][0]) == (
        2, "taken", {"weekday": "mon", "hours": "9:00-17:00"},
    )  # fmt: skip
    wrong = rewards.put(f"{address}/decisions", json={"rows": [{"line": 2, "decision": "take"}]}, headers=counter)
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/rows/0/line")
    assert rewards.put(f"{address}/application", headers=counter).json["rows"][0]["outcome"] == "applied"
