"""A course that trains capable residents (赋能培训), and who has attended how much of it."""

from mongoengine import DateTimeField, DictField, IntField, ListField, StringField

from services.talent.errors import CourseNotFound
from services.talent.models.base import ALIAS
from services.talent.rules.courses import CourseStatus
from shared.ids import derive_id
from shared.messaging import OutboxDocument


class Course(OutboxDocument):
    """A course: open → closed. `teaches` are codes of skills, `required_for` the items that one serves here only after it.

    What it takes to complete it (`sessions_needed`, `days`) never changes: whoever began it knows what they are in for.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "courses",
        "indexes": [{"fields": ["community_code", "status", "title", "id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField(required=True)
    community_code = StringField(required=True)
    title = StringField(required=True)
    about = StringField()
    given_by = StringField(required=True)
    teaches = ListField(StringField())
    required_for = ListField(StringField())
    sessions_needed = IntField(required=True, min_value=1)
    level = StringField()
    days = IntField(required=True, min_value=1)
    status = StringField(required=True, choices=[status.value for status in CourseStatus])
    opened_by = StringField(required=True)
    opened_at = DateTimeField(required=True)
    closed_by = StringField()
    closed_at = DateTimeField()
    revision = IntField(required=True, default=1)

    @classmethod
    def of(cls, community_code: str, course_id: str) -> "Course":
        """Return the community's course; CourseNotFound if it has none of this id."""
        found: Course | None = cls.objects(id=course_id, community_code=community_code).first()
        if found is None:
            raise CourseNotFound()
        return found


class Training(OutboxDocument):
    """What somebody has attended of a course: the training record of Order 67, article 8. Its id follows from the two.

    `sessions` are {record_id, activity_id, on, minutes, title, led_by}; `withdrawn` are records that proved wrong, whichever was told
    first. `completed_on` is an ISO day.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "trainings",
        "indexes": [{"fields": ["resident_id", "id"]}, {"fields": ["course_id", "id"]}],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    course_id = StringField(required=True)
    resident_id = StringField(required=True)
    sessions = ListField(DictField())
    withdrawn = ListField(StringField())
    completed_on = StringField()
    revision = IntField(required=True, default=0)

    @classmethod
    def id_of(cls, course_id: str, resident_id: str) -> str:
        """Return the id of somebody's training record of a course."""
        return derive_id("training", course_id, resident_id)
