"""Both languages are complete, and what is committed is what the sources say."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from flask_babel import force_locale

from gateway.language import LOCALES

GATEWAY = Path("gateway")
CATALOG = GATEWAY / "translations/zh_Hans_CN/LC_MESSAGES/messages.po"
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every message in the sources of the gateway, by its singular."""
    found = extract_from_dir(GATEWAY, METHODS, keywords=KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    """The committed translation."""
    return read_po(io.BytesIO(CATALOG.read_bytes()), locale="zh_Hans_CN")


def _id(message: object) -> str:
    return message if isinstance(message, str) else message[0]  # type: ignore[index]


def test_no_translation_is_missing_and_none_is_left_over(said: set[str], chinese: Catalog) -> None:
    assert {_id(message.id) for message in chinese if message.id} == said


def test_no_translation_is_empty_or_doubtful(chinese: Catalog) -> None:
    texts = {_id(message.id): message.string for message in chinese if message.id}
    assert not [key for key, text in texts.items() if not all(text if isinstance(text, tuple) else (text,))]
    assert not [message.id for message in chinese if message.id and message.fuzzy]


def test_every_translation_names_what_the_original_names(chinese: Catalog) -> None:
    for message in chinese:
        if message.id:
            text = message.string if isinstance(message.string, str) else message.string[0]
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(_id(message.id))), message.id


def test_the_compiled_catalogue_is_the_one_of_the_source(chinese: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, chinese)
    committed = read_mo(io.BytesIO(CATALOG.with_suffix(".mo").read_bytes()))
    compiled.seek(0)
    fresh = read_mo(compiled)
    assert {str(m.id): m.string for m in committed if m.id} == {str(m.id): m.string for m in fresh if m.id}


def test_chinese_comes_first(visitor: FlaskClient) -> None:
    assert 'lang="zh-Hans"' in visitor.get("/sign-in").text


def test_a_browser_that_asks_for_english_gets_it(visitor: FlaskClient) -> None:
    page = visitor.get("/sign-in", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert 'lang="en"' in page
    assert "Mobile number" in page


def test_the_address_shows_a_language_and_keeps_nothing(visitor: FlaskClient) -> None:
    assert 'lang="en"' in visitor.get("/sign-in?lang=en").text
    assert 'lang="zh-Hans"' in visitor.get("/sign-in").text


def test_the_switch_keeps_the_language(visitor: FlaskClient) -> None:
    from tests.gateway.test_pages import csrf_token

    token = csrf_token(visitor, "/sign-in")
    answer = visitor.post("/language", data={"language": "en", "next": "/shelf?lang=zh", "csrf_token": token})
    assert answer.status_code == 302
    assert 'lang="en"' in visitor.get("/sign-in").text


@pytest.mark.parametrize(("size", "shown"), [("30", "size-30"), ("999", "size-20")])
def test_the_text_grows_to_one_of_three_sizes(visitor: FlaskClient, size: str, shown: str) -> None:
    visitor.set_cookie("gb_size", size)
    assert f'class="{shown}"' in visitor.get("/sign-in").text


def test_a_word_fixed_in_a_template_is_each_readers_own(visitor: FlaskClient) -> None:
    app = visitor.application
    page = app.jinja_env.from_string("{{ 'unreached' | tier_word }}")

    told = []
    for language in ("zh", "en"):
        with app.test_request_context("/"), force_locale(LOCALES[language]):
            told.append(page.render())

    assert told == ["尚未参与", "not yet reached"]
