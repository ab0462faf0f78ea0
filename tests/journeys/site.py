"""Every page of the site, and somebody who may open it. What a page shows is found in, or put into, the running demo first."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Page
from pymongo import MongoClient

from gateway.demo.door import Refused, Visitor
from gateway.demo.people import CHILD, COMMUNITY, NEIGHBOURS, ORGANIZER, RESIDENT, demo_id
from services.checkin.rules.paper import Line
from shared.clock import local_day, utc_now
from shared.ids import new_id
from shared.local.platform import Platform
from tests.journeys.people import under_way
from tests.paper.camera import Shot, marked, pages_of, photographed

GAO, ZHENG = NEIGHBOURS[3], NEIGHBOURS[1]
GUARDIAN = demo_id("guardian", "child")
COMING, PAST = demo_id("activity", "coming-cleaning"), demo_id("activity", "meals")
DAY = demo_id("activity", "coming-repair")
MENDING, SCALES, HAIRCUTS = (demo_id("stall", "coming-repair", key) for key in ("repair", "scales", "haircut"))
MENTORSHIP = demo_id("mentorship", "resident")
TEAM, COURSE = demo_id("team", "neighbours"), demo_id("course", "speakers")
CALL, OFFER = demo_id("call", "menders"), demo_id("offer", "chen")
PAIRING = demo_id("pairing", "elder")
SHOP = demo_id("partner", "shop")
DONE_DEED, TAKEN_DEED = (demo_id("listed-deed", key) for key in ("shelf", "snow"))
BULLETIN = demo_id("bulletin", "first")
RICE, LUNCH = demo_id("reward", "rice"), demo_id("reward", "meal")
FILES = Path("gateway/demo/data")

# Not pages: pictures, machines' addresses, downloads and the two addresses in codes that lead on to a page.
NO_PAGES = {
    "/.well-known/jwks.json", "/api/docs/", "/api/docs/<path:path>", "/api/openapi.json", "/bootstrap/static/<path:filename>",
    "/static/<path:filename>", "/livez", "/readyz", "/metrics", "/community/engagement/trend.svg", "/my/data/copy",
    "/k/<token>", "/v/<code>", "/check/merkle.py", "/my/credit/<uuid:statement_id>.pdf", "/coverage/chart.svg", "/partner/tags.pdf",
    "/partner/month.pdf", "/partner/month.xlsx", "/organize/printed-sheets/<sheet_id>.pdf", "/organize/cards.pdf",
    "/community/register.xlsx", "/community/register.pdf", "/community/national.xlsx", "/community/national.json",
    "/community/bulletin.pdf", "/my/certificates/<uuid:certificate_id>.pdf", "/organize/mandates/form.pdf", "/organize/guardians/form.pdf",
    "/organize/activities/<activity_id>/stalls.pdf", "/partner/stalls/<activity_id>/<stall_id>/list.pdf",
    "/organize/calls/<call_id>/poster.pdf", "/partner/year.pdf", "/organize/units/<partner_id>/year.pdf",
    "/bulletins/<uuid:bulletin_id>.pdf", "/bulletins/<uuid:bulletin_id>.txt", "/bulletins/<uuid:bulletin_id>.png",
    "/my/commendations/<uuid:commendation_id>.pdf",
}  # fmt: skip

NOTHING = "/nothing"
PUBLIC = ["/", "/sign-in", "/register", "/shelf", "/coverage", "/notices", "/notices/records", "/activate", "/text-size", "/help",
          "/go-on", "/projects", "/check", "/kiosk", "/matters", "/teams", f"/teams/{TEAM}",
          "/calls", f"/calls/{CALL}", f"/calls/{CALL}/offer", "/offer", "/offers",
          "/commendations", "/notices/commendations", "/bulletins", f"/bulletins/{BULLETIN}", "/honours", NOTHING]

ROLES = ("nobody", "resident", "organizer", "second organizer", "partner", "steward")
KIOSK = "kiosk"
TIER_NUMBERS = {
    "note": "两次就算热心", "window_days": 180, "repeated_deeds": 2, "led_activities": 1, "mobilized_people": 1, "mobilized_a_month": 5,
}  # fmt: skip
RUNNING = new_id()
"""An activity at whose door a kiosk can stand."""


@contextmanager
def in_notice(house: Platform, record_id: str) -> Iterator[None]:
    """Let a record stand in public notice meanwhile, which the demo does without: as if it were verified in a day's time."""
    with MongoClient(house.environment["GB_MONGODB_URI"], tz_aware=True) as client:
        check_ins = client[f"{house.environment['GB_PREFIX']}_checkin"]["check_ins"]
        verified_at = check_ins.find_one({"_id": record_id})["record"]["verified_at"]
        check_ins.update_one({"_id": record_id}, {"$set": {"record.verified_at": utc_now() + timedelta(days=1)}})
        try:
            yield
        finally:
            check_ins.update_one({"_id": record_id}, {"$set": {"record.verified_at": verified_at}})


