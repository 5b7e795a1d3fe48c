"""Thresholds, filters and quantiles."""

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.selection import SweepFacts, select
from morphsweep.selection.rating import values_of


def test_default_numbers_are_cut_by_the_scale_free_twin(models):
    """With `default` numbers the robust threshold is the median of aligned_rmse_rel, named with its population."""
    choice = select(models, facts=SweepFacts(protocol="default-1", reference="all", regimes=("all", "hld")))
    assert str(choice.criteria.robust) == "aligned_rmse_rel <= q50 (0.325, over the 6 models with a number)"
    assert choice.tranches == {1: [2, 0, 1], 2: [3], 3: [], 4: [4, 5]}


def test_notebook_numbers_are_cut_by_the_absolute_threshold(models):
    """With `notebook` numbers it is aligned_rmse <= 1, and the warning names the scale-free twin."""
    choice = select(models, facts=SweepFacts(protocol="notebook", reference="all", regimes=("all", "hld")))
    assert choice.tranches == {1: [0, 1], 2: [2, 3], 3: [4], 4: [5]}
    assert any("aligned_rmse_rel" in text and "shrinks" in text for text in choice.warnings)


def test_an_absolute_threshold_is_shown_with_its_quantile(models):
    """0.7 lies above 2 of the 6 values of f1_all."""
    assert "f1_all > 0.7 (at quantile 0.33 of the 6 models with a number)" in select(models).rule


def test_the_sweeps_own_thresholds_come_before_ours(models):
    """Thresholds of the sweep file replace the default ones; --where replaces both."""
    facts = SweepFacts(protocol="default-1", thresholds=("f1_hld > 0.72", "aligned_rmse <= 1"))
    assert select(models, facts=facts).tranches == {1: [4], 2: [5, 3], 3: [1, 0], 4: [2]}
    chosen = select(models, where=["f1_all >= 0.9", "aligned_rmse < 9"], facts=facts)
    assert chosen.winner == 2


def test_quantiles_leave_out_models_without_a_number(models):
    """The median of five numbers, and the count says five; the sixth model has no tranche."""
    models.loc[5, "aligned_rmse"] = np.nan
    choice = select(models, where=["f1_all > 0.7", "aligned_rmse < q50"])
    assert "aligned_rmse < q50 (0.6, over the 5 models with a number)" in choice.rule
    assert choice.table.loc[5, "missing"] == "aligned_rmse"
    assert pd.isna(choice.table.loc[5, "tranche"])


def test_one_regime_is_judged_by_f1_alone(models):
    """Without another regime the robust axis is not applicable; tranche 1 holds, tranche 4 does not."""
    alone = models.drop(columns=["aligned_rmse", "aligned_rmse_rel", "f1_hld"])
    for facts in (None, SweepFacts(protocol="default-1", regimes=("all",), reference="all")):
        choice = select(alone, facts=facts)
        assert choice.tranches == {1: [2, 3, 0, 1], 2: [], 3: [], 4: [4, 5]}
        assert "robust: not applicable (nothing compares the reference with another regime)" in choice.rule


def test_two_regimes_without_the_robust_number_are_not_called_one(models):
    """It was not computed, although there is another regime to compare with."""
    lean = models.drop(columns=["aligned_rmse", "aligned_rmse_rel"])
    choice = select(lean, facts=SweepFacts(protocol="default-1", regimes=("all", "hld"), reference="all"))
    assert "robust: not applicable (aligned_rmse was not computed)" in choice.rule


def test_one_given_threshold_is_the_only_axis(models):
    """A single condition on a score cuts two tranches and says so."""
    choice = select(models, where="aligned_rmse < q50")
    assert choice.tranches == {1: [4, 0, 1], 2: [], 3: [], 4: [5, 2, 3]}
    assert "robust: not applicable (only one threshold was given)" in choice.rule


def test_conditions_on_hyperparameters_are_filters(models):
    """beta == 10 excludes models and leaves the default thresholds as they are; the excluded are named."""
    choice = select(models, where=["beta == 10"], facts=SweepFacts(protocol="notebook"))
    assert choice.tranches == {1: [0, 1], 2: [], 3: [], 4: []}
    assert choice.table["reason"].tolist() == ["", ""] + ["excluded by beta == 10"] * 4
    assert "filter beta == 10 excludes 4 of 6 models: 2, 3, 4 and 5" in choice.warnings


def test_a_third_threshold_is_a_filter(models):
    """The first two scores are the axes, whatever stands between them."""
    choice = select(models, where=["f1_all > 0.7", "beta > 0.5", "aligned_rmse <= 1", "f1_hld > 0.705"])
    assert [str(c.asked) for c in choice.criteria.axes] == ["f1_all > 0.7", "aligned_rmse <= 1"]
    assert choice.tranches == {1: [1], 2: [2, 3], 3: [], 4: []}


def test_an_unknown_column_is_refused_with_near_names(models):
    """The message quotes the condition and offers what is close."""
    with pytest.raises(
        InvalidInput,
        match=r"cannot use the condition 'f1_al > 0\.7': no column 'f1_al' in the table; did you mean 'f1_all' or .* Known columns: model_index",
    ):
        select(models, where=["f1_al > 0.7"])


def test_without_f1_the_default_rule_asks_for_thresholds():
    """A table of other scores needs --where."""
    with pytest.raises(InvalidInput, match=r"no column 'f1_all' in the table.*--where"):
        select(pd.DataFrame({"model_index": [1], "accuracy": [0.5]}))


