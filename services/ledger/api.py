"""The ledger over HTTP: load, one call, dump. Nothing here writes beans; deeds and redemptions do, by their facts."""

from typing import Any

from services.ledger import commands, queries
from services.ledger.schemas import (
    AdoptionIn,
    CoverageDayOut,
    CoverageOut,
    CreditStatementIn,
    CreditStatementOut,
    ExpiringOut,
    ExpiringQuery,
    FundOut,
    GiftIn,
    GiftOut,
    NothingIn,
    ObjectionDecisionIn,
    ObjectionIn,
    ObjectionOut,
    ObjectionsQuery,
    PardonIn,
    ProjectIn,
    ProjectOut,
    ReportIn,
    RuleActOut,
    RuleDraftIn,
    RuleDraftOut,
    RulesIn,
    RulesOut,
    SealOut,
    SettlementOut,
    SettlementQuery,
    SimulatedPersonOut,
    SimulationOut,
    SpendingIn,
    StatementOut,
    StatementQuery,
    TransferOut,
    TransfersQuery,
    WalletOut,
)
from shared.web import Blueprint, PageArgs, answer, current_caller, open_to_proxies, page_of, page_schema, requires

VERSION_MAX = 100_000
READ_BEANS, REDEEM = "read_beans", "redeem"  # acts of a mandate, as identity names them; who redeems sees what there is to spend

wallets = Blueprint("wallets", __name__, description="What residents have, and why.")
rules = Blueprint("rules", __name__, description="By which rules deeds earn.")
communities = Blueprint("coverage", __name__, description="What beans are worth.")
credit = Blueprint("credit", __name__, description="Community credit, shown to others by statements of its owner alone.")
objections = Blueprint("objections", __name__, description="What somebody holds to be wrong, and what was decided.")
giving = Blueprint("giving", __name__, description="Beans for neighbours, for the fund, and for what people pay for together.")


@wallets.get("/wallets/<id:resident_id>")
@requires()
@open_to_proxies(READ_BEANS, REDEEM)
@wallets.response(200, WalletOut)
def get_wallet(resident_id: str) -> Any:
    """Show a wallet to its owner or the staff."""
    return queries.wallet(resident_id, viewer=current_caller())


@wallets.get("/wallets/<id:resident_id>/transfers")
@requires()
@open_to_proxies(READ_BEANS)
@wallets.arguments(TransfersQuery, location="query")
@wallets.response(200, page_schema(TransferOut))
def get_transfers(query: dict[str, Any], resident_id: str) -> Any:
    """List an account's transfers, newest first, each with the balance after it and its explanation."""
    return page_of(*queries.transfers(resident_id, viewer=current_caller(), **query))


@wallets.get("/wallets/<id:resident_id>/transfers/<transfer_id>")
@requires()
@open_to_proxies(READ_BEANS)
@wallets.response(200, TransferOut)
def get_transfer(resident_id: str, transfer_id: str) -> Any:
    """Explain one transfer."""
    return queries.transfer(resident_id, transfer_id, viewer=current_caller())


@wallets.get("/wallets/<id:resident_id>/statement")
@requires()
@wallets.arguments(StatementQuery, location="query")
@wallets.response(200, StatementOut)
def get_statement(query: dict[str, Any], resident_id: str) -> Any:
    """Give an account's lines of a period, each with a proof that it was sealed as it stands."""
    return queries.statement(resident_id, viewer=current_caller(), **query)


@communities.get("/communities/<string(maxlength=40):community_code>/seals")
@communities.arguments(PageArgs, location="query")
@communities.response(200, page_schema(SealOut))
def get_seals(query: dict[str, Any], community_code: str) -> Any:
    """List the seals of a community's days, the newest first, to everybody: whoever keeps them can check the journal later."""
    return page_of(*queries.seals(community_code, **query))


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