@contextmanager
def furnished(
    house: Platform, program: Callable[[str], Visitor], wait_until: Callable[..., Any]
) -> Iterator[dict[str, list[str]]]:
    """Yield the addresses of every page by who opens it; what had to be redeemed for it is given back afterwards."""
    resident, organizer = program("resident"), program("organizer")
    deed = resident.get("/service-records")["items"][0]["check_in_id"]
    transfer = resident.get(f"/wallets/{RESIDENT.id}/transfers")["items"][0]["id"]
    token = organizer.send("PUT", f"/cards/{RESIDENT.id}", {})["token"]
    talent = program("steward").get("/talents")["items"][0]["resident_id"]
    steward = program("steward")
    paper = licensed(organizer, steward)
    reference = steward.get(f"/offers/{OFFER}")["reference"]
    candidacy = put_forward(steward, organizer)
    resident.put(to_nomination := f"/nomination-objections/{new_id()}", {"nomination_id": candidacy, "reason": "没听说过。"})
    honour = honours(program)
    reported = reported_note(program)
    draft, simulation = draft_and_simulation(steward, wait_until)
    wrong = next(row["id"] for row in resident.get(f"/wallets/{RESIDENT.id}/transfers?limit=200")["items"] if row["objectable"])
    resident.put(objection := f"/objections/{new_id()}", {"transfer_id": wrong, "reason": "时间不对。"})
    theirs = next(row["check_in_id"] for row in organizer.get("/service-records?limit=200")["items"] if row["resident_id"] == GAO.id)
    notice = ExitStack()
    notice.enter_context(in_notice(house, theirs))
    resident.put(record_objection := f"/record-objections/{new_id()}", {"record_id": theirs, "reason": "那天十点就散了。"})
    wish = asked_for_and_done(organizer, program("partner"))
    resident.put(f"/credit-statements/{(statement := new_id())}", {"shown_name": "周**"})
    resident.put(certificate := f"/certificates/{new_id()}", {"shown_records": "all"})
    check_code = resident.get(certificate)["code"]
    project = f"/projects/{new_id()}"
    resident.put(matter := f"/matters/{new_id()}", {"title": "单元门关不上", "text": "夜里风大，门锁坏了。", "kind": "facilities"})
    voting, rating, candidate = on_its_way(program)
    planned = {"form": "open", "starts_at": (utc_now() + timedelta(days=1)).isoformat(), "place": "楼下", "host": "李建国"}
    organizer.put(consultation := f"{matter}/consultations/{new_id()}", planned)
    resident.put(comment := f"{matter}/comments/{new_id()}", {"text": "换把锁就好。"})
    until = (local_day(utc_now()) + timedelta(days=30)).isoformat()
    wanted = {"title": "三号楼扶手", "purpose": "给老人装扶手。", "target_beans": 200, "open_until": until}
    program("steward").put(project, wanted)
    organizer.put(series := f"/series/{new_id()}", monthly())
    under_way(organizer, title="清晨扫雪", activity_id=RUNNING)
    organizer.send("POST", "/kiosk-sessions", {"activity_id": RUNNING, "until": (utc_now() + timedelta(hours=1)).isoformat()})
    mandate = f"/mandates/{new_id()}"
    terms = {"acts": ["sign_up", "redeem", "read_beans"], "beans_per_redemption": 50, "beans_per_month": 100, "ends_on": until}
    resident.put(mandate, terms)
    resident.put(redemption := f"/redemptions/{new_id()}", {"reward_id": LUNCH, "quantity": 1})
    code = wait_until(lambda: resident.get(redemption).get("voucher_code"))
    resident.put(standing_objection := f"/standing-objections/{new_id()}", {"reason": "上周我也来了。"})
    steward.put(tier_draft := f"/tier-rules/{new_id()}", TIER_NUMBERS)
    steward.put(f"{tier_draft}/preview", {})
    wait_until(lambda: steward.get(tier_draft)["preview"]["status"] == "done", seconds=30)
    resident.put(f"/teams/{TEAM}/answer", {"answer": "accept"})
    wait_until(lambda: may_see_year(resident), seconds=20)
    try:
        yield {
            "nobody": [
                *PUBLIC, f"/credit/{statement}", f"/certificates/{check_code}", matter, voting, rating, f"{rating}/leader",
                f"{matter}/comments", f"/offers/{reference}", f"/offers/{reference}?new=",
                f"/awards/{honour['code']}",
            ],
            "resident": [
                "/my", "/my/reminders", "/my/card", "/my/beans", f"/my/beans/{transfer}", "/activities", f"/activities/{COMING}",
                f"/activities/{DAY}", f"/activities/{DAY}/stalls/{MENDING}/need", f"/activities/{DAY}/stalls/{MENDING}/counts",
                f"/activities/{DAY}/stalls/{HAIRCUTS}/needs",
                "/my/check-in", f"/c/{COMING}/123456", f"/my/check-ins/{deed}", f"/my/check-ins/{deed}/other-times",
                f"/shelf/{RICE}", "/my/redemptions",
                f"/my{redemption}", "/my/nominations", "/my/nominations/neighbour", "/my/nominations/self",
                "/my/records", "/my/standing", "/my/standing/objection", "/my/invite",
                "/my/data", "/my/data/leave", "/my/credit", "/my/give", "/my/give/fund", "/my/statement",
                project, f"{project}/pledge", "/my/objections", f"/notices/records/{theirs}/objection", f"/my/beans/{wrong}/objection",
                f"/notices/{candidacy}/objection", f"/my/nominations/{demo_id('nomination', 'resident')}/objection",
                "/my/volunteer-file", "/my/certificates", f"/my{certificate}", "/my/talent", "/my/talent/availability",
                "/my/talent/licences/blood-pressure",
                "/my/mandates", "/my/mandates/new", "/my/mandates/code", "/my/mandates/acts", f"/my{mandate}", "/acting",
                "/my/deeds", f"/my/deeds/{wish}/rating", "/my/visits", f"/my/visits/{PAIRING}",
                f"/my/visits/{PAIRING}/visit", f"/my/visits/{PAIRING}/thanks",
                "/my/pin", f"/my/mandates/card/{token}", "/my/birth", "/my/guardian", f"/my/guardian/{GUARDIAN}",
                matter, f"{matter}/comments", "/matters/new", "/my/matters", f"{voting}/vote", f"{rating}/rating",
                f"{rating}/leader/standing", f"{rating}/receipts/new",
                "/my/level", f"/my/mentoring/{MENTORSHIP}",
                "/my/training", f"/my/training/{COURSE}",
                "/my/teams", f"/my/teams/{TEAM}", f"/my/teams/{TEAM}/records", f"/my/teams/{TEAM}/people",
                "/my/commendations", "/my/commendations/new", f"/my{honour['asked']}",
                f"/notices{honour['announced']}/objection", "/my/thanks", f"/activities/{PAST}/thanks",
                f"/my/thanks/{demo_id('note', 'resident')}/report",
            ],
            "organizer": [
                "/organize/", "/organize/activities", "/organize/activities/new", f"/organize/activities/{COMING}",
                f"/organize/activities/{COMING}/change", f"/organize/activities/{COMING}/places", f"/organize/activities/{COMING}/screen",
                f"/organize/activities/{COMING}/roll", f"/organize/activities/{PAST}/roll", f"/organize/activities/{COMING}/paper",
                f"/organize/activities/{COMING}/typed", f"/organize/activities/{PAST}/typed", f"/organize/activities/{COMING}/scanning",
                f"/organize/activities/{DAY}", f"/organize/activities/{DAY}/change", f"/organize/activities/{DAY}/stalls",
                f"/organize/activities/{DAY}/stalls/{MENDING}/needs", f"/organize/activities/{DAY}/stands",
                "/organize/residents", "/organize/cards", f"/organize/residents/{RESIDENT.id}",
                f"/organize/residents/{RESIDENT.id}/change",
                f"/organize/residents/{RESIDENT.id}/certificates",
                f"/organize/residents/{RESIDENT.id}/volunteer-file", f"/organize/card/{token}",
                f"/organize/nominations/new?candidate={RESIDENT.id}",
                "/organize/sheets/new", "/organize/rosters/new",
                "/organize/calls", "/organize/calls/new", f"/organize/calls/{CALL}", f"/calls/{CALL}/offer", "/organize/offers",
                f"/organize/offers/{OFFER}",
                "/organize/series", "/organize/series/new", f"/organize{series}", f"/organize{series}/change",
                f"/organize/activities/new?like={PAST}",
                "/organize/mandates", f"/organize/mandates?whose={RESIDENT.id}", f"/organize{mandate}",
                f"/organize/residents/{RESIDENT.id}/mandates/code", f"/organize/residents/{RESIDENT.id}/mandates/paper",
                f"/organize/residents/{RESIDENT.id}/pin", f"/organize/card/{token}/desk",
                "/organize/units", f"/organize/units/{SHOP}", f"/organize/units/{SHOP}/introduction", f"/organize/units/{SHOP}/year",
                "/organize/deeds", "/organize/deeds/new", f"/organize/deeds/{DONE_DEED}", f"/organize/deeds/{DONE_DEED}/rating",
                f"/organize/deeds/{TAKEN_DEED}/return", f"/organize/deeds/{TAKEN_DEED}/calling-off",
                f"/organize/deeds/{TAKEN_DEED}/deadline",
                "/organize/pairings", f"/organize/pairings/{PAIRING}", f"/organize/pairings/{PAIRING}/call", "/organize/visits",
                f"/organize/pairings/{PAIRING}/pause", f"/organize/pairings/{PAIRING}/end",
                f"/organize/pairings/{PAIRING}/helpers/{RESIDENT.id}/visit", f"/organize/residents/{GAO.id}/pairing",
                "/organize/guardians", f"/organize/guardians?whose={CHILD.id}", f"/organize/guardians/{GUARDIAN}",
                f"/organize/residents/{CHILD.id}", f"/organize/residents/{CHILD.id}/guardian/paper",
                "/organize/matters", f"/organize{matter}", f"/organize/residents/{CHILD.id}/matters/new",
                f"/organize{matter}/for-others/support?q=g", f"/organize{voting}/for-others/vote?q=g",
                f"/organize{rating}/for-others/rating?q=g", f"/organize/residents/{GAO.id}{voting}/vote",
                f"/organize/residents/{GAO.id}{rating}/rating", f"/organize{voting}", f"/organize{rating}",
                f"/organize{matter}/voices/support",
                *(f"/organize{matter}/acts/{act}" for act in ("answer", "consult", "vote", "kind", "join", "send-on", "hide")),
                f"/organize{consultation}/minutes", f"/organize{consultation}/call-off",
                f"/organize{matter}/comments", f"/organize{comment}/hiding",
                f"/organize{rating}/acts/follow-up", f"/organize{rating}/acts/done",
            ],
            "second organizer": [
                f"/organize/activities/{PAST}/departures", f"/organize/activities/{PAST}/verification",
                f"/organize/activities/{COMING}/kiosk", f"/organize/activities/{RUNNING}/kiosk", f"/organize/activities/{RUNNING}",
            ],
            KIOSK: ["/kiosk", "/sign-in", "/text-size"],
            "partner": ["/partner/", f"/partner/vouchers/{code}", "/partner/rewards", "/partner/rewards/new",
                        f"/partner/rewards/{RICE}", f"/partner/rewards/{RICE}/terms", f"/partner/rewards/{RICE}/photo",
                        "/partner/price-lists/new", "/partner/slips/new", f"/partner/vouchers/{code}/undo/{new_id()}",
                        "/partner/day", "/partner/month", f"/partner/stalls/{DAY}/{SCALES}",
                        "/partner/unit", "/partner/unit/introduction", "/partner/deeds", f"/partner/deeds/{DONE_DEED}", "/partner/year",
                        f"/partner/deeds/{TAKEN_DEED}/report", f"/partner/deeds/{DONE_DEED}/rating", f"/partner/deeds/{DONE_DEED}/answer"],
            "steward": [
                "/community/", "/community/nominations", f"/community/nominations/{demo_id('nomination', 'ma')}",
                "/community/talents", f"/community/talents/{talent}", "/community/engagement", "/community/engagement/base",
                "/community/next", "/community/next?list=grid_without_backbone", "/community/next?list=fitting_activity", "/community/asks",
                "/community/people", "/community/people?tier=participant",
                "/community/people?talents=active",
                "/community/tier-rules", "/community/tier-rules/new", f"/community{tier_draft}", f"/community{tier_draft}/change",
                "/community/reach", f"/community/reach/{demo_id('resident', 'ma')}", f"/community/residents/{GAO.id}/brought-by",
                "/community/rules", "/community/rules/acts", "/community/rules/drafts/new", f"/community/rules/drafts/{draft}",
                f"/community/rules/drafts/{draft}/change", f"/community/rules/drafts/{draft}/adopt",
                f"/community/rules/drafts/{draft}/simulations/{simulation}",
                f"/community/rules/drafts/{draft}/simulations/{simulation}/people",
                "/community/records", "/community/due-records", "/community/due-records?todo=enter", "/community/register",
                "/community/register/records", "/community/national", f"/community/records/{deed}/national",
                "/community/bulletin", f"/community/talents/{talent}/availability", "/community/licences",
                f"/community/talents/{ZHENG.id}/licences/repair", f"/community/talents/{ZHENG.id}/papers/{paper}",
                f"/community/talents/{ZHENG.id}",
                "/community/talents?skill=repair&weekday=sat&part=morning&near=DEMO-01-G05&language=ningbo",
                "/community/expiring", f"/community/records/{deed}/withdraw", "/community/partners",
                f"/community/wallets/{RESIDENT.id}/pardon/{wrong}", "/community/objections", f"/community{objection}",
                "/community/standing-objections", f"/community{standing_objection}",
                "/community/record-objections", f"/community{record_objection}",
                f"/organize{matter}/acts/decide", f"/organize{voting}", f"/organize{rating}", f"/organize{rating}/acts/select",
                f"/organize{rating}/leader", f"/organize{rating}/leader/{candidate}",
                "/community/nomination-objections", f"/community{to_nomination}", f"/community/nominations/{candidacy}",
                "/community/commendations", "/community/commendations?status=granted", "/community/commendations/rounds",
                "/community/commendations/rounds/new", f"/community{honour['asked']}", f"/community{honour['announced']}",
                f"/community{honour['granted']}", f"/community/residents/{RESIDENT.id}/commendation",
                f"/community/residents/{RESIDENT.id}/thanks", "/community/thanks", f"/community/thanks/{reported}",
                f"/bulletins/{BULLETIN}", "/community/commendation-objections", f"/community{honour['objection']}",
                "/projects/new", project, f"{project}/from-fund", f"{project}/spend", f"{project}/end", f"{project}/call-off",
                "/community/catalogue", "/community/catalogue/patrol",
                "/community/places", f"/community/roles/{RESIDENT.id}",
                f"/community/residents/{RESIDENT.id}/departure", f"/community/wallets/{RESIDENT.id}",
                "/community/levels", f"/community/talents/{RESIDENT.id}/level", f"/community/talents/{ZHENG.id}/mentor",
                f"/community/mentoring/{MENTORSHIP}",
                "/community/courses", "/community/courses?which=closed", "/community/courses/new", f"/community/courses/{COURSE}",
                f"/community/courses/{COURSE}/change", f"/organize/activities/new?course={COURSE}",
                "/community/teams", "/community/teams?which=ended", "/community/teams/new", f"/community/teams/{TEAM}",
                f"/community/teams/{TEAM}/change", f"/community/teams/{TEAM}/end", f"/community/teams/{TEAM}/records",
                f"/community/teams/{TEAM}/people", f"/community/teams/{TEAM}/members/{ZHENG.id}/take-out",
            ],
        }  # fmt: skip
    finally:
        resident.send("DELETE", redemption, None)
        organizer.put(f"{matter}/sending-on", {"to": "物业公司", "reason": "门锁归物业修。"})
        resident.send("DELETE", objection, None)
        resident.send("DELETE", standing_objection, None)
        resident.send("DELETE", record_objection, None)
        resident.send("DELETE", to_nomination, None)
        organizer.put(f"/thanks/{reported}/review", {"outcome": "keep", "reason": "没有问题。"})
        resident.put(f"{honour['asked']}/answer", {"accepts": False})
        steward.put(f"{honour['announced']}/decision", {"decision": "refuse", "reason": "再等等。"})
        notice.close()
        resident.send("DELETE", certificate, None)
        steward.send("DELETE", f"/rule-drafts/{draft}", None)
        steward.send("DELETE", tier_draft, None)
        organizer.put(f"{series}/ending", {})
        organizer.send("DELETE", f"/kiosk-sessions/{RUNNING}", None)
        organizer.put(f"/activities/{RUNNING}/closing", {})
        resident.put(f"{mandate}/revocation", {})
        resident.put(f"/teams/{TEAM}/members/{RESIDENT.id}/parting", {})
        organizer.put(f"/teams/{TEAM}/members/{RESIDENT.id}", {"agreed": False})


