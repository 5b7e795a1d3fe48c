"""One declaration per metric, found by name."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from morphsweep.errors import InvalidInput
from morphsweep.metrics import ALIASES, METRICS, collect, column, markdown_table, metric, shift_spec

ROOT = Path(__file__).resolve().parents[2]


def test_unknown_name_gets_a_suggestion_and_the_list():
    """The message names what was asked, the nearest name and all known ones."""
    with pytest.raises(InvalidInput) as caught:
        metric("aligned_mse")
    known = ", ".join(sorted(METRICS))
    assert (
        str(caught.value)
        == f"no metric named 'aligned_mse'; did you mean 'aligned_rmse'? Known metrics: {known}"
    )


def test_a_name_like_no_other_gets_no_suggestion():
    """Nothing is suggested where nothing is near."""
    with pytest.raises(InvalidInput, match=r"^no metric named 'zzzz'; Known metrics: "):
        metric("zzzz")


def test_names_must_be_unique():
    """Two declarations of one name, a repeated alias, and a name that is another's shift are refused with both names."""
    f1, auroc = METRICS["f1"], METRICS["auroc"]
    with pytest.raises(
        InvalidInput, match=r"^the name 'f1' is used by the metrics 'f1' and 'f1'; names must be unique$"
    ):
        collect([[f1], [f1]])
    with pytest.raises(InvalidInput, match=r"^the name 'F1_score' is used by the metrics 'f1' and 'auroc';"):
        collect([[f1, replace(auroc, aliases=("F1_score",))]])
    with pytest.raises(
        InvalidInput, match=r"^the name 'auroc_shift' is used by the metrics 'auroc' and 'auroc_shift';"
    ):
        collect([[auroc, replace(f1, name="auroc_shift", aliases=())]])


def test_registry_cannot_be_changed():
    """It is the same for everybody."""
    with pytest.raises(TypeError, match=r"does not support item assignment"):
        METRICS["f1"] = METRICS["auroc"]


def test_other_labs_names_are_understood():
    """The columns of the lab's own tables, without regime, lead to our metrics."""
    assert dict(ALIASES) == {
        "F1_score": "f1",
        "Initial_RMSE": "initial_rmse",
        "Aligned_RMSE": "aligned_rmse",
        "SegmentColinearity": "segment_collinearity",
        "SegmentColinearity_mean_within": "segment_collinearity_within",
        "dispersion_first_n": "dispersion_first",
        "dispersion_last_n": "dispersion_last",
        "disp_coefficient": "dispersion_slope",
    }
    assert metric("disp_coefficient").name == "dispersion_slope"


def test_columns_of_the_summary():
    """Run metrics carry their regime; pair metrics only when there are several other regimes."""
    assert column("dispersion_first", "all") == "dispersion_first_all"
    assert column("segment_collinearity", "hld") == "segment_collinearity"
    assert column("segment_collinearity", "hld", n_others=2) == "segment_collinearity_hld"
    assert column("dispersion_first_shift", "hld") == "dispersion_first_shift"
    assert column("F1_score", "hld") == "f1_hld"


def test_shift_is_other_minus_reference():
    """Its declaration follows from the metric's own."""
    spec = shift_spec(METRICS["auroc"])
    assert spec.name == "auroc_shift"
    assert spec.label == "Shift of AUROC"
    assert spec.bounds == (-1.0, 1.0)
    assert spec.function(0.75, 0.5) == -0.25
    with pytest.raises(InvalidInput, match=r"^'aligned_rmse' compares two regimes already and has no shift$"):
        shift_spec(METRICS["aligned_rmse"])
    with pytest.raises(InvalidInput, match=r"^no metric named 'f1_shift'; Known metrics: "):
        metric("f1_shift")  # f1 has a drop instead


def test_abnormal_slopes_are_bad_on_both_sides():
    """The declared directions of the numbers that a choice is made by."""
    better = {name: METRICS[name].better for name in ("f1", "aligned_rmse", "dispersion_slope", "f1_drop")}
    assert better == {
        "f1": "higher",
        "aligned_rmse": "lower",
        "dispersion_slope": "range",
        "f1_drop": "lower",
    }


def test_documented_table_is_up_to_date():
    """docs/metrics.md holds the table that the declarations make; `python docs/metrics_table.py` writes it."""
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert markdown_table() in page


def test_writing_the_table_changes_nothing_when_it_is_up_to_date():
    """The script that writes the table is idempotent."""
    page = ROOT / "docs" / "metrics.md"
    before = page.read_text(encoding="utf-8")
    subprocess.run([sys.executable, str(ROOT / "docs" / "metrics_table.py")], check=True)
    assert page.read_text(encoding="utf-8") == before