@communities.get("/communities/<string(maxlength=40):community_code>/expiring-beans")
@requires("organizer", "steward", "auditor")
@communities.arguments(ExpiringQuery, location="query")
@communities.response(200, page_schema(ExpiringOut))
def get_expiring_beans(query: dict[str, Any], community_code: str) -> Any:
    """List whose beans run out soon, the first to go first: whom to tell in time."""
    return page_of(*queries.expiring_beans(community_code, viewer=current_caller(), **query))


@communities.get("/communities/<string(maxlength=40):community_code>/coverage/history")
@communities.arguments(PageArgs, location="query")
@communities.response(200, page_schema(CoverageDayOut))
def get_coverage_history(query: dict[str, Any], community_code: str) -> Any:
    """List a community's days, the newest first, to everybody: beans outstanding, value in stock, issued so far in the month."""
    return page_of(*queries.coverage_history(community_code, **query))


@rules.get("/rule-drafts")
@requires("steward", "auditor")
@rules.response(200, page_schema(RuleDraftOut))
def get_rule_drafts() -> Any:
    """List the community's drafts of the next rules, open ones first, each beside the version in force."""
    return page_of(queries.drafts(current_caller().community_code))


@rules.get("/rule-drafts/<id:draft_id>")
@requires("steward", "auditor")
@rules.response(200, RuleDraftOut)
def get_rule_draft(draft_id: str) -> Any:
    """Show one draft, and what it changes of the version in force."""
    return queries.show_draft(queries.draft_of(draft_id, current_caller().community_code))


@rules.put("/rule-drafts/<id:draft_id>")
@requires("steward")
@rules.arguments(RuleDraftIn)
@rules.response(200, RuleDraftOut)
@rules.alt_response(201, schema=RuleDraftOut, description="Drafted now.")
def put_rule_draft(body: dict[str, Any], draft_id: str) -> Any:
    """Draft the next rules; with the `revision` that was seen, edit the draft."""
    draft, created = commands.keep_draft(draft_id, body, by=current_caller())
    return answer(queries.show_draft(draft), created)


@rules.delete("/rule-drafts/<id:draft_id>")
@requires("steward")
@rules.response(200, RuleDraftOut)
def delete_rule_draft(draft_id: str) -> Any:
    """Put a draft aside for good; it stays to be read."""
    return queries.show_draft(commands.drop_draft(draft_id, by=current_caller()))


@rules.put("/rule-drafts/<id:draft_id>/adoption")
@requires("steward")
@rules.arguments(AdoptionIn)
@rules.response(200, RulesOut)
@rules.alt_response(201, schema=RulesOut, description="Adopted now.")
def put_adoption(body: dict[str, Any], draft_id: str) -> Any:
    """Adopt a draft as the next version, from a day that is not yet past."""
    document, created = commands.adopt_draft(draft_id, applies_from=body["applies_from"], by=current_caller())
    return answer(queries.show_rules(document), created)


@rules.put("/rule-drafts/<id:draft_id>/simulations/<id:simulation_id>")
@requires("steward")
@rules.arguments(NothingIn)
@rules.response(200, SimulationOut)
@rules.alt_response(201, schema=SimulationOut, description="Asked for now.")
def put_simulation(_: dict[str, Any], draft_id: str, simulation_id: str) -> Any:
    """Ask what the last quarter's deeds would have earned under a draft as it stands now; the worker finds out."""
    found, created = commands.ask_simulation(draft_id, simulation_id, by=current_caller())
    return answer(queries.show_simulation(found), created)


@rules.get("/rule-drafts/<id:draft_id>/simulations/<id:simulation_id>")
@requires("steward", "auditor")
@rules.response(200, SimulationOut)
def get_simulation(draft_id: str, simulation_id: str) -> Any:
    """Show how far a simulation is, and its outcome once it is done."""
    return queries.show_simulation(queries.simulation(draft_id, simulation_id, current_caller().community_code))


