"""Merkle trees as RFC 6962 builds them: one short root stands for a long list, and a short path proves that a line is in it.

Only the standard library is used, so this file can be taken away and run alone, by anybody, on what a resident was given:

    python3 merkle.py statement.json [seals.json]

says of every line of the statement whether it was sealed as it stands there; `seals.json` are the published seals, saved from the
community's page, against which the statement's own are compared.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

LEAF, NODE = b"\x00", b"\x01"
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
        digests = {seal["day"]: seal["digest"] for seal in published}
        flaws += [f"{day}: the published seal is another" for day, seal in seals.items() if digests.get(day) != seal["digest"]]
        flaws += broken_links(published)
    for line in statement["lines"]:
        seal = seals.get(line["day"])
        if seal is None or not _is_in(seal, line):
            flaws.append(f"{line['day']}: {line['entry'].get('_id')} was not sealed as it stands here")
    return flaws


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
    """Check the statement in the file named first, against the published seals in the file named second; 1 where it fails."""
    texts = []
    for name in arguments:
        with open(name, encoding="utf-8") as file:  # noqa: PTH123
            texts.append(json.load(file))
    statement, *published = texts
    flaws = flaws_of(statement, published[0]["items"] if published else None)
    for flaw in flaws:
        print("BROKEN", flaw)  # noqa: T201
    print(f"{len(statement['lines'])} lines, {len(statement['seals'])} sealed days, {len(flaws)} flaws")  # noqa: T201
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
