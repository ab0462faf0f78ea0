"""Deciding a matter: a vote of those concerned, or what the residents' meeting decided; and the decision itself. (由民定)"""

from collections.abc import Mapping
from typing import Any

from services.engagement.commands.acts import (
    Act,
    Change,
    check_apart,
    check_concerned,
    check_not_to_come,
    for_whom,
    perform,
    say,
    speaker,
    spot,
)
from services.engagement.commands.consultations import HELD
from services.engagement.errors import (
    ConsultationNotFound,
    MatterNotThere,
    MinutesMissing,
    TurnoutTooLow,
    VoteClosed,
    VoteOpen,
)
from services.engagement.models import VOTE, GridOutline, Matter, Neighbour, Voice
from services.engagement.rules import matters as rules
from services.engagement.rules.matters import Stage, Status
from services.engagement.settings import settings
from shared.clock import bounds, local_day, utc_now
from shared.events.engagement import MatterDecided
from shared.ids import derive_id
from shared.problems import Invalid
from shared.web import Caller

HOUSEHOLD, RESIDENT = "household", "resident"
BY_VOTE, BY_MEETING = "vote", "meeting"
CARRY_OUT, LEAVE = "carry_out", "leave"
COUNTS = ("in_favour", "against", "abstained")


def open_vote(caller: Caller, matter_id: str, ballot_id: str, wanted: Mapping[str, Any]) -> tuple[Matter, bool]:
    """Put a proposal to those concerned until the end of a day ({text, options, ends_on, least_percent}).

    What is measured by is written down now: how many households (or residents), and how many percent of them must take part. Raises
    VoteOpen, MatterNotThere before it is discussed, MatterTooClose, and Invalid for a day that is past or too far.
    """
    matter = Matter.of(caller.community_code, matter_id)
    check_apart(caller, matter)
    shown = {"about": ballot_id, "text": wanted["text"], "day": wanted["ends_on"].isoformat()}
    act = Act(code="vote_opened", key=ballot_id, by=caller, body=wanted, shown=shown)
    if matter.act_with(ballot_id) is None:
        _check_day(wanted)
        _check_none_open(matter)
    unit, base = _base(matter)
    ballot = {
        "id": ballot_id, "text": wanted["text"], "options": wanted["options"], "opened_at": utc_now(), "round": matter.round,
        "ends_at": bounds(wanted["ends_on"], settings().zone)[1], "least_percent": wanted["least_percent"], "base": base, "base_unit": unit,
    }  # fmt: skip
    change = Change(
        stages=(Stage.DISCUSS, Stage.DECIDE),
        where={"ballots": {"$size": len(matter.ballots)}, "round": matter.round},
        update={"$push": {"ballots": ballot}, "$set": {"stage": Stage.DECIDE.value}, "$min": {"deciding_since": utc_now()}},
    )
    return perform(matter, act, change)


def vote(caller: Caller, matter_id: str, *, option: int, resident_id: str | None = None) -> Matter:
    """Say one's voice, or one's household's, to the open vote; until it ends it can be said anew.

    `resident_id`: for whom staff enter it. Raises VoteClosed, NotConcerned, PersonNotHere, and Invalid for no such option.
    """
    matter = Matter.of(caller.community_code, matter_id)
    ballot = open_ballot(matter)
    if ballot is None:
        raise VoteClosed
    if option >= len(ballot["options"]):
        raise Invalid(errors={"/option": "There is no such option."})
    who = speaker(caller, for_whom(caller, resident_id))
    check_concerned(matter, who)
    said = Voice(
        id=voice_id(ballot, resident_id=who.resident_id, household_id=who.household_id), community_code=matter.community_code,
        matter_id=matter_id, about=VOTE, question=ballot["id"], resident_id=who.resident_id, answer=str(option),
        entered_by=who.entered_by, at=utc_now(),
    )  # fmt: skip
    _forget_other_voices(said)
    say(said, by=caller)
    return matter


def voice_id(ballot: Mapping[str, Any], *, resident_id: str, household_id: str | None) -> str:
    """Return the id of the voice that somebody has in a vote: their household's where a household has one and theirs is known."""
    whose = household_id if ballot["base_unit"] == HOUSEHOLD and household_id else resident_id
    return derive_id(VOTE, ballot["id"], whose)


def open_ballot(matter: Matter) -> dict[str, Any] | None:
    """Return the vote that is open on a matter at this moment, or None."""
    last: dict[str, Any] | None = matter.ballots[-1] if matter.ballots else None
    is_open = matter.status == Status.OPEN.value and matter.stage == Stage.DECIDE.value and last is not None and last["ends_at"] > utc_now()
    return last if is_open else None


def counted(ballot: Mapping[str, Any]) -> dict[str, int]:
    """Return how many voices each option of a vote has, by its place as text; what came after the end does not count."""
    pipeline = [
        {"$match": {"question": ballot["id"], "about": VOTE, "at": {"$lt": ballot["ends_at"]}}},
        {"$group": {"_id": "$answer", "voices": {"$sum": 1}}},
    ]
    return {row["_id"]: row["voices"] for row in Voice._get_collection().aggregate(pipeline)}


