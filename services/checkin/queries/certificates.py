"""Certificates as their owner and the staff see them, and what a code tells anybody who was given it."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.checkin.errors import CertificateNotFound
from services.checkin.models import Attendee, Certificate, CheckIn
from services.checkin.queries import stages
from services.checkin.queries.cursors import after, page
from services.checkin.rules.certificates import name_for, stars_of, volunteer_number
from shared.masking import masked
from shared.problems import Forbidden
from shared.web import Caller

View = dict[str, Any]
TOLD = ("id", "resident_id", "code", "shown_name", "shown_records", "since", "until", "minutes", "made_by")
PUBLIC = ("community_code", "made_at")
OF_A_RECORD = ("served_on", "item", "title", "place", "minutes", "leader_id")


def certificates(caller: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the certificates of a resident (the caller, where none is named), the newest first, without their records."""
    resident_id = wanted.get("resident_id") or caller.resident_id
    if not caller.may_see(resident_id):
        raise Forbidden("Certificates are for their owner and for staff.")
    where = {"community_code": caller.community_code, "resident_id": resident_id, **after("made_at", "$lt", wanted["cursor"])}
    rows = Certificate._get_collection().find(where).sort([("made_at", -1), ("_id", -1)]).limit(wanted["limit"] + 1)
    items, cursor = page(list(rows), wanted["limit"], "made_at")
    return [_summary(Certificate._from_son(row)) for row in items], cursor


def certificate(caller: Caller, certificate_id: str) -> View:
    """Return a certificate with its records to its owner and to staff; CertificateNotFound to anybody else."""
    found = Certificate.of(caller.community_code, certificate_id)
    if not caller.may_see(found.resident_id):
        raise CertificateNotFound
    return describe(found)


def describe(found: Certificate) -> View:
    """Return a certificate as its owner sees it: the name in full, every record as it stands now."""
    records = _Records(found)
    owner = records.people.get(found.resident_id)
    return {**_summary(found), **records.totals(), **records.lists(), "name": owner.name if owner else None}


def check(code: str) -> View:
    """Return what the owner of a certificate shows to whoever has its code; of a withdrawn one, nothing but that.

    Raises CertificateNotFound.
    """
    found = Certificate.objects(code=code).first()
    if found is None:
        raise CertificateNotFound
    shown = {name: found[name] for name in PUBLIC} | {"status": _status(found)}
    if found.withdrawn_at is not None:
        return shown
    records = _Records(found)
    owner = records.people.get(found.resident_id)
    name = owner.name if owner else None
    return {
        **shown, **records.totals(), **(records.lists() if found.shown_records == "all" else {}),
        **{field: found[field] for field in ("since", "until", "minutes", "shown_records")},
        "name": name if found.shown_name == "full" else masked(name), "volunteer_number": volunteer_number(found.resident_id),
    }  # fmt: skip


class _Records:
    """The records that a certificate names, as they stand now: three lists, by day."""

    def __init__(self, found: Certificate) -> None:
        self._owner_id = found.resident_id
        wanted = {"_id": {"$in": [*found.record_ids, *found.pending_ids]}}
        rows = list(CheckIn._get_collection().find(wanted, {"record": 1}).sort([("record.served_on", 1), ("_id", 1)]))
        certified = set(found.record_ids)
        self._standing = [row for row in rows if row["record"]["status"] == "verified" and row["_id"] in certified]
        self._pending = [row for row in rows if row["record"]["status"] == "verified" and row["_id"] not in certified]
        self._withdrawn = [row for row in rows if row["record"]["status"] != "verified"]
        self.people = Attendee.named([found.resident_id, *(row["record"]["leader_id"] for row in rows)])

    def totals(self) -> View:
        """Return how many records stand, and what they come to now."""
        minutes = sum(row["record"]["minutes"] for row in self._standing)
        return {
            "record_count": len(self._standing), "pending_count": len(self._pending), "withdrawn_count": len(self._withdrawn),
            "minutes_now": minutes, "stars": stars_of(minutes),
        }  # fmt: skip

    def lists(self) -> View:
        """Return the records that stand, those that were in notice, and those that were withdrawn since."""
        parts = {"records": self._standing, "pending": self._pending, "withdrawn": self._withdrawn}
        return {name: self._told(rows) for name, rows in parts.items()}

    def _told(self, rows: Iterable[View]) -> list[View]:
        return [
            {
                **{name: row["record"].get(name) for name in OF_A_RECORD}, "record_id": row["_id"],
                "stage": stages.stage_of(row["record"]), **self._leader(row["record"]["leader_id"]),
            }
            for row in rows
        ]  # fmt: skip

    def _leader(self, leader_id: str) -> View:
        """Return who was in charge: masked, unless they agreed to be named; an owner who led themselves is not named again."""
        if leader_id == self._owner_id:
            return {"leader_name": None, "led": True}
        person = self.people.get(leader_id)
        may_be_published = person is not None and person.consents_to("publish")
        return {"leader_name": name_for(person.name if person else None, may_be_published=may_be_published), "led": False}


def _summary(found: Certificate) -> View:
    told = {name: found[name] for name in (*TOLD, *PUBLIC)}
    return {**told, "status": _status(found), "volunteer_number": volunteer_number(found.resident_id)}


def _status(found: Certificate) -> str:
    return "good" if found.withdrawn_at is None else "withdrawn"
