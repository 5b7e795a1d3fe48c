"""How fast are replicates? Each step of the bootstrap against the same numbers computed one replicate at a time.

A simulated run of 6 perturbations x 20 individuals x 24 snips, 40 replicates; a choice among 24 configurations in 2,000 draws.
"""

from typing import Any

import numpy as np

from benchmarks.timing import race
from morphsweep.metrics import individual_weights, resampled_over_time, scores_over_time
from morphsweep.records import Condition, FloatArray, Settings
from morphsweep.selection.applying import NumericRule
from morphsweep.selection.ordering import Rule
from morphsweep.trajectories import fit_scaffold

PERTURBATIONS, INDIVIDUALS, SNIPS = 6, 20, 24
REPLICATES, DRAWS, CONFIGURATIONS = 40, 2_000, 24


def measure() -> list[dict[str, Any]]:
    """Discrimination of all replicates, curves of one replicate, and the rule on all draws."""
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(PERTURBATIONS * INDIVIDUALS), SNIPS)
    classes = [f"p{k}" for k in range(PERTURBATIONS)]
    labels, ids = np.array(classes)[who % PERTURBATIONS], np.array([f"e{k:03d}" for k in who])
    times = np.tile(np.arange(SNIPS) / SNIPS, PERTURBATIONS * INDIVIDUALS)
    return [
        _discrimination(rng, labels, ids, times, classes),
        _curves(rng, labels, ids, times, classes),
        _rule(rng),
    ]


def _discrimination(
    rng: np.random.Generator, labels: np.ndarray, ids: np.ndarray, times: FloatArray, classes: list[str]
) -> dict[str, Any]:
    own = np.equal.outer(labels, np.array(classes))
    p = rng.dirichlet(np.ones(len(classes)), len(labels)) + 0.3 * own
    p /= p.sum(axis=1, keepdims=True)
    edges, names = np.linspace(0.0, 1.0, 21), sorted(set(ids))
    weights = individual_weights(names, REPLICATES, seed=0)[:, np.searchsorted(names, ids)]

    def together() -> FloatArray:
        found = resampled_over_time(p, labels, ids, times, edges, classes, n_replicates=REPLICATES, seed=0)
        return np.stack([found[name].reshape(REPLICATES, -1) for name in ("f1", "pr_auc", "auroc")])

    def one_by_one() -> FloatArray:
        tables = [scores_over_time(p, labels, times, edges, classes, weight=w) for w in weights]
        return np.stack([[t[name].to_numpy() for t in tables] for name in ("f1", "pr_auc", "auroc")])

    return race(
        f"F1, PR-AUC and AUROC over time, {REPLICATES} replicates", together, one_by_one, tolerance=1e-9
    )


def _curves(
    rng: np.random.Generator, labels: np.ndarray, ids: np.ndarray, times: FloatArray, classes: list[str]
) -> dict[str, Any]:
    direction = rng.normal(size=(len(classes), 3))[np.searchsorted(classes, labels)]
    scores = 6 * np.column_stack([times, times**2, 0 * times]) + 3 * times[:, None] * direction
    scores = scores + 0.4 * rng.normal(size=scores.shape)
    names = sorted(set(ids))
    weight = individual_weights(names, 1, seed=0)[0][np.searchsorted(names, ids)]
    settings = Settings(bandwidth=0.9)

    def fitted(*, diagnostics: bool) -> FloatArray:
        scaffold = fit_scaffold(
            scores,
            labels,
            times,
            classes,
            settings=settings,
            control="p0",
            weight=weight,
            diagnostics=diagnostics,
        )
        return scaffold.stack(classes)

    return race(
        "Curves of one replicate, without and with their health",
        lambda: fitted(diagnostics=False),
        lambda: fitted(diagnostics=True),
    )


def _rule(rng: np.random.Generator) -> dict[str, Any]:
    conditions = Condition("f1_all", ">", 0.7), Condition("aligned_rmse_rel", "<=", 0.5, is_quantile=True)
    everyone = np.ones(CONFIGURATIONS, dtype=bool)
    order = Rule({"f1_all": True, "aligned_rmse_rel": False})
    counted, precedence = np.ones((CONFIGURATIONS, 2), dtype=bool), np.arange(CONFIGURATIONS)
    rule = NumericRule(
        order.columns, tuple(enumerate(conditions)), (), everyone, everyone, order, counted, precedence
    )
    draws = rng.normal([0.75, 0.15], [0.05, 0.04], (DRAWS, CONFIGURATIONS, 2))
    return race(
        f"The rule applied to {DRAWS} draws",
        lambda: rule(draws).rank,
        lambda: np.array([rule(values).rank for values in draws]),
    )