def test_text_where_a_number_belongs_is_refused(models):
    """The odd value is quoted."""
    odd = models.assign(f1_all=["high", "0.7", "0.8", "0.9", "0.1", ""])
    with pytest.raises(InvalidInput, match=r"column 'f1_all' should hold numbers, found 'high'"):
        select(odd)


def test_a_threshold_nobody_has_a_number_for_gives_no_tranches(models):
    """All alignments failed: no crash, no winner, every model's missing value named."""
    choice = select(models.assign(aligned_rmse_rel=np.nan), facts=SweepFacts(protocol="default-1"))
    assert choice.winner is None
    assert choice.ties is None
    assert choice.account is None
    assert choice.table["missing"].tolist() == ["aligned_rmse_rel"] * 6
    assert choice.tranches == {1: [], 2: [], 3: [], 4: []}
    assert any("no model is in tranche 1" in text for text in choice.warnings)


def test_both_missing_values_are_named(models):
    """A model that lacks both scores names both."""
    models.loc[0, ["f1_all", "aligned_rmse"]] = np.nan
    choice = select(models, where=["f1_all > 0.7", "aligned_rmse <= 1"])
    assert choice.table.loc[0, "missing"] == "f1_all, aligned_rmse"
    assert choice.table.loc[0, "reason"] == "f1_all and aligned_rmse are missing"


def test_infinity_is_no_number(models):
    """An infinite score is missing."""
    models.loc[0, "aligned_rmse"] = np.inf
    assert (
        select(models, where=["f1_all > 0.7", "aligned_rmse > 0"]).table.loc[0, "missing"] == "aligned_rmse"
    )


def test_another_reference_regime():
    """With a reference that is not called all, the default threshold follows it."""
    frame = pd.DataFrame({
        "model_index": [1, 2],
        "f1_full": [0.8, 0.6],
        "f1_part": [0.1, 0.1],
        "aligned_rmse": [0.5, 0.5],
    })
    assert select(frame).tranches == {1: [1], 2: [], 3: [2], 4: []}
    assert select(frame, facts=SweepFacts(reference="part")).winner is None


def test_scores_that_no_metric_declares_can_be_thresholds():
    """In a table without our F1, conditions that order models are thresholds, best on the side where they hold."""
    frame = pd.DataFrame({
        "model_index": [1, 2, 3],
        "depth": [3, 3, 4],
        "accuracy": [0.9, 0.95, 0.99],
        "loss": [1.0, 2.0, 9.0],
    })
    choice = select(frame, where=["accuracy > 0.5", "loss <= q50"])
    assert choice.tranches == {1: [2, 1], 2: [3], 3: [], 4: []}
    assert choice.models.hyperparameters == ("depth",)
    assert choice.table["pareto"].tolist() == [True, True, True]
    assert choice.ties == [1, 3]  # one pair of replicates tells little: the limits are 0.64 and 12.7


def test_partial_numbers_count_in_no_quantile(models):
    """The median of the five full numbers, and the words say who was left out; the partial model is judged by it too."""
    models.loc[3, "status"] = "partial"
    choice = select(models, where=["f1_all > 0.7", "aligned_rmse <= q50"])
    assert str(choice.criteria.robust) == (
        "aligned_rmse <= q50 (0.6, over the 5 models with a number, 1 partial left out)"
    )
    assert (
        str(choice.criteria.discriminative)
        == "f1_all > 0.7 (at quantile 0.40 of the 5 models with a number, 1 partial left out)"
    )
    assert choice.tranches == {1: [0, 1], 2: [2, 3], 3: [4], 4: [5]}
    assert choice.table.loc[3, ["tranche"]].tolist() == [2]


@pytest.mark.parametrize("rmse", [0.0, 9.0])
def test_a_partial_model_more_moves_no_full_one(models, rmse):
    """Tranches, ranks and threshold of full models are those without the partial one, also as a rule on numbers."""
    partial = models.iloc[[0]].assign(model_index=6, configuration=3, status="partial", aligned_rmse=rmse)
    where = ["f1_all > 0.7", "aligned_rmse <= q40"]
    alone = select(models, where=where)
    more = select(pd.concat([models, partial], ignore_index=True), where=where)
    assert more.criteria.robust.threshold == alone.criteria.robust.threshold
    for name in ("tranche", "rank", "pareto"):
        assert more.table[name].tolist()[:6] == alone.table[name].tolist()
    standing = more.applied(values_of(more.models, more.applied))
    assert standing.tranche.tolist() == more.table["tranche"].tolist()
    assert standing.rank.tolist() == more.table["rank"].fillna(0).tolist()


def test_number_by_number_is_what_counts(models):
    """Where the facts tell which numbers are partial, the same model counts in the one quantile and not in the other."""
    facts = SweepFacts(protocol="default-1", partial={"aligned_rmse": {3}})
    choice = select(models, where=["f1_all > q50", "aligned_rmse <= q50"], facts=facts)
    assert [(axis.population, axis.partial) for axis in choice.criteria.axes] == [(6, 0), (5, 1)]


def test_quantiles_of_nothing_but_partial_numbers_are_over_these(models):
    """They are compared with each other, as ranks are; an infinite number of a full model is none."""
    choice = select(models.assign(status="partial"), where=["f1_all > 0.7", "aligned_rmse <= q50"])
    assert "aligned_rmse <= q50 (1.05, over the 6 models with a number)" in choice.rule
    models["status"] = ["ok", *["partial"] * 5]
    models.loc[0, "aligned_rmse"] = np.inf
    choice = select(models, where=["f1_all > 0.7", "aligned_rmse <= q50"])
    assert "aligned_rmse <= q50 (1.5, over the 5 models with a number)" in choice.rule
