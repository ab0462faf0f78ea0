"""Projects: what neighbours pay for together. Pledges come in while one is open; it is funded, and spent in the open, or all goes back.

The project says where things stand; its account in the journal says what is there. Whatever moves beans guards the status in the
same transaction, so no pledge slips into a project that is being given back.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.client_session import ClientSession

from services.ledger.commands.transactions import Also, Heads, write_together
from services.ledger.errors import ProjectClosed, ProjectNotReady, WalletTooLow
from services.ledger.models import ALIAS, Entry, Member, Project, account_of
from services.ledger.queries.giving import standing_gift
from services.ledger.queries.heads import entries_by_id
from services.ledger.rules import FUND, PROJECT, Gift, Spend, as_day, give, given_id, spend, spend_id
from services.ledger.rules import Entry as Decided
from services.ledger.settings import PROJECT_DAYS_MAX, RETURNED_KEPT_DAYS
from shared.clock import local_day, utc_now
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import IdInUse, Invalid, NotFound
from shared.web import Caller


def open_project(project_id: str, body: Mapping[str, Any], *, by: Caller) -> tuple[Project, bool]:
    """Open a project for pledges until a day → (project, created). IdInUse for another content."""
    today = local_day(utc_now())
    known = Project.objects(id=project_id).first()
    if known is None:
        if not today <= body["open_until"] <= today + timedelta(days=PROJECT_DAYS_MAX):
            raise Invalid(errors={"/open_until": f"From today on, and within {PROJECT_DAYS_MAX} days."})
        made = Project(
            id=project_id, community_code=by.community_code, status="open", pledges=0, pledged_beans=0,
            spent_beans=0, created_by=by.resident_id, created_at=utc_now(), request_digest=digest(body),
            **{**body, "open_until": body["open_until"].isoformat()},
        )  # fmt: skip
        if insert_new(made):
            audit(
                ALIAS,
                act="project-opened",
                by=by.resident_id,
                about=project_id,
                detail={"target": body["target_beans"]},
            )
            return made, True
        known = Project.objects.get(id=project_id)
    if (known.request_digest, known.community_code) != (digest(body), by.community_code):
        raise IdInUse()
    return known, False


def pledge_counted(gift: Gift) -> Also:
    """Return what counts `gift` at its project, in the transaction that gives it; ProjectClosed if it takes none or less."""
    project_id = gift.receiver.removeprefix(PROJECT)
    _found(project_id, gift.community_code)

    def count(session: ClientSession) -> None:
        projects = Project._get_collection()
        today = local_day(utc_now()).isoformat()
        counted = projects.find_one_and_update(
            {"_id": project_id, "status": "open", "open_until": {"$gte": today}},
            {"$inc": {"pledges": 1, "pledged_beans": gift.amount}},
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        if counted is None:
            raise ProjectClosed()
        needed = counted["target_beans"] - counted["pledged_beans"]
        if needed < 0:
            raise Invalid(errors={"/beans": f"Only {needed + gift.amount} are still needed."})
        if needed == 0:
            projects.update_one({"_id": project_id}, {"$set": {"status": "funded"}}, session=session)

    return count


def spend_beans(project_id: str, spending_id: str, body: Mapping[str, Any], *, by: Caller) -> bool:
    """Spend a funded project's beans at a partner, with a receipt; True if it was done now. WalletTooLow if there are not so many."""
    _found(project_id, by.community_code)
    if body["spent_on"] > local_day(utc_now()):
        raise Invalid(errors={"/spent_on": "This day is yet to come."})
    wish = _spending(project_id, spending_id, body, by)

    def decide(heads: Heads) -> Sequence[Decided]:
        if (known := entries_by_id([wish.id]).get(wish.id)) is not None:
            _same_spending(known, wish)
            return []
        head = heads[wish.resident_id]
        if head["available"] < wish.amount:
            raise WalletTooLow(errors={"/beans": f"Only {head['available']} are left."})
        return [spend(head, wish)]

    created = write_together([wish.resident_id], decide, also=_spending_counted(project_id, wish.amount))
    if created:
        audit(
            ALIAS,
            act="project-spent",
            by=by.resident_id,
            about=project_id,
            detail={"beans": wish.amount, "what": body["what"]},
        )
    return created


def _spending(project_id: str, spending_id: str, body: Mapping[str, Any], by: Caller) -> Spend:
    today = local_day(utc_now()).isoformat()
    return Spend(
        id=spend_id(spending_id),
        resident_id=PROJECT + project_id,
        cause=spending_id,
        community_code=by.community_code,
        explanation={**body, "spent_on": body["spent_on"].isoformat(), "by": by.resident_id, "on": today},
        amount=body["beans"],
        contra=f"redeemed:{body['partner_id']}",
    )


