"""Names that become columns."""

import pytest

from morphsweep.errors import InvalidInput
from morphsweep.metrics import METRICS
from morphsweep.sweep.naming import column_names, refuse_regime_names, rename_hyperparameters


def test_usual_regimes_clash_with_nothing():
    """All metrics of the registry can be written for the usual regimes."""
    columns = column_names(["all", "hld", "loo wnt-i"], list(METRICS))
    assert "f1_all" in columns


def test_a_regime_that_makes_an_existing_column_is_refused_with_both_meanings():
    """f1_drop is a metric already."""
    with pytest.raises(InvalidInput) as error:
        column_names(["all", "drop"], ["f1", "f1_drop"])
    assert str(error.value) == (
        "the regime 'drop' cannot be used: the column 'f1_drop' would mean metric 'f1' in regime 'drop' and the metric 'f1_drop'; "
        "rename the regime"
    )


def test_two_regimes_may_not_meet_in_one_column():
    """f1 in 'kept_a' and f1_kept in 'a' are one column."""
    with pytest.raises(
        InvalidInput,
        match=r"metric 'f1' in regime 'kept_a' and metric 'f1_kept' in regime 'a'; rename the regime$",
    ):
        column_names(["a", "kept_a"], ["f1_kept", "f1"])


@pytest.mark.parametrize("regime", ["a>b", "it's", "a\nb", "a=b"])
def test_a_regime_that_breaks_conditions_is_refused(regime):
    """Its name becomes part of column names that conditions must be able to say."""
    with pytest.raises(InvalidInput, match="cannot be used: its name becomes part of column names"):
        refuse_regime_names(["all", regime])


def test_a_regime_named_like_an_aligned_copy_is_refused():
    """The curves table uses that name for aligned curves."""
    with pytest.raises(InvalidInput, match=r"^the regimes 'hld' and 'hld_aligned' cannot be used together"):
        refuse_regime_names(["all", "hld", "hld_aligned"])


def test_clashing_hyperparameters_get_a_prefix_or_are_refused():
    """A knob called like a column of ours is called hp_..., unless that is taken too."""
    columns = column_names(["all"], ["f1"])
    assert rename_hyperparameters(["beta", "tranche", "f1_all"], columns) == {
        "beta": "beta",
        "tranche": "hp_tranche",
        "f1_all": "hp_f1_all",
    }
    with pytest.raises(
        InvalidInput,
        match=r"^the hyper-parameter 'tranche' clashes with our own column 'tranche', and 'hp_tranche' is taken too",
    ):
        rename_hyperparameters(["tranche", "hp_tranche"], columns)
