"""The PIN with which somebody agrees on the spot, with their member card: kept as an argon2 hash, void after a few wrong tries."""

from services.identity.commands.mandates import party
from services.identity.commands.passwords import fits, hash_secret
from services.identity.commands.residents import change_resident, found
from services.identity.errors import HelperTooClose, PinWrong
from services.identity.models import Resident
from services.identity.rules.mandates import PIN_TRIES_MAX, is_close, may_be_pin
from shared.clock import utc_now
from shared.mongo import audit, change_one
from shared.problems import Forbidden, Invalid
from shared.web.auth import Caller

ALIAS = "identity"


def set_pin(resident_id: str, pin: str, *, by: Caller) -> None:
    """Set a person's PIN: oneself, or at the office's desk, where the person types it; an earlier one is void.

    Raises Forbidden, NotFound, Invalid for one that anybody would guess.
    """
    if by.resident_id != resident_id and not by.may_write_staff:
        raise Forbidden()
    if not may_be_pin(pin):
        raise Invalid(errors={"/pin": "Six digits, neither all the same nor in a row."})
    resident = found(resident_id, by)
    kept = {"hash": hash_secret(pin), "tries": 0, "set_by": by.resident_id, "set_at": utc_now()}
    change_resident(resident, lambda *_: ({"pin": kept}, []))
    audit(ALIAS, act="pin-set", by=by.resident_id, about=resident_id)


def check_pin(resident_id: str, pin: str, *, by: Caller) -> None:
    """Let a person agree by their PIN. Each look costs one of its tries, counted first, and a right one gives them back.

    Raises PinWrong, also for a PIN that is void or was never set; HelperTooClose for whoever set it for them, or lives with who did.
    """
    here = {"_id": resident_id, "community_code": by.community_code, "left_at": None}
    tried = change_one(
        Resident, where={**here, "pin.tries": {"$lt": PIN_TRIES_MAX}}, update={"$inc": {"pin.tries": 1, "revision": 1}}, facts=[]
    )
    if not fits(pin, tried.pin["hash"] if tried else None) or tried is None:
        audit(ALIAS, act="pin-wrong", by=by.resident_id, about=resident_id)
        raise PinWrong()
    set_by = tried.pin["set_by"]
    if set_by != resident_id and is_close(party(set_by), party(by.resident_id)):
        raise HelperTooClose()
    still = {"_id": resident_id, "pin.hash": tried.pin["hash"]}
    change_one(Resident, where=still, update={"$set": {"pin.tries": 0}, "$inc": {"revision": 1}}, facts=[])
