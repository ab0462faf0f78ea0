"""Whom somebody met at an activity or on visits, so that they can thank them: with a proof that another service believes. (ADR 103)"""

from typing import Any

from services.checkin.models import Activity, Attendee, CheckIn, Need, Visit
from services.checkin.queries.pairings import pairing
from services.checkin.settings import settings
from shared.masking import masked
from shared.web import Caller
from shared.web.proofs import Proof, sign_proof

THANKS = "thanks"
COMPANIONS_MAX = 200
LEADER, AT_STALL, BESIDE, VISITED, VISITOR = "leader", "stall", "beside", "visited", "visitor"

View = dict[str, Any]


def companions(caller: Caller, activity_id: str) -> list[View]:
    """Return whom the caller met at an activity that they came to, or had somebody look after their need at: {resident_id, name, part,
    stall, proof}, leaders first. Nobody where they were not there.

    Leaders are named, as on the activity's own page, and whoever agrees to `publish`; of others a masked name is told. Raises
    ActivityNotFound.
    """
    found = Activity.of(caller.community_code, activity_id)
    came = CheckIn._get_collection().find({"activity_id": found.id, "status": "accepted"}, {"resident_id": 1}).limit(COMPANIONS_MAX)
    there = [row["resident_id"] for row in came if row.get("resident_id")]
    if caller.resident_id not in there and Need.objects(activity_id=found.id, resident_id=caller.resident_id).first() is None:
        return []
    leads = {stall["leader_id"]: stall["title"] for stall in found.stalls if stall.get("leader_id")}
    everybody = dict.fromkeys([found.leader_id, *leads, *there])
    people = Attendee.named(who for who in everybody if who)
    met = [people[who] for who in everybody if who in people and who != caller.resident_id and people[who].presence == "known"]
    return [_shown(person, found, leads, caller) for person in met]


def met_on_visits(caller: Caller, pairing_id: str) -> list[View]:
    """Return whom the caller met on a pairing's visits that took place, as `companions` does: who visited them, or whom they visited.
    PairingNotFound to who has no part in it.
    """
    pairing(caller, pairing_id)
    took_place = Visit.objects(pairing_id=pairing_id, status="came")
    visitors, visited = took_place.filter(resident_id=caller.resident_id), took_place.filter(helper_id=caller.resident_id)
    parts = dict.fromkeys(visitors.distinct("helper_id"), VISITOR) | dict.fromkeys(visited.distinct("resident_id"), VISITED)
    people = Attendee.named(parts)
    return [
        _told(people[who], caller, part=part, is_named=True)
        for who, part in parts.items() if who in people and people[who].presence == "known"
    ]  # fmt: skip


def _shown(person: Attendee, found: Activity, leads: dict[str, str], caller: Caller) -> View:
    part = LEADER if person.id == found.leader_id else AT_STALL if person.id in leads else BESIDE
    titles = {stall["id"]: stall["title"] for stall in found.stalls}
    stall = leads.get(person.id) or titles.get(found.stands.get(person.id))
    return _told(person, caller, part=part, is_named=part != BESIDE or person.consents_to("publish"), stall=stall)


def _told(person: Attendee, caller: Caller, *, part: str, is_named: bool, stall: str | None = None) -> View:
    proof = Proof(what=THANKS, about=person.id, by_id=caller.resident_id, community_code=caller.community_code)
    name = person.name if is_named else masked(person.name)
    return {"resident_id": person.id, "name": name, "part": part, "stall": stall, "proof": sign_proof(proof, settings())}
