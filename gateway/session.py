"""Who is reading: the session's token lives in a cookie that scripts cannot read; what it is worth is asked from identity."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for

from gateway.door import Door
from gateway.keeping import keep_form
from gateway.tokens import Grant
from shared.ids import is_id
from shared.problems import Unauthenticated

P = ParamSpec("P")

SESSION_COOKIE, ACTING_COOKIE = "gb_session", "gb_acting"
SESSION_SECONDS = 12 * 3600
UNREAD = frozenset({"static", "bootstrap.static", "machines.livez", "machines.readyz", "machines.metrics", "machines.keys"})


@dataclass(frozen=True)
class Acting:
    """By which mandate the person at the screen acts for the reader, and what it lets them do; `limits` in beans by name."""

    mandate_id: str
    by_id: str
    acts: frozenset[str]
    limits: Mapping[str, int]

    def may(self, act: str) -> bool:
        """Tell whether the mandate has `act`."""
        return act in self.acts


@dataclass(frozen=True)
class Reader:
    """The person whose pages are shown; `token` is the signed one for the services. `acting` where a proxy looks at them, `kiosk` (an
    activity's id) where a device does that they left at its door."""

    resident_id: str
    community_code: str
    name: str
    roles: frozenset[str]
    partner_id: str | None
    token: str
    acting: Acting | None = None
    kiosk: str | None = None

    def may(self, *roles: str) -> bool:
        """Tell whether the reader holds one of `roles`."""
        return bool(self.roles & set(roles))


def register(app: Flask) -> None:
    """Find out who reads before each page, and keep what is theirs out of shared caches."""
    app.before_request(_find_reader)
    app.after_request(_keep_private)
    app.jinja_env.globals.update(reader=reader)


def door() -> Door:
    """Return the gateway's machinery."""
    found: Door = current_app.extensions["door"]
    return found


def reader() -> Reader | None:
    """Return who reads, or None when nobody is signed in."""
    found: Reader | None = g.get("reader")
    return found


def known_reader() -> Reader:
    """Return who reads, on a page that only people who are signed in reach."""
    return g.reader  # type: ignore[no-any-return]


def signed_in(*roles: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Show a page only to someone signed in and, where roles are named, holding one of them."""

    def decorate(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            if (who := reader()) is None:
                keep_form()
                return redirect(url_for("public.sign_in", next=way_back()))
            if roles and not who.may(*roles):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def open_session(response: Response, token: str) -> Response:
    """Put the session's token into the reader's browser, in the place of the one that was there."""
    door().tokens.forget(request.cookies.get(SESSION_COOKIE, ""))
    _set_cookie(response, SESSION_COOKIE, token)
    return stop_acting(response)


def begin_acting(response: Response, mandate_id: str) -> Response:
    """Let every page from now on be the one of a mandate's person, in this browser."""
    _set_cookie(response, ACTING_COOKIE, mandate_id)
    return response


def stop_acting(response: Response) -> Response:
    """Let every page from now on be the reader's own."""
    response.delete_cookie(ACTING_COOKIE, httponly=True, samesite="Lax", secure=door().settings.https)
    return response


def close_session(response: Response) -> Response:
    """Take the session's token out of the reader's browser and this process."""
    door().tokens.forget(request.cookies.get(SESSION_COOKIE, ""))
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=door().settings.https)
    return stop_acting(response)


def look_again() -> None:
    """Forget what is remembered about this session, after its owner changed what they are."""
    door().tokens.forget(request.cookies.get(SESSION_COOKIE, ""))


def local_path(wish: str | None) -> str | None:
    """Return `wish` if it is a path on this site, so that nobody is led elsewhere after signing in."""
    if not wish or not wish.startswith("/") or wish.startswith(("//", "/\\")) or not wish.isprintable() or "\\" in wish:
        return None
    return wish if not urlsplit(wish).netloc else None


def way_back() -> str:
    """Return the path of the page to come back to: this one, or the one on which a button was pressed."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    return local_path(f"{before.path}?{before.query}".rstrip("?")) or "/"


def read_as(session_token: str) -> None:
    """Go on with this request as the owner of a session that was opened a moment ago."""
    g.reader = _reader_of(door().tokens.grant_for(session_token))


def read_as_oneself() -> None:
    """Go on with this request as whoever signed in, where they act for somebody else."""
    if known_reader().acting:
        read_as(request.cookies[SESSION_COOKIE])


def mandate_is_over() -> bool:
    """Tell whether this browser acts by a mandate that is not, or no longer, worth anything; then the reader is whoever signed in."""
    return bool(g.get("mandate_is_over", False))


def _find_reader() -> None:
    session_token = request.cookies.get(SESSION_COOKIE)
    if request.endpoint in UNREAD or not session_token:
        return
    try:
        _read(session_token, request.cookies.get(ACTING_COOKIE))
    except Unauthenticated:
        return


def _read(session_token: str, mandate_id: str | None) -> None:
    if mandate_id is not None and is_id(mandate_id):
        try:
            g.reader = _reader_of(door().tokens.acting_grant_for(session_token, mandate_id))
            return
        except Unauthenticated:
            g.mandate_is_over = True
    read_as(session_token)


def _reader_of(grant: Grant) -> Reader:
    caller = grant.caller or {}
    said = caller.get("acting")
    return Reader(
        resident_id=caller["resident_id"], community_code=caller["community_code"], name=caller.get("name", ""),
        roles=frozenset(caller.get("roles", ())), partner_id=caller.get("partner_id"), token=grant.token or "",
        acting=Acting(said["mandate_id"], said["by_id"], frozenset(said["acts"]), said["limits"]) if said else None,
        kiosk=caller.get("kiosk"),
    )  # fmt: skip


def _set_cookie(response: Response, name: str, value: str) -> None:
    https = door().settings.https
    response.set_cookie(name, value, max_age=SESSION_SECONDS, httponly=True, samesite="Lax", secure=https)


def _keep_private(response: Response) -> Response:
    if request.endpoint not in UNREAD and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
