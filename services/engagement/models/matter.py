"""What residents raise, and what each of them says to it. A matter is one document with everything that staff do; what residents say
(support, a voice, a rating, a choice) are documents of their own, one for each of them and each question, so that a crowd writes beside
each other and nobody counts twice.

In a matter, `consultations` are {id, form, starts_at, place, host, activity_id, status, came, minutes…}; `ballots` {id, text, options,
opened_at, ends_at, least_percent, base, base_unit}; `selections` {id, text, terms, budget, stand_until, choose_until, candidates, leader,
receipts}; they, `decisions`, `follow_ups` and `completions` say of which round they are.
"""

from typing import Any

from mongoengine import DateTimeField, DictField, Document, IntField, ListField, StringField

from services.engagement.errors import CommentNotFound, MatterNotFound
from services.engagement.models.base import ALIAS, where_known
from services.engagement.rules.matters import Stage, Status
from shared.messaging import OutboxDocument

SUPPORT, VOTE, RATING, CHOICE = "support", "vote", "rating", "choice"


class Matter(OutboxDocument):
    """A matter on its way through the four stages.

    `history` are the acts in their order: {code, key, digest, at, by, …}; a key stands in it once, so that a repeated act is found and
    changes nothing. The dates of the stages are those of the present `round`; reopened, a matter begins another one.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "matters",
        "indexes": [
            {"fields": ["community_code", "-raised_at", "-id"]},
            {"fields": ["community_code", "status", "answer_due_on", "id"]},
            where_known("author_id"),
            where_known("joined_into"),
            where_known("rating_ends_at"),
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    title = StringField(required=True)
    text = StringField(required=True)
    kind = StringField(required=True)
    grid_codes = ListField(StringField())
    author_id = StringField()
    author_household_id = StringField()
    entered_by = StringField()
    body_digest = StringField(required=True)
    raised_at = DateTimeField(required=True)
    answer_due_on = StringField(required=True)
    answered_at = DateTimeField()
    author_read_at = DateTimeField()
    stage = StringField(required=True, choices=[stage.value for stage in Stage])
    status = StringField(required=True, choices=[status.value for status in Status])
    round = IntField(required=True, default=1)
    discussing_since = DateTimeField()
    deciding_since = DateTimeField()
    evaluating_since = DateTimeField()
    joined_into = StringField()
    consultations = ListField(DictField())
    comments_until = StringField()
    ballots = ListField(DictField())
    decisions = ListField(DictField())
    follow_ups = ListField(DictField())
    completions = ListField(DictField())
    rating_ends_at = DateTimeField()
    selections = ListField(DictField())
    history = ListField(DictField())

    @classmethod
    def of(cls, community_code: str, matter_id: str) -> "Matter":
        """Return the community's matter; MatterNotFound if it has none of this id."""
        found = cls.objects(id=matter_id, community_code=community_code).first()
        if found is None:
            raise MatterNotFound
        return found  # type: ignore[no-any-return]

    @property
    def decision(self) -> dict[str, Any] | None:
        """The decision of the present round, or None."""
        return next((row for row in reversed(self.decisions) if row["round"] == self.round), None)

    @property
    def completion(self) -> dict[str, Any] | None:
        """What was said to be done in the present round, or None."""
        return next((row for row in reversed(self.completions) if row["round"] == self.round), None)

    @property
    def selection(self) -> dict[str, Any] | None:
        """The selection of a leader in the present round, or None."""
        return next((row for row in reversed(self.selections) if row["round"] == self.round), None)

    def act_with(self, key: str) -> dict[str, Any] | None:
        """Return the act with this key, or None while it has not been done."""
        return next((act for act in self.history if act["key"] == key), None)


class Comment(Document):
    """What a resident wrote to a matter while it was discussed. Staff may hide it, its author may withdraw it; it stays on record."""

    meta = {
        "db_alias": ALIAS,
        "collection": "comments",
        "indexes": [
            {"fields": ["matter_id", "-at", "-id"]},
            where_known("author_id"),
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    matter_id = StringField(required=True)
    author_id = StringField()
    text = StringField()
    at = DateTimeField(required=True)
    hidden_by = StringField()
    hidden_reason = StringField()
    withdrawn_at = DateTimeField()

    @classmethod
    def of(cls, community_code: str, matter_id: str, comment_id: str) -> "Comment":
        """Return a comment on a matter of the community; CommentNotFound if there is none of this id."""
        found = cls.objects(id=comment_id, matter_id=matter_id, community_code=community_code).first()
        if found is None:
            raise CommentNotFound
        return found  # type: ignore[no-any-return]


class Voice(Document):
    """What one resident says to one question of a matter (`about`: what kind of question, `question`: which). Its id follows from
    question and person, or household where a household has one voice. `answer` is shown to nobody but who gave it, and counted.

    Who leaves takes their id out of it; what they said goes on counting.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "voices",
        "indexes": [
            {"fields": ["matter_id", "about", "question", "-at", "-id"]},
            where_known("resident_id"),
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    matter_id = StringField(required=True)
    about = StringField(required=True)
    question = StringField(required=True)
    resident_id = StringField()
    answer = StringField()
    words = StringField()
    entered_by = StringField()
    at = DateTimeField(required=True)
