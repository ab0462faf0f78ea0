"""Thank-you notes and the honour page: who may thank whom, what becomes public by whose yes, and what nobody can see."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from mongoengine.connection import get_db

from services.talent.models import HonourEntry, ThankYouNote
from services.talent.rules.thanking import is_public
from services.talent.settings import settings
from shared.clock import utc_now
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from shared.web.auth import Acting
from shared.web.proofs import Proof, sign_proof
from tests.services.talent.conftest import Community, Somebody
from tests.services.talent.test_commendations import agree, granted, slug


def proof_of(community: Community, to: Somebody, by: Somebody, *, what: str = "thanks", code: str | None = None) -> str:
    return sign_proof(Proof(what=what, about=to.id, by_id=by.id, community_code=code or community.code), settings())


def thanked(community: Community, by: Somebody, to: Somebody, **more: Any) -> Any:
    said = {"to_id": to.id, "words": "谢谢您帮我修好了收音机", "proof": proof_of(community, to, by)} | more
    return community.call("PUT", f"/thanks/{said.pop('id', None) or new_id()}", by, said)


def step(community: Community, who: Somebody, note: str, what: str, body: Any) -> Any:
    return community.call("PUT", f"/thanks/{note}/{what}", who, body)


def on_page(community: Community, **more: Any) -> list[Any]:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return list(community.call("GET", f"/honours?community_code={community.code}{query}").json["items"])


@pytest.fixture
def two(community: Community) -> tuple[Somebody, Somebody]:
    """Who thanks, and who is thanked."""
    return community.somebody("周玉兰"), community.somebody("郑海波")


@pytest.mark.parametrize(("status", "shown", "hidden", "reported", "public"), [
    ("given", True, False, False, True), ("given", False, False, False, False), ("given", True, True, False, False),
    ("given", True, False, True, False), ("taken_back", True, False, False, False), ("removed", True, False, False, False),
])  # fmt: skip
def test_a_note_is_public_only_while_its_receiver_shows_it(status: str, shown: bool, hidden: bool, reported: bool, public: bool) -> None:
    assert is_public(status, shown=shown, hidden=hidden, reported=reported) is public


def test_a_note_sent_twice_is_one_and_phone_numbers_are_cut_out(community: Community, two: tuple[Somebody, Somebody]) -> None:
    writer, receiver = two
    id_ = new_id()
    words = "谢谢，我的电话是 138 0000 1234"
    first, again = (thanked(community, writer, receiver, id=id_, words=words, about="便民服务日") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert thanked(community, writer, receiver, id=id_, words="别的").status_code == 409
    (got,) = community.call("GET", "/thanks", receiver).json["items"]
    assert got["words"] == "谢谢，我的电话是 …" and got["from_name"] == "周玉兰" and got["about"] == "便民服务日"
    (sent,) = community.call("GET", "/thanks?side=written", writer).json["items"]
    assert sent["to_name"] == "郑**"
    assert community.call("GET", "/thanks", community.organizer()).json["items"] == []
    assert slug(community.call("GET", "/thanks?side=reported", writer)) == "forbidden"


def test_one_thanks_a_person_once_a_day_also_at_the_same_moment(community: Community, two: tuple[Somebody, Somebody]) -> None:
    writer, receiver = two
    with ThreadPoolExecutor(4) as threads:
        answers = [answer.status_code for answer in threads.map(lambda _: thanked(community, writer, receiver), range(4))]
    assert sorted(answers) == [201, 409, 409, 409]
    assert slug(thanked(community, writer, receiver)) == "thanked-today"
    for number in range(9):
        assert thanked(community, writer, community.somebody(f"邻{number}")).status_code == 201
    assert slug(thanked(community, writer, community.somebody("邻十"))) == "too-many-notes"


def test_another_day_one_may_thank_again(community: Community, two: tuple[Somebody, Somebody]) -> None:
    writer, receiver = two
    thanked(community, writer, receiver)
    with time_machine.travel(utc_now() + timedelta(days=1)):
        headers = community._as_caller(roles={"resident"}, resident_id=writer.id, community_code=community.code, name=writer.name)
        assert thanked(community, Somebody(writer.id, writer.name, None, headers), receiver).status_code == 201


def test_only_people_who_met_thank_each_other(community: Community, two: tuple[Somebody, Somebody]) -> None:
    writer, receiver = two
    other = community.somebody("别人")
    for proof in ("", "x.y.z", proof_of(community, other, writer), proof_of(community, receiver, other),
                  proof_of(community, receiver, writer, what="card"), proof_of(community, receiver, writer, code="T-X")):  # fmt: skip
        assert slug(thanked(community, writer, receiver, proof=proof)) == "not-met"
    assert slug(thanked(community, writer, writer)) == "own-thanks"
    assert slug(thanked(community, writer, receiver, for_office=True)) == "forbidden"


def test_the_office_hands_on_what_a_resident_or_somebody_unknown_told_it(
    community: Community, two: tuple[Somebody, Somebody]
) -> None:
    writer, receiver = two
    office = community.organizer()
    said = {"to_id": receiver.id, "words": "电话里说谢谢", "for_office": True}
    known = community.call("PUT", f"/thanks/{new_id()}", office, said | {"from_id": writer.id})
    unknown = [community.call("PUT", f"/thanks/{new_id()}", office, said) for _ in range(2)]
    assert [answer.status_code for answer in (known, *unknown)] == [201, 201, 201]
    assert [row["from_name"] for row in community.call("GET", "/thanks", receiver).json["items"]] == [None, None, "周玉兰"]
    assert get_db("talent")["audit"].count_documents({"act": "thank-by-office", "about": receiver.id}) == 3
    assert slug(community.call("PUT", f"/thanks/{new_id()}", office, said | {"to_id": office.id})) == "own-thanks"
    assert slug(community.call("PUT", f"/thanks/{new_id()}", office, said | {"to_id": new_id()})) == "candidate-unknown"


def test_a_proxy_thanks_in_the_name_of_their_person(community: Community, two: tuple[Somebody, Somebody]) -> None:
    writer, receiver = two
    proxy = Acting(by_id=new_id(), mandate_id=new_id(), acts=frozenset({"sign_up"}))
    headers = community._as_caller(resident_id=writer.id, community_code=community.code, name=writer.name, acting=proxy)
    assert thanked(community, Somebody(writer.id, writer.name, None, headers), receiver).status_code == 201
    note = ThankYouNote.objects(to_id=receiver.id).get()
    assert (note.from_id, note.by_id, note.way) == (writer.id, proxy.by_id, "proxy")


def test_a_note_taken_back_loses_its_words_and_no_stranger_touches_one(community: Community, two: tuple[Somebody, Somebody]) -> None:
    writer, receiver = two
    note = thanked(community, writer, receiver).json["id"]
    for what, body in (("showing", {"shown": True}), ("hiding", {"hidden": True}), ("report", {"reason": "x"})):
        assert slug(step(community, writer, note, what, body)) == "note-not-found"
    assert slug(community.call("DELETE", f"/thanks/{note}", receiver)) == "note-not-found"
    for _ in range(2):
        assert community.call("DELETE", f"/thanks/{note}", writer).json["status"] == "taken_back"
    assert community.call("GET", "/thanks", receiver).json["items"] == []
    assert ThankYouNote.objects(id=note).get().words is None
    assert slug(step(community, receiver, note, "showing", {"shown": True})) == "note-closed"


def test_a_reported_note_is_shown_nowhere_until_another_one_of_the_office_has_looked(
    community: Community, two: tuple[Somebody, Somebody]
) -> None:
    writer, receiver = two
    community.call("PUT", "/honours/mine", receiver, {"shown": True})
    note = thanked(community, writer, receiver).json["id"]
    step(community, receiver, note, "showing", {"shown": True})
    office = community.organizer()
    assert slug(step(community, office, note, "review", {"outcome": "keep", "reason": "x"})) == "note-not-found"
    for _ in range(2):
        assert step(community, receiver, note, "report", {"reason": "不实"}).status_code == 200
    assert on_page(community)[0]["notes"] == []
    assert [row["words"] for row in community.call("GET", "/thanks?side=reported", office).json["items"]] == ["谢谢您帮我修好了收音机"]
    looked = [step(community, office, note, "review", {"outcome": "remove", "reason": "核实过"}) for _ in range(2)]
    assert [answer.json["status"] for answer in looked] == ["removed", "removed"]
    assert slug(step(community, office, note, "review", {"outcome": "keep", "reason": "核实过"})) == "note-closed"
    assert community.call("GET", "/thanks?side=reported", office).json["items"] == []


def test_nobody_of_the_office_looks_at_a_note_of_their_own(community: Community) -> None:
    office, writer = community.organizer(), community.somebody("周玉兰")
    note = thanked(community, writer, office).json["id"]
    step(community, office, note, "report", {"reason": "不实"})
    assert slug(step(community, office, note, "review", {"outcome": "remove", "reason": "x"})) == "forbidden"


# --- the honour page


def test_nobody_stands_on_the_page_without_a_yes_and_a_no_counts_at_once(community: Community, deliver: Any) -> None:
    whom = community.somebody("王小明")
    agree(deliver, whom, community.code, ["service", "publish"])
    granted(community, whom)
    assert on_page(community) == []
    for _ in range(2):
        assert community.call("PUT", "/honours/mine", whom, {"shown": True}).json["shown"] is True
    (entry,) = on_page(community)
    assert entry == {**entry, "name": "王小明", "skills": [], "notes": []} and entry["awards"][0]["title"] == "优秀志愿者"
    assert set(entry) == {"name", "skills", "awards", "notes"}
    for _ in range(2):
        assert community.call("PUT", "/honours/mine", whom, {"shown": False}).json["shown"] is False
    assert on_page(community) == []


def test_who_takes_publish_back_or_leaves_is_off_the_page(community: Community, deliver: Any) -> None:
    one, other, third = community.somebody("甲"), community.somebody("乙"), community.somebody("丙")
    agree(deliver, one, community.code, ["service", "publish"])
    for who in (one, other, third):
        community.call("PUT", "/honours/mine", who, {"shown": True})
    agree(deliver, one, community.code, ["service"], days=2)
    agree(deliver, other, community.code, ["service", "contact"], days=2)
    note = thanked(community, third, other).json["id"]
    deliver("talent", ResidentLeft(resident_id=third.id, community_code=community.code, left_at=utc_now()))
    assert [row["name"] for row in on_page(community)] == ["乙"]
    assert HonourEntry.objects(community_code=community.code).count() == 1
    assert ThankYouNote.objects(id=note).count() == 0


def test_the_page_goes_by_the_sound_of_names_page_by_page(community: Community) -> None:
    for name in ("周玉兰", "王小明", "李建国", "王小民"):
        community.call("PUT", "/honours/mine", community.somebody(name), {"shown": True})
    first = community.call("GET", f"/honours?community_code={community.code}&limit=3").json
    rest = on_page(community, limit=3, cursor=first["next_cursor"])
    assert [row["name"] for row in [*first["items"], *rest]] == ["李建国", "王小民", "王小明", "周玉兰"]


def test_a_note_is_shown_by_its_receiver_and_its_writer_named_by_themselves(community: Community, two: tuple[Somebody, Somebody]) -> None:
    writer, receiver = two
    community.call("PUT", "/honours/mine", receiver, {"shown": True})
    note = thanked(community, writer, receiver).json["id"]
    assert on_page(community)[0]["notes"] == []
    step(community, receiver, note, "showing", {"shown": True})
    assert on_page(community)[0]["notes"] == [{"words": "谢谢您帮我修好了收音机", "from_name": None}]
    step(community, writer, note, "naming", {"named": True})
    assert on_page(community)[0]["notes"][0]["from_name"] == "周玉兰"
    step(community, receiver, note, "hiding", {"hidden": True})
    assert on_page(community)[0]["notes"] == []
    (own,) = community.call("GET", "/thanks", receiver).json["items"]
    assert own["hidden"] and not own["shown"]


def test_skills_of_a_talent_stand_beside_the_name_until_they_are_suspended(community: Community) -> None:
    talent = community.admitted("马春燕")
    community.call("PUT", "/honours/mine", talent, {"shown": True})
    assert on_page(community)[0]["skills"] == ["haircut"]
    community.call("PUT", f"/talents/{talent.id}/suspension", community.steward(), {"reason": "先停一停"})
    assert on_page(community)[0]["skills"] == []
