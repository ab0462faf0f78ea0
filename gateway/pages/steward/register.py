"""The register of verified hours, a month or a year: what they come to, the records behind each total, and both on paper."""

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template, request

from gateway import paper, register
from gateway.clients import checkin
from gateway.pages.steward import pages
from gateway.register import Period, part_name
from gateway.session import signed_in
from gateway.spans import Span
from gateway.workbooks import download

READERS = ("steward", "auditor", "organizer")
ROWS_ON_PAPER_MAX = 2_000


@pages.get("/register")
@signed_in(*READERS)
def register_of_period() -> Any:
    """Show what the hours of a period come to by item, grid and day, each total opens; and what it cost the staff to record them."""
    period = Period.read(request.args.get("period"))
    told = {"totals": _totals(period), "effort": checkin.seconds_per_deed(*period.bounds)}
    return render_template("steward/register.html", period=period, part_name=part_name, **told)


@pages.get("/register/records")
@signed_in(*READERS)
def register_records() -> Any:
    """Show the records behind a total of the register, or, where days are asked for, of a bulletin."""
    period = Period.read(request.args.get("period"))
    span = Span.asked() if request.args.get("from") else None
    behind = {name: request.args.get(name) for name in ("item", "grid", "day")}
    found = checkin.register(*(span or period).bounds, cursor=request.args.get("cursor"), **behind)
    told = {"period": period, "span": span, "records": found, "part_name": part_name}
    return render_template("steward/register_records.html", **told, **behind)


@pages.get("/register.xlsx")
@signed_in(*READERS)
def register_as_workbook() -> Response:
    """Download a period: all records, and what they come to."""
    period = Period.read(request.args.get("period"))
    return download(register.workbook(_totals(period), list(register.all_records(period))), f"register-{period.name}.xlsx")


@pages.get("/register.pdf")
@signed_in(*READERS)
def register_on_paper() -> Response:
    """Print a period; one with very many records without them."""
    period = Period.read(request.args.get("period"))
    totals = _totals(period)
    rows = list(register.all_records(period)) if totals["records"] <= ROWS_ON_PAPER_MAX else []
    about = {"period": period, "totals": totals, "records": rows, "part_name": part_name}
    return paper.printed("paper/register.html", f"register-{period.name}.pdf", **about)


def _totals(period: Period) -> Mapping[str, Any]:
    totals: Mapping[str, Any] = checkin.register_totals(*period.bounds)
    return totals
