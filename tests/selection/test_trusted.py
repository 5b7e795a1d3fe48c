"""Models that owe their tranche to curves that may not be trusted."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.selection import select

WHERE = ["f1_all > 0.7", "aligned_rmse <= 1"]


def models(**columns):
    return pd.DataFrame({
        "model_index": [1, 2, 3, 4, 5],
        "f1_all": [0.8, 0.8, 0.6, 0.6, 0.8],
        "aligned_rmse": [0.5, 3.0, 0.5, 3.0, 0.9],
        **columns,
    })


def said(table, where=WHERE):
    return [
        text
        for text in select(table, where=where).warnings
        if text.startswith("with curves that are ok only")
    ]


def test_models_that_change_are_named_with_both_tranches():
    """Worse, better, without any curve that is ok, and two that stay."""
    table = models(aligned_rmse_ok=[1.5, 0.9, np.nan, 2.0, 0.8])
    assert said(table) == [
        "with curves that are ok only (aligned_rmse_ok) 3 of 5 models change tranche: 1 (1 to 2), 2 (2 to 1), 3 (3 to none)"
    ]


def test_that_nothing_changes_is_said_too():
    """Silence would leave the reader in doubt."""
    assert said(models(aligned_rmse_ok=[0.4, 2.5, 0.6, 3.1, 0.9])) == [
        "with curves that are ok only (aligned_rmse_ok) no model changes tranche"
    ]


@pytest.mark.parametrize(
    ("table", "where"),
    [(models(), WHERE), (models(aligned_rmse_ok=[0.4] * 5), ["f1_all > 0.7"])],
)
def test_without_a_twin_or_a_second_axis_the_question_does_not_arise(table, where):
    """Tables of other labs have no such score; one threshold has no robust axis."""
    assert said(table, where) == []


def test_a_quantile_keeps_its_number():
    """The limit is that of all curves, 0.9 here, not the median of the trusted ones."""
    table = models(aligned_rmse_ok=[5.0, 5.0, 5.0, 5.0, 0.95])
    assert "5 (1 to 2)" in said(table, ["f1_all > 0.7", "aligned_rmse <= q50"])[0]


def test_many_models_are_cut_short():
    """Twelve by name, the others by number."""
    n = 20
    table = pd.DataFrame({
        "model_index": range(n),
        "f1_all": 0.8,
        "aligned_rmse": np.linspace(0.1, 0.9, n),
        "aligned_rmse_ok": 2.0,
    })
    assert said(table)[0].endswith("11 (1 to 2) and 8 more")
