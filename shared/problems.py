"""Expected refusals: raised where they are known, turned into `application/problem+json` (RFC 9457) in one place.

Each has a slug that programs and translations key on, a title for people, and the fields at fault as JSON pointers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

TYPE_PREFIX = "urn:golden-bean:problem:"


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: `pointer` is an RFC 6901 JSON pointer into the request."""

    pointer: str
    detail: str


class Problem(Exception):
    """Something the caller can understand and act on. Waiting does not make it better."""

    slug: ClassVar[str] = "problem"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request cannot be served"

    def __init__(self, detail: str = "", *, errors: Sequence[FieldError] | Mapping[str, str] = ()) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        rows = [FieldError(*row) for row in errors.items()] if isinstance(errors, Mapping) else errors
        self.errors: tuple[FieldError, ...] = tuple(rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the RFC 9457 members, `errors` only where fields are named."""
        body: dict[str, Any] = {"type": TYPE_PREFIX + self.slug, "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [{"pointer": row.pointer, "detail": row.detail} for row in self.errors]
        return body


class Invalid(Problem):
    """The request was understood but fields in it do not fit: `errors` says which."""

    slug, status, title = "invalid", 422, "Some fields do not fit"


class Unauthenticated(Problem):
    """Nobody is signed in, or the token is no longer good."""

    slug, status, title = "sign-in-needed", 401, "Please sign in"


class Forbidden(Problem):
    """The caller is known and may not do this."""

    slug, status, title = "forbidden", 403, "This is not yours to do"


class NotForProxies(Forbidden):
    """Somebody acts for another, and this is not among what the mandate lets them do."""

    slug, title = "not-for-proxies", "This cannot be done for somebody else with this mandate"


class NotForKiosks(Forbidden):
    """A device asks that stands at the door by itself, and this is not what it stands there for."""

    slug, title = "not-for-kiosks", "This cannot be done at a kiosk"


class NotFound(Problem):
    """There is no such thing, or it belongs to another community."""

    slug, status, title = "not-found", 404, "There is no such thing here"


class Conflict(Problem):
    """The thing is in another state than the request supposes."""

    slug, status, title = "conflict", 409, "This does not fit the present state"


class IdInUse(Conflict):
    """The id that the caller made is known already, with another content."""

    slug, title = "id-in-use", "This id stands for something else already"


class TooLarge(Problem):
    """The body or file is larger than its limit."""

    slug, status, title = "too-large", 413, "This is too large"


class TooManyRequests(Problem):
    """The caller should slow down."""

    slug, status, title = "too-many-requests", 429, "Too many tries; please wait a little"
