"""Drafting other thresholds, looking at what they would change, and adopting them from a day to come. Every step is in the audit log."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.engagement.commands.communities import pages_of
from services.engagement.commands.judging import load_people
from services.engagement.errors import RulesTooEarly, TierDraftChanged, TierDraftClosed, TierRulesNotFound
from services.engagement.models import NUMBERS, TierRules, rulebook_of
from services.engagement.models.tier_rules import ADOPTED, DRAFT, DROPPED
from services.engagement.rules import tiers
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse
from shared.web import Caller

CHANGES_SHOWN_MAX = 200


def keep_draft(draft_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[TierRules, bool]:
    """Keep a draft, or edit it where `body` names the `revision` that its author saw → (draft, whether it is new).

    Raises IdInUse, TierDraftClosed, TierDraftChanged. What was looked at before an edit is forgotten.
    """
    content = {name: body[name] for name in (*NUMBERS, "note")}
    changed = {"changed_by": by.resident_id, "changed_at": utc_now()}
    fresh = TierRules(id=draft_id, community_code=by.community_code, status=DRAFT, **content, **changed)
    if body.get("revision") is None and insert_new(fresh):
        _note("tier-draft-begun", fresh, by)
        return fresh, True
    known = rules_of(draft_id, by)
    if all(getattr(known, name) == value for name, value in content.items()):
        return known, False
    if body.get("revision") is None:
        raise IdInUse
    where = {"_id": draft_id, "status": DRAFT, "revision": body["revision"]}
    edited = change_one(
        TierRules, where=where, update={"$set": {**content, **changed}, "$inc": {"revision": 1}, "$unset": {"preview": ""}}
    )
    if edited is None:
        raise TierDraftClosed if known.status != DRAFT else TierDraftChanged
    _note("tier-draft-changed", edited, by)
    return edited, False


def drop_draft(draft_id: str, *, by: Caller) -> TierRules:
    """Put a draft aside for good; again changes nothing."""
    known = rules_of(draft_id, by)
    if known.status == DROPPED:
        return known
    dropped = change_one(TierRules, where={"_id": draft_id, "status": DRAFT}, update={"$set": {"status": DROPPED}})
    if dropped is None:
        raise TierDraftClosed
    _note("tier-draft-dropped", dropped, by)
    return dropped


def ask_preview(draft_id: str, *, by: Caller) -> TierRules:
    """Have it looked at what a draft would change today (the worker does); asked again while it waits, it is the same look."""
    rules_of(draft_id, by)
    waiting = {"preview.status": {"$ne": "waiting"}, "_id": draft_id, "status": DRAFT}
    change_one(TierRules, where=waiting, update={"$set": {"preview": {"status": "waiting", "asked_at": utc_now()}}})
    return rules_of(draft_id, by)


def preview_drafts() -> None:
    """Look at every draft that waits for it. No standing is written; the outcome is thrown away if the draft changed meanwhile."""
    for draft in TierRules.objects(__raw__={"preview.status": "waiting"}):
        outcome = _preview(draft)
        where = {"_id": draft.id, "revision": draft.revision, "preview.status": "waiting"}
        change_one(TierRules, where=where, update={"$set": {"preview": outcome}})


def adopt_draft(draft_id: str, *, applies_from: date, by: Caller) -> tuple[TierRules, bool]:
    """Make a draft the next version, from a day to come → (version, whether now). The same again changes nothing.

    Raises TierDraftClosed, RulesTooEarly, IdInUse for another day than it was adopted from.
    """
    known = rules_of(draft_id, by)
    if known.status == ADOPTED:
        if known.applies_from != applies_from.isoformat():
            raise IdInUse
        return known, False
    if known.status != DRAFT:
        raise TierDraftClosed
    rulebook = rulebook_of(by.community_code)
    if applies_from <= max([local_day(utc_now(), settings().zone), *rulebook.starts]):
        raise RulesTooEarly(errors={"/applies_from": "Please give a day to come, after the version before."})
    version = {"status": ADOPTED, "version": len(rulebook.later) + 2, "applies_from": applies_from.isoformat()}
    where = {"_id": draft_id, "status": DRAFT, "revision": known.revision}
    try:
        update = {"$set": {**version, "adopted_by": by.resident_id, "adopted_at": utc_now()}}
        adopted = change_one(TierRules, where=where, update=update)
    except DuplicateKeyError:
        raise TierDraftChanged from None
    if adopted is None:
        raise TierDraftChanged
    _note("tier-rules-adopted", adopted, by)
    return adopted, True


def rules_of(rules_id: str, by: Caller) -> TierRules:
    """Return a draft or version of the caller's community. Raises TierRulesNotFound."""
    found: TierRules | None = TierRules.objects(id=rules_id, community_code=by.community_code).first()
    if found is None:
        raise TierRulesNotFound
    return found


def _preview(draft: TierRules) -> dict[str, Any]:
    today, rulebook = local_day(utc_now(), settings().zone), rulebook_of(draft.community_code)
    now, then, moves, changes = Counter[str](), Counter[str](), Counter[str](), []
    for neighbours in pages_of(draft.community_code):
        for resident_id, person in load_people(neighbours).items():
            if neighbours[resident_id].left_on:
                continue
            was, would = tiers.tier_on(person, today, terms=rulebook), tiers.tier_on(person, today, terms=draft.terms)
            now[was.value] += 1
            then[would.value] += 1
            if was != would:
                moves[f"{was.value}-{would.value}"] += 1
                changes.append({"resident_id": resident_id, "from_tier": was.value, "to_tier": would.value})
    return {
        "status": "done", "day": today.isoformat(), "now": _all_tiers(now), "then": _all_tiers(then), "changing": len(changes),
        "moves": dict(moves), "changes": changes[:CHANGES_SHOWN_MAX],
    }  # fmt: skip


def _all_tiers(counts: Mapping[str, int]) -> dict[str, int]:
    return {tier.value: counts.get(tier.value, 0) for tier in tiers.Tier}


def _note(act: str, rules: TierRules, by: Caller) -> None:
    detail = {name: getattr(rules, name) for name in (*NUMBERS, "version", "applies_from")}
    audit(settings().service, act=act, by=by.resident_id, about=rules.id, detail=detail)
