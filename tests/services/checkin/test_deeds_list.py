"""Deeds that need doing: published, taken on by exactly one unit, reported, confirmed or sent back, and rated by both sides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine

from services.checkin.models import ListedDeed
from services.checkin.rules.deeds_list import differs, urgency
from shared.clock import local_day, utc_now
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from tests.services.checkin.conftest import moment

API = "/api/v1"
DAY = timedelta(days=1)


def slug(answer):
    return answer.json["type"].rsplit(":", 1)[-1]


def day_of(ahead=0):
    return (local_day(utc_now()) + ahead * DAY).isoformat()


@pytest.fixture
def put(api):
    return lambda path, body, headers: api.put(f"{API}/listed-deeds/{path}", json=body, headers=headers)


@pytest.fixture
def unit(person, signed):
    return lambda partner_id=None: signed(person("赵敏"), "partner", partner_id=partner_id or new_id())


@pytest.fixture
def body():
    return lambda **changes: {
        "title": "修三号楼扶手", "text": "一楼到三楼，找张大爷 13912345678", "item": "repair", "place": "三号楼", "grid_code": "G-1",
        "wanted_by": day_of(5), "people_wanted": 3, **changes,
    }  # fmt: skip


@pytest.fixture
def published(put, organizer, body):
    def publish(**changes):
        answer = put(new_id(), body(**changes), organizer)
        assert answer.status_code == 201, answer.json
        return answer.json["id"]

    return publish


@pytest.fixture
def done(put, published, reviewer):
    """Return the function that has a unit do a deed, confirmed by the office."""

    def do(shop, **changes):
        deed = published(**changes)
        put(f"{deed}/claim", {}, shop)
        put(f"{deed}/report", {"text": "扶手修好了", "people": 3, "served": 12}, shop)
        answer = put(f"{deed}/confirmation", {}, reviewer)
        assert answer.json["status"] == "done", answer.json
        return deed

    return do


# --- rules -----------------------------------------------------------------------------------------------------------

def test_the_office_sees_overdue_claims_first_and_what_is_over_last():
    today = date(2026, 11, 27)
    rows = [("done", "2026-11-01"), ("open", "2026-12-01"), ("open", "2026-11-01"), ("reported", "2026-11-01"), ("claimed", "2026-11-26")]
    assert [urgency(status, day, today) for status, day in rows] == [4, 3, 2, 1, 0]
    assert urgency("claimed", "2026-11-27", today) == 3


def test_a_rating_differs_by_its_stars_or_its_words():
    assert differs(None, stars=5, words="好")
    assert not differs({"stars": 5, "words": "好"}, stars=5, words="好")
    assert differs({"stars": 5, "words": "好"}, stars=4, words="好")


# --- the list --------------------------------------------------------------------------------------------------------

def test_the_same_deed_again_is_the_same_and_another_is_refused(put, organizer, body):
    path = new_id()
    assert [put(path, body(), organizer).status_code for _ in range(2)] == [201, 200]
    assert slug(put(path, body(title="别的"), organizer)) == "id-in-use"


def test_what_makes_no_sense_is_refused_by_its_field(put, organizer, body):
    wrong = [
        ({"title": ""}, "/title"), ({"item": "juggling"}, "/item"), ({"wanted_by": day_of(-1)}, "/wanted_by"),
        ({"people_wanted": 0}, "/people_wanted"),
        ({"asked_by": new_id()}, "/asked_by"), ({"source": "rumour"}, "/source"), ({"matter_id": new_id()}, "/source"),
    ]  # fmt: skip
    for change, field in wrong:
        answer = put(new_id(), body(**change), organizer)
        assert (answer.status_code, [error["pointer"] for error in answer.json["errors"]]) == (422, [field]), change
    assert put(new_id(), body(source="matter", matter_id=new_id()), organizer).status_code == 201


def test_units_read_what_is_to_be_done_but_not_who_asked_nor_a_number(api, published, unit, person, signed, organizer):
    asker = person("张大爷")
    deed, shop = published(asked_by=asker), unit()
    shown = api.get(f"{API}/listed-deeds/{deed}", headers=shop).json
    assert ("13912345678" in shown["text"], shown["asked_by"], shown["asker_name"], shown["has_asker"]) == (False, None, None, True)
    assert api.get(f"{API}/listed-deeds/{deed}", headers=organizer).json["asker_name"] == "张大爷"
    assert [row["id"] for row in api.get(f"{API}/listed-deeds", headers=signed(asker)).json["items"]] == [deed]
    assert api.get(f"{API}/listed-deeds", headers=signed()).json["items"] == []
    assert api.get(f"{API}/listed-deeds/{deed}", headers=signed()).status_code == 404


def test_of_many_units_at_once_exactly_one_has_a_deed(put, published, unit, client_of):
    deed, units = published(), [unit() for _ in range(6)]
    app = client_of("checkin").application

    def claim(headers):
        return app.test_client().put(f"{API}/listed-deeds/{deed}/claim", json={}, headers=headers)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(claim, units))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert {slug(answer) for answer in answers if answer.status_code == 409} == {"deed-taken"}
    winner = units[[answer.status_code for answer in answers].index(201)]
    assert put(f"{deed}/claim", {}, winner).status_code == 200


def test_what_one_unit_has_others_do_not_see_and_do_not_touch(api, put, published, unit):
    deed, shop, other = published(), unit(), unit()
    put(f"{deed}/claim", {}, shop)
    assert api.get(f"{API}/listed-deeds", headers=other).json["items"] == []
    assert api.get(f"{API}/listed-deeds/{deed}", headers=other).status_code == 404
    assert slug(put(f"{deed}/report", {"text": "好了", "people": 1}, other)) == "not-your-deed"
    assert slug(api.delete(f"{API}/listed-deeds/{deed}/claim", headers=other)) == "not-your-deed"


def test_only_units_claim_and_only_the_office_publishes(put, published, organizer, signed, body, unit):
    deed = published()
    for headers in (organizer, signed()):
        assert put(f"{deed}/claim", {}, headers).status_code == 403
    assert put(new_id(), body(), unit()).status_code == 403
    assert put(f"{deed}/claim", {}, signed(None, "partner")).status_code == 403


def test_a_deed_is_given_back_until_it_is_reported_and_the_claim_is_remembered(api, put, published, unit):
    deed, shop = published(), unit()
    put(f"{deed}/claim", {}, shop)
    path = f"{API}/listed-deeds/{deed}/claim"
    assert [api.delete(path, headers=shop).status_code for _ in range(2)] == [204, 204]
    kept = ListedDeed.objects(id=deed).get()
    assert (kept.status, kept.partner_id, len(kept.claims)) == ("open", None, 1)
    other = unit()
    put(f"{deed}/claim", {}, other)
    put(f"{deed}/report", {"text": "好了", "people": 1}, other)
    assert slug(api.delete(path, headers=other)) == "deed-stands-elsewhere"


def test_an_overdue_claim_stands_on_top_until_it_has_another_day(api, put, published, unit, organizer):
    calm = published()
    with time_machine.travel(utc_now() - 3 * DAY, tick=True):
        late = published(wanted_by=day_of(1))
    put(f"{late}/claim", {}, unit())
    rows = api.get(f"{API}/listed-deeds", headers=organizer).json["items"]
    assert [(row["id"], row["overdue"]) for row in rows] == [(late, True), (calm, False)]
    assert [row["id"] for row in api.get(f"{API}/listed-deeds?overdue=true", headers=organizer).json["items"]] == [late]
    assert put(f"{late}/deadline", {"wanted_by": day_of(-1)}, organizer).status_code == 422
    assert put(f"{late}/deadline", {"wanted_by": day_of(3)}, organizer).json["overdue"] is False


def test_what_is_called_off_is_taken_on_by_nobody(put, published, unit, organizer):
    deed = published()
    told = [put(f"{deed}/calling-off", {"reason": reason}, organizer).json for reason in ("物业已修", "别的")]
    assert [row["called_off_reason"] for row in told] == ["物业已修", "物业已修"]
    assert slug(put(f"{deed}/claim", {}, unit())) == "deed-stands-elsewhere"


# --- done ------------------------------------------------------------------------------------------------------------

def test_a_report_is_sent_back_with_a_reason_and_confirmed_the_next_time(put, published, unit, organizer):
    deed, shop = published(), unit()
    assert slug(put(f"{deed}/report", {"text": "好了", "people": 1}, shop)) == "deed-stands-elsewhere"
    put(f"{deed}/claim", {}, shop)
    assert put(f"{deed}/report", {"text": "好了"}, shop).status_code == 422
    for _ in range(2):
        assert put(f"{deed}/report", {"text": "好了", "people": 2}, shop).json["status"] == "reported"
    for _ in range(2):
        back = put(f"{deed}/return", {"reason": "二楼还没修"}, organizer).json
    assert (back["status"], [row["reason"] for row in back["returns"]]) == ("claimed", ["二楼还没修"])
    assert slug(put(f"{deed}/confirmation", {}, organizer)) == "deed-stands-elsewhere"
    put(f"{deed}/report", {"text": "二楼也好了", "people": 3}, shop)
    done = [put(f"{deed}/confirmation", {}, organizer).json for _ in range(2)]
    assert [(row["status"], row["report"]["text"], row["rate_until"]) for row in done] == [("done", "二楼也好了", day_of(14))] * 2


def test_who_stands_for_the_unit_does_not_confirm_it_for_the_office(put, published, person, signed, unit):
    both = signed(person("兼职"), "partner", "organizer", partner_id=(partner := new_id()))
    deed = published()
    put(f"{deed}/claim", {}, unit(partner))
    put(f"{deed}/report", {"text": "好了", "people": 1}, both)
    for path, body in ((f"{deed}/confirmation", {}), (f"{deed}/return", {"reason": "不"})):
        assert slug(put(path, body, both)) == "deed-confirmer-in-conflict"


def test_people_and_hours_of_an_activity_are_not_typed_again(api, put, published, unit, person, announced, logged, organizer, reviewer):
    activity, shop, deed = announced(), unit(), published()
    now = utc_now()
    for name in ("甲", "乙"):
        logged(activity, person(name), arrived_at=moment(now - timedelta(minutes=50)), left_at=moment(now))
    api.put(f"{API}/activities/{activity['id']}/verification", json={}, headers=reviewer)
    put(f"{deed}/claim", {}, shop)
    assert put(f"{deed}/report", {"text": "好了", "activity_id": new_id()}, shop).status_code == 422
    told = put(f"{deed}/report", {"text": "好了", "activity_id": activity["id"]}, shop).json["report"]
    assert (told["people"], told["minutes"], told["title"]) == (2, 100, activity["title"])


# --- rated both ways -------------------------------------------------------------------------------------------------

def test_both_sides_rate_once_each_and_may_change_it_until_the_day(put, unit, done, organizer):
    shop = unit()
    deed = done(shop)
    good = {"stars": 5, "words": "又快又好"}
    for _ in range(2):
        rated = put(f"{deed}/rating-of-unit", good, organizer).json
    assert (rated["rating_of_unit"]["stars"], rated["rating_of_unit"]["by"]) == (5, "office")
    assert put(f"{deed}/rating-of-unit", {"stars": 4, "words": "还行"}, organizer).json["rating_of_unit"]["stars"] == 4
    assert put(f"{deed}/rating-of-support", {"stars": 3, "words": "钥匙来晚了"}, shop).json["rating_of_support"]["words"] == "钥匙来晚了"
    assert put(f"{deed}/rating-answer", {"words": "下次改进"}, shop).json["answer"]["words"] == "下次改进"
    for stars in (0, 6):
        assert put(f"{deed}/rating-of-unit", {"stars": stars, "words": "?"}, organizer).status_code == 422


def test_after_the_day_nothing_is_rated_any_more(put, unit, done, signed, person, organizer):
    shop = unit(partner := new_id())
    deed = done(shop)
    ListedDeed.objects(id=deed).update(set__rate_until=day_of(-1))
    assert slug(put(f"{deed}/rating-of-unit", {"stars": 4, "words": "还行"}, organizer)) == "deed-rating-closed"
    assert slug(put(f"{deed}/rating-of-support", {"stars": 4, "words": "还行"}, shop)) == "deed-rating-closed"
    ListedDeed.objects(id=deed).update(set__rate_until=day_of(-15), set__rating_of_unit={"stars": 1, "words": "晚", "at": utc_now()})
    assert slug(put(f"{deed}/rating-answer", {"words": "抱歉"}, unit(partner))) == "deed-rating-closed"


def test_what_is_not_done_is_not_rated_nor_answered(put, published, unit, organizer, done):
    deed, shop = published(), unit()
    put(f"{deed}/claim", {}, shop)
    assert slug(put(f"{deed}/rating-of-unit", {"stars": 5, "words": "好"}, organizer)) == "deed-stands-elsewhere"
    assert slug(put(f"{deed}/rating-of-support", {"stars": 5, "words": "好"}, shop)) == "deed-stands-elsewhere"
    assert slug(put(f"{done(shop)}/rating-answer", {"words": "谢谢"}, shop)) == "deed-stands-elsewhere"


def test_who_asked_rates_and_nobody_for_them_until_they_leave(put, unit, done, person, signed, organizer, deliver, community):
    asker, shop = person("张大爷"), unit()
    deed = done(shop, asked_by=asker, source="need")
    assert slug(put(f"{deed}/rating-of-unit", {"stars": 5, "words": "好"}, organizer)) == "asker-rates"
    assert put(f"{deed}/rating-of-unit", {"stars": 5, "words": "谢谢师傅"}, signed(asker)).json["rating_of_unit"]["by"] == "asker"
    assert slug(put(f"{deed}/rating-of-unit", {"stars": 5, "words": "好"}, signed())) == "deed-not-found"
    assert slug(put(f"{deed}/rating-of-unit", {"stars": 5, "words": "自夸"}, shop)) == "not-your-deed"
    deliver("checkin", ResidentLeft(resident_id=asker, community_code=community, left_at=utc_now()))
    kept = ListedDeed.objects(id=deed).get()
    assert (kept.asked_by, "by_id" in kept.rating_of_unit) == (None, False)
    assert put(f"{deed}/rating-of-unit", {"stars": 4, "words": "办公室看过"}, organizer).json["rating_of_unit"]["by"] == "office"


def test_a_year_that_cannot_be_is_refused(api, organizer):
    for year in ("1999", "2100", "100000", "last"):
        assert api.get(f"{API}/unit-statements/{new_id()}?year={year}", headers=organizer).status_code == 422


def test_a_units_year_is_the_sum_of_its_rows(
    api, put, unit, done, published, announced, logged, person, organizer, reviewer, activity_body
):
    partner = new_id()
    shop, year = unit(partner), local_day(utc_now()).year
    deed = done(shop)
    put(f"{deed}/rating-of-unit", {"stars": 5, "words": "好"}, organizer)
    stall = {"id": new_id(), "item": "haircut", "title": "剪发"}
    starts = utc_now() + timedelta(hours=2)
    day = announced(stalls=[stall], starts_at=moment(starts), ends_at=moment(starts + timedelta(hours=2)))
    api.put(f"{API}/activities/{day['id']}/stalls/{stall['id']}/claim", headers=shop)
    found = api.get(f"{API}/unit-statements/{partner}?year={year}", headers=shop).json
    assert [row["id"] for row in found["deeds"]] == [deed]
    assert [row["stall_id"] for row in found["stalls"]] == [stall["id"]]
    assert found["totals"] == {
        "claimed": 1, "done": 1, "stalls": 1, "visits": 0, "people": 0, "people_stated": 3, "minutes": 0, "served": 12,
        "ratings_of_unit": 1, "ratings_of_support": 0,
    }  # fmt: skip
    assert api.get(f"{API}/unit-statements/{partner}?year={year - 1}", headers=organizer).json["totals"]["claimed"] == 0
    assert slug(api.get(f"{API}/unit-statements/{partner}?year={year}", headers=unit())) == "not-your-deed"


def test_a_record_behind_two_rows_counts_once_in_a_year(api, put, published, unit, person, announced, logged, organizer, reviewer):
    partner = new_id()
    shop, activity, now = unit(partner), announced(), utc_now()
    logged(activity, person("甲"), arrived_at=moment(now - timedelta(minutes=50)), left_at=moment(now))
    api.put(f"{API}/activities/{activity['id']}/verification", json={}, headers=reviewer)
    for _ in range(2):
        put(f"{(deed := published())}/claim", {}, shop)
        put(f"{deed}/report", {"text": "好了", "activity_id": activity["id"]}, shop)
        put(f"{deed}/confirmation", {}, organizer)
    totals = api.get(f"{API}/unit-statements/{partner}?year={local_day(now).year}", headers=shop).json["totals"]
    assert (totals["done"], totals["people"], totals["minutes"]) == (2, 1, 50)
