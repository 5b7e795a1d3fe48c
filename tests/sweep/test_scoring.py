"""How answers and refusals become rows."""

from types import SimpleNamespace

import numpy as np
import pytest

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.records import AVERAGE, CurveFit, CurveHealth, MetricSpec, Status
from morphsweep.sweep.scoring import score_model


def spec(function, **changes):
    """A declaration around a function."""
    fields = {
        "name": "number",
        "label": "Number",
        "unit": "",
        "better": "higher",
        "bounds": (None, None),
        "scope": "run",
        "per": "perturbation",
        "needs": ("numbers",),
        "function": function,
        "description": "A number.",
    }
    return MetricSpec(**{**fields, **changes})


def fit(name, *, ok=True, points=True):
    """A curve, good or doubtful or missing."""
    if not points:
        return CurveFit(name, reason="too few snips")
    health = CurveHealth(
        "progress", "progress", 1, 1, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, ok=ok, reason="" if ok else "folded"
    )
    return CurveFit(name, np.zeros((2, 3)), np.zeros(2), np.zeros(2), health)


class Run(SimpleNamespace):
    """A run with ready-made products."""

    def get(self, name):
        """The product, or the reason it is missing."""
        made = self.products[name]
        if isinstance(made, NotComputable):
            raise made
        return made


def run(numbers, *, present=("a", "b"), fits=None, **products):
    """A run of the perturbations a and b."""
    fits = fits or {name: fit(name) for name in present}
    curves = {name: f.points for name, f in fits.items() if f.points is not None}
    return Run(
        products={"numbers": numbers, "fits": fits, "curves": curves, **products},
        present=present,
        cohort=SimpleNamespace(perturbations=("a", "b")),
        embedding=SimpleNamespace(source="made"),
        settings="the settings",
        common=None,
    )


def table(rows):
    """Rows by regime, perturbation and metric."""
    return {(row.regime, row.perturbation, row.metric): row for row in rows}


def test_values_average_and_shift_are_worked_by_hand():
    """a = 1, b = 3 in the reference and a = 2, b = 6 in the other: means 2 and 4, shifts 1, 3 and 2."""
    rows = table(
        score_model({"all": run({"a": 1, "b": 3}), "hld": run({"a": 2, "b": 6})}, "all", [spec(float)])
    )
    assert rows["all", AVERAGE, "number"].value == 2
    assert rows["hld", AVERAGE, "number"].value == 4
    assert rows["hld", "a", "number_shift"].value == 1
    assert rows["hld", "b", "number_shift"].value == 3
    assert rows["hld", AVERAGE, "number_shift"].value == 2
    assert ("all", AVERAGE, "number_shift") not in rows


def test_averages_use_one_set_of_perturbations_for_all_regimes():
    """b fails in one regime only: both averages are over a alone, marked partial, and name b."""

    def function(value):
        if value == 0:
            msg = "zero"
            raise NotComputable(msg)
        return value

    rows = table(
        score_model({"all": run({"a": 1, "b": 3}), "hld": run({"a": 2, "b": 0})}, "all", [spec(function)])
    )
    assert rows["all", AVERAGE, "number"].value == 1
    assert rows["hld", AVERAGE, "number"].value == 2
    assert {rows[r, AVERAGE, "number"].status for r in ("all", "hld")} == {Status.PARTIAL}
    assert "'b'" in rows["all", AVERAGE, "number"].reason
    assert (rows["hld", "b", "number"].status, rows["hld", "b", "number"].reason) == (
        Status.NOT_COMPUTABLE,
        "zero",
    )


def test_absent_perturbation_is_not_applicable():
    """A perturbation that a regime does not have is no failure."""
    rows = table(
        score_model(
            {"all": run({"a": 1, "b": 3}), "hld": run({"a": 2}, present=("a",))}, "all", [spec(float)]
        )
    )
    assert rows["hld", "b", "number"].status == Status.NOT_APPLICABLE
    assert rows["hld", AVERAGE, "number"].status == Status.PARTIAL


def test_doubtful_curve_flags_what_used_it():
    """A number made from a curve that is not ok is flagged with the curve's reason; others are not."""
    fits = {"a": fit("a"), "b": fit("b", ok=False)}
    runs = {"all": run({"a": 1, "b": 3}, fits=fits)}
    on_curves = spec(lambda points: float(points.sum()), name="length", needs=("curves",))
    rows = table(score_model(runs, "all", [spec(float), on_curves]))
    assert rows["all", "a", "length"].status == Status.OK
    assert rows["all", "b", "length"].status == Status.FLAGGED
    assert rows["all", AVERAGE, "length"].status == Status.FLAGGED
    assert "folded" in rows["all", AVERAGE, "length"].reason
    assert rows["all", AVERAGE, "number"].status == Status.OK


def test_missing_curve_gives_its_reason_to_every_number():
    """What needs a curve that is not there says why the curve is not there."""
    runs = {"all": run({"a": 1, "b": 3}, fits={"a": fit("a"), "b": fit("b", points=False)})}
    rows = table(score_model(runs, "all", [spec(lambda points: 1.0, needs=("curves",))]))
    assert rows["all", "b", "number"].reason == "too few snips"
    assert rows["all", AVERAGE, "number"].status == Status.PARTIAL


def test_pair_metrics_get_reference_first_and_settings_last_once():
    """A pair metric sees the reference's products, then the other's, then the settings."""
    seen = []
    pair = spec(
        lambda *args: seen.append(args) or 1.0, scope="pair", needs=("numbers", "settings"), per="model"
    )
    rows = score_model({"all": run(10), "hld": run(20), "third": run(30)}, "all", [pair])
    assert seen == [(10, 20, "the settings"), (10, 30, "the settings")]
    assert [row.regime for row in rows] == ["hld", "third"]


@pytest.mark.parametrize(
    ("value", "status"), [(float("inf"), Status.NOT_COMPUTABLE), (float("nan"), Status.NOT_COMPUTABLE)]
)
def test_no_number_travels_without_a_reason(value, status):
    """Infinite and missing values become a row with a reason."""
    row = score_model({"all": run(1)}, "all", [spec(lambda _: value, per="model")])[0]
    assert row.status == status
    assert np.isnan(row.value)
    assert str(value) in row.reason


def test_question_that_does_not_arise_is_not_a_failure():
    """NotApplicable keeps its own status."""

    def function(_):
        msg = "nothing was held out"
        raise NotApplicable(msg)

    row = score_model({"all": run(1)}, "all", [spec(function, per="model")])[0]
    assert (row.status, row.reason) == (Status.NOT_APPLICABLE, "nothing was held out")
