"""The register: every verified hour of a period once, and totals that are the sum of the records behind them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.clock import local_day, utc_now

Headers = dict[str, str]
TODAY = local_day(utc_now())


def asked(api: FlaskClient, headers: Headers, path: str = "/register", **wanted: Any) -> Any:
    period = {"from": (TODAY - timedelta(days=1)).isoformat(), "until": (TODAY + timedelta(days=1)).isoformat()}
    answer = api.get(f"/api/v1{path}", query_string=period | wanted, headers=headers)
    return answer.json if answer.status_code == 200 else answer.status_code


def test_each_total_is_the_sum_of_the_records_behind_it(
    api: FlaskClient, organizer: Headers, steward: Headers, person: Callable[..., str], served: Callable[..., str]
) -> None:
    wang, li, zhao = person("王一", grid_code="G1"), person("李二", grid_code="G2"), person("赵三")
    wrong = served(zhao, 40)
    for who, minutes, item in ((wang, 60, "environment"), (wang, 30, "repair"), (li, 45, "environment"), (zhao, 20, "repair")):
        served(who, minutes, item=item)
    api.put(f"/api/v1/service-records/{wrong}/withdrawal", json={"reason": "记错了"}, headers=steward)

    totals = asked(api, organizer, "/register/totals")

    assert (totals["records"], totals["people"], totals["minutes"]) == (4, 3, 155)
    told = {part: {row["key"]: (row["records"], row["people"], row["minutes"]) for row in totals[part]} for part in ("items", "grids")}
    assert told == {
        "items": {"environment": (2, 2, 105), "repair": (2, 2, 50)},
        "grids": {"G1": (2, 1, 90), "G2": (1, 1, 45), "-": (1, 1, 20)},
    }
    for part, name in (("items", "item"), ("grids", "grid"), ("days", "day")):
        for row in totals[part]:
            behind = asked(api, organizer, **{name: row["key"]})["items"]
            assert sum(record["minutes"] for record in behind) == row["minutes"]
            assert len(behind) == row["records"]
    assert len(asked(api, organizer)["items"]) == 4


def test_a_record_tells_name_leader_and_grid_and_pages_leave_none_out(
    api: FlaskClient, organizer: Headers, person: Callable[..., str], served: Callable[..., str]
) -> None:
    who = person("王一", grid_code="G1")
    ids = {served(who, minutes) for minutes in (10, 20, 30)}
    first = asked(api, organizer, limit=2)
    rest = asked(api, organizer, limit=2, cursor=first["next_cursor"])
    rows = [*first["items"], *rest["items"]]
    assert {row["record_id"] for row in rows} == ids
    assert rest["next_cursor"] is None
    assert {(row["name"], row["leader_name"], row["grid_code"]) for row in rows} == {("王一", "李领队", "G1")}


def test_an_empty_period_comes_to_nothing(api: FlaskClient, organizer: Headers) -> None:
    period = {"from": "2020-01-01", "until": "2020-12-31"}
    nothing: dict[str, Any] = {"records": 0, "people": 0, "minutes": 0, "items": [], "grids": [], "days": [], "served": 0,
                               "served_items": []}  # fmt: skip
    assert asked(api, organizer, "/register/totals", **period) == period | nothing


@pytest.mark.parametrize(
    "period",
    [{"from": "2026-02-01", "until": "2026-01-31"}, {"from": "2024-01-01", "until": "2025-01-01"}, {"from": "gestern"}, {"until": ""}],
)
def test_a_period_that_cannot_be_is_refused(api: FlaskClient, organizer: Headers, period: dict[str, str]) -> None:
    assert asked(api, organizer, "/register/totals", **period) == 422


def test_the_register_is_for_staff(api: FlaskClient, signed: Callable[..., Headers]) -> None:
    assert asked(api, signed()) == 403
    assert asked(api, signed(), "/register/totals") == 403
