"""The service catalogue: data that stewards change, one for the whole installation so that units stay comparable."""

from collections.abc import Iterable

from mongoengine import BooleanField, DateTimeField, IntField, ListField, StringField

from shared.messaging import OutboxDocument


class ServiceItem(OutboxDocument):
    """An item of the catalogue; its code is also the code of the skill it takes. Younger people than `least_age` do not sign up for it. A
    higher `revision` replaces a lower one."""

    meta = {
        "db_alias": "checkin",
        "collection": "service_items",
        "indexes": [],
        "auto_create_index": False,
        "strict": False,
    }

    id = StringField(primary_key=True)
    category = StringField(required=True)
    name_zh = StringField(required=True)
    name_en = StringField(required=True)
    aliases = ListField(StringField())
    licence_required = BooleanField(required=True)
    insurance_required = BooleanField(default=False)
    least_age = IntField()
    place_in_list = IntField(default=1000)
    revision = IntField(required=True, default=1)
    listed_by = StringField()
    listed_at = DateTimeField()

    @classmethod
    def least_age_of(cls, code: str) -> int | None:
        """Return from which age on people may take part in an item; None where it says nothing."""
        found = cls.objects(id=code).only("least_age").first()
        return found.least_age if found else None

    @classmethod
    def named(cls, codes: Iterable[str]) -> dict[str, "ServiceItem"]:
        """Return the items of these codes, by code, in one query."""
        return {row.id: row for row in cls.objects(id__in=list(codes)).exclude("outbox")}

    @classmethod
    def licensed(cls) -> set[str]:
        """Return the codes of items, and so of skills, that need a licence in date."""
        return {row.id for row in cls.objects(licence_required=True).only("id")}
