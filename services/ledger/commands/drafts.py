"""Drafting the next rules: edited at the revision that was seen, adopted from a day forward, and every step in the audit log."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.ledger.commands.rulebook import adopt_rules
from services.ledger.errors import DraftChanged, DraftClosed, RuleVersionTaken, TooManyDrafts
from services.ledger.models import ALIAS, EarningRules, RuleDraft
from services.ledger.queries.drafts import draft_of
from services.ledger.rules import DEFAULT_RULES
from services.ledger.settings import DRAFTS_OPEN_MAX
from shared.clock import utc_now
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import IdInUse
from shared.web import Caller


def keep_draft(draft_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[RuleDraft, bool]:
    """Keep a draft, or edit it where `body` names the `revision` that its author saw → (draft, whether it is new).

    The same again gives the same. IdInUse for other content under a known id, DraftChanged where somebody else was faster,
    DraftClosed once it is adopted or dropped.
    """
    content = {name: value for name, value in body.items() if name != "revision"}
    known: RuleDraft | None = RuleDraft.objects(id=draft_id).first()
    if known is None and body.get("revision") is None:
        return _begin(draft_id, content, by=by)
    known = draft_of(draft_id, by.community_code)
    if known.request_digest == digest(content):
        return known, False
    if body.get("revision") is None:
        raise IdInUse()
    return _edit(known, content, revision=body["revision"], by=by), False


def drop_draft(draft_id: str, *, by: Caller) -> RuleDraft:
    """Put a draft aside for good; again changes nothing. DraftClosed if it was adopted."""
    draft = draft_of(draft_id, by.community_code)
    if draft.status == "dropped":
        return draft
    dropped = change_one(RuleDraft, where={"_id": draft_id, "status": "open"}, update={"$set": {"status": "dropped"}})
    if dropped is None:
        raise DraftClosed()
    _note("draft-dropped", dropped, by=by)
    return dropped


def adopt_draft(draft_id: str, *, applies_from: date, by: Caller) -> tuple[EarningRules, bool]:
    """Adopt a draft as the next version, from a day that is not yet past → (version, whether it was adopted now).

    The version names its draft, and a draft can be named once: after a crash, and sent twice, it is the same version.
    IdInUse for another day than it was adopted from.
    """
    draft = draft_of(draft_id, by.community_code)
    if (known := _version_of(draft)) is not None:
        _same_day(known, applies_from)
        return _closed(draft, known), False
    if draft.status != "open":
        raise DraftClosed()
    adopted, created = _adopt(draft, applies_from, by=by)
    return _closed(draft, adopted), created


def _begin(draft_id: str, content: Mapping[str, Any], *, by: Caller) -> tuple[RuleDraft, bool]:
    if RuleDraft.objects(community_code=by.community_code, status="open").count() >= DRAFTS_OPEN_MAX:
        raise TooManyDrafts()
    now = utc_now()
    draft = RuleDraft(
        id=draft_id, community_code=by.community_code, revision=1, status="open", drafted_by=by.resident_id,
        drafted_at=now, changed_by=by.resident_id, changed_at=now, **_kept(content),
    )  # fmt: skip
    if insert_new(draft):
        _note("draft-begun", draft, by=by)
        return draft, True
    known = draft_of(draft_id, by.community_code)
    if known.request_digest != draft.request_digest:
        raise IdInUse()
    return known, False


def _edit(draft: RuleDraft, content: Mapping[str, Any], *, revision: int, by: Caller) -> RuleDraft:
    changed = change_one(
        RuleDraft,
        where={"_id": draft.id, "status": "open", "revision": revision},
        update={
            "$set": {**_kept(content), "changed_by": by.resident_id, "changed_at": utc_now()},
            "$inc": {"revision": 1},
        },
    )
    if changed is None:
        raise DraftClosed() if draft_of(draft.id, by.community_code).status != "open" else DraftChanged()
    _note("draft-changed", changed, by=by)
    return changed


def _adopt(draft: RuleDraft, applies_from: date, *, by: Caller) -> tuple[EarningRules, bool]:
    try:
        adopted, created = adopt_rules(
            _next_version(by.community_code), applies_from=applies_from, numbers=draft.numbers, by=by, draft_id=draft.id
        )
        if adopted.draft_id == draft.id:
            return adopted, created
    except (DuplicateKeyError, RuleVersionTaken):
        pass  # somebody was faster: perhaps this very draft, sent twice at once
    if (known := _version_of(draft)) is None:
        raise RuleVersionTaken("Somebody else has just adopted a version.")
    _same_day(known, applies_from)
    return known, False


def _kept(content: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: value for name, value in content.items() if name != "note"}
    return {"note": content["note"], "numbers": numbers, "request_digest": digest(content)}


def _version_of(draft: RuleDraft) -> EarningRules | None:
    found: EarningRules | None = EarningRules.objects(draft_id=draft.id).first()
    return found


def _same_day(known: EarningRules, applies_from: date) -> None:
    if known.rule_set().applies_from != applies_from:
        raise IdInUse("This draft was adopted from another day.")


def _next_version(community_code: str) -> int:
    newest = EarningRules.objects(community_code=community_code).order_by("-version").first()
    return int(newest.version if newest else DEFAULT_RULES.version) + 1


def _closed(draft: RuleDraft, adopted: EarningRules) -> EarningRules:
    """Note at the draft what became of it; where a crash came between, the next call does."""
    closing = {"$set": {"status": "adopted", "version": adopted.version}}
    change_one(RuleDraft, where={"_id": draft.id, "status": "open"}, update=closing)
    return adopted


def _note(act: str, draft: RuleDraft, *, by: Caller) -> None:
    detail = {"community_code": draft.community_code, "revision": draft.revision, "note": draft.note, **draft.numbers}
    audit(ALIAS, act=act, by=by.resident_id, about=draft.id, detail=detail)
