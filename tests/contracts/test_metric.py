"""What every metric promises, checked on each declaration in the registry by the same suite."""

from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from morphsweep.errors import NotComputable
from morphsweep.metrics import (
    METRICS,
    MatchedSnips,
    TimeCentroids,
    batch_neighbour_shares,
    batch_variance_shares,
    centroid_distances,
    collinearity_means,
    curve_cosines,
    flow_cosines,
    individual_delays,
    latent_covariance,
    neighbour_edges,
    path_distances,
    predict_out_of_fold,
    radius_of_gyration,
    rank_penalties,
    recall_per_query,
    sampled_rows,
    sampling_positions,
    scores_over_time,
    search_cells,
    search_neighbours,
    step_vectors,
    time_centroids,
    track_bends,
    track_steps,
    track_triples,
    trunk_lengths,
    turn_cosines,
    within_collinearity,
)
from morphsweep.records import AlongCurve, CurveFit, CurveHealth, MetricSpec, Settings, Space
from morphsweep.trajectories import calibrate_time, place_on_curve, snips_along

NAMES = ("gdf3", "lmx1b", "wt")
SETTINGS = Settings(n_segments=10, dispersion_n=3, C=0.1)  # a strong penalty: quick fits, far from certain
K = 60


class World:
    """Curves and snips of one regime, from which every product that a metric may ask for is made."""

    def __init__(self, seed, *, names=NAMES, move="nothing", shuffled=False):
        self._made = {}
        move = MOVES[move]
        rng = np.random.default_rng(seed)
        u = np.linspace(0, 1, K)[:, None]
        base = np.hstack([4 * u, np.sin(2 * u), u**2])
        spread = {
            name: u**1.5 * rng.normal(size=3) * 2 + 0.05 * np.sin(9 * u + rng.normal(size=3))
            for name in NAMES
        }
        self.curves = {name: move(base + spread[name]) for name in names}
        individual = np.repeat(np.arange(24), 5)
        label = np.array([NAMES[i % 3] for i in individual])
        time = np.tile(np.linspace(0, 1, 5), 24)
        on_curve = np.array([
            (base + spread[n])[round(t * (K - 1))] for n, t in zip(label, time, strict=True)
        ])
        snips = move(on_curve + 0.4 * rng.normal(size=on_curve.shape))
        self.rows = np.random.default_rng(9).permutation(len(snips)) if shuffled else np.arange(len(snips))
        self.snips, self.label, self.time = snips[self.rows], label[self.rows], time[self.rows]
        self.individual = individual[self.rows].astype(str)
        self.ids = np.array([f"s{row}" for row in self.rows])

    def product(self, name):
        """A product by the name that declarations use, read-only."""
        if name not in self._made:
            self._made[name] = getattr(self, f"_{name}")()
        return self._made[name]

    def _curves(self):
        return MappingProxyType({name: frozen(points) for name, points in self.curves.items()})

    def _scaffold(self):
        return frozen(np.stack(list(self.curves.values())))

    def _scaffold_at_time(self):
        return frozen(np.stack(list(self.curves.values()))[:, ::2])

    def _gyration(self):
        return radius_of_gyration(self._scaffold())

    def _fits(self):
        health = CurveHealth("progress", "progress", 40, 90, 0.5, 0.2, 0.97, 0.9, 0.01, 20.0, ok=True)
        made = {}
        for name, points in self.curves.items():
            length = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]
            made[name] = CurveFit(name, frozen(points), length, length, replace(health, steps=40 + len(name)))
        return MappingProxyType(made)

    def _along(self):
        return self._placed({name: name for name in self.curves})

    def _delays(self):
        placed = self._placed(dict.fromkeys(self.curves, "wt"))
        return MappingProxyType({
            name: individual_delays(along, placed["wt"]) for name, along in placed.items()
        })

    def _placed(self, curves):
        made = {}
        for name, curve in curves.items():
            rows, fit = self.label == name, self.product("fits")[curve]
            own = self.label == curve
            clock = calibrate_time(fit, place_on_curve(fit, self.snips[own]), self.time[own])
            made[name] = snips_along(fit, clock, self.snips[rows], self.time[rows], self.individual[rows])
        return MappingProxyType(made)

    def _collinearity_within(self):
        return MappingProxyType(collinearity_means(within_collinearity(self.curves, n_segments=10)))

    def _space(self):
        centred = self.snips - self.snips.mean(axis=0)
        _, singular, loadings = np.linalg.svd(centred, full_matrices=False)
        variance = singular**2
        share = variance / variance.sum()
        return Space(
            self.snips.mean(axis=0), loadings, centred @ loadings.T, share, float(1 / (share**2).sum())
        )

    def _matched_scores(self):
        scores = self.snips.copy()
        scores[self.rows == 7] = np.nan  # one snip without a partner
        return frozen(scores)

    def _over_time(self, column):
        folds = self.individual.astype(int) // 3 % 2
        found = predict_out_of_fold(frozen(self.snips), self.label, self.individual, folds, settings=SETTINGS)
        table = scores_over_time(
            found.probabilities, self.label, self.time, np.array([0.0, 0.4, 1.0]), found.classes
        )
        return MappingProxyType({
            name: frozen(rows[column].to_numpy()) for name, rows in table.groupby("perturbation")
        })

    def _f1_over_time(self):
        return self._over_time("f1")

    def _f1_to_pair(self):
        return self._over_time("f1")

    def _f1_unseen_over_time(self):
        return self._over_time("f1")

    def _f1_by_batch_over_time(self):
        return self._over_time("f1")

    def _pr_auc_over_time(self):
        return self._over_time("pr_auc")

    def _auroc_over_time(self):
        return self._over_time("auroc")

    def _held_out(self):
        return frozenset({"gdf3"})

    def _centroids(self):
        return time_centroids(
            frozen(self.snips),
            self.label,
            self.individual,
            self.time,
            perturbations=list(self.curves),
            edges=np.linspace(0, 1, 6),
        )

    def _trunks(self):
        return MappingProxyType(trunk_lengths(self._centroids()))

    def _centroid_distances(self):
        return frozen(centroid_distances(self._centroids()))

    def _snip_distances(self):
        rows = self._sample(80)
        return frozen(path_distances(self.snips[rows], k=10))

    def _sample(self, n, rows=None):
        rows = np.arange(len(self.ids)) if rows is None else rows
        return rows[sampled_rows(*sampling_positions(self.ids[rows], self.individual[rows]), n)]

    def _neighbours(self):
        return search_neighbours(
            frozen(self.snips), self._sample(90), labels=self.label, individuals=self.individual
        )

    def _neighbour_recalls(self):
        who = {"labels": self.label, "individuals": self.individual}
        found = search_cells(frozen(self.snips), self._sample(90), **who, seed=1)
        return frozen(recall_per_query(found, self.snips, **who, seed=1))

    def _ids(self, near):
        queries = self._neighbours().queries
        return frozen(np.c_[self.rows[queries], np.where(near >= 0, self.rows[near], -2)])

    def _nearest_ids(self):
        return self._ids(self._neighbours().nearest[:, :5])

    def _same_ids(self):
        return self._ids(self._neighbours().same)

    def _others_ids(self):
        return self._ids(self._neighbours().others)

    def _graph_edges(self):
        return frozen(neighbour_edges(self.snips[self._sample(60)]))

    def _between_edges(self):
        rows = self._sample(60)
        return frozen(neighbour_edges(self.snips[rows], k=5, labels=self.label[rows]))

    def _within_edges(self):
        rows = {name: self._sample(30, np.flatnonzero(self.label == name)) for name in NAMES}
        return MappingProxyType({name: frozen(neighbour_edges(self.snips[rows[name]])) for name in NAMES})

    def _distances(self, *, same):
        apart = np.linalg.norm(self.snips[:, None] - self.snips[None], axis=2)
        alike = self.label[:, None] == self.label[None]
        upper = np.triu(np.ones_like(alike), k=1)
        return frozen(np.sort(apart[(alike == same) & upper]))

    def _intra_distances(self):
        return self._distances(same=True)

    def _inter_distances(self):
        return self._distances(same=False)

    def _intra_distances_rel(self):
        both = np.concatenate([self._distances(same=True), self._distances(same=False)])
        return frozen(self._distances(same=True) / np.sqrt(np.mean(both**2)))

    def _inter_distances_rel(self):
        both = np.concatenate([self._distances(same=True), self._distances(same=False)])
        return frozen(self._distances(same=False) / np.sqrt(np.mean(both**2)))

    def _trust_at_queries(self):
        return frozen(rank_penalties(self.snips, self._space().scores[:, :2], self._sample(50))[0])

    def _continuity_at_queries(self):
        return frozen(rank_penalties(self.snips, self._space().scores[:, :2], self._sample(50))[1])

    def _flow_cosines(self):
        found = self._neighbours()
        steps = step_vectors(self.snips, *track_steps(self.individual, self.time))
        return self._of_each(found.queries, flow_cosines(steps, found.queries, found.strangers))

    def _curve_cosines(self):
        steps = step_vectors(self.snips, *track_steps(self.individual, self.time))
        return MappingProxyType({
            name: frozen(curve_cosines(steps[self.label == name], self.snips[self.label == name], points))
            for name, points in self.curves.items()
        })

    def _matched(self):
        order = np.argsort(self.rows)
        latents = self.snips[order].copy()
        latents[7] = np.nan  # one snip without a partner
        return MatchedSnips(
            frozen(latents), self.label[order], self.individual[order], self.time[order], np.arange(0, 120, 2)
        )

    def _people(self):
        _, people = np.unique(self.individual, return_inverse=True)
        person = np.unique(self.individual).astype(int)
        return people, person // 3 % 2, person % 3

    def _batch_variance_shares(self):
        people, batch, label = self._people()
        cells = label[people] * 5 + np.rint(4 * self.time).astype(int)
        return frozen(batch_variance_shares(self.snips, cells, people, batch, label, seed=1))

    def _batch_neighbour_shares(self):
        people, batch, label = self._people()
        found = self._neighbours()
        return frozen(
            batch_neighbour_shares(people[found.queries], people[found.strangers], batch, label, seed=1)
        )

    def _latent_covariance(self):
        return frozen(latent_covariance(self.snips))

    def _of_each(self, rows, values):
        return MappingProxyType({name: frozen(values[self.label[rows] == name]) for name in NAMES})

    def _triples(self):
        return track_triples(*track_steps(self.individual, self.time))

    def _track_bends(self):
        triples = self._triples()
        return self._of_each(triples[:, 1], track_bends(self.snips, self.time, triples))

    def _turn_cosines(self):
        triples = self._triples()
        return self._of_each(triples[:, 1], turn_cosines(self.snips, triples))