def may_see_year(member: Visitor) -> bool:
    """Tell whether checkin has heard that somebody is in the team."""
    try:
        return member.get(f"/team-years/{TEAM}") is not None
    except Refused:
        return False


def on_its_way(program: Callable[[str], Visitor]) -> tuple[str, str, str]:
    """Bring a matter to a vote and another one to be rated; return their paths, and the id of who stands for leading the second one."""
    now, today = utc_now(), local_day(utc_now()).isoformat()
    began_at = (now - timedelta(hours=1)).isoformat()
    held = {"form": "on_site", "starts_at": began_at, "place": "楼下", "host": "李建国", "comments_until": today}
    paths = []
    for title in ("楼前的树太密", "路面坑洼"):
        program("resident").put(path := f"/matters/{new_id()}", {"title": title, "text": "请大家商量。", "kind": "facilities"})
        program("organizer").put(meeting := f"{path}/consultations/{new_id()}", held)
        program("organizer").put(f"{meeting}/minutes/{new_id()}", {"text": "都说要办。", "agreed": "办。", "came": 9})
        paths.append(path)
    ballot = {"text": "修剪一次", "options": ["同意", "不同意"], "ends_on": today, "least_percent": 20}
    program("organizer").put(f"{paths[0]}/ballots/{new_id()}", ballot)
    program("steward").put(f"{paths[1]}/decision", {
        "way": "meeting", "outcome": "carry_out", "text": "补路面。", "reason": "老人容易绊倒。", "responsible": "物业公司",
        "decided_on": today,
        "meeting": {"consultation_id": meeting.rpartition("/")[2], "in_favour": 8, "against": 0, "abstained": 1},
    })  # fmt: skip
    program("organizer").put(f"{paths[1]}/follow-ups/{new_id()}", {"text": "补路面那天请绕行", "activity_id": COMING})
    program("organizer").put(f"{paths[1]}/completions/{new_id()}", {"text": "补好了。", "done_on": today})
    days = {name: (local_day(now) + timedelta(days=ahead)).isoformat() for name, ahead in (("stand_until", 2), ("choose_until", 5))}
    wanted = {"text": "请人牵头养护路面。", "terms": "每月看一次。", "budget": "每月不超过 50 元", **days}
    program("steward").put(f"{paths[1]}/selections/{new_id()}", wanted)
    program("resident").put(f"{paths[1]}/candidates/{(candidate := new_id())}", {"plan": "下雨后就去看。", "budget": "30 元"})
    return paths[0], paths[1], candidate


