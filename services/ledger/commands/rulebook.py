"""Which version of the earning rules a deed falls under: of those that apply from its day or earlier, the highest."""

import time
from datetime import date

from services.ledger.models import EarningRules
from services.ledger.rules import DEFAULT_RULES, RuleSet
from services.ledger.settings import RULES_LIVE_SECONDS

_known: dict[str, tuple[float, list[RuleSet]]] = {}


def versions_of(community_code: str) -> list[RuleSet]:
    """Return the community's versions, newest first; the built-in version 1 is always there. Read again every few seconds."""
    read_at, versions = _known.get(community_code, (0.0, []))
    if time.monotonic() - read_at > RULES_LIVE_SECONDS:
        adopted = EarningRules.objects(community_code=community_code).order_by("-version")
        versions = [*(document.rule_set() for document in adopted), DEFAULT_RULES]
        _known[community_code] = time.monotonic(), versions
    return versions


def rules_on(community_code: str, day: date) -> RuleSet:
    """Return the rules for a deed done on `day`."""
    return next(rules for rules in versions_of(community_code) if rules.applies_from <= day)


def forget_rules(community_code: str) -> None:
    """Read the community's versions afresh next time."""
    _known.pop(community_code, None)