class TinyWorld(World):
    """A world in which nothing can be computed: no row to speak of, no curve, no bin."""

    def __init__(self):
        self._made = {}
        self.curves = {}

    def _curves(self):
        return {name: np.zeros((1, 3)) for name in NAMES}

    def _scaffold(self):
        return np.zeros((0, K, 3))

    def _scaffold_at_time(self):
        return np.zeros((0, K, 3))

    def _gyration(self):
        return 0.0

    def _fits(self):
        return {name: CurveFit(name, reason="2 snips") for name in NAMES}

    def _collinearity_within(self):
        return dict.fromkeys(NAMES, np.nan)

    def _along(self):
        none = np.zeros(0)
        return dict.fromkeys(NAMES, AlongCurve(none.astype(object), *[none] * 6, length=1.0, dimension=3))

    def _delays(self):
        return dict.fromkeys(NAMES, pd.DataFrame({"delay": [np.nan], "weight": [1.0]}))

    def _space(self):
        return Space(np.zeros(3), np.eye(3), np.zeros((1, 3)), np.full(3, np.nan), np.nan)

    def _matched_scores(self):
        return np.zeros((5, 3))

    def _over_time(self, column):
        return {name: np.full(2, np.nan) for name in NAMES}

    def _centroids(self):
        return TimeCentroids(
            NAMES,
            np.arange(3.0),
            np.full((3, 2, 3), np.nan),
            np.full((2, 3, 2, 3), np.nan),
            np.zeros((2, 3, 2), int),
            np.full((2, 3, 3), np.nan),
        )

    def _trunks(self):
        return dict.fromkeys(NAMES, np.nan)

    def _centroid_distances(self):
        return np.zeros((3, 3))

    def _snip_distances(self):
        return np.zeros((3, 3))

    def _latent_covariance(self):
        return np.full((3, 3), np.nan)

    def _track_bends(self):
        return {name: np.zeros((0, 2)) for name in NAMES}

    def _turn_cosines(self):
        return {name: np.zeros(0) for name in NAMES}

    _flow_cosines = _curve_cosines = _turn_cosines

    def _nearest_ids(self):
        return np.zeros((0, 6), int)

    _same_ids = _others_ids = _nearest_ids

    def _graph_edges(self):
        return np.zeros((0, 2), int)

    _between_edges = _graph_edges

    def _within_edges(self):
        return {name: np.zeros((0, 2), int) for name in NAMES}

    def _intra_distances(self):
        return np.zeros(0)

    _inter_distances = _intra_distances_rel = _inter_distances_rel = _intra_distances
    _batch_variance_shares = _batch_neighbour_shares = _intra_distances

    def _matched(self):
        nobody = np.array(["x"] * 5)
        return MatchedSnips(np.zeros((5, 3)), nobody, nobody, np.zeros(5), np.arange(5))

    _trust_at_queries = _continuity_at_queries = _neighbour_recalls = _intra_distances