def asked_for_and_done(organizer: Visitor, partner: Visitor) -> str:
    """Let a unit do what the resident asked for, confirmed by the office; return the deed's id."""
    deed = f"/listed-deeds/{(deed_id := new_id())}"
    wanted = {"title": "搬一袋米上楼", "item": "errands", "source": "need", "asked_by": RESIDENT.id}
    organizer.put(deed, wanted | {"wanted_by": local_day(utc_now()).isoformat()})
    partner.put(f"{deed}/claim", {})
    partner.put(f"{deed}/report", {"text": "搬好了。", "people": 1})
    organizer.put(f"{deed}/confirmation", {})
    return deed_id


def put_forward(steward: Visitor, organizer: Visitor) -> str:
    """Register somebody and put them forward for the office; return the nomination's id."""
    person, nomination = new_id(), new_id()
    steward.put(f"/residents/{person}", {"community_code": COMMUNITY, "name": "秦守礼", "consents": ["service"]})
    evidence = {"body": "三号楼业主", "ground": "election", "about": "今年三月当选楼长"}
    skills = [{"skill": "patrol"}]
    said = {"channel": "organization", "candidate_id": person, "skills": skills, "statement": "热心", "evidence": evidence}
    organizer.put(f"/nominations/{nomination}", said)
    return nomination


