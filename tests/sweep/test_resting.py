"""How many individuals a score rests on."""

from types import SimpleNamespace

import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.records import AVERAGE, ScoreRow
from morphsweep.sweep.resting import resting_on


def _run(counts):
    """A run that has so many individuals of each perturbation, two snips of each, and no predictions."""
    obs = pd.DataFrame(
        [(name, f"{name}{k}") for name, n in counts.items() for k in range(n) for _ in range(2)],
        columns=["perturbation", "individual"],
    )

    def get(_name):
        msg = "no predictions"
        raise NotComputable(msg)

    return SimpleNamespace(
        embedding=SimpleNamespace(obs=obs), cohort=SimpleNamespace(perturbations=("a", "b", "wt")), get=get
    )


def test_individuals_and_degrees_by_hand():
    """A run's score: its own individuals; a comparison: the regime that has fewer; an average: mean, and sum of degrees."""
    runs = {"all": _run({"a": 9, "b": 4, "wt": 8, "left out": 50}), "hld": _run({"a": 5, "b": 7, "wt": 9})}
    rows = [
        ScoreRow("all", "a", "f1", 0.5),
        ScoreRow("hld", "a", "f1", 0.5),
        ScoreRow("hld", "a", "aligned_rmse", 0.5),
        ScoreRow("hld", "b", "aligned_rmse", 0.5),
        ScoreRow("hld", "wt", "aligned_rmse", float("nan")),
        ScoreRow("hld", AVERAGE, "aligned_rmse", 0.5),  # over a and b
        ScoreRow("all", AVERAGE, "dispersion_first", 0.5),  # has no numbers of perturbations: all of them
    ]
    found = resting_on(rows, runs, "all")
    assert found["individuals"].tolist() == [9, 5, 5, 4, 8, 4.5, 7]
    assert found["degrees"].tolist() == [8, 4, 4, 3, 7, 7, 18]


def test_a_reference_that_could_not_be_read_says_nothing():
    """The other regime's individuals are what is known."""
    found = resting_on(
        [ScoreRow("hld", "a", "f1_drop", float("nan"))], {"hld": _run({"a": 5, "b": 7})}, "all"
    )
    assert found.to_numpy().tolist() == [[5.0, 4.0]]
