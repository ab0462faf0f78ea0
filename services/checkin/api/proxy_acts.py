"""What others did for a resident."""

from typing import Any

from services.checkin.queries import proxy_acts as proxy_act_queries
from services.checkin.schemas import proxy_acts as schemas
from shared.web import Blueprint, current_caller, page_of, page_schema, requires

Args = dict[str, Any]

proxy_acts_blueprint = Blueprint("proxy-acts", __name__, description="What others did for a resident")

BLUEPRINTS = [proxy_acts_blueprint]


@proxy_acts_blueprint.get("/proxy-acts")
@requires()
@proxy_acts_blueprint.arguments(schemas.ProxyActsArgs, location="query")
@proxy_acts_blueprint.response(200, page_schema(schemas.ProxyActOut))
def list_proxy_acts(wanted: Args) -> Any:
    """List what others did on rosters for me, or as staff for somebody, newest first."""
    return page_of(*proxy_act_queries.proxy_acts(current_caller(), **wanted))