def honours(program: Callable[[str], Visitor]) -> dict[str, str]:
    """Let somebody's commendation stand in notice with an objection that is not upheld, and the resident be asked; return the paths, and
    the code of the award that the demo grants."""
    organizer, steward = program("organizer"), program("steward")
    today = local_day(utc_now()).isoformat()
    award = {
        "title": "热心邻居", "grantor_kind": "unit", "grantor": "豆香便民超市", "from": today, "until": today, "citation": "随叫随到。",
    }  # fmt: skip
    paths = {}
    for name, person in (("asked", RESIDENT), ("announced", GAO)):
        said = {"resident_id": person.id, "reason": "随叫随到。"}
        made = organizer.put(f"/commendation-proposals/{new_id()}", said)
        paths[name] = f"/commendations/{made['commendation_id']}"
        organizer.put(f"{paths[name]}/asking", award)
    organizer.put(f"{paths['announced']}/answer", {"accepts": True, "named": False})
    organizer.put(f"{paths['announced']}/notice", {})
    about = {"commendation_id": paths["announced"].rpartition("/")[2], "reason": "没见过他。"}
    program("resident").put(objection := f"/commendation-objections/{new_id()}", about)
    steward.put(f"{objection}/decision", {"decision": "refuse", "reason": "见过的。"})
    granted = next(row for row in steward.get("/commendations", status="granted")["items"])
    return paths | {"objection": objection, "granted": f"/commendations/{granted['id']}", "code": granted["code"]}


