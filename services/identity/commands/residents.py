"""What is done to one resident: registering, moving, roles, codes, consents, leaving. Each is one write of one document."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError
from pypinyin import Style, lazy_pinyin

from services.identity.commands.births import birth_fact, told_birth
from services.identity.commands.children import counts_as_minor, lacks_guardian, require_guardian
from services.identity.commands.guardians import end_consents_of
from services.identity.commands.mandates import end_mandates_of, today
from services.identity.commands.passwords import fits, hash_secret, new_code, read_code
from services.identity.commands.sessions import sign_out_everywhere
from services.identity.errors import (
    ActivationFailed,
    BirthAtOffice,
    ConsentNeeded,
    GuardianNeeded,
    HandedToOthers,
    LastSteward,
    PhoneNeeded,
    PhoneTaken,
    StaffDeparture,
    StewardNeeded,
)
from services.identity.models import Community, Grid, Resident
from services.identity.rules.guardians import birth_misfits, is_child
from services.identity.rules.people import (
    Birth,
    household_key,
    is_name,
    may_be_password,
    person_name,
    phone_tail,
    read_phone,
)
from services.identity.rules.trust import (
    SERVICE,
    STEWARD,
    changed_purposes,
    consents_held,
    lacks_partner,
    may_let_in,
    roles_held,
)
from services.identity.settings import settings
from shared.clock import utc_now
from shared.events.identity import (
    BirthStated,
    ConsentsChanged,
    ResidentLeft,
    ResidentMoved,
    ResidentRegistered,
    RolesGiven,
)
from shared.ids import derive_id
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import Conflict, Forbidden, IdInUse, Invalid, NotFound
from shared.web.auth import Caller

ALIAS = "identity"
CHANGES_TRIED_MAX = 5
CODE_TRIES_MAX = 5
SHARERS_MAX = 10
CONSENT_LOG_MAX = 200
PERSONAL = (
    "request_digest", "name", "pinyin", "initials", "phone", "phone_as_written", "sign_in_phone", "password_hash",
    "grid_code", "household", "household_key", "household_id", "birth_year", "birth_month", "birth_told_at", "note",
    "partner_id", "activation", "pin", "invited_by", "registered_by",
)  # fmt: skip

Change = tuple[dict[str, Any], list[Any]]


def register(resident_id: str, body: Mapping[str, Any], *, by: Caller | None) -> tuple[Resident, bool]:
    """Enter a resident under an id that the caller made → (resident, created).

    Anybody registers themselves, with phone and password; an organizer or steward also somebody who has neither, in their
    own community. Raises IdInUse (another body), ConsentNeeded, GuardianNeeded (under fourteen the office does it, with the guardian),
    PhoneTaken, or Invalid naming what does not fit.
    """
    if existing := Resident.objects(id=resident_id).first():
        return _same_again(existing, body), False
    staff = by if by and by.may_write_staff and by.community_code == body["community_code"] else None
    number = _checked(body, by_staff=staff is not None)
    resident = _new_resident(resident_id, body, number=number, staff=staff)
    try:
        created = insert_new(resident, *registered_facts(resident))
    except DuplicateKeyError:
        raise PhoneTaken() from None
    if not created:
        return _same_again(Resident.objects.get(id=resident_id), body), False
    if staff:
        audit(ALIAS, act="resident-registered", by=staff.resident_id, about=resident_id)
    return resident, True


def move(resident_id: str, wanted: Mapping[str, Any], *, by: Caller) -> Resident:
    """Change grid, household or birth (oneself or staff), phone or note (staff only); what is not in `wanted` stays.

    Raises BirthAtOffice for a minor who would correct their own birth. Of somebody who proves to be under fourteen, and for whom no
    guardian has agreed, the sessions end.
    """
    resident = found(resident_id, by)
    _may_change(resident, wanted, by)
    values = _moved_values(wanted, by.community_code) | _birth_values(wanted, resident)

    def change(present: Resident, now: datetime) -> Change:
        told = {name: value for name, value in values.items() if getattr(present, name) != value}
        if "phone" in told and present.sign_in_phone:
            told["sign_in_phone"] = told["phone"]
        moved = told.keys() & {"grid_code", "household_id"}
        more, facts = told_birth(present, told, now)
        return told | more, [*([moved_fact(present, told, now)] if moved else []), *facts]

    try:
        changed = change_resident(resident, change)
    except DuplicateKeyError:
        raise PhoneTaken() from None
    if changed.revision != resident.revision and (by.resident_id != resident_id or "birth_year" in values):
        audit(ALIAS, act="resident-changed", by=by.resident_id, about=resident_id, detail={"fields": sorted(wanted)})
    if "birth_year" in values and lacks_guardian(changed):
        sign_out_everywhere(resident_id)
    return changed


def give_roles(resident_id: str, *, roles: Sequence[str], partner_id: str | None, by: Caller) -> Resident:
    """Let `roles` be what a resident holds; HandedToOthers for oneself, Invalid for a partner without a partner's id."""
    if by.resident_id == resident_id:
        audit(ALIAS, act="roles-refused", by=by.resident_id, about=resident_id, detail={"roles": list(roles)})
        raise HandedToOthers()
    held = roles_held(roles)
    if lacks_partner(held, partner_id):
        raise Invalid(errors={"/partner_id": "A partner stands for somebody: say for whom."})
    resident = found(resident_id, by)
    wanted = {"roles": held, "partner_id": partner_id if "partner" in held else None}

    def change(present: Resident, now: datetime) -> Change:
        told = {name: value for name, value in wanted.items() if _plain(getattr(present, name)) != value}
        return told, [roles_fact(present, held, now)] if "roles" in told else []

    changed = change_resident(resident, change)
    audit(ALIAS, act="roles-given", by=by.resident_id, about=resident_id, detail=wanted)
    return changed


