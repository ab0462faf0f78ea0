"""What the door itself refuses; refusals of the services pass through as they are."""

from collections.abc import Mapping
from typing import Any

from shared.problems import Problem

RETRY_AFTER_SECONDS = 1


class ServiceAway(Problem):
    """A service does not answer just now: the same request may be sent again in a moment, the caller's id makes that safe."""

    slug, status, title = "service-away", 503, "This part of the platform is away; please try again"


class NoSuchAddress(Problem):
    """No service serves this path."""

    slug, status, title = "not-found", 404, "There is no such address"


class ServiceRefused(Exception):
    """A service answered a page's question with a problem.

    `errors` maps JSON pointers into the request to what is wrong there, in the service's words.
    """

    def __init__(self, problem: Mapping[str, Any], *, status: int) -> None:
        self.status = status
        self.slug = str(problem.get("type", "")).rpartition(":")[2] or "problem"
        self.detail = str(problem.get("detail") or problem.get("title") or "")
        self.errors = {str(row.get("pointer", "/")): str(row.get("detail", "")) for row in problem.get("errors", [])}
        super().__init__(f"{status} {self.slug}: {self.detail}")
