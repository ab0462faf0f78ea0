"""Matters as everybody reads them, their authors, and the staff. Names are masked for all but staff; nothing here is a ranking."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from services.engagement.commands.acts import households_of, tie_to_author
from services.engagement.commands.consultations import CANCELLED, takes_comments
from services.engagement.commands.deciding import BY_MEETING, counted, open_ballot, voice_id
from services.engagement.commands.evaluating import rated as ratings_of
from services.engagement.commands.evaluating import rating_id, takes_ratings
from services.engagement.commands.matters import support_id
from services.engagement.commands.selecting import AGREEING, LED, choice_id, chosen, phase_of
from services.engagement.errors import MatterNotFound
from services.engagement.models import (
    RATING,
    SUPPORT,
    VOTE,
    Comment,
    DeedRecord,
    GridOutline,
    Matter,
    Neighbour,
    Occasion,
    Voice,
)
from services.engagement.rules import matters as rules
from services.engagement.rules.matters import Stage, Status
from services.engagement.rules.tiers import Kind
from services.engagement.settings import settings
from shared.clock import local_day, utc_now
from shared.masking import masked, without_numbers
from shared.problems import Forbidden, Invalid
from shared.web import Caller, decode_cursor, encode_cursor

View = dict[str, Any]

TODO_ANSWER = "answer"
HIDDEN_FROM_OTHERS = (Status.HIDDEN.value, Status.WITHDRAWN.value)
PLAIN = ("id", "kind", "grid_codes", "raised_at", "stage", "status", "answer_due_on", "answered_at", "joined_into", "round")
OF_AN_ACT = ("code", "at", "text", "to", "about", "kind", "form", "day", "outcome")
OF_A_CONSULTATION = (
    "id", "form", "starts_at", "place", "host", "activity_id", "status", "reason", "text", "agreed", "open_points", "minutes_at",
)  # fmt: skip
CAME, COMMENTS, MET = "came", "comments", "met"


def terms() -> View:
    """Return the kinds of matters and the forms of consultation, in both languages."""
    return {"kinds": [vars(term) for term in rules.KINDS], "forms": [vars(term) for term in rules.FORMS]}


def matters(community_code: str, viewer: Caller | None, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of a community's matters and the cursor of the next: the newest first, those that wait for a first answer
    (`todo` = answer) by the day on which it is due.

    `wanted` has limit, cursor, and may have status, stage, kind, grid_code, mine and todo.
    """
    where: View = {"$and": [{"community_code": community_code}, *_filters(viewer, wanted)]}
    if wanted.get("todo") == TODO_ANSWER:
        rows, following = _page(where, wanted, by="answer_due_on", descending=False)
    else:
        rows, following = _page(where, wanted, by="raised_at", descending=True)
    people, backed = _people(row.author_id for row in rows), _supports(rows)
    outlines = _quarters(community_code)
    return [_row(row, viewer, people, backed, outlines) for row in rows], following


def matter(matter_id: str, viewer: Caller | None) -> View:
    """Return one matter with its history. Raises MatterNotFound for one that is hidden from this reader."""
    found = Matter.objects(id=matter_id).first()
    if found is None or not _may_see(found, viewer):
        raise MatterNotFound
    return described(found, viewer)


def described(found: Matter, viewer: Caller | None) -> View:
    """Return a matter as its reader sees it."""
    joined = list(Matter.objects(joined_into=found.id).order_by("raised_at"))
    is_staff = _is_staff(found, viewer)
    acts = [*found.history, *(_joining(row) for row in joined)]
    people = _people([found.author_id, *(act["by"] for act in acts)] if is_staff else [found.author_id])
    row = _row(found, viewer, people, _supports([found]), _quarters(found.community_code))
    consultations = _consultations(found)
    ballots, completions = [_ballot(found, row, viewer) for row in found.ballots], [_completion(row, viewer) for row in found.completions]
    return {
        **row,
        "joined": [{"id": other.id, "title": without_numbers(other.title)} for other in joined],
        "history": [_act(act, people if is_staff else None) for act in sorted(acts, key=lambda act: act["at"])],
        "consultations": consultations,
        "comments_until": found.comments_until,
        "takes_comments": takes_comments(found),
        "ballots": ballots,
        "decision": _decision(found.decision, is_staff),
        "follow_ups": [{"project_id": None, "activity_id": None, **row} for row in found.follow_ups],
        "completions": completions,
        "takes_ratings": takes_ratings(found),
        "selections": [_selection(row, viewer, is_staff) for row in found.selections],
        "concerns_me": _concerns(found, viewer),
        "stages": _stages(found, {
            SUPPORT: row["supports"], CAME: _came(consultations), COMMENTS: _comments_shown(found.id).count(),
            **_decided_counts(found, ballots), RATING: sum(row["raters"] for row in completions if row["round"] == found.round),
        }),
        "supported": _supports_it(found, viewer),
        "tie": tie_to_author(viewer, found) if viewer and is_staff else None,
    }