def issue_code(resident_id: str, *, by: Caller) -> tuple[str, datetime]:
    """Make a one-time code with which a resident sets a password → (code, when it runs out); an earlier one is void."""
    resident = found(resident_id, by)
    if not may_let_in(by.roles, resident.roles):
        audit(ALIAS, act="activation-refused", by=by.resident_id, about=resident_id)
        raise StewardNeeded()
    if not resident.phone:
        raise PhoneNeeded()
    code, expires_at = new_code(), utc_now() + timedelta(days=settings().activation_days)
    activation = {"code_hash": hash_secret(code), "expires_at": expires_at, "tries": 0, "by": by.resident_id}
    change_resident(resident, lambda *_: ({"activation": activation}, []))
    audit(ALIAS, act="activation-issued", by=by.resident_id, about=resident_id)
    return code, expires_at


def activate(*, phone: str, code: str, password: str, consents: Sequence[str] | None = None) -> Resident:
    """Set a password with a code from the office; all earlier sessions end. ActivationFailed, whatever does not fit; GuardianNeeded for
    a child for whom no guardian has agreed."""
    number = read_phone(phone).number
    _check_password(password, number)
    resident = _whose_code(number, read_code(code)) if number else None
    if resident is None:
        raise ActivationFailed()
    require_guardian(resident)
    used, password_hash = resident.activation["code_hash"], hash_secret(password)

    def change(present: Resident, now: datetime) -> Change:
        if not present.activation or present.activation["code_hash"] != used:
            raise ActivationFailed()
        told = {"password_hash": password_hash, "sign_in_phone": number, "activation": None}
        agreed, facts = consents_changed(present, consents, now) if consents is not None else ({}, [])
        return told | agreed, facts

    try:
        activated = change_resident(resident, change)
    except DuplicateKeyError:
        raise PhoneTaken("Somebody else signs in with this phone already; please ask the office.") from None
    sign_out_everywhere(resident.id)
    audit(ALIAS, act="activated", by=resident.id, about=resident.id)
    return activated


def agree(*, consents: Sequence[str], by: Caller) -> Resident:
    """Let `consents` be all that the caller agrees to; each change is dated and kept."""
    return change_resident(found(by.resident_id, by), lambda present, now: consents_changed(present, consents, now))


def leave(*, by: Caller) -> None:
    """Take the caller out of the community: only the bare id and dates stay. Leaving again changes nothing."""
    resident = Resident.objects(id=by.resident_id, community_code=by.community_code).first()
    if resident is None:
        raise NotFound()
    if STEWARD in resident.roles and not _another_steward(resident):
        raise LastSteward()
    _take_out(resident)


