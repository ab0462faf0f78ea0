"""Print a sign-in sheet for an activity, read photos of it, and make check-ins of who is ticked.

Each step may be repeated and changes nothing twice: a photo is known by the caller's id, a check-in by activity and person.
"""

import hashlib
import secrets
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.checkin.commands.activities import require_announced
from services.checkin.commands.entering import enter_from_sheet, keep_applied, keep_decisions
from services.checkin.commands.pictures import Pages, as_jpeg, opened, pages_on, unreadable
from services.checkin.commands.residents import lives_here
from services.checkin.errors import ActivityNotOver, SheetNotOurs, SheetsMixed, UnknownResident
from services.checkin.models import Activity, Attendee, PrintedSheet, SheetStrips
from services.checkin.rules.paper import CAME, CODE_UNSEEN, NEEDS_DECISION, ROWS_A_PAGE, ROWS_MAX, lines_of
from services.checkin.rules.paper.stored import standings_on, stored_mark
from services.checkin.settings import settings
from shared.aside import aside
from shared.clock import utc_now
from shared.mongo import audit, change_one, insert_new
from shared.problems import Conflict, IdInUse, Invalid
from shared.web import Caller

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from services.checkin.rules.paper.marks import Reading

TOKEN_BITS = 50
PHOTOS_A_SHEET_MAX = 60


@dataclass(frozen=True)
class Application:
    """What applying did: how many rows became check-ins now (`entered`), had become so earlier (`already`), met another
    accepted check-in (`clashing`) or wait for a decision (`open`)."""

    sheet: PrintedSheet
    entered: int
    already: int
    clashing: int
    open: int


# --- printing --------------------------------------------------------------------------------------------------------

def print_sheet(caller: Caller, activity_id: str, sheet_id: str, *, blank_rows: int) -> tuple[PrintedSheet, bool]:
    """Put everybody who has a place on a sheet, by name, and at least so many blank rows; return it and whether it is new.

    Raises ActivityNotFound, ActivityNotAnnounced, ActivityOver if it was cancelled, IdInUse.
    """
    activity = Activity.of(caller.community_code, activity_id)
    require_announced(activity)
    people = _by_name(activity)[: ROWS_MAX - blank_rows]
    rows = people + [""] * _blanks(len(people), blank_rows)
    sheet = PrintedSheet(
        id=sheet_id, community_code=caller.community_code, activity_id=activity_id, token=_new_token(), rows=rows,
        blank_rows=blank_rows, printed_by=caller.resident_id, printed_at=utc_now(),
    )
    if insert_new(sheet):
        audit(settings().service, act="sheet-printed", by=caller.resident_id, about=sheet_id, detail={"activity_id": activity_id})
        return sheet, True
    known = PrintedSheet.objects(id=sheet_id).first()
    if (known.community_code, known.activity_id, known.blank_rows) != (caller.community_code, activity_id, blank_rows):
        raise IdInUse
    return known, False


def _by_name(activity: Activity) -> list[str]:
    """Return who has a place, in the order in which people look for their names on paper; nobody who has left."""
    people = Attendee.named(row["resident_id"] for row in activity.places)
    here = [person for person in people.values() if person.presence == "known"]
    return [person.id for person in sorted(here, key=lambda person: (person.initials or "", person.name or "", person.id))]


def _blanks(people: int, wanted: int) -> int:
    """Return how many rows stay blank: as many as wanted, and to the end of the last page."""
    return wanted + -(people + wanted) % ROWS_A_PAGE


