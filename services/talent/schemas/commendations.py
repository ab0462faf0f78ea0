"""Commendations over HTTP: rounds, proposals, the case, notices, awards, objections."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate, validates_schema
from marshmallow.exceptions import ValidationError

from services.talent.commands import Award, Proposal, RoundWanted
from services.talent.rules.commending import DECISIONS, GRANTORS, RECORDS_MAX, Status
from services.talent.schemas.base import STATEMENT_CHARACTERS_MAX, Strict
from shared.mongo import digest
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Day, Flag, Id, Text

TITLE_CHARACTERS_MAX = 40
GRANTOR_CHARACTERS_MAX = 40
CITATION_CHARACTERS_MAX = 300
IDS_MAX = 100


class AwardWords(Strict):
    """What an award is called, who grants it, and for deeds of which days."""

    title = Text(max=TITLE_CHARACTERS_MAX, required=True)
    grantor_kind = Choice(GRANTORS, required=True)
    grantor = Text(max=GRANTOR_CHARACTERS_MAX, required=True)
    since = Day(required=True, data_key="from")
    until = Day(required=True)

    @validates_schema
    def check_days(self, row: dict[str, Any], **_: Any) -> None:
        """Refuse a period that ends before it begins."""
        if row["until"] < row["since"]:
            raise ValidationError("The last day lies before the first.", "until")


class RoundIn(AwardWords):
    """A round: what it awards, what it is about, and until which evening people are proposed."""

    about = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, blank=True, load_default="")
    open_until = Day(required=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> RoundWanted:
        """Return what is wanted."""
        return RoundWanted(**row)


class AskingIn(AwardWords):
    """An award as its person is asked about it: with the words that will stand on it."""

    citation = Text(max=CITATION_CHARACTERS_MAX, lines=True, required=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Award:
        """Return the award."""
        return Award(**row)


class ProposalIn(Strict):
    """A proposal of a person, for a round or by itself; `records` are ids of their service records, picked by the office alone."""

    resident_id = Id(required=True)
    round_id = Id(load_default=None, allow_none=True)
    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)
    records = fields.List(Id(), load_default=list, validate=validate.Length(max=RECORDS_MAX))

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Proposal:
        """Return the proposal."""
        said = {**row, "records": list(dict.fromkeys(row["records"]))}
        return Proposal(**{**said, "records": tuple(said["records"])}, request_digest=digest(said))


class HonourAnswerIn(Strict):
    """Whether somebody accepts the honour, and whether their name may stand in full."""

    accepts = Flag(required=True)
    named = Flag(load_default=False)


class CommendationDecisionIn(Strict):
    """What is decided about a commendation, and why."""

    decision = Choice(list(DECISIONS), required=True)
    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class CommendationReasonIn(Strict):
    """Why a commendation is set aside, or an award withdrawn."""

    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class RoundsQuery(PageArgs):
    """Whose rounds; without a community those of the caller's, or of all."""

    community_code = Code(load_default=None)
    status = Choice(["open", "closed"], load_default=None)


class CommendationsQuery(PageArgs):
    """Which commendations; `mine=true` keeps to the caller's own, also for staff, who otherwise see the community's."""

    status = Choice(list(Status), load_default=None)
    resident_id = Id(load_default=None)
    mine = Choice(["true", "false"], load_default="false")

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return whether only one's own are wanted as a truth."""
        return {**row, "mine": row["mine"] == "true"}


class PublicQuery(PageArgs):
    """Whose; without a community the caller's, or all."""

    community_code = Code(load_default=None)


