"""Who brought whom: noted once, capped by month, and doubtful where patterns say so until a steward has looked."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.engagement import commands
from services.engagement.models import Neighbour, Standing
from services.engagement.rules.mobilization import Bringer, Brought, Doubt, doubts, within_cap
from services.engagement.rules.tiers import Person, Terms, evidence_on
from shared.ids import new_id
from tests.services.engagement.conftest import Community

TODAY = date(2026, 11, 20)
ME = Bringer("me", household_id="h0", activities=frozenset("abc"))


def newcomer(id_: str, activities: str = "x", *, days: tuple[int, ...] = (1,), **more: Any) -> Brought:
    return Brought(id_, frozenset(activities), frozenset(TODAY - timedelta(days=day) for day in days), **more)


NONE: set[Doubt] = set()
TABLE = [
    # newcomers, who brought the bringer → the doubts about the first
    ([newcomer("p")], (), NONE),
    ([newcomer("p", "ab")], (), NONE),
    ([newcomer("p", "ab"), newcomer("q", "bc")], (), {Doubt.ONLY_TOGETHER}),
    ([newcomer("p", "a"), newcomer("q", "b")], (), NONE),
    ([newcomer("p", "ab"), newcomer("q", "bx")], (), NONE),
    ([newcomer("p", household_id="h0")], (), {Doubt.OWN_HOUSEHOLD}),
    ([newcomer(id_, household_id="h1") for id_ in "pq"], (), NONE),
    ([newcomer(id_, household_id="h1") for id_ in "pqr"], (), {Doubt.ONE_HOUSEHOLD}),
    ([*(newcomer(id_, household_id="h1") for id_ in "pqr"), newcomer("s", household_id="h2")], (), NONE),
    ([newcomer(id_, phone_tail="1234") for id_ in "pq"], (), {Doubt.SAME_PHONE}),
    ([newcomer("p", phone_tail="1234"), newcomer("q", phone_tail="1235")], (), NONE),
    ([newcomer(id_, id_, days=(3, 9)) for id_ in "pqr"], (), {Doubt.SAME_DAYS}),
    ([newcomer(id_, id_, days=(3,)) for id_ in "pqr"], (), NONE),
    ([newcomer("p")], ("r", "p"), {Doubt.CIRCLE}),
]


@pytest.mark.parametrize(("newcomers", "above", "found"), TABLE)
def test_what_makes_a_newcomer_doubtful(newcomers: list[Brought], above: tuple[str, ...], found: set[Doubt]) -> None:
    bringer = Bringer(ME.id, ME.household_id, ME.activities, above)
    assert doubts(bringer, newcomers)[newcomers[0].id] == found
    assert doubts(bringer, newcomers[::-1]) == doubts(bringer, newcomers)


first_days = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 90).map(lambda n: TODAY - timedelta(days=n)))


@given(first_days, st.integers(0, 4))
def test_a_cap_counts_the_earliest_of_each_month_and_later_ones_displace_nobody(first: dict[str, date], most: int) -> None:
    counting = within_cap(first, most=most)
    months = [first[id_].month for id_ in counting]
    assert all(months.count(month) <= most for month in months)
    latest = max(first.values(), default=TODAY)
    assert counting - {"later"} == within_cap({**first, "later": latest + timedelta(days=1)}, most=most) - {"later"}


def test_of_a_months_newcomers_no_more_than_the_cap_count() -> None:
    person = Person(brought={f"n{day}": frozenset({TODAY - timedelta(days=day)}) for day in range(8)})
    assert len(evidence_on(person, TODAY, Terms(mobilized_a_month=3)).mobilized) == 3


def noting(community: Community, bringer: str, newcomer_id: str, *, note_id: str | None = None, by: str | None = None, **who: Any) -> Any:
    body = {"bringer_id": bringer, "newcomer_id": newcomer_id}
    return community.call("PUT", f"/mobilizations/{note_id or new_id()}", body=body, roles=["organizer"], as_id=by, **who)


def slug_of(response: Any) -> str:
    return str(response.json["type"]).rpartition(":")[2]


def talent(community: Community, name: str = "带头人", **more: Any) -> str:
    resident_id = community.resident(name, **more)
    community.tell(community.admission(resident_id))
    return resident_id


def test_staff_note_once_who_brought_a_newcomer(community: Community) -> None:
    elder, other, fresh, note_id, staff = talent(community), community.resident(), community.resident(), new_id(), new_id()

    first = noting(community, elder, fresh, note_id=note_id, by=staff)
    again = noting(community, elder, fresh, note_id=note_id, by=staff)

    assert [first.status_code, again.status_code] == [201, 200] and first.json == again.json
    assert slug_of(noting(community, other, fresh)) == "brought-already"
    assert noting(community, other, fresh, note_id=note_id, by=staff).status_code == 409
    community.tell(community.service(fresh))
    assert (community.standing(elder)["tier"], community.standing(elder)["reach"]) == ("backbone", 1)
    assert slug_of(noting(community, elder, community.resident(invited_by=other))) == "brought-already"


def test_who_took_part_before_came_by_themselves(community: Community) -> None:
    elder, known = community.resident(), community.resident()
    community.tell(community.service(known))
    assert slug_of(noting(community, elder, known)) == "deeds-before"
    assert slug_of(noting(community, elder, elder)) == "own-newcomer"
    assert noting(community, elder, new_id()).status_code == 404
    assert noting(community, elder, community.resident(), community_code="ELSEWHERE").status_code == 404
    body = {"bringer_id": elder, "newcomer_id": community.resident()}
    assert community.call("PUT", f"/mobilizations/{new_id()}", body=body, roles=["auditor"]).status_code == 403


def test_nobody_of_the_office_notes_for_their_own(community: Community) -> None:
    household = new_id()
    staff, partner = community.resident(household_id=household), community.resident(household_id=household)
    fresh = community.resident()
    assert slug_of(noting(community, staff, fresh, by=staff)) == "bringer-too-near"
    assert slug_of(noting(community, partner, fresh, by=staff)) == "bringer-too-near"
    assert slug_of(noting(community, community.resident(), staff, by=staff)) == "bringer-too-near"


def ring(community: Community) -> tuple[str, list[str]]:
    """Tell of somebody who brought two who only ever come along."""
    elder = talent(community)
    puppets = [community.resident(f"新人{n}", invited_by=elder) for n in range(2)]
    for n in range(2):
        activity = new_id()
        for who in (elder, *puppets):
            community.tell(community.participation(who, days=n + 1, activity=activity))
    return elder, puppets


def look(community: Community, bringer: str, newcomers: list[str], *, counts: bool = True, **who: Any) -> Any:
    body = {"newcomer_ids": newcomers, "counts": counts, "reason": "见过本人，确是邻居。"}
    return community.call("PUT", f"/newcomers/{bringer}/look", body=body, **who)


def test_a_ring_is_not_counted_until_a_steward_has_looked(community: Community) -> None:
    elder, puppets = ring(community)
    assert (community.standing(elder)["tier"], community.standing(elder)["reach"]) == ("participant", 0)

    answer = look(community, elder, puppets)
    assert (answer.status_code, answer.json["counted"], answer.json["doubtful"]) == (200, 2, 0)
    assert community.standing(elder)["tier"] == "backbone"
    assert len(look(community, elder, puppets).json["decisions"]) == 1

    look(community, elder, puppets[:1], counts=False)
    assert community.standing(elder)["reach"] == 1
    before = Standing.objects(id=elder).get().to_mongo()
    Standing.objects(id=elder).delete()
    commands.rebuild([])
    assert {**Standing.objects(id=elder).get().to_mongo(), "revision": 0, "outbox": 0} == {**before, "revision": 0, "outbox": 0}


def test_only_a_steward_without_conflict_looks(community: Community) -> None:
    elder, puppets = ring(community)
    assert look(community, elder, puppets, roles=["organizer"]).status_code == 403
    assert slug_of(look(community, elder, puppets, as_id=elder)) == "bringer-too-near"
    assert slug_of(look(community, elder, puppets, as_id=puppets[0])) == "bringer-too-near"
    assert look(community, elder, [community.resident()]).status_code == 404


def test_people_who_note_each_other_in_a_circle_are_doubtful(community: Community) -> None:
    first, second = talent(community, "甲"), talent(community, "乙")
    noting(community, first, second), noting(community, second, first)
    community.tell(community.service(first)), community.tell(community.service(second))

    rows = community.call("GET", f"/communities/{community.code}/reach").json["items"]

    assert {doubt["code"] for row in rows for newcomer in row["newcomers"] for doubt in newcomer["doubts"]} == {"circle"}
    assert {community.standing(one)["reach"] for one in (first, second)} == {0}


def test_reach_names_whom_each_brought_by_name_and_opens_to_staff_only(community: Community) -> None:
    elder = talent(community, "乙带头")
    community.tell(community.service(community.resident("张三", invited_by=elder)))
    community.resident("李四", invited_by=elder), community.resident("王五", invited_by=community.resident("甲邻居"))
    path = f"/communities/{community.code}/reach"

    rows = community.call("GET", path).json["items"]

    assert [row["name"] for row in rows] == ["乙带头", "甲邻居"]
    assert (rows[0]["people"], rows[0]["acting"], rows[0]["counted"]) == (2, 1, 1)
    assert [(row["name"], row["deeds"]) for row in rows[0]["newcomers"]] == [("张三", 1), ("李四", 0)]
    assert community.call("GET", f"{path}?limit=1").json["next_cursor"]
    assert community.call("GET", f"{path}?doubtful=true").json["items"] == []
    assert community.call("GET", path, roles=["resident"]).status_code == 403


def test_a_resident_reads_how_many_they_brought_never_who(community: Community) -> None:
    elder = community.resident()
    community.tell(community.service(community.resident(invited_by=elder)))

    mine = community.call("GET", f"/newcomers/{elder}", roles=["resident"], as_id=elder).json

    assert (mine["people"], mine["acting"]) == (1, 1) and "newcomers" not in mine
    assert community.call("GET", f"/newcomers/{elder}", roles=["resident"]).status_code == 403
    fresh = new_id()
    assert community.call("GET", f"/newcomers/{fresh}", roles=["resident"], as_id=fresh).json["people"] == 0


def test_what_was_known_of_home_and_phone_leaves_with_somebody(community: Community) -> None:
    resident_id = community.resident(household_id=new_id(), phone_tail="1234")
    community.tell(community.leaving(resident_id))
    left = Neighbour.objects(id=resident_id).get()
    assert (left.household_id, left.phone_tail, left.may_contact) == (None, None, None)
