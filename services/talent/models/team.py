"""A pioneer team (先锋队): who is in it, who leads it, what it may run."""

from mongoengine import DateTimeField, DictField, IntField, ListField, StringField

from services.talent.errors import TeamNotFound
from services.talent.models.base import ALIAS
from services.talent.rules.teams import TeamStatus
from shared.messaging import OutboxDocument


class Team(OutboxDocument):
    """A team: active → ended. `items` are codes of the catalogue.

    `members` are {resident_id, status: asked or member, asked_by, asked_at, joined_at, noted_by: who of the office noted their yes};
    whoever declines is no longer named. `former` are {resident_id, joined_at, left_at, why, reason} of those who were in it. `leader_id`
    may be somebody who is only asked.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "teams",
        "indexes": [{"fields": ["community_code", "status", "name", "id"]}, {"fields": ["members.resident_id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField(required=True)
    community_code = StringField(required=True)
    name = StringField(required=True)
    purpose = StringField()
    items = ListField(StringField())
    leader_id = StringField()
    members = ListField(DictField())
    former = ListField(DictField())
    status = StringField(required=True, choices=[status.value for status in TeamStatus])
    founded_by = StringField(required=True)
    founded_at = DateTimeField(required=True)
    ended_by = StringField()
    ended_at = DateTimeField()
    end_reason = StringField()
    revision = IntField(required=True, default=1)

    @classmethod
    def of(cls, community_code: str, team_id: str) -> "Team":
        """Return the community's team; TeamNotFound if it has none of this id."""
        found: Team | None = cls.objects(id=team_id, community_code=community_code).first()
        if found is None:
            raise TeamNotFound()
        return found
