"""Certificates of service records: made free of charge for their owner, changed in what they show, withdrawn at any time.

Staff make them for people without a phone; each such act is in the audit log as 'X for Y'.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from services.checkin.commands.repeats import same_again
from services.checkin.commands.residents import lives_here
from services.checkin.errors import (
    CertificateNotFound,
    CertificateWithdrawn,
    NothingToCertify,
    TooManyCertificates,
    TooManyRecords,
    UnknownResident,
)
from services.checkin.models import Certificate, CheckIn
from services.checkin.queries.stages import verified_until
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.events.identity import ResidentLeft
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Forbidden
from shared.web import Caller

CODE_BYTES = 16
RECORDS_MAX = 2_000
STANDING_MAX = 20
NOTHING: Mapping[str, Any] = {"record_ids": [], "pending_ids": [], "minutes": 0}


def make_certificate(caller: Caller, certificate_id: str, wanted: Mapping[str, Any]) -> tuple[Certificate, bool]:
    """Make a certificate of the effective records of a period → (certificate, created).

    `wanted` has since and until (days, either may be None), shown_name, shown_records and resident_id (None: the caller's own). Raises
    IdInUse, Forbidden, UnknownResident, NothingToCertify, TooManyRecords, TooManyCertificates.
    """
    told = {**wanted, "resident_id": wanted.get("resident_id") or caller.resident_id}
    _require_for(caller, told["resident_id"])
    if (known := Certificate.objects(id=certificate_id).first()) is not None:
        return same_again(known, caller, digest(told)), False
    made = _certificate(caller, certificate_id, told)
    if not insert_new(made):
        return same_again(Certificate.objects.get(id=certificate_id), caller, digest(told)), False
    _audit(caller, made, "certificate-made")
    return made, True


def disclose(caller: Caller, certificate_id: str, *, shown_name: str, shown_records: str) -> Certificate:
    """Let whoever has the code see the name (full, masked) and the records (all, totals). CertificateNotFound, CertificateWithdrawn."""
    found = _own(caller, certificate_id)
    shown = {"shown_name": shown_name, "shown_records": shown_records}
    changed = change_one(Certificate, where={"_id": found.id, "withdrawn_at": None}, update={"$set": shown})
    if changed is None:
        raise CertificateWithdrawn
    _audit(caller, changed, "certificate-disclosed", **shown)
    return changed


def withdraw_certificate(caller: Caller, certificate_id: str) -> None:
    """Withdraw a certificate: from now on its code says nothing but that. Again changes nothing. Raises CertificateNotFound."""
    found = _own(caller, certificate_id)
    ended = {"withdrawn_at": utc_now(), "withdrawn_by": caller.resident_id, "ending": "withdrawn", **NOTHING}
    if change_one(Certificate, where={"_id": found.id, "withdrawn_at": None}, update={"$set": ended}) is not None:
        _audit(caller, found, "certificate-withdrawn")


def take_down(fact: ResidentLeft) -> None:
    """Take down what was certified of a resident before they left. May be repeated; what was made after a return stands."""
    where = {"resident_id": fact.resident_id, "made_at": {"$lte": fact.left_at}, "withdrawn_at": None}
    Certificate._get_collection().update_many(where, {"$set": {"withdrawn_at": fact.left_at, "ending": "left", **NOTHING}})


def _certificate(caller: Caller, certificate_id: str, told: Mapping[str, Any]) -> Certificate:
    if not lives_here(caller.community_code, told["resident_id"]):
        raise UnknownResident(errors={"/resident_id": "Nobody with this id lives in your community."})
    if Certificate.objects(resident_id=told["resident_id"], withdrawn_at=None).count() >= STANDING_MAX:
        raise TooManyCertificates
    now = utc_now()
    rows = _records_of(caller.community_code, told)
    until = verified_until(now)
    effective = [row for row in rows if row["record"]["verified_at"] <= until]
    if not effective:
        raise NothingToCertify
    return Certificate(
        id=certificate_id, community_code=caller.community_code, resident_id=told["resident_id"],
        code=secrets.token_urlsafe(CODE_BYTES), since=_iso(told["since"]), until=_iso(told["until"]), shown_name=told["shown_name"],
        shown_records=told["shown_records"], record_ids=[row["_id"] for row in effective],
        pending_ids=[row["_id"] for row in rows if row["record"]["verified_at"] > until],
        minutes=sum(row["record"]["minutes"] for row in effective), request_digest=digest(told), made_by=caller.resident_id, made_at=now,
    )  # fmt: skip


def _records_of(community_code: str, told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the verified records of volunteer service in the period; TooManyRecords where there are more than a paper can bear."""
    bounds = {"$gte": _iso(told["since"]), "$lte": _iso(told["until"])}
    where: dict[str, Any] = {
        "community_code": community_code, "resident_id": told["resident_id"], "record.kind": "volunteer", "record.status": "verified",
    }  # fmt: skip
    if asked := {operator: day for operator, day in bounds.items() if day}:
        where["record.served_on"] = asked
    fields = {"record.minutes": 1, "record.verified_at": 1}
    rows = list(CheckIn._get_collection().find(where, fields).sort("record.served_on", 1).limit(RECORDS_MAX + 1))
    if len(rows) > RECORDS_MAX:
        raise TooManyRecords
    return rows


def _require_for(caller: Caller, resident_id: str) -> None:
    if caller.resident_id != resident_id and not caller.may_write_staff:
        raise Forbidden("A certificate is made by its owner, or by the office for them.")


def _own(caller: Caller, certificate_id: str) -> Certificate:
    found = Certificate.of(caller.community_code, certificate_id)
    if caller.resident_id != found.resident_id and not caller.may_write_staff:
        raise CertificateNotFound
    return found


def _audit(caller: Caller, about: Certificate, act: str, **detail: str) -> None:
    """Note what staff did for somebody else; what people do with their own papers is theirs."""
    if caller.resident_id != about.resident_id:
        told = {"certificate_id": about.id, **detail}
        audit(settings().service, act=act, by=caller.resident_id, about=about.resident_id, detail=told)


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
