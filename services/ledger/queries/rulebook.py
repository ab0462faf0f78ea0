"""Which version of the earning rules a deed falls under: of those that apply from its day or earlier, the highest."""

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.ledger.models import CoverageDay, EarningRules
from services.ledger.rules import DEFAULT_RULES, Explanation, Figures, RuleSet, can_pause, pause_on
from services.ledger.settings import RULES_FRESH_SECONDS
from shared.clock import local_day, utc_now

_remembered: dict[str, tuple[float, list[RuleSet]]] = {}


class Rulebook:
    """The versions of some communities, as they stood `RULES_FRESH_SECONDS` ago at most: hundreds of batches a second ask for them.

    No batch is judged by old rules all the same: whoever adopts a version is answered when every process knows it.
    """

    def __init__(self, community_codes: Iterable[str]) -> None:
        self._versions = {code: _fresh_versions(code) for code in set(community_codes)}
        self._found: dict[tuple[str, date], RuleSet] = {}
        self._pauses: dict[tuple[str, date], Explanation] = {}

    def on(self, community_code: str, day: date) -> RuleSet:
        """Return the rules for a deed done on `day`; version 1, the built-in one, applies where no other does."""
        key = community_code, day
        if (rules := self._found.get(key)) is None:
            rules = next(row for row in self._versions[community_code] if row.applies_from <= day)
            self._found[key] = rules
        return rules

    def pause(self, community_code: str, day: date) -> Explanation:
        """Return why optional beans are not issued for deeds of `day`; nothing where they are. One seek a day, where rules know pauses."""
        rules = self.on(community_code, day)
        if not can_pause(rules):
            return {}
        key = community_code, day
        if (found := self._pauses.get(key)) is None:
            found = self._pauses[key] = pause_on(day, rules, figures_before(community_code, day))
        return found


def _fresh_versions(community_code: str) -> list[RuleSet]:
    """Return a community's versions, newest first; the built-in one is the last."""
    fresh_until, versions = _remembered.get(community_code, (0.0, []))
    if (now := time.monotonic()) >= fresh_until:
        adopted = EarningRules.objects(community_code=community_code).order_by("-version")
        versions = [*(document.rule_set() for document in adopted), DEFAULT_RULES]
        _remembered[community_code] = now + RULES_FRESH_SECONDS, versions
    return versions


def figures_before(community_code: str, day: date) -> Figures | None:
    """Return the community's figures of the last day before `day` that has any."""
    row = CoverageDay._get_collection().find_one(
        {"community_code": community_code, "day": {"$lt": day.isoformat()}}, sort=[("day", -1)]
    )
    return CoverageDay._from_son(row).figures() if row else None


def rules(community_code: str) -> list[dict[str, Any]]:
    """Return the versions of a community's earning rules, newest first; `in_force` is the one for deeds of today."""
    book = Rulebook([community_code])
    in_force = book.on(community_code, local_day(utc_now())).version
    adopted = list(EarningRules.objects(community_code=community_code).order_by("-version"))
    shown = [*(show_rules(document) for document in adopted), _shown(DEFAULT_RULES, None)]
    return [{**row, "in_force": row["version"] == in_force} for row in shown]


def show_rules(document: EarningRules) -> dict[str, Any]:
    """Return one adopted version as it is shown."""
    return _shown(document.rule_set(), document)


def _shown(rule_set: RuleSet, adopted: EarningRules | None) -> dict[str, Any]:
    return {
        **{name: getattr(rule_set, name) for name in rule_set.__dataclass_fields__},
        "item_beans_per_hour": dict(rule_set.item_beans_per_hour),
        "adopted_by": adopted.adopted_by if adopted else None,
        "adopted_at": adopted.adopted_at if adopted else None,
        "built_in": adopted is None,
        "draft_id": adopted.draft_id if adopted else None,
    }
