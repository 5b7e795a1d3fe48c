"""The grammar of thresholds."""

import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.records import Condition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f1_all > 0.7", Condition("f1_all", ">", 0.7)),
        ("aligned_rmse<=1", Condition("aligned_rmse", "<=", 1.0)),
        ("beta == 1e-1", Condition("beta", "==", 0.1)),
        ("loss == 'NT-Xent'", Condition("loss", "==", "NT-Xent")),
        ('loss != "a b"', Condition("loss", "!=", "a b")),
        ("learning rate > .5", Condition("learning rate", ">", 0.5)),
        ("aligned_rmse < q50", Condition("aligned_rmse", "<", 0.5, is_quantile=True)),
        ("slope > -3", Condition("slope", ">", -3.0)),
    ],
)
def test_reads_column_operator_value(text, expected):
    """Numbers, quoted text and quantiles are read; writing the condition and reading it again changes nothing."""
    assert Condition.parse(text) == expected
    assert Condition.parse(str(expected)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "f1", "f1 >", "> 3", "f1 > x", "f1 > 1; import os", "f1 > 1 and x < 2", "a < q101", "f1 => 2"],
)
def test_refuses_everything_else(text):
    """Nothing but the grammar is accepted, and the message quotes what was found."""
    with pytest.raises(InvalidInput) as caught:
        Condition.parse(text)
    assert repr(text) in str(caught.value)


def test_quantile_is_taken_over_the_known_values():
    """q50 of 1, 2, 3 and a missing value is 2."""
    resolved = Condition.parse("x < q50").resolve(pd.Series([1.0, 2.0, 3.0, float("nan")]))
    assert resolved == Condition("x", "<", 2.0)


def test_missing_values_are_neither_true_nor_false():
    """A missing value has no answer; others have."""
    condition = Condition.parse("x <= 1")
    assert condition.holds(None) is None
    assert condition.holds(float("nan")) is None
    assert condition.holds(1) is True
    assert condition.holds("1.5") is False


def test_text_is_compared_as_text():
    """Text equality needs no number, but order does."""
    assert Condition.parse("x == '10'").holds("10") is True
    assert Condition.parse("x != 3").holds("none") is True
    with pytest.raises(InvalidInput, match="text can only be compared"):
        Condition.parse("x < 'a'").holds("b")
