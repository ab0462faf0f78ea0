"""Read a paper sheet back in: read, let people decide what is open, apply. Each step may be repeated and changes nothing twice,
because activities and check-ins get ids derived from what the sheet says, whatever file it came in."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.checkin.commands.activities import announcement_of
from services.checkin.commands.catalogue import item_words
from services.checkin.commands.entering import enter_from_sheet, keep_applied, keep_decisions
from services.checkin.commands.residents import lives_here, require_leader
from services.checkin.commands.sheet_files import Grid, read_grids
from services.checkin.errors import UnknownResident
from services.checkin.models import Activity, Attendee, SignInSheet
from services.checkin.rules.codes import new_secret
from services.checkin.rules.sheets import Person, is_ahead, lay_out, propose
from services.checkin.rules.sheets.decisions import Group, group_of, missing_in, settle
from services.checkin.rules.sheets.stored import decision_of, proposal_of, settled_rows, stored
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.ids import derive_id
from shared.mongo import audit, insert_new
from shared.problems import IdInUse, Invalid
from shared.web import Caller

ROWS_ON_A_SHEET_MAX = 5_000
CAPACITY_MAX = 10_000


@dataclass(frozen=True)
class Application:
    """What applying did: the sheet, the activities it stands for, and how many rows became check-ins now (`entered`), had
    become so earlier (`already`), were refused by another accepted check-in (`clashing`) or wait for a decision (`open`)."""

    sheet: SignInSheet
    activity_ids: list[str]
    entered: int
    already: int
    clashing: int
    open: int


def read_sheet(caller: Caller, sheet_id: str, *, file_name: str, content: bytes) -> tuple[SignInSheet, bool]:
    """Read an uploaded sheet under the caller's id; return it and whether it is new.

    If the same table was read before (this file, or a copy saved again), its decisions are taken over. Raises
    SheetUnreadable naming `file`, IdInUse for another file under this id.
    """
    file_digest = hashlib.sha256(content).hexdigest()
    if known := SignInSheet.objects(id=sheet_id).first():
        return _same_again(known, caller, file_digest), False
    grids = read_grids(content)
    if sum(len(grid) for _, grid in grids) > ROWS_ON_A_SHEET_MAX:
        raise Invalid(errors={"/file": f"A file may have at most {ROWS_ON_A_SHEET_MAX} lines."})
    sheet = SignInSheet(
        id=sheet_id, community_code=caller.community_code, file_name=file_name[:200], file_digest=file_digest,
        content_digest=_content_digest(grids), uploaded_by=caller.resident_id, uploaded_at=utc_now(),
    )
    _fill(sheet, grids)
    if not insert_new(sheet):
        return _same_again(SignInSheet.objects(id=sheet_id).first(), caller, file_digest), False
    audit(settings().service, act="sheet-read", by=caller.resident_id, about=sheet_id, detail={"rows": len(sheet.rows)})
    return sheet, True


def decide_rows(caller: Caller, sheet_id: str, decisions: Sequence[Mapping[str, Any]]) -> SignInSheet:
    """Lay decisions ({row, decision: take | skip, resident_id?, item?, arrived_at?, left_at?}) over rows not applied yet.

    Raises Invalid naming the row that is unknown, applied already with something else, or still lacks what a check-in needs.
    """
    sheet = SignInSheet.of(caller.community_code, sheet_id)
    laid = {}
    for at, wanted in enumerate(decisions):
        laid[str(wanted["row"])] = _decide(caller, sheet, at, wanted)
    return keep_decisions(caller, sheet, laid, act="sheet-decided")


def apply_sheet(caller: Caller, sheet_id: str, *, leader_id: str, kinds: Mapping[str, str]) -> Application:
    """Make activities and check-ins of every row that is taken; rows that need a decision wait for the next time.

    `kinds` gives an activity's kind by worksheet where it is not volunteer service. An activity that stands already is left
    as it is. Raises SheetNotFound, UnknownResident for the leader.
    """
    sheet = SignInSheet.of(caller.community_code, sheet_id)
    require_leader(caller, leader_id)
    settled, applied = settled_rows(sheet.rows, sheet.decisions), dict(sheet.applied)
    activities: dict[Group, Activity] = {}
    outcomes: list[str] = []
    for number, row in settled.items():
        if row.status != "taken" or missing_in(row):
            continue
        group = group_of(row, planned=_planned(sheet, row.worksheet), zone=_zone())
        activity = activities.get(group) or _enter_activity(caller, sheet, group, leader_id, kinds.get(row.worksheet))
        activities[group] = activity
        times = (row.arrived_at, row.left_at)
        outcome, check_in_id = enter_from_sheet(caller, activity, str(row.resident_id), sheet_id=sheet_id, times=times)
        outcomes.append(outcome)
        applied[number] = {"check_in_id": check_in_id, "activity_id": activity.id, "outcome": outcome}
    keep_applied(sheet, applied)
    audit(settings().service, act="sheet-applied", by=caller.resident_id, about=sheet_id, detail={"rows": len(outcomes)})
    return Application(
        sheet=SignInSheet.of(caller.community_code, sheet_id), activity_ids=[activity.id for activity in activities.values()],
        entered=outcomes.count("new"), already=outcomes.count("known"), clashing=outcomes.count("already"),
        open=sum(row.status == "needs_decision" for row in settled.values()),
    )


# --- reading ---------------------------------------------------------------------------------------------------------

def _fill(sheet: SignInSheet, grids: list[tuple[str, Grid]]) -> None:
    """Propose with the people who are known today; what was decided or applied of the same table before stays as it was."""
    readings, proposals = propose(
        [lay_out(name, grid) for name, grid in grids], people=_people(sheet.community_code), item_words=item_words(),
        file_name=sheet.file_name, now=utc_now().astimezone(_zone()),
    )
    sheet.readings = [stored(reading) for reading in readings]
    sheet.rows = [stored(proposal) for proposal in proposals]
    if (same := _same_table(sheet)) is None:
        return
    sheet.same_as, sheet.decisions, sheet.applied = same.id, same.decisions, same.applied
    for number in {*same.decisions, *same.applied}:
        sheet.rows[int(number) - 1] = same.rows[int(number) - 1]


def _same_table(sheet: SignInSheet) -> SignInSheet | None:
    """Return the earlier sheet that says the same, the one with most decisions where there are several."""
    known = SignInSheet.objects(community_code=sheet.community_code, content_digest=sheet.content_digest)
    found: SignInSheet | None = known.order_by("-revision", "uploaded_at").first()
    return found


def _content_digest(grids: Iterable[tuple[str, Grid]]) -> str:
    """Return a digest of what the tables say, without empty edges: a copy saved again has the same."""
    told = hashlib.sha256()
    for name, grid in grids:
        rows = ["\x1f".join(row).rstrip("\x1f") for row in grid]
        told.update("\x1e".join([name, *filter(None, rows)]).encode("utf-8", "replace"))
        told.update(b"\x1d")
    return told.hexdigest()


def _people(community_code: str) -> list[Person]:
    found = Attendee._get_collection().find(
        {"community_code": community_code, "left_at": None, "name": {"$type": "string"}}, {"name": 1, "phone_tail": 1})
    return [Person(row["_id"], row["name"], row.get("phone_tail")) for row in found]


def _same_again(known: SignInSheet, caller: Caller, file_digest: str) -> SignInSheet:
    if known.community_code != caller.community_code or known.file_digest != file_digest:
        raise IdInUse
    return known


# --- deciding --------------------------------------------------------------------------------------------------------

def _decide(caller: Caller, sheet: SignInSheet, at: int, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the decision as stored, checked against its row."""
    number = wanted["row"]
    if not 1 <= number <= len(sheet.rows):
        raise Invalid(errors={f"/rows/{at}/row": "The sheet has no such row."})
    decision = {name: value for name, value in wanted.items() if name != "row" and value is not None}
    if str(number) in sheet.applied and sheet.decisions.get(str(number)) != decision:
        raise Invalid(errors={f"/rows/{at}/row": "This row was applied already; withdraw its record instead."})
    if (who := decision.get("resident_id")) and not lives_here(caller.community_code, who):
        raise UnknownResident(errors={f"/rows/{at}/resident_id": "Nobody with this id lives in your community."})
    if "item" in decision and decision["item"] not in item_words().values():
        raise Invalid(errors={f"/rows/{at}/item": "The catalogue has no such service item."})
    _require_complete(sheet, at, number, decision)
    return decision


