"""Tell a community's group, by mail or the robot of a WeCom group, what is tomorrow, has moved or is called off. (ADR 74)

Only where an operator wrote the group's addresses into a file (`group_addresses_path`: community code → addresses as apprise takes
them). Nobody in person is written to and nobody is named: what concerns one person stands on their page of reminders.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pymongo import ReturnDocument

from services.checkin.models import Activity, GroupPost
from services.checkin.rules import group_posts as rules
from services.checkin.settings import settings
from shared.clock import utc_now
from shared.ids import derive_id
from shared.mongo import change_one, insert_new
from shared.telemetry import log

TRIES_MAX = 5
FIRST_DELAY = timedelta(minutes=2)
SENT_AT_ONCE = 50


def post_to_groups() -> int:
    """Write down what is due and send it (a job of the worker); return how many posts were sent. A post that fails is tried again after
    2, 4, 8 and 16 minutes, and then given up."""
    addresses = group_addresses()
    for community_code in addresses:
        _write_down(community_code)
    return sum(_send(post, addresses[post.community_code]) for post in _taken(list(addresses)))


def group_addresses() -> dict[str, list[str]]:
    """Return the addresses of groups by community; nothing where no file is named, or none that can be read, which is logged."""
    path = settings().group_addresses_path
    if not path:
        return {}
    try:
        return {code: [str(url) for url in urls] for code, urls in json.loads(Path(path).read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        log().error("the file of groups cannot be read: nobody is told", path=path, reason=repr(error))
        return {}


def _write_down(community_code: str) -> None:
    now = utc_now()
    to_come = {"community_code": community_code, "status": {"$in": ["open", "cancelled"]}, "starts_at": {"$gt": now}}
    for activity in Activity.objects(__raw__=to_come).exclude("outbox"):
        occasion = _occasion(activity)
        if due := rules.due_of(occasion, now):
            insert_new(_post(activity, occasion, *due))


def _post(activity: Activity, occasion: rules.Occasion, kind: str, about: datetime) -> GroupPost:
    title, text = rules.words_of(kind, occasion)
    link = f"{settings().public_url.rstrip('/')}/activities/{activity.id}"
    now = utc_now()
    return GroupPost(
        id=derive_id("group-post", activity.id, kind, about.isoformat()), community_code=activity.community_code, activity_id=activity.id,
        kind=kind, title=title, text=f"{text}\n{link}", next_try_at=now, made_at=now,
    )  # fmt: skip


def _taken(communities: Sequence[str]) -> list[GroupPost]:
    """Return posts whose time has come, each put off so that nobody else sends it meanwhile."""
    taken = []
    for _ in range(SENT_AT_ONCE):
        now = utc_now()
        due = {"status": "due", "next_try_at": {"$lte": now}, "community_code": {"$in": communities}}
        update = [{"$set": {
            "tries": {"$add": ["$tries", 1]},
            "next_try_at": {"$add": [now, {"$multiply": [FIRST_DELAY // timedelta(milliseconds=1), {"$pow": [2, "$tries"]}]}]},
        }}]  # fmt: skip
        row = GroupPost._get_collection().find_one_and_update(due, update, return_document=ReturnDocument.AFTER)
        if row is None:
            break
        taken.append(GroupPost._from_son(row))
    return taken


def _send(post: GroupPost, addresses: Sequence[str]) -> bool:
    from apprise import Apprise  # only where there is something to send: it brings a hundred services along

    group = Apprise()
    known = [group.add(address) for address in addresses]
    sent = all(known) and bool(group.notify(title=post.title, body=post.text))
    if sent:
        change_one(GroupPost, where={"_id": post.id}, update={"$set": {"status": "sent", "sent_at": utc_now()}})
    elif post.tries >= TRIES_MAX:
        change_one(GroupPost, where={"_id": post.id}, update={"$set": {"status": "given_up"}})
    if not sent:
        log().warning("a group could not be told", community_code=post.community_code, post_id=post.id, tries=post.tries)
    return sent


def _occasion(activity: Activity) -> rules.Occasion:
    zone = ZoneInfo(settings().zone)
    return rules.Occasion(
        title=activity.title, place=activity.place or "", status=activity.status, starts_at=activity.starts_at.astimezone(zone),
        ends_at=activity.ends_at.astimezone(zone), free_places=activity.roster.free, moved_at=activity.moved_at,
        called_off_at=activity.called_off_at, stalls=tuple(stall["title"] for stall in activity.stalls),
    )  # fmt: skip
