"""Checkin's audit log, as far as people may look into it: what others did for them."""

from mongoengine import DateTimeField, DictField, Document, StringField

PROXY_ACTS = (
    "signed-up", "signed-off", "sign-up-confirmed", "stall-chosen", "need-stated", "need-withdrawn", "pairing-answered", "visit-told",
)  # fmt: skip
"""What somebody does for somebody else, X (`by`) for Y (`about`), by a mandate or at the desk."""


class AuditLine(Document):
    """A line as `shared.mongo.audit` writes it; of a proxy act `detail` is {activity_id, mandate_id}."""

    meta = {
        "db_alias": "checkin",
        "collection": "audit",
        "indexes": [{"fields": ["about", "-at", "-id"]}],
        "auto_create_index": False,
        "strict": False,
    }

    act = StringField()
    by = StringField()
    about = StringField()
    detail = DictField()
    at = DateTimeField()
