"""Issues of the bulletin as people read them: one structure of lines, of which the page, the paper, the text and the long image are views.

What other services know of the days is gathered when an issue is made; awards are asked for anew whenever one is shown, so that who takes
back a consent, or whose award is withdrawn, is no longer in it. (ADR 102)
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask_babel import gettext, ngettext

from gateway import bulletin, catalogue, words
from gateway.clients import commendations, ledger, matters, talent
from gateway.clients.paging import all_items
from gateway.errors import ServiceAway, ServiceRefused
from gateway.language import between
from gateway.register import part_name
from gateway.session import door
from gateway.spans import Span
from gateway.views import day, parsed
from shared.clock import local_day

AT_ONCE, LOOKED_AT, LINES_MAX, MATTERS_MAX = 200, 2_000, 200, 10

Row = Mapping[str, Any]
Beside = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Part:
    """Lines under a heading."""

    title: str
    lines: list[str]


@dataclass(frozen=True)
class Issue:
    """An issue in the reader's words."""

    title: str
    unit: str
    days: str
    foreword: list[str]
    summary: list[str]
    parts: list[Part]


def beside(span: Span, community_code: str) -> Beside:
    """Return what other services know of a span, as an issue takes it: a service that is away leaves its part out."""
    gathered = {
        "awards": _known(lambda: _awards_of(span, community_code)), "talents": _known(lambda: _talents_of(span)),
        "matters": _known(lambda: _matters_of(span, community_code)), "projects": _known(lambda: _projects_of(span, community_code)),
    }  # fmt: skip
    return {name: rows[:LINES_MAX] for name, rows in gathered.items()}


def told(found: Row) -> Issue:
    """Return an issue that stands, in the reader's words."""
    first, last = found["from"], found["until"]
    summary = [bulletin.summary(found["totals"])]
    if found["totals"].get("served"):
        summary.append(gettext("At the stalls: %(stalls)s", stalls=bulletin.served(found["totals"])))
    foreword = [line for line in (found["foreword"] or "").splitlines() if line.strip()]
    return Issue(
        gettext("Residents' bulletin, issue %(number)d", number=found["number"]), catalogue.community_name(found["community_code"]),
        gettext("%(first)s to %(last)s", first=day(first), last=day(last)), foreword, summary, [*_parts(found)],
    )  # fmt: skip


def text_of(issue: Issue, link: str) -> str:
    """Return an issue as plain lines, for a group."""
    lines = [f"{issue.unit} · {issue.title}", issue.days, "", *issue.foreword, *issue.summary]
    for part in issue.parts:
        lines += ["", f"【{part.title}】", *(f"· {line}" for line in part.lines)]
    return "\n".join([*lines, "", gettext("The whole issue: %(link)s", link=link)])


def award_line(award: Row) -> str:
    """Return an award in a line: who, what, from whom; without a name where none is known at this moment."""
    return " · ".join(filter(None, (award.get("person"), award["title"], award.get("grantor"))))


def talent_line(row: Row) -> str:
    """Return somebody new in the registry in a line."""
    skills = between().join(catalogue.item_name(skill) for skill in row["skills"])
    return f"{row['name']}{f' · {skills}' if skills else ''}"


def matter_line(row: Row) -> str:
    """Return a decided matter in a line."""
    outcome = words.MATTER_OUTCOMES.get(row["about"])
    return f"{row['title']} · {outcome}" if outcome else str(row["title"])


def project_line(row: Row) -> str:
    """Return a project in a line, with what was spent on it in these days."""
    if not row["about"].isdecimal():
        return str(row["title"])
    return gettext("%(title)s: %(beans)d beans spent", title=row["title"], beans=int(row["about"]))


