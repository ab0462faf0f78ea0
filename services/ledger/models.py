"""Documents of the ledger. Entries are declared here and written by `commands.posting` alone, below mongoengine. (ADR 5)"""

from datetime import date, datetime
from typing import Any, ClassVar, get_args

from mongoengine import (
    BinaryField,
    BooleanField,
    DateField,
    DateTimeField,
    DictField,
    Document,
    IntField,
    ListField,
    StringField,
)

from services.ledger.rules import Figures, RuleSet, Unit
from services.ledger.settings import SIMULATIONS_KEPT_SECONDS
from shared.events.ledger import BeansCaptured, BeansHeld, BeansReleased, HoldRefused, MarkLifted
from shared.mongo import OutboxDocument
from shared.mongo.outbox import event_of

ALIAS = "ledger"
SIGN_UP = "sign-up:"
"""The cause of integrity for a place that was kept or missed is SIGN_UP<activity_id>:<resident_id>."""
UNITS: tuple[Unit, ...] = get_args(Unit)
ACCOUNT_INDEX, POSTED_INDEX, PARTNER_INDEX = "account_seq", "posted_at", "redeemed_at_partner"


def account_of(resident_id: str, unit: Unit) -> str:
    """Return the name of a member's account."""
    return f"{resident_id}:{unit}"


class Entry(OutboxDocument):
    """One line of the journal, never changed but for its outbox mark. Its fields are explained at `rules.posting.Entry`.

    The unique index is the lock: an entry decided on an old head finds its number taken. The validator is the last word: no
    program, ours or another, can overdraw an account. Only outcomes of holds wait in the outbox: nobody acts on the rest.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "entries",
        "auto_create_index": False,
        "strict": False,
        "indexes": [
            {"fields": ["account", "-seq"], "unique": True, "name": ACCOUNT_INDEX},
            {"fields": ["posted_at"], "name": POSTED_INDEX},
            {
                "fields": ["contra", "explanation.on"],
                "name": PARTNER_INDEX,
                "partialFilterExpression": {"contra": {"$gte": "redeemed:", "$lt": "redeemed;"}},
            },
        ],
    }
    VALIDATOR: ClassVar[dict[str, Any]] = {
        "seq": {"$gte": 1},
        "balance": {"$gte": 0},
        "held": {"$gte": 0},
        "available": {"$gte": 0},
        "debt": {"$gte": 0},
    }

    id = StringField(primary_key=True)
    account = StringField(required=True)
    unit = StringField(required=True, choices=UNITS)
    seq = IntField(required=True)
    kind = StringField(required=True)
    delta = IntField(required=True)
    balance = IntField(required=True)
    held_delta = IntField(required=True)
    held = IntField(required=True)
    available = IntField(required=True)
    lots = ListField(ListField())
    holds = ListField(ListField())
    usage = DictField()
    earned = IntField(required=True)
    spent = IntField(required=True)
    expired = IntField(required=True)
    gifts = IntField(required=True)
    debt = IntField(required=True)
    debt_delta = IntField(required=True)
    contra = StringField()
    counted = ListField()
    cause = StringField(required=True)
    community_code = StringField(required=True)
    rule_version = IntField()
    explanation = DictField()
    undos = IntField()
    posted_at = DateTimeField(required=True)

    @classmethod
    def events_of(cls, row: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the one fact that an entry is; its id follows from the entry's, so telling it twice is one fact."""
        return [{**event_of(_told_by(row), now=row["posted_at"]), "id": row["_id"]}]


class Member(Document):
    """Whose accounts these are: a copy of what identity tells, without names. Of who left, only the bare id stays.

    `closed` is False from then until nothing is left in the account; what is left goes to `heir_id`, or to the fund.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "members",
        "auto_create_index": False,
        "strict": False,
        "indexes": [
            "community_code",
            {"fields": ["left"], "name": "to_close", "partialFilterExpression": {"left": True, "closed": False}},
        ],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    household_id = StringField()
    household_since = DateTimeField()
    invited_by = StringField()
    registered_at = DateTimeField()
    left = BooleanField(default=False)
    heir_id = StringField()
    closed = BooleanField()
    roles = ListField(StringField())
    roles_since = DateTimeField()


class DaySeal(Document):
    """All that was posted in a community on one day, under one Merkle root; each names the one before. (ADR 11)

    `digest` is `shared.merkle.seal_digest` of the rest; `before` is the digest of the seal numbered one less. `day` is an ISO day.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "day_seals",
        "auto_create_index": False,
        "strict": False,
        "indexes": [{"fields": ["community_code", "-number"], "unique": True, "name": "community_number"}],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    number = IntField(required=True)
    day = StringField(required=True)
    entries = IntField(required=True)
    root = StringField(required=True)
    before = StringField(default="")
    digest = StringField(required=True)
    sealed_at = DateTimeField(required=True)


