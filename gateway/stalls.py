"""What is needed at the stalls of a day, gathered for paper: a notice to hang up, and lists that the units take along, without names."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from gateway import paper
from gateway.clients import checkin
from gateway.clients.paging import all_items
from gateway.views import public_link
from shared.masking import without_numbers

PAGE = 200
BLANK_ROWS = 8


def printed(activity: dict[str, Any], stalls: Sequence[dict[str, Any]], *, is_notice: bool) -> Response:
    """Return a PDF with a list for each of these stalls; before them, where `is_notice`, a notice of all."""
    return paper.printed(
        "paper/stalls.html", f"stalls-{activity['starts_at'][:10]}.pdf", activity=activity, stalls=stalls, is_notice=is_notice,
        needs={stall["id"]: texts_at(activity["id"], stall["id"]) for stall in stalls}, blank_rows=BLANK_ROWS,
        link=public_link("resident.activity", activity_id=activity["id"]),
    )  # fmt: skip


def texts_at(activity_id: str, stall_id: str) -> list[str]:
    """Return what is needed at a stall, in the order in which it was said, with nobody's name or number; empty words where nothing was
    written."""
    found = all_items(lambda cursor: checkin.needs(activity_id, stall_id=stall_id, limit=PAGE, cursor=cursor))
    return [without_numbers(row["text"]) for row in found]