def note_departure(resident_id: str, *, reason: str, heir_id: str | None, by: Caller) -> None:
    """Take out somebody who moved away or died, as a steward; an heir must live in the same household. Again changes nothing."""
    resident = Resident.objects(id=resident_id, community_code=by.community_code).first()
    if resident is None:
        raise NotFound()
    if by.resident_id == resident_id or set(resident.roles) - set(roles_held(())):
        raise StaffDeparture()
    if resident.left_at is not None:
        return
    if heir_id is not None:
        heir = Resident.objects(id=heir_id, community_code=by.community_code, left_at=None).first()
        if heir is None or heir.id == resident.id or not heir.household_id or heir.household_id != resident.household_id:
            raise Invalid(errors={"/heir_id": "Only somebody of the same household can have what is left."})
    _take_out(resident, reason=reason, heir_id=heir_id)
    audit(ALIAS, act="departure-noted", by=by.resident_id, about=resident_id, detail={"reason": reason, "heir_id": heir_id})


def _take_out(resident: Resident, **told: Any) -> None:
    end_consents_of(resident.id)
    now = _moment_after(resident)
    empty = {"roles": [], "consents": [], "consent_log": [], "left_at": now, "changed_at": now}
    change_one(
        Resident,
        where={"_id": resident.id, "left_at": None},
        update={"$set": empty, "$unset": dict.fromkeys(PERSONAL, ""), "$inc": {"revision": 1}},
        facts=[ResidentLeft(resident_id=resident.id, community_code=resident.community_code, left_at=now, **told)],
    )
    _forget_told(resident.id)
    end_mandates_of(resident.id)
    sign_out_everywhere(resident.id)


def _moment_after(resident: Resident) -> datetime:
    """Return the present moment, but one after the resident's last change in any case.

    Whoever keeps a copy lets the later fact win. A clock that was set back, or another replica's that is behind, would have
    them keep the old grid, and the name of somebody who left.
    """
    last: datetime = resident.changed_at
    return max(utc_now(), last + timedelta(milliseconds=1))


def found(resident_id: str, by: Caller) -> Resident:
    """Return a resident of the caller's community who has not left; NotFound for all others."""
    here = {"community_code": by.community_code, "left_at": None}
    resident: Resident | None = Resident.objects(id=resident_id, **here).first()
    if resident is None:
        raise NotFound()
    return resident


def change_resident(resident: Resident, change: Callable[[Resident, datetime], Change]) -> Resident:
    """Write what `change` makes of the present resident → (fields to set, facts); looks again if somebody was faster."""
    present = resident
    for _ in range(CHANGES_TRIED_MAX):
        now = _moment_after(present)
        told, facts = change(present, now)
        if not told:
            return present
        changed = change_one(
            Resident,
            where={"_id": present.id, "left_at": None, "revision": present.revision},
            update=_update(told, now),
            facts=facts,
        )
        if changed is not None:
            return changed
        present = Resident.objects(id=resident.id, left_at=None).first()
        if present is None:
            raise NotFound()
    raise Conflict("Somebody else is changing this resident; please try again.")


def person_fields(name: str) -> dict[str, str]:
    """Return a name with what it is found by: '王小红' as wangxiaohong and wxh."""
    syllables: list[str] = lazy_pinyin(name, style=Style.NORMAL)
    return {
        "name": name,
        "pinyin": "".join(syllables).lower(),
        "initials": "".join(syllable[:1] for syllable in syllables).lower(),
    }


def household_fields(address: str | None, community_code: str) -> dict[str, Any]:
    """Return an address with what identifies the household, all None for none; equal spellings give equal ids."""
    key = household_key(address or "")
    household_id = derive_id("household", community_code, key) if key else None
    return {"household": address if key else None, "household_key": key or None, "household_id": household_id}


def registered_fact(resident: Resident) -> ResidentRegistered:
    """Return the fact that tells of a new resident."""
    return ResidentRegistered(
        resident_id=resident.id,
        community_code=resident.community_code,
        name=resident.name,
        source=resident.source,
        registered_at=resident.registered_at,
        grid_code=resident.grid_code,
        household_id=resident.household_id,
        phone_tail=phone_tail(resident.phone) if resident.phone else None,
        invited_by=resident.invited_by,
        consents=list(resident.consents),
    )


def registered_facts(resident: Resident) -> list[ResidentRegistered | BirthStated]:
    """Return all that is told of a new resident: their birth apart, since only checkin needs it."""
    births = [birth_fact(resident, {}, resident.registered_at)] if resident.birth_year else []
    return [registered_fact(resident), *births]


def roles_fact(present: Resident, roles: Sequence[str], now: datetime) -> RolesGiven:
    """Return the fact that tells what a resident may do from now on."""
    return RolesGiven(resident_id=present.id, community_code=present.community_code, roles=list(roles), given_at=now)


