"""One document, one write: creating, changing, refusing, and the facts that go with it."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mongoengine import ValidationError
from mongoengine.connection import get_connection, get_db
from pymongo.errors import DuplicateKeyError, OperationFailure

from shared import telemetry
from shared.clock import utc_now
from shared.events import FactInvalid
from shared.events.identity import ResidentLeft
from shared.ids import new_id
from shared.mongo import audit, change_one, connect, digest, ensure_documents, insert_new
from shared.mongo.connection import answers, infrastructure_errors
from tests.shared.mongo.conftest import Jar, ShelfSettings

pytestmark = pytest.mark.usefixtures("shelf")


def left(resident_id: str = "r1") -> ResidentLeft:
    return ResidentLeft(resident_id=resident_id, community_code="DEMO-01", left_at=utc_now())


def stored(jar_id: str) -> dict:
    return Jar._get_collection().find_one({"_id": jar_id})


def test_a_new_document_is_created_once() -> None:
    jar = Jar(id=new_id(), beans=3)

    assert insert_new(jar) is True
    assert insert_new(Jar(id=jar.id, beans=9)) is False
    assert stored(jar.id)["beans"] == 3


def test_a_clash_on_another_key_than_the_id_is_raised() -> None:
    insert_new(Jar(id=new_id(), place="top"))

    with pytest.raises(DuplicateKeyError):
        insert_new(Jar(id=new_id(), place="top"))


def test_facts_are_written_with_the_document_and_with_the_act_behind_them() -> None:
    jar = Jar(id=new_id())
    with telemetry.bound("act-1"):
        insert_new(jar, left("r1"), left("r2"))

    outbox = stored(jar.id)["outbox"]
    assert [event["subject"] for event in outbox["events"]] == ["r1", "r2"]
    assert {event["correlation_id"] for event in outbox["events"]} == {"act-1"}
    assert (outbox["appended"], outbox["published"]) == (2, 0)


def test_a_document_without_facts_waits_for_nobody() -> None:
    jar = Jar(id=new_id())
    insert_new(jar)

    assert "outbox" not in stored(jar.id)


def test_a_document_that_does_not_fit_is_refused_before_it_is_written() -> None:
    with pytest.raises(ValidationError):
        insert_new(Jar(id=new_id(), beans="many"))


def test_a_fact_that_does_not_fit_stops_the_write() -> None:
    jar = Jar(id=new_id())

    with pytest.raises(FactInvalid):
        insert_new(jar, ResidentLeft(resident_id=5, community_code="DEMO-01", left_at=utc_now()))

    assert stored(jar.id) is None


def test_a_guarded_change_gives_the_new_state_and_appends_its_fact() -> None:
    jar = Jar(id=new_id(), beans=3)
    insert_new(jar, left("r1"))

    changed = change_one(Jar, where={"_id": jar.id, "beans": 3}, update={"$inc": {"beans": 1}}, facts=[left("r2")])

    assert changed is not None
    assert changed.beans == 4
    outbox = stored(jar.id)["outbox"]
    assert (outbox["appended"], len(outbox["events"])) == (2, 2)


def test_a_change_whose_guard_does_not_hold_changes_nothing_and_tells_nothing() -> None:
    jar = Jar(id=new_id(), beans=3)
    insert_new(jar)

    assert change_one(Jar, where={"_id": jar.id, "beans": 2}, update={"$set": {"beans": 9}}, facts=[left()]) is None
    assert stored(jar.id) == {"_id": jar.id, "beans": 3}


def test_a_change_may_use_the_operators_that_the_outbox_uses_too() -> None:
    jar = Jar(id=new_id(), beans=3)
    insert_new(jar)
    update = {"$inc": {"beans": 2}, "$push": {"notes": "a"}, "$set": {"place": "top"}, "$min": {"least": 1}}

    change_one(Jar, where={"_id": jar.id}, update=update, facts=[left()])

    row = stored(jar.id)
    assert (row["beans"], row["notes"], row["place"], row["least"]) == (5, ["a"], "top", 1)
    assert row["outbox"]["appended"] == 1


def test_the_database_itself_refuses_what_the_validator_forbids() -> None:
    jar = Jar(id=new_id(), beans=1)
    insert_new(jar)

    with pytest.raises(OperationFailure, match="validation"):
        change_one(Jar, where={"_id": jar.id}, update={"$inc": {"beans": -2}})


def test_ensuring_documents_again_changes_nothing() -> None:
    before = Jar._get_collection().index_information()

    ensure_documents([Jar])

    assert Jar._get_collection().index_information() == before
    assert {"outbox_waiting", "outbox_published"} <= before.keys()


def test_connecting_again_keeps_the_connection(shelf: ShelfSettings) -> None:
    before = get_connection("shelf")

    connect(shelf)

    assert get_connection("shelf") is before
    assert answers("shelf")
    assert before.write_concern.document == {"w": "majority", "j": True}


def test_the_audit_log_says_who_did_what_to_what() -> None:
    with telemetry.bound("act-1"):
        audit("shelf", act="opened", by="steward", about="jar", detail={"beans": 3})

    line = get_db("shelf").audit.find_one()
    assert (line["act"], line["by"], line["about"], line["detail"]) == ("opened", "steward", "jar", {"beans": 3})
    assert line["correlation_id"] == "act-1"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_a_digest_does_not_depend_on_the_order_of_fields(body: dict) -> None:
    assert digest(dict(reversed(body.items()))) == digest(body)


@pytest.mark.parametrize(
    "other", [{"a": 2}, {"a": "1"}, {"a": 1, "b": None}, {"b": 1}, {"a": [1]}, {"a": date(2026, 1, 1)}]
)
def test_another_body_has_another_digest(other: dict) -> None:
    assert digest(other) != digest({"a": 1})


def test_what_has_no_canonical_form_has_no_digest() -> None:
    assert digest({"at": datetime(2026, 1, 1, tzinfo=UTC), "roles": {"b", "a"}})
    with pytest.raises(TypeError):
        digest({"a": object()})


def test_a_cursor_that_its_server_no_longer_knows_means_that_the_database_was_away() -> None:
    for number in range(4):
        insert_new(Jar(id=new_id(), beans=number))
    cursor = Jar._get_collection().find({}).batch_size(2)
    next(cursor)
    get_db("shelf").command("killCursors", Jar._get_collection_name(), cursors=[cursor.cursor_id])

    with pytest.raises(infrastructure_errors):
        list(cursor)