def _require_complete(sheet: SignInSheet, at: int, number: int, decision: dict[str, Any]) -> None:
    row = settle(proposal_of(sheet.rows[number - 1]), decision_of(decision))
    if row.status != "taken":
        return
    if missing := missing_in(row):
        raise Invalid(errors={f"/rows/{at}/{name}": "Please say this before the row can be taken." for name in missing})
    if row.left_at is not None and row.arrived_at is not None and row.left_at < row.arrived_at:
        raise Invalid(errors={f"/rows/{at}/left_at": "A person leaves after they arrived."})
    if is_ahead(None, row.arrived_at, now=utc_now()):
        raise Invalid(errors={f"/rows/{at}/arrived_at": "This lies in the future."})


# --- applying --------------------------------------------------------------------------------------------------------

def _enter_activity(caller: Caller, sheet: SignInSheet, group: Group, leader_id: str, kind: str | None) -> Activity:
    """Return the activity for the group, entered if it is not known: the same day, item and title are the same activity."""
    activity_id = derive_id("sheet-activity", caller.community_code, group.day.isoformat(), group.item, group.title)
    rows = sum(row["worksheet"] == group.worksheet for row in sheet.rows)
    activity = Activity(
        id=activity_id, community_code=caller.community_code, item=group.item, title=group.title[:200], kind=kind or "volunteer",
        starts_at=group.starts_at, ends_at=group.ends_at, place=_place(sheet, group.worksheet), leader_id=leader_id,
        capacity=min(max(rows, 1), CAPACITY_MAX), code_secret=new_secret(), sheet_id=sheet.id,
        announced_by=caller.resident_id, announced_at=utc_now(),
    )
    if insert_new(activity, announcement_of(activity)):
        return activity
    return Activity.of(caller.community_code, activity_id)


def _planned(sheet: SignInSheet, worksheet: str) -> tuple[datetime | None, datetime | None]:
    reading = next(row for row in sheet.readings if row["worksheet"] == worksheet)
    return reading["starts_at"], reading["ends_at"]


def _place(sheet: SignInSheet, worksheet: str) -> str:
    return str(next(row["place"] for row in sheet.readings if row["worksheet"] == worksheet))[:200]


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().zone)
