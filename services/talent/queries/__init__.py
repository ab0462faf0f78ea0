"""What talent shows, and to whom: licence numbers only to the staff and their owner, names masked in public."""

from services.talent.queries.nominations import nomination, nominations, notices, show_nomination
from services.talent.queries.registry import Search, show_talent, talent, talents

__all__ = ["Search", "nomination", "nominations", "notices", "show_nomination", "show_talent", "talent", "talents"]
