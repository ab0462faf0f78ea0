"""What partners are owed for a month: every bean that was redeemed at their counter, as the journal has it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from services.ledger.models import PARTNER_INDEX, Entry
from shared.problems import Forbidden
from shared.web import Caller

LAST_DAY_OF_JANUARY = 31


def settlement(partner_id: str, *, month: str, viewer: Caller) -> dict[str, Any]:
    """Return a partner's month (YYYY-MM): each entry, the sum of each day, and the total of beans, undone ones taken off.

    A hand-over counts on the day it was made, an undo on the day it was taken back. For the partner, stewards and auditors.
    """
    if not viewer.roles & {"steward", "auditor"} and viewer.partner_id != partner_id:
        raise Forbidden("A settlement is its partner's and the community's to see.")
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=LAST_DAY_OF_JANUARY)).replace(day=1)
    wanted = {
        "contra": f"redeemed:{partner_id}",
        "explanation.on": {"$gte": first.isoformat(), "$lt": after.isoformat()},
        "community_code": viewer.community_code,
    }
    rows = [_line(row) for row in Entry._get_collection().find(wanted).hint(PARTNER_INDEX).sort([("explanation.on", 1), ("_id", 1)])]
    days: dict[str, int] = {}
    for row in rows:
        days[row["on"]] = days.get(row["on"], 0) + row["beans"]
    return {
        "partner_id": partner_id,
        "month": month,
        "beans": sum(days.values()),
        "days": [{"on": on, "beans": beans} for on, beans in days.items()],
        "lines": rows,
    }


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    why = row["explanation"]
    kept = {name: why.get(name) for name in ("on", "reward_id", "quantity", "what", "receipt_no")}
    return {"id": row["_id"], "cause": row["cause"], "kind": row["kind"], "beans": -row["delta"], **kept}
