"""Sealed days: what they cover, whether the journal is still what was sealed, and proofs that leave other people's lines out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from services.ledger.models import POSTED_INDEX, UNITS, DaySeal, Entry, SealedLeaves, account_of
from services.ledger.queries.wallets import check_viewer
from services.ledger.settings import STATEMENT_DAYS_MAX
from shared.clock import bounds, local_day, utc_now
from shared.merkle import leaf_of, levels_of, path_of, root_of, seal_digest
from shared.problems import Invalid
from shared.web import Caller, decode_cursor, encode_cursor

HASH_BYTES = 32
NOT_SEALED = ("outbox",)
SHOWN = ("community_code", "number", "day", "entries", "root", "before", "digest")
PLACES_MAX = 20

_encode = msgspec.json.Encoder(order="sorted").encode  # equals shared.merkle.canonical, ten times as fast


def sealed_content(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sealed of an entry: all but the relay's mark, the moment in milliseconds since 1970."""
    content = {name: value for name, value in row.items() if name not in NOT_SEALED}
    content["posted_at"] = round(row["posted_at"].timestamp() * 1000)
    return content


def leaves_on(community_code: str, day: date) -> tuple[list[str], list[bytes]]:
    """Return the ids of a community's entries of a day, in their order, and the hashes of what they say now."""
    ids, leaves = [], []
    for entry in sealed_entries(community_code, day):
        ids.append(entry["_id"])
        leaves.append(leaf_of(_encode(entry)))
    return ids, leaves


def sealed_entries(community_code: str, day: date) -> Iterator[dict[str, Any]]:
    """Yield what is sealed of a community's entries of a day, in the order of their ids."""
    start, end = bounds(day)
    rows = (
        Entry._get_collection()
        .find({"posted_at": {"$gte": start, "$lt": end}, "community_code": community_code})
        .hint(POSTED_INDEX)
        .sort("_id", 1)
        .allow_disk_use(True)
    )
    yield from map(sealed_content, rows)


def sealed_leaves(seal_id: str) -> tuple[list[str], list[bytes]]:
    """Return the ids and hashes that a seal covers, as they were when it was made."""
    ids: list[str] = []
    leaves: list[bytes] = []
    for part in SealedLeaves._get_collection().find({"seal_id": seal_id}).sort("part", 1):
        ids += part["ids"]
        leaves += [part["hashes"][at : at + HASH_BYTES] for at in range(0, len(part["hashes"]), HASH_BYTES)]
    return ids, leaves


def seals(community_code: str, *, limit: int, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of a community's seals, the newest first, and the cursor of the next: for everybody to keep."""
    wanted: dict[str, Any] = {"community_code": community_code}
    if key := decode_cursor(cursor, int):
        wanted["number"] = {"$lt": key[0]}
    rows = list(DaySeal._get_collection().find(wanted).sort("number", -1).limit(limit + 1))
    following = encode_cursor(rows[limit - 1]["number"]) if len(rows) > limit else None
    return [shown_seal(row) for row in rows[:limit]], following


def statement(resident_id: str, *, since: date, until: date, viewer: Caller) -> dict[str, Any]:
    """Return all lines of a resident from day to day, those of sealed days with the path to the day's root.

    What was posted too lately to be sealed is in `unsealed`. Invalid for a period that is too long or ends before it begins.
    """
    check_viewer(resident_id, viewer)
    if not since <= until <= since + timedelta(days=STATEMENT_DAYS_MAX):
        raise Invalid(errors={"/until": f"From the first day on, at most {STATEMENT_DAYS_MAX} days."})
    accounts = [account_of(resident_id, unit) for unit in UNITS]
    span = {"$gte": bounds(since)[0], "$lt": bounds(until)[1]}
    rows = Entry._get_collection().find({"account": {"$in": accounts}, "posted_at": span}).sort([("posted_at", 1), ("_id", 1)])
    by_day: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        by_day.setdefault((row["community_code"], local_day(row["posted_at"]).isoformat()), []).append(row)
    answer: dict[str, Any] = {"resident_id": resident_id, "since": since, "until": until, "made_at": utc_now(),
                              "lines": [], "unsealed": [], "seals": []}  # fmt: skip
    for (community_code, day), posted in by_day.items():
        seal = DaySeal._get_collection().find_one({"_id": f"{community_code}:{day}"})
        if seal is None:
            answer["unsealed"] += [sealed_content(row) for row in posted]
            continue
        answer["seals"].append(shown_seal(seal))
        answer["lines"] += _proven(seal, posted)
    return answer


def _proven(seal: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    ids, leaves = sealed_leaves(seal["_id"])
    levels, places = levels_of(leaves), {id_: place for place, id_ in enumerate(ids)}
    for row in rows:
        index = places.get(row["_id"], -1)
        path = [step.hex() for step in path_of(levels, index)] if index >= 0 else []
        yield {"day": seal["day"], "entry": sealed_content(row), "index": index, "path": path}


def broken_seals() -> tuple[int, list[str]]:
    """Compare every sealed day with the journal → (entries compared, the places that differ: day, entry and how)."""
    compared, places = 0, []
    before: Mapping[str, Any] = {}
    for seal in DaySeal._get_collection().find().sort([("community_code", 1), ("number", 1)]):
        if before.get("community_code") != seal["community_code"]:
            before = {"number": 0, "digest": ""}
        if (seal["number"], seal["before"], seal["digest"]) != (before["number"] + 1, before["digest"], seal_digest(seal)):
            places.append(f"{seal['_id']}: does not follow the seal before it")
        compared += seal["entries"]
        places += differences(seal)
        before = seal
    return compared, places


def differences(seal: Mapping[str, Any]) -> list[str]:
    """Return the places where the journal, or the list of what was sealed, is no longer what a seal says."""
    ids, leaves = sealed_leaves(seal["_id"])
    places = [] if (root_of(leaves).hex(), len(leaves)) == (seal["root"], seal["entries"]) else [
        f"{seal['_id']}: its list of entries is not the one that was sealed"
    ]  # fmt: skip
    return [*places, *_differing(seal, dict(zip(ids, leaves, strict=True)))]


def _differing(seal: Mapping[str, Any], sealed: Mapping[str, bytes]) -> Sequence[str]:
    present = dict(zip(*leaves_on(seal["community_code"], date.fromisoformat(seal["day"])), strict=True))
    verdicts = {
        "was removed": sealed.keys() - present.keys(),
        "was put in": present.keys() - sealed.keys(),
        "was changed": {id_ for id_ in sealed.keys() & present.keys() if sealed[id_] != present[id_]},
    }
    return [f"{seal['_id']}: {id_} {verdict}" for verdict, ids in verdicts.items() for id_ in sorted(ids)[:PLACES_MAX]]


def shown_seal(seal: Mapping[str, Any]) -> dict[str, Any]:
    """Return what everybody may see of a seal."""
    return {name: seal[name] for name in SHOWN}
