"""Candidacies as the office decides them: each candidate once, with every channel that speaks for them and on what evidence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.talent.models import Candidate, Nomination, taxonomy
from services.talent.queries.cursors import all_of, moment_cursor, moment_key
from services.talent.queries.nominations import show_ruling, status_filter
from services.talent.queries.rings import circles_behind
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import show_skill
from services.talent.rules.nominating import Channel, Party, Status, check_decider, households_behind, status_at
from services.talent.rules.taxonomy import Known
from services.talent.settings import settings
from shared.clock import utc_now
from shared.problems import Forbidden, NotFound
from shared.web import Caller

FOLLOWERS_MAX = 2000
OPEN = (Status.GATHERING, Status.IN_NOTICE, Status.DECIDABLE)


def candidacies(*, viewer: Caller, status: str, limit: int, cursor: str | None) -> Page:
    """Return a page of the community's candidacies in a status: the longest waiting first, of decided ones the newest."""
    after = moment_cursor(cursor)
    first = _gathering_firsts if status == Status.GATHERING else _leads
    leads = first(viewer.community_code, status, after=after, limit=limit + 1)
    following = moment_key(leads[limit - 1].nominated_at, leads[limit - 1].id) if len(leads) > limit else None
    cases = _cases(leads[:limit])
    people = people_of(cases)
    return [_summary(case, people, viewer) for case in cases], following


def candidacy(nomination_id: str, *, viewer: Caller) -> Shown:
    """Return the candidacy that a nomination belongs to, with every voice and its evidence. Raises NotFound."""
    found = Nomination.objects(id=nomination_id, community_code=viewer.community_code).first()
    if found is None:
        raise NotFound()
    case = case_of(found)
    people = people_of([case])
    items = taxonomy().known
    homes = _numbered_homes(case)
    voices = [_voice(row, people, items, homes) for row in case]
    circles = circles_behind(found.candidate_id, community_code=viewer.community_code)
    return _summary(case, people, viewer) | show_ruling(case[0], viewer) | {"voices": voices, "circles": circles}


def case_of(nomination: Nomination) -> list[Nomination]:
    """Return the nominations that are decided together with `nomination`, the lead first; while they gather, the earliest first."""
    if nomination.lead_id is None:
        where = {"candidate_id": nomination.candidate_id, "status": nomination.status, "lead_id": None}
        return list(Nomination.objects(__raw__=where).order_by("nominated_at", "id").limit(FOLLOWERS_MAX)) or [nomination]
    lead = Nomination.objects(id=nomination.lead_id).first() or nomination
    return _cases([lead])[0]


def conflict_of(viewer: Caller, case: Sequence[Nomination], people: Mapping[str, Candidate]) -> str | None:
    """Return why the viewer may not decide (the slug of the refusal), or None."""
    parties = [row.nominator for row in case] + [Party(id_) for row in case for id_ in row.entered_by]
    parties += [_party(party.resident_id, people) for party in parties]
    own = people.get(viewer.resident_id)
    decider = Party(viewer.resident_id, viewer.household_id or (own.household_id if own else None))
    try:
        check_decider(decider, candidate=_party(case[0].candidate_id, people), nominators=parties, refused_by=case[0].refused_by)
    except Forbidden as refusal:
        return refusal.slug
    return None


def _leads(community_code: str, status: str, *, after: tuple[datetime, str] | None, limit: int) -> list[Nomination]:
    is_open = status in OPEN
    where: dict[str, Any] = {"community_code": community_code, **status_filter(status), "$expr": {"$eq": ["$lead_id", "$_id"]}}
    then, also = "$gt" if is_open else "$lt", []
    if after:
        also = [{"$or": [{"nominated_at": {then: after[0]}}, {"nominated_at": after[0], "_id": {then: after[1]}}]}]
    order = ("nominated_at", "id") if is_open else ("-nominated_at", "-id")
    return list(Nomination.objects(__raw__=all_of(where, also)).order_by(*order).limit(limit))


