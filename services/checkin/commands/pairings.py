"""Pair somebody with helpers who look in on them: proposed by the office, agreed to by each side, paused, and ended by either.

A pairing changes by writes that are guarded by its revision. Nobody is paired with their own household, and nobody by force.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from services.checkin.commands.catalogue import item_code
from services.checkin.commands.repeats import same_again
from services.checkin.commands.residents import lives_here
from services.checkin.errors import (
    HelperTooNear,
    NotYourPairing,
    PairedAlready,
    PairingEnded,
    RevisionStale,
    UnknownItem,
    UnknownResident,
)
from services.checkin.models import PROXY_ACTS, Attendee, Pairing, Visit
from services.checkin.queries.ties import claim_of, reviewer_of
from services.checkin.rules import pairings as rules
from services.checkin.settings import settings
from shared.clock import local_day, utc_now
from shared.ids import derive_id
from shared.mongo import audit, change_one, digest, insert_new
from shared.problems import IdInUse, Invalid
from shared.web import Caller

ANSWERED, VISIT_TOLD = PROXY_ACTS[6:]
TRIES_MAX = 5

Row = dict[str, Any]
Change = Callable[[Pairing], Row]


def propose(caller: Caller, pairing_id: str, wanted: Mapping[str, Any]) -> tuple[Pairing, bool]:
    """Propose a pairing: `wanted` has resident_id, helpers ({resident_id} or {partner_id}, one or two), items, every_days, begins_on and
    on_paper, where the person agreed on paper. Return it and whether it is new.

    Raises UnknownResident, PairedAlready, HelperTooNear, Invalid naming the field, IdInUse.
    """
    asked = digest(wanted)
    if known := Pairing.objects(id=pairing_id).first():
        return same_again(known, caller, asked), False
    items = [_item(at, item) for at, item in enumerate(wanted["items"])]
    _require_people(caller, wanted["resident_id"], wanted["helpers"])
    now = utc_now()
    helpers = [{"id": _helper_id(helper), **helper, "status": rules.ASKED, "asked_at": now} for helper in wanted["helpers"]]
    agreed = {"agreed_at": now, "agreed_how": rules.ON_PAPER, "agreed_by": caller.resident_id} if wanted["on_paper"] else {}
    made = Pairing(
        id=pairing_id, community_code=caller.community_code, resident_id=wanted["resident_id"], helpers=helpers,
        items=list(dict.fromkeys(items)), every_days=wanted["every_days"], begins_on=wanted["begins_on"].isoformat(), status=rules.PROPOSED,
        made_by=caller.resident_id, made_at=now, request_digest=asked, **agreed,
    )  # fmt: skip
    if not insert_new(made):
        return same_again(Pairing.objects(id=pairing_id).first(), caller, asked), False
    audit(settings().service, act="pairing-proposed", by=caller.resident_id, about=pairing_id, detail={"resident_id": made.resident_id})
    return made, True


def answer(caller: Caller, pairing_id: str, *, agrees: bool) -> Pairing:
    """Say yes or no: as whoever is to be visited, by themselves or by their proxy, or as a helper. A no later on ends it for them.

    The same again changes nothing. Raises PairingNotFound, NotYourPairing, PairingEnded, HelperTooNear.
    """
    found = Pairing.of(caller.community_code, pairing_id)
    if found.resident_id == caller.resident_id:
        how = rules.BY_PROXY if caller.acting else rules.BY_THEMSELVES
        changed = _change(found, lambda seen: _persons_answer(seen, agrees=agrees, how=how, by_id=caller.by_id))
        if caller.acting:
            detail = {"activity_id": None, "pairing_id": pairing_id, "mandate_id": caller.acting.mandate_id}
            audit(settings().service, act=ANSWERED, by=caller.by_id, about=found.resident_id, detail=detail)
        return changed
    if caller.acting or (at := rules.helper_at(found.helpers, caller.resident_id, caller.partner_id)) is None:
        raise NotYourPairing
    if agrees:
        require_distance(caller.community_code, found.resident_id, caller.resident_id)
    return _change(found, lambda seen: _helpers_answer(seen, at, agrees=agrees, by_id=caller.resident_id))


def note_paper(caller: Caller, pairing_id: str) -> Pairing:
    """Note for the office that the person agreed on paper. Agreed already is fine. Raises PairingNotFound, PairingEnded."""
    found = Pairing.of(caller.community_code, pairing_id)
    changed = _change(found, lambda seen: _persons_answer(seen, agrees=True, how=rules.ON_PAPER, by_id=caller.resident_id))
    audit(settings().service, act="pairing-agreed-on-paper", by=caller.resident_id, about=pairing_id)
    return changed


def pause(caller: Caller, pairing_id: str, until: date | None) -> Pairing:
    """Let no visit be due until a day, that day included, or (None) let visits go on from today. Nobody is asked why.

    Raises PairingNotFound, PairingEnded, Invalid for a day that is over.
    """
    found, today = Pairing.of(caller.community_code, pairing_id), _today()
    if until is not None and until < today:
        raise Invalid(errors={"/until": "This day is over."})
    told = {"paused_until": until and until.isoformat(), "resumed_on": (until or today).isoformat()}
    if until is None and found.paused_until is None:
        return found
    changed = _change(found, lambda _: told)
    audit(settings().service, act="pairing-paused", by=caller.resident_id, about=pairing_id, detail={"until": told["paused_until"]})
    return changed


def end(caller: Caller, pairing_id: str, ending: str) -> Pairing:
    """End a pairing for the office. Ended already is fine, and stays as it was. Raises PairingNotFound."""
    found = Pairing.of(caller.community_code, pairing_id)
    if found.status == rules.ENDED:
        return found
    changed = _change(found, lambda _: _over(ending, by_id=caller.resident_id))
    audit(settings().service, act="pairing-ended", by=caller.resident_id, about=pairing_id, detail={"ending": ending})
    return changed


def note_call(caller: Caller, pairing_id: str, call_id: str, wanted: Mapping[str, Any]) -> tuple[Pairing, bool]:
    """Note what came of calling about a visit: {outcome, text?, expected_on?}; return the pairing and whether the note is new.

    Until `expected_on` nothing is overdue. Raises PairingNotFound, PairingEnded, IdInUse, Invalid.
    """
    found = Pairing.of(caller.community_code, pairing_id)
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in wanted.items() if value is not None}
    if known := next((call for call in found.calls if call["id"] == call_id), None):
        if any(known.get(name) != told.get(name) for name in ("outcome", "text", "expected_on")):
            raise IdInUse
        return found, False
    if (expected := wanted.get("expected_on")) is not None and expected < _today():
        raise Invalid(errors={"/expected_on": "This day is over."})
    row = {"id": call_id, **told, "by_id": caller.resident_id, "at": utc_now()}
    changed = _change(found, lambda seen: {"calls": [*seen.calls, row][-rules.CALLS_MAX :]})
    audit(settings().service, act="pairing-called", by=caller.resident_id, about=pairing_id, detail={"outcome": wanted["outcome"]})
    return changed, True


def forget(community_code: str, resident_id: str) -> None:
    """End what somebody who left is visited by, let them be nobody's helper any more, and forget what was written in words about
    visits to them or by them. The bare records stay, as the law asks of records of service."""
    for found in Pairing.objects(community_code=community_code, resident_id=resident_id):
        _change_if_open(found, lambda _: {**_over(rules.LEFT_COMMUNITY, by_id=resident_id)})
        texts = {f"calls.{at}.text": "" for at, call in enumerate(found.calls) if call.get("text")}
        if texts:
            Pairing._get_collection().update_one({"_id": found.id}, {"$unset": texts})
    for found in Pairing.objects(__raw__={"community_code": community_code, "helpers.resident_id": resident_id}):
        _change_if_open(found, lambda seen: _without_helper(seen, resident_id))
    theirs = {"$or": [{"resident_id": resident_id}, {"helper_id": resident_id}], "note": {"$exists": True}}
    Visit._get_collection().update_many(theirs, {"$unset": {"note": ""}})


def _helper_id(helper: Mapping[str, str]) -> str:
    return derive_id("helper", helper.get("resident_id") or helper["partner_id"])


def _item(at: int, item: str) -> str:
    try:
        return item_code(item)
    except UnknownItem:
        raise Invalid(errors={f"/items/{at}": "The catalogue has no such service item."}) from None


def _today() -> date:
    return local_day(utc_now(), settings().zone)


def _require_people(caller: Caller, resident_id: str, helpers: Sequence[Mapping[str, str]]) -> None:
    if not lives_here(caller.community_code, resident_id):
        raise UnknownResident(errors={"/resident_id": "Nobody with this id lives in your community."})
    seen: set[str] = set()
    for at, helper in enumerate(helpers):
        if (who := helper.get("resident_id") or helper["partner_id"]) in seen:
            raise Invalid(errors={f"/helpers/{at}": "This helper is named twice."})
        seen.add(who)
        _require_unpaired(resident_id, helper, named_in=f"/helpers/{at}")
        if "resident_id" not in helper:
            continue
        if not lives_here(caller.community_code, who):
            raise UnknownResident(errors={f"/helpers/{at}/resident_id": "Nobody with this id lives in your community."})
        require_distance(caller.community_code, resident_id, who, named_in=f"/helpers/{at}/resident_id")


def _require_unpaired(resident_id: str, helper: Mapping[str, str], *, named_in: str) -> None:
    """Raise PairedAlready where a helper looks in on the person, or is asked to, in a pairing that goes on."""
    asked = {"$elemMatch": {**helper, "status": {"$in": [rules.ASKED, rules.AGREED]}}}
    if Pairing.objects(__raw__={"resident_id": resident_id, "status": {"$ne": rules.ENDED}, "helpers": asked}).first():
        raise PairedAlready(errors={named_in: PairedAlready.title})


def require_distance(community_code: str, resident_id: str, helper_id: str, *, named_in: str | None = None) -> None:
    """Raise HelperTooNear where a helper is the person or of their household."""
    people = Attendee.named([resident_id, helper_id])
    person = reviewer_of(Caller(resident_id=resident_id, community_code=community_code), people.get(resident_id))
    claim = claim_of({"resident_id": helper_id, "method": "", "logged_by": ""}, people.get(helper_id))
    if rules.too_near(claim, person):
        raise HelperTooNear(errors={named_in: HelperTooNear.title} if named_in else ())


def _over(ending: str, *, by_id: str) -> Row:
    return {"status": rules.ENDED, "ending": ending, "ended_by": by_id, "ended_at": utc_now()}


def _standing(seen: Pairing, *, agreed: bool, helpers: Sequence[Mapping[str, Any]], by_id: str) -> Row:
    status, ending = rules.standing(agreed=agreed, helpers=helpers)
    if ending:
        return _over(ending, by_id=by_id)
    return {"status": status, **({"resumed_on": _today().isoformat()} if (status, seen.status) == (rules.RUNNING, rules.PROPOSED) else {})}


def _persons_answer(seen: Pairing, *, agrees: bool, how: str, by_id: str) -> Row:
    if not agrees:
        return _over(rules.PERSON_WISHED, by_id=by_id)
    if seen.agreed_at is not None:
        return {}
    agreed = {"agreed_at": utc_now(), "agreed_how": how, "agreed_by": by_id}
    return {**agreed, **_standing(seen, agreed=True, helpers=seen.helpers, by_id=by_id)}


def _helpers_answer(seen: Pairing, at: int, *, agrees: bool, by_id: str) -> Row:
    helpers = rules.answered(seen.helpers, at, agrees=agrees, by={"answered_at": utc_now(), "by_id": by_id})
    if helpers == list(seen.helpers):
        return {}
    return {"helpers": helpers, **_standing(seen, agreed=seen.agreed_at is not None, helpers=helpers, by_id=by_id)}


def _without_helper(seen: Pairing, resident_id: str) -> Row:
    at = rules.helper_at(seen.helpers, resident_id, None)
    return _helpers_answer(seen, at, agrees=False, by_id=resident_id) if at is not None else {}


def _change(found: Pairing, change: Change) -> Pairing:
    """Write what `change` makes of the pairing, if it is still as it was seen, else look again. Raises PairingEnded, RevisionStale."""
    for _ in range(TRIES_MAX):
        if found.status == rules.ENDED:
            if change(found).get("status") == rules.ENDED:
                return found  # over already, and that is what was wished
            raise PairingEnded
        values = change(found)
        if not values:
            return found
        seen = {"_id": found.id, "revision": found.revision}
        if written := change_one(Pairing, where=seen, update={"$set": values, "$inc": {"revision": 1}}):
            return written
        found = Pairing.of(found.community_code, found.id)
    raise RevisionStale


def _change_if_open(found: Pairing, change: Change) -> None:
    if found.status != rules.ENDED:
        _change(found, change)
