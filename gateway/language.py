"""Which language and text size a reader sees: what they chose, else what their browser asks for, else Chinese at 20 px."""

from flask import Flask, request
from flask_babel import Babel, get_locale

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
SIZES = ("20", "24", "30")
LANGUAGE_COOKIE, SIZE_COOKIE = "gb_language", "gb_size"
COOKIE_SECONDS = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Let Flask-Babel and the templates ask here."""
    Babel(app, locale_selector=lambda: LOCALES[chosen_language()])
    app.jinja_env.globals.update(language=shown_language, between=between, size=chosen_size)


def chosen_language() -> str:
    """Return 'zh' or 'en'. `?lang=` shows one page in a language; only the POST of the switch keeps the choice."""
    for wish in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in LOCALES:
            return wish
    return "en" if request.accept_languages.best_match(["zh-CN", "zh", "en"]) == "en" else "zh"


def shown_language() -> str:
    """Return the language of the page being made."""
    return "en" if str(get_locale()).startswith("en") else "zh"


def between() -> str:
    """Return what stands between the words of a list."""
    return ", " if shown_language() == "en" else "、"


def chosen_size() -> str:
    """Return the body's text size in CSS pixels, as text."""
    wish = request.cookies.get(SIZE_COOKIE, "")
    return wish if wish in SIZES else SIZES[0]
