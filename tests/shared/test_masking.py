"""A name, and what somebody wrote, as strangers see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.masking import NUMBER, masked, without_numbers


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王小明", "王**"), ("王明", "王**"), ("欧阳小明", "欧**"), ("𠮷田", "𠮷**"), ("Ann", "A**"), ("", "**"), (None, "**")],
)
def test_a_stranger_sees_the_first_character_and_not_how_long_a_name_is(name: str | None, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电饭煲不热", "电饭煲不热"),
        ("电话13800000001", "电话…"),
        ("打 138 0000 0001 找我", "打 … 找我"),
        ("+86-138-0000-0001", "+…"),
        ("１３８００００１１１１", "…"),
        ("2 台，用了 10 年", "2 台，用了 10 年"),
        ("型号 CFXB40-3", "型号 CFXB40-3"),
    ],
)
def test_a_number_that_somebody_wrote_into_their_words_is_left_out(text: str, shown: str) -> None:
    assert without_numbers(text) == shown


@given(st.text(max_size=80))
def test_seven_digits_are_left_together_nowhere(text: str) -> None:
    assert not NUMBER.search(without_numbers(text))