def moved_fact(present: Resident, told: Mapping[str, Any], now: datetime) -> ResidentMoved:
    """Return the fact that tells where a resident belongs once `told` is set."""
    return ResidentMoved(
        resident_id=present.id,
        community_code=present.community_code,
        grid_code=told.get("grid_code", present.grid_code),
        household_id=told.get("household_id", present.household_id),
        moved_at=now,
    )


def consents_changed(present: Resident, consents: Sequence[str], now: datetime) -> Change:
    """Return the write and the fact that make `consents` all that hold; nothing where they do already."""
    held = consents_held(consents)
    changes = changed_purposes(present.consents, held)
    if not changes:
        return {}, []
    log = [*present.consent_log, *({"purpose": purpose, "given": given, "at": now} for purpose, given in changes)]
    fact = ConsentsChanged(resident_id=present.id, community_code=present.community_code, consents=held, changed_at=now)
    return {"consents": held, "consent_log": log[-CONSENT_LOG_MAX:]}, [fact]


def _update(told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return a MongoDB update: None takes a field away, so that sparse indexes forget it too."""
    values = {name: value for name, value in told.items() if value is not None}
    gone = {name: "" for name, value in told.items() if value is None}
    update: dict[str, Any] = {"$set": values | {"changed_at": now}, "$inc": {"revision": 1}}
    return update | ({"$unset": gone} if gone else {})


def _same_again(existing: Resident, body: Mapping[str, Any]) -> Resident:
    """Return `existing` if it came from this very body. The password is compared by its hash, never by a digest."""
    password = body.get("password")
    same_password = fits(password, existing.password_hash) if password else True
    if existing.request_digest != _digest(body) or not same_password:
        raise IdInUse()
    return existing


def _digest(body: Mapping[str, Any]) -> str:
    told = {name: value for name, value in body.items() if name != "password"}
    return digest(told | {"with_password": "password" in body})


def _checked(body: Mapping[str, Any], *, by_staff: bool) -> str:
    """Return the canonical phone (empty for none) of a body that may be registered."""
    if SERVICE not in body["consents"]:
        raise ConsentNeeded()
    number, errors = read_phone(body.get("phone") or "").number, {}
    if not number and (body.get("phone") or not by_staff):
        errors["/phone"] = "This is not a complete phone number."
    if not is_name(person_name(body["name"])):
        errors["/name"] = "A name has letters."
    if not body.get("password") and not by_staff:
        errors["/password"] = "Please choose a password."
    if body.get("password") and not number:
        errors["/phone"] = "To sign in, a phone number is needed."
    birth = Birth(body.get("birth_year"), body.get("birth_month"))
    errors |= _place_errors(body) | birth_misfits(birth, today=today())
    if errors:
        raise Invalid(errors=errors)
    if is_child(birth, today=today()) and not by_staff:
        raise GuardianNeeded(pointer="/birth_year")
    if body.get("password"):
        _check_password(body["password"], number)
    _check_not_on_roster(body, number)
    return number


def _place_errors(body: Mapping[str, Any]) -> dict[str, str]:
    community, errors = body["community_code"], {}
    if not Community.objects(id=community).only("id").first():
        errors["/community_code"] = "There is no such community."
    if body.get("grid_code") and not _is_grid(body["grid_code"], community):
        errors["/grid_code"] = "This community has no such grid."
    inviter = body.get("invited_by")
    if inviter and not Resident.objects(id=inviter, community_code=community).only("id").first():
        errors["/invited_by"] = "Nobody of this community has this id."
    return errors


def _check_password(password: str, phone: str) -> None:
    if not may_be_password(password, phone=phone):
        raise Invalid(errors={"/password": "A password has 8 to 128 characters and is not the phone number."})


def _check_not_on_roster(body: Mapping[str, Any], number: str) -> None:
    """Send somebody whom the office knows already to the office, or one person would stand in the registry twice."""
    same = Resident.objects(
        phone=number, name=person_name(body["name"]), community_code=body["community_code"], left_at=None
    )
    if number and same.first():
        raise PhoneTaken(
            "The office has you on its roster already: ask there for a code, and set your password with it."
        )


def _is_grid(grid_code: str, community_code: str) -> bool:
    return Grid.objects(id=grid_code, community_code=community_code).only("id").first() is not None


def _new_resident(resident_id: str, body: Mapping[str, Any], *, number: str, staff: Caller | None) -> Resident:
    now, password = utc_now(), body.get("password")
    consents = consents_held(body["consents"])
    return Resident(
        id=resident_id,
        request_digest=_digest(body),
        community_code=body["community_code"],
        phone=number or None,
        sign_in_phone=number if password else None,
        password_hash=hash_secret(password) if password else None,
        grid_code=body.get("grid_code"),
        birth_year=body.get("birth_year"),
        birth_month=body.get("birth_month"),
        birth_told_at=now if body.get("birth_year") else None,
        roles=roles_held(()),
        consents=consents,
        consent_log=[{"purpose": purpose, "given": True, "at": now} for purpose in consents],
        source="staff" if staff else "self",
        invited_by=body.get("invited_by"),
        registered_by=staff.resident_id if staff else None,
        registered_at=now,
        changed_at=now,
        **person_fields(person_name(body["name"])),
        **household_fields(body.get("household"), body["community_code"]),
    )


def _may_change(resident: Resident, wanted: Mapping[str, Any], by: Caller) -> None:
    if by.resident_id != resident.id and not by.may_write_staff:
        raise Forbidden()
    of_staff = wanted.keys() & {"phone", "note"}
    if of_staff and not by.may_write_staff:
        raise Forbidden("Please ask the office to change your phone.")
    if wanted.keys() & {"birth_year", "birth_month"} and not by.may_write_staff and counts_as_minor(resident):
        raise BirthAtOffice()
    if "phone" in wanted and resident.sign_in_phone and not may_let_in(by.roles, resident.roles):
        raise StewardNeeded()


def _moved_values(wanted: Mapping[str, Any], community_code: str) -> dict[str, Any]:
    values = {name: wanted[name] for name in ("grid_code", "note") if name in wanted}
    if values.get("grid_code") and not _is_grid(values["grid_code"], community_code):
        raise Invalid(errors={"/grid_code": "This community has no such grid."})
    if "household" in wanted:
        values |= household_fields(wanted["household"], community_code)
    if "phone" in wanted:
        values |= {"phone": read_phone(wanted["phone"]).number, "phone_as_written": None}
        if not values["phone"]:
            raise Invalid(errors={"/phone": "This is not a complete phone number."})
    return values


def _birth_values(wanted: Mapping[str, Any], resident: Resident) -> dict[str, Any]:
    """Return the birth as it is to stand; without a year there is no month. Raises Invalid."""
    if not wanted.keys() & {"birth_year", "birth_month"}:
        return {}
    year = wanted.get("birth_year", resident.birth_year)
    month = wanted.get("birth_month", resident.birth_month if year else None)
    if errors := birth_misfits(Birth(year, month), today=today()):
        raise Invalid(errors=errors)
    return {"birth_year": year, "birth_month": month}


def _whose_code(number: str, code: str) -> Resident | None:
    """Return the resident of this phone whose code this is. Each look costs one of the code's tries, counted first."""
    waiting = {"phone": number, "left_at": None, "activation.expires_at": {"$gt": utc_now()}}
    for resident in Resident.objects(__raw__=waiting).limit(SHARERS_MAX):
        where = {"_id": resident.id, "activation.tries": {"$lt": CODE_TRIES_MAX}}
        tried = change_one(Resident, where=where, update={"$inc": {"activation.tries": 1, "revision": 1}}, facts=[])
        if tried is not None and fits(code, resident.activation["code_hash"]):
            return tried
    return None


def _another_steward(resident: Resident) -> bool:
    others = Resident.objects(community_code=resident.community_code, roles=STEWARD, left_at=None, id__ne=resident.id)
    return others.only("id").first() is not None


def _forget_told(resident_id: str) -> None:
    """Blank name and birth in facts that wait out their retention in the outbox: who asks again need not learn them any more.

    A second write, since MongoDB appends to and rewrites one list in two. It may be repeated, and changes no state.
    """
    of_name = dict.fromkeys(("name", "phone_tail"), None) | {"name": ""}
    of_birth = dict.fromkeys(("birth_year", "birth_month"), None)
    for field, blank in (("name", of_name), ("birth_year", of_birth)):
        Resident._get_collection().update_one(
            {"_id": resident_id, "left_at": {"$ne": None}, "outbox.events.0": {"$exists": True}},
            {"$set": {f"outbox.events.$[told].data.{name}": value for name, value in blank.items()}},
            array_filters=[{f"told.data.{field}": {"$exists": True}}],
        )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value
