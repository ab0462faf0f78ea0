"""Two-way selection of a project's leader: standing with a plan, choosing, agreeing, confirming without conflict, receipts."""

from datetime import timedelta
from typing import Any

import pytest
from time_machine import travel

from services.engagement.models import Matter
from shared.clock import local_day, utc_now
from shared.ids import new_id
from tests.services.engagement.conftest import Community, Matters, log_of, slug
from tests.services.engagement.test_matters_decided import Way

PLAN = {"plan": "先清一楼，再逐层粉刷。", "budget": "800 元"}


class Project(Way):
    """A decided matter that looks for a leader: two days for standing, two for choosing."""

    def __init__(self, community: Community, matters: Matters) -> None:
        super().__init__(community, matters)
        self.decided()

    def wanted(self, **more: Any) -> dict[str, Any]:
        today = local_day(utc_now())
        days = {"stand_until": (today + timedelta(days=1)).isoformat(), "choose_until": (today + timedelta(days=3)).isoformat()}
        return {"text": "请一位牵头人", "terms": "三个月内完成，每笔开支有票据。", "budget": "不超过 1000 元", **days, **more}

    def open(self, selection_id: str | None = None, **more: Any) -> Any:
        path = f"{self.path}/selections/{selection_id or new_id()}"
        return self.matters.by_staff(path, self.wanted(**more), role="steward")

    def stand(self, who: str, candidate_id: str | None = None, **more: Any) -> Any:
        return self.matters.put(f"{self.path}/candidates/{candidate_id or new_id()}", {**PLAN, **more}, as_id=who)

    def stood(self, who: str) -> str:
        answer = self.stand(who, candidate := new_id())
        assert answer.status_code == 201, answer.json
        return candidate

    def choose(self, who: str, candidate: str) -> Any:
        return self.matters.put(f"{self.path}/choice", {"candidate_id": candidate}, as_id=who)

    def answer(self, who: str, candidate: str, agrees: bool = True) -> Any:
        return self.matters.put(f"{self.path}/candidates/{candidate}/terms", {"agrees": agrees}, as_id=who)

    def confirm(self, candidate: str, **more: Any) -> Any:
        body = {"candidate_id": candidate, "reason": "计划最细。"}
        return self.matters.by_staff(f"{self.path}/leader", body, role="steward", **more)

    def selection(self, who: str | None = None, **more: Any) -> dict[str, Any]:
        return self.matters.get(self.path, as_id=who, **more).json["selections"][-1]  # type: ignore[no-any-return]


@pytest.fixture
def project(community: Community, matters: Matters) -> Project:
    return Project(community, matters)


def in_days(days: int) -> Any:
    return travel(utc_now() + timedelta(days=days), tick=True)


def test_residents_stand_those_concerned_choose_the_chosen_agrees_and_a_steward_confirms(project: Project) -> None:
    assert project.open().status_code == 201
    able, other, neighbour = project.resident(), project.resident(), project.resident()
    first, second = project.stood(able), project.stood(other)
    early = [project.choose(neighbour, first), project.answer(able, first), project.confirm(first)]
    with in_days(2):
        late = project.stand(project.resident())
        for who in (neighbour, other):
            project.choose(who, first)
        project.choose(able, second)
        project.choose(able, first)
        during = project.selection(able)
    with in_days(4):
        over, too_soon = project.choose(neighbour, second), project.confirm(first)
        not_theirs, agreed, again = project.answer(other, first), project.answer(able, first), project.answer(able, first)
        turned = project.answer(able, first, agrees=False)
        unchosen = [project.answer(other, second), project.confirm(second)]
        confirmed, repeated = project.confirm(first), project.confirm(first)
        shown = project.selection()

    assert {slug(answer) for answer in [*early, late, over, too_soon]} == {"selection-closed"}
    assert (during["phase"], during["choosers"], during["own_choice"]) == ("choosing", 3, first)
    assert [row["chosen_by"] for row in during["candidates"]] == [None, None]
    assert (slug(not_theirs), agreed.status_code, again.status_code, slug(turned)) == ("candidate-not-found", 201, 200, "id-in-use")
    assert (unchosen[0].status_code, slug(unchosen[1])) == (201, "selection-closed")
    assert (confirmed.status_code, repeated.status_code) == (201, 200)
    assert (shown["phase"], shown["leader"]["name"], shown["leader"]["reason"]) == ("led", "王**", "计划最细。")
    assert [row["chosen_by"] for row in shown["candidates"]] == [3, 0]


