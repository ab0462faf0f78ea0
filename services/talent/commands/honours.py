"""Who stands on the honour page: whoever says yes, in one tap, and nobody once they say no. (ADR 103)"""

from services.talent.commands import nominations
from services.talent.commands.names import sound_of
from services.talent.models import HonourEntry
from shared.clock import utc_now
from shared.mongo import insert_new
from shared.web import Caller


def honour(*, shown: bool, by: Caller) -> bool:
    """Put the caller on the honour page, or take them off at once; return whether they are on it. The same again changes nothing."""
    if not shown:
        forget_honour(by.resident_id)
        return False
    person = nominations.wait_for_candidate(by.resident_id, community_code=by.community_code)
    entry = HonourEntry(id=person.id, community_code=by.community_code, sort_key=sound_of(person.name or ""), since=utc_now())
    insert_new(entry)
    return True


def forget_honour(resident_id: str) -> None:
    """Take somebody off the honour page: they said no, took `publish` back, or left."""
    HonourEntry.objects(id=resident_id).delete()
