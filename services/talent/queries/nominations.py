"""What talent shows of nominations, and to whom: names masked in public, licences only to the staff and their owner."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.talent.errors import NotInNotice
from services.talent.models import Candidate, Nomination, taxonomy
from services.talent.queries.cursors import all_of, moment_cursor, moment_key
from services.talent.queries.shapes import Page, Shown
from services.talent.queries.skills import show_skill
from services.talent.rules.nominating import Party, Status, households_behind, status_at
from services.talent.rules.taxonomy import Known
from services.talent.settings import settings
from shared.clock import local_day, utc_now
from shared.masking import masked
from shared.problems import NotFound
from shared.web import Caller
from shared.working_days import working_day_after


def show_nomination(nomination: Nomination, *, viewer: Caller) -> Shown:
    """Return a nomination as `viewer` may see it."""
    return _show_nominations([nomination], viewer=viewer)[0]


def nomination(nomination_id: str, *, viewer: Caller) -> Shown:
    """Return a nomination that `viewer` made, is the candidate of, or has in their office; else NotFound."""
    found = Nomination.objects(id=nomination_id, community_code=viewer.community_code).first()
    if found is None or not (viewer.is_staff or viewer.resident_id in (found.candidate_id, found.nominator_id)):
        raise NotFound()
    return show_nomination(found, viewer=viewer)


def nominations(*, viewer: Caller, status: str | None, mine: bool, limit: int, cursor: str | None) -> Page:
    """Return a page of nominations, newest first: the community's for staff, their own for others and whoever asks for `mine`."""
    where: dict[str, Any] = {"community_code": viewer.community_code, **status_filter(status)}
    own: list[Shown] = [{"candidate_id": viewer.resident_id}, {"nominator_id": viewer.resident_id}]
    also: list[Shown] = [] if viewer.is_staff and not mine else [{"$or": own}]
    if after := moment_cursor(cursor):
        also.append(
            {"$or": [{"nominated_at": {"$lt": after[0]}}, {"nominated_at": after[0], "_id": {"$lt": after[1]}}]}
        )
    found = list(Nomination.objects(__raw__=all_of(where, also)).order_by("-nominated_at", "-id").limit(limit + 1))
    following = moment_key(found[limit - 1].nominated_at, found[limit - 1].id) if len(found) > limit else None
    return _show_nominations(found[:limit], viewer=viewer), following


def notices(*, community_code: str | None, limit: int, cursor: str | None) -> Page:
    """Return a page of what stands in public notice, the earliest end first, one a candidate and without full names."""
    where: dict[str, Any] = {"announced": True, **({"community_code": community_code} if community_code else {})}
    also = []
    if after := moment_cursor(cursor):
        also.append(
            {"$or": [{"notice_ends_at": {"$gt": after[0]}}, {"notice_ends_at": after[0], "_id": {"$gt": after[1]}}]}
        )
    found = list(Nomination.objects(__raw__=all_of(where, also)).order_by("notice_ends_at", "id").limit(limit + 1))
    following = moment_key(found[limit - 1].notice_ends_at, found[limit - 1].id) if len(found) > limit else None
    now, shown = utc_now(), found[:limit]
    followers = list(Nomination.objects(lead_id__in=[row.id for row in shown], open=True)) if shown else []
    return [_show_notice([row, *(one for one in followers if one.lead_id == row.id and one.id != row.id)], now) for row in shown], following


def notice(nomination_id: str) -> Shown:
    """Return what stands in public notice under a nomination's id, without full names. Raises NotInNotice."""
    found = Nomination.objects(id=nomination_id, announced=True).first()
    if found is None:
        raise NotInNotice()
    followers = list(Nomination.objects(lead_id=found.id, open=True, id__ne=found.id))
    return _show_notice([found, *followers], utc_now())


def status_filter(status: str | None) -> dict[str, Any]:
    """Return the filter for a status that people see."""
    if status is None:
        return {}
    if status == Status.DECIDABLE:
        return {"status": Status.IN_NOTICE.value, "notice_ends_at": {"$lte": utc_now()}}
    if status == Status.IN_NOTICE:
        return {"status": Status.IN_NOTICE.value, "notice_ends_at": {"$gt": utc_now()}}
    return {"status": status}


