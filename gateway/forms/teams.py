"""What is filled in about teams."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from gateway import catalogue
from gateway.clients import teams
from gateway.errors import ServiceAway
from gateway.forms.base import Form, IdField, ManyChecksField, at_most, needed
from gateway.session import known_reader

TEAMS_SHOWN_MAX = 200

People = Sequence[tuple[str, str]]


def possible_teams(present_id: str | None = None, present_name: str | None = None) -> list[tuple[str, str]]:
    """Return (id, name) of the teams that may run something; the present one in any case, so that a form can keep it."""
    try:
        wanted = {"community_code": known_reader().community_code, "status": "active", "limit": TEAMS_SHOWN_MAX}
        found = {row["id"]: row["name"] for row in teams.teams(**wanted)["items"]}
    except ServiceAway:
        found = {}
    return list((found | ({present_id: present_name or found.get(present_id, present_id)} if present_id else {})).items())


class _TeamPart(Form):
    """What a team is called and what it may run."""

    POINTERS = {"/items": "items"}

    name = StringField(lazy_gettext("What is the team called?"), [needed(), at_most(40)])
    purpose = TextAreaField(lazy_gettext("What is it for?"), [Optional(), at_most(500)])
    items = ManyChecksField(lazy_gettext("What may it run?"), [needed(lazy_gettext("Please choose a service item."))])
    leader_id = SelectField(lazy_gettext("Leader of the team"), [needed(lazy_gettext("Please choose who leads it."))])

    def __init__(self, *arguments: Any, people: People, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.items.choices = [(item["code"], catalogue.item_name(item["code"])) for item in catalogue.items()]
        self.leader_id.choices = [("", gettext("Please choose")), *people]

    def changes(self) -> dict[str, Any]:
        """Return what may change."""
        said = {name: self[name].data for name in ("name", "items", "leader_id")}
        return said | {"purpose": (self.purpose.data or "").strip() or None}


class FoundTeamForm(_TeamPart):
    """A team to found. Who is named is asked; who leads it is one of the members, named or not."""

    POINTERS = {"/items": "items", "/members": "member_ids"}

    id = IdField()
    member_ids = ManyChecksField(lazy_gettext("Who else is to be asked?"))

    def __init__(self, *arguments: Any, people: People, **options: Any) -> None:
        super().__init__(*arguments, people=people, **options)
        self.member_ids.choices = list(people)

    def body(self) -> dict[str, Any]:
        """Return the request."""
        ids = dict.fromkeys([self.leader_id.data, *(self.member_ids.data or [])])
        return self.changes() | {"members": [{"resident_id": id_} for id_ in ids]}


class ChangeTeamForm(_TeamPart):
    """What to change of a team."""

    def __init__(self, *arguments: Any, people: People, **options: Any) -> None:
        super().__init__(*arguments, people=people, **options)
        if not options.get("leader_id"):
            self.leader_id.validators, self.leader_id.flags.required = [Optional()], False

    def changes(self) -> dict[str, Any]:
        """Return what may change; a team whose leader is only asked yet keeps them where nobody else is chosen."""
        return {name: value for name, value in super().changes().items() if name != "leader_id" or value}


class AskInForm(Form):
    """Whom to ask into a team."""

    POINTERS = {"/resident_id": "resident_id"}

    resident_id = SelectField(lazy_gettext("Whom?"), [needed(lazy_gettext("Please choose somebody."))])

    def __init__(self, *arguments: Any, people: People, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.resident_id.choices = [("", gettext("Please choose")), *people]
