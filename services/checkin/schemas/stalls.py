"""HTTP shapes of stalls, of what they came to and of what is needed there."""

from marshmallow import Schema, fields, validate

from shared.web import PageArgs
from shared.web.fields import Id, StrictInteger, Text

CAPACITY_MAX = 10_000
REQUIRES_MAX = 5
NEED_MAX = 80
SERVED_MAX = 100_000


class StallIn(Schema):
    """A stall as the office wishes it, under an id of the caller's; `item` may be a code, a name or an alias of the catalogue. Who stands
    there needs the skills that it `requires`: where nothing is said of them, the item's own if it needs a licence. `places` are the
    helpers wanted; `unit` says in words with whom the office arranged it, `leader_id` which resident leads it: then no partner
    claims it."""

    id = Id(required=True)
    item = Text(max=60, required=True)
    title = Text(max=60, required=True)
    requires = fields.List(Text(max=60), validate=validate.Length(max=REQUIRES_MAX))
    places = StrictInteger(min=1, max=CAPACITY_MAX, allow_none=True)
    unit = Text(max=60, allow_none=True)
    leader_id = Id(allow_none=True)


class StallOut(Schema):
    """A stall. `status`: open, arranged (with `unit`, in words, or with who leads it) or claimed (by `partner_id`). Who
    leads it is told to staff and to themselves. So many help there, and so many need
    something there; after the start `served` people, and `pieces` of `pieces_what`, since somebody counted (`counted_at`). Where
    `licence_missing`, nobody with the item's licence in date stands there yet."""

    id = fields.String()
    item = fields.String()
    title = fields.String()
    requires = fields.List(fields.String())
    places = fields.Integer(allow_none=True)
    unit = fields.String(allow_none=True)
    partner_id = fields.String(allow_none=True)
    leader_id = fields.String(allow_none=True)
    leader_name = fields.String(allow_none=True)
    status = fields.String()
    helpers = fields.Integer()
    needs = fields.Integer()
    licence_missing = fields.Boolean()
    served = fields.Integer(allow_none=True)
    pieces = fields.Integer(allow_none=True)
    pieces_what = fields.String(allow_none=True)
    counted_at = fields.AwareDateTime(format="iso", allow_none=True)


class PatternStallOut(StallIn):
    """A stall as a series lays it out each time, with the name of who leads it."""

    leader_name = fields.String(allow_none=True)


class UnitStallOut(StallOut):
    """A stall as a unit sees it: of which day it is, and whether the unit runs it (`mine`) or may claim it."""

    activity_id = fields.String()
    activity_title = fields.String()
    activity_status = fields.String()
    place = fields.String(allow_none=True)
    starts_at = fields.AwareDateTime(format="iso")
    ends_at = fields.AwareDateTime(format="iso")
    mine = fields.Boolean()


class CountsIn(Schema):
    """What a stall came to: how many people were served, and how many of something (items mended)."""

    served = StrictInteger(max=SERVED_MAX, required=True)
    pieces = StrictInteger(max=SERVED_MAX, load_default=None, allow_none=True)
    pieces_what = Text(max=20, load_default=None, allow_none=True)


class NeedIn(Schema):
    """What somebody needs at a stall, in a few words or none."""

    text = Text(max=NEED_MAX, blank=True, load_default="")


class NeedArgs(PageArgs):
    """At which stall; at all that the caller may see, without one."""

    stall_id = Id()


class NeedOut(Schema):
    """What somebody needs at a stall. To staff with who it is, to the unit without; to oneself with the titles of activity and stall."""

    activity_id = fields.String()
    stall_id = fields.String()
    text = fields.String()
    said_at = fields.AwareDateTime(format="iso")
    resident_id = fields.String()
    name = fields.String(allow_none=True)
    by_id = fields.String()
    title = fields.String()
    status = fields.String()
    starts_at = fields.AwareDateTime(format="iso")
    stall_title = fields.String(allow_none=True)
    item = fields.String(allow_none=True)
