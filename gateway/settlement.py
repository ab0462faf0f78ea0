"""A partner's month as a workbook: its entries, its days and its rewards, each sheet with the sum of the beans."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from gateway import words
from gateway.views import day, local
from gateway.workbooks import Rows, written

Month = Mapping[str, Any]


def with_projects(month: Month, settled: Mapping[str, Any]) -> dict[str, Any]:
    """Return a month of the counter together with what projects spent at the partner, by the ledger's settlement of that month.

    `journal_beans` is all that the ledger took from wallets and projects: it equals `all_beans` once no fact is under way.
    """
    spent = [line for line in settled["lines"] if line["kind"] == "spend"]
    project_beans = sum(line["beans"] for line in spent)
    return {
        **month,
        "projects": spent,
        "project_beans": project_beans,
        "all_beans": month["beans"] + project_beans,
        "journal_beans": settled["beans"],
    }


def workbook(month: Month) -> bytes:
    """Return a month, with all of its entries, as XLSX."""
    return written({
        gettext("Entries"): _entry_rows(month), gettext("Days"): _day_rows(month), gettext("Rewards"): _reward_rows(month),
        gettext("Projects"): _project_rows(month),
    })  # fmt: skip


def _entry_rows(month: Month) -> Rows:
    heading = [gettext("Time"), gettext("What"), gettext("Reward"), gettext("Voucher"), gettext("For"), gettext("Use"),
               gettext("Slip"), gettext("Why?"), gettext("Pieces"), gettext("Beans")]  # fmt: skip
    rows = [
        [
            f"{local(entry['fulfilled_at']):%Y-%m-%d %H:%M}", words.LOOKUPS["act"](entry["act"]), entry["reward_title"],
            entry["code"] or "", entry["resident_name"], f"{entry['number']}/{entry['uses']}",
            gettext("yes") if entry["is_slip"] else "", entry["reason"], entry["pieces"], entry["beans"],
        ]
        for entry in reversed(month["items"])
    ]
    return [heading, *rows, [gettext("Sum"), *[""] * (len(heading) - 3), month["pieces"], month["beans"]]]


def _day_rows(month: Month) -> Rows:
    rows = [[day(row["on"]), row["count"], row["pieces"], row["beans"]] for row in month["days"]]
    return _with_sum([gettext("Day")], rows, month)


def _reward_rows(month: Month) -> Rows:
    rows = [[row["reward_title"], row["count"], row["pieces"], row["beans"]] for row in month["rewards"]]
    return _with_sum([gettext("Reward")], rows, month)


def _project_rows(month: Month) -> Rows:
    rows = [[day(row["on"]), row["what"] or "", row["receipt_no"] or "", row["beans"]] for row in month["projects"]]
    counter = [gettext("At the counter"), "", "", month["beans"]]
    heading = [gettext("Day"), gettext("What"), gettext("Number of the receipt"), gettext("Beans")]
    return [heading, counter, *rows, [gettext("In all"), "", "", month["all_beans"]]]


def _with_sum(first: list[str], rows: Rows, month: Month) -> Rows:
    heading = [*first, gettext("Handed over"), gettext("Pieces"), gettext("Beans")]
    return [heading, *rows, [gettext("Sum"), month["count"], month["pieces"], month["beans"]]]
