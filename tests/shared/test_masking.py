"""A name as strangers see it."""

import pytest

from shared.masking import masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王小明", "王**"), ("王明", "王**"), ("欧阳小明", "欧**"), ("𠮷田", "𠮷**"), ("Ann", "A**"), ("", "**"), (None, "**")],
)
def test_a_stranger_sees_the_first_character_and_not_how_long_a_name_is(name: str | None, shown: str) -> None:
    assert masked(name) == shown
