"""Teams over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.talent.commands import Founding
from services.talent.rules.teams import MEMBERS_MAX, TeamStatus
from services.talent.schemas.base import SKILLS_MAX, STATEMENT_CHARACTERS_MAX, Strict
from shared.web import PageArgs
from shared.web.fields import Choice, Code, Flag, Id, StrictInteger, Text

NAME_CHARACTERS_MAX = 40
ITEM_CHARACTERS_MAX = 60
REVISION_MAX = 2**31
ANSWERS = ("accept", "decline")


def _items(**options: Any) -> fields.List:
    return fields.List(Text(max=ITEM_CHARACTERS_MAX), validate=validate.Length(min=1, max=SKILLS_MAX), **options)


class AskIn(Strict):
    """Whether somebody has said yes to the office; else they are asked, and answer on their own page."""

    agreed = Flag(load_default=False)


class NamedMemberIn(AskIn):
    """Who is to be in the team."""

    resident_id = Id(required=True)


class TeamIn(Strict):
    """A team to found; items are codes, names or aliases of the catalogue. The leader is one of the members."""

    name = Text(max=NAME_CHARACTERS_MAX, required=True)
    purpose = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, load_default=None, allow_none=True)
    items = _items(required=True)
    leader_id = Id(required=True)
    members = fields.List(fields.Nested(NamedMemberIn), required=True, validate=validate.Length(min=1, max=MEMBERS_MAX))

    @validates_schema
    def name_each_once(self, row: dict[str, Any], **_: Any) -> None:
        """Refuse somebody who is named twice."""
        ids = [member["resident_id"] for member in row.get("members", ()) if isinstance(member, dict) and "resident_id" in member]
        if len(ids) != len(set(ids)):
            raise ValidationError("Somebody is named twice.", "members")

    @post_load
    def build(self, row: dict[str, Any], **_: Any) -> Founding:
        """Return what the team is to be."""
        members = tuple((member["resident_id"], member["agreed"]) for member in row["members"])
        return Founding(**{**row, "items": tuple(row["items"]), "members": members})


class TeamPatchIn(Strict):
    """What to change of a team; `revision` is the one the caller read."""

    revision = StrictInteger(min=1, max=REVISION_MAX, required=True)
    name = Text(max=NAME_CHARACTERS_MAX)
    purpose = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, allow_none=True)
    items = _items()
    leader_id = Id()


class TeamAnswerIn(Strict):
    """What somebody says who is asked."""

    answer = Choice(ANSWERS, required=True)


class PartingIn(Strict):
    """Why the office takes somebody out; who leaves by themselves need not say."""

    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, load_default=None, allow_none=True)


class TeamEndingIn(Strict):
    """Why a team ends."""

    reason = Text(max=STATEMENT_CHARACTERS_MAX, lines=True, required=True)


class TeamsQuery(PageArgs):
    """Which teams: of a community (the caller's without one), of a status; with `mine` those in which the caller is, or is asked."""

    community_code = Code(load_default=None)
    status = Choice([status.value for status in TeamStatus], load_default=None)
    mine = Choice(["true", "false"], load_default="false")


class MemberOut(Schema):
    """Somebody in a team; to strangers only the name, masked unless they agree to be named, and who leads. `status`: asked, member."""

    name = fields.String(allow_none=True)
    leads = fields.Boolean()
    resident_id = fields.String()
    status = fields.String()
    asked_at = fields.AwareDateTime(format="iso", allow_none=True)
    joined_at = fields.AwareDateTime(format="iso", allow_none=True)
    noted_by = fields.String(allow_none=True)


class FormerMemberOut(Schema):
    """Somebody who was in a team. `why`: left, taken_out (with a reason), suspended (taken off the registry, or gone)."""

    resident_id = fields.String()
    name = fields.String(allow_none=True)
    joined_at = fields.AwareDateTime(format="iso", allow_none=True)
    left_at = fields.AwareDateTime(format="iso", allow_none=True)
    why = fields.String()
    reason = fields.String(allow_none=True)


class TeamItemOut(Schema):
    """An item that a team may run today, or may not for want of a licence; `licensed` are the names of who holds it."""

    item = fields.String()
    licence_required = fields.Boolean()
    licensed = fields.List(fields.String(allow_none=True))
    may_run = fields.Boolean()


class TeamOut(Schema):
    """A team. Members and staff see who leads it, who is asked, and whether its licences hold; staff also who was in it."""

    id = fields.String()
    community_code = fields.String()
    name = fields.String()
    purpose = fields.String(allow_none=True)
    items = fields.List(fields.String())
    status = fields.String()
    needs_leader = fields.Boolean()
    my_status = fields.String(allow_none=True)
    members = fields.List(fields.Nested(MemberOut))
    leader_id = fields.String(allow_none=True)
    may_run = fields.List(fields.Nested(TeamItemOut))
    former = fields.List(fields.Nested(FormerMemberOut))
    founded_by = fields.String()
    founded_at = fields.AwareDateTime(format="iso")
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    end_reason = fields.String(allow_none=True)
    revision = fields.Integer()


class PartInTeamOut(Schema):
    """A team of somebody's. `status`: asked, member, former, ended (the team has)."""

    team_id = fields.String()
    name = fields.String()
    items = fields.List(fields.String())
    status = fields.String()
    leads = fields.Boolean()
    asked_at = fields.AwareDateTime(format="iso", allow_none=True)
    joined_at = fields.AwareDateTime(format="iso", allow_none=True)
    left_at = fields.AwareDateTime(format="iso", allow_none=True)
    noted_by = fields.String(allow_none=True)