@rules.get("/rule-drafts/<id:draft_id>/simulations/<id:simulation_id>/people")
@requires("steward", "auditor")
@rules.arguments(PageArgs, location="query")
@rules.response(200, page_schema(SimulatedPersonOut))
def get_simulated_people(query: dict[str, Any], draft_id: str, simulation_id: str) -> Any:
    """List everybody with a deed in a simulation, the largest change first."""
    return page_of(*queries.simulated_people(draft_id, simulation_id, current_caller().community_code, **query))


@rules.get("/rule-acts")
@requires("steward", "auditor")
@rules.arguments(PageArgs, location="query")
@rules.response(200, page_schema(RuleActOut))
def get_rule_acts(query: dict[str, Any]) -> Any:
    """List who drafted, simulated and adopted what, newest first: the rules' part of the audit log."""
    return page_of(*queries.rule_acts(current_caller().community_code, **query))


@giving.put("/gifts/<id:gift_id>")
@requires()
@giving.arguments(GiftIn)
@giving.response(200, GiftOut)
@giving.alt_response(201, schema=GiftOut, description="Given now.")
def put_gift(body: dict[str, Any], gift_id: str) -> Any:
    """Give beans to a neighbour, to a project, or to the community's fund. Once, however often it is sent."""
    entry, created = commands.give_beans(gift_id, body, by=current_caller())
    return answer(queries.show_gift(entry), created)


@giving.get("/communities/<string(maxlength=40):community_code>/fund")
@giving.response(200, FundOut)
def get_fund(community_code: str) -> Any:
    """Show the community's fund, to everybody."""
    return queries.fund(community_code)


@giving.get("/communities/<string(maxlength=40):community_code>/projects")
@giving.response(200, page_schema(ProjectOut))
def get_projects(community_code: str) -> Any:
    """List a community's projects, the newest first, to everybody."""
    return page_of(queries.projects(community_code))


@giving.get("/projects/<id:project_id>")
@giving.response(200, ProjectOut)
def get_project(project_id: str) -> Any:
    """Show a project with every spending, to everybody."""
    return queries.project(project_id)


@giving.put("/projects/<id:project_id>")
@requires("steward")
@giving.arguments(ProjectIn)
@giving.response(200, ProjectOut)
@giving.alt_response(201, schema=ProjectOut, description="Opened now.")
def put_project(body: dict[str, Any], project_id: str) -> Any:
    """Open a project for pledges."""
    project, created = commands.open_project(project_id, body, by=current_caller())
    return answer(queries.show_project(project), created)


@giving.put("/projects/<id:project_id>/spendings/<id:spending_id>")
@requires("steward")
@giving.arguments(SpendingIn)
@giving.response(200, ProjectOut)
@giving.alt_response(201, schema=ProjectOut, description="Spent now.")
def put_spending(body: dict[str, Any], project_id: str, spending_id: str) -> Any:
    """Spend a funded project's beans at a partner, with a receipt."""
    created = commands.spend_beans(project_id, spending_id, body, by=current_caller())
    return answer(queries.project(project_id), created)


@giving.put("/projects/<id:project_id>/end")
@requires("steward")
@giving.arguments(ReportIn)
@giving.response(200, ProjectOut)
def put_end(body: dict[str, Any], project_id: str) -> Any:
    """End a funded project with a report; what is left goes to the community's fund."""
    return queries.show_project(commands.end_project(project_id, report=body["report"], by=current_caller()))


@giving.put("/projects/<id:project_id>/calling-off")
@requires("steward")
@giving.arguments(ReportIn)
@giving.response(200, ProjectOut)
def put_calling_off(body: dict[str, Any], project_id: str) -> Any:
    """Call a project off before anything was spent: every pledge goes back."""
    return queries.show_project(commands.call_off(project_id, report=body["report"], by=current_caller()))


