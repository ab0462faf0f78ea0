"""How often somebody may try: counted in the database, so that every replica sees the same tries.

Only wrong passwords and codes count against a phone, so that nobody is locked out by being busy.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse
from limits.storage import MongoDBStorage
from mongoengine.connection import get_connection
from pymongo import MongoClient

from services.identity.errors import MandateCodeWrong, PinWrong, TooManyWrongTries
from services.identity.models import ALIAS
from services.identity.rules.people import plain, read_phone
from services.identity.settings import settings
from shared.problems import Unauthenticated
from shared.web import current_caller

P = ParamSpec("P")
R = TypeVar("R")
Counter = tuple[RateLimitItem, str, str]

# Tries for one phone take turns. Side by side, a hundred of them would all be looked at before the first wrong one counts.
TURNS = tuple(threading.Lock() for _ in range(256))


def address() -> str:
    """Return the address that the request came from; proxies that are trusted have been looked through already."""
    return request.remote_addr or "unknown"


class CountersBesideUs(MongoDBStorage):
    """Counts in identity's own database over the connection that the process has, instead of opening a second one."""

    STORAGE_SCHEME = ["identity"]

    def _init_mongo_client(self, uri: str | None, **options: Any) -> MongoClient[Any]:
        client: MongoClient[Any] = get_connection(ALIAS)
        return client

    def __del__(self) -> None:
        """Leave the connection open: it is not ours to close."""


limiter = Limiter(key_func=address, strategy="moving-window")


def register(app: Flask) -> None:
    """Let the limiter count in identity's own database."""
    app.config.update(
        RATELIMIT_STORAGE_URI="identity://",
        RATELIMIT_STORAGE_OPTIONS={"database_name": settings().database},
    )
    limiter.init_app(app)


def per_address(rate: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let one address make no more of these calls than the setting `rate` says."""
    limit: Callable[[Callable[P, R]], Callable[P, R]] = limiter.limit(lambda: getattr(settings(), rate))
    return limit


def wrong_tries(rate: str, *, phone_rate: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Refuse a call after too many that failed, from this address (`rate`) or for the phone in the body (`phone_rate`)."""

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        @wraps(view)
        def counted(body: dict[str, Any], *args: Any, **kwargs: Any) -> R:
            phone = read_phone(body["phone"]).number or plain(body["phone"])
            counters = [(_item(rate), rate, address()), (_item(phone_rate), phone_rate, phone)]
            with TURNS[hash(phone) % len(TURNS)]:
                return _count_wrong(counters, lambda: view(body, *args, **kwargs))

        return counted

    return decorate


def wrong_codes(rate: str, *, person_rate: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Refuse a call after too many codes of mandates, or PINs, that did not fit: from this address (`rate`), by this person
    (`person_rate`)."""

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> R:
            person = current_caller().resident_id
            counters = [(_item(rate), rate, address()), (_item(person_rate), person_rate, person)]
            with TURNS[hash(person) % len(TURNS)]:
                return _count_wrong(counters, lambda: view(*args, **kwargs))

        return counted

    return decorate


def _count_wrong(counters: list[Counter], attempt: Callable[[], R]) -> R:
    if not all(limiter.limiter.test(*counter) for counter in counters):
        raise TooManyWrongTries()
    try:
        return attempt()
    except (Unauthenticated, MandateCodeWrong, PinWrong):
        for counter in counters:
            limiter.limiter.hit(*counter)
        raise


def _item(rate: str) -> RateLimitItem:
    return parse(getattr(settings(), rate))
