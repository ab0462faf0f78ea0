"""The HTTP shapes of identity, named by direction: `In` is what a caller sends, `Out` what they get."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate
from marshmallow.exceptions import ValidationError
from webargs.fields import DelimitedList

from services.identity.rules.guardians import KINSHIPS
from services.identity.rules.guardians import STATUSES as GUARDIAN_STATUSES
from services.identity.rules.mandates import ACTS as MANDATE_ACTS
from services.identity.rules.mandates import STATUSES as MANDATE_STATUSES
from services.identity.rules.people import (
    NAME_CHARACTERS_MAX,
    PASSWORD_CHARACTERS_MAX,
    PASSWORD_CHARACTERS_MIN,
    YEAR_MIN,
)
from services.identity.rules.roster import DECISIONS
from services.identity.rules.trust import PURPOSES, ROLES
from shared.web.fields import Choice, Code, Day, Flag, Id, Moment, StrictInteger, Text
from shared.web.paging import PageArgs

PHONE_CHARACTERS_MAX = 40
HOUSEHOLD_CHARACTERS_MAX = 120
TOKEN_CHARACTERS_MAX = 200
DECISIONS_MAX = 3_000
EXCHANGED_MAX = 500
BEANS_MAX = 100_000
PIN_CHARACTERS_MAX = 20
PROOF_CHARACTERS_MAX = 2_000
PLACE_CHARACTERS_MAX = 120
YEAR_MAX = 2200


class Secret(fields.String):
    """A password, code or token: kept exactly as it came, never stripped, never shown."""

    def __init__(self, *, min: int = 1, max: int = TOKEN_CHARACTERS_MAX, **options: Any) -> None:
        super().__init__(validate=validate.Length(min=min, max=max), load_only=True, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if any("\ud800" <= mark <= "\udfff" for mark in text):
            raise ValidationError("Has characters that cannot be kept.")
        return text


class In(Schema):
    """What a caller sends: unknown fields are refused and named."""

    class Meta:
        unknown = RAISE


def _password(**options: Any) -> Secret:
    return Secret(min=PASSWORD_CHARACTERS_MIN, max=PASSWORD_CHARACTERS_MAX, **options)


def _consents(**options: Any) -> fields.List:
    return fields.List(Choice(PURPOSES), validate=validate.Length(max=len(PURPOSES)), **options)


class SignInIn(In):
    """Phone and password, as typed."""

    phone = Text(max=PHONE_CHARACTERS_MAX, required=True)
    password = Secret(required=True)


class SessionOut(Schema):
    """An open session; send the token as `Authorization: Bearer …`."""

    token = fields.String()
    expires_at = fields.AwareDateTime(format="iso")
    resident_id = fields.String(attribute="resident.id")
    community_code = fields.String(attribute="resident.community_code")
    roles = fields.List(fields.String(), attribute="resident.roles")


class KioskIn(In):
    """At which activity a device is left at the door, and until when; twelve hours at most."""

    activity_id = Id(required=True)
    until = Moment(required=True)


class KioskOut(Schema):
    """A kiosk's session, as it is shown once; `token` is sent like that of any other."""

    token = fields.String()
    expires_at = fields.AwareDateTime(format="iso")
    activity_id = fields.String()


class KioskArgs(In):
    """Whose kiosks: those of one activity."""

    activity_id = Id(required=True)


class KioskLineOut(Schema):
    """A kiosk that is open, and who opened it."""

    opened_by = fields.String()
    opened_by_name = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime(format="iso")
    expires_at = fields.AwareDateTime(format="iso")


class TokensIn(In):
    """Opaque tokens of sessions."""

    session_tokens = fields.List(Secret(), required=True, validate=validate.Length(min=1, max=EXCHANGED_MAX))


class ActingTokenIn(In):
    """The session of a proxy, and the mandate by which they act."""

    session_token = Secret(required=True)
    mandate_id = Id(required=True)


