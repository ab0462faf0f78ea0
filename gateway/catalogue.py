"""Names of codes that many pages show: service items, skills, languages, grids, units. Asked from their owners, remembered for a minute."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext

from gateway.clients import checkin, identity, matters, rewards, talent
from gateway.clients.paging import all_items
from gateway.errors import ServiceAway, ServiceRefused
from gateway.language import shown_language
from gateway.session import known_reader

KEPT_SECONDS, AWAY_SECONDS = 60.0, 5.0
PARTNERS_AT_ONCE = 200
_kept: dict[str, tuple[float, Any]] = {}


def items() -> list[dict[str, Any]]:
    """Return the service catalogue in its order."""
    return _remembered("items", lambda: checkin.service_items()["items"])


def skills() -> list[dict[str, Any]]:
    """Return every skill that has a code, item by item, each item in general first; nothing while the registry is away."""
    try:
        return _remembered("skills", lambda: talent.skills()["items"])
    except (ServiceAway, ServiceRefused):
        _kept["skills"] = time.monotonic() + AWAY_SECONDS, []  # a page may ask for many names: not each of them waits
        return []


def item_name(code: str | None) -> str:
    """Return an item's, or a skill's, name in the reader's language; the code where the catalogue does not answer."""
    if not code:
        return ""
    try:
        found = _with_code(code, items()) or _with_code(code, skills())
    except ServiceAway:
        return code
    return name_of(found) if found else code


def name_of(row: Mapping[str, Any]) -> str:
    """Return the name of something that has one in both languages, in the reader's."""
    return str(row["name_en" if shown_language() == "en" else "name_zh"])


def needs_licence(code: str) -> bool:
    """Tell whether a skill may only be used with a licence in date."""
    found = _with_code(code, skills()) or _with_code(code, items())
    return bool(found and found["licence_required"])


def licence_name(code: str) -> str:
    """Return what the paper is called that a skill asks for; empty where nobody has said."""
    found = _with_code(code, skills()) or {}
    return str(found.get("licence_en" if shown_language() == "en" else "licence_zh") or "")


def languages() -> list[dict[str, Any]]:
    """Return the languages and dialects that somebody can say they speak."""
    return _remembered("languages", lambda: talent.languages()["items"])


def language_name(code: str) -> str:
    """Return a language's name; its code where the registry does not answer."""
    try:
        found = _with_code(code, languages())
    except ServiceAway:
        return code
    return name_of(found) if found else code


def _with_code(code: str, rows: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    return next((row for row in rows if row["code"] == code), None)


def communities() -> list[dict[str, Any]]:
    """Return the communities with their quarters and grids."""
    return _remembered("places", lambda: identity.places()["items"])


def community_name(code: str) -> str:
    """Return a community's name; its code where the place table does not know it, or does not answer."""
    try:
        return next((str(community["name"]) for community in communities() if community["code"] == code), code)
    except ServiceAway:
        return code


def quarters(community_code: str) -> list[dict[str, Any]]:
    """Return the quarters of a community, each with `name` and `grids`."""
    return next((community["quarters"] for community in communities() if community["code"] == community_code), [])


def matter_kinds() -> list[dict[str, Any]]:
    """Return the kinds of matters, each with `code` and what is said of it in both languages."""
    return list(_matter_terms()["kinds"])


def consultation_forms() -> list[dict[str, Any]]:
    """Return the forms of consultation, each with `code` and what is said of it in both languages."""
    return list(_matter_terms()["forms"])


def term_name(term: Mapping[str, Any]) -> str:
    """Return what a word of the method is called in the reader's language."""
    return str(term["name_en" if shown_language() == "en" else "name_zh"])


def term_about(term: Mapping[str, Any]) -> str:
    """Return what a word of the method means, in the reader's language."""
    return str(term["about_en" if shown_language() == "en" else "about_zh"])


def matter_kind_name(code: str) -> str:
    """Return the name of a kind of matters."""
    return next((term_name(term) for term in matter_kinds() if term["code"] == code), code)


def consultation_form_name(code: str) -> str:
    """Return the name of a form of consultation."""
    return next((term_name(term) for term in consultation_forms() if term["code"] == code), code)


def grids(community_code: str) -> list[dict[str, Any]]:
    """Return the grids of a community, each with `code` and `name`."""
    tree = next((community for community in communities() if community["code"] == community_code), {"quarters": []})
    return [grid for quarter in tree["quarters"] for grid in quarter["grids"]]


def grid_name(grid_code: str | None) -> str:
    """Return a grid's name; its code where the place table does not answer."""
    if not grid_code:
        return ""
    try:
        trees = communities()
    except ServiceAway:
        return grid_code
    known = {grid["code"]: grid["name"] for tree in trees for quarter in tree["quarters"] for grid in quarter["grids"]}
    return str(known.get(grid_code, grid_code))


def unit_name(stall: Mapping[str, Any]) -> str:
    """Return in words who runs a stall: a partner's name, or what the office wrote; empty for nobody. A unit without a name where the
    partners do not answer, or not to this reader."""
    if not stall.get("partner_id"):
        return str(stall.get("unit") or "")
    try:
        return _partner_name(stall["partner_id"])
    except (ServiceAway, ServiceRefused):
        return gettext("a unit of the neighbourhood")


def _matter_terms() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = _remembered("matter terms", matters.terms)
    return found


def _partner_name(partner_id: str) -> str:
    """Return a partner's name; one who is not among those remembered is new, and asked for."""
    key = f"partners of {known_reader().community_code}"
    if partner_id not in _remembered(key, _partners):
        _kept.pop(key, None)
    return str(_remembered(key, _partners).get(partner_id) or gettext("a unit of the neighbourhood"))


def _partners() -> dict[str, str]:
    found = all_items(lambda cursor: rewards.partners(limit=PARTNERS_AT_ONCE, cursor=cursor))
    return {row["id"]: row["name"] for row in found}


def _remembered(key: str, ask: Callable[[], Any]) -> Any:
    good_until, value = _kept.get(key, (0.0, None))
    if good_until < time.monotonic():
        value = ask()
        if value:  # an empty catalogue is one that is being set up: ask again
            _kept[key] = time.monotonic() + KEPT_SECONDS, value
    return value
