"""Whom somebody met at an activity, so that they can thank them: with a proof that another service believes. (ADR 103)"""

from typing import Any

from services.checkin.models import Activity, Attendee, CheckIn, Need
from services.checkin.settings import settings
from shared.masking import masked
from shared.web import Caller
from shared.web.proofs import Proof, sign_proof

THANKS = "thanks"
COMPANIONS_MAX = 200
LEADER, AT_STALL, BESIDE = "leader", "stall", "beside"

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


def _shown(person: Attendee, found: Activity, leads: dict[str, str], caller: Caller) -> View:
    part = LEADER if person.id == found.leader_id else AT_STALL if person.id in leads else BESIDE
    titles = {stall["id"]: stall["title"] for stall in found.stalls}
    proof = Proof(what=THANKS, about=person.id, by_id=caller.resident_id, community_code=caller.community_code)
    is_named = part != BESIDE or person.consents_to("publish")
    return {
        "resident_id": person.id, "name": person.name if is_named else masked(person.name), "part": part,
        "stall": leads.get(person.id) or titles.get(found.stands.get(person.id)), "proof": sign_proof(proof, settings()),
    }  # fmt: skip
