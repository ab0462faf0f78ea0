"""This service's own read copy of courses, kept from the facts of talent."""

from collections.abc import Iterable

from mongoengine import Document, IntField, ListField, StringField

OPEN = "open"


class Course(Document):
    """A course as check-in needs it: what it is called, and for which items it is required while it is open."""

    meta = {
        "db_alias": "checkin",
        "collection": "courses",
        "indexes": [{"fields": ["community_code", "status", "required_for"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    title = StringField(required=True)
    status = StringField(required=True)
    required_for = ListField(StringField())
    sessions_needed = IntField(required=True)
    revision = IntField(required=True)

    @classmethod
    def of(cls, community_code: str, course_id: str) -> "Course | None":
        """Return the community's copy of a course, or None."""
        return cls.objects(id=course_id, community_code=community_code).first()  # type: ignore[no-any-return]

    @classmethod
    def required(cls, community_code: str, items: Iterable[str]) -> list["Course"]:
        """Return the open courses that somebody must have completed who serves one of `items`, by title, in one query."""
        found = cls.objects(community_code=community_code, status=OPEN, required_for__in=sorted(set(items)))
        return list(found.order_by("title", "id"))

    @classmethod
    def titled(cls, ids: Iterable[str | None]) -> dict[str, str]:
        """Return the titles of courses, by id, in one query."""
        wanted = {id_ for id_ in ids if id_}
        return {row.id: row.title for row in cls.objects(id__in=list(wanted)).only("id", "title")} if wanted else {}
