"""Versions of 10/20/70: load, one call, dump."""

from typing import Any

from services.engagement import commands, queries
from services.engagement.schemas.tier_rules import TierAdoptionIn, TierDraftIn, TierRulesOut
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

tier_rules = Blueprint("tier_rules", __name__, description="By which thresholds residents stand where.")


@tier_rules.get("/tier-rules")
@requires("steward", "auditor")
@tier_rules.response(200, page_schema(TierRulesOut))
def list_tier_rules() -> Any:
    """List drafts and versions, the newest first."""
    return page_of(queries.tier_rules(viewer=current_caller()))


@tier_rules.get("/tier-rules/<id:rules_id>")
@requires("steward", "auditor")
@tier_rules.response(200, TierRulesOut)
def get_tier_rules(rules_id: str) -> Any:
    """Show a draft or a version, and what was looked at."""
    return queries.one_tier_rules(rules_id, viewer=current_caller())


@tier_rules.put("/tier-rules/<id:rules_id>")
@requires("steward")
@tier_rules.arguments(TierDraftIn)
@tier_rules.response(200, TierRulesOut)
@tier_rules.alt_response(201, schema=TierRulesOut)
def put_tier_draft(body: dict[str, Any], rules_id: str) -> Any:
    """Keep a draft, or edit it at the revision that was seen."""
    _, is_new = commands.keep_tier_draft(rules_id, body, by=current_caller())
    return answer(queries.one_tier_rules(rules_id, viewer=current_caller()), is_new)


@tier_rules.delete("/tier-rules/<id:rules_id>")
@requires("steward")
@tier_rules.response(200, TierRulesOut)
def delete_tier_draft(rules_id: str) -> Any:
    """Put a draft aside."""
    commands.drop_tier_draft(rules_id, by=current_caller())
    return queries.one_tier_rules(rules_id, viewer=current_caller())


@tier_rules.put("/tier-rules/<id:rules_id>/preview")
@requires("steward")
@tier_rules.response(200, TierRulesOut)
def put_preview(rules_id: str) -> Any:
    """Have it looked at who would stand elsewhere; nothing changes."""
    commands.ask_preview(rules_id, by=current_caller())
    return queries.one_tier_rules(rules_id, viewer=current_caller())


@tier_rules.put("/tier-rules/<id:rules_id>/adoption")
@requires("steward")
@tier_rules.arguments(TierAdoptionIn)
@tier_rules.response(200, TierRulesOut)
@tier_rules.alt_response(201, schema=TierRulesOut)
def put_adoption(body: dict[str, Any], rules_id: str) -> Any:
    """Adopt a draft from a day to come."""
    _, is_new = commands.adopt_tier_draft(rules_id, **body, by=current_caller())
    return answer(queries.one_tier_rules(rules_id, viewer=current_caller()), is_new)