def frozen(array):
    """The array, read-only."""
    array = np.array(array)
    array.setflags(write=False)
    return array


def values(spec, *worlds):
    """What a metric says of worlds (one for a run, reference and other for a pair), per perturbation and combined."""
    needs = [need for need in spec.needs if need != "settings"]
    products = [world.product(need) for world in worlds for need in needs]
    last = [SETTINGS] if "settings" in spec.needs else []
    if spec.per == "model":
        return {"model": spec.function(*products, *last)}
    names = worlds[0].curves or NAMES
    found = {
        name: spec.function(*[p[name] if hasattr(p, "keys") else p for p in products], *last)
        for name in names
    }
    return {**found, "model": float(spec.combine(list(found.values())))}


def rotation(seed):
    """A proper rotation."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q * [1, 1, np.linalg.det(q)]


MOVES = {
    "nothing": lambda points: points,
    "rotation": lambda points: points @ rotation(5).T,
    "translation": lambda points: points + np.array([3.0, -1.0, 0.5]),
    "scale": lambda points: 2.5 * points,
    "reflection": lambda points: points * np.array([1.0, -1.0, 1.0]),
}


world = lru_cache(maxsize=None)(World)  # products are read-only, so that tests may share them


class MetricContract:
    """Promises of a metric; a subclass supplies ``spec``."""

    spec: MetricSpec

    def worlds(self, seed=1, *, move="nothing", common=True, **options):
        """As many worlds as the metric takes; with ``common`` both are moved, else the last only."""
        if self.spec.scope == "run":
            return (world(seed, move=move, **options),)
        return world(seed, move=move if common else "nothing", **options), world(
            seed + 100, move=move, **options
        )

    def test_value_lies_within_declared_bounds(self):
        """Over several worlds, every value is a number within the bounds."""
        low, high = self.spec.bounds
        for seed in range(4):
            for value in values(self.spec, *self.worlds(seed)).values():
                assert isinstance(value, float)
                assert np.isfinite(value)
                assert low is None or value >= low
                assert high is None or value <= high

    def test_declared_invariances_hold(self):
        """What is said to leave the value unchanged does."""
        before = values(self.spec, *self.worlds())
        for invariance in self.spec.invariances:
            common = invariance.startswith("common ") or self.spec.scope == "run"
            change = invariance.removeprefix("common ")
            if change == "row order":
                after = values(self.spec, *self.worlds(shuffled=True))
            elif change == "perturbation order":
                after = values(self.spec, *self.worlds(names=NAMES[::-1]))
            else:
                after = values(self.spec, *self.worlds(move=change, common=common))
            assert after == pytest.approx(before, rel=1e-6, abs=1e-6), invariance

    def test_order_of_perturbations_is_irrelevant(self):
        """Perturbations may come in any order."""
        turned = values(self.spec, *self.worlds(names=(NAMES[1], NAMES[2], NAMES[0])))
        assert turned == pytest.approx(values(self.spec, *self.worlds()), rel=1e-9, abs=1e-9)

    def test_inputs_stay_untouched(self):
        """Read-only arrays are enough, and two calls on the same products agree."""
        worlds = self.worlds()
        assert values(self.spec, *worlds) == values(self.spec, *worlds)

    def test_too_little_data_is_not_computable(self):
        """With nothing to compute from there is a reason, not a number and not a crash."""
        worlds = [TinyWorld() for _ in self.worlds()]
        if self.spec.name == "curves_ok":  # no curve at all is an answer: none is ok
            assert values(self.spec, *worlds) == {"model": 0.0}
            return
        with pytest.raises(NotComputable, match=r"\S"):
            values(self.spec, *worlds)

    def test_declaration_is_complete(self):
        """Label, description and bounds say something, and pairs have no shift of their own."""
        assert self.spec.label
        assert self.spec.description.endswith(".")
        assert self.spec.name.islower()
        assert None in self.spec.bounds or self.spec.bounds[0] < self.spec.bounds[1]
        assert self.spec.function.__doc__


for _name, _spec in METRICS.items():
    _title = "Test" + "".join(part.capitalize() for part in _name.split("_"))
    globals()[_title] = type(_title, (MetricContract,), {"spec": _spec})


def test_the_suite_covers_every_metric():
    """Each declaration got its own class of tests."""
    classes = [c for c in globals().values() if isinstance(c, type) and issubclass(c, MetricContract)]
    assert {c.spec.name for c in classes if c is not MetricContract} == set(METRICS)


def test_the_world_distinguishes_what_is_not_invariant():
    """The suite can fail: scaling one regime changes a distance that does not declare it."""
    spec = METRICS["aligned_rmse"]
    still = values(spec, world(1), world(101))
    scaled = values(spec, world(1), world(101, move="scale"))
    assert scaled["model"] != pytest.approx(still["model"], rel=1e-3)
