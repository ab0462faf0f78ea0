"""Let go of a resident who left: their name, their card, their certificates, what they need, the stalls that they led, their
pairings, and the places that others wait for."""

from services.checkin.commands import certificates, deeds_list, pairings, record_objections, residents, rosters, stalls
from services.checkin.models import Activity, Attendee, MemberCard, Need
from services.checkin.models.activity import LINES, stored
from shared.clock import utc_now
from shared.events.identity import ResidentLeft


def let_go(fact: ResidentLeft) -> None:
    """Forget all but the bare id, withdraw card and certificates and free places in what is still to come. May be repeated; to one who
    registered again since nothing happens but to older certificates. Verified records stay, as the law asks (Order 67)."""
    residents.forget_resident(fact)
    certificates.take_down(fact)
    if Attendee.objects(id=fact.resident_id).first().presence != "left":
        return
    MemberCard.objects(id=fact.resident_id).delete()
    Need.objects(resident_id=fact.resident_id).delete()
    record_objections.forget_objector(fact.resident_id)
    _forget_hours_known(fact.community_code, fact.resident_id)
    stalls.forget_leader(fact.community_code, fact.resident_id)
    deeds_list.forget_asker(fact.community_code, fact.resident_id)
    pairings.forget(fact.community_code, fact.resident_id)
    for activity in _signed_up_to(fact.community_code, fact.resident_id):
        rosters.compare_and_set(activity.id, lambda current: _without(current, fact.resident_id))


def _forget_hours_known(community_code: str, resident_id: str) -> None:
    """Forget where they were told that a day is long: it says that they were old."""
    kept = f"hours_known.{resident_id}"
    Activity._get_collection().update_many({"community_code": community_code, kept: {"$exists": True}}, {"$unset": {kept: ""}})


def _signed_up_to(community_code: str, resident_id: str) -> list[Activity]:
    on_roster = [{f"{line}.resident_id": resident_id} for line in LINES]
    where = {"community_code": community_code, "status": "open", "ends_at": {"$gt": utc_now()}, "$or": on_roster}
    return list(Activity.objects(__raw__=where).only("id"))


def _without(activity: Activity, resident_id: str) -> rosters.Change:
    if activity.status != "open":
        return rosters.Change({})
    return rosters.Change(stored(rosters.without(activity, resident_id)) | rosters.left_stall(activity, resident_id))
