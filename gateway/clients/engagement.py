"""Calls that pages make of engagement: 10/20/70 and a person's standing."""

from typing import Any

from gateway.clients.service import call


def engagement(community_code: str) -> Any:
    """Return base, targets, actual, trend, next steps and grids."""
    return call("engagement").get(f"/communities/{community_code}/engagement")


def set_base(community_code: str, body: dict[str, int]) -> Any:
    """Set how many people or households the shares are taken of."""
    return call("engagement").put(f"/communities/{community_code}/base", body)


def standing(resident_id: str) -> Any:
    """Return tier, since, why and the rule's version."""
    return call("engagement").get(f"/standings/{resident_id}")


def next_steps(community_code: str, which: str) -> Any:
    """Return the rows of one list of what to do next, each with the act that fits."""
    return call("engagement").get(f"/communities/{community_code}/next-steps", list=which)["items"]


def ask_outcomes(community_code: str) -> Any:
    """Return by list how many asks worked, next to those who were not asked."""
    return call("engagement").get(f"/communities/{community_code}/ask-outcomes")


def ask(ask_id: str, body: dict[str, Any]) -> Any:
    """Ask somebody to come, to talk, or to lead."""
    return call("engagement").put(f"/invitations/{ask_id}", body)


def one_ask(ask_id: str) -> Any:
    """Return one ask."""
    return call("engagement").get(f"/invitations/{ask_id}")


def asks(**wanted: Any) -> Any:
    """Return a page of asks: the reader's own with mine=true, else for staff the community's (?step)."""
    return call("engagement").get("/invitations", **wanted)


def answer_ask(ask_id: str, said: str) -> Any:
    """Answer an ask: coming, not_this_time, never."""
    return call("engagement").put(f"/invitations/{ask_id}/answer", {"answer": said})


def asking(resident_id: str) -> Any:
    """Return whether somebody wishes to be asked."""
    return call("engagement").get(f"/asking/{resident_id}")


def set_asking(resident_id: str, *, is_open: bool) -> Any:
    """Say whether one may be asked."""
    return call("engagement").put(f"/asking/{resident_id}", {"open": is_open})


def reach(community_code: str, **wanted: Any) -> Any:
    """Return a page of those who brought somebody, by name, with the newcomers (?doubtful)."""
    return call("engagement").get(f"/communities/{community_code}/reach", **wanted)


def newcomers(resident_id: str) -> Any:
    """Return whom somebody brought: to themselves how many, to the staff who."""
    return call("engagement").get(f"/newcomers/{resident_id}")


def look_at_newcomers(resident_id: str, body: dict[str, Any]) -> Any:
    """Decide whether newcomers count."""
    return call("engagement").put(f"/newcomers/{resident_id}/look", body)


def note_brought(note_id: str, bringer_id: str, newcomer_id: str) -> Any:
    """Note that one resident brought another."""
    return call("engagement").put(f"/mobilizations/{note_id}", {"bringer_id": bringer_id, "newcomer_id": newcomer_id})


def people(community_code: str, **wanted: Any) -> Any:
    """Return a page of people by name (?tier, grid, talents)."""
    return call("engagement").get(f"/communities/{community_code}/people", **wanted)


def tier_rules() -> Any:
    """Return drafts and versions of 10/20/70, the newest first."""
    return call("engagement").get("/tier-rules")["items"]


def one_tier_rules(rules_id: str) -> Any:
    """Return a draft or a version, with what was looked at."""
    return call("engagement").get(f"/tier-rules/{rules_id}")


def keep_tier_draft(rules_id: str, body: dict[str, Any]) -> Any:
    """Keep or edit a draft."""
    return call("engagement").put(f"/tier-rules/{rules_id}", body)


def drop_tier_draft(rules_id: str) -> Any:
    """Put a draft aside."""
    return call("engagement").delete(f"/tier-rules/{rules_id}")


def ask_tier_preview(rules_id: str) -> Any:
    """Have it looked at what a draft would change."""
    return call("engagement").put(f"/tier-rules/{rules_id}/preview")


def adopt_tier_draft(rules_id: str, applies_from: str) -> Any:
    """Adopt a draft from a day to come."""
    return call("engagement").put(f"/tier-rules/{rules_id}/adoption", {"applies_from": applies_from})


def object_to_standing(objection_id: str, reason: str) -> Any:
    """Object to where the reader stands."""
    return call("engagement").put(f"/standing-objections/{objection_id}", {"reason": reason})


def standing_objections(**wanted: Any) -> Any:
    """Return a page of objections to standings (?mine, status)."""
    return call("engagement").get("/standing-objections", **wanted)


def standing_objection(objection_id: str) -> Any:
    """Return one objection to a standing."""
    return call("engagement").get(f"/standing-objections/{objection_id}")


def take_standing_objection_back(objection_id: str) -> Any:
    """Take the reader's objection back."""
    return call("engagement").delete(f"/standing-objections/{objection_id}")


def decide_standing_objection(objection_id: str, body: dict[str, Any]) -> Any:
    """Uphold or refuse an objection to a standing."""
    return call("engagement").put(f"/standing-objections/{objection_id}/decision", body)
