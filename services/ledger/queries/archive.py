"""A closed year of a community as one file, which proves by itself, with `shared/merkle.py`, that it is what was sealed. (ADR 16)

The journal stays as it is: its cost does not grow with its age. The file is for whoever is to keep it elsewhere.
"""

import gzip
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from services.ledger.models import POSTED_INDEX, DaySeal, Entry
from services.ledger.queries.seals import differences, sealed_entries, shown_seal
from shared.clock import bounds, local_day, utc_now
from shared.merkle import ARCHIVE_FORMAT, canonical
from shared.problems import Conflict


class JournalDiffers(Conflict):
    """The journal is not what was sealed; `places` says where. Nothing was written."""

    def __init__(self, places: list[str]) -> None:
        super().__init__("The journal is not what was sealed.")
        self.places = places


def write_archive(community_code: str, year: int, path: Path) -> int:
    """Write a closed year to `path` (gzip, one JSON object a line); return how many entries. All or nothing.

    Conflict while the year is not over or something in it not sealed, JournalDiffers where a seal is broken.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    if local_day(utc_now()) <= last:
        raise Conflict("The year is not over.")
    days = {"$gte": first.isoformat(), "$lte": last.isoformat()}
    seals = list(DaySeal._get_collection().find({"community_code": community_code, "day": days}, sort=[("number", 1)]))
    if places := [place for seal in seals for place in differences(seal)]:
        raise JournalDiffers(places)
    posted = {"posted_at": {"$gte": bounds(first)[0], "$lt": bounds(last)[1]}, "community_code": community_code}
    if Entry._get_collection().count_documents(posted, hint=POSTED_INDEX) > sum(seal["entries"] for seal in seals):
        raise Conflict("Not every entry of the year is sealed.")
    unfinished, entries = path.with_name(path.name + ".part"), 0
    with gzip.open(unfinished, "wb") as file:
        for line in _lines(community_code, year, seals):
            file.write(canonical(line) + b"\n")
            entries += "entry" in line
    unfinished.replace(path)
    return entries


def _lines(community_code: str, year: int, seals: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    about = {"community_code": community_code, "year": year, "days": len(seals), "made_at": utc_now().isoformat()}
    yield {"format": ARCHIVE_FORMAT, **about}
    for seal in seals:
        yield {"seal": shown_seal(seal)}
        yield from ({"entry": entry} for entry in sealed_entries(community_code, date.fromisoformat(seal["day"])))
