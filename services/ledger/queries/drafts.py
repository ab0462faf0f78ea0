"""Drafts of the rules beside the version in force, what simulations came to, and who did what about the rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bson import ObjectId
from mongoengine.connection import get_db

from services.ledger.models import ALIAS, EarningRules, RuleDraft, RuleSimulation
from services.ledger.queries.rulebook import Rulebook
from services.ledger.rules import NUMBERS, RuleSet, changes_between
from shared.clock import local_day, utc_now
from shared.problems import Invalid, NotFound
from shared.web import decode_cursor, encode_cursor

DRAFTS_SHOWN_MAX = 50
SIMULATIONS_SHOWN_MAX = 10
RULE_ACTS = ("draft-begun", "draft-changed", "draft-dropped", "rules-simulated", "rules-adopted", "rules adopted")
EVERYBODY = "everybody"


def draft_of(draft_id: str, community_code: str) -> RuleDraft:
    """Return a draft of the community; NotFound for another's."""
    draft: RuleDraft | None = RuleDraft.objects(id=draft_id, community_code=community_code).first()
    if draft is None:
        raise NotFound("There is no such draft in this community.")
    return draft


def drafts(community_code: str) -> list[dict[str, Any]]:
    """Return the community's drafts, those still open first, then the latest."""
    found = RuleDraft.objects(community_code=community_code).order_by("-drafted_at").limit(DRAFTS_SHOWN_MAX)
    in_force = _in_force(community_code)
    return [_beside(in_force, draft) for draft in sorted(found, key=lambda draft: draft.status != "open")]


def show_draft(draft: RuleDraft) -> dict[str, Any]:
    """Return a draft with what it changes of the version that is in force today, and its latest simulations."""
    return _beside(_in_force(draft.community_code), draft)


def _in_force(community_code: str) -> RuleSet:
    return Rulebook([community_code]).on(community_code, local_day(utc_now()))


def _beside(in_force: RuleSet, draft: RuleDraft) -> dict[str, Any]:
    rule_set = draft.rule_set()
    names = ("id", "note", "status", "revision", "version", "drafted_by", "drafted_at", "changed_by", "changed_at")
    return {
        **{name: getattr(draft, name) for name in names},
        **{name: getattr(rule_set, name) for name in NUMBERS},
        "item_beans_per_hour": dict(rule_set.item_beans_per_hour),
        "compared_with": in_force.version,
        "changes": [change._asdict() for change in changes_between(in_force, rule_set)],
        "simulations": _simulations_of(draft.id),
    }


def _simulations_of(draft_id: str) -> list[dict[str, Any]]:
    found = RuleSimulation.objects(draft_id=draft_id).only("id", "status", "revision", "asked_at")
    latest = found.order_by("-asked_at").limit(SIMULATIONS_SHOWN_MAX)
    return [{name: getattr(one, name) for name in ("id", "status", "revision", "asked_at")} for one in latest]


def simulation(draft_id: str, simulation_id: str, community_code: str) -> RuleSimulation:
    """Return a simulation of one of the community's drafts, without its list of people; NotFound for all others."""
    found = RuleSimulation.objects(id=simulation_id, draft_id=draft_id, community_code=community_code)
    shown: RuleSimulation | None = found.exclude(f"outcome__{EVERYBODY}").first()
    if shown is None:
        raise NotFound("There is no such simulation in this community.")
    return shown


def show_simulation(found: RuleSimulation) -> dict[str, Any]:
    """Return how far a simulation is, and its outcome where it has one."""
    names = ("id", "draft_id", "revision", "status", "since", "until", "done", "total", "asked_by", "asked_at", "finished_at")
    outcome = {name: value for name, value in (found.outcome or {}).items() if name != EVERYBODY}
    shown = {name: getattr(found, name) for name in names}
    return shown | {"outcome": _with_rows(outcome) if outcome else None}


def _with_rows(outcome: Mapping[str, Any]) -> dict[str, Any]:
    return {**outcome, "largest": [_person(row) for row in outcome["largest"]]}


def _person(row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(("resident_id", "posted_beans", "draft_beans"), row, strict=True))


def simulated_people(
    draft_id: str, simulation_id: str, community_code: str, *, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of everybody whom a simulation is about, the largest change first, and the cursor of the next."""
    simulation(draft_id, simulation_id, community_code)
    (start,) = decode_cursor(cursor, int) or (0,)
    if start < 0:
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."})
    part = RuleSimulation._get_collection().find_one(
        {"_id": simulation_id}, {f"outcome.{EVERYBODY}": {"$slice": [min(start, 2**31 - 1), limit + 1]}}
    )
    rows = (part or {}).get("outcome", {}).get(EVERYBODY, [])
    following = encode_cursor(start + limit) if len(rows) > limit else None
    return [_person(row) for row in rows[:limit]], following


def rule_acts(community_code: str, *, limit: int, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of what was done about the community's rules, newest first: the rules' part of the audit log."""
    versions = [row.id for row in EarningRules.objects(community_code=community_code).only("id")]
    wanted: dict[str, Any] = {
        "act": {"$in": list(RULE_ACTS)},
        "$or": [{"detail.community_code": community_code}, {"about": {"$in": versions}}],
    }
    if key := decode_cursor(cursor, str):
        wanted["_id"] = {"$lt": _object_id(key[0])}
    rows = list(get_db(ALIAS)["audit"].find(wanted).sort("_id", -1).limit(limit + 1))
    following = encode_cursor(str(rows[limit - 1]["_id"])) if len(rows) > limit else None
    return [_act(row) for row in rows[:limit]], following


def _act(row: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = row["detail"]
    at: datetime = row["at"]
    return {"act": row["act"].replace(" ", "-"), "by": row["by"], "about": row["about"], "detail": said, "at": at}


def _object_id(text: str) -> ObjectId:
    if not ObjectId.is_valid(text):
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."})
    return ObjectId(text)
