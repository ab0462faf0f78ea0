"""Note that records were entered in the national system: one by one, or all of a period at once under one number.

Only effective records of people who agreed to share them (PIPL, article 23). A number, once noted, stays, unless a steward corrects it.
"""

from collections.abc import Mapping
from typing import Any

from services.checkin.commands.repeats import same_again
from services.checkin.errors import (
    NationalNumberDiffers,
    RecordInNotice,
    RecordIsWithdrawn,
    RecordNotFound,
    ShareConsentMissing,
)
from services.checkin.models import Attendee, CheckIn, NationalEntry
from services.checkin.queries.exchange import sharable
from services.checkin.queries.stages import notice_ends_at
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Invalid
from shared.web import Caller


def enter_record(caller: Caller, record_id: str, *, number: str, reason: str | None) -> CheckIn:
    """Note the number under which the national system has a record. The same again changes nothing.

    Raises RecordNotFound, RecordIsWithdrawn, RecordInNotice, ShareConsentMissing; NationalNumberDiffers where it has another number,
    unless a steward corrects it with a `reason`.
    """
    found = _record(caller, record_id)
    if found.record.national_number == number:
        return found
    if found.record.status == "withdrawn":
        raise RecordIsWithdrawn
    if found.record.national_number is not None:
        return _correct(caller, found, number, reason)
    _require_sharable(found)
    entered = _entered(caller, number)
    changed = change_one(CheckIn, where=_open(found.id), update={"$set": entered})
    if changed is None:  # somebody was faster: either with the same number, or with one that stands
        return _same_number(CheckIn.of(caller.community_code, record_id), number)
    audit(settings().service, act="record-entered", by=caller.resident_id, about=record_id, detail={"number": number})
    return changed


def enter_batch(caller: Caller, entry_id: str, wanted: Mapping[str, Any]) -> tuple[NationalEntry, bool]:
    """Enter under `number` what of a period was effective at `as_of` (now, where None) and has no number yet → (batch, created).

    The same again finishes what a crash cut off, and adds nothing that became effective later. Raises IdInUse; Invalid for an `as_of`
    that is still to come.
    """
    now = utc_now()
    if wanted["as_of"] is not None and wanted["as_of"] > now:
        raise Invalid(errors={"/as_of": "This moment is still to come."})
    made = NationalEntry(
        id=entry_id, community_code=caller.community_code, number=wanted["number"], since=wanted["since"].isoformat(),
        until=wanted["until"].isoformat(), as_of=wanted["as_of"] or now, request_digest=digest(wanted), made_by=caller.resident_id,
        made_at=now,
    )  # fmt: skip
    created = insert_new(made)
    if not created:
        made = same_again(NationalEntry.objects.get(id=entry_id), caller, digest(wanted))
    where = sharable(made.community_code, wanted["since"], wanted["until"], made.as_of) | {"record.national_number": None}
    update = _entered(caller, made.number) | {"record.national_entry_id": made.id}
    count = CheckIn._get_collection().update_many(where, {"$set": update}).modified_count
    if created or count:
        detail = {"number": made.number, "records": count, "from": made.since, "until": made.until}
        audit(settings().service, act="records-entered", by=caller.resident_id, about=entry_id, detail=detail)
    return made, created


def _record(caller: Caller, record_id: str) -> CheckIn:
    found = CheckIn.of(caller.community_code, record_id)
    if found.record is None or found.record.kind != "volunteer":
        raise RecordNotFound
    return found


def _require_sharable(found: CheckIn) -> None:
    if notice_ends_at(found.record.verified_at) > utc_now():
        raise RecordInNotice
    person = Attendee.of(found.community_code, found.resident_id)
    if person is None or not person.consents_to("share"):
        raise ShareConsentMissing


def _correct(caller: Caller, found: CheckIn, number: str, reason: str | None) -> CheckIn:
    """Put another number in the place of a wrong one, which is kept with the reason."""
    if "steward" not in caller.roles or not reason:
        raise NationalNumberDiffers
    earlier = {
        "number": found.record.national_number, "entered_by": found.record.entered_by, "entered_at": found.record.entered_at,
        "corrected_by": caller.resident_id, "corrected_at": utc_now(), "reason": reason,
    }  # fmt: skip
    changed = change_one(
        CheckIn, where={"_id": found.id, "record.national_number": found.record.national_number, "record.status": "verified"},
        update={"$set": _entered(caller, number), "$push": {"record.earlier_numbers": earlier}},
    )  # fmt: skip
    if changed is None:
        return _same_number(CheckIn.of(caller.community_code, found.id), number)
    detail = {"number": number, "earlier": found.record.national_number, "reason": reason}
    audit(settings().service, act="entry-corrected", by=caller.resident_id, about=found.id, detail=detail)
    return changed


def _open(record_id: str) -> dict[str, Any]:
    return {"_id": record_id, "record.status": "verified", "record.national_number": None}


def _entered(caller: Caller, number: str) -> dict[str, Any]:
    return {"record.national_number": number, "record.entered_by": caller.resident_id, "record.entered_at": utc_now()}


def _same_number(found: CheckIn, number: str) -> CheckIn:
    if found.record.national_number != number:
        raise RecordIsWithdrawn if found.record.status == "withdrawn" else NationalNumberDiffers
    return found
