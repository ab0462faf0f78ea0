"""What a simulated life came to, as pictures with their numbers: tiers, beans, coverage, reach; and lives beside each other."""

import json
import statistics
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from gateway.chart import Series, line_chart

CUMULATIVE_PERCENT = (10, 30, 100)
"""Backbones; those and enthusiasts; everybody who takes part: what 10/20/70 asks for, from the top."""
MARKS = (25, 50, 75)
MONTH = len("2025-01")
COUNTED = ("backbone", "enthusiast", "participant", "asked", "agreed", "deeds")
TABLE_EVERY = 4
COLOURS = {"next-steps": ("#8a4b00", ""), "chance": ("#1f5f8b", "10 6"), "nobody": ("#5b5b5b", "3 5")}

STYLE = (
    "body{font:18px/1.5 sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse}"
    "td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:right}"
)
Row = Mapping[str, Any]
Lives = Mapping[str, Sequence[Sequence[Row]]]
"""For each policy, for each seed, the weeks."""


def way(week: Row, households: int) -> float:
    """Return how much of the way to 10/20/70 a community has gone, in percent: the mean of three shares, none counted above the whole."""
    upwards, reached = [], 0
    for tier in ("backbone", "enthusiast", "participant"):
        reached += week[tier]
        upwards.append(reached)
    targets = [percent * households / 100 for percent in CUMULATIVE_PERCENT]
    return 100 * statistics.fmean(min(1.0, actual / target) for actual, target in zip(upwards, targets, strict=True))


def write_life(folder: Path, plan: Row, weeks: Sequence[Row]) -> None:
    """Write the pictures of one life, its numbers, and a page that shows both."""
    folder.mkdir(parents=True, exist_ok=True)
    months = [week["day"][:MONTH] for week in weeks]
    pictures = {
        "tiers": [
            _line("骨干 backbone", weeks, "backbone", "#8a4b00"), _line("热心 enthusiast", weeks, "enthusiast", "#1f5f8b", "10 6"),
            _line("普通参与 participant", weeks, "participant", "#2f6b2f", "3 5"),
            _line("登记 registered", weeks, "registered", "#5b5b5b", "14 4 3 4"),
        ],
        "beans": [
            _line("未用金豆 beans outstanding", weeks, "outstanding_beans", "#8a4b00"),
            _line("货架价值 value in stock", weeks, "stock_value_beans", "#1f5f8b", "10 6"),
        ],
        "coverage": [Series("保障率 coverage, %", [min(week["coverage_percent"] or 0, 1000) for week in weeks], "#1f5f8b")],
        "reach": [
            _line("骨干带动的人 brought by backbones", weeks, "brought", "#8a4b00"),
            _line("能人 talents", weeks, "talents", "#1f5f8b", "10 6"),
        ],
    }  # fmt: skip
    for name, lines in pictures.items():
        (folder / f"{name}.svg").write_text(line_chart(months, lines))
    (folder / "weeks.json").write_text(json.dumps({"plan": plan, "weeks": list(weeks)}, ensure_ascii=False, indent=1))
    shown = [*weeks[::TABLE_EVERY], *([] if len(weeks) % TABLE_EVERY == 1 else weeks[-1:])]
    (folder / "index.html").write_text(_page("A simulated community", plan, list(pictures), _table([dict(week) for week in shown])))


def write_comparison(folder: Path, plan: Row, lives: Lives) -> list[str]:
    """Write how far each policy came, week by week on average and seed by seed; returns the lines that say so."""
    folder.mkdir(parents=True, exist_ok=True)
    households = plan["households"]
    ways = {policy: [[way(week, households) for week in weeks] for weeks in each] for policy, each in lives.items()}
    months = [week["day"][:MONTH] for week in next(iter(lives.values()))[0]]
    middle = {policy: [round(statistics.fmean(week)) for week in zip(*each, strict=True)] for policy, each in ways.items()}
    lines = [Series(policy, numbers, *COLOURS[policy]) for policy, numbers in middle.items()]
    (folder / "way.svg").write_text(line_chart(months, lines))
    (folder / "lives.json").write_text(json.dumps({"plan": plan, "lives": lives}, ensure_ascii=False))
    rows = [_summary(policy, lives[policy], each) for policy, each in ways.items()]
    told = [" | ".join(f"{name} {value}" for name, value in row.items()) for row in rows]
    for other in ways:
        if other != "next-steps" and "next-steps" in ways:
            told.append(_beside(ways["next-steps"], ways[other], other))
    said = "".join(f"<p>{escape(line)}</p>" for line in told[len(rows) :])
    (folder / "index.html").write_text(_page("Asking by next steps, by chance, and not at all", plan, ["way"], _table(rows) + said))
    return told


def _summary(policy: str, lives: Sequence[Sequence[Row]], ways: Sequence[Sequence[float]]) -> dict[str, Any]:
    ends = [weeks[-1] for weeks in lives]
    marks = {f"weeks to {mark} %": _weeks_to(mark, ways) for mark in MARKS}
    counted = {name: round(statistics.fmean(week[name] for week in ends)) for name in COUNTED}
    at_the_end = round(statistics.fmean(each[-1] for each in ways), 1)
    return {"policy": policy, "seeds": len(lives), "way at the end, %": at_the_end, **marks, **counted}


def _weeks_to(mark: int, ways: Sequence[Sequence[float]]) -> str:
    """Return after how many weeks the mark was passed in the middle seed, and in how many it was."""
    passed = [next((number for number, gone in enumerate(each, 1) if gone >= mark), None) for each in ways]
    reached = sorted(number for number in passed if number is not None)
    return f"{statistics.median_low(reached)} ({len(reached)} of {len(passed)})" if reached else "never"


def _beside(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]], name: str) -> str:
    """Say seed by seed how much further the next steps came: the same people, the same dice, another list of whom to ask."""
    ends = [one[-1] - other[-1] for one, other in zip(ours, theirs, strict=True)]
    whole = [statistics.fmean(one) - statistics.fmean(other) for one, other in zip(ours, theirs, strict=True)]
    return (
        f"next steps beside {name}: {statistics.fmean(ends):+.1f} points of the way at the end ({min(ends):+.1f} to {max(ends):+.1f};"
        f" ahead in {sum(each > 0 for each in ends)} of {len(ends)} seeds), {statistics.fmean(whole):+.1f} on average over the time"
    )


def _line(name: str, weeks: Sequence[Row], field: str, colour: str, dashes: str = "") -> Series:
    return Series(name, [week[field] for week in weeks], colour, dashes)


def _table(rows: Sequence[Row]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row.values()) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _page(title: str, plan: Row, pictures: Sequence[str], rest: str) -> str:
    shown = "".join(f'<h2>{name}</h2><img src="{name}.svg" alt="{name}, the numbers are in the table" width="900">' for name in pictures)
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    terms = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in plan.items() if value not in ({}, None))
    return f'<!doctype html><html lang="en">{head}<h1>{escape(title)}</h1><p>{escape(terms)}</p>{shown}{rest}</html>'
