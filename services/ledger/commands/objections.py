"""Objecting to an entry, and deciding: an upheld objection corrects by linked entries in every ledger that the deed touched.

A deed's record belongs to checkin: it hears that the objection was upheld, withdraws the record and, where minutes are stated,
puts the right one in its place; hours, beans, credit and standing follow from its facts. What the ledger alone took, it gives back.
"""

from collections.abc import Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.ledger.commands.marks import given_back_id
from services.ledger.commands.posting import Writer
from services.ledger.commands.wishes import bean_id
from services.ledger.errors import (
    DeciderInConflict,
    NoSuchObjection,
    NoSuchTransfer,
    NotToBeObjected,
    ObjectedAlready,
    ObjectionDecided,
    RemedyMisfit,
)
from services.ledger.models import ALIAS, UNITS, Entry, Member, Objection, account_of
from services.ledger.queries.heads import entries_by_id
from services.ledger.queries.rulebook import Rulebook
from services.ledger.rules import Earn, conflict_of, expiry_day, remedies_for
from services.ledger.settings import OBJECTION_WORKING_DAYS, settings
from shared.clock import local_day, utc_now
from shared.events.ledger import ObjectionUpheld
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse
from shared.web import Caller
from shared.working_days import working_day_after

UNITS_WITH_DAYS = frozenset({"bean"})


def object_to(objection_id: str, *, transfer_id: str, reason: str, by: Caller) -> tuple[Objection, bool]:
    """Object to one of the caller's own entries → (objection, created). One at a time stands against an entry."""
    if (known := Objection.objects(id=objection_id).first()) is not None:
        return _same(known, transfer_id, reason, by), False
    entry = _own_entry(transfer_id, by)
    if not remedies_for(entry):
        raise NotToBeObjected()
    due_on = working_day_after(local_day(utc_now()), OBJECTION_WORKING_DAYS, settings().days_off)
    made = Objection(
        id=objection_id, community_code=by.community_code, resident_id=by.resident_id, transfer_id=transfer_id, reason=reason,
        status="open", open=True, made_at=utc_now(), due_on=due_on.isoformat(),
    )  # fmt: skip
    try:
        if insert_new(made):
            return made, True
    except DuplicateKeyError:
        raise ObjectedAlready() from None
    return _same(Objection.objects.get(id=objection_id), transfer_id, reason, by), False


def take_back(objection_id: str, *, by: Caller) -> Objection:
    """Take one's own open objection back; the same again changes nothing."""
    found: Objection | None = Objection.objects(id=objection_id, resident_id=by.resident_id).first()
    if found is None:
        raise NoSuchObjection()
    if found.status == "taken_back":
        return found
    update = {"$set": {"status": "taken_back", "decided_at": utc_now()}, "$unset": {"open": ""}}
    changed = change_one(Objection, where={"_id": objection_id, "status": "open"}, update=update)
    if changed is None:
        raise ObjectionDecided()
    return changed


def decide_objection(objection_id: str, body: Mapping[str, Any], *, by: Caller) -> Objection:
    """Uphold (with a remedy) or refuse an objection; DeciderInConflict for whoever is too near. The same again changes nothing."""
    found = Objection.objects(id=objection_id, community_code=by.community_code).first()
    if found is None:
        raise NoSuchObjection()
    entry = entries_by_id([found.transfer_id])[found.transfer_id]
    _require_distance(found, entry, by)
    _check_remedy(entry, body)
    decided = {name: body[name] for name in ("decision", "remedy", "minutes")} | {"decision_reason": body["reason"]}
    if found.status != "open":
        if any(getattr(found, name) != value for name, value in decided.items()):
            raise ObjectionDecided()
        return _settle(found)
    status = "upheld" if body["decision"] == "uphold" else "refused"
    values = {**decided, "status": status, "decided_by": by.resident_id, "decided_at": utc_now()}
    facts = [_upheld(found, entry, values)] if body["remedy"] in ("withdraw", "correct") else []
    changed = change_one(
        Objection, where={"_id": objection_id, "status": "open"}, update={"$set": values, "$unset": {"open": ""}}, facts=facts
    )
    if changed is None:
        raise ObjectionDecided()
    audit(ALIAS, act=f"objection-{status}", by=by.resident_id, about=objection_id, detail={"remedy": body["remedy"] or "none"})
    return _settle(changed)


