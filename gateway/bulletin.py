"""The draft of a residents' bulletin: what a span of days came to, as a page, as text to copy, and on paper.

It is a view of deeds already recorded. Names are of people who agreed to be named, and of nobody else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from gateway import catalogue
from gateway.clients import checkin
from gateway.language import between
from gateway.register import part_name
from gateway.spans import Span
from gateway.views import day, minutes, moment

ACTIVITIES_MAX = 400
PAGE = 200

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Bulletin:
    """What is told: the register's totals of the span, the activities held, and whether there were more than a bulletin bears."""

    span: Span
    unit: str
    totals: Row
    activities: list[Row]
    has_more: bool


def bulletin_of(span: Span, community_code: str) -> Bulletin:
    """Return what a bulletin tells of a span, at most ACTIVITIES_MAX activities."""
    activities, cursor = [], None
    while len(activities) < ACTIVITIES_MAX:
        page = checkin.activities_held(*span.bounds, limit=PAGE, cursor=cursor)
        activities += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    totals = checkin.register_totals(*span.bounds)
    return Bulletin(span, catalogue.community_name(community_code), totals, activities, has_more=cursor is not None)


def text_of(bulletin: Bulletin) -> str:
    """Return the bulletin as plain lines, to be copied into whatever the office sends."""
    return "\n".join(_lines(bulletin))


def summary(totals: Row) -> str:
    """Return in a sentence what the span came to."""
    return gettext(
        "%(people)s served %(times)s, %(time)s in all.", people=ngettext("%(num)d resident", "%(num)d residents", totals["people"]),
        times=ngettext("%(num)d time", "%(num)d times", totals["records"]), time=minutes(totals["minutes"]),
    )  # fmt: skip


def came(activity: Row) -> str:
    """Return in words how many came and, where somebody counted at the stalls, how many were served there."""
    helped = ngettext("%(num)d person came", "%(num)d people came", activity["came"])
    return helped if activity.get("served") is None else gettext("%(came)s, %(served)s", came=helped, served=served(activity))


def served(counted: Row) -> str:
    """Return in words how many were served, at a stall, at all of an activity, or in a span."""
    return ngettext("%(num)d person served", "%(num)d people served", counted["served"])


def at_stalls(activity: Row) -> str:
    """Return in a line what each stall came to that was counted; empty where none was."""
    return joined([_at_stall(stall) for stall in activity.get("stalls") or []])


def line_of(activity: Row) -> str:
    """Return an activity in a line: when, what, of which item, how many came."""
    return gettext(
        "%(moment)s %(title)s (%(item)s), %(came)s", moment=moment(activity["starts_at"]), title=activity["title"],
        item=catalogue.item_name(activity["item"]), came=came(activity),
    )  # fmt: skip


def joined(names: list[str]) -> str:
    """Return names as a list in the reader's language."""
    return between().join(names)


def _at_stall(stall: Row) -> str:
    run_by = catalogue.unit_name(stall)
    things = f", {stall['pieces_what']} {stall['pieces']}" if stall["pieces_what"] else ""
    return f"{stall['title']}{f' ({run_by})' if run_by else ''}: {served(stall)}{things}"


def _lines(bulletin: Bulletin) -> Iterator[str]:
    first, last = bulletin.span.bounds
    yield gettext("Residents' bulletin (draft)") + " · " + bulletin.unit
    yield gettext("%(first)s to %(last)s", first=day(first), last=day(last))
    yield ""
    yield summary(bulletin.totals)
    if bulletin.totals.get("served"):
        yield gettext("At the stalls: %(stalls)s", stalls=served(bulletin.totals))
    for part, title in (("items", gettext("By service item")), ("grids", gettext("By grid"))):
        yield from ("", title)
        for row in bulletin.totals[part]:
            yield "· " + gettext("%(name)s: %(summary)s", name=part_name(part, row["key"]), summary=summary(row))
    yield from ("", gettext("Activities"))
    for activity in bulletin.activities:
        yield "· " + line_of(activity)
        if told := at_stalls(activity):
            yield "  " + gettext("At the stalls: %(stalls)s", stalls=told)
        if activity["names"]:
            yield "  " + gettext("Among them: %(names)s", names=joined(activity["names"]))
