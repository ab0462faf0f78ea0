"""Two versions of the rules side by side: what would change, number by number."""

from dataclasses import fields
from typing import NamedTuple

from services.ledger.rules.earning import RuleSet

OWN_RATES, OF_THE_VERSION = "item_beans_per_hour", ("version", "applies_from")
NUMBERS = tuple(row.name for row in fields(RuleSet) if row.name not in (*OF_THE_VERSION, OWN_RATES))


class Change(NamedTuple):
    """One number that differs; `item` where it is an item's own rate. None: the item has none there, the general rate holds."""

    name: str
    item: str | None
    before: int | None
    after: int | None


def changes_between(before: RuleSet, after: RuleSet) -> list[Change]:
    """Return what differs, in the order of the rules, items last in the order of their codes."""
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in NUMBERS]
    plain = [Change(name, None, old, new) for name, old, new in pairs if old != new]
    old_rates, new_rates = before.item_beans_per_hour, after.item_beans_per_hour
    rates = [(item, old_rates.get(item), new_rates.get(item)) for item in sorted({*old_rates, *new_rates})]
    return plain + [Change(OWN_RATES, item, old, new) for item, old, new in rates if old != new]
