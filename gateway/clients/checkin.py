"""Calls that pages make of checkin: the catalogue, activities, who came, sheets, cards."""

from typing import Any, BinaryIO
from urllib.parse import quote

from gateway.clients.service import call, with_id
from gateway.errors import ServiceRefused

NOT_FOUND = 404


def service_items() -> Any:
    """Return the catalogue."""
    return call("checkin").get("/service-items")


def list_item(code: str, body: dict[str, Any]) -> Any:
    """Enter or change an item of the catalogue."""
    return call("checkin").put(f"/service-items/{code}", body)


def activities(**wanted: Any) -> Any:
    """Return a page of activities (?from, status, cursor)."""
    return with_id("activity", call("checkin").get("/activities", **wanted))


def activity(activity_id: str) -> Any:
    """Return one activity."""
    return with_id("activity", call("checkin").get(f"/activities/{activity_id}"))


def announce(activity_id: str, body: dict[str, Any]) -> Any:
    """Announce an activity, or keep it as a draft."""
    return call("checkin").put(f"/activities/{activity_id}", body)


def change(activity_id: str, body: dict[str, Any]) -> Any:
    """Change an activity."""
    return call("checkin").patch(f"/activities/{activity_id}", body)


def all_series(**wanted: Any) -> Any:
    """Return a page of recurring activities (?status, cursor)."""
    return with_id("series", call("checkin").get("/series", **wanted))


def series(series_id: str) -> Any:
    """Return one recurring activity with its next days."""
    return with_id("series", call("checkin").get(f"/series/{series_id}"))


def begin_series(series_id: str, body: dict[str, Any]) -> Any:
    """Let an activity come again and again."""
    return call("checkin").put(f"/series/{series_id}", body)


def change_series(series_id: str, body: dict[str, Any]) -> Any:
    """Change what is announced from now on."""
    return call("checkin").patch(f"/series/{series_id}", body)


def end_series(series_id: str) -> Any:
    """Announce no more of a recurring activity."""
    return call("checkin").put(f"/series/{series_id}/ending")


def close(activity_id: str) -> Any:
    """Close an activity: who had a place and came has kept it."""
    return call("checkin").put(f"/activities/{activity_id}/closing")


def sign_up(activity_id: str, resident_id: str, *, stall_id: str | None = None, hours_known: bool = False) -> Any:
    """Give somebody a place, or one in the waiting list, at a stall where one is named; `hours_known`: they were told how long the day
    will be."""
    said = {"stall_id": stall_id} | ({"hours_known": True} if hours_known else {})
    return call("checkin").put(f"/activities/{activity_id}/sign-ups/{resident_id}", said)


def confirm_sign_up(activity_id: str, resident_id: str) -> Any:
    """Say that somebody comes: an offered place is theirs."""
    return call("checkin").put(f"/activities/{activity_id}/sign-ups/{resident_id}/confirmation")


def judge_absence(activity_id: str, resident_id: str, judgement: str, reason: str) -> Any:
    """Say why somebody with a place did not come: missed or excused."""
    return call("checkin").put(f"/activities/{activity_id}/sign-ups/{resident_id}/absence", {"judgement": judgement, "reason": reason})


def stand_at(activity_id: str, resident_id: str, stall_id: str | None) -> Any:
    """Let somebody stand at a stall, or (None) at none."""
    return call("checkin").put(f"/activities/{activity_id}/stands/{resident_id}", {"stall_id": stall_id})


def unit_stalls() -> Any:
    """Return the stalls that the reader's unit runs, and the open ones of days to come."""
    return call("checkin").get("/stalls")


def claim_stall(activity_id: str, stall_id: str) -> Any:
    """Let the reader's unit run a stall."""
    return call("checkin").put(f"/activities/{activity_id}/stalls/{stall_id}/claim")


