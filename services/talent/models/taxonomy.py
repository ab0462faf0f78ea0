"""All skills that have a code: the items of the catalogue as they are stored, a moment old at most, and the skills under them, which
come with the program in a file. (ADR 91)
"""

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

from services.talent.models.copies import SkillItem
from services.talent.rules.taxonomy import Known, Taxonomy

FOLDER = Path(__file__).parent.parent
FRESH_SECONDS = 2.0

_kept: tuple[float, Taxonomy] | None = None


def taxonomy() -> Taxonomy:
    """Return the taxonomy as it stands, FRESH_SECONDS old at most; one without a catalogue, which is on its way, is not kept."""
    global _kept
    if _kept is None or time.monotonic() >= _kept[0]:
        known = Taxonomy(_items(), _skills())
        if known.is_empty:
            return known
        _kept = (time.monotonic() + FRESH_SECONDS, known)
    return _kept[1]


def forget_taxonomy() -> None:
    """Read the catalogue anew the next time: this process has changed it."""
    global _kept
    _kept = None


@cache
def languages() -> dict[str, dict[str, str]]:
    """Return the languages and dialects that somebody can say they speak, by code: {code, name_zh, name_en}."""
    return {row["code"]: row for row in _file("languages")["languages"]}


def _items() -> list[Known]:
    """Return the catalogue's items in the order in which the file names them, those that it does not know at the end."""
    order, papers = [row.item for row in _skills()], _file("skills")["papers"]
    found = [
        Known(
            code=row.id, item=row.id, name_zh=row.name_zh, name_en=row.name_en, words=tuple(row.words),
            licence_required=row.licence_required, **papers.get(row.id, {}),
        )
        for row in SkillItem.objects.order_by("id")
    ]  # fmt: skip
    return sorted(found, key=lambda item: order.index(item.code) if item.code in order else len(order))


@cache
def _skills() -> tuple[Known, ...]:
    return tuple(_skill(**row) for row in _file("skills")["skills"])


def _skill(*, aliases: list[str], **row: Any) -> Known:
    return Known(**row, words=tuple(aliases), licence_required=row["licence_zh"] is not None)


@cache
def _file(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded
