"""Who takes part only with a guardian's consent: asked wherever somebody registers, signs in, or is to be agreed for."""

from services.identity.commands.mandates import today
from services.identity.errors import GuardianNeeded
from services.identity.models import GuardianConsent, Resident
from services.identity.rules.guardians import ACTIVE, is_child, is_minor, is_of_age
from services.identity.rules.people import Birth
from services.identity.settings import settings


def birth_of(resident: Resident) -> Birth:
    """Return when a resident was born, as far as it is known."""
    return Birth(resident.birth_year, resident.birth_month)


def counts_as_minor(resident: Resident) -> bool:
    """Tell whether a resident may be under age today."""
    return is_minor(birth_of(resident), today=today(), adult_age=settings().adult_age)


def is_grown_up(resident: Resident) -> bool:
    """Tell whether a resident is known to be of age today."""
    return is_of_age(birth_of(resident), today=today(), adult_age=settings().adult_age)


def has_consent(resident_id: str) -> bool:
    """Tell whether a guardian's consent for a minor is in force."""
    return GuardianConsent.objects(minor_id=resident_id, status=ACTIVE).only("id").first() is not None


def lacks_guardian(resident: Resident) -> bool:
    """Tell whether somebody may be under fourteen and no guardian has agreed (PIPL art. 31)."""
    return is_child(birth_of(resident), today=today()) and not has_consent(resident.id)


def require_guardian(resident: Resident) -> None:
    """Raise GuardianNeeded for somebody who may be under fourteen and for whom no guardian has agreed."""
    if lacks_guardian(resident):
        raise GuardianNeeded()