class ActingOut(Schema):
    """Who acts, by which mandate, and what it lets them do."""

    by_id = fields.String()
    mandate_id = fields.String()
    acts = fields.List(fields.String())
    limits = fields.Dict(keys=fields.String(), values=fields.Integer())


class CallerOut(Schema):
    """Whom a signed token speaks for; `acting` where somebody acts for them, `kiosk` where a device does at that activity's door."""

    resident_id = fields.String()
    community_code = fields.String()
    roles = fields.List(fields.String())
    partner_id = fields.String(allow_none=True)
    household_id = fields.String(allow_none=True)
    name = fields.String()
    acting = fields.Nested(ActingOut)
    kiosk = fields.String()


class TokenOut(Schema):
    """A signed token of five minutes for services."""

    token = fields.String()
    expires_at = fields.AwareDateTime(format="iso")
    caller = fields.Nested(CallerOut)


class TokensOut(Schema):
    """What each session is worth, in the order in which they were named; null for nothing."""

    items = fields.List(fields.Nested(TokenOut, allow_none=True))


class ResidentIn(In):
    """A registration. Staff may leave out phone and password for somebody who has none. Year and month of birth may be left out."""

    community_code = Code(required=True)
    name = Text(max=NAME_CHARACTERS_MAX, required=True)
    phone = Text(max=PHONE_CHARACTERS_MAX)
    password = _password()
    consents = _consents(required=True)
    grid_code = Code()
    household = Text(max=HOUSEHOLD_CHARACTERS_MAX)
    birth_year = StrictInteger(min=YEAR_MIN, max=YEAR_MAX)
    birth_month = StrictInteger(min=1, max=12)
    invited_by = Id()


class ResidentOut(Schema):
    """A resident as themselves or staff may see them; the phone is masked. `guardian_consent`: of a minor, waiting or active."""

    resident_id = fields.String()
    community_code = fields.String()
    name = fields.String()
    phone = fields.String(allow_none=True)
    phone_tail = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    household_id = fields.String(allow_none=True)
    household = fields.String(allow_none=True)
    birth_year = fields.Integer(allow_none=True)
    birth_month = fields.Integer(allow_none=True)
    is_minor = fields.Boolean()
    guardian_consent = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    roles = fields.List(fields.String())
    partner_id = fields.String(allow_none=True)
    consents = fields.List(fields.String())
    consents_since = fields.Dict(keys=fields.String(), values=fields.AwareDateTime(format="iso"))
    signs_in = fields.Boolean()
    source = fields.String()
    registered_at = fields.AwareDateTime(format="iso")


class MeOut(ResidentOut):
    """Who the caller is."""

    community_name = fields.String()


class ResidentListOut(Schema):
    """A line of the staff's list."""

    resident_id = fields.String()
    name = fields.String()
    phone = fields.String(allow_none=True)
    phone_tail = fields.String(allow_none=True)
    grid_code = fields.String(allow_none=True)
    household_id = fields.String(allow_none=True)
    roles = fields.List(fields.String())
    signs_in = fields.Boolean()
    source = fields.String()
    registered_at = fields.AwareDateTime(format="iso")


IDS_MAX = 100  # what a request line of 4 kB holds


class ResidentsArgs(PageArgs):
    """`q`: part of a name, pinyin or its initials, or the end of a phone; `ids`: these people, separated by commas."""

    q = Text(max=NAME_CHARACTERS_MAX, blank=True)
    grid = Code()
    ids = DelimitedList(Id(), validate=validate.Length(max=IDS_MAX))


class ResidentPatchIn(In):
    """What changes; null takes a grid, an address, a birth or a note away."""

    grid_code = Code(allow_none=True)
    household = Text(max=HOUSEHOLD_CHARACTERS_MAX, allow_none=True)
    birth_year = StrictInteger(min=YEAR_MIN, max=YEAR_MAX, allow_none=True)
    birth_month = StrictInteger(min=1, max=12, allow_none=True)
    note = Text(allow_none=True)
    phone = Text(max=PHONE_CHARACTERS_MAX)