def _show_nominations(found: Sequence[Nomination], *, viewer: Caller) -> list[Shown]:
    now, items = utc_now(), taxonomy().known
    behind = _households_behind([row for row in found if row.status == Status.GATHERING])
    ends = _notice_ends(found)
    shown = [_show_one(row, now, ends.get(row.lead_id)) | _show_support(row, behind) | show_ruling(row, viewer) for row in found]
    return [{**one, "skills": _show_skills(row, viewer, items)} for one, row in zip(shown, found, strict=True)]


def _show_one(row: Nomination, now: datetime, ends_at: datetime | None) -> Shown:
    shown = {name: getattr(row, name) for name in _NOMINATION_AS_IT_IS}
    shown["notice_ends_at"] = ends_at or row.notice_ends_at
    shown["objectable_until"] = _objectable_until(row)
    evidence = {"evidence": row.evidence} if row.evidence else {}
    return {**shown, **evidence, "status": status_at(now, stored=row.status, notice_ends_at=shown["notice_ends_at"]).value}


def _objectable_until(row: Nomination) -> str | None:
    """Return the last day on which the candidate may object to the refusal of their nomination; None where it was not refused."""
    if row.status != Status.REFUSED or not row.ruling:
        return None
    chosen = settings()
    decided_on = local_day(row.ruling["decided_at"], chosen.zone)
    return working_day_after(decided_on, chosen.objection_working_days, chosen.days_off).isoformat()


def _notice_ends(found: Sequence[Nomination]) -> dict[str, datetime]:
    """Return when the notice of each lead ends that others follow: what follows it ends with it, also where it was begun anew."""
    lead_ids = {row.lead_id for row in found if row.lead_id and row.lead_id != row.id}
    leads = Nomination.objects(id__in=list(lead_ids)).only("id", "notice_ends_at") if lead_ids else ()
    return {lead.id: lead.notice_ends_at for lead in leads}


def _show_support(row: Nomination, behind: Mapping[str, int]) -> Shown:
    if row.id not in behind:
        return {}
    return {"households_behind": behind[row.id], "households_needed": settings().households_needed}


def show_ruling(row: Nomination, viewer: Caller) -> Shown:
    """Return what was decided about a nomination, or nothing; the staff read who decided."""
    if not row.ruling:
        return {}
    shown = {name: row.ruling.get(name) for name in ("decision", "reason", "decided_at")}
    if viewer.is_staff:
        shown |= {name: row.ruling.get(name) for name in ("decided_by", "nominator_ids")}
    verified = [skill["skill"] for skill in row.ruling.get("skills", [])]
    return {**shown, "verified_skills": verified, "not_verified": row.ruling.get("faults", [])}


def _show_skills(row: Nomination, viewer: Caller, items: Mapping[str, Known]) -> list[Shown]:
    in_full = viewer.is_staff or viewer.resident_id == row.candidate_id
    return [show_skill(skill, items.get(skill["skill"]), in_full=in_full) for skill in row.skills]


def _households_behind(gathering: Sequence[Nomination]) -> dict[str, int]:
    """Return for each gathering nomination's id how many households stand behind its candidate."""
    candidate_ids = list({row.candidate_id for row in gathering})
    if not candidate_ids:
        return {}
    homes = {copy.id: copy.household_id for copy in Candidate.objects(id__in=candidate_ids)}
    nominators: dict[str, list[Party]] = {candidate_id: [] for candidate_id in candidate_ids}
    for row in Nomination.objects(candidate_id__in=candidate_ids, status=Status.GATHERING):
        nominators[row.candidate_id].append(row.nominator)
    counts = {
        id_: households_behind(parties, candidate=Party(id_, homes.get(id_)))
        for id_, parties in nominators.items()
    }
    return {row.id: counts[row.candidate_id] for row in gathering}


def _show_notice(case: Sequence[Nomination], now: datetime) -> Shown:
    lead = case[0]
    return {
        "nomination_id": lead.id,
        "community_code": lead.community_code,
        "candidate": masked(lead.candidate_name),
        "channel": lead.channel,
        "channels": [*dict.fromkeys(row.channel for row in case)],
        "skills": [*dict.fromkeys(skill["skill"] for row in case for skill in row.skills)],
        "status": status_at(now, stored=lead.status, notice_ends_at=lead.notice_ends_at).value,
        "nominated_at": lead.nominated_at,
        "notice_ends_at": lead.notice_ends_at,
    }


_NOMINATION_AS_IT_IS = (
    "id",
    "community_code",
    "channel",
    "candidate_id",
    "candidate_name",
    "nominator_id",
    "statement",
    "nominated_at",
    "notice_ends_at",
)
