"""Rows of the bench: what was measured, against what in the same run, and whether the target holds."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table and of bench.json. `ratio` is figure to peer; `holds` is None where there is nothing to hold."""

    name: str
    figure: float
    unit: str
    peer: str
    ratio: float | None
    target: str
    holds: bool | None

    def as_dict(self) -> dict[str, Any]:
        """Return the row as bench.json keeps it."""
        return asdict(self)


def interleaved(measures: Sequence[Callable[[], float]], *, rounds: int) -> list[float]:
    """Return the median of each measure over `rounds` rounds, taken in turn so that a drifting machine is fair to all."""
    taken: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for position, measure in enumerate(measures):
            taken[position].append(measure())
    return [statistics.median(figures) for figures in taken]


def percentile(figures: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the figures lie."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def as_table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| what | figure | peer in the same run | ratio | target | holds |", "|---|---|---|---|---|---|"]
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:g}"
        holds = {True: "yes", False: "**no**", None: ""}[row["holds"]]
        lines.append(
            f"| {row['name']} | {row['figure']:g} {row['unit']} | {row['peer']} | {ratio} | {row['target']} | {holds} |"
        )
    return "\n".join(lines)
