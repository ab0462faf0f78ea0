"""How names are found: the readings of their characters, from a library that is loaded here alone."""

import os

from services.talent.models import LEFT, Talent
from services.talent.rules import names
from shared.mongo import change_one

# Phrases would choose one reading of a name's character, we want all of them; without them the library is 43 MB lighter.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, pinyin

FILL_MAX = 500


def initials_of(name: str) -> list[str]:
    """Return the pinyin initials by which `name` can be found."""
    return names.initials_of(_readings(name))


def keys_of(name: str) -> list[str]:
    """Return what a search for `name` may begin with."""
    return names.keys_of(name, _readings(name))


def sound_of(name: str) -> str:
    """Return a name as it is sorted: by its pinyin, of the same sound by its characters."""
    return f"{' '.join(readings[0] for readings in _readings(name))} {name}"


def fill_keys() -> None:
    """Give keys to entries that were made before there were any; a name that changed meanwhile keeps its own."""
    lacking = {"keys": {"$exists": False}, "name": {"$ne": None}, "status": {"$ne": LEFT}}
    for talent in Talent.objects(__raw__=lacking).only("id", "name").limit(FILL_MAX):
        change_one(Talent, where={"_id": talent.id, "name": talent.name}, update={"$set": {"keys": keys_of(talent.name)}})


def _readings(name: str) -> list[list[str]]:
    found: list[list[str]] = pinyin(name, style=Style.NORMAL, heteronym=True)
    return found
