"""Two-way selection (双选): a decided matter looks for a leader. Residents stand with a plan and what it costs, those concerned choose,
whoever is chosen agrees to the terms or does not, and a steward who is not close confirms. Sums are stated; beans move in the ledger only.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from services.engagement.commands.acts import (
    Act,
    Change,
    check_apart,
    check_concerned,
    check_not_to_come,
    households_of,
    is_done,
    perform,
    say,
    speaker,
    spot,
    today,
)
from services.engagement.errors import (
    CandidateNotFound,
    MatterNotThere,
    MatterTooClose,
    NotTheLeader,
    ReceiptNotFound,
    SelectionClosed,
    StandsAlready,
)
from services.engagement.models import CHOICE, Matter, Voice
from services.engagement.rules import matters as rules
from services.engagement.rules.matters import Stage, Status
from services.engagement.settings import settings
from shared.clock import bounds, local_day, utc_now
from shared.ids import derive_id
from shared.mongo import audit
from shared.problems import Invalid
from shared.web import Caller

STANDING, CHOOSING, AGREEING, LED = "standing", "choosing", "agreeing", "led"
STANDS, AGREED, DECLINED, WITHDRAWN, LEFT = "stands", "agreed", "declined", "withdrawn", "left"
CANDIDATES_MAX, RECEIPTS_MAX = 20, 200


def open_selection(caller: Caller, matter_id: str, selection_id: str, wanted: Mapping[str, Any]) -> tuple[Matter, bool]:
    """Look for somebody who leads what was decided ({text, terms, budget, stand_until, choose_until}).

    One at a time in a round, unless nobody came of the last. Raises MatterTooClose, MatterNotThere, SelectionClosed, and Invalid
    for days that do not follow each other.
    """
    matter = Matter.of(caller.community_code, matter_id)
    check_apart(caller, matter)
    shown = {"about": selection_id, "text": wanted["text"], "day": wanted["stand_until"].isoformat()}
    act = Act(code="selection_opened", key=selection_id, by=caller, body=wanted, shown=shown)
    if not is_done(matter, act):
        _check_days(wanted)
        if (last := matter.selection) is not None and not _came_to_nothing(last):
            raise SelectionClosed
    days = {name: wanted[name].isoformat() for name in ("stand_until", "choose_until")}
    row = {
        "id": selection_id, "round": matter.round, **{name: wanted[name] for name in ("text", "terms", "budget")}, **days,
        "candidates": [], "receipts": [],
    }  # fmt: skip
    change = Change(
        stages=(Stage.EVALUATE,), where={"round": matter.round, "selections": {"$size": len(matter.selections)}},
        update={"$push": {"selections": row}},
    )  # fmt: skip
    return perform(matter, act, change)


def phase_of(selection: Mapping[str, Any]) -> str:
    """Return at which point a selection is today: standing, choosing, agreeing, or led."""
    if selection.get("leader"):
        return LED
    if today() <= selection["stand_until"]:
        return STANDING
    return CHOOSING if today() <= selection["choose_until"] else AGREEING


def stand(caller: Caller, matter_id: str, candidate_id: str, *, plan: str, budget: str) -> tuple[Matter, bool]:
    """Stand for leading a project with a plan and what it costs. Raises SelectionClosed, StandsAlready, MatterNotThere."""
    matter, place = _selected(caller, matter_id)
    selection = matter.selections[place]
    act = Act(code="stood", key=candidate_id, by=caller, body={"plan": plan, "budget": budget})
    who = speaker(caller, None)
    if not is_done(matter, act):
        _check_phase(selection, STANDING)
        if any(_is_close(row, who.resident_id, households_of(caller)) for row in _in_the_running(selection)):
            raise StandsAlready
        if len(selection["candidates"]) >= CANDIDATES_MAX:
            raise SelectionClosed
    row = {
        "id": candidate_id, "resident_id": who.resident_id, "household_id": who.household_id, "plan": plan, "budget": budget,
        "at": utc_now(), "status": STANDS,
    }  # fmt: skip
    size = {f"selections.{place}.candidates": {"$size": len(selection["candidates"])}}
    return perform(matter, act, Change(where=size, update={"$push": {f"selections.{place}.candidates": row}}))


def stand_no_more(caller: Caller, matter_id: str, candidate_id: str) -> tuple[Matter, bool]:
    """Stand for it no more, until one is confirmed. Raises CandidateNotFound for another's."""
    matter, place = _selected(caller, matter_id)
    at = _candidate_at(matter.selections[place], candidate_id, of=caller.resident_id)
    act = Act(code="stands_no_more", key=f"withdrawn:{candidate_id}", by=caller)
    status = f"selections.{place}.candidates.{at}.status"
    change = Change(where={status: {"$in": [STANDS, AGREED]}, f"selections.{place}.leader": None}, update={"$set": {status: WITHDRAWN}})
    return perform(matter, act, change)