def voices(matter_id: str, viewer: Caller, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of who said something to a question of a matter, for staff: when, and who entered it, never what was said."""
    found = Matter.of(viewer.community_code, matter_id)
    if not viewer.is_staff:
        raise Forbidden("Who said something is shown to the office only.")
    ids = [found.id, *_joined_ids([found.id]).get(found.id, [])] if wanted["about"] == SUPPORT else [found.id]
    where: View = {"matter_id": {"$in": ids}, "about": wanted["about"]}
    if wanted.get("question"):
        where["question"] = wanted["question"]
    rows, following = _page_of(Voice, where, wanted, by="at", descending=True)
    people = _people(id_ for row in rows for id_ in (row.resident_id, row.entered_by))
    return [_who(row, people) for row in rows], following


def comments(matter_id: str, viewer: Caller | None, wanted: Mapping[str, Any]) -> tuple[list[View], str | None]:
    """Return a page of the comments on a matter, the newest first: what is hidden is shown to its author and the staff, with the
    reason. Raises MatterNotFound."""
    found = Matter.objects(id=matter_id).first()
    if found is None or not _may_see(found, viewer):
        raise MatterNotFound
    is_staff = _is_staff(found, viewer)
    own = [{"author_id": viewer.resident_id}] if viewer else []
    where: View = {"matter_id": matter_id, "withdrawn_at": None}
    if not is_staff:
        where["$or"] = [{"hidden_by": None}, *own]
    rows, following = _page_of(Comment, where, wanted, by="at", descending=True)
    people = _people(row.author_id for row in rows)
    return [_comment(row, viewer, people, is_staff) for row in rows], following


def described_comment(row: Comment, viewer: Caller) -> View:
    """Return one comment as its author or the staff see it."""
    return _comment(row, viewer, _people([row.author_id]), viewer.is_staff)


def _comment(row: Comment, viewer: Caller | None, people: Mapping[str, str | None], is_staff: bool) -> View:
    name, own = people.get(row.author_id or ""), viewer is not None and row.author_id == viewer.resident_id
    plainly = is_staff or own
    return {
        "id": row.id, "matter_id": row.matter_id, "at": row.at, "own": own, "is_hidden": row.hidden_by is not None,
        "text": (row.text if plainly else without_numbers(row.text or "")) or "",
        "hidden_reason": row.hidden_reason if plainly else None,
        "author_name": (name if plainly else masked(name)) if name else None,
        "author_id": row.author_id if is_staff else None,
        "is_withdrawn": row.withdrawn_at is not None,
    }  # fmt: skip


def _comments_shown(matter_id: str) -> Any:
    return Comment.objects(matter_id=matter_id, withdrawn_at=None, hidden_by=None)


def _consultations(found: Matter) -> list[View]:
    """Return the consultations, each with how many came: counted by the check-ins of its activity, else as entered."""
    linked = [row["activity_id"] for row in found.consultations if row.get("activity_id")]
    counted, titles = _checked_in(linked), {row.id: row.title for row in Occasion.objects(id__in=linked).only("id", "title")}
    return [
        {
            **{name: row.get(name) for name in OF_A_CONSULTATION},
            "activity_title": titles.get(row.get("activity_id")),
            "came": counted.get(row["activity_id"], 0) if row.get("activity_id") else row.get("came"),
            "is_entered": not row.get("activity_id") and row.get("came") is not None,
        }
        for row in sorted(found.consultations, key=lambda row: row["starts_at"])
    ]


def _ballot(found: Matter, ballot: View, viewer: Caller | None) -> View:
    """Return a vote: how many took part at any time, how it stands only once it has ended."""
    votes, open_now = counted(ballot), open_ballot(found)
    is_open, took_part = open_now is not None and open_now["id"] == ballot["id"], sum(votes.values())
    return {
        **{name: ballot[name] for name in ("id", "text", "options", "opened_at", "ends_at", "least_percent", "base", "base_unit", "round")},
        "is_open": is_open,
        "took_part": took_part,
        "percent": rules.percent(took_part, ballot["base"]),
        "is_met": None if is_open else rules.is_met(took_part, ballot["base"], ballot["least_percent"]),
        "counts": None if is_open else rules.tally(votes, len(ballot["options"])),
        **_own_voice(ballot, viewer),
    }


def _own_voice(ballot: View, viewer: Caller | None) -> View:
    """Return whether the viewer's household has a voice in a vote already, and to whoever gave it, for what."""
    said = None
    if viewer is not None:
        homes = {*households_of(viewer), None}
        ids = {voice_id(ballot, resident_id=viewer.resident_id, household_id=home) for home in homes}
        said = Voice.objects(id__in=ids).first()
    own = said is not None and viewer is not None and said.resident_id == viewer.resident_id
    return {"has_voice": said is not None, "own_option": int(said.answer) if own else None}


def _decided_counts(found: Matter, ballots: Sequence[View]) -> View:
    """Return how many took part in this round's last vote, or voted at the meeting that decided."""
    of_round = [row for row in ballots if row["round"] == found.round]
    decision = found.decision
    if decision is not None and decision["way"] == BY_MEETING:
        return {MET: decision["took_part"]}
    return {VOTE: of_round[-1]["took_part"]} if of_round else {}


def _decision(decision: View | None, is_staff: bool) -> View | None:
    if decision is None:
        return None
    return decision if is_staff else {name: value for name, value in decision.items() if name != "by"}


def _completion(completion: View, viewer: Caller | None) -> View:
    """Return what was said to be done: how many rated it at any time, what they say once the days are over."""
    counts, is_open = ratings_of(completion), completion["ends_at"] > utc_now()
    said = Voice.objects(id=rating_id(completion["id"], viewer.resident_id)).first() if viewer else None
    return {
        **{name: completion[name] for name in ("id", "round", "text", "done_on", "ends_at")},
        "is_open": is_open,
        "raters": sum(counts.values()),
        "counts": None if is_open else counts,
        "outcome": completion.get("outcome"),
        "own_verdict": said.answer if said else None,
        "own_words": said.words if said else None,
    }


def _selection(selection: View, viewer: Caller | None, is_staff: bool) -> View:
    """Return a selection: names masked for all but staff and oneself, and whom people chose only once the choosing is over."""
    phase, voices_of, own_id = phase_of(selection), chosen(selection), viewer.resident_id if viewer else None
    people = _people(row.get("resident_id") for row in selection["candidates"])
    homes = households_of(viewer) if viewer and is_staff else set()
    is_over, leader = phase in (AGREEING, LED), selection.get("leader")
    said = Voice.objects(id=choice_id(selection["id"], own_id)).first() if own_id else None

    def named(resident_id: str | None) -> str | None:
        name = people.get(resident_id or "")
        return name if is_staff or (resident_id and resident_id == own_id) else name and masked(name)

    return {
        **{name: selection[name] for name in ("id", "round", "text", "terms", "budget", "stand_until", "choose_until")},
        "phase": phase,
        "choosers": sum(voices_of.values()),
        "own_choice": said.answer if said else None,
        "candidates": [
            {
                **{name: row[name] for name in ("id", "plan", "budget", "status")}, "name": named(row.get("resident_id")),
                "resident_id": row.get("resident_id") if is_staff else None, "own": own_id is not None and row.get("resident_id") == own_id,
                "chosen_by": voices_of.get(row["id"], 0) if is_over else None,
            }
            for row in selection["candidates"]
        ],
        "leader": leader and {
            **{name: leader[name] for name in ("candidate_id", "reason", "at")}, "name": named(leader.get("resident_id")),
            "own": own_id is not None and leader.get("resident_id") == own_id,
        },
        "receipts": [{**row, "confirmed_at": row.get("confirmed_at")} for row in selection["receipts"]],
        "tie": bool(viewer and is_staff) and any(
            rules.tie(viewer.resident_id, homes, to_id=row.get("resident_id"), to_household_id=row.get("household_id"))
            for row in selection["candidates"]
        ),
    }  # fmt: skip


def _concerns(found: Matter, viewer: Caller | None) -> bool:
    """Tell whether the viewer lives where a matter is."""
    if viewer is None or viewer.community_code != found.community_code:
        return False
    known = Neighbour.objects(id=viewer.resident_id).first()
    return rules.is_concerned(found.grid_codes, known and known.grid_code)


def _came(consultations: Sequence[View]) -> int:
    return sum(row["came"] or 0 for row in consultations if row["status"] != CANCELLED)


def _checked_in(activity_ids: Sequence[str]) -> dict[str, int]:
    """Return how many people were confirmed to have taken part, by activity."""
    if not activity_ids:
        return {}
    pipeline = [
        {"$match": {"activity_id": {"$in": list(activity_ids)}, "kind": Kind.TOOK_PART.value, "withdrawn": {"$ne": True}}},
        {"$group": {"_id": "$activity_id", "people": {"$addToSet": "$resident_id"}}},
    ]
    return {row["_id"]: len(row["people"]) for row in DeedRecord._get_collection().aggregate(pipeline)}


def _who(row: Voice, people: Mapping[str, str | None]) -> View:
    return {
        "resident_id": row.resident_id, "name": people.get(row.resident_id or ""), "question": row.question, "at": row.at,
        "entered_by": row.entered_by, "entered_by_name": people.get(row.entered_by or ""), "words": row.words,
    }  # fmt: skip


def _filters(viewer: Caller | None, wanted: Mapping[str, Any]) -> list[View]:
    asked: list[View] = [{name: wanted[name]} for name in ("status", "stage", "kind") if wanted.get(name)]
    if wanted.get("grid_code"):
        asked.append({"$or": [{"grid_codes": wanted["grid_code"]}, {"grid_codes": []}]})
    if wanted.get("mine"):
        return [*asked, {"author_id": viewer.resident_id if viewer else ""}]
    if wanted.get("todo") == TODO_ANSWER:
        asked += [{"status": Status.OPEN.value}, {"answered_at": None}]
    if not (viewer and viewer.is_staff):
        asked.append({"status": {"$nin": HIDDEN_FROM_OTHERS}})
    return asked


def _page(where: View, wanted: Mapping[str, Any], *, by: str, descending: bool) -> tuple[list[Matter], str | None]:
    return _page_of(Matter, where, wanted, by=by, descending=descending)


def _page_of(document: Any, where: View, wanted: Mapping[str, Any], *, by: str, descending: bool) -> tuple[list[Any], str | None]:
    """Return a page of documents in the order of a field, then of their ids."""
    beyond, sign = ("$lt", "-") if descending else ("$gt", "")
    if key := decode_cursor(wanted["cursor"], str, str):
        last = key[0] if by.endswith("_on") else _moment(key[0])
        where = {"$and": [where, {"$or": [{by: {beyond: last}}, {by: last, "_id": {beyond: key[1]}}]}]}
    rows = list(document.objects(__raw__=where).order_by(f"{sign}{by}", f"{sign}id").limit(wanted["limit"] + 1))
    shown = rows[: wanted["limit"]]
    return shown, encode_cursor(_text(getattr(shown[-1], by)), shown[-1].id) if len(rows) > len(shown) else None


def _moment(text: str) -> Any:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(errors={"/cursor": "This is not a cursor from an earlier page."}) from error


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str) else str(value.isoformat())


