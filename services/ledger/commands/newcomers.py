"""The bonus for whoever brought a newcomer: once, at the newcomer's first verified deed.

Deed and registration come from two services, in either order. Whoever comes first leaves its trace (an entry, a member) before it
looks for the other's, so whoever comes last finds it. The entry's id follows from the newcomer: a second finding is the same.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from services.ledger.models import Entry, Member, account_of
from services.ledger.queries.heads import standing_ids
from services.ledger.queries.rulebook import Rulebook
from services.ledger.rules import NEWCOMERS, Deed, Earn, Wish, award, counting_of, expiry_day
from services.ledger.settings import CACHED_MEMBERS_MAX, settings
from shared.clock import local_day

OLDEST_FIRST = [("account", -1), ("seq", 1)]


class Newcomers:
    """Finds the bonuses that fall due; remembers of whom none will ever be, so that few are asked about twice."""

    def __init__(self, limit: int = CACHED_MEMBERS_MAX) -> None:
        self._done: dict[str, None] = {}
        self._limit = limit

    def bonuses(self, resident_ids: Iterable[str]) -> list[Wish]:
        """Return the wishes for those of `resident_ids` who were brought by somebody and whose first deed is posted."""
        unknown = [resident_id for resident_id in dict.fromkeys(resident_ids) if resident_id not in self._done]
        if not unknown:
            return []
        members = list(Member.objects(id__in=unknown))
        self._remember(member.id for member in members if member.registered_at and not member.invited_by)
        if not (invited := [member for member in members if member.invited_by]):
            return []
        paid = standing_ids([newcomer_id(member.id) for member in invited])
        self._remember(member.id for member in invited if newcomer_id(member.id) in paid)
        unpaid = [member for member in invited if newcomer_id(member.id) not in paid]
        return self._wishes(unpaid) if unpaid else []

    def _wishes(self, invited: Sequence[Member]) -> list[Wish]:
        rulebook = Rulebook(member.community_code for member in invited)
        households = {
            inviter.id: inviter.household_id for inviter in Member.objects(id__in=[one.invited_by for one in invited])
        }
        wishes = [_bonus(member, rulebook, household_id=households.get(member.invited_by)) for member in invited]
        return [wish for wish in wishes if wish is not None]

    def _remember(self, resident_ids: Iterable[str]) -> None:
        self._done |= dict.fromkeys(resident_ids)
        while len(self._done) > self._limit:
            del self._done[next(iter(self._done))]


def _bonus(member: Member, rulebook: Rulebook, *, household_id: str | None) -> Wish | None:
    deed = Entry._get_collection().find_one(
        {"account": account_of(member.id, "bean"), "kind": "earn"}, sort=OLDEST_FIRST
    )
    if deed is None:
        return None
    on = date.fromisoformat(deed["explanation"]["on"])
    if on > local_day(member.registered_at) + timedelta(days=settings().newcomer_days):
        return None
    rules = rulebook.on(member.community_code, on)
    is_own_household = bool(household_id) and household_id == member.household_id
    brought = Deed("newcomer", on, leader=NEWCOMERS, same_household=is_own_household)
    amount, why = award(rules, brought, rulebook.pause(member.community_code, on))
    return Earn(
        id=newcomer_id(member.id),
        resident_id=member.invited_by,
        cause=deed["cause"],
        community_code=member.community_code,
        explanation={**why, "newcomer_id": member.id, "on": on.isoformat()},
        rule_version=rules.version,
        kind="bonus",
        amount=amount,
        contra=f"issued:{member.community_code}",
        expires=expiry_day(on, rules.expiry_months),
        counting=counting_of(rules, brought),
    )


def newcomer_id(resident_id: str) -> str:
    """Return the id of the entry that thanks whoever brought `resident_id`."""
    return f"newcomer:{resident_id}"
