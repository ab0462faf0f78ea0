"""Issue member cards, for residents without a phone."""

import secrets

from services.checkin.commands.residents import lives_here
from services.checkin.errors import CardNotFound, UnknownResident
from services.checkin.models import MemberCard
from services.checkin.models.member_card import MOST_REVOKED_KEPT
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.mongo import audit
from shared.web import Caller
from shared.web.proofs import Proof, sign_proof

TOKEN_BYTES = 16
CARD = "card"


def issue_card(caller: Caller, resident_id: str) -> MemberCard:
    """Give a resident a card with a new token; the old one is revoked at once. Raises UnknownResident."""
    if not lives_here(caller.community_code, resident_id):
        raise UnknownResident(errors={"/resident_id": "Nobody with this id lives in your community."})
    card = _replace_token(caller, resident_id)
    audit(settings().service, act="card-issued", by=caller.resident_id, about=resident_id, detail={"revision": card.revision})
    return card


def show_card(caller: Caller, token: str) -> str:
    """Return a proof, for identity and for minutes, that the caller was shown a member's card. CardNotFound for one that is not good."""
    card = MemberCard.objects(token=token, community_code=caller.community_code).first()
    if card is None:
        raise CardNotFound
    proof = Proof(what=CARD, about=card.id, by_id=caller.resident_id, community_code=caller.community_code)
    return sign_proof(proof, settings())


def _replace_token(caller: Caller, resident_id: str) -> MemberCard:
    """Swap the token in one pipeline update, so that two issuers at a time revoke each other's and lose none."""
    had = {"$cond": [{"$ifNull": ["$token", False]}, ["$token"], []]}
    revoked = {"$slice": [{"$concatArrays": [{"$ifNull": ["$revoked", []]}, had]}, -MOST_REVOKED_KEPT]}
    MemberCard._get_collection().update_one({"_id": resident_id}, [{"$set": {
        "community_code": caller.community_code,
        "revoked": revoked,
        "token": secrets.token_urlsafe(TOKEN_BYTES),
        "revision": {"$add": [{"$ifNull": ["$revision", 0]}, 1]},
        "issued_by": caller.resident_id,
        "issued_at": utc_now(),
    }}], upsert=True)
    return MemberCard.of(caller.community_code, resident_id)