def _row(
    found: Matter, viewer: Caller | None, people: Mapping[str, str | None], backed: Mapping[str, int], quarters: Mapping[str, str]
) -> View:
    is_staff, own = _is_staff(found, viewer), _is_own(found, viewer)
    name = people.get(found.author_id or "")
    plainly = is_staff or own
    scope, names = rules.scope(found.grid_codes, quarters)
    return {
        **{field: getattr(found, field) for field in PLAIN},
        "community_code": found.community_code,
        "title": found.title if plainly else without_numbers(found.title),
        "text": found.text if plainly else without_numbers(found.text),
        "scope": scope,
        "places": names,
        "author_name": (name if plainly else masked(name)) if found.author_id and name else None,
        "author_id": found.author_id if is_staff else None,
        "entered_by": found.entered_by if is_staff else None,
        "is_entered": found.entered_by is not None,
        "own": own,
        "supports": backed.get(found.id, 0),
        "overdue": found.status == Status.OPEN.value and rules.is_overdue(
            due_on=found.answer_due_on, today=_today(), is_answered=found.answered_at is not None
        ),
        "news": len(_news(found)) if own else 0,
    }  # fmt: skip


def _stages(found: Matter, counts: View) -> list[View]:
    """Return the four stages with the day each began and the counts of residents in it."""
    discussed = {name: counts[name] for name in (CAME, COMMENTS)} if found.discussing_since else {}
    decided = {name: counts[name] for name in (VOTE, MET) if name in counts}
    rated = {RATING: counts[RATING]} if found.completion else {}
    return [
        {"stage": Stage.RAISE.value, "since": found.raised_at, "counts": {SUPPORT: counts[SUPPORT]}},
        {"stage": Stage.DISCUSS.value, "since": found.discussing_since, "counts": discussed},
        {"stage": Stage.DECIDE.value, "since": found.deciding_since, "counts": decided},
        {"stage": Stage.EVALUATE.value, "since": found.evaluating_since, "counts": rated},
    ]


