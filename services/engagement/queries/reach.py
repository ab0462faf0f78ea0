"""How far people reach: whom each brought, by name and never by number; what is doubtful stands beside it for the staff."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.engagement.commands.judging import deeds_of_each, doubts_about, is_counted
from services.engagement.models import Neighbour, Standing
from services.engagement.queries.words import DOUBTS, explained
from shared.problems import Forbidden, NotFound
from shared.web import Caller, decode_cursor, encode_cursor, page_of

Shown = dict[str, Any]


def reach(community_code: str, wanted: Mapping[str, Any], *, viewer: Caller) -> Shown:
    """Return a page of those who brought somebody, by name, each with the newcomers. `wanted` may have doubtful: only those."""
    if viewer.community_code != community_code:
        raise Forbidden("This is another community's.")
    where = {"community_code": community_code, "left_on": None}
    brought = {"$or": [{"invited_by": {"$type": "string"}}, {"brought_by": {"$type": "string"}}]}
    newcomers = list(Neighbour.objects(__raw__={**where, **brought}))
    ids = sorted({row.bringer_id for row in newcomers})
    bringers = sorted(Neighbour.objects(__raw__={**where, "_id": {"$in": ids}}), key=lambda row: (row.name or "", row.id))
    if key := decode_cursor(wanted["cursor"], str, str):
        bringers = [row for row in bringers if (row.name or "", row.id) > key]
    rows = _shown(bringers, newcomers)
    rows = [row for row in rows if row["doubtful"] or not wanted.get("doubtful")]
    shown = rows[: wanted["limit"]]
    more = len(rows) > len(shown)
    return page_of(shown, encode_cursor(shown[-1]["name"] or "", shown[-1]["resident_id"]) if more else None)


def brought_by(resident_id: str, *, viewer: Caller) -> Shown:
    """Return whom one resident brought: to themselves how many, to the staff who. NotFound outside the viewer's community."""
    if not viewer.may_see(resident_id):
        raise Forbidden()
    bringer = Neighbour.objects(id=resident_id, community_code=viewer.community_code, left_on=None).first()
    if bringer is None:
        if resident_id != viewer.resident_id:
            raise NotFound()
        bringer = Neighbour(id=resident_id, community_code=viewer.community_code, name=viewer.name)
    by = {"$or": [{"invited_by": resident_id}, {"brought_by": resident_id}], "left_on": None, "community_code": viewer.community_code}
    newcomers = [row for row in Neighbour.objects(__raw__=by) if row.bringer_id == resident_id]
    (shown,) = _shown([bringer], newcomers)
    return shown if viewer.is_staff else {name: shown[name] for name in ("resident_id", "name", "people", "acting", "counted")}


def _shown(bringers: Sequence[Neighbour], newcomers: Sequence[Neighbour]) -> list[Shown]:
    own: dict[str, list[Neighbour]] = {}
    for row in newcomers:
        own.setdefault(row.bringer_id, []).append(row)
    deeds = deeds_of_each({row.id for row in (*bringers, *newcomers)})
    tiers = {row.id: row.tier for row in Standing.objects(id__in=[row.id for row in bringers]).only("id", "tier")}
    return [_show(row, own.get(row.id, []), deeds, tiers.get(row.id)) for row in bringers]


def _show(bringer: Neighbour, newcomers: Sequence[Neighbour], deeds: Any, tier: str | None) -> Shown:
    """Show one bringer. `people` were brought, `acting` of them did something, `counted` count towards the tier (before its caps)."""
    found = doubts_about(bringer, newcomers, deeds)
    rows = [_newcomer(bringer, row, deeds.get(row.id, ()), found.get(row.id, ())) for row in newcomers]
    return {
        "resident_id": bringer.id, "name": bringer.name, "grid_code": bringer.grid_code, "tier": tier, "people": len(rows),
        "acting": sum(row["deeds"] > 0 for row in rows), "counted": sum(row["counts"] for row in rows),
        "doubtful": sum(bool(row["doubts"]) and not row["decided"] for row in rows),
        "newcomers": sorted(rows, key=lambda row: (row["name"] or "", row["resident_id"])),
        "decisions": [{name: row[name] for name in ("newcomer_ids", "counts", "reason", "at")} for row in reversed(bringer.looked_at)],
    }  # fmt: skip


def _newcomer(bringer: Neighbour, row: Neighbour, deeds: Sequence[Any], found: Any) -> Shown:
    decided = any(row.id in said["newcomer_ids"] for said in bringer.looked_at)
    return {
        "resident_id": row.id, "name": row.name, "grid_code": row.grid_code, "how": "link" if row.invited_by else "note",
        "registered_on": row.registered_on, "deeds": len({deed.activity_id for deed in deeds}),
        "counts": bool(deeds) and is_counted(bringer, row.id, found), "decided": decided,
        "doubts": [explained(doubt.value, DOUBTS) for doubt in sorted(found)],
    }  # fmt: skip
