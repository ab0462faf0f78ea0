"""How a partner's price list is read, and what is to become of each row. Nothing is guessed silently.

A row is about the thing of its title. What is certain is taken; what would change something on the shelf, or was read with a gap
filled, waits for a decision; what cannot be is refused with a reason.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from services.rewards.rules.offers import USES_MAX, WEEKDAYS, Kind, uses_fit

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "title": ("名称", "兑换品", "品名", "商品", "title", "name"),
    "kind": ("类型", "种类", "类别", "kind"),
    "uses": ("次数", "可用次数", "uses"),
    "price": ("价格", "金豆", "价格(金豆)", "所需金豆", "price", "pricebeans", "beans"),
    "stock": ("库存", "数量", "stock"),
    "days": ("有效天数", "有效期", "有效期(天)", "validdays", "days"),
    "hours": ("营业时间", "开放时间", "openinghours", "hours"),
}
NEEDED_COLUMNS = frozenset({"title", "price", "stock"})
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("实物", "商品", "物品", "goods"), Kind.GOODS),
    **dict.fromkeys(("服务", "service"), Kind.SERVICE),
    **dict.fromkeys(("餐券", "用餐", "午餐", "meal"), Kind.MEAL),
    **dict.fromkeys(("照护券", "照护", "护理", "care"), Kind.CARE),
}
COUNT = re.compile(r"(\d{1,7})(?:\.0+)?\s*(?:颗|豆|金豆|个|件|份|张|次|天|日|beans?|days?)?", re.IGNORECASE | re.ASCII)
DAYS: Mapping[str, int] = {
    **{f"{week}{mark}": number for week in ("周", "星期", "礼拜") for number, mark in enumerate("一二三四五六日")},
    **{f"{week}天": 6 for week in ("周", "星期", "礼拜")},
    **{day: number for number, day in enumerate(WEEKDAYS)},
}
A_DAY = "|".join(sorted(DAYS, key=len, reverse=True))
HOURS = re.compile(rf"({A_DAY})(?:\s*(?:至|到|-|–|~|—)\s*({A_DAY}))?\s*[:]?\s*(\S.*)", re.IGNORECASE)
EVERY_DAY = re.compile(r"(?:每天|每日|daily)\s*[:]?\s*(\S.*)", re.IGNORECASE)
DAYS_ASSUMED = 30
TITLE_MAX, PRICE_MAX, STOCK_MAX, DAYS_MAX, HOURS_MAX = 100, 1_000_000, 1_000_000, 365, 40

Cells = Sequence[str]


class RowStatus(StrEnum):
    """What is to become of a row."""

    TAKEN = "taken"
    KNOWN = "known"
    NEEDS_DECISION = "needs_decision"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a row says, or what stands on the shelf: prices in beans a piece, stock in free pieces."""

    title: str = ""
    kind: str = Kind.GOODS.value
    uses: int = 1
    price_beans: int = 0
    stock: int = 0
    valid_days: int = DAYS_ASSUMED
    opening_hours: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListRow:
    """One line of a list: the offer as it was understood, why it cannot be taken (`faults`), what was assumed (`gaps`)."""

    line: int
    offer: Offer
    faults: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What is to become of a row, why, and which values differ from the shelf: name → (there, here)."""

    status: RowStatus
    reasons: tuple[str, ...] = ()
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)


def read_price_list(lines: Sequence[tuple[int, Cells]]) -> list[ListRow] | None:
    """Return every filled line below the heading; None where no heading names title, price and stock."""
    for position, (_, cells) in enumerate(lines):
        columns = _columns(cells)
        if columns.keys() >= NEEDED_COLUMNS:
            return [_read(number, below, columns) for number, below in lines[position + 1 :] if any(below)]
    return None


def judge_rows(rows: Iterable[ListRow], shelf: Mapping[str, Offer]) -> list[Judgement]:
    """Return what is to become of each row; `shelf` holds what stands there by `title_key`. The first of two rows counts."""
    seen: set[str] = set()
    judgements = []
    for row in rows:
        key = title_key(row.offer.title)
        judgements.append(_judge(row, shelf.get(key), is_double=key in seen))
        seen.add(key)
    return judgements


def title_key(title: str) -> str:
    """Return what makes two ways of writing one title equal."""
    return unicodedata.normalize("NFKC", title).replace(" ", "").casefold()


def read_hours(text: str) -> tuple[tuple[str, str], ...] | None:
    """Return (weekday, hours) for each day that a text such as '周一至周五 9:00-17:00；周六 9-12' names; None if it cannot be read."""
    found: dict[str, str] = {}
    for part in re.split(r"[;；\n]", unicodedata.normalize("NFKC", text)):
        if not (told := part.strip()):
            continue
        if (days := _days_told(told)) is None:
            return None
        found |= days
    return tuple((day, found[day]) for day in WEEKDAYS if day in found)


def _days_told(told: str) -> dict[str, str] | None:
    if every := EVERY_DAY.fullmatch(told):
        return dict.fromkeys(WEEKDAYS, every[1]) if len(every[1]) <= HOURS_MAX else None
    if not (named := HOURS.fullmatch(told)) or len(named[3]) > HOURS_MAX:
        return None
    first = DAYS[named[1].lower()]
    last = DAYS[named[2].lower()] if named[2] else first
    return dict.fromkeys(WEEKDAYS[first : last + 1], named[3]) if first <= last else None


def _judge(row: ListRow, there: Offer | None, *, is_double: bool) -> Judgement:
    if faults := (*row.faults, *(("double_row",) if is_double else ())):
        return Judgement(status=RowStatus.REFUSED, reasons=faults)
    if there is None:
        status = RowStatus.NEEDS_DECISION if row.gaps else RowStatus.TAKEN
        return Judgement(status=status, reasons=row.gaps)
    if (row.offer.kind, row.offer.uses) != (there.kind, there.uses) and "kind_missing" not in row.gaps:
        return Judgement(status=RowStatus.REFUSED, reasons=("kind_differs",))
    told = {name for name in ("price_beans", "stock", "valid_days", "opening_hours") if _is_told(name, row)}
    changes = {name: (getattr(there, name), getattr(row.offer, name)) for name in sorted(told)}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if not changes:
        return Judgement(status=RowStatus.KNOWN)
    return Judgement(status=RowStatus.NEEDS_DECISION, reasons=("on_the_shelf",), changes=changes)


def _is_told(name: str, row: ListRow) -> bool:
    """Tell whether a row says something of a thing that stands on the shelf already; what it leaves open changes nothing."""
    if name == "opening_hours":
        return bool(row.offer.opening_hours)
    return name != "valid_days" or "days_missing" not in row.gaps


def _columns(cells: Cells) -> dict[str, int]:
    titles = [re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", cell)).lower() for cell in cells]
    return {name: titles.index(title) for name, known in COLUMNS.items() for title in known if title in titles}


def _read(line: int, cells: Cells, columns: Mapping[str, int]) -> ListRow:
    told = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    told = {name: told.get(name, "") for name in COLUMNS}
    kind = KINDS.get(told["kind"].casefold())
    uses, hours = _count(told["uses"] or "1", 1, USES_MAX), read_hours(told["hours"])
    counts = {
        "price": _count(told["price"], 1, PRICE_MAX), "stock": _count(told["stock"], 0, STOCK_MAX),
        "days": _count(told["days"] or str(DAYS_ASSUMED), 1, DAYS_MAX),
    }  # fmt: skip
    faults = [f"{name}_unreadable" for name, count in counts.items() if count is None]
    faults += ["title_unreadable"] if not 0 < len(told["title"]) <= TITLE_MAX else []
    faults += ["kind_unknown"] if kind is None and told["kind"] else []
    faults += ["uses_unreadable"] if uses is None or not uses_fit(kind or Kind.GOODS, uses) else []
    gaps = [f"{name}_missing" for name in ("kind", "days") if not told[name]]
    gaps += ["hours_unreadable"] if hours is None else []
    offer = Offer(
        title=told["title"][:TITLE_MAX], kind=(kind or Kind.GOODS).value, uses=uses or 1, price_beans=counts["price"] or 0,
        stock=counts["stock"] or 0, valid_days=counts["days"] or DAYS_ASSUMED, opening_hours=hours or (),
    )  # fmt: skip
    return ListRow(line=line, offer=offer, faults=tuple(faults), gaps=tuple(gaps))


def _count(text: str, least: int, most: int) -> int | None:
    found = COUNT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    count = int(found[1]) if found else None
    return count if count is not None and least <= count <= most else None
