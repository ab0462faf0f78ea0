"""Issues of the residents' bulletin."""

from typing import Any

from services.checkin.commands import bulletins
from services.checkin.queries import bulletins as issue_queries
from services.checkin.schemas import bulletins as schemas
from shared.web import Blueprint, answer, current_caller, known_caller, page_of, page_schema, requires

Args = dict[str, Any]
Answer = tuple[Any, int]

bulletins_blueprint = Blueprint("bulletins", __name__, description="Issues of the residents' bulletin")

BLUEPRINTS = [bulletins_blueprint]


@bulletins_blueprint.put("/bulletins/<id:bulletin_id>")
@requires("steward")
@bulletins_blueprint.arguments(schemas.BulletinIn)
@bulletins_blueprint.response(200, schemas.BulletinOut)
@bulletins_blueprint.alt_response(201, schema=schemas.BulletinOut)
def put_bulletin(wanted: Args, bulletin_id: str) -> Answer:
    """Make the next issue of the bulletin, of what a period came to, as it stands now."""
    caller = current_caller()
    found, created = bulletins.make_bulletin(caller, bulletin_id, wanted)
    return answer(issue_queries.described(found, caller), created)


@bulletins_blueprint.get("/bulletins")
@bulletins_blueprint.arguments(schemas.BulletinsArgs, location="query")
@bulletins_blueprint.response(200, page_schema(schemas.BulletinRowOut))
def list_bulletins(wanted: Args) -> Any:
    """List a community's issues, the newest first; it needs no sign-in."""
    caller = known_caller()
    community_code = wanted.pop("community_code") or (caller.community_code if caller else "")
    return page_of(*issue_queries.bulletins(community_code, **wanted))


@bulletins_blueprint.get("/bulletins/<id:bulletin_id>")
@bulletins_blueprint.response(200, schemas.BulletinOut)
def get_bulletin(bulletin_id: str) -> Any:
    """Show an issue to anybody."""
    return issue_queries.bulletin(bulletin_id, known_caller())


@bulletins_blueprint.put("/bulletins/<id:bulletin_id>/withdrawal")
@requires("steward")
@bulletins_blueprint.arguments(schemas.BulletinWithdrawalIn)
@bulletins_blueprint.response(200, schemas.BulletinOut)
def put_bulletin_withdrawal(body: Args, bulletin_id: str) -> Any:
    """Withdraw an issue; its number stays."""
    caller = current_caller()
    return issue_queries.described(bulletins.withdraw_bulletin(caller, bulletin_id, body["reason"]), caller)


@bulletins_blueprint.put("/bulletins/<id:bulletin_id>/post")
@requires("steward")
@bulletins_blueprint.response(200, schemas.BulletinOut)
def put_bulletin_post(bulletin_id: str) -> Any:
    """Let the community's group be told of an issue, once."""
    caller = current_caller()
    return issue_queries.described(bulletins.post_bulletin(caller, bulletin_id), caller)
