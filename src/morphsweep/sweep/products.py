"""What metrics are computed from: each product of a run is made once, when a metric first asks for it."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics import pair_table, radius_of_gyration, within_matrix
from morphsweep.records import Cohort, CurveFit, Embedding, FloatArray, Scaffold, Settings, Space
from morphsweep.sweep.along import ALONG_PRODUCTS
from morphsweep.sweep.discriminating import DISCRIMINATION_PRODUCTS
from morphsweep.sweep.viewing import VIEW_PRODUCTS
from morphsweep.trajectories import fit_scaffold, fit_space, sample_at_times

__all__ = ["CURVE_PRODUCTS", "PRODUCTS", "RunProducts"]

N_TIMES = 100  # points of curves compared at equal times

# Products that inherit the health of the curves they are made of.
CURVE_PRODUCTS = frozenset({
    "curves",
    "scaffold",
    "scaffold_at_time",
    "gyration",
    "collinearity_within",
    "curve_cosines",
    "along",
    "delays",
})


class RunProducts:
    """Cached products of one run.

    Parameters
    ----------
    embedding : Embedding
        The run's table.
    cohort : Cohort
        What all models of the sweep share.
    settings : Settings
        What to compute with.
    control : str
        The control perturbation.
    held_out : frozenset of str or None
        Perturbations that the run's regime did not train on; None when the sweep file does not say.
    weight : array, shape (n_snips,), or None
        Weight of each snip: that of its individual.
    made : mapping of str to object, or None
        Products that are there already, by name.
    """

    def __init__(
        self,
        embedding: Embedding,
        cohort: Cohort,
        settings: Settings,
        *,
        control: str,
        held_out: frozenset[str] | None,
        weight: FloatArray | None = None,
        made: Mapping[str, Any] | None = None,
    ) -> None:
        self.embedding = embedding
        self.cohort = cohort
        self.settings = settings
        self.control = control
        self.held_out = held_out
        self.weight = weight
        self.common: tuple[str, ...] | None = None  # set once all runs of the model have their curves
        self.everywhere: frozenset[str] | None = (
            None  # perturbations that all runs of the model have, set with it
        )
        self._made: dict[str, Any] = dict(made or {})

    def get(self, name: str) -> Any:
        """A product by name.

        Parameters
        ----------
        name : str
            One of ``PRODUCTS``.

        Returns
        -------
        object
            The product, made on first demand.

        Raises
        ------
        NotComputable
            If it cannot be made; the same reason every time.
        """
        if name not in self._made:
            try:
                self._made[name] = PRODUCTS[name](self)
            except NotComputable as reason:
                self._made[name] = reason
        made = self._made[name]
        if isinstance(made, NotComputable):
            raise made
        return made

    @cached_property
    def present(self) -> tuple[str, ...]:
        """The compared perturbations that this run has."""
        known = set(self.embedding.obs["perturbation"].unique())
        return tuple(name for name in self.cohort.perturbations if name in known)


def _space(run: RunProducts) -> Space:
    return fit_space(run.embedding.latents, n_components=run.settings.n_components)


def _scaffold_fit(run: RunProducts) -> Scaffold:
    obs = run.embedding.obs
    return fit_scaffold(
        run.get("space").scores,
        obs["perturbation"].to_numpy(),
        obs["time"].to_numpy(float),
        run.present,
        settings=run.settings,
        control=run.control,
        weight=run.weight,
    )


def _fits(run: RunProducts) -> Mapping[str, CurveFit]:
    fits: Mapping[str, CurveFit] = run.get("scaffold_fit").fits
    return fits


def _curves(run: RunProducts) -> dict[str, FloatArray]:
    return {name: fit.points for name, fit in run.get("fits").items() if fit.points is not None}


def _scaffold(run: RunProducts) -> FloatArray:
    if not run.common:
        msg = "no perturbation has a curve in every regime"
        raise NotComputable(msg)
    stack: FloatArray = run.get("scaffold_fit").stack(run.common)
    return stack


def _scaffold_at_time(run: RunProducts) -> FloatArray:
    if run.settings.curve_method == "notebook":
        msg = "the curves of this method are not oriented by time"
        raise NotApplicable(msg)
    fits = [run.get("fits")[name] for name in run.common or ()]
    if not fits:
        msg = "no perturbation has a curve in every regime"
        raise NotComputable(msg)
    first, last = max(fit.time.min() for fit in fits), min(fit.time.max() for fit in fits)
    if not last > first:
        msg = f"the curves share no window of time: the latest begins at {first:g}, the earliest ends at {last:g}"
        raise NotComputable(msg)
    times = np.linspace(first, last, N_TIMES)
    return np.stack([sample_at_times(fit, times) for fit in fits])


def _gyration(run: RunProducts) -> float:
    return float(radius_of_gyration(run.get("scaffold")))


def _collinearity_matrix(run: RunProducts) -> FloatArray:
    if len(run.common or ()) < 2:
        msg = "needs the curves of at least two perturbations"
        raise NotApplicable(msg) if len(run.cohort.perturbations) < 2 else NotComputable(msg)
    curves = dict(zip(run.common or (), run.get("scaffold"), strict=True))
    return within_matrix(curves, pairs=run.settings.collinearity_pairs, n_segments=run.settings.n_segments)


def _collinearity_pairs(run: RunProducts) -> pd.DataFrame:
    return pair_table(run.get("collinearity_matrix"), run.common or ())


def _collinearity_within(run: RunProducts) -> dict[str, float]:
    return {
        name: float(np.nanmean(row))
        for name, row in zip(run.common or (), run.get("collinearity_matrix"), strict=True)
    }


def _matched_scores(run: RunProducts) -> FloatArray:
    scores = run.get("space").scores
    position = pd.Index(run.embedding.obs["snip_id"]).get_indexer(pd.Index(run.cohort.snips["snip_id"]))
    matched: FloatArray = np.where((position >= 0)[:, None], scores[position], np.nan)
    return matched


def _points_sample(run: RunProducts) -> pd.DataFrame:
    """Snips for pictures: those whose ids hash lowest, so that all runs show the same ones."""
    ids = run.embedding.obs["snip_id"].astype(str)
    keys = np.array([hashlib.blake2b(name.encode(), digest_size=8).digest() for name in ids])
    rows = np.sort(np.argsort(keys, kind="stable")[: run.settings.n_sample_points])
    frame = run.embedding.obs.iloc[rows][["snip_id", "perturbation", "time"]].reset_index(drop=True)
    scores = run.get("space").scores[rows]
    return frame.assign(**{f"pc_{k + 1}": scores[:, k].astype(np.float32) for k in range(scores.shape[1])})


PRODUCTS: dict[str, Callable[[RunProducts], Any]] = {
    "space": _space,
    "scaffold_fit": _scaffold_fit,
    "fits": _fits,
    "curves": _curves,
    "scaffold": _scaffold,
    "scaffold_at_time": _scaffold_at_time,
    "gyration": _gyration,
    "collinearity_matrix": _collinearity_matrix,
    "collinearity_pairs": _collinearity_pairs,
    "collinearity_within": _collinearity_within,
    "matched_scores": _matched_scores,
    **ALONG_PRODUCTS,
    **DISCRIMINATION_PRODUCTS,
    **VIEW_PRODUCTS,
    "held_out": lambda run: run.held_out,
    "settings": lambda run: run.settings,
    "points_sample": _points_sample,
}
