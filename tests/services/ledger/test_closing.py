"""Where beans go when somebody leaves: to the heir, to the fund, each once, and what is held follows later."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.ledger.commands import close_accounts
from services.ledger.models import Member
from services.ledger.queries import verify_ledger
from shared.clock import utc_now
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from tests.services.ledger.facts import COMMUNITY, cancelled, fulfilled, hours, registered, requested, withdrawn
from tests.services.ledger.test_giving import beans_of

Deliver = Callable[..., Any]
FUND = f"fund-{COMMUNITY}"


@pytest.fixture(autouse=True)
def every_law_holds(client_of: Callable[[str], FlaskClient]) -> Iterator[None]:
    client_of("ledger")
    yield
    assert not verify_ledger().broken


@pytest.fixture
def resident(client_of: Callable[[str], FlaskClient], deliver: Deliver) -> Callable[..., str]:
    """Return the function that makes a resident with thirty beans."""

    def made(**more: Any) -> str:
        resident_id = new_id()
        for fact in (registered(resident_id, **more), hours(resident_id, minutes=180)):
            deliver("ledger", fact)
        return resident_id

    return made


def left(resident_id: str, **more: Any) -> ResidentLeft:
    return ResidentLeft(resident_id=resident_id, community_code=COMMUNITY, left_at=utc_now(), **more)


def is_closed(resident_id: str) -> bool:
    return bool(Member.objects.get(id=resident_id).closed)


def test_what_is_left_goes_to_the_fund_once(resident: Any, deliver: Deliver) -> None:
    gone, fund = resident(), beans_of(FUND)

    for _ in range(2):
        deliver("ledger", left(gone))
    close_accounts()

    assert (beans_of(gone), beans_of(FUND) - fund, is_closed(gone)) == (0, 30, True)


def test_what_is_left_goes_to_the_heir_who_is_still_here(resident: Any, deliver: Deliver) -> None:
    heir, gone, fund = resident(), resident(), beans_of(FUND)
    deliver("ledger", left(gone, reason="died", heir_id=heir))
    assert (beans_of(heir), beans_of(FUND) - fund) == (60, 0)

    absent, other = resident(), resident()
    deliver("ledger", left(absent))
    deliver("ledger", left(other, reason="died", heir_id=absent))
    assert beans_of(FUND) - fund == 60


def test_what_is_held_follows_when_the_voucher_is_given_back(resident: Any, deliver: Deliver) -> None:
    gone, fund = resident(), beans_of(FUND)
    request = requested(gone, 12)
    deliver("ledger", request)
    deliver("ledger", left(gone))
    assert (beans_of(FUND) - fund, is_closed(gone)) == (18, False)

    deliver("ledger", cancelled(request))
    close_accounts()

    assert (beans_of(FUND) - fund, is_closed(gone)) == (30, True)


def test_whoever_leaves_owing_owes_nobody_any_more(resident: Any, deliver: Deliver) -> None:
    gone = new_id()
    deed, request = hours(gone), requested(gone, 10)
    for fact in (registered(gone), deed, request, fulfilled(request), withdrawn(deed), left(gone)):
        deliver("ledger", fact)

    assert is_closed(gone)