class AwardsQuery(PublicQuery):
    """Which awards: of which days, or those of `ids` (with commas)."""

    since = Day(load_default=None, data_key="from")
    until = Day(load_default=None)
    ids = Text(max=IDS_MAX * 37, load_default="", blank=True)

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return the days as they are kept, and the ids as a list."""
        days = {name: row[name].isoformat() if row[name] else None for name in ("since", "until")}
        return {**row, **days, "ids": [part for part in row["ids"].split(",") if part][:IDS_MAX]}


class RoundOut(Schema):
    """A round of commendations."""

    id = fields.String(required=True)
    community_code = fields.String(required=True)
    title = fields.String(required=True)
    grantor_kind = fields.String(required=True)
    grantor = fields.String(required=True)
    since = fields.String(required=True, data_key="from")
    until = fields.String(required=True)
    about = fields.String(allow_none=True)
    open_until = fields.String(required=True)
    status = fields.String(required=True)
    opened_at = fields.AwareDateTime(format="iso", required=True)
    closed_at = fields.AwareDateTime(format="iso", allow_none=True)


class ProposalOut(Schema):
    """A proposal, to whoever made it; `status` is open, granted or closed, and nothing more is told."""

    id = fields.String(required=True)
    commendation_id = fields.String(required=True)
    person = fields.String(required=True)
    title = fields.String(allow_none=True)
    round_id = fields.String(allow_none=True)
    reason = fields.String(required=True)
    records = fields.List(fields.String(), required=True)
    said_at = fields.AwareDateTime(format="iso", required=True)
    status = fields.String(required=True)


class CommendationVoiceOut(Schema):
    """A proposal inside a commendation. Who made it is told to the office alone."""

    id = fields.String()
    by = fields.String()
    by_name = fields.String(allow_none=True)
    for_office = fields.Boolean(required=True)
    reason = fields.String(required=True)
    records = fields.List(fields.String(), required=True)
    said_at = fields.AwareDateTime(format="iso", required=True)


class OfAnAward(Schema):
    """What is told of an award, whoever reads it."""

    id = fields.String(required=True)
    community_code = fields.String(required=True)
    title = fields.String(allow_none=True)
    grantor_kind = fields.String(allow_none=True)
    grantor = fields.String(allow_none=True)
    since = fields.String(allow_none=True, data_key="from")
    until = fields.String(allow_none=True)
    citation = fields.String(allow_none=True)


class CommendationOut(OfAnAward):
    """A commendation, to the staff and its person; `conflict` says why the reader may not decide, `publishes` whether its person agrees to
    `publish` at present."""

    resident_id = fields.String(required=True)
    person_name = fields.String(allow_none=True)
    round_id = fields.String(allow_none=True)
    status = fields.String(required=True)
    voices = fields.List(fields.Nested(CommendationVoiceOut), required=True)
    asked_at = fields.AwareDateTime(format="iso", allow_none=True)
    accepts = fields.Boolean(allow_none=True)
    named = fields.Boolean(allow_none=True)
    answered_at = fields.AwareDateTime(format="iso", allow_none=True)
    answered_by_office = fields.Boolean(required=True)
    publishes = fields.Boolean(required=True)
    notice_ends_at = fields.AwareDateTime(format="iso", allow_none=True)
    objections_open = fields.Integer(required=True)
    proposed_at = fields.AwareDateTime(format="iso", required=True)
    changed_at = fields.AwareDateTime(format="iso", required=True)
    decision = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)
    awarded_on = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    withdrawn_at = fields.AwareDateTime(format="iso", allow_none=True)
    withdrawal_reason = fields.String(allow_none=True)
    conflict = fields.String(allow_none=True)


class CommendationNoticeOut(OfAnAward):
    """A commendation in public notice; `person` is masked unless they allow their name."""

    person = fields.String(required=True)
    notice_ends_at = fields.AwareDateTime(format="iso", required=True)
    status = fields.String(required=True)


class AwardOut(OfAnAward):
    """An award that stands, as anybody reads it."""

    person = fields.String(required=True)
    awarded_on = fields.String(required=True)
    number = fields.String(required=True)


class CheckedAwardOut(AwardOut):
    """An award as whoever has its code reads it."""

    status = fields.String(required=True)
    withdrawn_at = fields.AwareDateTime(format="iso", allow_none=True)


class CommendationObjectionIn(Strict):
    """What is wrong with a commendation in notice."""

    commendation_id = Id(required=True)
    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class CommendationObjectionOut(Schema):
    """An objection to a commendation. Who objects is told to stewards and auditors, unless it is about themselves."""

    id = fields.String(required=True)
    commendation_id = fields.String(required=True)
    title = fields.String(allow_none=True)
    person_name = fields.String(allow_none=True)
    reason = fields.String(required=True)
    status = fields.String(required=True)
    own = fields.Boolean(required=True)
    made_at = fields.AwareDateTime(format="iso", required=True)
    due_on = fields.String(required=True)
    overdue = fields.Boolean(required=True)
    objector_id = fields.String(allow_none=True)
    objector_name = fields.String(allow_none=True)
    decision = fields.String(allow_none=True)
    decision_reason = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(format="iso", allow_none=True)
    conflict = fields.String(allow_none=True)
