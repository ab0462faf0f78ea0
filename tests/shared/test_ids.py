"""An id is a UUID that begins with its moment, and nobody else has it."""

import time
from uuid import RFC_4122, UUID

import pytest

from shared.ids import canonical, derive_id, id_in, is_id, new_id


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
