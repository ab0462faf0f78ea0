"""The versions of 10/20/70 that a community had, has and will have, and its drafts with what they would change."""

from typing import Any

from services.engagement.commands.tier_rules import rules_of
from services.engagement.models import NUMBERS, Neighbour, TierRules, first_terms, rulebook_of
from services.engagement.models.tier_rules import ADOPTED, DRAFT
from services.engagement.rules.tiers import FIRST_VERSION
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.web import Caller

KEPT = ("id", "status", "version", "applies_from", "note", "revision", "changed_by", "changed_at", "adopted_by", "adopted_at", *NUMBERS)

Shown = dict[str, Any]


def tier_rules(*, viewer: Caller) -> list[Shown]:
    """Return drafts first, then the versions, the newest on top; the last is version 1, which the settings state."""
    in_force = rulebook_of(viewer.community_code).on(local_day(utc_now(), settings().zone)).version
    own = TierRules.objects(community_code=viewer.community_code)
    drafts, versions = own.filter(status=DRAFT).order_by("-changed_at"), own.filter(status=ADOPTED).order_by("-version")
    shown = [_show(row, in_force) for row in (*drafts, *versions)]
    first = {name: getattr(first_terms(), name) for name in NUMBERS}
    return [*shown, {"status": ADOPTED, "version": FIRST_VERSION, "in_force": in_force == FIRST_VERSION, "note": "", **first}]


def one_tier_rules(rules_id: str, *, viewer: Caller) -> Shown:
    """Return a draft or a version with what was looked at, names added. Raises TierRulesNotFound."""
    found = rules_of(rules_id, viewer)
    in_force = rulebook_of(viewer.community_code).on(local_day(utc_now(), settings().zone))
    shown = _show(found, in_force.version)
    preview = dict(found.preview or {})
    if rows := preview.get("changes"):
        names = {row.id: row.name for row in Neighbour.objects(id__in=[row["resident_id"] for row in rows]).only("id", "name")}
        named = [{**row, "name": names.get(row["resident_id"])} for row in rows]
        preview["changes"] = sorted(named, key=lambda row: (row["name"] or "", row["resident_id"]))
    return {**shown, "preview": preview or None, "present": {name: getattr(in_force, name) for name in NUMBERS}}


def _show(row: TierRules, in_force: int) -> Shown:
    return {**{name: getattr(row, name) for name in KEPT}, "in_force": row.version == in_force}