def reported_note(program: Callable[[str], Visitor]) -> str:
    """Let the office hand thanks on to the resident, who reports the note; return its id."""
    said = {"to_id": RESIDENT.id, "words": "谢谢！", "for_office": True}
    program("steward").put(note := f"/thanks/{new_id()}", said)
    program("resident").put(f"{note}/report", {"reason": "不认识这个人。"})
    return note.rpartition("/")[2]


def opened(open_page: Callable[..., Page], who: str, **options: Any) -> Page:
    """Open the site as one of ROLES, or on a device that an organizer left at the door of RUNNING."""
    if who != KIOSK:
        return open_page(None if who == "nobody" else who, **options)
    page = open_page("organizer", **options)
    page.goto(f"/organize/activities/{RUNNING}/kiosk")
    page.locator("main form button").first.click()
    page.wait_for_url("**/kiosk")
    return page


def licensed(organizer: Visitor, steward: Visitor) -> str:
    """Let the resident have a licence, and an electrician's new one wait to be seen; return the id of that."""
    soon, later = ((local_day(utc_now()) + timedelta(days=days)).isoformat() for days in (20, 900))
    held = {"skill": "量血压", "licence_no": "HS-2024-77", "licence_expires_on": soon}
    body = {"channel": "organization", "candidate_id": RESIDENT.id, "skills": [held], "statement": "退休护士。"}
    organizer.put(nomination := f"/nominations/{new_id()}", body)
    steward.put(f"{nomination}/decision", {"decision": "admit", "reason": "属实。"})
    paper = new_id()
    new = {"skill": "repair", "licence_no": "DG-2026-0033", "licence_expires_on": later, "licence_issuer": "应急管理局"}
    organizer.put(f"/talents/{ZHENG.id}/licences/{paper}", new)
    return paper


