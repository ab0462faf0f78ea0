"""Every version of every fact ever published still loads: `golden/` holds one of each as it went over the wire."""

import importlib
import json
from pathlib import Path

import pytest

from shared.events import FactInvalid, catalogue, read_fact, write_fact
from tests.conftest import SERVICES

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_fact_published_once_still_loads_and_says_the_same(path: Path) -> None:
    told = json.loads(path.read_text())

    fact = read_fact(path.stem, told)

    same_spelling_of_utc = json.loads(path.read_text().replace("+00:00", "Z"))
    assert same_spelling_of_utc.items() <= write_fact(fact).items()


def test_every_declared_fact_has_a_golden_example() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} >= set(catalogue())


@pytest.mark.parametrize("type_", list(catalogue()))
def test_a_reader_ignores_fields_of_a_newer_producer_and_misses_those_it_needs(type_: str) -> None:
    told = json.loads((GOLDEN / f"{type_}.json").read_text())

    assert read_fact(type_, {**told, "told_by_a_newer_producer": 1}) == read_fact(type_, told)
    with pytest.raises(FactInvalid):
        read_fact(type_, {name: value for name, value in told.items() if name != catalogue()[type_].SUBJECT})


def test_a_fact_is_heard_by_somebody_unless_it_is_told_to_outsiders() -> None:
    heard = {
        class_
        for service in SERVICES
        for class_ in importlib.import_module(f"services.{service}.handlers").SUBSCRIPTIONS
    }

    assert {class_ for class_ in catalogue().values() if class_.CONSUMED} == heard
