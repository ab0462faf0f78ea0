"""Looking at guardians' consents: as the minor, as the guardian, as somebody who is asked; staff see those of their community."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.identity.commands.children import birth_of, counts_as_minor
from services.identity.commands.guardians import consent_seen_by, live_together, standing_for
from services.identity.models import GuardianConsent, Resident
from services.identity.rules.guardians import ONLINE, WAITING, last_day_of
from services.identity.settings import settings
from shared.problems import Forbidden, Invalid
from shared.web.auth import Caller
from shared.web.paging import decode_cursor, encode_cursor, page_of

Told = dict[str, Any]
NAMED = ("minor_id", "guardian_id", "asked_by", "confirmed_by", "ended_by")
PLAIN = ("community_code", "way", "kinship", "asked_at", "asked_until", "given_at", "ended_at", "reason")


def guardian_consent(consent_id: str, by: Caller) -> Told:
    """Return one consent to whoever has a part in it, or to staff."""
    return _told([consent_seen_by(consent_id, by)], by)[0]


def guardian_consents(args: Mapping[str, Any], by: Caller) -> Told:
    """Return a page of consents, newest first: those in which `resident_id` has a part or is asked, or all of the community to staff.

    `args` has limit and cursor, and may have resident_id and status (as written down; what has run out is told by each row).
    """
    whose = args.get("resident_id") or (None if by.is_staff else by.resident_id)
    if whose and not by.may_see(whose):
        raise Forbidden()
    conditions: list[Told] = [{"community_code": by.community_code}]
    conditions += [{"$or": _parts_of(whose)}] if whose else []
    conditions += [{"status": args["status"]}] if args.get("status") else []
    conditions += _after(args["cursor"])
    found = list(GuardianConsent.objects(__raw__={"$and": conditions}).order_by("-asked_at", "-id").limit(args["limit"] + 1))
    shown = found[: args["limit"]]
    more = len(found) > len(shown)
    return page_of(_told(shown, by), encode_cursor(shown[-1].asked_at.isoformat(), shown[-1].id) if more else None)


def _parts_of(resident_id: str) -> list[Told]:
    """Return the conditions for a person's part: the minor, the guardian, or an adult of the household that is asked."""
    own = Resident.objects(id=resident_id, left_at=None).first()
    is_asked = own is not None and own.household_id is not None and not counts_as_minor(own)
    lives_with = Resident.objects(household_id=own.household_id, left_at=None).only("id") if is_asked else []
    asked = {"way": ONLINE, "status": WAITING, "minor_id": {"$in": [row.id for row in lives_with]}}
    return [{"minor_id": resident_id}, {"guardian_id": resident_id}, asked]


def _told(found: Iterable[GuardianConsent], by: Caller) -> list[Told]:
    found = list(found)
    ids = {row[name] for row in found for name in NAMED} - {None}
    people = {row.id: row for row in Resident.objects(id__in=[*ids, by.resident_id], left_at=None)}
    return [_row(row, people, by) for row in found]


def _row(row: GuardianConsent, people: Mapping[str, Resident], by: Caller) -> Told:
    reader, minor = people.get(by.resident_id), people.get(row.minor_id)
    status, ending = standing_for(minor, row)
    is_of_household = reader is not None and minor is not None and live_together(reader, minor)
    return {
        **{name: row[name] for name in (*PLAIN, *NAMED)},
        **{f"{name.removesuffix('_id')}_name": people[row[name]].name if row[name] in people else None for name in NAMED},
        "consent_id": row.id,
        "status": status,
        "ending": ending,
        "last_day": last_day_of(birth_of(minor), adult_age=settings().adult_age) if minor and _may_see_age(row, by) else None,
        "paper": dict(row.paper) if row.paper and by.is_staff else None,
        "may_agree": row.way == ONLINE and status == WAITING and is_of_household and by.resident_id != row.minor_id,
    }


def _may_see_age(row: GuardianConsent, by: Caller) -> bool:
    """The last day tells the age: the minor and their guardian know it, and the office; others of the household need not."""
    return by.may_write_staff or by.resident_id in (row.minor_id, row.guardian_id)


def _after(cursor: str | None) -> list[Told]:
    if (key := decode_cursor(cursor, str, str)) is None:
        return []
    try:
        at = datetime.fromisoformat(key[0])
    except ValueError:
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."}) from None
    return [{"$or": [{"asked_at": {"$lt": at}}, {"asked_at": at, "_id": {"$lt": key[1]}}]}]