def _new_token() -> str:
    return b32encode(secrets.token_bytes(7)).decode()[: TOKEN_BITS // 5]


# --- reading ---------------------------------------------------------------------------------------------------------

def read_photo(caller: Caller, photo_id: str, content: bytes) -> tuple[PrintedSheet, bool]:
    """Read a photo of one or more pages of a printed sheet under the caller's id; return the sheet and whether it is new.

    Raises PhotoUnreadable naming `file`, IdInUse for another photo under this id.
    """
    file_digest = hashlib.sha256(content).hexdigest()
    if known := PrintedSheet.read_from(photo_id):
        return _same_again(known, caller, photo_id, file_digest), False
    picture, pages = aside(_seen, content)
    sheet = _sheet_on(caller, pages)
    readings, strips = aside(_read, picture, pages, token=sheet.token, rows=len(sheet.rows))
    insert_new(SheetStrips(id=photo_id, sheet_id=sheet.id, strips=strips, made_at=utc_now()))
    changed = _keep_reading(caller, sheet, photo_id, file_digest, readings)
    audit(settings().service, act="sheet-photo-read", by=caller.resident_id, about=sheet.id, detail={"rows": len(readings)})
    return changed, True


def _same_again(known: PrintedSheet, caller: Caller, photo_id: str, file_digest: str) -> PrintedSheet:
    if known.community_code != caller.community_code or known.readings[photo_id]["digest"] != file_digest:
        raise IdInUse
    return known


def _sheet_on(caller: Caller, pages: Pages) -> PrintedSheet:
    """Return the one sheet of the caller's community that is on the photo."""
    if not pages:
        raise unreadable("No code of a printed sheet can be read here. Please take the photo closer, sharper or with more light.")
    found = list(PrintedSheet.objects(community_code=caller.community_code, token__in=sorted({token for token, _ in pages})))
    if not found:
        raise SheetNotOurs(errors={"/file": SheetNotOurs.title})
    if len(found) > 1:
        raise SheetsMixed(errors={"/file": SheetsMixed.title})
    return found[0]  # type: ignore[no-any-return]


def _seen(content: bytes) -> "tuple[Picture, Pages]":
    picture = opened(content)
    return picture, pages_on(picture)


def _read(picture: "Picture", pages: Pages, *, token: str, rows: int) -> "tuple[list[Reading], dict[str, bytes]]":
    """Return what the photo says of the rows of each page on which at least one was recognized, and their strips by number."""
    from services.checkin.rules.paper.marks import marks_on

    readings: list[Reading] = []
    for (of, page), seen in pages.items():
        on_page = marks_on(picture, seen, token=token, lines=lines_of(page, rows=rows)) if of == token else []
        if any(row.mark.reason != CODE_UNSEEN for row in on_page):
            readings += on_page
    if not readings:
        raise unreadable("The rows of this sheet cannot be read. Please take the photo closer, sharper or with more light.")
    return readings, {str(row.line.number): as_jpeg(row.strip) for row in readings if row.strip is not None}


def _keep_reading(
    caller: Caller, sheet: PrintedSheet, photo_id: str, file_digest: str, readings: "Sequence[Reading]"
) -> PrintedSheet:
    if len(sheet.readings) >= PHOTOS_A_SHEET_MAX:
        raise Conflict(f"There are {PHOTOS_A_SHEET_MAX} photos of this sheet already.")
    reading = {
        "digest": file_digest, "by": caller.resident_id, "at": utc_now(),
        "marks": {str(row.line.number): stored_mark(row.mark) for row in readings},
    }
    guard = {"_id": sheet.id, f"readings.{photo_id}": {"$exists": False}}
    changed = change_one(PrintedSheet, where=guard, update={"$set": {f"readings.{photo_id}": reading}, "$inc": {"revision": 1}})
    return changed or PrintedSheet.of(caller.community_code, sheet.id)


# --- applying --------------------------------------------------------------------------------------------------------

def apply_printed_sheet(caller: Caller, sheet_id: str, decisions: Sequence[Mapping[str, Any]]) -> Application:
    """Keep decisions ({row, came, resident_id?}) and make check-ins of everybody who came; rows that are open wait for the next time.

    Raises PrintedSheetNotFound, ActivityNotOver before the activity begins, ActivityOver if it was cancelled, Invalid naming the
    decision, RevisionStale.
    """
    sheet = PrintedSheet.of(caller.community_code, sheet_id)
    activity = Activity.of(caller.community_code, sheet.activity_id)
    require_announced(activity)
    if utc_now() < activity.opens_at:
        raise ActivityNotOver
    laid = {str(wanted["row"]): _decided(caller, sheet, at, wanted) for at, wanted in enumerate(decisions)}
    sheet = keep_decisions(caller, sheet, laid, act="printed-sheet-decided")
    standings, applied, outcomes = standings_on(sheet), {}, []
    for row in standings:
        if row.status == CAME and row.resident_id and lives_here(caller.community_code, row.resident_id):
            outcome, check_in_id = enter_from_sheet(caller, activity, row.resident_id, sheet_id=sheet_id)
            outcomes.append(outcome)
            applied[str(row.row)] = {"check_in_id": check_in_id, "outcome": outcome}
    keep_applied(sheet, applied)
    audit(settings().service, act="printed-sheet-applied", by=caller.resident_id, about=sheet_id, detail={"rows": len(outcomes)})
    return Application(
        sheet=PrintedSheet.of(caller.community_code, sheet_id), entered=outcomes.count("new"), already=outcomes.count("known"),
        clashing=outcomes.count("already"), open=sum(row.status == NEEDS_DECISION for row in standings),
    )


def _decided(caller: Caller, sheet: PrintedSheet, at: int, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the decision as stored, checked against its row."""
    number, who = str(wanted["row"]), wanted.get("resident_id")
    if wanted["row"] > len(sheet.rows):
        raise Invalid(errors={f"/decisions/{at}/row": "The sheet has no such row."})
    decision = {"came": wanted["came"], **({"resident_id": who} if who else {})}
    if number in sheet.applied and sheet.decisions.get(number, {"came": True}) != decision:
        raise Invalid(errors={f"/decisions/{at}/row": "This row was applied already; withdraw its record instead."})
    printed = sheet.rows[wanted["row"] - 1]
    if wanted["came"] and not (who or printed):
        raise Invalid(errors={f"/decisions/{at}/resident_id": "Please say who stands in this row."})
    if who and not lives_here(caller.community_code, who):
        raise UnknownResident(errors={f"/decisions/{at}/resident_id": "Nobody with this id lives in your community."})
    return decision
