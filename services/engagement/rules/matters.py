"""Raise, discuss, decide, evaluate (由民提·议·定·评): the words of the method as data, and what follows from counts and dates.

The six forms of consultation are Yangquan's (六事六商). It names no six matters: four of ours are the works for which the Hubei essay
lets a community choose leaders, two follow from what both tell of (pipes, roads and trees; quarrels between neighbours). (ADR 88)
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.working_days import working_day_after


class Stage(StrEnum):
    """How far a matter has come."""

    RAISE = "raise"
    DISCUSS = "discuss"
    DECIDE = "decide"
    EVALUATE = "evaluate"


class Status(StrEnum):
    """Whether a matter is still on its way, or how that ended."""

    OPEN = "open"
    JOINED = "joined"
    SENT_ON = "sent_on"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    LEFT = "left"
    CLOSED = "closed"


@dataclass(frozen=True)
class Term:
    """A word of the method: its code, its names, and a line that says what it is."""

    code: str
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str


KINDS = (
    Term("renewal", "老旧小区改造", "renewing old quarters", "楼道、管网、加装扶手或电梯", "staircases, mains, handrails or a lift"),
    Term("hygiene", "环境卫生", "cleanliness", "垃圾、杂物、绿化、公共卫生", "rubbish, clutter, green, public hygiene"),
    Term("culture", "文化服务", "culture", "活动室、书屋、文体活动", "rooms, books, sports and arts"),
    Term("care", "一老一小", "old and young", "老人和留守儿童的照看、吃饭、出行", "care, meals and ways of elders and children"),
    Term("facilities", "公共设施", "shared facilities", "水电、路面、照明、树木、停车", "water, power, roads, lamps, trees, parking"),
    Term("neighbours", "邻里关系", "between neighbours", "噪声、占道、养宠物等矛盾", "noise, blocked ways, pets and other quarrels"),
)
FORMS = (
    Term("deliberation", "议事协商", "deliberation", "圆桌会议，大家一起议", "a round table at which all speak"),
    Term("dialogue", "对话协商", "dialogue", "居民说事，面对面谈", "residents' talk, face to face"),
    Term("building", "共建协商", "building together", "和驻区单位一起办", "together with the units of the neighbourhood"),
    Term("joint", "联动协商", "joint consultation", "社区、业委会、物业、居民四方例会", "office, owners, property company, residents"),
    Term("open", "开放协商", "open consultation", "谁都可以来", "whoever wants may come"),
    Term("on_site", "现场协商", "on the spot", "到现场看，当场商量", "looking at it where it is, and settling it there"),
)
KIND_CODES, FORM_CODES = tuple(term.code for term in KINDS), tuple(term.code for term in FORMS)

OWN, OWN_HOUSEHOLD = "own", "own_household"


def answer_due(day: date, working_days: int, days_off: Collection[date]) -> date:
    """Return the day by which a matter raised on `day` must have a first answer."""
    return working_day_after(day, working_days, days_off)


def is_overdue(*, due_on: str, today: str, is_answered: bool) -> bool:
    """Tell whether a first answer is late; days are ISO."""
    return not is_answered and due_on < today


def tie(person_id: str, household_ids: Collection[str], *, to_id: str | None, to_household_id: str | None) -> str | None:
    """Return why somebody may not decide about somebody (they are the same, or of one household), or None."""
    if to_id is not None and person_id == to_id:
        return OWN
    if to_household_id is not None and to_household_id in household_ids:
        return OWN_HOUSEHOLD
    return None


def is_concerned(grid_codes: Collection[str], lives_in: str | None) -> bool:
    """Tell whether a matter of these grids (none: of the whole community) concerns somebody who lives in a grid."""
    return not grid_codes or lives_in in grid_codes


def scope(grid_codes: Collection[str], quarters: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return what a matter's grids make together: ('community', []), ('quarters', names) or ('grids', codes).

    `quarters` is the quarter's name by grid code, of all grids of the community.
    """
    if not grid_codes:
        return "community", []
    wanted = set(grid_codes)
    whole = [name for name in dict.fromkeys(quarters.values()) if _grids_of(name, quarters.items()) <= wanted]
    covered = {code for code, name in quarters.items() if name in whole}
    return ("quarters", whole) if covered == wanted else ("grids", sorted(wanted))


def _grids_of(quarter: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
    return {code for code, name in pairs if name == quarter}


SOLVED, PARTLY, NOT_SOLVED, UNRATED = "solved", "partly", "not_solved", "unrated"
VERDICTS = (SOLVED, PARTLY, NOT_SOLVED)


def tally(answers: Mapping[str, int], options: int) -> list[int]:
    """Return how many voices each option has, by its place; `answers` are counts by the place as text."""
    return [answers.get(str(place), 0) for place in range(options)]


def percent(took_part: int, base: int) -> float | None:
    """Return the share of the base that took part, in percent with one decimal; None where there is no base."""
    return round(100 * took_part / base, 1) if base else None


def is_met(took_part: int, base: int, least_percent: int) -> bool:
    """Tell whether enough took part. Measured by whole people: a rounded share decides nothing."""
    return took_part > 0 and took_part * 100 >= least_percent * base


def outcome_of(ratings: Mapping[str, int]) -> str:
    """Return what the raters make of a deed: not solved if more than half say so, solved if more than half say that, partly otherwise.

    Where nobody rated, nobody has said that it is solved: a closed deed is not a solved deed.
    """
    total = sum(ratings.get(verdict, 0) for verdict in VERDICTS)
    if not total:
        return UNRATED
    if ratings.get(NOT_SOLVED, 0) * 2 > total:
        return NOT_SOLVED
    return SOLVED if ratings.get(SOLVED, 0) * 2 > total else PARTLY
