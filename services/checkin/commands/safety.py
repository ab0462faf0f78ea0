"""Require of an activity, and of who signs up for it, what the law and its organizer ask."""

from collections.abc import Mapping
from typing import Any

from services.checkin.commands.catalogue import item_code
from services.checkin.commands.courses import require_trained
from services.checkin.commands.residents import await_attendee
from services.checkin.errors import BelowLeastAge, GuardianConsentMissing, MinorHoursFull, SkillMissing, UnknownItem
from services.checkin.models import Activity, Attendee, ServiceItem
from services.checkin.queries.care import refusal_for, refusal_of_sign_up
from services.checkin.rules import care, safety
from services.checkin.rules.stalls import required_at
from services.checkin.settings import settings
from shared.clock import local_day
from shared.problems import Invalid


def skills_by_code(wanted: list[str], *, within: str = "") -> list[str]:
    """Return the codes of skills given by code, name or alias, each once; Invalid names the one that the catalogue does not have, by a
    pointer that begins with `within`."""
    codes = []
    for at, words in enumerate(wanted):
        try:
            codes.append(item_code(words))
        except UnknownItem:
            raise Invalid(errors={f"{within}/requires/{at}": "The catalogue has no such skill."}) from None
    return list(dict.fromkeys(codes))


def require_told(occasion: Mapping[str, Any]) -> None:
    """Raise Invalid naming /risks or /insurance where the item, or that of a stall, asks for them and the announcement does not state
    them."""
    items = {occasion["item"], *(stall["item"] for stall in occasion.get("stalls") or ())}
    item = ServiceItem.objects(id__in=list(items), insurance_required=True).only("id").first()
    missing = safety.untold(risks=occasion.get("risks"), insurance=occasion.get("insurance")) if item else ()
    if missing:
        detail = "This service item asks for it: people must know the risks, and that they are insured, before they sign up."
        raise Invalid(errors={f"/{name}": detail for name in missing})


def require_fit(activity: Activity, resident_id: str, *, stall_id: str | None = None) -> None:
    """Raise unless a resident may take part in an activity, at a stall where one is named, on its day by skill and by age.

    Raises SkillMissing, CourseMissing, GuardianConsentMissing, BelowLeastAge, MinorHoursFull.
    """
    attendee = await_attendee(activity.community_code, resident_id)
    _require_skills(activity, attendee, stall_id)
    require_trained(activity, attendee, stall_id)
    if attendee is not None and (refusal := refusal_of_sign_up(activity, attendee, stall_id=stall_id)):
        raise BY_REFUSAL[refusal]


def require_fit_at(activity: Activity, resident_id: str, stall_id: str | None) -> None:
    """Raise unless somebody who takes part may stand at a stall, by skill and by age; how long their day gets is not asked again.

    Raises SkillMissing, CourseMissing, GuardianConsentMissing, BelowLeastAge.
    """
    attendee = await_attendee(activity.community_code, resident_id)
    _require_skills(activity, attendee, stall_id)
    require_trained(activity, attendee, stall_id)
    if attendee is not None and (refusal := refusal_for(activity, attendee.person, stall_id=stall_id)):
        raise BY_REFUSAL[refusal]


BY_REFUSAL = {
    care.CONSENT_MISSING: GuardianConsentMissing, care.BELOW_LEAST_AGE: BelowLeastAge, care.HOURS_FULL: MinorHoursFull,
}  # fmt: skip


def _require_skills(activity: Activity, attendee: Attendee | None, stall_id: str | None) -> None:
    """Raise SkillMissing, naming the skills, unless the resident holds all that the activity requires, and the stall, on its day."""
    needed = required_at(activity.requires, activity.stalls, stall_id)
    if not needed:
        return
    day = local_day(activity.starts_at, settings().zone).isoformat()
    held = attendee.skills if attendee else []
    if missing := safety.lacking(needed, held, licensed=ServiceItem.licensed(), day=day):
        raise SkillMissing(", ".join(missing))
