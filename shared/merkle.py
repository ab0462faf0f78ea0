"""Merkle trees as RFC 6962 builds them: one short root stands for a long list, and a short path proves that a line is in it.

Only the standard library is used, so this file can be taken away and run alone, by anybody, on what a resident was given:

    python3 merkle.py statement.json [seals.json]

says of every line of the statement whether it was sealed as it stands there; `seals.json` are the published seals, saved from the
community's page, against which the statement's own are compared. A closed year's archive (`.gz`) is checked the same way: every
entry against its day, every day against the one before, every balance against the entry before.
"""

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

LEAF, NODE = b"\x00", b"\x01"
ARCHIVE_FORMAT = "golden-bean-journal/1"
RUNNING = {"balance": "delta", "held": "held_delta", "debt": "debt_delta"}
SEALED = ("community_code", "number", "day", "entries", "root", "before")


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return `content` (texts, whole numbers, lists, nothing) as the one JSON text that stands for it: keys sorted, no spaces."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def leaf_of(content: bytes) -> bytes:
    """Return the hash of one line (32 bytes)."""
    return hashlib.sha256(LEAF + content).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the hash that stands for all `leaves` in their order; that of nothing for no leaves."""
    return levels_of(leaves)[-1][0] if leaves else hashlib.sha256(b"").digest()


def levels_of(leaves: Sequence[bytes]) -> list[Sequence[bytes]]:
    """Return the tree from its leaves to its root; a hash without a neighbour goes up as it is."""
    levels = [leaves]
    while len(level := levels[-1]) > 1:
        pairs = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        levels.append([*pairs, *level[len(pairs) * 2 :]])
    return levels


def path_of(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """Return the hashes beside the way from leaf `index` up to the root, lowest first."""
    path = []
    for level in levels[:-1]:
        if (beside := index ^ 1) < len(level):
            path.append(level[beside])
        index //= 2
    return path


def leads_to(root: bytes, *, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bool:
    """Whether `path` leads from `leaf`, the one at `index` of `size`, to `root`."""
    if not 0 <= index < size:
        return False
    found, steps = leaf, list(path)
    while size > 1:
        if (index ^ 1) < size:
            if not steps:
                return False
            beside = steps.pop(0)
            found = _node(beside, found) if index % 2 else _node(found, beside)
        index, size = index // 2, (size + 1) // 2
    return not steps and found == root


def seal_digest(seal: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) that seals a day: its content and, by `before`, the digest of the day sealed before it."""
    return hashlib.sha256(canonical({name: seal[name] for name in SEALED})).hexdigest()


def flaws_of(statement: Mapping[str, Any], published: Sequence[Mapping[str, Any]] | None = None) -> list[str]:
    """Return what is wrong with a statement's proofs, in words; nothing where every line was sealed as it stands.

    A statement is {lines: [{entry, index, path, day}], seals: [...]}. `published` are the seals as everybody sees them.
    """
    seals = {seal["day"]: seal for seal in statement["seals"]}
    flaws = [f"{day}: the seal is not what its content makes" for day, seal in seals.items() if seal["digest"] != seal_digest(seal)]
    if published is not None:
        flaws += [*_unlike(published, seals.values()), *broken_links(published)]
    for line in statement["lines"]:
        seal = seals.get(line["day"])
        if seal is None or not _is_in(seal, line):
            flaws.append(f"{line['day']}: {line['entry'].get('_id')} was not sealed as it stands here")
    return flaws


def flaws_of_archive(lines: Iterable[Mapping[str, Any]], published: Sequence[Mapping[str, Any]] | None = None) -> tuple[int, list[str]]:
    """Return how many entries an archive has, and what is wrong with it, in words. `published` are the seals as everybody sees them.

    An archive is a head, then for each day {seal} and the day's entries, each {entry}, in the order of their ids.
    """
    flaws: list[str] = []
    seals: list[Mapping[str, Any]] = []
    leaves: list[list[bytes]] = []
    accounts: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        if "seal" in line:
            seals.append(line["seal"])
            leaves.append([])
        elif "entry" in line:
            entry = line["entry"]
            leaves[-1].append(leaf_of(canonical(entry)))
            sums = {name: entry[name] for name in (*RUNNING, *RUNNING.values(), "seq", "_id")}
            accounts.setdefault(entry["account"], []).append(sums)
    for seal, found in zip(seals, leaves, strict=True):
        if (root_of(found).hex(), len(found)) != (seal["root"], seal["entries"]):
            flaws.append(f"{seal['day']}: the entries are not those that were sealed")
    flaws += broken_links(seals)
    if published is not None:
        flaws += _unlike(published, seals)
    for rows in accounts.values():
        flaws += _broken_sums(sorted(rows, key=lambda row: int(row["seq"])))
    return sum(map(len, leaves)), flaws


def _unlike(published: Sequence[Mapping[str, Any]], seals: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the days whose seal is not the one that everybody sees."""
    digests = {seal["day"]: seal["digest"] for seal in published}
    return [f"{seal['day']}: the published seal is another" for seal in seals if digests.get(seal["day"]) != seal["digest"]]


def _broken_sums(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the entries of an account, in order, whose balance does not follow from the one just before."""
    pairs = [(before, row) for before, row in pairwise(rows) if row["seq"] == before["seq"] + 1]
    return [
        f"{row['_id']}: {name} does not follow from the entry before"
        for before, row in pairs
        for name, change in RUNNING.items()
        if row[name] - row[change] != before[name]
    ]


def broken_links(seals: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the places where a community's seals, in order of their numbers, do not follow upon each other."""
    flaws, before = [], None
    for seal in sorted(seals, key=lambda seal: int(seal["number"])):
        if seal["digest"] != seal_digest(seal):
            flaws.append(f"{seal['day']}: the seal is not what its content makes")
        if before is not None and (seal["before"], seal["number"]) != (before["digest"], before["number"] + 1):
            flaws.append(f"{seal['day']}: does not follow the seal before it")
        before = seal
    return flaws


def _is_in(seal: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    leaf, path = leaf_of(canonical(line["entry"])), [bytes.fromhex(step) for step in line["path"]]
    return leads_to(bytes.fromhex(seal["root"]), leaf=leaf, index=line["index"], size=seal["entries"], path=path)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()


def main(arguments: Sequence[str]) -> int:
    """Check the statement or archive named first, against the published seals in the file named second; 1 where it fails."""
    published = _read(arguments[1])["items"] if len(arguments) > 1 else None
    if arguments[0].endswith(".gz"):
        with gzip.open(arguments[0], "rt", encoding="utf-8") as file:
            lines, flaws = flaws_of_archive(map(json.loads, file), published)
    else:
        statement = _read(arguments[0])
        lines, flaws = len(statement["lines"]), flaws_of(statement, published)
    for flaw in flaws:
        print("BROKEN", flaw)  # noqa: T201
    print(f"{lines} lines, {len(flaws)} flaws")  # noqa: T201
    return 1 if flaws else 0


def _read(name: str) -> Any:
    with open(name, encoding="utf-8") as file:  # noqa: PTH123
        return json.load(file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
