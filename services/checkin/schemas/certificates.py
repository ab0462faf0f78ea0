"""HTTP shapes of certificates and of what they say to whoever has their code."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.checkin.rules.certificates import SHOWN_NAMES, SHOWN_RECORDS
from shared.web import PageArgs
from shared.web.fields import Choice, Day, Id


class DisclosureIn(Schema):
    """What whoever has the code may see: the name masked or in full, the totals alone or every record."""

    shown_name = Choice(SHOWN_NAMES, load_default="masked")
    shown_records = Choice(SHOWN_RECORDS, load_default="totals")


class CertificateIn(DisclosureIn):
    """A certificate of one's own records, or, for staff, of a resident's; without days it is over all of them."""

    resident_id = Id(load_default=None, allow_none=True)
    since = Day(load_default=None, allow_none=True, data_key="from")
    until = Day(load_default=None, allow_none=True)

    @validates_schema
    def _require_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["since"] and data["until"] and data["until"] < data["since"]:
            raise ValidationError("A period ends after it begins.", "until")


class CertificateListArgs(PageArgs):
    """Whose certificates; without a resident one's own."""

    resident_id = Id()


class CertificateRecordOut(Schema):
    """A record on a certificate. The person in charge is masked unless they agreed to be named; `led`: the owner led it themselves."""

    record_id = fields.String()
    served_on = fields.String()
    item = fields.String()
    title = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    minutes = fields.Integer()
    leader_name = fields.String(allow_none=True)
    led = fields.Boolean()
    stage = fields.String()


class CertificateCheckOut(Schema):
    """What a certificate says to whoever has its code. `status`: good, or withdrawn (then it says nothing more).

    `minutes` were certified, `minutes_now` are what of that stands today and makes the `stars`. `pending` stood in public notice,
    `withdrawn` were withdrawn since. The three lists are there where its owner shows every record.
    """

    status = fields.String(required=True)
    community_code = fields.String(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)
    name = fields.String(allow_none=True)
    volunteer_number = fields.String()
    since = fields.String(data_key="from", allow_none=True)
    until = fields.String(allow_none=True)
    minutes = fields.Integer()
    minutes_now = fields.Integer()
    stars = fields.Integer()
    record_count = fields.Integer()
    pending_count = fields.Integer()
    withdrawn_count = fields.Integer()
    shown_records = fields.String()
    records = fields.List(fields.Nested(CertificateRecordOut))
    pending = fields.List(fields.Nested(CertificateRecordOut))
    withdrawn = fields.List(fields.Nested(CertificateRecordOut))


class CertificateOut(CertificateCheckOut):
    """A certificate as its owner sees it; in lists without its records and what they come to now."""

    id = fields.String(required=True)
    resident_id = fields.String(required=True)
    code = fields.String(required=True)
    shown_name = fields.String()
    made_by = fields.String()
