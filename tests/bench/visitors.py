"""Many residents who signed in this morning, put straight into identity's database: registering them is not what is measured."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from shared.clock import utc_now
from shared.web.auth import Caller


def signed_in(people: Sequence[Caller]) -> tuple[str, ...]:
    """Let these callers be residents with a session each; return what each shows at the gateway. Identity must be prepared."""
    from services.identity.commands.sessions import session_id
    from services.identity.models import Resident, Session

    now, tokens = utc_now(), tuple(secrets.token_urlsafe() for _ in people)
    residents = [
        Resident(
            id=person.resident_id, community_code=person.community_code, name="居民", roles=["resident"], source="staff",
            registered_at=now, changed_at=now,
        )
        for person in people
    ]  # fmt: skip
    sessions = [
        Session(
            id=session_id(token), resident_id=person.resident_id, community_code=person.community_code, opened_at=now,
            expires_at=now + timedelta(hours=1),
        )
        for token, person in zip(tokens, people, strict=True)
    ]  # fmt: skip
    for rows in (residents, sessions):
        type(rows[0])._get_collection().insert_many([row.to_mongo().to_dict() for row in rows])
    return tokens