def _act(act: View, people: Mapping[str, str | None] | None) -> View:
    shown = {name: act[name] for name in OF_AN_ACT if act.get(name) is not None}
    if "text" in shown and people is None:
        shown["text"] = without_numbers(shown["text"])
    return shown if people is None else {**shown, "by": act["by"], "by_name": people.get(act["by"])}


def _joining(other: Matter) -> View:
    """Return the act by which another matter came to this one."""
    act = other.act_with("joined") or {}
    return {"code": "joined_here", "at": act["at"], "by": act["by"], "text": act.get("text"), "about": other.id}


def _news(found: Matter) -> list[View]:
    """Return what others did to a matter since its author last read it."""
    acts = [*found.history, *(_joining(row) for row in Matter.objects(joined_into=found.id))]
    return [act for act in acts if act["by"] != found.author_id and not (found.author_read_at and act["at"] <= found.author_read_at)]


def _supports(found: Sequence[Matter]) -> dict[str, int]:
    """Return how many stand behind each matter, or behind one that was joined into it: each person once, those who left as well."""
    joined = _joined_ids([row.id for row in found])
    home = {id_: row.id for row in found for id_ in (row.id, *joined.get(row.id, []))}
    people: dict[str, set[str]] = {}
    for row in Voice._get_collection().find({"matter_id": {"$in": list(home)}, "about": SUPPORT}, {"matter_id": 1, "resident_id": 1}):
        people.setdefault(home[row["matter_id"]], set()).add(row.get("resident_id") or row["_id"])
    return {matter_id: len(who) for matter_id, who in people.items()}


