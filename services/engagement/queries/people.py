"""The rows behind every number of 10/20/70: who stands where, by name, for the staff only."""

from collections.abc import Mapping
from typing import Any

from services.engagement.models import Standing
from shared.problems import Forbidden
from shared.web import Caller, decode_cursor, encode_cursor, page_of

SHOWN = {"name": 1, "grid_code": 1, "tier": 1, "since": 1, "deeds": 1, "last_deed_on": 1, "is_talent": 1}

Shown = dict[str, Any]


def people(community_code: str, wanted: Mapping[str, Any], *, viewer: Caller) -> Shown:
    """Return a page of the viewer's community by name, else Forbidden. `wanted` may have tier, grid, talents (active, all)."""
    if viewer.community_code != community_code:
        raise Forbidden("This is another community's.")
    where: Shown = {"community_code": community_code, "here": True}
    where |= {"tier": wanted["tier"]} if wanted.get("tier") else {}
    where |= {"grid_code": wanted["grid"]} if wanted.get("grid") else {}
    where |= {"is_talent": True} if wanted.get("talents") else {}
    where |= {"deeds": {"$gt": 0}} if wanted.get("talents") == "active" else {}
    if key := decode_cursor(wanted["cursor"], str, str):
        where["$or"] = [{"name": {"$gt": key[0]}}, {"name": key[0], "_id": {"$gt": key[1]}}]
    rows = list(Standing._get_collection().find(where, SHOWN).sort([("name", 1), ("_id", 1)]).limit(wanted["limit"] + 1))
    shown = rows[: wanted["limit"]]
    following = encode_cursor(shown[-1].get("name") or "", shown[-1]["_id"]) if len(rows) > len(shown) else None
    return page_of([{**row, "resident_id": row["_id"], "grid_code": row.get("grid_code") or None} for row in shown], following)
