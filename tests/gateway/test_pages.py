"""What holds on every page: headers, cookies, forms that cannot be forged, refusals in words, masked lists."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gateway import catalogue
from shared.ids import new_id
from tests.gateway.conftest import PASSWORD

Door = Callable[..., FlaskClient]


def csrf_token(browser: FlaskClient, path: str) -> str:
    """Return the form token on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found is not None
    return found[1]


def sign_in(browser: FlaskClient, phone: str, *, next_path: str = "") -> object:
    """Sign a browser in by the page; return the answer."""
    token = csrf_token(browser, "/sign-in")
    return browser.post("/sign-in", data={"phone": phone, "password": PASSWORD, "next": next_path, "csrf_token": token})


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/register", "/shelf", "/notices", "/notices/records", "/activate", "/help", "/text-size"]
)
def test_public_pages_open_and_bring_nothing_from_elsewhere(visitor: FlaskClient, community: str, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)


def test_a_form_without_its_token_is_refused(visitor: FlaskClient, registered: dict[str, str]) -> None:
    answer = visitor.post("/sign-in", data={"phone": registered["phone"], "password": PASSWORD})
    assert answer.status_code == 400
    assert "gb_session" not in answer.headers.get("Set-Cookie", "")


def test_signing_in_puts_the_session_where_no_script_reads_it(visitor: FlaskClient, registered: dict[str, str]) -> None:
    answer = sign_in(visitor, registered["phone"])
    cookie = next(row for row in answer.headers.getlist("Set-Cookie") if row.startswith("gb_session="))  # type: ignore[attr-defined]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_session_travels_only_there(door_to: Door, registered: dict[str, str]) -> None:
    browser = door_to(https=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in", base_url="https://localhost").text)
    assert token is not None
    answer = browser.post(
        "/sign-in", base_url="https://localhost", headers={"Referer": "https://localhost/sign-in"},
        data={"phone": registered["phone"], "password": PASSWORD, "csrf_token": token[1]},
    )  # fmt: skip
    cookies = answer.headers.getlist("Set-Cookie")
    assert "Secure" in next(row for row in cookies if row.startswith("gb_session="))
    assert "max-age" in answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_led_elsewhere(visitor: FlaskClient, registered: dict[str, str], elsewhere: str) -> None:
    answer = sign_in(visitor, registered["phone"], next_path=elsewhere)
    assert answer.headers["Location"] == "/my"  # type: ignore[attr-defined]


def test_after_signing_in_one_is_where_one_wanted_to_go(visitor: FlaskClient, registered: dict[str, str]) -> None:
    assert visitor.get("/my/data").headers["Location"] == "/sign-in?next=/my/data"
    answer = sign_in(visitor, registered["phone"], next_path="/my/data")
    assert answer.headers["Location"] == "/my/data"  # type: ignore[attr-defined]


def test_a_wrong_password_is_said_in_words_on_top_and_the_phone_is_kept(visitor: FlaskClient, registered: dict[str, str]) -> None:
    token = csrf_token(visitor, "/sign-in")
    data = {"phone": registered["phone"], "password": "not this one", "csrf_token": token}
    page = visitor.post("/sign-in", data=data)
    assert page.status_code == 422
    assert "手机号与密码不匹配" in page.text
    assert 'role="alert"' in page.text
    assert f'value="{registered["phone"]}"' in page.text
    assert "not this one" not in page.text


def test_what_is_wrong_stands_on_top_and_at_the_field(visitor: FlaskClient, community: str) -> None:
    token = csrf_token(visitor, "/register")
    page = visitor.post("/register", data={"name": "周玉兰", "phone": "123", "csrf_token": token}).text
    assert page.count("手机号是以 1 开头的 11 位数字。") == 2
    assert 'href="#phone"' in page
    assert re.search(r'<input[^>]*aria-describedby="phone-hint phone-wrong"[^>]*aria-invalid="true"[^>]*id="phone"', page)
    assert 'value="周玉兰"' in page


def test_joining_makes_a_resident_who_is_signed_in(visitor: FlaskClient, community: str) -> None:
    phone = f"138{new_id()[-8:].translate(str.maketrans('abcdef', '123456'))}"
    fields = {"id": new_id(), "nomination_id": new_id(), "community_code": community, "name": "高志远", "phone": phone,
              "password": PASSWORD, "consent_service": "y", "csrf_token": csrf_token(visitor, "/register")}  # fmt: skip
    answers = [visitor.post("/register", data=fields) for _ in range(2)]  # a double click
    assert [answer.status_code for answer in answers] == [302, 302]
    assert "高志远" in visitor.get("/my").text


def test_without_the_needed_consent_nobody_is_registered(visitor: FlaskClient, community: str) -> None:
    fields = {"community_code": community, "name": "高志远", "phone": "13912345678", "password": PASSWORD,
              "csrf_token": csrf_token(visitor, "/register")}  # fmt: skip
    page = visitor.post("/register", data=fields)
    assert page.status_code == 422
    assert "不同意这一项就无法登记。" in page.text


def test_signing_out_takes_the_session_away(visitor: FlaskClient, registered: dict[str, str]) -> None:
    sign_in(visitor, registered["phone"])
    visitor.post("/sign-out", data={"csrf_token": csrf_token(visitor, "/my")})
    assert visitor.get("/my").headers["Location"].startswith("/sign-in")


def test_what_is_somebodys_own_is_not_kept_by_browsers(visitor: FlaskClient, registered: dict[str, str]) -> None:
    sign_in(visitor, registered["phone"])
    assert visitor.get("/my").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/organize/", "/community/", "/partner/", "/community/rules", "/organize/residents"])
def test_pages_of_other_roles_are_not_opened(visitor: FlaskClient, registered: dict[str, str], path: str) -> None:
    sign_in(visitor, registered["phone"])
    page = visitor.get(path)
    assert page.status_code == 403
    assert "您不能打开这个页面" in page.text


def test_a_page_that_does_not_exist_says_so_in_the_readers_language(visitor: FlaskClient) -> None:
    assert "没有这个页面" in visitor.get("/nothing").text
    assert "This page does not exist" in visitor.get("/nothing?lang=en").text


def test_a_service_that_is_away_is_said_in_words(door_to: Door) -> None:
    page = door_to(service_urls={"talent": "http://127.0.0.1:1"}).get("/notices")
    assert page.status_code == 503
    assert "请稍等" in page.text


def test_a_form_survives_a_service_that_is_away(door_to: Door, community: str) -> None:
    browser = door_to(service_urls={"identity": "http://127.0.0.1:1"})
    token = csrf_token(browser, "/sign-in")
    page = browser.post("/sign-in", data={"phone": "13912345678", "password": PASSWORD, "csrf_token": token})
    assert page.status_code == 422
    assert "内容没有丢失，请再试一次" in page.text
    assert 'value="13912345678"' in page.text


def test_public_notices_show_masked_names_only(visitor: FlaskClient, registered: dict[str, str], door_to: Door) -> None:
    mine = {"Authorization": f"Bearer {registered['token']}"}
    body = {"channel": "self", "candidate_id": registered["resident_id"], "skills": [{"skill": "haircut"}], "statement": "好"}
    assert visitor.put(f"/api/v1/nominations/{new_id()}", json=body, headers=mine).status_code == 201
    page = visitor.get("/notices").text
    assert registered["name"] not in page
    assert "欧" in page


def test_a_skill_is_chosen_under_its_item_or_said_in_ones_own_words(visitor: FlaskClient, registered: dict[str, str]) -> None:
    sign_in(visitor, registered["phone"])
    token = csrf_token(visitor, way := "/my/nominations/self")
    assert '<optgroup label="理发"><option value="haircut">' in visitor.get(way).text

    nothing = visitor.post(way, data={"csrf_token": token})
    own = visitor.post(way, data={"csrf_token": token, "own_words": "变戏法", "id": new_id()})

    assert (nothing.status_code, own.status_code) == (422, 302)
    assert "请选择技能。" in nothing.text
    assert "变戏法" in visitor.get("/my/nominations").text


def test_items_can_be_chosen_while_the_registry_is_away(door_to: Door, visitor: FlaskClient) -> None:
    catalogue._kept.pop("skills", None)
    page = door_to(service_urls={"talent": "http://127.0.0.1:1"}).get("/register")
    assert page.status_code == 200
    assert '<option value="haircut">' in page.text and "<optgroup" not in page.text
    catalogue._kept.pop("skills", None)
    assert "<optgroup" in visitor.get("/register").text


def test_a_scanned_code_changes_nothing_before_the_button_is_pressed(visitor: FlaskClient, registered: dict[str, str]) -> None:
    sign_in(visitor, registered["phone"])
    assert visitor.get(f"/c/{new_id()}/123456").status_code == 404
    assert visitor.get("/k/abcdef").status_code == 200


def test_health_is_told_to_machines(visitor: FlaskClient) -> None:
    assert visitor.get("/livez").get_json() == {"status": "alive"}
    assert visitor.get("/readyz").status_code == 200
    assert "gateway_answers_total" in visitor.get("/metrics").text
    assert {key["kid"] for key in visitor.get("/.well-known/jwks.json").get_json()["keys"]} == {"identity", "platform"}


def test_without_identity_the_door_is_not_ready(door_to: Door) -> None:
    assert door_to(service_urls={"identity": "http://127.0.0.1:1"}).get("/readyz").status_code == 503