class SealedLeaves(Document):
    """Which entries a seal covers, in the order of their ids, and their hashes (32 bytes each): a part of a long list."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "sealed_leaves",
        "auto_create_index": False,
        "strict": False,
        "indexes": [{"fields": ["seal_id", "part"], "unique": True, "name": "seal_part"}],
    }

    id = StringField(primary_key=True)
    seal_id = StringField(required=True)
    part = IntField(required=True)
    ids = ListField(StringField())
    hashes = BinaryField()


class Checkpoint(Document):
    """A community's beans by contra account, from the first entry up to the moment `until`; each seals the one before.

    `totals` are what each contra account has given (+) or taken (−) so far, so they add up to the beans outstanding. `digest` is
    the SHA-256 of this checkpoint's content and the digest before it.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "checkpoints",
        "auto_create_index": False,
        "strict": False,
        "indexes": [{"fields": ["community_code", "-number"], "unique": True, "name": "community_number"}],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    number = IntField(required=True)
    until = DateTimeField(required=True)
    entries = IntField(required=True)
    totals = DictField(required=True)
    digest = StringField(required=True)


class JournalMark(Document):
    """How far a job has come: entries posted before `until` are in checkpoints, those before `closing` are being put in."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "marks",
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    until = DateTimeField()
    closing = DateTimeField()
    day = IntField()


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


class Project(Document):
    """What neighbours pay for together. What is there, and what was spent on what, stands in its account in the journal.

    open → funded (the target is reached) → ending → ended; open or funded → returning → returned (nothing was spent).
    `open_until` is an ISO day.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "projects",
        "auto_create_index": False,
        "strict": False,
        "indexes": [("community_code", "-created_at"), ("status", "open_until")],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    title = StringField(required=True)
    purpose = StringField(required=True)
    target_beans = IntField(required=True)
    open_until = StringField(required=True)
    status = StringField(required=True, choices=("open", "funded", "ending", "ended", "returning", "returned"))
    pledges = IntField(required=True)
    pledged_beans = IntField(required=True)
    spent_beans = IntField(required=True)
    report = StringField()
    created_by = StringField(required=True)
    created_at = DateTimeField(required=True)
    closed_at = DateTimeField()
    request_digest = StringField(required=True)


class Objection(OutboxDocument):
    """That a resident holds an entry of theirs to be wrong, and what was decided.

    open → upheld | refused | taken_back. `open` is there only while it is: no entry has two open objections. `due_on` is an ISO
    day; `settled` says that what an upheld one gives back has been posted.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "objections",
        "auto_create_index": False,
        "strict": False,
        "indexes": [
            {"fields": ["transfer_id"], "unique": True, "name": "one_open", "partialFilterExpression": {"open": True}},
            ("community_code", "status", "due_on", "id"),
            ("resident_id", "due_on"),
        ],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    resident_id = StringField(required=True)
    transfer_id = StringField(required=True)
    reason = StringField(required=True)
    status = StringField(required=True, choices=("open", "upheld", "refused", "taken_back"))
    open = BooleanField()
    made_at = DateTimeField(required=True)
    due_on = StringField(required=True)
    decision = StringField()
    remedy = StringField()
    minutes = IntField()
    decision_reason = StringField()
    decided_by = StringField()
    decided_at = DateTimeField()
    settled = BooleanField()


class CreditStatement(Document):
    """What somebody's community credit was at a moment, by the code (the id) that they give to whom they choose."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "credit_statements",
        "auto_create_index": False,
        "strict": False,
        "indexes": [("resident_id", "-made_at")],
    }

    id = StringField(primary_key=True)
    resident_id = StringField(required=True)
    community_code = StringField(required=True)
    shown_name = StringField()
    contribution = IntField(required=True)
    integrity = IntField(required=True)
    kept = IntField(required=True)
    missed = IntField(required=True)
    made_at = DateTimeField(required=True)
    good_until = DateTimeField(required=True)
    withdrawn_at = DateTimeField()


