"""Enter and change the service catalogue: 4 categories, 13 items to begin with, whatever stewards make of it later."""

import json
import re
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from services.checkin.errors import RevisionStale, UnknownItem
from services.checkin.models import ServiceItem
from services.checkin.rules.sheets.words import squeezed
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.events.checkin import ServiceItemListed
from shared.mongo import audit, change_one, insert_new
from shared.problems import Invalid

CATALOGUE_FILE = Path(__file__).parent.parent / "catalogue.json"
WORDS_FRESH_SECONDS = 2.0
CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
FIELDS = ("category", "name_zh", "name_en", "aliases", "licence_required", "insurance_required", "least_age")


def seed_catalogue() -> None:
    """Enter the default items that are missing; what a steward changed stays changed."""
    for place, row in enumerate(_catalogue_file()["items"]):
        code = row["code"]
        _enter(ServiceItem(id=code, place_in_list=place, **{name: row[name] for name in FIELDS if name in row}), by="set-up")


def categories() -> dict[str, dict[str, str]]:
    """Return the four categories by code, each {code, name_zh, name_en}."""
    return {row["code"]: row for row in _catalogue_file()["categories"]}


def list_item(code: str, changes: Mapping[str, Any], *, by: str) -> tuple[ServiceItem, bool]:
    """Enter or change an item; return it and whether it is new.

    `changes` has FIELDS and `revision`, the one the caller read (0 for a new item). The same again changes nothing. Raises
    RevisionStale if the revision is another now, Invalid for a code that is none.
    """
    if not CODE.fullmatch(code):
        raise Invalid(errors={"/code": "A code has small letters, digits and hyphens."})
    values = {name: changes[name] for name in FIELDS}
    found = ServiceItem.objects(id=code).first()
    if found is not None and all(_plain(found[name]) == values[name] for name in FIELDS):
        return found, False
    if found is None and changes["revision"] == 0 and _enter(item := ServiceItem(id=code, **values), by=by):
        return item, True
    return _change(code, values, revision=changes["revision"], by=by), False


def item_words() -> dict[str, str]:
    """Return the code for every code, name and alias of the catalogue (squeezed), a moment old at most."""
    fresh_until, words = _words
    if time.monotonic() >= fresh_until:
        words = _read_words()
        _remember(words)
    return words


def item_code(text: str) -> str:
    """Return the code of the item that `text` names exactly, by code, name or alias; UnknownItem otherwise."""
    try:
        return item_words()[squeezed(text)]
    except KeyError:
        raise UnknownItem(errors={"/item": "The catalogue has no such service item."}) from None


_words: tuple[float, dict[str, str]] = (0.0, {})


def _remember(words: dict[str, str]) -> None:
    global _words
    _words = (time.monotonic() + WORDS_FRESH_SECONDS, words)


def _read_words() -> dict[str, str]:
    """Return words to codes. A code goes before a name, a name before an alias, should two items share a word."""
    items = list(ServiceItem.objects.order_by("place_in_list", "id"))
    aliases = {squeezed(alias): item.id for item in items for alias in item.aliases}
    names = {squeezed(name): item.id for item in items for name in (item.name_en, item.name_zh)}
    return {**aliases, **names, **{item.id: item.id for item in items}}


def _enter(item: ServiceItem, *, by: str) -> bool:
    item.revision, item.listed_by, item.listed_at = 1, by, utc_now()
    entered = insert_new(item, _listed(item))
    if entered:
        _forget_words()
        audit(settings().service, act="service-item-listed", by=by, about=item.id, detail={"revision": 1})
    return entered


def _change(code: str, values: dict[str, Any], *, revision: int, by: str) -> ServiceItem:
    stamp = {"revision": revision + 1, "listed_by": by, "listed_at": utc_now()}
    told = _listed(ServiceItem(id=code, **values, **stamp))
    seen, update = {"_id": code, "revision": revision}, {"$set": {**values, **stamp}}
    changed = change_one(ServiceItem, where=seen, update=update, facts=[told])
    if changed is None:
        raise RevisionStale
    _forget_words()
    audit(settings().service, act="service-item-listed", by=by, about=code, detail={"revision": revision + 1})
    return changed


def _listed(item: ServiceItem) -> ServiceItemListed:
    return ServiceItemListed(
        code=item.id, category=item.category, name_zh=item.name_zh, name_en=item.name_en, aliases=list(item.aliases),
        licence_required=item.licence_required, insurance_required=item.insurance_required, revision=item.revision,
        listed_at=item.listed_at,
    )


def _forget_words() -> None:
    global _words
    _words = (0.0, {})


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, (list, tuple)) else value


@cache
def _catalogue_file() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(CATALOGUE_FILE.read_text(encoding="utf-8"))
    return loaded
