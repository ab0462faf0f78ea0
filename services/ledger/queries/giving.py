"""What was given, and what stands in funds and projects, open to everybody but for names."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.ledger.models import Entry, Project, account_of
from services.ledger.queries.heads import newest_entries
from services.ledger.rules import EMPTY, FUND, PROJECT, given_id
from shared.problems import NotFound

PLEDGES = ("receive", "give")


def standing_gift(gift_id: str) -> Mapping[str, Any] | None:
    """Return the entry that took a gift from its giver, or None."""
    row: Mapping[str, Any] | None = Entry._get_collection().find_one({"_id": given_id(gift_id)})
    return row


def given_this_month(giver: str, receiver: str, today: date) -> int:
    """Return how many beans `giver` gave `receiver` since the first of the month of `today`."""
    since = today.replace(day=1).isoformat()
    rows = Entry._get_collection().find(
        {
            "account": account_of(giver, "bean"),
            "kind": "give",
            "explanation.to": receiver,
            "explanation.on": {"$gte": since},
        },
        {"delta": 1},
    )
    return -sum(row["delta"] for row in rows)


def show_gift(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a gift as its giver sees it."""
    why = entry["explanation"]
    return {
        "id": entry["cause"],
        "beans": why["amount"],
        **_named(why["to"]),
        "given_at": entry["posted_at"],
        "available_beans": entry["available"],
    }


def _named(receiver: str) -> dict[str, Any]:
    if receiver.startswith(FUND):
        return {"to_fund": True}
    return {"project_id": receiver.removeprefix(PROJECT)} if receiver.startswith(PROJECT) else {"resident_id": receiver}


def fund(community_code: str) -> dict[str, Any]:
    """Return what a community's fund holds, has received and has given."""
    account = account_of(FUND + community_code, "bean")
    head = newest_entries([account]).get(account, EMPTY)
    return {"community_code": community_code, "beans": head["available"], **_flows(account)}


def _flows(account: str) -> dict[str, int]:
    """Return what came in and went out as gifts, by one walk over the account."""
    rows = Entry._get_collection().aggregate(
        [
            {"$match": {"account": account, "kind": {"$in": list(PLEDGES)}}},
            {"$group": {"_id": "$kind", "beans": {"$sum": {"$abs": "$delta"}}, "gifts": {"$sum": 1}}},
        ]
    )
    by_kind = {row["_id"]: row for row in rows}
    received, given = (by_kind.get(kind, {"beans": 0, "gifts": 0}) for kind in PLEDGES)
    return {"received_beans": received["beans"], "received_gifts": received["gifts"], "given_beans": given["beans"]}


def projects(community_code: str) -> list[dict[str, Any]]:
    """Return a community's projects, the newest first."""
    return [show_project(project) for project in Project.objects(community_code=community_code).order_by("-created_at")]


def project(project_id: str) -> dict[str, Any]:
    """Return one project with its spending."""
    found = Project.objects(id=project_id).first()
    if found is None:
        raise NotFound("There is no such project.")
    return show_project(found)


def show_project(found: Project) -> dict[str, Any]:
    """Return a project in the open: what was pledged by how many, what was spent at whom for what, and what is left."""
    account = account_of(PROJECT + found.id, "bean")
    head = newest_entries([account]).get(account, EMPTY)
    spendings = Entry._get_collection().find({"account": account, "kind": "spend"}).sort("seq", 1)
    return {
        **{name: getattr(found, name) for name in ("id", "community_code", "title", "purpose", "target_beans", "status",
                                                   "open_until", "pledges", "pledged_beans", "created_at", "report")},
        "left_beans": head["balance"],
        "spent_beans": head["spent"],
        "spendings": [_spending(row) for row in spendings],
    }  # fmt: skip


def _spending(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("partner_id", "partner_name", "what", "receipt_no", "spent_on")
    return {"id": row["cause"], "beans": -row["delta"], **{name: row["explanation"][name] for name in names}}
