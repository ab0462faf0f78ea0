"""Facts about places and people. Names travel so that rosters can be read; full phone numbers never leave identity."""

from shared.events.fact import Moment, fact


@fact("identity.grid-listed.v1", subject="grid_code")
class GridListed:
    """A grid of a community was entered in, or changed by, the place table."""

    grid_code: str
    community_code: str
    grid_name: str
    quarter_name: str
    households: int
    listed_at: Moment


@fact("identity.resident-registered.v1", subject="resident_id")
class ResidentRegistered:
    """A person was entered as a resident, by themselves or from the office's roster (`source`: self, roster, staff)."""

    resident_id: str
    community_code: str
    name: str
    source: str
    registered_at: Moment
    grid_code: str | None = None
    household_id: str | None = None
    phone_tail: str | None = None
    invited_by: str | None = None
    consents: list[str]


@fact("identity.resident-moved.v1", subject="resident_id")
class ResidentMoved:
    """A resident's grid or household changed within the community."""

    resident_id: str
    community_code: str
    grid_code: str | None = None
    household_id: str | None = None
    moved_at: Moment


@fact("identity.resident-left.v1", subject="resident_id")
class ResidentLeft:
    """A resident left the community: others keep only what the law asks, under the bare id.

    `reason`: self, moved, died. `heir_id`: who of the household is to have what is left of the beans.
    """

    resident_id: str
    community_code: str
    left_at: Moment
    reason: str = "self"
    heir_id: str | None = None


@fact("identity.roles-given.v1", subject="resident_id")
class RolesGiven:
    """What a resident may do was set anew; `roles` are all that hold now (resident, organizer, partner, steward, auditor)."""

    resident_id: str
    community_code: str
    roles: list[str]
    given_at: Moment


@fact("identity.consents-changed.v1", subject="resident_id")
class ConsentsChanged:
    """A resident gave or withdrew consents; `consents` are all that hold now (service, publish, share, contact)."""

    resident_id: str
    community_code: str
    consents: list[str]
    changed_at: Moment


@fact("identity.birth-stated.v1", subject="resident_id")
class BirthStated:
    """When a resident was born became known, or was corrected; both None: it is known no more. The day is kept nowhere."""

    resident_id: str
    community_code: str
    birth_year: int | None = None
    birth_month: int | None = None
    stated_at: Moment


@fact("identity.guardian-consent-given.v1", subject="resident_id")
class GuardianConsentGiven:
    """A guardian agreed that a minor takes part, from now on and until they come of age."""

    consent_id: str
    resident_id: str
    community_code: str
    given_at: Moment


@fact("identity.guardian-consent-withdrawn.v1", subject="resident_id")
class GuardianConsentWithdrawn:
    """A guardian's consent holds no more: withdrawn by them or the office, or they have left."""

    consent_id: str
    resident_id: str
    community_code: str
    withdrawn_at: Moment


@fact("identity.mandate-given.v1", subject="mandate_id")
class MandateGiven:
    """A person let a proxy act for them from now on; `agreed_by` says how they agreed (code, paper)."""

    mandate_id: str
    community_code: str
    person_id: str
    proxy_id: str
    agreed_by: str
    given_at: Moment
