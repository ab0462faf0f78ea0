"""How much memory a family of processes takes, with what they share counted once (proportional set size)."""

from pathlib import Path


def pss_bytes(roots: set[int]) -> int:
    """Return the sum over the processes in `roots` and all below them."""
    return sum(_share_of(pid) for pid in _family_of(roots))


def _family_of(roots: set[int]) -> set[int]:
    """Return the ids in `roots` and of all processes below them."""
    parents = {int(folder.name): _parent_of(folder) for folder in Path("/proc").iterdir() if folder.name.isdigit()}
    found, size = set(roots), 0
    while len(found) > size:
        size = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return found


def _parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it ended meanwhile
        return 0


def _share_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
