"""The documents of rewards: each changes by one guarded write, and what a write may leave is said in `rules`."""

from collections.abc import Mapping
from typing import Any

from mongoengine import BinaryField, BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.rewards.rules.offers import Kind
from services.rewards.rules.saga import Status
from services.rewards.rules.shelf import Claim, Shelf
from shared.mongo import OutboxDocument

ALIAS = "rewards"
NOTICE_DAYS_KEPT = 40
"""Longer than outboxes keep what was published."""

PARTNER_KINDS = ("shop", "property", "charity", "unit")


class Partner(Document):
    """Who offers rewards, and other help: a shop, a property company, a charity, a unit.

    What it says of itself (`contact_…`, `gives_…`) is told to itself and to staff. `introduced_at` says since when it has reported itself
    to the community, `introduction_revision` guards the next change.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "partners",
        "indexes": [{"fields": ["community_code", "name", "id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    community_code = StringField(required=True)
    name = StringField(required=True)
    kind = StringField(required=True)
    contact_name = StringField()
    contact_phone = StringField()
    gives_items = ListField(StringField())
    gives_people = IntField()
    gives_rooms = StringField()
    gives_words = StringField()
    introduced_at = DateTimeField()
    introduction_changed_at = DateTimeField()
    introduction_by = StringField()
    introduction_revision = IntField()
    created_by = StringField(required=True)
    created_at = DateTimeField(required=True)


class Reward(Document):
    """A thing that beans buy, with its shelf (see `rules.shelf`).

    `revision` counts the edits by people and guards the next one; `stock_revision` counts every write and orders the
    facts; `unannounced` stands from a write until a StockNotice tells of it. `claims` are plain dictionaries {id,
    redemption_id, quantity, undo, claimed_at}: a document class each would cost more than the claim. `uses` is how often
    the voucher of one piece may be used. `opening_hours` are rows {weekday, hours}; a limit counts pieces.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "rewards",
        "indexes": [
            {"fields": ["community_code", "-created_at", "-id"]},
            {"fields": ["unannounced"], "partialFilterExpression": {"unannounced": True}},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    community_code = StringField(required=True)
    partner_id = StringField(required=True)
    title = StringField(required=True)
    price_beans = IntField(required=True)
    valid_days = IntField(required=True)
    kind = StringField(required=True, choices=[kind.value for kind in Kind], default=Kind.GOODS.value)
    uses = IntField(required=True, default=1)
    opening_hours = ListField(DictField())
    limit_person_month = IntField()
    limit_household_month = IntField()
    photo_id = StringField()
    photo_made_at = DateTimeField()
    offered = BooleanField(required=True, default=True)
    supplied = IntField(required=True)
    stock = IntField(required=True)
    reserved = IntField(required=True, default=0)
    sold = IntField(required=True, default=0)
    claims = ListField(DictField())
    revision = IntField(required=True, default=1)
    stock_revision = IntField(required=True, default=1)
    unannounced = BooleanField()
    created_by = StringField(required=True)
    created_at = DateTimeField(required=True)

    VALIDATOR = {
        "$and": [
            {name: {"$gte": 0} for name in ("supplied", "stock", "reserved", "sold")},
            {"$expr": {"$eq": ["$supplied", {"$add": ["$stock", "$reserved", "$sold"]}]}},
        ]
    }
    """The database itself refuses a shelf that does not add up."""


class RewardPhoto(Document):
    """A picture of a reward as a small JPEG; never changed, so that it can be kept by whoever has seen it."""

    meta = {
        "db_alias": ALIAS,
        "collection": "reward_photos",
        "indexes": [{"fields": ["reward_id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    reward_id = StringField(required=True)
    community_code = StringField(required=True)
    content = BinaryField(required=True)
    made_at = DateTimeField(required=True)


class PriceList(Document):
    """A partner's price list as it was proposed, decided on and applied. `revision` guards changes.

    A row: {line, offer, faults, gaps, status, reasons, changes, decision?, outcome?}; `changes` are [there, here] by name.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "price_lists",
        "indexes": [
            {"fields": ["partner_id", "request_digest"]},
            {"fields": ["expires_at"], "expireAfterSeconds": 0},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField(required=True)
    community_code = StringField(required=True)
    partner_id = StringField(required=True)
    proposed_by = StringField(required=True)
    proposed_at = DateTimeField(required=True)
    applied_at = DateTimeField()
    expires_at = DateTimeField(required=True)
    rows = ListField(DictField())
    revision = IntField(required=True, default=1)


class StockNotice(OutboxDocument):
    """One telling of where a shelf stands; the database forgets it by itself, long after it was published.

    A fact a claim in the reward's own outbox was rejected: a reward in demand would grow by a fact a second for weeks.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "stock_notices",
        "indexes": [{"fields": ["told_at"], "expireAfterSeconds": NOTICE_DAYS_KEPT * 86_400}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    reward_id = StringField(required=True)
    stock_revision = IntField(required=True)
    told_at = DateTimeField(required=True)


class Redemption(OutboxDocument):
    """One resident's wish for one reward: the state machine of the saga.

    Title, partner, price, uses and limits stand here as they were promised: later edits of the reward don't touch them.
    `claim_id` is the claim on the shelf that it calls its own. `due_at` is when the sweeper has to look at it, and is gone
    once it is closed. `settled_at` is when the ledger had captured or released the beans.

    `fulfilments` are plain dictionaries {id, fulfilled_at, fulfilled_by, entered_at, beans}, one a use, and once undone
    {undone_at, undone_by, reason} with it; the first one that stands carries the beans. `used` counts those that stand,
    `undos` how often the beans were taken back, which also tells the ledger's answers apart (ADR 59). `line_key` stands while
    somebody is in line: one place each for a reward. `by_id` stands where a proxy asked for the resident, by `mandate_id`, who may
    spend `limit_mandate_month` beans for them in a month.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "redemptions",
        "indexes": [
            {"fields": ["community_code", "resident_id", "-requested_at", "-id"]},
            {"fields": ["voucher_code"], "unique": True, "partialFilterExpression": {"voucher_code": {"$exists": True}}},
            {"fields": ["due_at"], "partialFilterExpression": {"due_at": {"$exists": True}}},
            {
                "fields": ["partner_id", "fulfilled_at", "id"],
                "partialFilterExpression": {"fulfilled_at": {"$exists": True}},
            },
            {"fields": ["line_key"], "unique": True, "partialFilterExpression": {"line_key": {"$exists": True}}},
            {
                "fields": ["reward_id", "requested_at", "id"],
                "partialFilterExpression": {"status": Status.WAITING.value},
                "name": "line",
            },
            {"fields": ["partner_id", "fulfilments.fulfilled_at"]},
            {"fields": ["partner_id", "fulfilments.undone_at"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    community_code = StringField(required=True)
    resident_id = StringField(required=True)
    reward_id = StringField(required=True)
    reward_title = StringField(required=True)
    partner_id = StringField(required=True)
    valid_days = IntField(required=True)
    quantity = IntField(required=True)
    amount_beans = IntField(required=True)
    kind = StringField(required=True, default=Kind.GOODS.value)
    uses = IntField(required=True, default=1)
    line_key = StringField()
    offered_at = DateTimeField()
    household_id = StringField()
    limit_person = IntField()
    limit_household = IntField()
    by_id = StringField()
    mandate_id = StringField()
    limit_mandate_month = IntField()
    status = StringField(required=True, choices=[status.value for status in Status])
    refusal = StringField()
    cancel_reason = StringField()
    claim_id = StringField()
    voucher_code = StringField()
    requested_at = DateTimeField(required=True)
    ready_at = DateTimeField()
    expires_at = DateTimeField()
    fulfilled_at = DateTimeField()
    fulfilled_by = StringField()
    fulfilments = ListField(DictField())
    used = IntField(required=True, default=0)
    undos = IntField(required=True, default=0)
    undone_at = DateTimeField()
    closed_at = DateTimeField()
    settled_at = DateTimeField()
    due_at = DateTimeField()

    @property
    def standing(self) -> Status:
        """The status, as the word that the rules know."""
        return Status(self.status)


class Allowance(Document):
    """What one person, or one household, took of one reward lately: who asks at the same instant meets in this document.

    `takings` are plain dictionaries {redemption_id, quantity, taken_at}; `revision` guards the next write. The database
    forgets it a month after the last taking.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "allowances",
        "indexes": [{"fields": ["ends_at"], "expireAfterSeconds": 0}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    takings = ListField(DictField())
    revision = IntField(required=True)
    ends_at = DateTimeField(required=True)


class Buyer(Document):
    """What rewards knows of a resident, from identity's facts; the latest heard wins, of name and household each.

    A buyer who left has no name; `leaving_since` stands until the sweeper has given their open redemptions back.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "buyers",
        "indexes": [
            {"fields": ["leaving_since"], "partialFilterExpression": {"leaving_since": {"$exists": True}}},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    name = StringField()
    household_id = StringField()
    household_heard_at = DateTimeField()
    left = BooleanField(required=True, default=False)
    leaving_since = DateTimeField()
    heard_at = DateTimeField(required=True)


class GuessWindow(Document):
    """How many codes that are no vouchers of theirs a partner has looked up lately; the database forgets it by itself."""

    meta = {
        "db_alias": ALIAS,
        "collection": "guess_windows",
        "indexes": [{"fields": ["ends_at"], "expireAfterSeconds": 0}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    guesses = IntField(required=True)
    ends_at = DateTimeField(required=True)


def shelf_of(row: Mapping[str, Any]) -> Shelf:
    """Return the shelf that a reward's raw document holds; claims that were not read are none."""
    claims = tuple(
        Claim(
            id=claim["id"], redemption_id=claim["redemption_id"], quantity=claim["quantity"], undo=claim.get("undo", 0)
        )
        for claim in row.get("claims", ())
    )
    counts = {name: row[name] for name in ("supplied", "stock", "reserved", "sold", "offered")}
    return Shelf(**counts, claims=claims)