def _parts(found: Row) -> Iterator[Part]:
    activities = [line for activity in found["activities"] for line in _activity_lines(activity)]
    talents = [talent_line(row) for row in found["talents"]]
    if found["talents_unnamed"]:
        talents.append(ngettext("%(num)d more", "%(num)d more", found["talents_unnamed"]) if talents else ngettext(
            "%(num)d neighbour", "%(num)d neighbours", found["talents_unnamed"]
        ))
    yield from _filled(gettext("Activities"), activities)
    yield from _filled(gettext("Commended"), [award_line(row) for row in _awards_now(found)])
    yield from _filled(gettext("New capable residents"), talents)
    yield from _filled(gettext("Decided together"), [matter_line(row) for row in found["matters"]])
    yield from _filled(gettext("From the fund"), [project_line(row) for row in found["projects"]])
    for name, title in (("items", gettext("By service item")), ("grids", gettext("By grid"))):
        rows = found["totals"].get(name) or []
        lines = [gettext("%(name)s: %(summary)s", name=part_name(name, row["key"]), summary=bulletin.summary(row)) for row in rows]
        yield from _filled(title, lines)


def _filled(title: str, lines: list[str]) -> Iterator[Part]:
    if lines:
        yield Part(title, lines)


def _activity_lines(activity: Row) -> Iterator[str]:
    stalls = bulletin.at_stalls(activity)
    more = [gettext("At the stalls: %(stalls)s", stalls=stalls)] if stalls else []
    if activity["names"]:
        more.append(gettext("Among them: %(names)s", names=bulletin.joined(activity["names"])))
    yield " ".join([bulletin.line_of(activity), *(f"({line})" for line in more)])


def _awards_now(found: Row) -> list[Row]:
    """Return the awards of an issue as they stand at this moment; while talent is away their titles alone."""
    if not found["awards"]:
        return []
    ids = [row["id"] for row in found["awards"]]
    try:
        rows: list[Row] = []
        for at in range(0, len(ids), AT_ONCE // 2):
            part = ",".join(ids[at : at + AT_ONCE // 2])
            rows += commendations.awards(community_code=found["community_code"], ids=part, limit=AT_ONCE)["items"]
        return rows
    except (ServiceAway, ServiceRefused):
        return [{"title": row["title"]} for row in found["awards"]]


def _awards_of(span: Span, community_code: str) -> list[dict[str, Any]]:
    since, until = span.bounds
    found = commendations.awards(community_code=community_code, until=until, limit=AT_ONCE, **{"from": since})["items"]
    return [{"id": row["id"], "title": row["title"], "about": award_line(row)} for row in found]


def _talents_of(span: Span) -> list[dict[str, Any]]:
    zone = door().settings.zone
    everybody = islice(all_items(lambda cursor: talent.talents(cursor=cursor, limit=AT_ONCE)), LOOKED_AT)
    new = [row for row in everybody if span.first <= local_day(parsed(row["admitted_at"]), zone) <= span.last]
    return [{"resident_id": row["resident_id"], "name": row["name"], "skills": [skill["skill"] for skill in row["skills"]]} for row in new]


def _matters_of(span: Span, community_code: str) -> list[dict[str, Any]]:
    found = matters.matters(community_code=community_code, stage="evaluate", limit=MATTERS_MAX)["items"]
    decided = [(row, matters.matter(row["id"])["decision"] or {}) for row in found]
    first, last = span.bounds
    return [
        {"id": row["id"], "title": row["title"], "about": decision.get("outcome") or ""} for row, decision in decided
        if first <= (decision.get("decided_on") or "") <= last
    ]  # fmt: skip


def _projects_of(span: Span, community_code: str) -> list[dict[str, Any]]:
    first, last = span.bounds
    rows = []
    for project in ledger.projects(community_code)["items"]:
        spent = sum(row["beans"] for row in project["spendings"] if first <= row["spent_on"] <= last)
        rows += [{"id": project["id"], "title": project["title"], "about": str(spent)}] if spent else []
    return rows


def _known(ask: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    with suppress(ServiceAway, ServiceRefused):
        return ask()
    return []
