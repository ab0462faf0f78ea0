"""The documents of rewards: each changes by one guarded write, and what a write may leave is said in `rules`."""

from collections.abc import Mapping
from typing import Any

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.rewards.rules.saga import Status
from services.rewards.rules.shelf import Claim, Shelf
from shared.mongo import OutboxDocument

ALIAS = "rewards"
NOTICE_DAYS_KEPT = 40
"""Longer than outboxes keep what was published."""

PARTNER_KINDS = ("shop", "property", "charity", "unit")


class Partner(Document):
    """Who offers rewards: a shop, a property company, a charity, a unit."""

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
    created_by = StringField(required=True)
    created_at = DateTimeField(required=True)


class Reward(Document):
    """A thing that beans buy, with its shelf (see `rules.shelf`).

    `revision` counts the edits by people and guards the next one; `stock_revision` counts every write and orders the
    facts; `unannounced` stands from a write until a StockNotice tells of it. `claims` are plain dictionaries {id,
    redemption_id, quantity, claimed_at}: a document class each would cost more than the claim.
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

    Title, partner and price stand here as they were promised: later edits of the reward don't touch them. `claim_id` is
    the claim on the shelf that it calls its own. `due_at` is when the sweeper has to look at it, and is gone once it is
    closed. `settled_at` is when the ledger had captured or released the beans.
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
    closed_at = DateTimeField()
    settled_at = DateTimeField()
    due_at = DateTimeField()

    @property
    def standing(self) -> Status:
        """The status, as the word that the rules know."""
        return Status(self.status)


class Buyer(Document):
    """What rewards knows of a resident, from identity's facts; the latest heard wins.

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
        Claim(id=claim["id"], redemption_id=claim["redemption_id"], quantity=claim["quantity"])
        for claim in row.get("claims", ())
    )
    counts = {name: row[name] for name in ("supplied", "stock", "reserved", "sold", "offered")}
    return Shelf(**counts, claims=claims)