def _gathering_firsts(community_code: str, status: str, *, after: tuple[datetime, str] | None, limit: int) -> list[Nomination]:
    """Return the first nomination of each candidate for whom neighbours still gather."""
    steps: list[dict[str, Any]] = [
        {"$match": {"community_code": community_code, "status": status}},
        {"$sort": {"nominated_at": 1, "_id": 1}},
        {"$group": {"_id": "$candidate_id", "first": {"$first": "$_id"}, "at": {"$first": "$nominated_at"}}},
    ]
    if after:
        steps.append({"$match": {"$or": [{"at": {"$gt": after[0]}}, {"at": after[0], "first": {"$gt": after[1]}}]}})
    steps += [{"$sort": {"at": 1, "first": 1}}, {"$limit": limit}]
    ids = [row["first"] for row in Nomination._get_collection().aggregate(steps)]
    return list(Nomination.objects(id__in=ids).order_by("nominated_at", "id"))


def _cases(leads: Sequence[Nomination]) -> list[list[Nomination]]:
    """Return each lead with what is decided together with it."""
    gathering = {"candidate_id": {"$in": [lead.candidate_id for lead in leads if lead.lead_id is None]}, "status": Status.GATHERING.value}
    where = {"$or": [{"lead_id": {"$in": [lead.id for lead in leads]}}, gathering]}
    others: dict[str, list[Nomination]] = defaultdict(list)
    for row in Nomination.objects(__raw__=where).order_by("nominated_at", "id").limit(FOLLOWERS_MAX):
        others[row.lead_id or row.candidate_id].append(row)
    return [[lead, *(row for row in others[lead.lead_id or lead.candidate_id] if row.id != lead.id)] for lead in leads]


def people_of(cases: Iterable[Sequence[Nomination]]) -> dict[str, Candidate]:
    """Return the copies of everybody who has a part in some candidacies, by id."""
    ids = {id_ for case in cases for row in case for id_ in (row.candidate_id, row.nominator_id, *row.entered_by)}
    return {copy.id: copy for copy in Candidate.objects(id__in=list(ids))}


def _summary(case: Sequence[Nomination], people: Mapping[str, Candidate], viewer: Caller) -> Shown:
    lead = case[0]
    neighbours = [row.nominator for row in case if row.channel == Channel.RESIDENT]
    return {
        "id": lead.id,
        "candidate_id": lead.candidate_id,
        "candidate_name": lead.candidate_name,
        "status": status_at(utc_now(), stored=lead.status, notice_ends_at=lead.notice_ends_at).value,
        "channels": [*dict.fromkeys(row.channel for row in case)],
        "skills": [*dict.fromkeys(skill["skill"] for row in case for skill in row.skills)],
        "nominated_at": min(row.nominated_at for row in case),
        "notice_ends_at": lead.notice_ends_at,
        "households_behind": households_behind(neighbours, candidate=_party(lead.candidate_id, people)),
        "households_needed": settings().households_needed,
        "conflict": conflict_of(viewer, case, people),
        "objections_open": len(lead.objections_open),
    }


def _voice(row: Nomination, people: Mapping[str, Candidate], items: Mapping[str, Known], homes: Mapping[str, int]) -> Shown:
    nominator = people.get(row.nominator_id)
    candidate = _party(row.candidate_id, people)
    since = nominator.registered_at if nominator else None
    lives_with = row.nominator_household_id is not None and row.nominator_household_id == candidate.household_id
    return {
        "nomination_id": row.id,
        "channel": row.channel,
        "nominator_id": row.nominator_id,
        "nominator_name": nominator.name if nominator else None,
        "nominated_at": row.nominated_at,
        "statement": row.statement,
        "skills": [show_skill(skill, items.get(skill["skill"]), in_full=True) for skill in row.skills],
        "evidence": row.evidence or None,
        "household_no": homes.get(row.nominator_household_id or ""),
        "lives_with_candidate": lives_with and row.channel == Channel.RESIDENT,
        "account_days": (row.nominated_at - since).days if since else None,
        "account_source": nominator.source if nominator else None,
        "entered_by": [{"id": id_, "name": people[id_].name if id_ in people else None} for id_ in row.entered_by],
    }


def _numbered_homes(case: Sequence[Nomination]) -> dict[str, int]:
    """Number the households that speak, so that whoever reads sees which voices are of one, and not which household it is."""
    homes = [row.nominator_household_id for row in case if row.channel == Channel.RESIDENT and row.nominator_household_id]
    return {home: number for number, home in enumerate(dict.fromkeys(homes), 1)}


def _party(resident_id: str, people: Mapping[str, Candidate]) -> Party:
    copy = people.get(resident_id)
    return Party(resident_id, copy.household_id if copy else None)
