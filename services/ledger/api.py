"""The ledger over HTTP: load, one call, dump. Nothing here writes beans; deeds and redemptions do, by their facts."""

from typing import Any

from services.ledger import commands, queries
from services.ledger.schemas import CoverageOut, RulesIn, RulesOut, TransferOut, TransfersQuery, WalletOut
from shared.web import Blueprint, answer, current_caller, page_of, page_schema, requires

VERSION_MAX = 100_000

wallets = Blueprint("wallets", __name__, description="What residents have, and why.")
rules = Blueprint("rules", __name__, description="By which rules deeds earn.")
communities = Blueprint("coverage", __name__, description="What beans are worth.")


@wallets.get("/wallets/<id:resident_id>")
@requires()
@wallets.response(200, WalletOut)
def get_wallet(resident_id: str) -> Any:
    """Show a wallet to its owner or the staff."""
    return queries.wallet(resident_id, viewer=current_caller())


@wallets.get("/wallets/<id:resident_id>/transfers")
@requires()
@wallets.arguments(TransfersQuery, location="query")
@wallets.response(200, page_schema(TransferOut))
def get_transfers(query: dict[str, Any], resident_id: str) -> Any:
    """List an account's transfers, newest first, each with the balance after it and its explanation."""
    return page_of(*queries.transfers(resident_id, viewer=current_caller(), **query))


@wallets.get("/wallets/<id:resident_id>/transfers/<transfer_id>")
@requires()
@wallets.response(200, TransferOut)
def get_transfer(resident_id: str, transfer_id: str) -> Any:
    """Explain one transfer."""
    return queries.transfer(resident_id, transfer_id, viewer=current_caller())


@rules.get("/rules")
@requires()
@rules.response(200, page_schema(RulesOut))
def get_rules() -> Any:
    """List the versions of the community's earning rules, newest first."""
    return page_of(queries.rules(current_caller().community_code))


@rules.put(f"/rules/<int(max={VERSION_MAX}):version>")
@requires("steward")
@rules.arguments(RulesIn)
@rules.response(200, RulesOut)
@rules.alt_response(201, schema=RulesOut, description="Adopted now.")
def put_rules(body: dict[str, Any], version: int) -> Any:
    """Adopt the next version, from a day that is not yet past."""
    applies_from = body.pop("applies_from")
    document, created = commands.adopt_rules(version, applies_from=applies_from, numbers=body, by=current_caller())
    return answer(queries.show_rules(document), created)


@communities.get("/communities/<string(maxlength=40):community_code>/coverage")
@communities.response(200, CoverageOut)
def get_coverage(community_code: str) -> Any:
    """Show beans outstanding against the value in stock, to everybody."""
    return queries.coverage(community_code)
