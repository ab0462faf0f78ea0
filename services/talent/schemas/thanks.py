"""Thank-you notes and the honour page over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load

from services.talent.commands import Thanks
from services.talent.queries.thanks import RECEIVED, SIDES
from services.talent.rules.thanking import ABOUT_CHARACTERS_MAX, OUTCOMES, WORDS_CHARACTERS_MAX
from services.talent.schemas.base import Strict
from shared.mongo import digest
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Flag, Id, Text

REASON_CHARACTERS_MAX = 200
PROOF_CHARACTERS_MAX = 2_000


class ThanksIn(Strict):
    """A note. `proof` is from the service that saw the two meet; `for_office` hands on what was said to it, of `from_id` if known."""

    to_id = Id(required=True)
    words = Text(max=WORDS_CHARACTERS_MAX, lines=True, required=True)
    about = Text(max=ABOUT_CHARACTERS_MAX, blank=True, load_default="")
    named = Flag(load_default=False)
    proof = Text(max=PROOF_CHARACTERS_MAX, blank=True, load_default="")
    from_id = Id(load_default=None, allow_none=True)
    for_office = Flag(load_default=False)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Thanks:
        """Return what is said; the proof, which runs out, does not tell one request from another."""
        return Thanks(**row, request_digest=digest({name: value for name, value in row.items() if name != "proof"}))


class NotesQuery(PageArgs):
    """Which side: received, written, or (office) reported."""

    side = Choice(SIDES, load_default=RECEIVED)


class ShowingIn(Strict):
    """Whether a note, or oneself, is shown on the honour page."""

    shown = Flag(required=True)


class HidingIn(Strict):
    """Whether the receiver hides a note."""

    hidden = Flag(required=True)


class NamingIn(Strict):
    """Whether the writer may be named where a note is shown."""

    named = Flag(required=True)


class ReportIn(Strict):
    """Why the office should look at a note."""

    reason = Text(max=REASON_CHARACTERS_MAX, lines=True, required=True)


class ReviewIn(ReportIn):
    """What is done about a reported note, and why."""

    outcome = Choice(OUTCOMES, required=True)


class ThanksNoteOut(Schema):
    """A note as one of its two sides, or the office that looks at it, sees it."""

    id = fields.String(required=True)
    words = fields.String(allow_none=True)
    about = fields.String(allow_none=True)
    from_name = fields.String(allow_none=True)
    to_name = fields.String(allow_none=True)
    way = fields.String(required=True)
    named = fields.Boolean(required=True)
    shown = fields.Boolean(required=True)
    hidden = fields.Boolean(required=True)
    status = fields.String(required=True)
    said_at = fields.AwareDateTime(format="iso", required=True)
    reported = fields.Boolean(required=True)
    report_reason = fields.String(allow_none=True)
    outcome = fields.String(allow_none=True)


class HonoursQuery(PageArgs):
    """Of which community; without one of the caller's."""

    community_code = Code(load_default=None)


class HonouredAwardOut(Schema):
    """An award on the honour page."""

    title = fields.String(required=True)
    grantor = fields.String(required=True)
    awarded_on = fields.String(required=True)


class HonouredNoteOut(Schema):
    """A note on the honour page; `from_name` only where the writer agreed."""

    words = fields.String(required=True)
    from_name = fields.String(allow_none=True)


class HonourOut(Schema):
    """Somebody on the honour page. No id, no hours, no counts."""

    name = fields.String(allow_none=True)
    skills = fields.List(fields.String(), required=True)
    awards = fields.List(fields.Nested(HonouredAwardOut), required=True)
    notes = fields.List(fields.Nested(HonouredNoteOut), required=True)


class OwnHonourOut(HonourOut):
    """Whether the caller stands on the honour page, and what it says of them."""

    shown = fields.Boolean(required=True)
    since = fields.AwareDateTime(format="iso", allow_none=True)