def give_stall_back(activity_id: str, stall_id: str) -> None:
    """Let a stall be open again."""
    call("checkin").delete(f"/activities/{activity_id}/stalls/{stall_id}/claim")


def count_stall(activity_id: str, stall_id: str, counts: dict[str, Any]) -> Any:
    """Keep what a stall came to: served, pieces, pieces_what."""
    return call("checkin").put(f"/activities/{activity_id}/stalls/{stall_id}/counts", counts)


def state_need(activity_id: str, stall_id: str, resident_id: str, text: str) -> Any:
    """Keep what somebody needs at a stall."""
    return call("checkin").put(f"/activities/{activity_id}/stalls/{stall_id}/needs/{resident_id}", {"text": text})


def withdraw_need(activity_id: str, stall_id: str, resident_id: str) -> None:
    """Forget what somebody needs at a stall."""
    call("checkin").delete(f"/activities/{activity_id}/stalls/{stall_id}/needs/{resident_id}")


def needs(activity_id: str, **wanted: Any) -> Any:
    """Return a page of what is needed at the stalls of an activity (?stall_id, cursor, limit)."""
    return call("checkin").get(f"/activities/{activity_id}/needs", **wanted)


def my_needs() -> Any:
    """Return what the reader said they need."""
    return call("checkin").get("/needs")


def reminders() -> Any:
    """Return what the reader should know of what they signed up for."""
    return call("checkin").get("/reminders")


def cancel_sign_up(activity_id: str, resident_id: str) -> None:
    """Give a place back."""
    call("checkin").delete(f"/activities/{activity_id}/sign-ups/{resident_id}")


def sign_ups(activity_id: str, **wanted: Any) -> Any:
    """Return the roster of an activity, places first."""
    return call("checkin").get(f"/activities/{activity_id}/sign-ups", **wanted)


def attendees(activity_id: str, query: str) -> Any:
    """Find people for a roll call by name, pinyin initials or the end of the phone."""
    return call("checkin").get(f"/activities/{activity_id}/attendees", q=query)


def proxy_acts(**wanted: Any) -> Any:
    """Return a page of what others did on rosters for the reader (?resident_id, cursor)."""
    return call("checkin").get("/proxy-acts", **wanted)


def code(activity_id: str) -> Any:
    """Return the code that is good now → code, seconds_left."""
    return call("checkin").get(f"/activities/{activity_id}/code")


def check_in(check_in_id: str, body: dict[str, Any]) -> Any:
    """Record that somebody came → status, refusal?."""
    return with_id("check_in", call("checkin").put(f"/check-ins/{check_in_id}", body))


def one_check_in(check_in_id: str) -> Any:
    """Return one check-in."""
    return with_id("check_in", call("checkin").get(f"/check-ins/{check_in_id}"))


def check_ins(activity_id: str, **wanted: Any) -> Any:
    """Return who came to an activity."""
    return with_id("check_in", call("checkin").get(f"/activities/{activity_id}/check-ins", **wanted))


def unverified() -> Any:
    """Return the reader's check-ins whose hours are not confirmed yet."""
    return with_id("check_in", call("checkin").get("/check-ins"))


def say_other_times(check_in_id: str, body: dict[str, Any]) -> Any:
    """Say that somebody came or left at other times."""
    return call("checkin").put(f"/check-ins/{check_in_id}/other-times", body)


def depart(check_in_id: str, left_at: str) -> Any:
    """Record when somebody left."""
    return call("checkin").put(f"/check-ins/{check_in_id}/departure", {"left_at": left_at})


def review(activity_id: str, **wanted: Any) -> Any:
    """Return what is to be verified, the doubtful first."""
    return with_id("check_in", call("checkin").get(f"/activities/{activity_id}/review", **wanted))


def verify(activity_id: str, exceptions: list[dict[str, Any]], leave_out: list[str]) -> Any:
    """Verify all that is ready but for `leave_out` → verified, waiting, in_conflict, left_out."""
    return call("checkin").put(f"/activities/{activity_id}/verification", {"exceptions": exceptions, "leave_out": leave_out})


