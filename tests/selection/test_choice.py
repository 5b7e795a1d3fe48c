"""Winner, ties, order, account."""

import json
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import InvalidInput
from morphsweep.selection import SweepFacts, select, usual_range

NOTEBOOK = SweepFacts(protocol="notebook", reference="all", regimes=("all", "hld"))


def test_the_winner_is_the_most_discriminative_of_tranche_1(models):
    """Not the highest F1 of all (model 2), but of those that hold both thresholds.

    Replicates differ by 0.05, 0.05 and 0.1 in F1: SD 0.05, limit t(.975, 3) sqrt(2) 0.05 = 0.225; in aligned RMSE the limit
    is 2.74. So all but model 5 (F1 0.3 behind) may be as good.
    """
    choice = select(models, facts=NOTEBOOK)
    assert (choice.winner, choice.ties) == (0, [1, 2, 3, 4])
    assert choice.noise["f1_all"].limit == pytest.approx(0.225, abs=5e-4)
    assert choice.noise["aligned_rmse"].limit == pytest.approx(2.74, abs=5e-3)
    assert choice.table["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert "within a tranche first the highest f1_all, then the lowest aligned_rmse" in choice.rule


def test_rules_change_the_order_within_tranches_only(models):
    """By aligned RMSE 0 still comes first; by collinearity 1 does; tranches stay."""
    by_collinearity = select(models, rule="segment_collinearity_within", facts=NOTEBOOK)
    assert (by_collinearity.winner, by_collinearity.ties) == (1, [0, 2, 3, 4, 5])
    assert by_collinearity.tranches == {1: [1, 0], 2: [2, 3], 3: [4], 4: [5]}
    assert "the highest segment_collinearity_within_all" in by_collinearity.rule


def test_mean_rank_by_hand():
    """Ranks (f1, aligned, collinearity, dispersion): A 1,3,3,3 = 2.5; B 2,1,1,1 = 1.25; C 3,2,2,2 = 2.25."""
    frame = pd.DataFrame({
        "model_index": ["A", "B", "C"], "f1_all": [0.9, 0.8, 0.75], "aligned_rmse": [0.9, 0.1, 0.2],
        "segment_collinearity_within_all": [0.1, 0.9, 0.5], "dispersion_first_all": [3.0, 1.0, 2.0],
    })  # fmt: skip
    assert select(frame).tranches[1] == ["A", "B", "C"]
    assert select(frame, rule="mean-rank").tranches[1] == ["B", "C", "A"]


def test_a_later_column_only_decides_between_equals():
    """Lexicographic: equal F1, then aligned RMSE; lower is better there."""
    frame = pd.DataFrame({
        "model_index": [1, 2, 3],
        "f1_all": [0.8, 0.8, 0.9],
        "aligned_rmse": [0.9, 0.2, 0.99],
    })
    assert select(frame, rule="lexicographic: f1, aligned_rmse").tranches[1] == [3, 2, 1]


@pytest.mark.parametrize("rule", ["dispersion_slope_all", "beta"])
def test_a_score_without_good_end_does_not_rank(models, rule):
    """An abnormal slope is never rewarded, and a hyper-parameter is no score."""
    with pytest.raises(
        InvalidInput, match=f"cannot rank by '{rule}': neither a high nor a low value of it is better"
    ):
        select(models, rule=rule)


def test_an_unknown_rule_is_refused(models):
    """Known rules are named."""
    with pytest.raises(
        InvalidInput,
        match=r"cannot rank by 'alined_rmse': no column .* did you mean 'aligned_rmse'.* Rules: mean-rank",
    ):
        select(models, rule="alined_rmse")


def test_order_of_rows_and_columns_is_irrelevant(models):
    """Every order of the rows gives the same tranches, winner and ties; the table keeps the order it came in."""
    expected = select(models, facts=NOTEBOOK)
    for order in list(permutations(range(6)))[::97]:
        shuffled = models.iloc[list(order), ::-1]
        choice = select(shuffled, facts=NOTEBOOK)
        assert (choice.winner, choice.ties, choice.tranches) == (
            expected.winner,
            expected.ties,
            expected.tranches,
        )
        assert choice.table["model_index"].tolist() == shuffled["model_index"].tolist()


def test_the_input_stays_untouched(models):
    """The table is not changed."""
    before = models.copy(deep=True)
    select(models, where=["f1_all > 0.7", "aligned_rmse < q50", "beta == 10"], rule="mean-rank")
    pd.testing.assert_frame_equal(models, before)


def test_partial_models_are_not_ranked_beside_full_ones(models):
    """The partial model keeps its tranche but has no rank, is in no population, and is named."""
    models.loc[0, ["status", "reason"]] = ["partial", "curve of gdf3 failed in hld"]
    choice = select(models, facts=NOTEBOOK)
    assert choice.winner == 1
    assert choice.table.loc[0, "tranche"] == 1
    assert pd.isna(choice.table.loc[0, "rank"])
    assert not choice.table.loc[0, "pareto"]
    assert choice.table.loc[0, "reason"] == "curve of gdf3 failed in hld"
    assert {row.population for row in choice.account.rows} == {5}
    assert choice.describe(0).rows[0].rank is None
    assert "of the 5 models with a number (1 partial left out); replicate SD" in str(choice.account.rows[0])
    assert "partial models keep their tranche but are not ranked beside full ones: 0" in choice.warnings


def test_when_all_are_partial_they_are_ranked_and_it_is_said(models):
    """A perturbation that no model has makes all partial; they are still compared, with a warning."""
    choice = select(models.assign(status="partial"), facts=NOTEBOOK)
    assert choice.winner == 0
    assert any(
        text.startswith("every ranked model is partial (0, 1, 2, 3, 4, 5)") for text in choice.warnings
    )


def test_a_number_that_is_partial_counts_only_where_it_is_needed(models):
    """Partial collinearity of model 0 costs it that rank, not its place; partial aligned RMSE costs it its place."""
    models.loc[0, "status"] = "partial"
    scores = pd.DataFrame({
        "model_index": [0, 0], "regime": ["all", "hld"], "perturbation": ["avg_pert", "wt"], "value": [0.7, 1.0],
        "metric": ["segment_collinearity_within", "aligned_rmse"], "status": ["partial", "partial"],
    })  # fmt: skip
    info = {"protocol": "notebook", "regimes": ["all", "hld"]}
    choice = select(models, facts=SweepFacts.from_info(info, scores=scores))
    populations = {row.column: (row.rank, row.population) for row in choice.account.rows}
    assert choice.winner == 0
    assert populations["segment_collinearity_within_all"] == (None, 5)
    assert populations["aligned_rmse"] == (2, 6)
    needed = select(models, facts=SweepFacts.from_info(info, scores=scores.assign(perturbation="avg_pert")))
    assert needed.winner == 1
    assert "partial models keep their tranche but are not ranked beside full ones: 0" in needed.warnings


def test_ties_are_unknown_without_replicates(models):
    """No configuration with two models: None. Replicates elsewhere: an empty list."""
    alone = models.assign(configuration=range(6))
    assert select(alone, facts=NOTEBOOK).ties is None
    pair = select(alone.assign(configuration=[0, 1, 2, 2, 3, 4]), facts=NOTEBOOK)
    assert (pair.noise["f1_all"].df, pair.ties) == (1, [1, 2, 3, 4, 5])  # the limit is 18 SD with one pair
    alike = alone.assign(configuration=[0, 1, 2, 2, 3, 4])
    alike.loc[3] = alike.loc[2].where(alike.columns != "model_index", 3)
    assert select(alike, facts=NOTEBOOK).ties == []  # replicates that are equal tie with nothing else


def test_pareto_front_of_the_two_axes(models):
    """On F1 against aligned RMSE: 0 (0.8, 0.5), 2 (0.9, 2.0) and 4 (0.6, 0.4) are beaten by nobody."""
    assert select(models, facts=NOTEBOOK).table["pareto"].tolist() == [True, False, True, False, True, False]


def test_an_account_states_rank_quantile_and_population(models):
    """Value, rank, mid-rank quantile, population, spread over the replicates."""
    row = select(models, facts=NOTEBOOK).account.rows[0]
    assert (row.column, row.value, row.rank, row.population, row.quantile) == (
        "f1_all",
        0.80,
        3,
        6,
        pytest.approx(3.5 / 6),
    )
    assert (row.low, row.high) == (0.75, 0.80)
    assert str(row) == (
        "f1_all 0.8: 3rd of 6, highest first; quantile 0.58 of the 6 models with a number; "
        "replicate SD 0.05 (3 df, 95 % interval 0.0283 to 0.186)"
    )


def test_an_abnormal_slope_is_said_in_the_account(models):
    """Slopes 0.9 to 1.2 and one of 9: median 1.05, MAD 0.1, usual 0.75 to 1.35."""
    choice = select(models, facts=NOTEBOOK)
    assert usual_range(models["dispersion_slope_all"]) == pytest.approx((0.75, 1.35), abs=0.08)
    assert choice.table["flags"].tolist()[:5] == [""] * 5
    assert any("dispersion_slope_all is abnormal" in text for text in choice.describe(5).sentences)


@pytest.mark.parametrize("values", [[1, 2, 3, 4], [1, 1, 1, 1, 5], [np.nan] * 9])
def test_no_usual_range_from_too_little(values):
    """Fewer than five values, or most of them equal, define no range."""
    assert usual_range(pd.Series(values, dtype=float)) is None


def test_json_is_plain_and_complete(models):
    """Exactly four keys; missing values are null; the winner comes first."""
    models.loc[5, "aligned_rmse"] = np.nan
    document = json.loads(json.dumps(select(models, facts=NOTEBOOK).to_json(), allow_nan=False))
    assert list(document) == ["winner", "ties", "rule", "table"]
    assert (document["winner"], document["ties"]) == (0, [1, 2, 3, 4])
    rows = {row["model_index"]: row for row in document["table"]}
    assert document["table"][0]["model_index"] == 0
    assert rows[5]["tranche"] is None
    assert rows[5]["aligned_rmse"] is None
    assert rows[4]["tranche"] == 3


def test_a_model_in_two_rows_is_refused(models):
    """One row per model; the doubled number is named."""
    with pytest.raises(
        InvalidInput, match=r"^several rows have the same model_index \(3\); expected one row per model$"
    ):
        select(pd.concat([models, models.iloc[[3]]]))


def test_rows_of_single_perturbations_are_no_models(models):
    """Only avg_pert rows count; a table without any is refused."""
    rows = pd.concat([models.assign(Perturbation="avg_pert"), models.assign(Perturbation="wt", f1_all=1.0)])
    assert select(rows, facts=NOTEBOOK).tranches == select(models, facts=NOTEBOOK).tranches
    with pytest.raises(InvalidInput, match="the table has no row with Perturbation == 'avg_pert'"):
        select(rows[rows["Perturbation"] == "wt"])


def test_a_table_without_model_index_is_numbered_by_row(models):
    """Models are numbered from 0, and it is said."""
    choice = select(models.drop(columns="model_index"), facts=NOTEBOOK)
    assert choice.winner == 0
    assert any("numbered by their row" in text for text in choice.warnings)


def test_choosing_twice_gives_the_same(models):
    """A table that has been judged before is judged anew, and nothing is carried over."""
    first = select(models, facts=NOTEBOOK)
    again = select(first.table, where=["f1_all > 0.7", "aligned_rmse <= 1"])
    assert again.tranches == first.tranches
    assert again.models.hyperparameters == ("beta",)


def test_facts_are_read_from_the_results_folder():
    """Keys of run.json; what is not said stays unknown."""
    facts = SweepFacts.from_info({
        "protocol": "default-1",
        "regimes": ["all", "hld"],
        "hyperparameters": ["beta"],
        "thresholds": [],
    })
    assert (facts.protocol, facts.reference, facts.regimes) == ("default-1", "all", ("all", "hld"))
    assert (facts.hyperparameters, facts.thresholds) == (("beta",), None)
    assert SweepFacts.from_info(None) == SweepFacts()
