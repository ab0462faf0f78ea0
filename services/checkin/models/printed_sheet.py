"""A sign-in sheet that we printed, what its photos say, and what became of its rows."""

from typing import Any

from mongoengine import BinaryField, DateTimeField, DictField, Document, IntField, ListField, MapField, StringField

from services.checkin.errors import PrintedSheetNotFound

STRIPS_KEPT_DAYS = 30


class PrintedSheet(Document):
    """A sheet for one activity. `rows` names a resident each, or nobody ("") where the row was left blank; they never change.

    `readings` has, by photo, {digest, by, at, marks: {row: {mark, reason?}}}; `decisions` {came, resident_id?, by} by row lie over them;
    `applied` maps row numbers to {check_in_id, outcome}. `token` is what the codes on paper say.
    """

    meta = {
        "db_alias": "checkin",
        "collection": "printed_sheets",
        "indexes": [{"fields": ["token"], "unique": True}, {"fields": ["community_code", "activity_id", "-printed_at"]}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    activity_id = StringField(required=True)
    token = StringField(required=True)
    rows = ListField(StringField())
    blank_rows = IntField(required=True)
    printed_by = StringField(required=True)
    printed_at = DateTimeField(required=True)
    readings = MapField(DictField())
    decisions = MapField(DictField())
    applied = MapField(DictField())
    revision = IntField(required=True, default=1)

    def readings_in_order(self) -> list[tuple[str, dict[str, Any]]]:
        """Return photo and reading, in the order in which they were read."""
        return sorted(self.readings.items(), key=lambda reading: reading[1]["at"])

    @classmethod
    def of(cls, community_code: str, sheet_id: str) -> "PrintedSheet":
        """Return the community's sheet; PrintedSheetNotFound if it has none of this id."""
        found = cls.objects(id=sheet_id, community_code=community_code).first()
        if found is None:
            raise PrintedSheetNotFound
        return found  # type: ignore[no-any-return]

    @classmethod
    def read_from(cls, photo_id: str) -> "PrintedSheet | None":
        """Return the sheet that this photo was of, or None."""
        strips = SheetStrips.objects(id=photo_id).only("sheet_id").first()
        found = cls.objects(id=strips.sheet_id).first() if strips else None
        return found if found is not None and photo_id in found.readings else None


class SheetStrips(Document):
    """The rows of one photo (`id`), a narrow picture each, by row number: what people decide by. The photo itself is not kept."""

    meta = {
        "db_alias": "checkin",
        "collection": "sheet_strips",
        "indexes": [{"fields": ["made_at"], "expireAfterSeconds": STRIPS_KEPT_DAYS * 86_400}],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    sheet_id = StringField(required=True)
    strips = MapField(BinaryField())
    made_at = DateTimeField(required=True)