class EarningRules(Document):
    """A version of one community's earning rules; never changed once adopted."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "earning_rules",
        "auto_create_index": False,
        "strict": False,
        "indexes": [
            {"fields": ["community_code", "version"], "unique": True},
            {"fields": ["draft_id"], "unique": True, "sparse": True},
        ],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    version = IntField(required=True)
    applies_from = DateField(required=True)
    numbers = DictField(required=True)
    adopted_by = StringField()
    adopted_at = DateTimeField()
    request_digest = StringField()
    draft_id = StringField()

    def rule_set(self) -> RuleSet:
        """Return the version as the pure rules read it."""
        return RuleSet(version=self.version, applies_from=_plain_date(self.applies_from), **self.numbers)


class RuleDraft(Document):
    """A version in the making. open → adopted (as `version`) or dropped; every edit names the `revision` that its author saw."""

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "rule_drafts",
        "auto_create_index": False,
        "strict": False,
        "indexes": [("community_code", "-drafted_at")],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    note = StringField()
    numbers = DictField(required=True)
    revision = IntField(required=True)
    status = StringField(required=True, choices=("open", "adopted", "dropped"))
    version = IntField()
    drafted_by = StringField(required=True)
    drafted_at = DateTimeField(required=True)
    changed_by = StringField(required=True)
    changed_at = DateTimeField(required=True)
    request_digest = StringField(required=True)

    def rule_set(self) -> RuleSet:
        """Return the draft as the pure rules read it, under a number that no version has."""
        return RuleSet(version=0, applies_from=_plain_date(self.changed_at), **self.numbers)


class RuleSimulation(Document):
    """What last quarter's deeds would have earned under a draft as it stood at `revision`: a job of the worker, and its outcome.

    waiting → running → done or failed. While it runs, `beat_at` moves on and `turn` is the runner's own: where the beat stops,
    somebody else takes it up with a new turn, and the one before can write no more. `since` and `until` are ISO days of deeds.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "rule_simulations",
        "auto_create_index": False,
        "strict": False,
        "indexes": [
            ("draft_id", "-asked_at"),
            ("status", "asked_at"),
            {"fields": ["asked_at"], "expireAfterSeconds": SIMULATIONS_KEPT_SECONDS, "name": "kept"},
        ],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    draft_id = StringField(required=True)
    revision = IntField(required=True)
    numbers = DictField(required=True)
    status = StringField(required=True, choices=("waiting", "running", "done", "failed"))
    since = StringField(required=True)
    until = StringField(required=True)
    done = IntField(required=True)
    total = IntField()
    turn = StringField()
    turns = IntField(required=True)
    beat_at = DateTimeField()
    asked_by = StringField(required=True)
    asked_at = DateTimeField(required=True)
    finished_at = DateTimeField()
    outcome = DictField()


class CoverageDay(Document):
    """What a community's beans came to when `day` (ISO) ended; today's is written again while the day lasts, the others stand.

    `issued_beans` is all that was ever issued, so that the month's part is a difference and nobody adds up a month of entries.
    """

    meta: ClassVar[dict[str, Any]] = {
        "db_alias": "ledger",
        "collection": "coverage_days",
        "auto_create_index": False,
        "strict": False,
        "indexes": [{"fields": ["community_code", "-day"], "unique": True, "name": "community_day"}],
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    day = StringField(required=True)
    outstanding_beans = IntField(required=True)
    stock_value_beans = IntField(required=True)
    issued_month_beans = IntField(required=True)
    issued_beans = IntField(required=True)
    as_of = DateTimeField(required=True)

    def figures(self) -> Figures:
        """Return the record as the pure rules read it."""
        return Figures(
            day=date.fromisoformat(self.day),
            outstanding_beans=self.outstanding_beans,
            stock_value_beans=self.stock_value_beans,
            issued_month_beans=self.issued_month_beans,
        )


def _plain_date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _common(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "redemption_id": row["cause"],
        "resident_id": row["account"].partition(":")[0],
        "community_code": row["community_code"],
    }


def _held(row: dict[str, Any]) -> BeansHeld:
    return BeansHeld(**_common(row), undos=row.get("undos", 0), amount_beans=row["held_delta"], held_at=row["posted_at"])


_FACTS = {
    "hold": _held,
    "retake": _held,
    "hold_refused": lambda row: HoldRefused(
        **_common(row), amount_beans=row["explanation"]["wanted"], available_beans=row["available"],
        reason=row["explanation"]["code"], refused_at=row["posted_at"],
    ),
    "capture": lambda row: BeansCaptured(
        **_common(row), undos=row.get("undos", 0), amount_beans=-row["delta"], captured_at=row["posted_at"],
    ),
    "release": lambda row: BeansReleased(
        **_common(row), undos=row.get("undos", 0), amount_beans=-row["held_delta"], released_at=row["posted_at"],
    ),
}  # fmt: skip


def is_told(row: dict[str, Any]) -> bool:
    """Tell whether somebody acts on an entry: on every outcome of a hold, and on a mark that is lifted."""
    return row["kind"] in _FACTS or (row["kind"] == "adjust" and _lifts_a_mark(row))


def _told_by(row: dict[str, Any]) -> Any:
    return _FACTS[row["kind"]](row) if row["kind"] in _FACTS else _lifted(row)


def _lifts_a_mark(row: dict[str, Any]) -> bool:
    return bool(row["unit"] == "integrity" and row["delta"] > 0 and row["cause"].startswith(SIGN_UP))


def _lifted(row: dict[str, Any]) -> MarkLifted:
    _, activity_id, resident_id = row["cause"].split(":")
    return MarkLifted(
        resident_id=resident_id, community_code=row["community_code"], activity_id=activity_id, lifted_at=row["posted_at"]
    )