class RolesIn(In):
    """All roles that a resident is to hold; `resident` goes without saying."""

    roles = fields.List(Choice(ROLES), required=True, validate=validate.Length(max=len(ROLES)))
    partner_id = Id(load_default=None, allow_none=True)


class DepartureIn(In):
    """Why somebody is no longer here, and who of the household has what is left of their beans."""

    reason = Choice(("moved", "died"), required=True)
    heir_id = Id(load_default=None, allow_none=True)


class CodeOut(Schema):
    """A one-time code, shown once."""

    code = fields.String()
    expires_at = fields.AwareDateTime(format="iso")


class ActivationIn(In):
    """A code from the office sets a password."""

    phone = Text(max=PHONE_CHARACTERS_MAX, required=True)
    code = Secret(max=PHONE_CHARACTERS_MAX, required=True)
    password = _password(required=True)
    consents = _consents()


class TermsIn(In):
    """What a mandate lets a proxy do, and how far; beans count only where `redeem` is among the acts."""

    acts = fields.List(Choice(MANDATE_ACTS), required=True, validate=validate.Length(min=1, max=len(MANDATE_ACTS)))
    beans_per_redemption = StrictInteger(load_default=0, max=BEANS_MAX)
    beans_per_month = StrictInteger(load_default=0, max=BEANS_MAX)
    ends_on = Day(required=True)


class MandateIn(TermsIn):
    """A mandate that is offered by a code; staff name the person for whom they print it."""

    person_id = Id()


class PaperMandateIn(TermsIn):
    """A form that the person signed, and where the paper is kept."""

    person_id = Id(required=True)
    proxy_id = Id(required=True)
    signed_on = Day(required=True)
    kept_at = Text(max=PLACE_CHARACTERS_MAX, required=True)


class MandateCodeIn(In):
    """The code that a person handed to their proxy, as typed."""

    code = Secret(max=PHONE_CHARACTERS_MAX, required=True)


class CardMandateIn(TermsIn):
    """That a person showed their card (checkin's proof) and typed their PIN; `at_desk`: to the office, which acts for minutes."""

    card = Secret(max=PROOF_CHARACTERS_MAX, required=True)
    pin = Secret(max=PIN_CHARACTERS_MAX, required=True)
    at_desk = Flag(load_default=False)


class PinIn(In):
    """Six digits."""

    pin = Secret(max=PIN_CHARACTERS_MAX, required=True)


class RevocationIn(In):
    """Why a mandate is ended; staff have to say."""

    reason = Text(load_default=None, allow_none=True)


class MandatesArgs(PageArgs):
    """Whose mandates (staff: all of the community if left out), and where they stand."""

    resident_id = Id()
    status = Choice(MANDATE_STATUSES)


class PaperOut(Schema):
    """The signed form, for staff."""

    signed_on = fields.String()
    kept_at = fields.String()


class MandateOut(Schema):
    """Who may act for whom. `code` stands while it waits to be handed over; `paper` for staff."""

    mandate_id = fields.String()
    community_code = fields.String()
    person_id = fields.String()
    person_name = fields.String(allow_none=True)
    proxy_id = fields.String(allow_none=True)
    proxy_name = fields.String(allow_none=True)
    acts = fields.List(fields.String())
    beans_per_redemption = fields.Integer()
    beans_per_month = fields.Integer()
    ends_on = fields.Date(format="iso")
    ends_at = fields.AwareDateTime(format="iso")
    at_desk = fields.Boolean()
    agreed_by = fields.String()
    agreed_at = fields.AwareDateTime(format="iso", allow_none=True)
    status = fields.String()
    code = fields.String(allow_none=True)
    code_expires_at = fields.AwareDateTime(format="iso", allow_none=True)
    paper = fields.Nested(PaperOut, allow_none=True)
    made_by = fields.String()
    made_by_name = fields.String(allow_none=True)
    made_at = fields.AwareDateTime(format="iso")
    confirmed_by = fields.String(allow_none=True)
    confirmed_by_name = fields.String(allow_none=True)
    confirmed_at = fields.AwareDateTime(format="iso", allow_none=True)
    ended_by = fields.String(allow_none=True)
    ended_by_name = fields.String(allow_none=True)
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    ending = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class GuardianAskIn(In):
    """Whose household is asked; oneself if left out."""

    minor_id = Id()


