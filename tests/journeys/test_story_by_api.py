"""The same story by the public API, as a program would do it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from gateway.demo.door import Visitor
from gateway.demo.people import COMMUNITY, ORGANIZER, PASSWORD
from shared.clock import utc_now
from shared.ids import new_id
from tests.journeys.people import fresh_phone

Program = Callable[[str], Visitor]


def test_a_program_joins_serves_earns_and_redeems(at_the_door: Visitor, program: Program, wait_until: Callable[..., Any]) -> None:
    neighbour_id, phone = new_id(), fresh_phone()
    join(at_the_door, neighbour_id, phone)
    neighbour = at_the_door.signed_in(phone, PASSWORD)
    nominate_and_admit(neighbour, neighbour_id, program("steward"))
    activity_id = announce(program("organizer"))
    serve(program("organizer"), neighbour_id, activity_id, wait_until)
    verified = program("second organizer").put(f"/activities/{activity_id}/verification", {"exceptions": []})
    assert [row["minutes"] for row in verified["verified"]] == [120]
    wait_until(lambda: neighbour.get(f"/wallets/{neighbour_id}")["available_beans"] == 20)
    redeem_and_hand_over(neighbour, neighbour_id, program("partner"), wait_until)
    standing = wait_until(lambda: told(neighbour, neighbour_id))
    assert standing["tier"] == "enthusiast"


def join(visitor: Visitor, resident_id: str, phone: str) -> None:
    """Register; the same again is the same."""
    body = {"community_code": COMMUNITY, "name": "欧阳明", "phone": phone, "password": PASSWORD, "consents": ["service"]}
    first = visitor.put(f"/residents/{resident_id}", body)
    assert visitor.put(f"/residents/{resident_id}", body) == first


def nominate_and_admit(neighbour: Visitor, resident_id: str, steward: Visitor) -> None:
    """Put oneself forward; the steward admits."""
    nomination = f"/nominations/{new_id()}"
    body = {"channel": "self", "candidate_id": resident_id, "skills": [{"skill": "haircut"}], "statement": "我会理发。"}
    assert neighbour.put(nomination, body)["status"] in ("in_notice", "decidable")
    assert steward.put(f"{nomination}/decision", {"decision": "admit", "reason": "无异议。"})["status"] == "admitted"
    found = steward.get("/talents", skill="haircut", limit=200)["items"]
    assert resident_id in [talent["resident_id"] for talent in found]


def announce(organizer: Visitor) -> str:
    """Announce what began three hours ago; return its id."""
    activity_id, now = new_id(), utc_now()
    organizer.put(f"/activities/{activity_id}", {
        "item": "haircut", "title": "义剪", "kind": "volunteer", "starts_at": (now - timedelta(hours=3)).isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(), "place": "广场", "capacity": 20, "leader_id": ORGANIZER.id,
    })  # fmt: skip
    return activity_id


def serve(organizer: Visitor, resident_id: str, activity_id: str, wait_until: Callable[..., Any]) -> None:
    """Check in by roll call, twice as a flaky network does, and check out."""
    wait_until(lambda: organizer.get(f"/activities/{activity_id}/attendees", q="欧阳明")["items"])
    left_at = utc_now() - timedelta(minutes=10)
    check_in = f"/check-ins/{new_id()}"
    body = {"activity_id": activity_id, "resident_id": resident_id, "method": "roll",
            "arrived_at": (left_at - timedelta(hours=2)).isoformat()}  # fmt: skip
    assert organizer.put(check_in, body)["status"] == "accepted"
    assert organizer.put(check_in, body)["status"] == "accepted"
    organizer.put(f"{check_in}/departure", {"left_at": left_at.isoformat()})


def redeem_and_hand_over(neighbour: Visitor, resident_id: str, partner: Visitor, wait_until: Callable[..., Any]) -> None:
    """Redeem the cheapest thing, have it handed over, and find the books in order."""
    lunch = min(neighbour.get("/rewards", shelf="open")["items"], key=lambda reward: reward["price_beans"])
    redemption = f"/redemptions/{new_id()}"
    neighbour.put(redemption, {"reward_id": lunch["id"], "quantity": 1})
    code = wait_until(lambda: neighbour.get(redemption).get("voucher_code"))
    assert partner.put(f"/vouchers/{code}/fulfilment", {})["status"] == "fulfilled"
    assert partner.put(f"/vouchers/{code}/fulfilment", {})["status"] == "fulfilled"
    left = 20 - lunch["price_beans"]
    wait_until(lambda: neighbour.get(f"/wallets/{resident_id}")["spent_beans"] == lunch["price_beans"])
    wallet = neighbour.get(f"/wallets/{resident_id}")
    assert (wallet["available_beans"], wallet["held_beans"]) == (left, 0)
    assert sum(row["delta"] for row in neighbour.get(f"/wallets/{resident_id}/transfers")["items"]) == left


def told(neighbour: Visitor, resident_id: str) -> Any:
    """Return the standing once the deed has arrived there."""
    standing = neighbour.get(f"/standings/{resident_id}")
    return standing if standing["tier"] != "unreached" else None
