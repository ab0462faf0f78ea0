"""One person's proposal of a candidate."""


from mongoengine import BooleanField, DateTimeField, DictField, ListField, StringField

from services.talent.models.base import ALIAS
from services.talent.rules.nominating import Channel, Party, Status
from shared.messaging import OutboxDocument

STORED_STATUSES = tuple(status.value for status in Status if status != Status.DECIDABLE)


class Nomination(OutboxDocument):
    """One person's proposal of a candidate.

    The open nominations of a candidate that stand in notice are one case behind one of them, the lead, whatever their channels: `lead_id`
    names it, `leads` marks it (unique per candidate while open). The case is decided by deciding the lead, one guarded write; the others
    follow. Those of the resident channel gather until enough households stand behind the candidate, or another channel leads.
    `notice_extended` says that the lead's notice was begun anew for a skill that came later. `evidence` is {body, ground, about}.
    Of one that came by offers (自荐 without an account), `offers` are their ids and `entered_by` who of the office had a hand in them.
    A lead names its open objections; while there is one, it is not decided. `former_rulings` are refusals that an objection undid.
    `ruling` is {decision, reason, decided_by, decided_at, digest, skills: verified, faults: {pointer: why}, nominator_ids}.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "nominations",
        "indexes": [
            {"fields": ["community_code", "-nominated_at", "-id"]},
            {"fields": ["community_code", "status", "-nominated_at", "-id"]},
            {"fields": ["candidate_id", "-nominated_at"]},
            {"fields": ["nominator_id", "-nominated_at"]},
            {"fields": ["lead_id"], "partialFilterExpression": {"open": True}},
            {"fields": ["objected_at"], "sparse": True},
            {
                "fields": ["announced", "community_code", "notice_ends_at", "id"],
                "partialFilterExpression": {"announced": True},
            },
            {
                "fields": ["candidate_id", "nominator_id", "channel"],
                "unique": True,
                "partialFilterExpression": {"open": True},
                "name": "one_open_each",
            },
            {
                "fields": ["candidate_id"],
                "unique": True,
                "partialFilterExpression": {"leads": True},
                "name": "one_lead_each",
            },
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    community_code = StringField(required=True)
    channel = StringField(required=True, choices=[channel.value for channel in Channel])
    candidate_id = StringField(required=True)
    candidate_name = StringField()
    nominator_id = StringField(required=True)
    nominator_household_id = StringField()
    skills = ListField(DictField())
    statement = StringField()
    evidence = DictField()
    offers = ListField(StringField())
    entered_by = ListField(StringField())
    status = StringField(required=True, choices=STORED_STATUSES)
    open = BooleanField()
    leads = BooleanField()
    announced = BooleanField()
    lead_id = StringField()
    nominated_at = DateTimeField(required=True)
    notice_ends_at = DateTimeField()
    notice_extended = BooleanField()
    ruling = DictField()
    former_rulings = ListField(DictField())
    objections_open = ListField(StringField())
    objected_at = DateTimeField()

    @property
    def refused_by(self) -> list[str]:
        """Who refused it before an objection reopened it."""
        return [ruling["decided_by"] for ruling in self.former_rulings]

    @property
    def nominator(self) -> Party:
        """The nominator as the conflict graph saw them when they put the candidate forward."""
        return Party(self.nominator_id, self.nominator_household_id)
