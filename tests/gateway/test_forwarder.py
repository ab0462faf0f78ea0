"""The fast path: what passes, what does not, and what it says when it says no."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, jsonify, request
from flask.testing import FlaskClient
from werkzeug.test import create_environ, run_wsgi_app

from shared.ids import new_id
from tests.gateway.conftest import Served

Door = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    """The address of an outsider that answers with what it was asked."""
    app = Flask("echo")
    app.config["JSON_SORT_KEYS"] = False

    @app.route("/<path:_>", methods=["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"])
    def repeat(_: str) -> Response:
        said = {"method": request.method, "target": request.environ["RAW_URI"], "headers": dict(request.headers),
                "length": len(request.get_data())}  # fmt: skip
        answer = jsonify(said)
        answer.headers["Connection"] = "keep-alive"
        return answer

    server = Served(app)
    yield server.url
    server.stop()


@pytest.fixture
def echoed(door_to: Door, echo: str) -> FlaskClient:
    """A door behind which talent is the echo."""
    return door_to(service_urls={"talent": echo})


def test_path_and_query_reach_the_service_as_they_were_written(echoed: FlaskClient) -> None:
    answer = echoed.get("/api/v1/talents/%E5%91%A8?q=%E7%90%86%20%2F&limit=2").get_json()
    assert answer["target"] == "/api/v1/talents/%E5%91%A8?q=%E7%90%86%20%2F&limit=2"


def test_headers_of_the_inside_are_not_taken_from_a_client(echoed: FlaskClient) -> None:
    forged = {"X-Forwarded-For": "1.2.3.4", "X-Internal": "yes", "Forwarded": "for=1.2.3.4", "Cookie": "a=b", "Accept": "x/y"}
    seen = echoed.get("/api/v1/talents", headers=forged).get_json()["headers"]
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["Accept"] == "x/y"
    assert not {"X-Internal", "Forwarded", "Cookie"} & set(seen)


def test_what_a_client_prefers_is_passed_on(echoed: FlaskClient) -> None:
    seen = echoed.put("/api/v1/talents", json={}, headers={"Prefer": "wait=5"}).get_json()["headers"]
    assert seen["Prefer"] == "wait=5"


def test_a_trace_is_passed_on_and_the_correlation_id_comes_back(echoed: FlaskClient) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    answer = echoed.get("/api/v1/talents", headers={"traceparent": trace, "X-Correlation-Id": "order-7"})
    assert answer.get_json()["headers"]["Traceparent"] == trace
    assert answer.headers["X-Correlation-Id"] == "order-7"


def test_a_correlation_id_that_is_none_is_replaced(echoed: FlaskClient) -> None:
    answer = echoed.get("/api/v1/talents", headers={"X-Correlation-Id": "a b<script>"})
    assert answer.headers["X-Correlation-Id"] not in ("", "a b<script>")


def test_hop_headers_end_at_the_door(echoed: FlaskClient) -> None:
    assert "Connection" not in echoed.get("/api/v1/talents").headers


def test_a_path_that_nobody_serves_is_a_problem(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/nothing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.get_json()["correlation_id"] == answer.headers["X-Correlation-Id"]


@pytest.mark.parametrize("path", ["/api/v1/../../internal/tokens", "/api/v1/talents/../../../internal/tokens", "/internal/tokens"])
def test_the_inside_cannot_be_reached(visitor: FlaskClient, path: str) -> None:
    assert visitor.post(path, json={"session_token": "x"}).status_code in (400, 404, 405)


def test_a_json_body_above_the_limit_is_refused_before_it_is_passed_on(door_to: Door) -> None:
    small = door_to(body_bytes_max=100)
    answer = small.put(f"/api/v1/nominations/{new_id()}", data=b"x" * 101, content_type="application/json")
    assert (answer.status_code, answer.get_json()["type"]) == (413, "urn:golden-bean:problem:too-large")


@pytest.mark.parametrize(("size", "status"), [(100, 200), (101, 413)])
def test_a_body_that_does_not_say_its_length_is_measured_all_the_same(door_to: Door, echo: str, size: int, status: int) -> None:
    small = door_to(body_bytes_max=100, service_urls={"talent": echo})
    environ = create_environ("/api/v1/talents", method="PUT")
    environ |= {"wsgi.input": io.BytesIO(b"x" * size), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    _, answered, _ = run_wsgi_app(small.application, environ)
    assert answered.startswith(str(status))


def test_a_file_may_be_larger_than_a_json_body(door_to: Door, echo: str) -> None:
    door = door_to(body_bytes_max=100, upload_bytes_max=1000, service_urls={"checkin": echo})
    assert door.put(f"/api/v1/sheets/{new_id()}", data=b"x" * 900).get_json()["length"] == 900
    assert door.put(f"/api/v1/sheets/{new_id()}", data=b"x" * 1001).status_code == 413


def test_a_service_that_is_away_is_a_503_that_says_when_to_come_back(door_to: Door) -> None:
    answer = door_to(service_urls={"talent": "http://127.0.0.1:1"}).get("/api/v1/notices")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.get_json()["type"] == "urn:golden-bean:problem:service-away"


def test_an_address_that_asks_too_much_is_told_to_slow_down(door_to: Door) -> None:
    slow = door_to(address_rate="3/minute")
    statuses = [slow.get("/api/v1/notices").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_a_session_that_asks_too_much_is_told_to_slow_down_and_others_are_not(door_to: Door, registered: dict[str, str]) -> None:
    slow = door_to(session_rate="2/minute")
    mine = {"Authorization": f"Bearer {registered['token']}"}
    statuses = [slow.get("/api/v1/me", headers=mine).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert slow.get("/api/v1/notices").status_code == 200


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic YTpi", "Bearer ü"])
def test_an_authorization_that_is_no_session_is_refused(visitor: FlaskClient, authorization: str) -> None:
    assert visitor.get("/api/v1/me", headers={"Authorization": authorization}).status_code == 401


def test_a_signed_token_of_the_inside_is_worth_nothing_at_the_door(visitor: FlaskClient, as_caller: Callable[..., dict[str, str]]) -> None:
    assert visitor.get("/api/v1/me", headers=as_caller(roles={"steward"})).status_code == 401


def test_a_head_request_has_the_length_and_no_body(visitor: FlaskClient) -> None:
    answer = visitor.head("/api/v1/notices")
    assert answer.status_code == 200
    assert answer.data == b""


def test_what_a_service_allows_is_passed_on(visitor: FlaskClient) -> None:
    answer = visitor.delete("/api/v1/notices")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_every_refusal_of_the_door_is_a_problem_in_json(visitor: FlaskClient) -> None:
    for answer in (visitor.get("/api/v1/nothing"), visitor.get("/api/v1/me", headers={"Authorization": "Bearer nobody"})):
        assert set(json.loads(answer.data)) >= {"type", "title", "status"}

