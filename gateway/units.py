"""A unit's year for pages and paper: which year is asked for, and the statement that is printed."""

from typing import Any

from flask import Response, request

from gateway import paper
from gateway.clients import units
from gateway.views import local
from shared.clock import utc_now

FIRST_YEAR = 2020


def year_asked() -> int:
    """Return the year that the address asks for; this one where it asks for none, or for one that is not to be."""
    this = local(utc_now()).year
    wished = request.args.get("year", "")
    return int(wished) if wished.isascii() and wished.isdigit() and FIRST_YEAR <= int(wished) <= this else this


def years() -> list[int]:
    """Return the years that can be chosen, the latest first."""
    this = local(utc_now()).year
    return [this, this - 1, this - 2]


def printed(partner_id: str) -> Response:
    """Return a unit's statement of a year as a PDF."""
    year = year_asked()
    told: dict[str, Any] = {"unit": units.unit(partner_id), "statement": units.statement(partner_id, year)}
    return paper.printed("paper/unit_year.html", f"unit-{year}.pdf", year=year, **told)
