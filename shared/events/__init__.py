"""The vocabulary of the house: every fact that one service tells the others, declared once, by its producer.

A fact is a frozen dataclass in the past tense. Within a version only optional fields are added; a breaking change is a new
class with `.v2` beside `.v1`. Facts are strict when published and tolerant when read.
"""

from shared.events import checkin, engagement, identity, ledger, rewards, talent
from shared.events.fact import Envelope, Fact, FactInvalid, catalogue, fact_class, read_fact, write_fact

__all__ = [
    "Envelope",
    "Fact",
    "FactInvalid",
    "catalogue",
    "checkin",
    "engagement",
    "fact_class",
    "identity",
    "ledger",
    "read_fact",
    "rewards",
    "talent",
    "write_fact",
]
