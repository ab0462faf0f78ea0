"""Trees, paths and seals: what proves a line, and that nothing else does."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import merkle
from shared.merkle import broken_links, canonical, flaws_of, leads_to, leaf_of, levels_of, path_of, root_of, seal_digest

LEAVES = [leaf_of(bytes([number])) for number in range(64)]


@pytest.mark.parametrize(
    ("size", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_roots_are_those_of_rfc_6962(size: int, root: str) -> None:
    """The vectors of the reference implementation of RFC 6962 (certificate transparency)."""
    lines = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"][:size]

    assert root_of([leaf_of(bytes.fromhex(line)) for line in lines]).hex() == root


@given(st.integers(1, 64), st.data())
def test_every_leaf_is_led_to_the_root_by_its_path_and_by_no_other(size: int, data: st.DataObject) -> None:
    leaves = LEAVES[:size]
    root, levels = root_of(leaves), levels_of(leaves)
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, size))
    path = path_of(levels, index)

    assert leads_to(root, leaf=leaves[index], index=index, size=size, path=path)
    assert not leads_to(root, leaf=leaf_of(b"forged"), index=index, size=size, path=path)
    assert other == index or not leads_to(root, leaf=leaves[index], index=other, size=size, path=path)
    assert not leads_to(root, leaf=leaves[index], index=index, size=size, path=[*path, path[-1] if path else root])


def sealed(number: int, leaves: list[bytes], before: str = "") -> dict[str, Any]:
    seal = {"community_code": "C", "number": number, "day": f"2026-11-{number:02}", "entries": len(leaves),
            "root": root_of(leaves).hex(), "before": before}  # fmt: skip
    return {**seal, "digest": seal_digest(seal)}


def statement_of(entries: list[dict[str, Any]], mine: int) -> dict[str, Any]:
    leaves = [leaf_of(canonical(entry)) for entry in entries]
    path = [step.hex() for step in path_of(levels_of(leaves), mine)]
    line = {"day": "2026-11-01", "entry": entries[mine], "index": mine, "path": path}
    return {"lines": [line], "seals": [sealed(1, leaves)]}


ENTRIES = [{"_id": f"deed:{number}", "delta": number, "explanation": {"item": "义诊"}} for number in range(5)]


def test_a_true_statement_has_no_flaw_alone_and_against_the_published_seals() -> None:
    statement = statement_of(ENTRIES, 3)

    assert flaws_of(statement) == []
    assert flaws_of(statement, statement["seals"]) == []


def test_whatever_is_forged_is_found() -> None:
    def forged(change: Any) -> list[str]:
        statement = json.loads(json.dumps(statement_of(ENTRIES, 3)))
        change(statement)
        return flaws_of(statement, statement_of(ENTRIES, 3)["seals"])

    assert forged(lambda told: told["lines"][0]["entry"].update(delta=300)) == ["2026-11-01: deed:3 was not sealed as it stands here"]
    assert forged(lambda told: told["lines"][0].update(day="2026-11-02"))
    assert forged(lambda told: told["seals"][0].update(root="00" * 32))
    other = statement_of([*ENTRIES, {"_id": "deed:9"}], 3)
    assert forged(lambda told: told.update(other)) == ["2026-11-01: the published seal is another"]


def test_seals_that_do_not_follow_are_named() -> None:
    first = sealed(1, LEAVES[:2])
    second, loose = sealed(2, LEAVES[2:4], first["digest"]), sealed(3, LEAVES[4:5], "somewhere else")

    assert broken_links([second, first]) == []
    assert broken_links([first, second, loose]) == ["2026-11-03: does not follow the seal before it"]
    assert broken_links([{**first, "entries": 9}, second]) == ["2026-11-01: the seal is not what its content makes"]


def test_anybody_can_check_a_statement_with_this_file_alone(tmp_path: Path) -> None:
    statement = statement_of(ENTRIES, 3)
    alone = tmp_path / "merkle.py"
    alone.write_text(Path(merkle.__file__).read_text())
    for name, content in {"statement.json": statement, "seals.json": {"items": statement["seals"]}}.items():
        (tmp_path / name).write_text(json.dumps(content))
    statement["lines"][0]["entry"]["delta"] = 300
    (tmp_path / "forged.json").write_text(json.dumps(statement))

    def run(*names: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-I", str(alone), *names], cwd=tmp_path, capture_output=True, text=True)

    true, false = run("statement.json", "seals.json"), run("forged.json", "seals.json")
    assert (true.returncode, true.stdout) == (0, "1 lines, 0 flaws\n")
    assert (false.returncode, false.stdout.splitlines()[0]) == (1, "BROKEN 2026-11-01: deed:3 was not sealed as it stands here")
