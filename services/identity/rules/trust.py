"""Who may hold and change what: roles, consents, activation and leaving."""

from collections.abc import Collection, Iterable

RESIDENT, ORGANIZER, PARTNER, STEWARD, AUDITOR = "resident", "organizer", "partner", "steward", "auditor"
ROLES = (RESIDENT, ORGANIZER, PARTNER, STEWARD, AUDITOR)
OFFICE = frozenset({ORGANIZER, STEWARD})
"""Who acts for the office; an auditor only looks on."""
SERVICE, PUBLISH, SHARE, CONTACT = "service", "publish", "share", "contact"
PURPOSES = (SERVICE, PUBLISH, SHARE, CONTACT)


def roles_held(roles: Iterable[str]) -> list[str]:
    """Return `roles` in the order of the glossary, with `resident`: every staff person is a resident too."""
    wanted = {RESIDENT, *roles}
    return [role for role in ROLES if role in wanted]


def consents_held(purposes: Iterable[str]) -> list[str]:
    """Return `purposes` in one order, each once, so that saying the same twice changes nothing."""
    given = set(purposes)
    return [purpose for purpose in PURPOSES if purpose in given]


def lacks_partner(roles: Collection[str], partner_id: str | None) -> bool:
    """Tell whether the partner role was given without saying for whom the person stands at the counter."""
    return PARTNER in roles and partner_id is None


def may_let_in(by_roles: Collection[str], about_roles: Collection[str]) -> bool:
    """Tell whether somebody may hand out a code that sets a new password for another.

    A code is as good as the password itself, so only a steward gives one to a person with a role of their own:
    otherwise an organizer could become a steward by way of the steward's forgotten password.
    """
    plain_resident = not set(about_roles) - {RESIDENT}
    return STEWARD in by_roles or (ORGANIZER in by_roles and plain_resident)


def changed_purposes(before: Collection[str], after: Collection[str]) -> list[tuple[str, bool]]:
    """Return (purpose, given) for each purpose that was given or withdrawn between two states."""
    return [(purpose, purpose in after) for purpose in PURPOSES if (purpose in before) != (purpose in after)]
