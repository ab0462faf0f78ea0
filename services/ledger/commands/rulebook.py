"""Adopting rules: a new version from a day forward, never a change of what was promised."""

import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.ledger.errors import RuleTooEarly, RuleVersionTaken
from services.ledger.models import EarningRules
from services.ledger.rules import DEFAULT_RULES
from services.ledger.settings import ADOPTING_SECONDS
from shared.clock import local_day, utc_now
from shared.mongo import audit, digest, insert_new
from shared.web import Caller


def adopt_rules(
    version: int, *, applies_from: date, numbers: Mapping[str, Any], by: Caller, draft_id: str | None = None
) -> tuple[EarningRules, bool]:
    """Adopt the next version of the rules of the caller's community; True if it is new, False for the same again.

    It answers when every process judges by it. RuleTooEarly if it would apply to days already past, RuleVersionTaken if the number
    is not free or not the next one.
    """
    adopted = _adopt(version, applies_from, numbers, by=by, draft_id=draft_id)
    time.sleep(ADOPTING_SECONDS)
    return adopted


def _adopt(
    version: int, applies_from: date, numbers: Mapping[str, Any], *, by: Caller, draft_id: str | None
) -> tuple[EarningRules, bool]:
    document = _document(version, applies_from, numbers, by=by)
    document.draft_id = draft_id
    if (known := EarningRules.objects(id=document.id).first()) is None:
        _refuse_misfit(by.community_code, version, applies_from)
        if insert_new(document):
            about = {"community_code": by.community_code, "version": version, "applies_from": applies_from.isoformat()}
            audit("ledger", act="rules-adopted", by=by.resident_id, about=document.id, detail={**about, **numbers})
            return document, True
        known = EarningRules.objects.get(id=document.id)
    if known.request_digest != document.request_digest:
        raise RuleVersionTaken(f"Version {version} was adopted with other numbers.")
    return known, False


def _document(version: int, applies_from: date, numbers: Mapping[str, Any], *, by: Caller) -> EarningRules:
    return EarningRules(
        id=f"{by.community_code}:{version}",
        community_code=by.community_code,
        version=version,
        applies_from=applies_from,
        numbers=dict(numbers),
        adopted_by=by.resident_id,
        adopted_at=utc_now(),
        request_digest=digest({"applies_from": applies_from, **numbers}),
    )


def _refuse_misfit(community_code: str, version: int, applies_from: date) -> None:
    newest = EarningRules.objects(community_code=community_code).order_by("-version").first()
    expected = (newest.version if newest else DEFAULT_RULES.version) + 1
    if version != expected:
        raise RuleVersionTaken(f"The next version is {expected}.")
    if applies_from < local_day(utc_now()):
        raise RuleTooEarly(errors={"/applies_from": "Rules apply from today forward, never backward."})