def decide_matter(caller: Caller, matter_id: str, wanted: Mapping[str, Any]) -> tuple[Matter, bool]:
    """Write down what was decided ({way, outcome, text, reason, responsible, decided_on, meeting?}).

    By vote: the last one has ended and enough took part (VoteOpen, VoteClosed, TurnoutTooLow). By meeting ({consultation_id, in_favour,
    against, abstained}): its minutes are published (MinutesMissing). What is to be left undone ends here; what is to be done goes
    on to be evaluated. Raises MatterTooClose, MatterNotThere.
    """
    matter = Matter.of(caller.community_code, matter_id)
    check_apart(caller, matter)
    key = f"decided:{matter.round}"
    shown = {"text": wanted["text"], "outcome": wanted["outcome"], "day": wanted["decided_on"].isoformat()}
    act = Act(code="decided", key=key, by=caller, body=wanted, shown=shown)
    if matter.act_with(key) is not None:
        return perform(matter, act, Change(update={}))
    check_not_to_come(wanted["decided_on"], "decided_on")
    counts = _voted(matter) if wanted["way"] == BY_VOTE else _met(matter, wanted)
    decision = {
        **{name: wanted[name] for name in ("way", "outcome", "text", "reason", "responsible")}, **counts,
        "decided_on": wanted["decided_on"].isoformat(), "by": caller.resident_id, "round": matter.round,
    }  # fmt: skip
    is_to_be_done, now = wanted["outcome"] == CARRY_OUT, utc_now()
    goes_on = {"stage": Stage.EVALUATE.value} if is_to_be_done else {"status": Status.LEFT.value, "stage": Stage.DECIDE.value}
    since = {"deciding_since": now} | ({"evaluating_since": now} if is_to_be_done else {})
    change = Change(
        stages=(Stage.DECIDE,) if wanted["way"] == BY_VOTE else (Stage.DISCUSS, Stage.DECIDE),
        where={"round": matter.round, "ballots": {"$size": len(matter.ballots)}},
        update={"$push": {"decisions": decision}, "$set": goes_on, "$min": since},
        facts=[_fact(matter, wanted)],
    )
    return perform(matter, act, change)


def _forget_other_voices(said: Voice) -> None:
    """Forget what the same person said to this vote under another household, or before theirs was known: nobody has two voices."""
    theirs = {"matter_id": said.matter_id, "about": VOTE, "question": said.question, "resident_id": said.resident_id}
    Voice._get_collection().delete_many({**theirs, "_id": {"$ne": said.id}})


def _voted(matter: Matter) -> dict[str, Any]:
    """Return what the last vote of this round came to, or refuse what it cannot decide."""
    _check_none_open(matter)
    ballots = [row for row in matter.ballots if row["round"] == matter.round]
    if not ballots:
        raise VoteClosed
    took_part = sum(counted(ballots[-1]).values())
    if not rules.is_met(took_part, ballots[-1]["base"], ballots[-1]["least_percent"]):
        raise TurnoutTooLow
    return {"ballot_id": ballots[-1]["id"], "took_part": took_part}


def _met(matter: Matter, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a meeting came to, or refuse one without minutes."""
    _check_none_open(matter)
    meeting = wanted["meeting"]
    if (place := spot(matter.consultations, meeting["consultation_id"])) is None:
        raise ConsultationNotFound(errors={"/meeting/consultation_id": ConsultationNotFound.title})
    if matter.consultations[place]["status"] != HELD:
        raise MinutesMissing(errors={"/meeting/consultation_id": MinutesMissing.title})
    counts = {name: meeting[name] for name in COUNTS}
    return {**counts, "consultation_id": meeting["consultation_id"], "took_part": sum(counts.values())}


def _fact(matter: Matter, wanted: Mapping[str, Any]) -> MatterDecided:
    return MatterDecided(
        matter_id=matter.id, community_code=matter.community_code, kind=matter.kind, way=wanted["way"], outcome=wanted["outcome"],
        grid_codes=list(matter.grid_codes), round=matter.round, decided_on=wanted["decided_on"], told_at=utc_now(),
    )  # fmt: skip


def _base(matter: Matter) -> tuple[str, int]:
    """Return what a vote is measured by: the households of the grids by the place table, or the residents who are registered there.

    Where each household has a voice but the place table counts none, registered residents are the only base there is.
    """
    grids = {"grid_code__in": list(matter.grid_codes)} if matter.grid_codes else {}
    if settings().voice_per == HOUSEHOLD:
        households = GridOutline.objects(community_code=matter.community_code, **grids).sum("households")
        if households:
            return HOUSEHOLD, int(households)
    return RESIDENT, Neighbour.objects(community_code=matter.community_code, left_on=None, **grids).count()


def _check_day(wanted: Mapping[str, Any]) -> None:
    days = (wanted["ends_on"] - local_day(utc_now(), settings().zone)).days
    if not 0 <= days <= settings().vote_days_max:
        raise Invalid(errors={"/ends_on": f"A vote ends today or within {settings().vote_days_max} days."})


def _check_none_open(matter: Matter) -> None:
    if open_ballot(matter) is not None:
        raise VoteOpen
    if matter.status != Status.OPEN.value:
        raise MatterNotThere
