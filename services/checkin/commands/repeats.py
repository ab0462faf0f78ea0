"""The same request again: what stands under the caller's id is the answer, unless something else was asked for."""

from typing import TypeVar

from services.checkin.models import Activity, Certificate, NationalEntry, Series
from shared.problems import IdInUse
from shared.web import Caller

Kept = TypeVar("Kept", Activity, Certificate, NationalEntry, Series)


def same_again(known: Kept, caller: Caller, asked: str) -> Kept:
    """Return `known` if it is of the caller's community and was made of a request with the digest `asked`; IdInUse otherwise."""
    if (known.community_code, known.request_digest) != (caller.community_code, asked):
        raise IdInUse
    return known
