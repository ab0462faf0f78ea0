"""How often somebody may try: counted in the database, so that every replica sees the same tries.

Only wrong passwords and codes count against a phone, so that nobody is locked out by being busy.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse

from services.identity.errors import TooManyWrongTries
from services.identity.rules.people import plain, read_phone
from services.identity.settings import settings
from shared.problems import Unauthenticated

P = ParamSpec("P")
R = TypeVar("R")


def address() -> str:
    """Return the address that the request came from; proxies that are trusted have been looked through already."""
    return request.remote_addr or "unknown"


limiter = Limiter(key_func=address, strategy="moving-window")


def register(app: Flask) -> None:
    """Let the limiter count in identity's own database."""
    app.config.update(
        RATELIMIT_STORAGE_URI=settings().mongodb_uri,
        RATELIMIT_STORAGE_OPTIONS={"database_name": settings().database},
    )
    limiter.init_app(app)


def per_address(rate: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let one address make no more of these calls than the setting `rate` says."""

    limit: Callable[[Callable[P, R]], Callable[P, R]] = limiter.limit(lambda: getattr(settings(), rate))
    return limit


def wrong_tries(rate: str, *, phone_rate: str | None = None) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Refuse a call after too many that failed: from this address and, with `phone_rate`, for the phone in the body."""

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        @wraps(view)
        def counted(body: dict[str, Any], *args: Any, **kwargs: Any) -> R:
            counters = [(_item(rate), rate, address())]
            if phone_rate:
                counters.append((_item(phone_rate), phone_rate, _phone_key(body["phone"])))
            if not all(limiter.limiter.test(*counter) for counter in counters):
                raise TooManyWrongTries()
            try:
                return view(body, *args, **kwargs)
            except Unauthenticated:
                for counter in counters:
                    limiter.limiter.hit(*counter)
                raise

        return counted

    return decorate


def _item(rate: str) -> RateLimitItem:
    return parse(getattr(settings(), rate))


def _phone_key(phone: str) -> str:
    return read_phone(phone).number or plain(phone)
