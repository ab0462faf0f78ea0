"""What the steward writes to an issue of the bulletin."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import StringField, TextAreaField
from wtforms.validators import Optional

from gateway.forms.base import Form, IdField, at_most, needed


class BulletinForm(Form):
    """A foreword, and which lines are left out (ticks that stand at the lines themselves)."""

    id = IdField()
    foreword = TextAreaField(lazy_gettext("A few words to begin with"), [Optional(), at_most(1000)])

    @property
    def left_out(self) -> list[str]:
        """Return the lines that were ticked."""
        return request.form.getlist("left_out")

    def body(self, since: str, until: str, beside: dict[str, Any]) -> dict[str, Any]:
        """Return the request; `beside` is what other services know of these days."""
        return beside | {"from": since, "until": until, "foreword": self.foreword.data or "", "left_out": self.left_out}


class BulletinWithdrawalForm(Form):
    """Why an issue is withdrawn."""

    reason = StringField(lazy_gettext("Reason"), [needed(lazy_gettext("Please give a reason.")), at_most(200)])
