"""Licences over HTTP. Numbers are shown to their owner and the office alone."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from services.talent.commands import Paper, Sight
from services.talent.rules.licences import PaperStatus
from services.talent.schemas.base import CODE_CHARACTERS_MAX, STATEMENT_CHARACTERS_MAX, Strict
from shared.web import PageArgs
from shared.web.fields import Choice, Day, Flag, Text

DECISIONS = (PaperStatus.SEEN.value, PaperStatus.REFUSED.value)


class PaperIn(Strict):
    """A licence as it is written on the document; `seen`, of the office alone: I hold it in my hands."""

    skill = Text(max=CODE_CHARACTERS_MAX, required=True)
    licence_no = Text(max=CODE_CHARACTERS_MAX, required=True)
    licence_expires_on = Day(required=True)
    licence_kind = Text(max=CODE_CHARACTERS_MAX, load_default=None, allow_none=True)
    licence_issuer = Text(max=CODE_CHARACTERS_MAX, load_default=None, allow_none=True)
    seen = Flag(load_default=False)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Paper:
        """Return the paper."""
        return Paper(**row)


class SightIn(Strict):
    """What the office says of a paper; whoever refuses it says why."""

    decision = Choice(DECISIONS, required=True)
    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, load_default=None, allow_none=True)

    @validates_schema
    def ask_why(self, row: dict[str, Any], **_: Any) -> None:
        """Ask for a reason where it is refused."""
        if row.get("decision") == PaperStatus.REFUSED and not row.get("reason"):
            raise ValidationError("Please give a reason.", "reason")

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Sight:
        """Return what is said."""
        return Sight(**row)


class LicencesQuery(PageArgs):
    """Whose licences: `mine=true` keeps to the caller's own, all of them; the office otherwise sees those that need a word."""

    mine = Choice(["true", "false"], load_default="false")

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return whether only one's own are wanted as a truth."""
        return {**row, "mine": row["mine"] == "true"}


class PaperOut(Schema):
    """A licence that was handed in, and where it stands: waiting, seen, refused, replaced."""

    id = fields.String(required=True)
    resident_id = fields.String(required=True)
    skill = fields.String(required=True)
    licence_no = fields.String(required=True)
    licence_expires_on = fields.Date(required=True)
    licence_kind = fields.String(allow_none=True)
    licence_issuer = fields.String(allow_none=True)
    status = fields.String(required=True)
    handed_in_by = fields.String(required=True)
    handed_in_at = fields.AwareDateTime(format="iso", required=True)
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)
    reason = fields.String(allow_none=True)


class LicenceOut(Schema):
    """The licence of a skill in the registry. `stage`: unknown, over, within_7, within_30, within_60, or nothing; `waiting` is a new one
    that nobody has seen yet."""

    resident_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    skill = fields.String(required=True)
    licence_no = fields.String(allow_none=True)
    licence_expires_on = fields.Date(allow_none=True)
    licence_kind = fields.String(allow_none=True)
    licence_issuer = fields.String(allow_none=True)
    licence_seen_by = fields.String(allow_none=True)
    licence_seen_at = fields.AwareDateTime(format="iso", allow_none=True)
    stage = fields.String(allow_none=True)
    days_left = fields.Integer(allow_none=True)
    waiting = fields.Nested(PaperOut, allow_none=True)