def settle_objections() -> None:
    """Give back what a crash kept from being given back right after the decision."""
    for objection in Objection.objects(status="upheld", remedy="give_back", settled__ne=True):
        _settle(objection)


def _settle(objection: Objection) -> Objection:
    """Give back what the entry took, once; whatever was decided otherwise is settled already."""
    if objection.remedy != "give_back" or objection.settled:
        return objection
    entry = entries_by_id([objection.transfer_id])[objection.transfer_id]
    on = local_day(objection.decided_at)
    rules = Rulebook([objection.community_code]).on(objection.community_code, on)
    Writer().post([Earn(
        id=given_back_id(entry["_id"]),
        resident_id=objection.resident_id,
        unit=entry["unit"],
        cause=entry["cause"],
        community_code=objection.community_code,
        explanation={"code": "adjust", "reverses": entry["_id"], "objection_id": objection.id, "by": objection.decided_by,
                     "on": on.isoformat()},
        rule_version=rules.version,
        kind="adjust",
        amount=-entry["delta"],
        contra=f"adjusted:{objection.community_code}",
        expires=expiry_day(on, rules.expiry_months) if entry["unit"] in UNITS_WITH_DAYS else 0,
    )])  # fmt: skip
    return change_one(Objection, where={"_id": objection.id}, update={"$set": {"settled": True}}) or objection


def _own_entry(transfer_id: str, by: Caller) -> Mapping[str, Any]:
    accounts = [account_of(by.resident_id, unit) for unit in UNITS]
    entry: Mapping[str, Any] | None = Entry._get_collection().find_one({"_id": transfer_id, "account": {"$in": accounts}})
    if entry is None:
        raise NoSuchTransfer()
    return entry


def _require_distance(found: Objection, entry: Mapping[str, Any], by: Caller) -> None:
    """Refuse whoever objects, lives with the objector, led the deed or reviewed it."""
    objector = Member.objects(id=found.resident_id).only("household_id").first()
    household_id = objector.household_id if objector else None
    household = {member.id for member in Member.objects(household_id=household_id).only("id")} if household_id else set()
    deed = entries_by_id([bean_id(entry["cause"])]).get(bean_id(entry["cause"]), entry)
    involved = {row["explanation"].get(part) for row in (entry, deed) for part in ("reviewer", "leader", "by")}
    tie = conflict_of(by.resident_id, objector=found.resident_id, involved=involved, household=household)
    if tie is not None:
        audit(ALIAS, act="objection-decision-refused", by=by.resident_id, about=found.id, detail={"tie": tie})
        raise DeciderInConflict()


def _check_remedy(entry: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    if body["decision"] == "refuse":
        if body["remedy"] or body["minutes"] is not None:
            raise RemedyMisfit(errors={"/remedy": "Whoever refuses changes nothing."})
        return
    if body["remedy"] not in remedies_for(entry):
        raise RemedyMisfit(errors={"/remedy": f"One of: {', '.join(remedies_for(entry))}."})
    if (body["remedy"] == "correct") != (body["minutes"] is not None):
        raise RemedyMisfit(errors={"/minutes": "State the minutes where, and only where, the record is corrected."})


def _upheld(found: Objection, entry: Mapping[str, Any], values: Mapping[str, Any]) -> ObjectionUpheld:
    return ObjectionUpheld(
        objection_id=found.id,
        resident_id=found.resident_id,
        community_code=found.community_code,
        record_id=entry["cause"],
        minutes=values["minutes"],
        reason=values["decision_reason"],
        decided_by=values["decided_by"],
        decided_at=values["decided_at"],
    )


def _same(known: Objection, transfer_id: str, reason: str, by: Caller) -> Objection:
    if (known.transfer_id, known.reason, known.resident_id) != (transfer_id, reason, by.resident_id):
        raise IdInUse()
    return known
