"""The documents of identity. What a person said of themselves stands in exactly one of them, so that leaving is one write."""

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from shared.messaging import OutboxDocument

ALIAS = "identity"
META = {"db_alias": ALIAS, "auto_create_index": False, "strict": False}


class Community(Document):
    """A community with the places above it. `id` is its code."""

    meta = {**META, "collection": "communities", "indexes": []}
    id = StringField(primary_key=True)
    name = StringField(required=True)
    district = StringField()
    subdistrict = StringField()
    changed_at = DateTimeField(required=True)


class Grid(OutboxDocument):
    """A grid, the smallest place that somebody looks after. `id` is its code, unique in the installation."""

    meta = {
        **META,
        "collection": "grids",
        "indexes": [{"fields": ["community_code", "id"]}],
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    name = StringField(required=True)
    quarter_name = StringField(required=True)
    households = IntField(required=True, min_value=0)
    listed_at = DateTimeField(required=True)


class PlaceImport(Document):
    """A place table that was taken in: kept so that the same request gets the same answer."""

    meta = {**META, "collection": "place_imports", "indexes": [{"fields": ["expires_at"], "expireAfterSeconds": 0}]}
    id = StringField(primary_key=True)
    request_digest = StringField(required=True)
    community_code = StringField(required=True)
    imported_by = StringField(required=True)
    imported_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)
    counts = DictField()
    rows = ListField(DictField())


