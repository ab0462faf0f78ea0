"""Whom somebody met at an activity: only for who was there, names masked but of leaders and who agreed, with a proof that is good."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from services.checkin.settings import settings
from shared.web.proofs import read_proof

Headers = dict[str, str]
Call = Callable[..., Any]


def met(api: FlaskClient, headers: Headers, activity: Any) -> list[Any]:
    return list(api.get(f"/api/v1/activities/{activity['id']}/companions", headers=headers).json["items"])


def test_who_was_there_reads_whom_they_met_and_can_prove_it(
    api: FlaskClient, signed: Call, person: Call, announced: Call, logged: Call, community: str
) -> None:
    me, shy, open_one, absent = person("周玉兰"), person("高志远"), person("马春燕", consents=["service", "publish"]), person("宋丽华")
    leader = person("李建国")
    activity = announced(leader_id=leader)
    for who in (me, shy, open_one):
        logged(activity, who)

    rows = met(api, signed(me), activity)
    assert [(row["name"], row["part"]) for row in rows] == [("李建国", "leader"), ("高**", "beside"), ("马春燕", "beside")]
    proof = read_proof(rows[0]["proof"], "thanks", settings())
    assert (proof.about, proof.by_id, proof.community_code) == (leader, me, community)
    assert met(api, signed(absent), activity) == []
    assert absent not in str(rows)


def test_an_activity_of_elsewhere_is_not_found(api: FlaskClient, signed: Call, announced: Call) -> None:
    activity = announced()
    answer = api.get(f"/api/v1/activities/{activity['id']}/companions", headers=signed(community_code="T-ELSE"))
    assert answer.status_code == 404