class GuardianFormIn(In):
    """A form that a guardian signed, and where the paper is kept."""

    minor_id = Id(required=True)
    guardian_name = Text(max=NAME_CHARACTERS_MAX, required=True)
    kinship = Choice(KINSHIPS, required=True)
    signed_on = Day(required=True)
    kept_at = Text(max=PLACE_CHARACTERS_MAX, required=True)


class AgreementIn(In):
    """What the guardian is to the minor."""

    kinship = Choice(KINSHIPS, required=True)


class WithdrawalIn(In):
    """Why a consent ends; staff have to say."""

    reason = Text(load_default=None, allow_none=True)


class GuardianConsentsArgs(PageArgs):
    """Whose consents, as minor or guardian (staff: all of the community if left out), and where they stand."""

    resident_id = Id()
    status = Choice(GUARDIAN_STATUSES)


class GuardianPaperOut(PaperOut):
    """The guardian's signed form, for staff."""

    guardian_name = fields.String()


class GuardianConsentOut(Schema):
    """A guardian's consent: waiting, active, withdrawn or ended (`ending` says by what). `last_day`: the last on which it can hold.
    `may_agree`: the caller is of the household that is asked."""

    consent_id = fields.String()
    community_code = fields.String()
    minor_id = fields.String()
    minor_name = fields.String(allow_none=True)
    guardian_id = fields.String(allow_none=True)
    guardian_name = fields.String(allow_none=True)
    way = fields.String()
    kinship = fields.String(allow_none=True)
    paper = fields.Nested(GuardianPaperOut, allow_none=True)
    status = fields.String()
    asked_by = fields.String()
    asked_by_name = fields.String(allow_none=True)
    asked_at = fields.AwareDateTime(format="iso")
    asked_until = fields.AwareDateTime(format="iso")
    given_at = fields.AwareDateTime(format="iso", allow_none=True)
    confirmed_by = fields.String(allow_none=True)
    confirmed_by_name = fields.String(allow_none=True)
    last_day = fields.Date(format="iso", allow_none=True)
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    ended_by = fields.String(allow_none=True)
    ended_by_name = fields.String(allow_none=True)
    ending = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    may_agree = fields.Boolean()


class ConsentsIn(In):
    """All purposes that hold from now on."""

    consents = _consents(required=True)


class ConsentLineOut(Schema):
    """A consent given or withdrawn."""

    purpose = fields.String()
    given = fields.Boolean()
    at = fields.AwareDateTime(format="iso")


class SessionLineOut(Schema):
    """One of the caller's sessions; `kiosk_activity_id` of a device that they left at an activity's door."""

    opened_at = fields.AwareDateTime(format="iso")
    expires_at = fields.AwareDateTime(format="iso")
    kiosk_activity_id = fields.String(allow_none=True)


class ActOut(Schema):
    """A line of the audit log about the caller."""

    act = fields.String()
    by = fields.String()
    at = fields.AwareDateTime(format="iso")


class ExportOut(ResidentOut):
    """Everything that identity keeps about the caller; the phone in full."""

    phone_as_written = fields.String(allow_none=True)
    consent_log = fields.List(fields.Nested(ConsentLineOut))
    invited_by = fields.String(allow_none=True)
    registered_by = fields.String(allow_none=True)
    changed_at = fields.AwareDateTime(format="iso")
    sessions = fields.List(fields.Nested(SessionLineOut))
    acts = fields.List(fields.Nested(ActOut))


