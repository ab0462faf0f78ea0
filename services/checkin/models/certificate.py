"""A certificate of service records, by a code that its owner gives to whom they choose."""

from mongoengine import DateTimeField, Document, IntField, ListField, StringField

from services.checkin.errors import CertificateNotFound
from services.checkin.rules.certificates import SHOWN_NAMES, SHOWN_RECORDS

ENDINGS = ("withdrawn", "left")


class Certificate(Document):
    """What stood when it was made (Order 67, articles 14 to 17): made → withdrawn.

    It names records by their ids and copies none of them, so it cannot say what is no longer true: `record_ids` were effective and make
    its `minutes`, `pending_ids` stood in public notice. `since` and `until` are ISO days; None leaves that end open. Once withdrawn, by its
    owner or because they left (`ending`), all of that is gone.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "certificates",
        "indexes": [{"fields": ["code"], "unique": True}, {"fields": ["resident_id", "-made_at", "-id"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    resident_id = StringField(required=True)
    code = StringField(required=True)
    since = StringField()
    until = StringField()
    shown_name = StringField(required=True, choices=SHOWN_NAMES)
    shown_records = StringField(required=True, choices=SHOWN_RECORDS)
    record_ids = ListField(StringField())
    pending_ids = ListField(StringField())
    minutes = IntField(required=True, min_value=0)
    request_digest = StringField()
    made_by = StringField(required=True)
    made_at = DateTimeField(required=True)
    withdrawn_by = StringField()
    withdrawn_at = DateTimeField()
    ending = StringField(choices=ENDINGS)

    @classmethod
    def of(cls, community_code: str, certificate_id: str) -> "Certificate":
        """Return the community's certificate; CertificateNotFound if it has none of this id."""
        found = cls.objects(id=certificate_id, community_code=community_code).first()
        if found is None:
            raise CertificateNotFound
        return found  # type: ignore[no-any-return]
