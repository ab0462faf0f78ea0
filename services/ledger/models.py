"""Documents of the ledger. Entries are declared here and written by `commands.posting` alone, below mongoengine. (ADR 5)"""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from mongoengine import BooleanField, DateField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.ledger.rules import Earn, Head, RuleSet
from services.ledger.rules import Entry as Decided
from shared.events.ledger import BeansCaptured, BeansHeld, BeansReleased, HoldRefused
from shared.mongo import OutboxDocument
from shared.mongo.outbox import event_of

UNITS = ("bean", "contribution", "integrity")


def account_of(resident_id: str, unit: str) -> str:
    """Return the name of a member's account."""
    return f"{resident_id}:{unit}"


class Entry(OutboxDocument):
    """One line of the journal, never changed but for its outbox mark. `seq` counts the entries of its account from 1.

    `balance`, `held`, `lots` [[YYYYMMDD, beans]…], `holds` [[redemption, beans]…] and `usage` [[YYYYMMDD, leader, beans]…]
    are the account after this entry; `earned`, `spent`, `expired` its totals so far. `day` and `leader` say to
    which caps an earning counts.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "entries",
        "auto_create_index": False,
        "strict": False,
        "indexes": [
            {"fields": ["account", "-seq"], "unique": True, "name": "account_seq"},
            {"fields": ["cause"], "name": "cause"},
        ],
    }
    VALIDATOR: ClassVar[dict[str, Any]] = {
        "$and": [
            {"seq": {"$gte": 1}},
            {"balance": {"$gte": 0}},
            {"held": {"$gte": 0}},
            {"$expr": {"$gte": ["$balance", "$held"]}},
        ]
    }

    id = StringField(primary_key=True)
    account = StringField(required=True)
    seq = IntField(required=True)
    kind = StringField(required=True)
    delta = IntField(required=True)
    balance = IntField(required=True)
    held_delta = IntField(required=True)
    held = IntField(required=True)
    lots = ListField(ListField())
    holds = ListField(ListField())
    usage = ListField(ListField())
    earned = IntField()
    spent = IntField()
    expired = IntField()
    day = IntField()
    leader = StringField()
    contra = StringField()
    cause = StringField(required=True)
    community_code = StringField(required=True)
    rule_version = IntField()
    explanation = DictField()
    posted_at = DateTimeField(required=True)

    @classmethod
    def events_of(cls, row: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the one fact that an outcome of a hold is; its id follows from the entry's, so telling it twice is one fact."""
        return [{**event_of(_FACTS[row["kind"]](row), now=row["posted_at"]), "id": row["_id"]}]


def row_of(entry: Decided, *, now: datetime) -> dict[str, Any]:
    """Return the stored form of an entry that the core decided."""
    head, wish = entry.head, entry.wish
    row = {
        "_id": wish.id,
        "account": wish.account,
        "seq": head.seq,
        "kind": entry.kind,
        "delta": entry.delta,
        "balance": head.balance,
        "held_delta": entry.held_delta,
        "held": head.held,
        "lots": head.lots,
        "holds": head.holds,
        "usage": head.usage,
        "earned": head.earned,
        "spent": head.spent,
        "expired": head.expired,
        "contra": entry.contra,
        "cause": wish.cause,
        "community_code": wish.community_code,
        "rule_version": wish.rule_version,
        "explanation": entry.explanation,
        "posted_at": now,
    }
    if isinstance(wish, Earn) and wish.day:
        row |= {"day": wish.day, "leader": wish.leader}
    if entry.kind in _FACTS:
        row["outbox"] = {"appended": 1, "published": 0, "waiting_since": now}
    return row


def head_of(row: dict[str, Any]) -> Head:
    """Return the head that a stored entry carries."""
    return Head(
        seq=row["seq"], balance=row["balance"], held=row["held"],
        lots=tuple((day, beans) for day, beans in row["lots"]),
        holds=tuple((redemption, beans) for redemption, beans in row["holds"]),
        usage=tuple((day, leader, beans) for day, leader, beans in row["usage"]),
        earned=row["earned"], spent=row["spent"], expired=row["expired"],
    )  # fmt: skip


class Member(Document):
    """Whose accounts these are: a copy of what identity tells."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "members",
        "auto_create_index": False,
        "strict": False,
        "indexes": ["community_code"],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    household_id = StringField()
    invited_by = StringField()
    registered_at = DateTimeField()
    left = BooleanField(default=False)


class Shelf(Document):
    """What one reward is worth in stock: a copy of what rewards tells; the highest revision stands."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "shelves",
        "auto_create_index": False,
        "strict": False,
        "indexes": ["community_code"],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    price_beans = IntField(required=True)
    stock = IntField(required=True)
    offered = BooleanField(required=True)
    revision = IntField(required=True)


class EarningRules(Document):
    """A version of one community's earning rules; never changed once adopted."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "earning_rules",
        "auto_create_index": False,
        "strict": False,
        "indexes": [{"fields": ["community_code", "version"], "unique": True}],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    version = IntField(required=True)
    applies_from = DateField(required=True)
    numbers = DictField(required=True)
    adopted_by = StringField()
    adopted_at = DateTimeField()
    request_digest = StringField()

    def rule_set(self) -> RuleSet:
        """Return the version as the pure rules read it."""
        return RuleSet(version=self.version, applies_from=_plain_date(self.applies_from), **self.numbers)


def _plain_date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _common(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "redemption_id": row["cause"],
        "resident_id": row["account"].partition(":")[0],
        "community_code": row["community_code"],
    }


def _at(row: dict[str, Any]) -> datetime:
    return row["posted_at"].astimezone(UTC)  # type: ignore[no-any-return]


_FACTS = {
    "hold": lambda row: BeansHeld(**_common(row), amount_beans=row["held_delta"], held_at=_at(row)),
    "hold_refused": lambda row: HoldRefused(
        **_common(row), amount_beans=row["explanation"]["wanted"], available_beans=row["explanation"]["available"],
        reason="wallet_too_low", refused_at=_at(row),
    ),
    "capture": lambda row: BeansCaptured(**_common(row), amount_beans=-row["delta"], captured_at=_at(row)),
    "release": lambda row: BeansReleased(**_common(row), amount_beans=-row["held_delta"], released_at=_at(row)),
}  # fmt: skip
