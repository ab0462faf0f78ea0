"""A paper sheet read back in: what every row was taken to mean, what people decided, and what became of it."""

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, MapField, StringField

from services.checkin.errors import SheetNotFound


class SignInSheet(Document):
    """An uploaded sheet. `readings` and `rows` are what the pure parser proposed and never change; `decisions` (by row
    number) lie over them; `applied` maps row numbers to the check-ins they became."""

    meta = {
        "db_alias": "checkin",
        "collection": "sign_in_sheets",
        "indexes": [{"fields": ["community_code", "content_digest"]}, {"fields": ["community_code", "-uploaded_at"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    file_name = StringField()
    file_digest = StringField(required=True)
    content_digest = StringField(required=True)
    same_as = StringField()
    uploaded_by = StringField(required=True)
    uploaded_at = DateTimeField(required=True)
    readings = ListField(DictField())
    rows = ListField(DictField())
    decisions = MapField(DictField())
    applied = MapField(DictField())
    revision = IntField(required=True, default=1)

    @classmethod
    def of(cls, community_code: str, sheet_id: str) -> "SignInSheet":
        """Return the community's sheet; SheetNotFound if it has none of this id."""
        found = cls.objects(id=sheet_id, community_code=community_code).first()
        if found is None:
            raise SheetNotFound
        return found  # type: ignore[no-any-return]
