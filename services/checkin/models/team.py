"""This service's own read copy of teams, kept from the facts of talent."""

from mongoengine import DateTimeField, Document, IntField, ListField, StringField


class Team(Document):
    """A pioneer team as check-in needs it: whether it stands, who is in it and leads it, and which items it may run."""

    meta = {
        "db_alias": "checkin",
        "collection": "teams",
        "indexes": [{"fields": ["community_code", "status"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    name = StringField(required=True)
    status = StringField(required=True)
    leader_id = StringField()
    member_ids = ListField(StringField())
    items = ListField(StringField())
    revision = IntField(required=True)
    changed_at = DateTimeField(required=True)

    @classmethod
    def of(cls, community_code: str, team_id: str) -> "Team | None":
        """Return the community's copy of a team, or None."""
        return cls.objects(id=team_id, community_code=community_code).first()  # type: ignore[no-any-return]
