"""An id is a UUID that begins with its moment, and nobody else has it."""

import time
from uuid import RFC_4122, UUID, uuid4

import pytest

from shared.clock import utc_now
from shared.ids import canonical, derive_beside, derive_id, id_in, is_id, moment_of, new_id


def test_a_new_id_is_a_uuid_of_version_7_with_the_moment_in_front() -> None:
    before = time.time_ns() // 1_000_000

    id_ = UUID(made := new_id())

    assert (id_.version, id_.variant, str(id_)) == (7, RFC_4122, made)
    assert before <= id_.int >> 80 <= time.time_ns() // 1_000_000


def test_what_is_made_later_stands_later() -> None:
    first = new_id()
    time.sleep(0.002)

    assert first < new_id()


def test_no_two_ids_are_the_same_though_they_are_made_at_once() -> None:
    assert len({new_id() for _ in range(50_000)}) == 50_000


@pytest.mark.parametrize("make", [new_id, lambda: derive_id("a", "b")])
def test_what_is_made_here_is_an_id(make: object) -> None:
    id_ = make()  # type: ignore[operator]

    assert is_id(id_)
    assert canonical(id_.upper()) == id_
    assert id_in(f"https://example.org/k/{id_}?x=1") == id_


def test_a_derived_id_follows_from_its_parts_in_their_order() -> None:
    assert derive_id("a", "b") == derive_id("a", "b") != derive_id("b", "a")
    assert derive_id("a", "b") != derive_id("ab")


def test_an_id_tells_its_moment_where_it_has_one() -> None:
    moment = moment_of(new_id())

    assert moment is not None
    assert abs((utc_now() - moment).total_seconds()) < 5
    assert moment_of(derive_id("a")) is None
    assert moment_of(str(uuid4())) is None


def test_what_is_derived_beside_an_id_follows_from_both_and_keeps_its_moment() -> None:
    form = new_id()
    one, other = derive_beside(form, "roll", "wang"), derive_beside(form, "roll", "li")

    assert one == derive_beside(form, "roll", "wang") != other
    assert (UUID(one).version, UUID(one).variant, moment_of(one)) == (7, RFC_4122, moment_of(form))
    assert derive_beside(new_id(), "roll", "wang") != one
    assert UUID(derive_beside(str(uuid4()), "roll", "wang")).version == 5
