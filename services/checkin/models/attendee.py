"""This service's own read copy of residents, kept from the facts of identity and talent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, StringField

from services.checkin.rules.care import Person


class Attendee(Document):
    """A resident as check-in needs them.

    Facts may come in any order, so each part is guarded by its own time or revision, and a document may begin as a stub
    (no `registered_at`): somebody whose nomination was heard of before their registration. `proxy_ids` are all who were ever given
    a mandate by them: revoking it for the minute of a review does not untie the two. Of a guardian's consent it is known when one was last
    given and last withdrawn, and nothing else. `courses` has {completed_on, revision} by course: what they were told to have completed.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "attendees",
        "indexes": [
            {"fields": ["community_code", "initials"]},
            {"fields": ["community_code", "name"]},
            {"fields": ["community_code", "phone_tail"]},
            {"fields": ["community_code", "consents"]},
            {"fields": ["community_code", "birth_year"], "name": "born", "partialFilterExpression": {"birth_year": {"$gt": 0}}},
        ],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField()
    name = StringField()
    initials = StringField()
    phone_tail = StringField()
    grid_code = StringField()
    household_id = StringField()
    consents = ListField(StringField())
    consents_at = DateTimeField()
    birth_year = IntField()
    birth_month = IntField()
    birth_at = DateTimeField()
    guardian_given_at = DateTimeField()
    guardian_withdrawn_at = DateTimeField()
    registered_at = DateTimeField()
    moved_at = DateTimeField()
    left_at = DateTimeField()
    nominated_by = ListField(StringField())
    proxy_ids = ListField(StringField())
    skills = ListField()
    talent_revision = IntField(default=0)
    courses = DictField()

    @property
    def presence(self) -> str:
        """Return known, unknown (a stub) or left."""
        if self.left_at is not None:
            return "left"
        return "known" if self.registered_at is not None else "unknown"

    @property
    def person(self) -> Person:
        """Return what is known of the resident's age and of a guardian's consent, for judging."""
        return Person(
            year=self.birth_year, month=self.birth_month, given_at=self.guardian_given_at, withdrawn_at=self.guardian_withdrawn_at
        )  # fmt: skip

    def consents_to(self, purpose: str) -> bool:
        """Tell whether the resident agrees to `purpose` now; whose consents are not known agrees to nothing."""
        return self.left_at is None and purpose in self.consents

    @classmethod
    def of(cls, community_code: str, resident_id: str) -> "Attendee | None":
        """Return the community's copy of a resident, or None."""
        return cls.objects(id=resident_id, community_code=community_code).first()  # type: ignore[no-any-return]

    @classmethod
    def ids_consenting(cls, community_code: str, purpose: str, *, since_at: datetime | None = None) -> list[str]:
        """Return the ids of residents who agree to `purpose` now, of those alone whose consents stand since `since_at` or longer."""
        where: dict[str, Any] = {"community_code": community_code, "consents": purpose, "left_at": None}
        if since_at is not None:
            where["consents_at"] = {"$lte": since_at}
        return [row["_id"] for row in cls._get_collection().find(where, {"_id": 1})]

    @classmethod
    def ids_born_since(cls, community_code: str, year: int) -> frozenset[str]:
        """Return the ids of residents who are known to be born in `year` or later."""
        where = {"community_code": community_code, "birth_year": {"$gte": year}}
        return frozenset(row["_id"] for row in cls._get_collection().find(where, {"_id": 1}))

    @classmethod
    def named(cls, resident_ids: Iterable[str]) -> dict[str, "Attendee"]:
        """Return the copies of these residents by id, in one query."""
        return {row.id: row for row in cls.objects(id__in=list(set(resident_ids)))}