def choose(caller: Caller, matter_id: str, *, candidate_id: str) -> Matter:
    """Choose one of those who stand; until the last day it can be said anew. Raises SelectionClosed, CandidateNotFound, NotConcerned."""
    matter, place = _selected(caller, matter_id)
    selection = matter.selections[place]
    if matter.status != Status.OPEN.value:
        raise SelectionClosed
    _check_phase(selection, CHOOSING)
    at = _candidate_at(selection, candidate_id)
    if selection["candidates"][at]["status"] != STANDS:
        raise CandidateNotFound
    who = speaker(caller, None)
    check_concerned(matter, who)
    said = Voice(
        id=choice_id(selection["id"], who.resident_id), community_code=matter.community_code, matter_id=matter_id, about=CHOICE,
        question=selection["id"], resident_id=who.resident_id, answer=candidate_id, at=utc_now(),
    )  # fmt: skip
    say(said, by=caller)
    return matter


def choice_id(selection_id: str, resident_id: str) -> str:
    """Return the id of what a resident's choice is kept under."""
    return derive_id(CHOICE, selection_id, resident_id)


def chosen(selection: Mapping[str, Any]) -> dict[str, int]:
    """Return how many chose each candidate; what came after the last day does not count."""
    ends_at = bounds(date.fromisoformat(selection["choose_until"]), settings().zone)[1]
    pipeline = [
        {"$match": {"question": selection["id"], "about": CHOICE, "at": {"$lt": ends_at}}},
        {"$group": {"_id": "$answer", "voices": {"$sum": 1}}},
    ]
    return {row["_id"]: row["voices"] for row in Voice._get_collection().aggregate(pipeline)}


def answer_terms(caller: Caller, matter_id: str, candidate_id: str, *, agrees: bool) -> tuple[Matter, bool]:
    """Agree to the terms, once the choosing is over, or decline. Raises CandidateNotFound for another's, SelectionClosed."""
    matter, place = _selected(caller, matter_id)
    at = _candidate_at(matter.selections[place], candidate_id, of=caller.resident_id)
    status = AGREED if agrees else DECLINED
    act = Act(code=f"terms_{status}", key=f"terms:{candidate_id}", by=caller, body={"agrees": agrees})
    if not is_done(matter, act):
        _check_phase(matter.selections[place], AGREEING)
    path = f"selections.{place}.candidates.{at}.status"
    update = {"$set": {path: status, f"selections.{place}.candidates.{at}.answered_at": utc_now()}}
    return perform(matter, act, Change(where={path: STANDS}, update=update))


def confirm_leader(caller: Caller, matter_id: str, *, candidate_id: str, reason: str) -> tuple[Matter, bool]:
    """Confirm who leads: somebody who stood, was chosen by somebody, and agreed to the terms.

    Raises MatterTooClose for a candidate, their household, and who raised it; CandidateNotFound, SelectionClosed.
    """
    matter, place = _selected(caller, matter_id)
    check_apart(caller, matter)
    selection = matter.selections[place]
    _check_no_candidate(caller, matter_id, selection)
    row = selection["candidates"][_candidate_at(selection, candidate_id)]
    act = Act(
        code="leader_confirmed", key=f"leader:{selection['id']}", by=caller, body={"candidate_id": candidate_id, "reason": reason},
        shown={"about": candidate_id, "text": reason},
    )  # fmt: skip
    if not is_done(matter, act) and (row["status"] != AGREED or not chosen(selection).get(candidate_id)):
        raise SelectionClosed
    whom = {name: row.get(name) for name in ("resident_id", "household_id")}
    leader = {"candidate_id": candidate_id, **whom, "reason": reason, "at": utc_now()}
    change = Change(
        stages=(Stage.EVALUATE,), where={f"selections.{place}.leader": None}, update={"$set": {f"selections.{place}.leader": leader}}
    )  # fmt: skip
    return perform(matter, act, change)


def add_receipt(caller: Caller, matter_id: str, receipt_id: str, wanted: Mapping[str, Any]) -> tuple[Matter, bool]:
    """Write down what was spent ({what, sum, spent_on}), as the leader. Raises NotTheLeader, MatterNotThere."""
    check_not_to_come(wanted["spent_on"], "spent_on")
    matter, place = _selected(caller, matter_id)
    leader = matter.selections[place].get("leader")
    if leader is None or leader["resident_id"] != caller.resident_id:
        raise NotTheLeader
    shown = {"about": receipt_id, "text": f"{wanted['what']} {wanted['sum']}"}
    act = Act(code="receipt_added", key=receipt_id, by=caller, body=wanted, shown=shown)
    row = {"id": receipt_id, "what": wanted["what"], "sum": wanted["sum"], "spent_on": wanted["spent_on"].isoformat()}
    change = Change(
        stages=(Stage.EVALUATE,), where={f"selections.{place}.receipts.{RECEIPTS_MAX - 1}": {"$exists": False}},
        update={"$push": {f"selections.{place}.receipts": row}},
    )  # fmt: skip
    return perform(matter, act, change)


