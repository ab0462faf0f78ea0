"""What engagement shows: one's own standing with its reasons, and to the staff how a community stands and what to do next."""

from services.engagement.queries.communities import base, engagement
from services.engagement.queries.standings import standing

__all__ = ["base", "engagement", "standing"]