def records(**wanted: Any) -> Any:
    """Return a page of verified records (?resident_id, cursor)."""
    return call("checkin").get("/service-records", **wanted)


def record_notices(**wanted: Any) -> Any:
    """Return a page of the records of a community in public notice, names masked (?community_code, cursor)."""
    return call("checkin").get("/record-notices", **wanted)


def record_notice(record_id: str) -> Any:
    """Return one record in public notice."""
    return call("checkin").get(f"/record-notices/{record_id}")


def object_to_record(objection_id: str, record_id: str, reason: str) -> Any:
    """Object to a neighbour's hours in public notice."""
    return call("checkin").put(f"/record-objections/{objection_id}", {"record_id": record_id, "reason": reason})


def record_objections(**wanted: Any) -> Any:
    """Return a page of objections to neighbours' hours, those due first on top (?mine, status, cursor)."""
    return call("checkin").get("/record-objections", **wanted)


def record_objection(objection_id: str) -> Any:
    """Return one objection with the record that it is about."""
    return call("checkin").get(f"/record-objections/{objection_id}")


def take_record_objection_back(objection_id: str) -> Any:
    """Take an open objection back."""
    return call("checkin").delete(f"/record-objections/{objection_id}")


def decide_record_objection(objection_id: str, body: dict[str, Any]) -> Any:
    """Uphold an objection, with the right minutes where there are any, or refuse it."""
    return call("checkin").put(f"/record-objections/{objection_id}/decision", body)


def due_records(todo: str, **wanted: Any) -> Any:
    """Return a page of deeds whose ten working days are over or run out soon: those to verify, or to enter."""
    return call("checkin").get("/due-records", todo=todo, **wanted)


def enter_record(record_id: str, body: dict[str, Any]) -> Any:
    """Note the number of one record in the national system, or correct it with a reason."""
    return call("checkin").put(f"/service-records/{record_id}/national-entry", body)


def exchange_records(since: str, until: str, **wanted: Any) -> Any:
    """Return a page of the records of a period that may be shared (?as_of, open, cursor, limit)."""
    return call("checkin").get("/exchange-records", **{"from": since}, until=until, **wanted)


def national_entries(**wanted: Any) -> Any:
    """Return a page of what was entered in the national system at once, newest first."""
    return call("checkin").get("/national-entries", **wanted)


def enter_batch(entry_id: str, body: dict[str, Any]) -> Any:
    """Note that what of a period was effective at a moment was entered under one number → records."""
    return call("checkin").put(f"/national-entries/{entry_id}", body)


def register(since: str, until: str, **wanted: Any) -> Any:
    """Return a page of the verified records of a period by day (?item, grid, day, cursor, limit)."""
    return call("checkin").get("/register", **{"from": since}, until=until, **wanted)


def register_totals(since: str, until: str) -> Any:
    """Return what the records of a period come to: records, people, minutes, and by items, grids, days."""
    return call("checkin").get("/register/totals", **{"from": since}, until=until)


def seconds_per_deed(since: str, until: str) -> Any:
    """Return how much staff time a record of a period took: seconds_each, and by way under logging and confirming."""
    return call("checkin").get("/register/effort", **{"from": since}, until=until)


def withdraw(record_id: str, reason: str) -> Any:
    """Take back a record that proved wrong."""
    return call("checkin").put(f"/service-records/{record_id}/withdrawal", {"reason": reason})


def volunteer(resident_id: str) -> Any:
    """Return a resident's service in a few figures: number, stars, minutes, what stands in notice."""
    return call("checkin").get(f"/volunteers/{resident_id}")


def activities_held(since: str, until: str, **wanted: Any) -> Any:
    """Return a page of the activities of a period, with how many came and whom a bulletin may name (?cursor, limit)."""
    return call("checkin").get("/activities-held", **{"from": since}, until=until, **wanted)


