"""What the shapes of talent share."""

from marshmallow import RAISE, Schema

CODE_CHARACTERS_MAX = 40
SKILLS_MAX = 20
STATEMENT_CHARACTERS_MAX = 1000


class Strict(Schema):
    """A body in which every unknown field is refused by name."""

    class Meta:
        unknown = RAISE
