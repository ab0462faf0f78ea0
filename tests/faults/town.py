"""Founding: a community with its staff once a house, and for each seed fresh people and full shelves."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.ids import derive_id
from shared.local.demo import PLACES, STEWARD_NAME, STEWARD_PHONE
from shared.local.platform import Platform
from tests.faults.client import Answer, Client, Tally
from tests.faults.story import BUYERS, PEOPLE, PRICES_BEANS, STOCKS, Cast

COMMUNITY, PASSWORD = "DEMO-01", "golden-bean"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"
PARTNER_ID = derive_id("faults", "partner")


@dataclass(frozen=True)
class Staff:
    """The session tokens of those who act for the office and the counter."""

    steward: str
    organizer: str
    reviewer: str
    partner: str


def found(platform: Platform) -> Staff:
    """Found the community, enter the staff, and sign them in."""
    platform.run(
        sys.executable, "-m", "services.identity.worker", "found-community", "--places", PLACES,
        "--steward-phone", STEWARD_PHONE, "--steward-name", STEWARD_NAME, "--password", PASSWORD,
    )  # fmt: skip
    client = Client(platform.gateway_url, Tally())
    steward = _sign_in(client, STEWARD_PHONE)
    done(client.ask(steward, "PUT", f"/partners/{PARTNER_ID}", {"name": "豆香超市", "kind": "shop"}))
    tokens = [
        _staff(client, steward, number, role) for number, role in enumerate(("organizer", "organizer", "partner"))
    ]
    client.close()
    return Staff(steward, *tokens)


def people(platform: Platform, staff: Staff, cast: Cast) -> dict[int, str]:
    """Enter the people and rewards of a seed; return the session tokens of those who sign in."""
    client = Client(platform.gateway_url, Tally())
    for number in range(PEOPLE):
        body = _registration(f"{SURNAMES[number]}晓{SURNAMES[-number - 1]}")
        signing_in = {"phone": cast.phone(number), "password": PASSWORD} if number < BUYERS else {}
        token = "" if signing_in else staff.steward
        done(client.ask(token, "PUT", f"/residents/{cast.person(number)}", body | signing_in))
    for number, (price_beans, stock) in enumerate(zip(PRICES_BEANS, STOCKS, strict=True)):
        body = {"title": f"第{number}样", "price_beans": price_beans, "stock": stock, "partner_id": PARTNER_ID}
        done(client.ask(staff.partner, "PUT", f"/rewards/{cast.reward(number)}", body))
    tokens = {number: _sign_in(client, cast.phone(number)) for number in range(BUYERS)}
    client.close()
    return tokens


def done(answer: Answer) -> Any:
    """Return the body of an answer that must be a success."""
    assert answer.status in (200, 201), answer
    return answer.body


def pages(ask: Callable[[str], Answer], path: str) -> list[Mapping[str, Any]]:
    """Return all items of a list, page by page."""
    mark = "&" if "?" in path else "?"
    items: list[Mapping[str, Any]] = []
    cursor = ""
    while True:
        body = done(ask(f"{path}{mark}limit=200{cursor}"))
        items += body["items"]
        if not body["next_cursor"]:
            return items
        cursor = f"&cursor={body['next_cursor']}"


def _staff(client: Client, steward: str, number: int, role: str) -> str:
    resident_id, phone = derive_id("faults", "staff", str(number)), f"1380000010{number}"
    done(client.ask("", "PUT", f"/residents/{resident_id}", _registration(f"{SURNAMES[number]}主任") | {
        "phone": phone, "password": PASSWORD,
    }))  # fmt: skip
    shop = {"partner_id": PARTNER_ID} if role == "partner" else {}
    done(client.ask(steward, "PUT", f"/residents/{resident_id}/roles", {"roles": [role]} | shop))
    return _sign_in(client, phone)


def _registration(name: str) -> dict[str, Any]:
    return {"community_code": COMMUNITY, "name": name, "consents": ["service"]}


def _sign_in(client: Client, phone: str) -> str:
    return str(done(client.ask("", "POST", "/sessions", {"phone": phone, "password": PASSWORD}))["token"])
