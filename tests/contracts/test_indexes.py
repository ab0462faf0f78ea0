"""Partial indexes are of use only where the database sees that a question stays within them: it is asked how it would answer."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from mongoengine import IntField

from tests.conftest import SERVICES, worker_of

ID = "00000000-0000-7000-8000-000000000000"


def stages(plan: Any) -> Iterator[str]:
    """Yield the names of what a plan does."""
    if isinstance(plan, dict):
        if "stage" in plan:
            yield plan["stage"]
        for part in plan.values():
            yield from stages(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from stages(part)


def known_or_not(document: Any) -> list[str]:
    """Return the fields that a partial index of a document holds by themselves, wherever they are known at all."""
    rows = document._get_collection().index_information().values()
    own = [(row["key"][0][0], row["partialFilterExpression"]) for row in rows if "partialFilterExpression" in row]
    return [name for name, only in own if set(only) == {name} and isinstance(only[name], dict) and "$gte" not in only[name]]


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_sought_by_its_partial_index_is_found_by_it(service: str, client_of: Callable[[str], FlaskClient]) -> None:
    client_of(service)
    scanned = []
    for document in worker_of(service).documents:
        for name in known_or_not(document):
            sample = 1 if isinstance(document._fields.get(name), IntField) else ID
            found = document._get_collection().find({name: {"$in": [sample]}}).explain()["queryPlanner"]["winningPlan"]
            if "COLLSCAN" in set(stages(found)):
                scanned.append((document.__name__, name))
    assert scanned == []
