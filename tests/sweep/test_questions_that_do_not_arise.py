"""Numbers whose question does not arise are `not_applicable`: nothing is missing, and the model is as full as any."""

import pandas as pd
import pytest

import morphsweep as ms
from morphsweep.records import AVERAGE


@pytest.fixture(scope="module")
def evaluate_twins(make_sweep, tmp_path_factory):
    """Evaluates one run that stands for both regimes, in a space of so many components."""
    made = make_sweep(n_models=1)
    table = pd.read_csv(ms.read_sweep(made).models[0].runs["all"].embedding)
    table = table.drop(
        columns="train_cat"
    )  # with so few individuals a split leaves perturbations without an unseen one

    def evaluate(n_components):
        folder = tmp_path_factory.mktemp(f"twins_{n_components}")
        table.to_csv(folder / "run.csv", index=False)
        rows = {"regime": ["all", "hld"], "embedding": "run.csv", "beta": 1.0}
        pd.DataFrame(rows).to_csv(folder / "manifest.csv", index=False)
        (folder / "sweep.toml").write_text(
            f'manifest = "manifest.csv"\n[settings]\nn_components = {n_components}\n'
        )
        return ms.evaluate(folder, folder / "results", workers=1)

    return evaluate


@pytest.mark.parametrize(
    ("n_components", "metric", "reason"),
    [
        (
            4,
            "rotation_angle",
            "a rotation in 4 dimensions has no single angle",
        ),
        (2, "explained_variance_3", "the space has 2 components, no component 3"),
    ],
)
def test_equal_regimes_in_any_space_leave_nothing_missing(evaluate_twins, n_components, metric, reason):
    """No angle in four dimensions, no third component of two, nothing to gain between equal curves: status 0."""
    results = evaluate_twins(n_components)
    rows = results.scores[results.scores["perturbation"] == AVERAGE].set_index("metric")
    for name, why in (
        (metric, reason),
        ("alignment_gain", "the curves of both regimes coincide; there is nothing to gain from alignment"),
    ):
        own = rows.loc[[name]]
        assert set(own["status"]) == {"not_applicable"}, name
        assert set(own["reason"]) == {why}
    assert results.failures.empty
    assert results.exit_status == 0
    assert "partial" not in set(results.summary["status"]), results.summary["reason"].iloc[0]