def monthly() -> dict[str, Any]:
    """Return what lets a convenience day come on the 5th of each month."""
    return {
        "item": "repair", "title": "便民服务日", "kind": "volunteer", "place": "社区广场", "capacity": 60, "leader_id": ORGANIZER.id,
        "every": "month", "on": 5, "begins": "09:00", "minutes": 180, "first_day": local_day(utc_now()).isoformat(),
    }


def draft_and_simulation(steward: Visitor, wait_until: Callable[..., Any]) -> tuple[str, str]:
    """Draft rules with another rate and have them simulated; return the ids of both."""
    newest = steward.get("/rules")["items"][0]
    told = ("version", "applies_from", "adopted_by", "adopted_at", "built_in", "in_force", "draft_id")
    numbers = {name: value for name, value in newest.items() if name not in told}
    draft, simulation = new_id(), new_id()
    steward.put(f"/rule-drafts/{draft}", {**numbers, "beans_per_hour": 14, "pause_below_percent": 50, "note": "看看每小时 14 豆"})
    steward.put(path := f"/rule-drafts/{draft}/simulations/{simulation}", {})
    wait_until(lambda: steward.get(path)["status"] == "done", seconds=30)
    return draft, simulation


def decision_pages(page: Page) -> list[str]:
    """Send a roster and a sheet as an organizer, and return the addresses of the pages on which they wait for decisions."""
    found = []
    for way, name in (("rosters", "residents.xlsx"), ("sheets", "sign-in-2026-11-12.xlsx")):
        page.goto(f"/organize/{way}/new")
        page.set_input_files("#file", FILES / name)
        page.locator("main form button").first.click()
        found.append(page.url)
    return [*found, *printed_sheet_pages(page)]


