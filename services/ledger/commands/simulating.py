"""Simulating a draft on last quarter's deeds: asked for over HTTP, done by the worker in parts, taken up again after a crash.

A runner moves the document's beat on. Where the beat has stopped, the next one takes it up from the first deed: the same deeds and
the same rules give the same outcome, so it does not matter who finishes, nor how often it was begun.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from services.ledger.errors import DraftClosed, SimulationsWaiting
from services.ledger.models import ALIAS, RuleDraft, RuleSimulation
from services.ledger.queries.deeds import figures_since, lines_since
from services.ledger.queries.drafts import draft_of
from services.ledger.queries.worth import outstanding_beans, stock_value_beans
from services.ledger.rules import CAPS, Comparison, Line, Replay, RuleSet, in_order, percent_of
from services.ledger.settings import (
    SIMULATED_LINES_MAX,
    SIMULATED_MONTHS,
    SIMULATION_BEAT_SECONDS,
    SIMULATION_PART,
    SIMULATION_TURNS_MAX,
    SIMULATIONS_WAITING_MAX,
)
from shared.clock import local_day, utc_now
from shared.ids import new_id
from shared.mongo import audit, change_one, insert_new
from shared.problems import IdInUse
from shared.web import Caller

UNFINISHED = ("waiting", "running")
MONTHS_PER_YEAR = 12


class TurnLost(Exception):
    """Somebody else has taken the simulation up."""


def ask_simulation(draft_id: str, simulation_id: str, *, by: Caller) -> tuple[RuleSimulation, bool]:
    """Ask for a simulation of a draft as it stands now → (simulation, whether it is new). The same again gives the same.

    DraftClosed for a draft that was dropped, SimulationsWaiting where too many are under way, IdInUse for another draft's id.
    """
    draft = draft_of(draft_id, by.community_code)
    asked = _asked(draft, simulation_id, by=by)
    if (known := RuleSimulation.objects(id=simulation_id).first()) is None:
        _refuse(draft)
        if insert_new(asked):
            detail = {"community_code": by.community_code, "revision": draft.revision, "simulation_id": simulation_id}
            audit(ALIAS, act="rules-simulated", by=by.resident_id, about=draft_id, detail=detail)
            return asked, True
        known = RuleSimulation.objects.get(id=simulation_id)
    if (known.draft_id, known.community_code) != (draft_id, by.community_code):
        raise IdInUse()
    return known, False


def _asked(draft: RuleDraft, simulation_id: str, *, by: Caller) -> RuleSimulation:
    today = local_day(utc_now())
    return RuleSimulation(
        id=simulation_id, community_code=draft.community_code, draft_id=draft.id, revision=draft.revision,
        numbers=draft.numbers, status="waiting", since=quarter_before(today).isoformat(), until=today.isoformat(),
        done=0, turns=0, asked_by=by.resident_id, asked_at=utc_now(),
    )  # fmt: skip


def _refuse(draft: RuleDraft) -> None:
    if draft.status == "dropped":
        raise DraftClosed()
    unfinished = RuleSimulation.objects(community_code=draft.community_code, status__in=UNFINISHED)
    if unfinished.count() >= SIMULATIONS_WAITING_MAX:
        raise SimulationsWaiting()


def quarter_before(day: date) -> date:
    """Return the first day of the month three months before that of `day`: caps go by months, so a replay begins with one."""
    year, month0 = divmod(day.year * MONTHS_PER_YEAR + day.month - 1 - SIMULATED_MONTHS, MONTHS_PER_YEAR)
    return date(year, month0 + 1, 1)


def run_next_simulation() -> RuleSimulation | None:
    """Run the simulation that has waited longest, or whose runner is gone; return it, or None where there is none."""
    claimed = _claim()
    if claimed is None:
        return None
    if claimed.turns > SIMULATION_TURNS_MAX:
        _write(claimed, {"status": "failed", "finished_at": utc_now()})
        return claimed
    try:
        _run(claimed)
    except TurnLost:
        pass
    return claimed


def _claim() -> RuleSimulation | None:
    now = utc_now()
    stopped = {"status": "running", "beat_at": {"$lt": now - timedelta(seconds=SIMULATION_BEAT_SECONDS)}}
    row = RuleSimulation._get_collection().find_one_and_update(
        {"$or": [{"status": "waiting"}, stopped]},
        {"$set": {"status": "running", "turn": new_id(), "beat_at": now, "done": 0}, "$inc": {"turns": 1}},
        sort=[("asked_at", 1)],
        return_document=True,
    )
    return None if row is None else RuleSimulation._from_son(row)


def _run(claimed: RuleSimulation) -> None:
    lines = _lines(claimed)
    if lines is None:
        _write(claimed, {"status": "failed", "finished_at": utc_now()})
        return
    rules = RuleSet(version=0, applies_from=date.fromisoformat(claimed.since), **claimed.numbers)
    figures = figures_since(claimed.community_code, date.fromisoformat(claimed.since))
    replay = Replay(lambda _: rules, figures)
    for start in range(0, len(lines), SIMULATION_PART):
        _write(claimed, {"done": start, "total": len(lines)})
        replay.take(lines[start : start + SIMULATION_PART])
    outcome = _outcome(replay.comparison(), claimed.community_code)
    finished = {"status": "done", "done": len(lines), "total": len(lines), "finished_at": utc_now(), "outcome": outcome}
    _write(claimed, finished)


def _lines(claimed: RuleSimulation) -> Sequence[Line] | None:
    """Return what is to be replayed, in order; None where it is more than one run may hold in memory."""
    found, lines = lines_since(claimed.community_code, date.fromisoformat(claimed.since)), []
    while part := list(islice(found, SIMULATION_PART)):
        lines += part
        if len(lines) > SIMULATED_LINES_MAX:
            return None
        _write(claimed, {})
    return in_order(lines)


def _write(claimed: RuleSimulation, change: Mapping[str, Any]) -> None:
    """Write to the simulation and move its beat on; TurnLost where somebody else has taken it up."""
    mine = {"_id": claimed.id, "status": "running", "turn": claimed.turn}
    if change_one(RuleSimulation, where=mine, update={"$set": {**change, "beat_at": utc_now()}}) is None:
        raise TurnLost()


def _outcome(comparison: Comparison, community_code: str) -> dict[str, Any]:
    """Return what a simulation came to, as it is stored: whole numbers only. `everybody` are (resident, posted, draft)."""
    posted, replayed, people = comparison.posted, comparison.replayed, comparison.people
    outstanding, stock = outstanding_beans(community_code), stock_value_beans(community_code)
    draft_outstanding = max(0, outstanding + replayed.total - posted.total)
    return {
        "deeds": comparison.deeds,
        "people": len(people),
        "more_people": sum(after > before for _, before, after in people),
        "fewer_people": sum(after < before for _, before, after in people),
        "posted_beans": posted.total,
        "draft_beans": replayed.total,
        "caps": [{"cap": cap, "posted": posted.cut[cap], "draft": replayed.cut[cap]} for cap in CAPS],
        "posted_paused": posted.paused,
        "draft_paused": replayed.paused,
        "outstanding_beans": outstanding,
        "draft_outstanding_beans": draft_outstanding,
        "stock_value_beans": stock,
        "coverage_percent": percent_of(stock, outstanding),
        "draft_coverage_percent": percent_of(stock, draft_outstanding),
        "largest": comparison.largest,
        "everybody": people,
    }
