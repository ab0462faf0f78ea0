"""What stands at an activity's door, with an organizer beside it or by itself: the code that is good now, and cards that are scanned."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash
from flask_babel import gettext

from gateway import refusals, words
from gateway.clients import checkin
from gateway.errors import ServiceRefused
from gateway.views import public_link
from shared.ids import is_id

SCANS_AT_ONCE_MAX = 50
CODE_CHARACTERS_MAX = 200

Scan = dict[str, Any]


@dataclass(frozen=True)
class DoorCode:
    """Six digits, the address that checks in with them, and for how many seconds they are shown."""

    code: str
    link: str
    seconds_left: int


def door_code(activity_id: str) -> DoorCode:
    """Return the code of an activity that is good now."""
    said = checkin.code(activity_id)
    link = public_link("links.check_in", activity_id=activity_id, code=said["code"])
    return DoorCode(said["code"], link, max(1, said["seconds_left"]))


def check_in(activity_id: str, scan: Scan) -> tuple[bool, str]:
    """Check in whoever's card was scanned; return whether they are in, and their name, else why not."""
    body = {"activity_id": activity_id, "method": "card", "code": token_in(scan["code"])}
    taken = checkin.check_in(scan["id"], body | ({"arrived_at": scan["at"]} if scan.get("at") else {}))
    if taken["status"] == "refused":
        return False, words.LOOKUPS["card_refusal"](taken["refusal"])
    return True, taken.get("name") or gettext("The card's owner")


def take_one(activity_id: str, scan: Scan, *, greet: Callable[[str], str]) -> None:
    """Check in whoever's card was scanned on a device without JavaScript; the next page tells what became of it."""
    is_in, told = check_in(activity_id, scan)
    flash(greet(told) if is_in else told, "message" if is_in else "stop")


def token_in(code: str) -> str:
    """Return the token of a member card, from the link that its picture code holds or as it was typed."""
    return code.strip().rstrip("/").rpartition("/")[2]


def answers_to(activity_id: str, said: Any, *, greet: Callable[[str], str]) -> dict[str, Any]:
    """Take what a device has kept, {scans: [{id, code, at}]} → {answers: [{id, is_in, told}]}, one for each that can be answered.

    `greet` makes of a name what is told of somebody who is in. A scan that gets no answer is to be kept and sent again; it is known
    by its id.
    """
    scans = said.get("scans") if isinstance(said, dict) else None
    return {"answers": [_answered(activity_id, scan, greet) for scan in _sound(scans if isinstance(scans, list) else [])]}


def _answered(activity_id: str, scan: Scan, greet: Callable[[str], str]) -> dict[str, Any]:
    try:
        is_in, told = check_in(activity_id, scan)
    except ServiceRefused as refused:
        is_in, told = False, refusals.in_words(refused)
    return {"id": scan["id"], "is_in": is_in, "told": greet(told) if is_in else told}


def _sound(scans: list[Any]) -> list[Scan]:
    """Return those that are scans at all; whatever else a device says is not ours."""
    return [scan for scan in scans[:SCANS_AT_ONCE_MAX] if isinstance(scan, dict) and _is_sound(scan)]


def _is_sound(scan: Scan) -> bool:
    code, at = scan.get("code"), scan.get("at")
    if not (isinstance(code, str) and 0 < len(code) <= CODE_CHARACTERS_MAX and isinstance(at, str)):
        return False
    try:
        return is_id(str(scan.get("id"))) and datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        return False