def printed_sheet_pages(page: Page) -> list[str]:
    """Print two sheets as an organizer, send a photo of one, and return the addresses of both."""
    found = []
    for _ in range(2):
        page.goto(f"/organize/activities/{COMING}/paper")
        page.locator("main form button").first.click()
        found.append(page.url)
    paper = pages_of(page.context.request.get(f"{found[1]}.pdf", timeout=60_000).body())[0]
    for row, kind in ((1, "dot"), (2, "tick"), (20, "cross")):
        marked(paper, Line(row), kind, random.Random(row))
    page.goto("/organize/sheets/new")
    photo: FilePayload = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photographed(paper, Shot())}
    page.set_input_files("#file", photo)
    page.locator("main form button").first.click()
    return found


def price_list_page(page: Page) -> str:
    """Send a price list as a partner, and return the address of the page on which its rows wait for decisions."""
    page.goto("/partner/price-lists/new")
    page.set_input_files("#file", FILES / "price-list.csv")
    page.locator("main form button").first.click()
    return page.url


def paths_in(addresses: dict[str, list[str]]) -> list[str]:
    """Return the paths of all addresses, those of the decision pages with them, without what follows a question mark."""
    asked = [path.partition("?")[0] for paths in addresses.values() for path in paths if path != NOTHING]
    decided = ("organize/printed-sheets", "organize/rosters", "organize/sheets", "partner/price-lists")
    return [*asked, *(f"/{path}/{new_id()}" for path in decided)]
