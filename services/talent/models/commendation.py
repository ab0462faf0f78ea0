"""A round of commendations, and one person's commendation from the first proposal to the award record."""

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.talent.errors import CommendationNotFound, RoundNotFound
from services.talent.models.base import ALIAS
from services.talent.rules.commending import GRANTORS, STORED


class CommendationRound(Document):
    """What is to be awarded, by whom, for which days, until when people may be proposed. Days are ISO; only its closing changes it."""

    meta = {
        "db_alias": ALIAS,
        "collection": "commendation_rounds",
        "indexes": [{"fields": ["community_code", "-opened_at", "-id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField(required=True)
    community_code = StringField(required=True)
    title = StringField(required=True)
    grantor_kind = StringField(required=True, choices=GRANTORS)
    grantor = StringField(required=True)
    since = StringField(required=True)
    until = StringField(required=True)
    about = StringField()
    open_until = StringField(required=True)
    opened_by = StringField(required=True)
    opened_at = DateTimeField(required=True)
    closed_by = StringField()
    closed_at = DateTimeField()

    @classmethod
    def of(cls, community_code: str, round_id: str) -> "CommendationRound":
        """Return the community's round; RoundNotFound if it has none of this id."""
        found: CommendationRound | None = cls.objects(id=round_id, community_code=community_code).first()
        if found is None:
            raise RoundNotFound()
        return found


class Commendation(Document):
    """One person's commendation, one document over all its steps; whoever changes it says which `revision` they saw. (ADR 101)

    `voices` are the proposals, each {id, by, household_id, for_office, reason, records: ids, said_at, digest}: the same person proposed
    twice for the same round is one case, as long as it is `open`. `asked` and `notice` are {by, at}, `answer` {accepts, named, by, at},
    `objections` {id, by, reason, status, made_at, due_on, digest, decision, decision_reason, decided_by, decided_at}, `ruling` {decision,
    reason, by, at}, `withdrawal` {reason, by, at}. A granted one is the award record of Order 67, article 9: `title`, `awarded_on`,
    `grantor`, with its number (`year` and `serial`, unique in the community) and the `code` by which anybody checks it.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "commendations",
        "indexes": [
            {
                "fields": ["resident_id", "round_id"], "unique": True, "partialFilterExpression": {"open": True},
                "name": "one_open_commendation",
            },
            {
                "fields": ["community_code", "year", "serial"], "unique": True, "partialFilterExpression": {"serial": {"$gt": 0}},
                "name": "one_of_each_number",
            },
            {"fields": ["code"], "unique": True, "partialFilterExpression": {"serial": {"$gt": 0}}, "name": "one_of_each_code"},
            {"fields": ["community_code", "status", "changed_at", "id"]},
            {"fields": ["community_code", "status", "awarded_on", "id"]},
            {"fields": ["resident_id", "status"]},
            {"fields": ["voices.id"]},
            {"fields": ["voices.by", "changed_at"]},
            {"fields": ["objections.id"]},
            {"fields": ["community_code", "objections.status"]},
            {"fields": ["objections.by"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }  # fmt: skip
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    resident_id = StringField(required=True)
    person_name = StringField()
    round_id = StringField(default="")
    title = StringField(default="")
    grantor_kind = StringField(choices=GRANTORS)
    grantor = StringField()
    since = StringField()
    until = StringField()
    citation = StringField()
    status = StringField(required=True, choices=STORED)
    open = BooleanField(required=True)
    revision = IntField(required=True, default=1)
    voices = ListField(DictField())
    asked = DictField()
    answer = DictField()
    notice = DictField()
    notice_ends_at = DateTimeField()
    objections = ListField(DictField())
    ruling = DictField()
    awarded_on = StringField()
    year = IntField()
    serial = IntField()
    code = StringField()
    withdrawal = DictField()
    proposed_at = DateTimeField(required=True)
    changed_at = DateTimeField(required=True)

    @classmethod
    def of(cls, community_code: str, commendation_id: str) -> "Commendation":
        """Return the community's commendation; CommendationNotFound if it has none of this id."""
        found: Commendation | None = cls.objects(id=commendation_id, community_code=community_code).first()
        if found is None:
            raise CommendationNotFound()
        return found

    @property
    def open_objections(self) -> list[str]:
        """Return the ids of the objections that wait for a decision."""
        return [row["id"] for row in self.objections if row["status"] == "open"]
