"""The documents of talent: each changes by one guarded write. Skills are plain dictionaries
{skill, licence_no?, licence_expires_on?}; days are kept as `YYYY-MM-DD`, which sorts and compares as it reads.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mongoengine import BooleanField, DateTimeField, DictField, Document, IntField, ListField, StringField

from services.talent.rules import Channel, Party, Skill, Status
from shared.messaging import OutboxDocument

ALIAS = "talent"
STORED_STATUSES = tuple(status.value for status in Status if status != Status.DECIDABLE)
ACTIVE, SUSPENDED, LEFT = "active", "suspended", "left"


class Candidate(Document):
    """A resident as talent knows them from identity's facts; `changed_at` is the moment of the newest fact taken in."""

    meta = {"db_alias": ALIAS, "collection": "candidates", "auto_create_index": False, "strict": False}
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    name = StringField()
    initials = ListField(StringField())
    grid_code = StringField()
    household_id = StringField()
    changed_at = DateTimeField(required=True)
    left = BooleanField(required=True, default=False)


class SkillItem(Document):
    """An item of checkin's catalogue, whose code is also a skill's code; `words` are what it may be called, folded."""

    meta = {"db_alias": ALIAS, "collection": "skill_items", "auto_create_index": False, "strict": False}
    id = StringField(primary_key=True)
    name_zh = StringField(required=True)
    name_en = StringField(required=True)
    words = ListField(StringField())
    licence_required = BooleanField(required=True)
    revision = IntField(required=True)


class Nomination(OutboxDocument):
    """One person's proposal of a candidate.

    Nominations of a candidate by the resident channel that gathered enough households form a group behind one of them, the
    lead: `lead_id` names it, `leads` marks it (unique per candidate while open). The group is decided by deciding the lead,
    one guarded write; the others follow. A nomination by another channel is its own lead.
    `ruling` is {decision, reason, decided_by, decided_at, digest, skills: verified, faults: {pointer: why}, nominator_ids}.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "nominations",
        "indexes": [
            {"fields": ["community_code", "-nominated_at", "-id"]},
            {"fields": ["community_code", "status", "-nominated_at", "-id"]},
            {"fields": ["candidate_id", "-nominated_at"]},
            {"fields": ["nominator_id", "-nominated_at"]},
            {"fields": ["lead_id"], "partialFilterExpression": {"open": True}},
            {
                "fields": ["announced", "community_code", "notice_ends_at", "id"],
                "partialFilterExpression": {"announced": True},
            },
            {
                "fields": ["candidate_id", "nominator_id", "channel"],
                "unique": True,
                "partialFilterExpression": {"open": True},
                "name": "one_open_each",
            },
            {
                "fields": ["candidate_id"],
                "unique": True,
                "partialFilterExpression": {"leads": True},
                "name": "one_lead_each",
            },
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    request_digest = StringField()
    community_code = StringField(required=True)
    channel = StringField(required=True, choices=[channel.value for channel in Channel])
    candidate_id = StringField(required=True)
    candidate_name = StringField()
    nominator_id = StringField(required=True)
    nominator_household_id = StringField()
    skills = ListField(DictField())
    statement = StringField()
    status = StringField(required=True, choices=STORED_STATUSES)
    open = BooleanField()
    leads = BooleanField()
    announced = BooleanField()
    lead_id = StringField()
    nominated_at = DateTimeField(required=True)
    notice_ends_at = DateTimeField()
    ruling = DictField()

    @property
    def nominator(self) -> Party:
        """The nominator as the conflict graph saw them when they put the candidate forward."""
        return Party(self.nominator_id, self.nominator_household_id)


class Talent(OutboxDocument):
    """A resident in the registry. `admissions` are the nominations whose admission is in here: the receipt of each.

    Name, initials and grid are the candidate's as of `person_as_of`, kept here so that one index serves the search.
    `suspension` is {reason, suspended_by, suspended_at}.
    """

    meta = {
        "db_alias": ALIAS,
        "collection": "talents",
        "indexes": [
            {"fields": ["community_code", "status", "name", "id"]},
            {"fields": ["community_code", "status", "skills.skill", "name", "id"]},
        ],
        "auto_create_index": False,
        "strict": False,
    }
    id = StringField(primary_key=True)
    community_code = StringField(required=True)
    status = StringField(required=True, choices=[ACTIVE, SUSPENDED, LEFT])
    name = StringField()
    initials = ListField(StringField())
    grid_code = StringField()
    person_as_of = DateTimeField()
    skills = ListField(DictField())
    nominator_ids = ListField(StringField())
    admissions = ListField(StringField())
    admitted_at = DateTimeField(required=True)
    suspension = DictField()
    revision = IntField(required=True, default=1)


def as_skill(row: Mapping[str, Any]) -> Skill:
    """Return the skill that a stored or loaded dictionary tells of."""
    expires_on = row.get("licence_expires_on")
    day = date.fromisoformat(expires_on) if isinstance(expires_on, str) else expires_on
    return Skill(row["skill"], row.get("licence_no"), day)


def as_row(skill: Skill) -> dict[str, str]:
    """Return the dictionary that is stored for `skill`: no key where nothing is known."""
    expires_on = skill.licence_expires_on.isoformat() if skill.licence_expires_on else None
    row = {"skill": skill.skill, "licence_no": skill.licence_no, "licence_expires_on": expires_on}
    return {name: value for name, value in row.items() if value is not None}
