"""The member card: a paper token for people without a phone, scanned by staff, revocable by printing a new one."""

from mongoengine import DateTimeField, Document, IntField, ListField, StringField

from services.checkin.errors import CardNotFound

MOST_REVOKED_KEPT = 20
"""Older tokens are forgotten and then read as unknown instead of revoked; both are refused."""


class MemberCard(Document):
    """One card a resident (`id`). The token only names its holder to staff and opens nothing else, so it is kept as it is:
    a worn card must be printable again."""

    meta = {
        "db_alias": "checkin",
        "collection": "member_cards",
        "indexes": [{"fields": ["token"], "unique": True}, {"fields": ["revoked"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    token = StringField(required=True)
    revoked = ListField(StringField())
    revision = IntField(default=1)
    issued_by = StringField()
    issued_at = DateTimeField()

    @classmethod
    def of(cls, community_code: str, resident_id: str) -> "MemberCard":
        """Return a resident's card; CardNotFound if none was issued."""
        found = cls.objects(id=resident_id, community_code=community_code).first()
        if found is None:
            raise CardNotFound
        return found  # type: ignore[no-any-return]

    @classmethod
    def bearing(cls, community_code: str, token: str) -> "MemberCard | None":
        """Return the card on which this token is or once was printed, or None."""
        found = cls.objects(token=token, community_code=community_code).first()
        return found or cls.objects(revoked=token, community_code=community_code).first()  # type: ignore[no-any-return]