def _spending_counted(project_id: str, beans: int) -> Also:
    def count(session: ClientSession) -> None:
        counted = Project._get_collection().update_one(
            {"_id": project_id, "status": "funded"}, {"$inc": {"spent_beans": beans}}, session=session
        )
        if not counted.matched_count:
            raise ProjectNotReady("Beans of a project are spent while it is funded and not ended.")

    return count


def end_project(project_id: str, *, report: str, by: Caller) -> Project:
    """End a funded project with a word on what came of it; what is left goes to the community's fund."""
    project = _found(project_id, by.community_code)
    if project.status == "ended":
        return project
    ending = {"$set": {"status": "ending", "report": report}}
    closing = change_one(Project, where={"_id": project_id, "status": {"$in": ["funded", "ending"]}}, update=ending)
    if closing is None:
        raise ProjectNotReady("Only a funded project can be ended.")
    audit(ALIAS, act="project-ended", by=by.resident_id, about=project_id)
    return _give_rest(closing)


def call_off(project_id: str, *, report: str, by: Caller) -> Project:
    """Call a project off before anything was spent: every pledge goes back."""
    project = _found(project_id, by.community_code)
    if project.status in ("returning", "returned"):
        return project
    changed = change_one(
        Project,
        where={"_id": project_id, "status": {"$in": ["open", "funded"]}, "spent_beans": 0},
        update={"$set": {"status": "returning", "report": report}},
    )
    if changed is None:
        raise ProjectNotReady("Something was spent already, or it is closed: nothing can go back.")
    audit(ALIAS, act="project-called-off", by=by.resident_id, about=project_id)
    return _give_back(changed)


def settle_projects() -> None:
    """Give back what was pledged to projects that did not reach their target in time, and finish what a crash left."""
    today = local_day(utc_now()).isoformat()
    Project._get_collection().update_many(
        {"status": "open", "open_until": {"$lt": today}}, {"$set": {"status": "returning"}}
    )
    for project in Project.objects(status__in=["returning", "ending"]):
        _give_back(project) if project.status == "returning" else _give_rest(project)


def _give_back(project: Project) -> Project:
    """Give every pledge back, each once, then say so. Beans come back with a month to use them, whatever their day was."""
    account = account_of(PROJECT + project.id, "bean")
    for pledge in list(Entry._get_collection().find({"account": account, "kind": "receive"}).sort("seq", 1)):
        _return(project, pledge)
    return _closed(project, "returned")


def _give_rest(project: Project) -> Project:
    """Give the fund what is left, then say so."""
    owner, fund, end_id = PROJECT + project.id, FUND + project.community_code, f"end:{project.id}"

    def decide(heads: Heads) -> Sequence[Decided]:
        left = heads[owner]["available"]
        if not left or standing_gift(end_id):
            return []
        why = {"on": local_day(utc_now()).isoformat(), "reason": "ended"}
        gift = Gift(
            id=end_id, giver=owner, receiver=fund, amount=left, community_code=project.community_code, explanation=why
        )
        return give(heads[owner], heads[fund], gift)

    write_together([owner, fund], decide)
    return _closed(project, "ended")


def _closed(project: Project, status: str) -> Project:
    change_one(
        Project,
        where={"_id": project.id, "closed_at": None},
        update={"$set": {"status": status, "closed_at": utc_now()}},
    )
    closed: Project = Project.objects.get(id=project.id)
    return closed


def _return(project: Project, pledge: Mapping[str, Any]) -> None:
    given = entries_by_id([given_id(pledge["cause"])])[given_id(pledge["cause"])]
    giver = given["account"].partition(":")[0]
    if Member.objects(id=giver, left=True).first():
        giver = FUND + project.community_code
    today = local_day(utc_now())
    gift = Gift(
        id=f"return:{pledge['cause']}",
        giver=PROJECT + project.id,
        receiver=giver,
        amount=pledge["delta"],
        community_code=project.community_code,
        explanation={"on": today.isoformat(), "reason": "returned"},
        lots=given["explanation"]["lots"],
        not_before=as_day(today + timedelta(days=RETURNED_KEPT_DAYS)),
    )

    def decide(heads: Heads) -> Sequence[Decided]:
        return [] if standing_gift(gift.id) else give(heads[gift.giver], heads[gift.receiver], gift)

    write_together([gift.giver, gift.receiver], decide)


def _same_spending(known: Mapping[str, Any], wish: Spend) -> None:
    told = ("beans", "partner_id", "what", "receipt_no", "spent_on")
    same = all(known["explanation"][name] == wish.explanation[name] for name in told)
    if known["account"] != wish.account or not same:
        raise IdInUse()


def _found(project_id: str, community_code: str) -> Project:
    project: Project | None = Project.objects(id=project_id, community_code=community_code).first()
    if project is None:
        raise NotFound("There is no such project in this community.")
    return project