class Resident(OutboxDocument):
    """A person. After leaving, nothing but the id, the community, and the dates remain.

    `phone` is how to reach them and may be shared by a family; `sign_in_phone` is set with the password and unique in the
    installation. `household` is the address as written, `household_key` what makes two spellings equal, `household_id` what
    others learn. `pinyin` and `initials` are for searching. `consent_log` rows: {purpose, given, at}. `activation`:
    {code_hash, expires_at, tries, by}. `pin`: {hash, tries, set_by, set_at}. `birth_told_at` says when others were last told of the
    birth. `revision` guards changes.
    """

    meta = {
        **META,
        "collection": "residents",
        "indexes": [
            {"fields": ["community_code", "pinyin", "id"]},
            {"fields": ["community_code", "grid_code", "pinyin", "id"]},
            {"fields": ["community_code", "name"]},
            {"fields": ["phone"], "sparse": True},
            {"fields": ["sign_in_phone"], "unique": True, "sparse": True},
            {"fields": ["household_id"], "sparse": True},
        ],
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    community_code = StringField(required=True)
    name = StringField()
    pinyin = StringField()
    initials = StringField()
    phone = StringField()
    phone_as_written = StringField()
    sign_in_phone = StringField()
    password_hash = StringField()
    grid_code = StringField()
    household = StringField()
    household_key = StringField()
    household_id = StringField()
    birth_year = IntField()
    birth_month = IntField()
    birth_told_at = DateTimeField()
    note = StringField()
    roles = ListField(StringField())
    partner_id = StringField()
    consents = ListField(StringField())
    consent_log = ListField(DictField())
    activation = DictField(default=None)
    pin = DictField(default=None)
    source = StringField(required=True)
    invited_by = StringField()
    registered_by = StringField()
    registered_at = DateTimeField(required=True)
    changed_at = DateTimeField(required=True)
    left_at = DateTimeField()
    revision = IntField(required=True, default=1)


class Session(Document):
    """A sign-in that holds. `id` is the token's hash: whoever reads the database cannot sign in with what they find. One with
    `kiosk_activity_id` is a device's that its owner left at the door of that activity: it is worth a kiosk's token and nothing else.
    """

    meta = {
        **META,
        "collection": "sessions",
        "indexes": [
            {"fields": ["expires_at"], "expireAfterSeconds": 0},
            {"fields": ["resident_id"]},
            {"fields": ["kiosk_activity_id"], "sparse": True},
        ],
    }
    id = StringField(primary_key=True)
    resident_id = StringField(required=True)
    community_code = StringField(required=True)
    kiosk_activity_id = StringField()
    opened_at = DateTimeField(required=True)
    expires_at = DateTimeField(required=True)


class Mandate(OutboxDocument):
    """That a person's proxy may act for them: waiting → active → revoked | ended. Never changed but in status: other terms are
    another mandate.

    `code_key` finds it by the code that the person hands over. `ends_at` is the end of its last day, `good_until` the end of what
    it is now: the code's while it waits for that, else the same. `paper`: {signed_on, kept_at}. A pair has one active mandate at
    a time. `ending` says what ended it where nobody did. `at_desk`: the office acts for minutes for somebody who is with them.
    """

    meta = {
        **META,
        "collection": "mandates",
        "indexes": [
            {
                "fields": ["person_id", "proxy_id"],
                "unique": True,
                "partialFilterExpression": {"status": "active"},
                "name": "one_active",
            },
            {"fields": ["person_id", "-made_at"]},
            {"fields": ["proxy_id", "-made_at"]},
            {"fields": ["code_key"], "sparse": True},
            {"fields": ["community_code", "status", "-made_at", "-id"]},
        ],
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    community_code = StringField(required=True)
    person_id = StringField(required=True)
    proxy_id = StringField()
    acts = ListField(StringField(), required=True)
    beans_per_redemption = IntField(required=True, min_value=0)
    beans_per_month = IntField(required=True, min_value=0)
    ends_at = DateTimeField(required=True)
    good_until = DateTimeField(required=True)
    agreed_by = StringField(required=True)
    agreed_at = DateTimeField()
    code_key = StringField()
    paper = DictField(default=None)
    at_desk = BooleanField(required=True, default=False)
    made_by = StringField(required=True)
    made_at = DateTimeField(required=True)
    confirmed_by = StringField()
    confirmed_at = DateTimeField()
    status = StringField(required=True)
    ended_at = DateTimeField()
    ended_by = StringField()
    ending = StringField()
    reason = StringField()


class GuardianConsent(OutboxDocument):
    """That a guardian agrees to a minor's taking part: waiting → active → withdrawn | ended. Of a minor one is active at a time.

    `way` online: anybody of age in the household may agree, and `guardian_id` is who did. Paper: `paper` is {guardian_name, signed_on,
    kept_at}, since a guardian need not be a resident. That it ends when the minor comes of age is computed, not stored: a corrected
    birth moves it. `ending` says what ended it where nobody did.
    """

    meta = {
        **META,
        "collection": "guardian_consents",
        "indexes": [
            {"fields": ["minor_id"], "unique": True, "partialFilterExpression": {"status": "active"}, "name": "one_active"},
            {"fields": ["minor_id", "-asked_at"]},
            {"fields": ["guardian_id", "-asked_at"]},
            {"fields": ["community_code", "status", "-asked_at", "-id"]},
        ],
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    community_code = StringField(required=True)
    minor_id = StringField(required=True)
    guardian_id = StringField()
    way = StringField(required=True)
    kinship = StringField()
    paper = DictField(default=None)
    asked_by = StringField(required=True)
    asked_at = DateTimeField(required=True)
    asked_until = DateTimeField(required=True)
    given_at = DateTimeField()
    confirmed_by = StringField()
    status = StringField(required=True)
    ended_at = DateTimeField()
    ended_by = StringField()
    ending = StringField()
    reason = StringField()


class RosterImport(Document):
    """A resident roster as it was proposed, decided on and applied. `revision` guards changes.

    A row: {row, sheet, sheet_row, status, action, reasons, remarks, candidates, person, written, faults, gaps, decision,
    resident_id, outcome}. `person` is what the row says; it is dropped once the row has an outcome, for it then stands at
    the resident. Candidates are ids only: who leaves is forgotten here too.
    """

    meta = {
        **META,
        "collection": "roster_imports",
        "indexes": [{"fields": ["expires_at"], "expireAfterSeconds": 0}],
    }
    id = StringField(primary_key=True)
    request_digest = StringField(required=True)
    community_code = StringField(required=True)
    proposed_by = StringField(required=True)
    proposed_at = DateTimeField(required=True)
    applied_at = DateTimeField()
    expires_at = DateTimeField(required=True)
    ignored_columns = ListField(StringField())
    set_aside = ListField(DictField())
    rows = ListField(DictField())
    revision = IntField(required=True, default=1)


class PhoneView(Document):
    """That somebody of the office was shown a resident's number in full, to call them; the number itself is not kept here."""

    meta = {**META, "collection": "phone_views", "indexes": [{"fields": ["resident_id", "-seen_at"]}]}
    id = StringField(primary_key=True)
    resident_id = StringField(required=True)
    community_code = StringField(required=True)
    seen_by = StringField(required=True)
    seen_at = DateTimeField(required=True)


class IdentityAct(Document):
    """A line of identity's audit log, as `shared.mongo.audit` writes it: who (`by`) did what to whom (`about`)."""

    meta = {**META, "collection": "audit", "indexes": [{"fields": ["about", "-at"]}]}
    act = StringField()
    by = StringField()
    about = StringField()
    at = DateTimeField()