def test_nobody_confirms_themselves_their_household_or_what_they_raised(project: Project) -> None:
    home = new_id()
    project.open()
    able = project.resident(household=home)
    candidate = project.stood(able)
    with in_days(2):
        project.choose(project.resident(), candidate)
    with in_days(4):
        project.answer(able, candidate)
        near = ({"as_id": able}, {"household_id": home}, {"as_id": project.author})
        refused = [project.confirm(candidate, **who) for who in near]
        tie = project.selection(roles=("steward",), household_id=home)["tie"]
        organizer = project.matters.by_staff(f"{project.path}/leader", {"candidate_id": candidate, "reason": "x"})
        assert project.confirm(candidate).status_code == 201

    assert [slug(answer) for answer in refused] == ["matter-too-close"] * 3 and tie is True
    assert organizer.status_code == 403
    assert "matter-act-refused" in [row["act"] for row in log_of(project.path)]


def test_a_household_stands_once_and_stands_no_more_when_it_says_so(project: Project) -> None:
    home, able = new_id(), project.resident()
    mother, son = project.resident(household=home), project.resident(household=home)
    before = project.stand(able)
    project.open()
    candidate = project.stood(mother)
    twice = project.stand(son)
    others = project.community.call("DELETE", f"{project.path}/candidates/{candidate}", roles=("resident",), as_id=son)
    gone = project.community.call("DELETE", f"{project.path}/candidates/{candidate}", roles=("resident",), as_id=mother)
    assert (slug(before), slug(twice), slug(others)) == ("matter-not-there", "stands-already", "candidate-not-found")
    assert gone.json["selections"][-1]["candidates"][0]["status"] == "withdrawn"
    project.stood(son)
    with in_days(2):
        assert slug(project.choose(able, candidate)) == "candidate-not-found"
        elsewhere = project.choose(project.resident(grid="G2"), project.selection()["candidates"][1]["id"])
        assert slug(elsewhere) == "not-concerned"


def test_a_selection_is_opened_once_with_days_in_their_order_and_anew_when_nobody_is_left(project: Project) -> None:
    path = new_id()
    first, again, other = project.open(path), project.open(path), project.open(path, text="别的")
    second = project.open()
    today = local_day(utc_now())
    wrong = [{"stand_until": (today - timedelta(days=1)).isoformat()}, {"choose_until": today.isoformat()}, {"choose_until": "2099-01-01"}]
    fresh = Project(project.community, project.matters)
    pointers = [fresh.open(**more).json["errors"][0]["pointer"] for more in wrong]
    with in_days(5):
        anew = project.open()

    assert (first.status_code, again.status_code, other.status_code, slug(second)) == (201, 200, 409, "selection-closed")
    assert pointers == ["/stand_until", "/choose_until", "/choose_until"]
    assert anew.status_code == 201 and len(anew.json["selections"]) == 2


def test_the_leader_writes_down_what_was_spent_and_another_confirms(project: Project) -> None:
    project.open()
    able = project.resident()
    candidate = project.stood(able)
    with in_days(2):
        project.choose(project.resident(), candidate)
    with in_days(4):
        project.answer(able, candidate)
        project.confirm(candidate)
        receipt = f"{project.path}/receipts/{new_id()}"
        body = {"what": "涂料两桶", "sum": "260 元", "spent_on": local_day(utc_now()).isoformat()}
        stranger, made, again = (project.matters.put(receipt, body, as_id=who) for who in (project.resident(), able, able))
        own = project.matters.by_staff(f"{receipt}/confirmation", as_id=able)
        colleague = new_id()
        seen, twice = (project.matters.by_staff(f"{receipt}/confirmation", as_id=colleague) for _ in range(2))
        nothing = project.matters.by_staff(f"{project.path}/receipts/{new_id()}/confirmation")
        (row,) = project.selection()["receipts"]

    assert (slug(stranger), made.status_code, again.status_code, slug(own)) == ("not-the-leader", 201, 200, "matter-too-close")
    assert (seen.status_code, twice.status_code, slug(nothing)) == (201, 200, "receipt-not-found")
    assert (row["what"], row["sum"], row["confirmed_at"] is not None) == ("涂料两桶", "260 元", True)


def test_who_leaves_stands_for_nothing_and_leads_nothing(project: Project) -> None:
    project.open()
    able, other = project.resident(), project.resident()
    candidate, second = project.stood(able), project.stood(other)
    with in_days(2):
        project.choose(project.resident(), candidate)
    with in_days(4):
        project.answer(able, candidate)
        project.confirm(candidate)
        project.community.tell(project.community.leaving(able))
        shown = project.selection(roles=("steward",))
        anew = project.open()

    assert [(row["status"], row["resident_id"]) for row in shown["candidates"]] == [("left", None), ("stands", other)]
    assert shown["leader"]["name"] is None and second == shown["candidates"][1]["id"]
    assert anew.status_code == 201
    assert Matter._get_collection().count_documents({"selections.candidates.resident_id": able}) == 0
    assert Matter._get_collection().count_documents({"selections.candidates.resident_id": other}) == 1
