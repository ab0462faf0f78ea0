"""A period of the register, and the register as a workbook."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext

from gateway import catalogue, words
from gateway.clients import checkin
from gateway.clients.paging import all_items
from gateway.session import door
from gateway.views import local
from gateway.workbooks import Rows, written
from shared.clock import local_day, utc_now

NAME = re.compile(r"(?P<year>20\d\d)(?:-(?P<month>0[1-9]|1[0-2]))?")
PAGE = 200
MINUTES_AN_HOUR = 60
NO_GRID = ("", "-")

Totals = Mapping[str, Any]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Period:
    """A month, or a whole year where `month` is None."""

    year: int
    month: int | None = None

    @classmethod
    def read(cls, name: str | None) -> "Period":
        """Return the period of a name, `2026-11` or `2026`; this month for anything else."""
        told = NAME.fullmatch(name or "")
        if told is None:
            today = local_day(utc_now(), door().settings.zone)
            return cls(today.year, today.month)
        return cls(int(told["year"]), int(told["month"]) if told["month"] else None)

    @property
    def name(self) -> str:
        """Return its name, as addresses have it."""
        return f"{self.year}-{self.month:02d}" if self.month else str(self.year)

    @property
    def bounds(self) -> tuple[str, str]:
        """Return its first and last day."""
        first, after = date(self.year, self.month or 1, 1), self.next
        return first.isoformat(), (date(after.year, after.month or 1, 1) - timedelta(days=1)).isoformat()

    @property
    def next(self) -> "Period":
        """Return the period that follows."""
        if self.month is None:
            return Period(self.year + 1)
        return Period(self.year, self.month + 1) if self.month < 12 else Period(self.year + 1, 1)

    @property
    def last(self) -> "Period":
        """Return the period before."""
        if self.month is None:
            return Period(self.year - 1)
        return Period(self.year, self.month - 1) if self.month > 1 else Period(self.year - 1, 12)


def all_records(period: Period) -> Iterator[Record]:
    """Return every record of a period, by day, read as it is asked for."""
    return all_items(lambda cursor: checkin.register(*period.bounds, limit=PAGE, cursor=cursor))


def workbook(totals: Totals, records: Sequence[Record]) -> bytes:
    """Return the records of a period and what they come to as XLSX; every sheet of hours has the same sum. What was served at stalls has
    a sheet of its own, where there is any."""
    served = {gettext("Served at stalls"): _served_rows(totals)} if totals.get("served_items") else {}
    return written({
        gettext("Records"): _record_rows(records, totals),
        gettext("Service items"): _part_rows(gettext("Service item"), totals, "items"),
        gettext("Grids"): _part_rows(gettext("Grid"), totals, "grids"),
        gettext("Days"): _part_rows(gettext("Day"), totals, "days"),
        **served,
    })  # fmt: skip


def part_name(part: str, key: str) -> str:
    """Return in words what a total of `items`, `grids` or `days` is of."""
    if part == "items":
        return str(catalogue.item_name(key))
    if part == "grids":
        return str(catalogue.grid_name(key)) if key not in NO_GRID else gettext("no grid")
    return key


def _record_rows(records: Sequence[Record], totals: Totals) -> Rows:
    heading = [gettext("Day"), gettext("Name"), gettext("Service item"), gettext("Title"), gettext("Place"), gettext("Came"),
               gettext("Left"), gettext("Leader"), gettext("Grid"), gettext("How"), gettext("Entered later"),
               gettext("Minutes")]  # fmt: skip
    rows = [
        [
            record["served_on"], record["name"] or record["resident_id"], part_name("items", record["item"]),
            record["title"] or "", record["place"] or "", f"{local(record['arrived_at']):%H:%M}", f"{local(record['left_at']):%H:%M}",
            record["leader_name"] or "", part_name("grids", record["grid_code"] or ""), words.LOOKUPS["method"](record["method"]),
            gettext("entered later") if record["back_entered"] else "", record["minutes"],
        ]
        for record in records
    ]  # fmt: skip
    return [heading, *rows, [gettext("Sum"), *[""] * (len(heading) - 2), totals["minutes"]]]


def _part_rows(name: str, totals: Totals, part: str) -> Rows:
    heading = [name, gettext("Records"), gettext("People"), gettext("Minutes"), gettext("Hours")]
    rows = [[part_name(part, row["key"]), *_sums(row)] for row in totals[part]]
    return [heading, *rows, [gettext("Sum"), *_sums(totals)]]


def _served_rows(totals: Totals) -> Rows:
    rows = [[part_name("items", row["key"]), row["stalls"], row["served"]] for row in totals["served_items"]]
    stalls = sum(row["stalls"] for row in totals["served_items"])
    return [[gettext("Service item"), gettext("Stalls"), gettext("People served")], *rows, [gettext("Sum"), stalls, totals["served"]]]


def _sums(row: Mapping[str, int]) -> list[float]:
    return [row["records"], row["people"], row["minutes"], round(row["minutes"] / MINUTES_AN_HOUR, 1)]
