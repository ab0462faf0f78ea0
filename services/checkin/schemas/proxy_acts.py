"""HTTP shapes of what others did for a resident."""

from marshmallow import Schema, fields

from shared.web import PageArgs
from shared.web.fields import Id


class ProxyActsArgs(PageArgs):
    """For whom it was done (oneself if left out)."""

    resident_id = Id()


class ProxyActOut(Schema):
    """What somebody did for a resident: signed-up, signed-off, need-stated and so on; by a mandate, or (null) at the office's desk."""

    act = fields.String()
    resident_id = fields.String()
    by_id = fields.String()
    by_name = fields.String(allow_none=True)
    at = fields.AwareDateTime(format="iso")
    activity_id = fields.String()
    title = fields.String(allow_none=True)
    mandate_id = fields.String(allow_none=True)
