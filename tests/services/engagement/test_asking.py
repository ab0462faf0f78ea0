"""Asking people: who may be asked, what they answer, whether it worked; who fits which coming activity and why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from services.engagement import commands
from services.engagement.models import Invitation, Neighbour
from services.engagement.rules.asking import (
    Act,
    Answer,
    Asked,
    Closed,
    Limits,
    Outcome,
    came_by_themselves,
    closed_by,
    outcome,
)
from services.engagement.rules.fitting import Coming, Habits, PartOfDay, Visit, best_fits, fit, part_of_day
from services.engagement.rules.tiers import Deed
from shared.clock import utc_now
from shared.events.identity import ConsentsChanged
from shared.ids import new_id
from tests.services.engagement.conftest import Community, noon

TODAY = date(2026, 11, 20)
LIMITS = Limits(most=3, days=30)
SATURDAY_MORNING = datetime(2026, 11, 28, 9, tzinfo=UTC)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def asked(days: int, *, act: str = "invite", answer: str | None = None, open_for: int = 30, activity: str | None = None) -> Asked:
    return Asked(act, ago(days), ago(days - open_for), activity, answer)


@pytest.mark.parametrize(
    ("asks", "consents", "asked_not_to", "closed"),
    [
        ([], True, False, None),
        ([], False, False, Closed.NO_CONSENT),
        ([], True, True, Closed.ASKED_NOT_TO),
        ([], False, True, Closed.ASKED_NOT_TO),
        ([asked(3)], True, False, Closed.OPEN_ASK),
        ([asked(3, answer="coming")], True, False, Closed.OPEN_ASK),
        ([asked(3, answer="not_this_time")], True, False, None),
        ([asked(3, open_for=2)], True, False, None),
        ([asked(31)], True, False, None),
        ([asked(day, answer="not_this_time") for day in (1, 10, 29)], True, False, Closed.TOO_OFTEN),
        ([asked(day, answer="not_this_time") for day in (1, 10, 30)], True, False, None),
    ],
)
def test_what_keeps_from_asking(asks: Any, consents: bool, asked_not_to: bool, closed: Closed | None) -> None:
    assert closed_by(asks, today=TODAY, has_consent=consents, asked_not_to=asked_not_to, limits=LIMITS) == closed


def deed(days: int, *, activity: str = "other", led: bool = False) -> Deed:
    return Deed(activity, ago(days), led, frozenset())


@pytest.mark.parametrize(
    ("ask", "deeds", "judged"),
    [
        (asked(10), [], Outcome.OPEN),
        (asked(30), [], Outcome.OPEN),
        (asked(31), [], Outcome.DID_NOT),
        (asked(31), [deed(20)], Outcome.WORKED),
        (asked(31), [deed(32)], Outcome.DID_NOT),
        (asked(40), [deed(9)], Outcome.DID_NOT),
        (asked(40, activity="a"), [deed(5, activity="a")], Outcome.WORKED),
        (asked(40, act="assign"), [deed(20)], Outcome.DID_NOT),
        (asked(40, act="assign"), [deed(20, led=True)], Outcome.WORKED),
        (asked(40, open_for=60), [], Outcome.OPEN),
    ],
)
def test_an_ask_is_judged_by_deeds(ask: Asked, deeds: Any, judged: Outcome) -> None:
    assert outcome(ask, deeds, today=TODAY, days=30) == judged


def test_who_was_not_asked_is_judged_by_the_same_time() -> None:
    assert came_by_themselves([deed(20)], made_on=ago(30), days=30)
    assert not came_by_themselves([deed(31)], made_on=ago(30), days=30)


def coming(activity: str = "a", *, item: str = "haircut", starts_at: datetime = SATURDAY_MORNING, **more: Any) -> Coming:
    return Coming(activity, "理发", item, starts_at, "leader", **more)


FIT_TABLE = [
    # habits, activity → reasons
    (Habits(), coming(), []),
    (Habits(skills=frozenset({"haircut"})), coming(skills=frozenset({"haircut"})), ["skill"]),
    (Habits(skills=frozenset({"clinic"})), coming(skills=frozenset({"haircut"})), []),
    (Habits(visits=[Visit(ago(3), "haircut")]), coming(), ["item_before"]),
    (Habits(grid_code="G1"), coming(grids=frozenset({"G1"})), ["same_grid"]),
    (Habits(grid_code="G2"), coming(grids=frozenset({"G1"})), []),
    (Habits(visits=[Visit(date(2026, 11, 14)), Visit(date(2026, 11, 7))]), coming(), ["usual_weekday"]),
    (Habits(visits=[Visit(date(2026, 11, 14))]), coming(), []),
    (Habits(visits=[Visit(date(2026, 11, 14)), Visit(date(2026, 11, 7)), *[Visit(ago(0))] * 3]), coming(), []),
    (Habits(visits=[Visit(ago(0), None, PartOfDay.MORNING)] * 2), coming(), ["usual_time"]),
]


@pytest.mark.parametrize(("habits", "activity", "reasons"), FIT_TABLE)
def test_who_fits_and_why(habits: Habits, activity: Coming, reasons: list[str]) -> None:
    assert list(fit(habits, activity).reasons) == reasons


def test_the_best_fit_comes_first_and_ones_own_activity_never() -> None:
    habits = Habits(skills=frozenset({"haircut"}), grid_code="G1")
    near = coming("near", grids=frozenset({"G1"}))
    skilled = coming("skilled", skills=frozenset({"haircut"}), starts_at=SATURDAY_MORNING + timedelta(days=9))
    later = coming("later", grids=frozenset({"G1"}), starts_at=SATURDAY_MORNING + timedelta(days=1))

    found = best_fits("me", habits, [later, near, skilled, coming("none")])

    assert [row.activity.activity_id for row in found] == ["skilled", "near", "later"]
    assert best_fits("leader", habits, [near]) == []


@pytest.mark.parametrize(("hour", "part"), [(0, "morning"), (11, "morning"), (12, "afternoon"), (17, "afternoon"), (18, "evening")])
def test_parts_of_the_day(hour: int, part: str) -> None:
    assert part_of_day(datetime(2026, 1, 1, hour, tzinfo=UTC)) == part


def asking(community: Community, resident_id: str, *, ask_id: str | None = None, act: str = "invite", **more: Any) -> Any:
    body = {"resident_id": resident_id, "act": act, "step": "one_deed_away", **{k: v for k, v in more.items() if k != "as_id"}}
    return community.call("PUT", f"/invitations/{ask_id or new_id()}", body=body, roles=["organizer"], as_id=more.get("as_id"))


def answering(community: Community, ask_id: str, resident_id: str, answer: str) -> Any:
    return community.call(
        "PUT", f"/invitations/{ask_id}/answer", body={"answer": answer}, roles=["resident"], as_id=resident_id
    )


def contactable(community: Community, name: str = "王小明", **more: Any) -> str:
    return community.resident(name, consents=["service", "contact"], **more)


def slug_of(response: Any) -> str:
    return str(response.json["type"]).rpartition(":")[2]


def test_an_ask_is_made_once_and_seen_by_whom_it_was_put_to(community: Community) -> None:
    resident_id, ask_id, staff = contactable(community), new_id(), new_id()
    activity = community.tell(community.activity())

    first = asking(community, resident_id, ask_id=ask_id, activity_id=activity.activity_id, as_id=staff)
    again = asking(community, resident_id, ask_id=ask_id, activity_id=activity.activity_id, as_id=staff)
    other = asking(community, resident_id, ask_id=ask_id, as_id=staff)

    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 409]
    assert first.json == again.json and (first.json["title"], first.json["outcome"], first.json["waits"]) == ("便民理发", "open", True)
    mine = community.call("GET", "/invitations", roles=["resident"], as_id=resident_id).json["items"]
    assert [(row["id"], row["made_by"]) for row in mine] == [(ask_id, None)] and "便民理发" in mine[0]["text_zh"]
    assert community.call("GET", f"/invitations/{ask_id}", roles=["resident"]).status_code == 404
    assert community.call("GET", "/invitations", roles=["resident"]).json["items"] == []


@pytest.mark.parametrize("role", ["resident", "auditor", "partner"])
def test_only_the_office_asks(community: Community, role: str) -> None:
    body = {"resident_id": contactable(community), "act": "call", "step": "sleeping_talent"}
    assert community.call("PUT", f"/invitations/{new_id()}", body=body, roles=[role]).status_code == 403


def test_nobody_asks_themselves_or_elsewhere(community: Community) -> None:
    resident_id = contactable(community)
    assert slug_of(asking(community, resident_id, as_id=resident_id)) == "own-ask"
    assert asking(community, new_id()).status_code == 404
    gone = community.tell(community.activity(status="cancelled"))
    assert slug_of(asking(community, resident_id, activity_id=gone.activity_id)) == "activity-not-coming"


def test_whoever_did_not_agree_is_not_asked_until_they_do(community: Community) -> None:
    resident_id = community.resident()
    assert slug_of(asking(community, resident_id)) == "not-to-be-asked"

    community.tell(
        ConsentsChanged(
            resident_id=resident_id, community_code=community.code, consents=["service", "contact"], changed_at=utc_now()
        )
    )
    assert asking(community, resident_id).status_code == 201
    older = ConsentsChanged(resident_id=resident_id, community_code=community.code, consents=["service"], changed_at=noon(30))
    community.tell(older)
    assert Neighbour.objects(id=resident_id).get().may_contact is True


def test_never_two_open_asks_and_three_in_thirty_days(community: Community) -> None:
    resident_id = contactable(community)
    for _ in range(3):
        ask_id = new_id()
        assert asking(community, resident_id, ask_id=ask_id).status_code == 201
        assert slug_of(asking(community, resident_id)) == "not-to-be-asked"
        assert answering(community, ask_id, resident_id, "not_this_time").json["waits"] is False

    assert slug_of(asking(community, resident_id)) == "not-to-be-asked"
    with time_machine.travel(utc_now() + timedelta(days=31)):
        assert asking(community, resident_id).status_code == 201


def test_an_ask_that_nobody_answered_stands_in_the_way_only_while_it_is_open(community: Community) -> None:
    resident_id = contactable(community)
    asking(community, resident_id)
    with time_machine.travel(utc_now() + timedelta(days=31)):
        assert asking(community, resident_id).status_code == 201
    assert Invitation.objects(resident_id=resident_id, open=True).count() == 1


def test_please_do_not_ask_me_again_is_kept_until_they_take_it_back(community: Community) -> None:
    resident_id, ask_id = contactable(community), new_id()
    community.tell(community.service(resident_id, days=2)), community.tell(community.service(resident_id, days=1))
    asking(community, resident_id, ask_id=ask_id)
    assert answering(community, ask_id, resident_id, "never").status_code == 200
    assert answering(community, ask_id, resident_id, "never").status_code == 200
    assert slug_of(answering(community, ask_id, resident_id, "coming")) == "ask-answered"

    commands.judge_touched()
    with time_machine.travel(utc_now() + timedelta(days=100)):
        assert slug_of(asking(community, resident_id)) == "not-to-be-asked"
    (row,) = steps(community, "one_deed_away")
    assert (row["resident_id"], row["closed"]) == (resident_id, "asked_not_to")
    path = f"/asking/{resident_id}"
    assert community.call("GET", path, roles=["resident"], as_id=resident_id).json["open"] is False
    assert community.call("PUT", path, body={"open": True}, roles=["steward"]).status_code == 403
    assert community.call("PUT", path, body={"open": True}, roles=["resident"], as_id=resident_id).json["open"] is True
    assert asking(community, resident_id).status_code == 201
    assert community.call("PUT", path, body={"open": False}, roles=["resident"], as_id=resident_id).json["open"] is False


def test_staff_note_what_was_said_and_nobody_else_answers_for_somebody(community: Community) -> None:
    resident_id, ask_id = contactable(community), new_id()
    asking(community, resident_id, ask_id=ask_id, act="call")
    assert answering(community, ask_id, new_id(), "coming").status_code == 404

    noted = community.call("PUT", f"/invitations/{ask_id}/answer", body={"answer": "coming"}, roles=["organizer"])

    assert (noted.json["answer"], noted.json["waits"]) == ("coming", True)


def steps(community: Community, which: str) -> list[dict[str, Any]]:
    commands.judge_touched()
    answer: dict[str, Any] = community.call("GET", f"/communities/{community.code}/next-steps?list={which}").json
    return answer["items"]


def test_a_list_names_the_act_the_best_activity_and_why(community: Community) -> None:
    community.tell(community.grid("G1"))
    near = contactable(community, "两次", grid="G1")
    for days in (1, 2):
        community.tell(community.service(near, days=days))
    community.tell(community.activity(item="patrol", title="巡逻", place="东苑广场"))

    (row,) = steps(community, "one_deed_away")

    assert (row["name"], row["act"], row["title"], row["closed"]) == ("两次", "invite", "巡逻", None)
    assert [reason["code"] for reason in row["fits"]] == ["same_grid"]
    assert row["fits"][0]["text_zh"] == "就在自己网格"


def test_the_lists_of_sleepers_fits_and_grids(community: Community) -> None:
    community.tell(community.grid("G1")), community.tell(community.grid("G2"))
    barber = contactable(community, "理发师", grid="G1")
    community.tell(community.admission(barber, "haircut", days=100))
    activity = community.tell(community.activity(item="haircut"))

    (sleeper,), (fitting,) = (steps(community, which) for which in ("sleeping_talent", "fitting_activity"))
    first, second = steps(community, "grid_without_backbone")

    assert (sleeper["act"], sleeper["resident_id"]) == ("call", barber)
    assert (fitting["act"], fitting["activity_id"], fitting["fits"][0]["params"]["skill"]) == ("invite", activity.activity_id, "haircut")
    assert (first["grid_code"], first["act"], first["resident_id"]) == ("G1", "assign", barber)
    assert (second["grid_code"], second.get("act")) == ("G2", None)


def test_who_never_came_is_invited_in_turn_and_only_who_may_be_asked(community: Community) -> None:
    community.tell(community.grid("G1"))
    community.resident("没说可以联系")
    asked, new, came = (contactable(community, name, grid="G1") for name in ("请过一次", "还没请过", "来过"))
    with time_machine.travel(utc_now() - timedelta(days=40)):
        commands.judge_touched()
        assert asking(community, asked, step="not_yet_come").status_code == 201
    community.tell(community.service(came, days=2))
    activity = community.tell(community.activity(item="patrol", title="巡逻", place="东苑广场"))

    first, second = steps(community, "not_yet_come")

    assert [row["resident_id"] for row in (first, second)] == [new, asked]
    assert (first["act"], first["activity_id"], first["closed"]) == ("invite", activity.activity_id, None)
    assert first["text_zh"] == "参加一次活动即可成为普通参与者"
    assert asking(community, new, step="not_yet_come").status_code == 201
    assert [row["resident_id"] for row in steps(community, "not_yet_come")] == [asked]


def test_a_list_is_the_staffs_of_the_community(community: Community) -> None:
    path = f"/communities/{community.code}/next-steps?list=sleeping_talent"
    assert community.call("GET", path, roles=["resident"]).status_code == 403
    assert community.call("GET", path, community_code="ELSEWHERE").status_code == 403
    assert community.call("GET", f"/communities/{community.code}/next-steps?list=ranking").status_code == 422


def test_asks_are_counted_beside_those_who_were_not_asked(community: Community) -> None:
    people = [contactable(community, f"居民{n}") for n in range(4)]
    with time_machine.travel(utc_now() - timedelta(days=40)):
        for resident_id in people:
            community.tell(community.service(resident_id, days=1)), community.tell(community.service(resident_id, days=2))
        commands.judge_touched()
        assert asking(community, people[0]).status_code == 201
        assert asking(community, people[1]).status_code == 201
    community.tell(community.service(people[0], days=20)), community.tell(community.service(people[2], days=20))

    outcomes = community.call("GET", f"/communities/{community.code}/ask-outcomes").json
    row = next(row for row in outcomes["items"] if row["step"] == "one_deed_away")

    assert (row["asked"], row["worked"], row["did_not"], row["open"]) == (2, 1, 1, 0)
    assert (row["peers"], row["peers_came"]) == (4, 2)  # two who were not asked, beside each of the two asks


def test_what_somebody_was_asked_leaves_with_them(community: Community) -> None:
    resident_id, other, ask_id = contactable(community), contactable(community), new_id()
    asking(community, resident_id, ask_id=ask_id)
    Invitation.objects(id=ask_id).update(set__peers=[other])

    community.tell(community.leaving(other)), community.tell(community.leaving(other))
    assert Invitation.objects(id=ask_id).get().peers == []
    community.tell(community.leaving(resident_id))
    assert Invitation.objects(resident_id=resident_id).count() == 0


def test_acts_and_answers_are_closed_lists(community: Community) -> None:
    assert {act.value for act in Act} == {"invite", "call", "assign"}
    assert {answer.value for answer in Answer} == {"coming", "not_this_time", "never"}
    refused = community.call("PUT", f"/invitations/{new_id()}", body={"resident_id": "x", "act": "order", "step": "rank"})
    assert {error["pointer"] for error in refused.json["errors"]} == {"/resident_id", "/act", "/step"}