def confirm_receipt(caller: Caller, matter_id: str, receipt_id: str) -> tuple[Matter, bool]:
    """Confirm a receipt that one has seen, as somebody of the office who is not close to the leader.

    Raises MatterTooClose, ReceiptNotFound.
    """
    matter, place = _selected(caller, matter_id)
    selection = matter.selections[place]
    if (at := spot(selection["receipts"], receipt_id)) is None:
        raise ReceiptNotFound
    if _is_close(selection["leader"], caller.resident_id, households_of(caller)):
        _refuse(caller, matter_id)
    act = Act(code="receipt_confirmed", key=f"confirmed:{receipt_id}", by=caller, shown={"about": receipt_id})
    seen, path = {"confirmed_by": caller.resident_id, "confirmed_at": utc_now()}, f"selections.{place}.receipts.{at}"
    return perform(matter, act, Change(update={"$set": {f"{path}.{name}": value for name, value in seen.items()}}))


def _selected(caller: Caller, matter_id: str) -> tuple[Matter, int]:
    matter = Matter.of(caller.community_code, matter_id)
    if (selection := matter.selection) is None:
        raise MatterNotThere
    return matter, next(place for place, row in enumerate(matter.selections) if row["id"] == selection["id"])


def _candidate_at(selection: Mapping[str, Any], candidate_id: str, *, of: str | None = None) -> int:
    at = spot(selection["candidates"], candidate_id)
    if at is None or (of is not None and selection["candidates"][at]["resident_id"] != of):
        raise CandidateNotFound
    return at


def _in_the_running(selection: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in selection["candidates"] if row["status"] in (STANDS, AGREED)]


def _came_to_nothing(selection: Mapping[str, Any]) -> bool:
    """Tell whether nobody is left who could lead: the days are over and all have declined, withdrawn or left, or the leader has left."""
    leader = selection.get("leader")
    if leader:
        return leader.get("resident_id") is None
    return phase_of(selection) == AGREEING and not _in_the_running(selection)


def _is_close(row: Mapping[str, Any], resident_id: str, household_ids: set[str]) -> bool:
    found = rules.tie(resident_id, household_ids, to_id=row.get("resident_id"), to_household_id=row.get("household_id"))
    return found is not None


def _check_no_candidate(caller: Caller, matter_id: str, selection: Mapping[str, Any]) -> None:
    homes = households_of(caller)
    if any(_is_close(row, caller.resident_id, homes) for row in selection["candidates"]):
        _refuse(caller, matter_id)


def _refuse(caller: Caller, matter_id: str) -> None:
    audit(settings().service, act="matter-act-refused", by=caller.resident_id, about=matter_id, detail={"tie": "candidate"})
    raise MatterTooClose


def _check_phase(selection: Mapping[str, Any], wanted: str) -> None:
    if phase_of(selection) != wanted:
        raise SelectionClosed


def _check_days(wanted: Mapping[str, Any]) -> None:
    first, last = local_day(utc_now(), settings().zone), wanted["choose_until"]
    if wanted["stand_until"] < first:
        raise Invalid(errors={"/stand_until": "This day is past."})
    if not wanted["stand_until"] < last <= first + timedelta(days=settings().vote_days_max):
        raise Invalid(errors={"/choose_until": f"It follows the last day of standing, within {settings().vote_days_max} days."})


def forget_candidate(resident_id: str) -> None:
    """Take the id of somebody who left out of what they stood for and led; their plan stays, and they stand for nothing any more."""
    found = {"$or": [{"selections.candidates.resident_id": resident_id}, {"selections.leader.resident_id": resident_id}]}
    update = {
        "$set": {"selections.$[].candidates.$[who].status": LEFT},
        "$unset": {
            "selections.$[].candidates.$[who].resident_id": "", "selections.$[].candidates.$[who].household_id": "",
            "selections.$[led].leader.resident_id": "", "selections.$[led].leader.household_id": "",
        },
    }  # fmt: skip
    of_them = [{"who.resident_id": resident_id}, {"led.leader.resident_id": resident_id}]
    Matter._get_collection().update_many(found, update, array_filters=of_them)
