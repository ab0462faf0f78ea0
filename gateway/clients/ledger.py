"""Calls that pages make of the ledger: balances, why they are so, the rules."""

from typing import Any

from gateway.clients.service import call, with_id


def wallet(resident_id: str) -> Any:
    """Return available, held, earned, spent, expired beans, contribution and integrity."""
    return call("ledger").get(f"/wallets/{resident_id}")


def transfers(resident_id: str, **wanted: Any) -> Any:
    """Return a page of transfers, newest first (?unit, cursor)."""
    return with_id("transfer", call("ledger").get(f"/wallets/{resident_id}/transfers", **wanted))


def transfer(resident_id: str, transfer_id: str) -> Any:
    """Return one transfer with its explanation."""
    return with_id("transfer", call("ledger").get(f"/wallets/{resident_id}/transfers/{transfer_id}"))


def expiring_beans(community_code: str, **wanted: Any) -> Any:
    """Return a page of residents' beans that run out soon (?within_days, limit, cursor)."""
    return call("ledger").get(f"/communities/{community_code}/expiring-beans", **wanted)


def rules() -> Any:
    """Return every version of the rules."""
    return call("ledger").get("/rules")


def drafts() -> Any:
    """Return the drafts of the next rules, open ones first."""
    return call("ledger").get("/rule-drafts")


def draft(draft_id: str) -> Any:
    """Return one draft with what it changes, and its simulations."""
    return call("ledger").get(f"/rule-drafts/{draft_id}")


def keep_draft(draft_id: str, body: dict[str, Any]) -> Any:
    """Keep a draft, or edit it at the `revision` that was seen."""
    return call("ledger").put(f"/rule-drafts/{draft_id}", body)


def drop_draft(draft_id: str) -> Any:
    """Put a draft aside."""
    return call("ledger").delete(f"/rule-drafts/{draft_id}")


def adopt_draft(draft_id: str, applies_from: str) -> Any:
    """Adopt a draft from a date."""
    return call("ledger").put(f"/rule-drafts/{draft_id}/adoption", {"applies_from": applies_from})


def simulate(draft_id: str, simulation_id: str) -> Any:
    """Ask for a simulation of a draft."""
    return call("ledger").put(f"/rule-drafts/{draft_id}/simulations/{simulation_id}")


def simulation(draft_id: str, simulation_id: str) -> Any:
    """Return how far a simulation is, and its outcome."""
    return call("ledger").get(f"/rule-drafts/{draft_id}/simulations/{simulation_id}")


def simulated_people(draft_id: str, simulation_id: str, cursor: str | None) -> Any:
    """Return a page of the people in a simulation, the largest change first."""
    return call("ledger").get(f"/rule-drafts/{draft_id}/simulations/{simulation_id}/people", cursor=cursor)


def rule_acts(cursor: str | None) -> Any:
    """Return a page of what was done about the rules, newest first."""
    return call("ledger").get("/rule-acts", cursor=cursor)


def coverage_history(community_code: str, **wanted: Any) -> Any:
    """Return a page of the community's days, newest first (?limit, cursor)."""
    return call("ledger").get(f"/communities/{community_code}/coverage/history", **wanted)


def coverage(community_code: str) -> Any:
    """Return beans outstanding, value in stock and their ratio."""
    return call("ledger").get(f"/communities/{community_code}/coverage")


def give(gift_id: str, body: dict[str, Any]) -> Any:
    """Give beans: to a resident, a project or the fund."""
    return call("ledger").put(f"/gifts/{gift_id}", body)


def fund(community_code: str) -> Any:
    """Return what the community's fund holds, received and gave."""
    return call("ledger").get(f"/communities/{community_code}/fund")


def projects(community_code: str) -> Any:
    """Return the community's projects, the newest first."""
    return with_id("project", call("ledger").get(f"/communities/{community_code}/projects"))


def project(project_id: str) -> Any:
    """Return one project with every spending."""
    return with_id("project", call("ledger").get(f"/projects/{project_id}"))


def open_project(project_id: str, body: dict[str, Any]) -> Any:
    """Open a project for pledges."""
    return call("ledger").put(f"/projects/{project_id}", body)


def spend(project_id: str, spending_id: str, body: dict[str, Any]) -> Any:
    """Note what a project's beans were spent on."""
    return call("ledger").put(f"/projects/{project_id}/spendings/{spending_id}", body)


def end_project(project_id: str, report: str) -> Any:
    """End a project; what is left goes to the fund."""
    return call("ledger").put(f"/projects/{project_id}/end", {"report": report})


def call_off(project_id: str, report: str) -> Any:
    """Call a project off; every pledge goes back."""
    return call("ledger").put(f"/projects/{project_id}/calling-off", {"report": report})


def statement(resident_id: str, *, since: str, until: str) -> Any:
    """Return every line of a period with its proof."""
    return call("ledger").get(f"/wallets/{resident_id}/statement", since=since, until=until)


def seals(community_code: str, **wanted: Any) -> Any:
    """Return a page of the community's seals, the newest first (limit, cursor)."""
    return call("ledger").get(f"/communities/{community_code}/seals", **wanted)


def object_to(objection_id: str, transfer_id: str, reason: str) -> Any:
    """Object to one of the reader's entries."""
    return call("ledger").put(f"/objections/{objection_id}", {"transfer_id": transfer_id, "reason": reason})


def objections(**wanted: Any) -> Any:
    """Return a page of objections, those due first on top (?mine, status, cursor)."""
    return call("ledger").get("/objections", **wanted)


def objection(objection_id: str) -> Any:
    """Return one objection with its entry and what upholding could do."""
    return call("ledger").get(f"/objections/{objection_id}")


def take_objection_back(objection_id: str) -> Any:
    """Take an open objection back."""
    return call("ledger").delete(f"/objections/{objection_id}")


def decide_objection(objection_id: str, body: dict[str, Any]) -> Any:
    """Uphold an objection with a remedy, or refuse it."""
    return call("ledger").put(f"/objections/{objection_id}/decision", body)


def credit_statements() -> Any:
    """Return the reader's statements of credit."""
    return call("ledger").get("/credit-statements")


def credit_statement(statement_id: str) -> Any:
    """Return what a statement's code tells."""
    return call("ledger").get(f"/credit-statements/{statement_id}")


def state_credit(statement_id: str, shown_name: str) -> Any:
    """Make a statement of the reader's credit as it is now."""
    return call("ledger").put(f"/credit-statements/{statement_id}", {"shown_name": shown_name})


def withdraw_statement(statement_id: str) -> Any:
    """Withdraw one of the reader's statements."""
    return call("ledger").delete(f"/credit-statements/{statement_id}")


def pardon(resident_id: str, transfer_id: str, reason: str) -> Any:
    """Lift a mark for a missed sign-up."""
    return call("ledger").put(f"/wallets/{resident_id}/transfers/{transfer_id}/pardon", {"reason": reason})


def settlement(partner_id: str, month: str) -> Any:
    """Return what the journal owes a partner for a month (YYYY-MM), with every entry."""
    return call("ledger").get(f"/settlements/{partner_id}", month=month)
