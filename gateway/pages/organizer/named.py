"""People whom somebody names in words on a row or in a field: found for certain, or asked for again."""

from collections.abc import Iterable

from flask_babel import gettext
from wtforms import Field

from gateway.clients import identity
from gateway.forms.base import Form
from gateway.pages.organizer.rows import Row, typed_person
from shared.ids import id_in


def person_meant(field: Field) -> str | None:
    """Return the id of who is meant in a field; None, with words at the field, where it is nobody or more than one."""
    if found_id := id_in(field.data):
        return found_id
    found = identity.residents(q=field.data, limit=2)["items"]
    if len(found) == 1:
        return str(found[0]["resident_id"])
    field.errors = [gettext("This fits nobody, or more than one. Please give more, or the member number.")]
    return None


def with_people_found(rows: Iterable[Row], form: Form) -> list[Row]:
    """Return the rows with people who were named in words looked up; whoever is not found for certain is told on the form."""
    certain = []
    for row in rows:
        if (words := typed_person(row)) is None:
            certain.append(row)
            continue
        found = identity.residents(q=words, limit=2)["items"] if words else []
        if len(found) == 1:
            certain.append(row | {"resident_id": found[0]["resident_id"]})
        else:
            told = gettext("Row %(row)d: '%(words)s' fits nobody, or more than one.", row=row["row"], words=words)
            form.form_errors.append(told)
    return certain
