"""The condition grammar under arbitrary text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphsweep.errors import InvalidInput
from morphsweep.records import Condition

COLUMN = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
OPERATOR = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


@given(COLUMN, OPERATOR, st.floats(-1e5, 1e5).map(lambda x: round(x, 3)))
def test_a_number_compares_as_python_compares(column, op, number):
    """The grammar is no other arithmetic than Python's."""
    condition = Condition.parse(f"{column}{op}{number!r}")
    assert (condition.column, condition.op, condition.value) == (column, op, number)
    for value in (number - 1, number, number + 1):
        expected = {
            "==": value == number,
            "!=": value != number,
            "<": value < number,
            "<=": value <= number,
            ">": value > number,
            ">=": value >= number,
        }
        assert condition.holds(value) is expected[op]


@given(
    COLUMN,
    st.sampled_from(["==", "!="]),
    st.text(st.characters(exclude_characters="'", exclude_categories=("Cs",)), max_size=30),
)
def test_quoted_text_survives_writing_and_reading(column, op, text):
    """What is written back is what was read."""
    condition = Condition.parse(f"{column} {op} '{text}'")
    assert condition.value == text
    assert Condition.parse(str(condition)) == condition


@given(st.text(max_size=40))
def test_any_text_is_a_condition_or_refused_by_name(text):
    """Nothing but InvalidInput ever comes out, and it quotes the text."""
    try:
        condition = Condition.parse(text)
    except InvalidInput as error:
        refusal = str(error)
    else:
        refusal = ""
        assert Condition.parse(str(condition)).column == condition.column
    assert not refusal or repr(text) in refusal


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "f1 > 0.7 or 1", "f1 > 0.7; x", "f1", "> 1", "f1 > q101", "f1 = 1", "f1 > 1e"],
)
def test_what_looks_like_code_is_refused(text):
    """Nothing is ever evaluated."""
    with pytest.raises(InvalidInput, match="condition"):
        Condition.parse(text)
