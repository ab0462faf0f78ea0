"""An issue of the residents' bulletin (居民简报)."""

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, StringField

from services.checkin.errors import BulletinNotFound


class Bulletin(Document):
    """An issue, with what was so when it was made: made → withdrawn. `number` counts the community's issues. (ADR 102)

    Figures and titles are kept; people only by their ids (`named_ids` of an activity, `talents`), of those alone who agreed to `publish`
    then; who of them is shown is asked anew each time. `totals` and `activities` are as the register and the list of activities held have
    them. `awards` are ids of talent's awards with their titles, `matters` and `projects` {id, title, about}. Days are ISO.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "bulletins",
        "indexes": [{"fields": ["community_code", "number"], "unique": True, "name": "one_of_each_issue"}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    number = IntField(required=True, min_value=1)
    since = StringField(required=True)
    until = StringField(required=True)
    foreword = StringField()
    totals = DictField()
    activities = ListField(DictField())
    awards = ListField(DictField())
    talents = ListField(DictField())
    talents_unnamed = IntField(default=0)
    matters = ListField(DictField())
    projects = ListField(DictField())
    request_digest = StringField(required=True)
    made_by = StringField(required=True)
    made_at = DateTimeField(required=True)
    withdrawn_by = StringField()
    withdrawn_at = DateTimeField()
    withdrawal_reason = StringField()

    @classmethod
    def of(cls, community_code: str, bulletin_id: str) -> "Bulletin":
        """Return the community's issue; BulletinNotFound if it has none of this id."""
        found = cls.objects(id=bulletin_id, community_code=community_code).first()
        if found is None:
            raise BulletinNotFound
        return found  # type: ignore[no-any-return]
