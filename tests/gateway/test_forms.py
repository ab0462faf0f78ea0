"""What holds for every form."""

import importlib
import inspect

import pytest
from wtforms.fields.choices import SelectChoice

from gateway.forms.base import Form

ROOMS = ("public", "resident", "organizer", "partner", "steward", "guardians", "registry", "talents")
FORMS = {
    form
    for room in ROOMS
    for _, form in inspect.getmembers(importlib.import_module(f"gateway.forms.{room}"), inspect.isclass)
    if issubclass(form, Form)
}


@pytest.mark.parametrize("form", sorted(FORMS, key=lambda form: form.__name__))
def test_options_are_declared_as_the_library_wants_them(form: type[Form]) -> None:
    for name in dir(form):
        options = getattr(getattr(form, name), "kwargs", {}).get("choices") or []
        assert all(isinstance(option, SelectChoice) for option in options), name