class GridOut(Schema):
    """A grid."""

    code = fields.String()
    name = fields.String()
    households = fields.Integer()


class QuarterOut(Schema):
    """A residential quarter with its grids."""

    name = fields.String()
    grids = fields.List(fields.Nested(GridOut))


class CommunityOut(Schema):
    """A community with the places above and below it."""

    code = fields.String()
    name = fields.String()
    district = fields.String(allow_none=True)
    subdistrict = fields.String(allow_none=True)
    quarters = fields.List(fields.Nested(QuarterOut))


class PlacesArgs(PageArgs):
    """One community, or all of them."""

    community_code = Code()


class ReasonOut(Schema):
    """Why, as a code for programs and in words for people."""

    code = fields.String()
    zh = fields.String()
    en = fields.String()


class PlaceRowOut(Schema):
    """A row of a place table and what became of it: listed, changed, known, refused."""

    row = fields.Integer()
    quarter_name = fields.String()
    grid_name = fields.String()
    grid_code = fields.String()
    households = fields.Integer()
    outcome = fields.String()
    reasons = fields.List(fields.Nested(ReasonOut))


class PlaceImportOut(Schema):
    """A place table that was taken in."""

    import_id = fields.String()
    imported_at = fields.AwareDateTime(format="iso")
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    rows = fields.List(fields.Nested(PlaceRowOut))


class CandidateOut(Schema):
    """Somebody who may be meant: a resident, or (with `row`) who another row of the file brings."""

    resident_id = fields.String()
    row = fields.Integer(allow_none=True)
    name = fields.String()
    phone_tail = fields.String()


class RosterRowOut(Schema):
    """A row: `status` is proposed, needs_decision, known or refused; `outcome` stands once it was applied."""

    row = fields.Integer()
    sheet = fields.String()
    sheet_row = fields.Integer()
    status = fields.String()
    action = fields.String()
    reasons = fields.List(fields.Nested(ReasonOut))
    remarks = fields.List(fields.Nested(ReasonOut))
    candidates = fields.List(fields.Nested(CandidateOut))
    decision = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)
    resident_id = fields.String()
    name = fields.String(allow_none=True)
    phone = fields.String()
    address = fields.String()
    birth_year = fields.Integer(allow_none=True)
    birth_month = fields.Integer(allow_none=True)
    grid_code = fields.String(allow_none=True)
    note = fields.String()
    written = fields.Dict(keys=fields.String(), values=fields.String())


class LineOut(Schema):
    """A line that tells of no person."""

    row = fields.Integer()
    sheet = fields.String()
    sheet_row = fields.Integer()
    text = fields.String()
    reasons = fields.List(fields.Nested(ReasonOut))


class RosterImportOut(Schema):
    """A roster with every line of the file in `rows` or `set_aside`."""

    import_id = fields.String()
    proposed_at = fields.AwareDateTime(format="iso")
    applied_at = fields.AwareDateTime(format="iso", allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    ignored_columns = fields.List(fields.String())
    rows = fields.List(fields.Nested(RosterRowOut))
    set_aside = fields.List(fields.Nested(LineOut))


class DecisionIn(In):
    """What is to become of a row; merging names the resident unless there is one candidate only."""

    row = StrictInteger(min=1, max=2**31, required=True)
    decision = Choice(DECISIONS, required=True)
    resident_id = Id()


class DecisionsIn(In):
    """Decisions on some rows; others stay as they are."""

    rows = fields.List(fields.Nested(DecisionIn), required=True, validate=validate.Length(max=DECISIONS_MAX))


class PhoneViewIn(Schema):
    """Whose number is to be shown."""

    class Meta:
        unknown = RAISE

    resident_id = Id(required=True)


class PhoneViewOut(Schema):
    """A number in full; None once it has been shown long enough."""

    view_id = fields.String(required=True)
    resident_id = fields.String(required=True)
    phone = fields.String(allow_none=True)
    seen_at = fields.AwareDateTime(format="iso", required=True)