@communities.get("/settlements/<id:partner_id>")
@requires("partner", "steward", "auditor")
@communities.arguments(SettlementQuery, location="query")
@communities.response(200, SettlementOut)
def get_settlement(query: dict[str, Any], partner_id: str) -> Any:
    """Show what a partner is owed for a month, by the journal."""
    return queries.settlement(partner_id, viewer=current_caller(), **query)


@objections.put("/objections/<id:objection_id>")
@requires()
@objections.arguments(ObjectionIn)
@objections.response(200, ObjectionOut)
@objections.alt_response(201, schema=ObjectionOut, description="Made now.")
def put_objection(body: dict[str, Any], objection_id: str) -> Any:
    """Object to one of one's own entries."""
    found, created = commands.object_to(objection_id, **body, by=current_caller())
    return answer(queries.show_objection(found), created)


@objections.get("/objections")
@requires()
@objections.arguments(ObjectionsQuery, location="query")
@objections.response(200, page_schema(ObjectionOut))
def get_objections(query: dict[str, Any]) -> Any:
    """List one's own objections, or for staff the community's, those due first on top."""
    return page_of(*queries.objections(viewer=current_caller(), **query))


@objections.get("/objections/<id:objection_id>")
@requires()
@objections.response(200, ObjectionOut)
def get_objection(objection_id: str) -> Any:
    """Show an objection with its entry to its maker or the staff."""
    return queries.objection(objection_id, viewer=current_caller())


@objections.delete("/objections/<id:objection_id>")
@requires()
@objections.response(200, ObjectionOut)
def delete_objection(objection_id: str) -> Any:
    """Take one's own objection back while it is open."""
    return queries.show_objection(commands.take_back(objection_id, by=current_caller()))


@objections.put("/objections/<id:objection_id>/decision")
@requires("steward")
@objections.arguments(ObjectionDecisionIn)
@objections.response(200, ObjectionOut)
def put_objection_decision(body: dict[str, Any], objection_id: str) -> Any:
    """Uphold an objection with a remedy, or refuse it; not by anybody who is near to it."""
    return queries.show_objection(commands.decide_objection(objection_id, body, by=current_caller()))


@credit.put("/wallets/<id:resident_id>/transfers/<transfer_id>/pardon")
@requires("steward")
@credit.arguments(PardonIn)
@credit.response(200, TransferOut)
def put_pardon(body: dict[str, Any], resident_id: str, transfer_id: str) -> Any:
    """Lift a mark for a missed sign-up before its time; the answer is the entry that lifts it."""
    return queries.shown_transfer(dict(commands.pardon(resident_id, transfer_id, reason=body["reason"], by=current_caller())))


@credit.put("/credit-statements/<id:statement_id>")
@requires()
@credit.arguments(CreditStatementIn)
@credit.response(200, CreditStatementOut)
@credit.alt_response(201, schema=CreditStatementOut, description="Made now.")
def put_credit_statement(body: dict[str, Any], statement_id: str) -> Any:
    """State one's own community credit as it is now; the id is the code by which anybody who has it can check it."""
    made, created = commands.state_credit(statement_id, shown_name=body["shown_name"], by=current_caller())
    return answer(queries.show_statement(made), created)


@credit.get("/credit-statements")
@requires()
@credit.response(200, page_schema(CreditStatementOut))
def get_credit_statements() -> Any:
    """List the statements that one has made."""
    return page_of(queries.credit_statements(current_caller()))


@credit.get("/credit-statements/<id:statement_id>")
@credit.response(200, CreditStatementOut)
def get_credit_statement(statement_id: str) -> Any:
    """Say what a statement said when it was made, to whoever was given its code."""
    return queries.credit_statement(statement_id)


@credit.delete("/credit-statements/<id:statement_id>")
@requires()
@credit.response(204)
def delete_credit_statement(statement_id: str) -> None:
    """Withdraw one's own statement: its figures are deleted."""
    commands.withdraw_statement(statement_id, by=current_caller())