def _joined_ids(matter_ids: Sequence[str]) -> dict[str, list[str]]:
    joined: dict[str, list[str]] = {}
    for row in Matter._get_collection().find({"joined_into": {"$in": list(matter_ids)}}, {"joined_into": 1}):
        joined.setdefault(row["joined_into"], []).append(row["_id"])
    return joined


def _supports_it(found: Matter, viewer: Caller | None) -> bool:
    return viewer is not None and Voice.objects(id=support_id(found.id, viewer.resident_id)).first() is not None


def _people(ids: Iterable[str | None]) -> dict[str, str | None]:
    wanted = {id_ for id_ in ids if id_}
    return {row.id: row.name for row in Neighbour.objects(id__in=wanted).only("id", "name")} if wanted else {}


def _quarters(community_code: str) -> dict[str, str]:
    outlines = GridOutline.objects(community_code=community_code).only("grid_code", "quarter_name")
    return {row.grid_code: row.quarter_name or row.grid_code for row in outlines}


def _may_see(found: Matter, viewer: Caller | None) -> bool:
    return found.status not in HIDDEN_FROM_OTHERS or _is_own(found, viewer) or _is_staff(found, viewer)


def _is_own(found: Matter, viewer: Caller | None) -> bool:
    return viewer is not None and found.author_id == viewer.resident_id


def _is_staff(found: Matter, viewer: Caller | None) -> bool:
    return viewer is not None and viewer.is_staff and viewer.community_code == found.community_code


def _today() -> str:
    return local_day(utc_now(), settings().zone).isoformat()