def certificates(**wanted: Any) -> Any:
    """Return a page of somebody's certificates, newest first (?resident_id, cursor)."""
    return call("checkin").get("/certificates", **wanted)


def certify(certificate_id: str, body: dict[str, Any]) -> Any:
    """Make a certificate of service records."""
    return call("checkin").put(f"/certificates/{certificate_id}", body)


def certificate(certificate_id: str) -> Any:
    """Return a certificate with its records."""
    return call("checkin").get(f"/certificates/{certificate_id}")


def disclose(certificate_id: str, shown: dict[str, str]) -> Any:
    """Choose what a certificate shows to whoever has its code."""
    return call("checkin").put(f"/certificates/{certificate_id}/disclosure", shown)


def withdraw_certificate(certificate_id: str) -> None:
    """Withdraw a certificate."""
    call("checkin").delete(f"/certificates/{certificate_id}")


def check_certificate(code: str) -> Any:
    """Return what a certificate says to whoever has its code."""
    return call("checkin").get(f"/certificate-checks/{quote(code, safe='')}")


def card_token(resident_id: str) -> str | None:
    """Return the token of a member's card; None if there is no card."""
    try:
        return str(call("checkin").get(f"/cards/{resident_id}")["token"])
    except ServiceRefused as refused:
        if refused.status != NOT_FOUND:
            raise
        return None


def new_card(resident_id: str) -> Any:
    """Make a new card; the old one is void."""
    return call("checkin").put(f"/cards/{resident_id}")


def card_proof(token: str) -> str:
    """Return the proof, for identity, that the reader was shown a card."""
    return str(call("checkin").put("/card-showings/current", {"token": token})["proof"])


def send_sheet(sheet_id: str, file: tuple[str, BinaryIO]) -> Any:
    """Propose the rows of a sign-in sheet."""
    return call("checkin").send(f"/sheets/{sheet_id}", file)


def sheet(sheet_id: str) -> Any:
    """Return a sheet with its rows."""
    return with_id("sheet", call("checkin").get(f"/sheets/{sheet_id}"))


def decide_sheet(sheet_id: str, rows: list[dict[str, Any]]) -> Any:
    """Keep decisions on doubtful rows."""
    return call("checkin").put(f"/sheets/{sheet_id}/decisions", {"rows": rows})


def apply_sheet(sheet_id: str, body: dict[str, Any]) -> Any:
    """Take the decided rows in as check-ins."""
    return call("checkin").put(f"/sheets/{sheet_id}/application", body)


def print_sheet(activity_id: str, sheet_id: str, blank_rows: int) -> Any:
    """Make a sheet to print for an activity."""
    return call("checkin").put(f"/activities/{activity_id}/printed-sheets/{sheet_id}", {"blank_rows": blank_rows})


def printed_sheets(activity_id: str) -> Any:
    """Return the sheets that were printed for an activity, newest first."""
    return call("checkin").get(f"/activities/{activity_id}/printed-sheets")


def printed_sheet(sheet_id: str) -> Any:
    """Return a printed sheet with its rows."""
    return call("checkin").get(f"/printed-sheets/{sheet_id}")


def paper_pages(sheet_id: str) -> Any:
    """Return what to print where on each page of a sheet."""
    return call("checkin").get(f"/printed-sheets/{sheet_id}/pages")


def send_sheet_photo(photo_id: str, file: tuple[str, BinaryIO]) -> Any:
    """Read a photo of a printed sheet → the sheet."""
    return call("checkin").send(f"/sheet-photos/{photo_id}", file)


def apply_printed_sheet(sheet_id: str, decisions: list[dict[str, Any]]) -> Any:
    """Check in everybody who came → entered, already, clashing, open."""
    return call("checkin").put(f"/printed-sheets/{sheet_id}/application", {"decisions": decisions})
