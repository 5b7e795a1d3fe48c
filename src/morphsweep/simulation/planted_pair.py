"""Two models of which the second has a planted gain: one that is a batch in disguise, one that is real, or none."""

from typing import Literal

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.records import FloatArray, IntArray
from morphsweep.simulation.simulate import SimulatedSweep

__all__ = ["PLANTED_PERTURBATION", "PLANTED_TURN", "simulate_planted_pair"]

Kind = Literal["batch", "real", "none"]

PLANTED_PERTURBATION = "lmx1b"
PLANTED_TURN = 24.0  # hours; the gain that is a batch ends here
_NAMES = ("wt", "gdf3", PLANTED_PERTURBATION, "tgfb-i")
_START, _END = 12.0, 36.0
_N_BATCHES = 4
_CONFOUNDED = 0.75  # of the planted perturbation comes from the first batch; of the others a twelfth
_SEPARATION = 1.8  # of all classes in the first model, in units of the noise
_WORSE = 0.7  # share of it that the second model has outside the planted perturbation
_PLANTED = 5.0
_SIGNATURES = np.array([1.0, -0.5, 0.25, -0.25])  # what the batches look like, in units of what is planted
_N_LATENTS = 8


def simulate_planted_pair(
    kind: Kind = "batch", /, *, n_individuals: int = 30, n_snips: int = 24, seed: int = 0
) -> SimulatedSweep:
    """Simulate model 0 and model 1; model 1 recognises one perturbation better, and the others worse.

    With ``batch`` its gain is early, comes from the imaging date of most individuals of that perturbation, and is not
    there in the regime that held the perturbation out. With ``real`` it is the perturbation's own, at all times, in all
    batches and regimes. With ``none`` the two are equally good in all.

    Parameters
    ----------
    kind : {"batch", "real", "none"}
        Which gain.
    n_individuals, n_snips : int
        Individuals of each perturbation, and snips of each.
    seed : int
        The same seed gives the same sweep.

    Returns
    -------
    SimulatedSweep
        Two models, regimes ``all`` and ``hld``; the latter held the perturbation out.

    Raises
    ------
    InvalidInput
        If `kind` is another, or there are too few individuals or snips.

    Examples
    --------
    >>> pair = simulate_planted_pair("real", n_individuals=8, n_snips=4)
    >>> pair.manifest["process_id"].tolist(), pair.held_out
    ([0, 1, 2, 3], {'hld': ('lmx1b',)})
    """
    if kind not in {"batch", "real", "none"} or n_individuals < 8 or n_snips < 2:
        msg = f"kind {kind!r}, n_individuals {n_individuals}, n_snips {n_snips}; expected 'batch', 'real' or 'none', at least 8 and at least 2"
        raise InvalidInput(msg)
    rng = np.random.default_rng(seed)
    obs, codes, batch = _population(n_individuals, n_snips, rng)
    course = (obs["predicted_stage_hpf"].to_numpy() - _START) / (_END - _START)
    person = np.repeat(np.arange(len(obs) // n_snips), n_snips)
    # Each individual deviates alike in all runs, as real ones do.
    shared = rng.normal(size=(len(obs) // n_snips, _N_LATENTS))[person]
    rows: list[dict[str, object]] = []
    embeddings: dict[str, pd.DataFrame] = {}
    for model in (0, 1):
        for regime in ("all", "hld"):
            latents = _means(kind, model, regime, codes, batch, course)
            latents += np.sqrt(0.4) * shared + np.sqrt(0.6) * rng.normal(size=latents.shape)
            path = f"runs/run{len(rows):03d}_model{model:03d}_{regime}"
            away = (codes == _NAMES.index(PLANTED_PERTURBATION)) & (regime == "hld")
            columns = {f"z_mu_b_{i:02d}": column for i, column in enumerate(latents.T)}
            split = np.where(away, "holdout", "train")
            embeddings[f"{path}/figures/embryo_stats_df.csv"] = obs.assign(**columns, train_cat=split)
            rows.append(_manifest_row(len(rows), model, regime, path))
    truth = pd.DataFrame({"model_index": [0, 1], "kind": ["", kind], "turn": [np.nan, _turn(kind)]})
    return SimulatedSweep(
        pd.DataFrame(rows), "sweep01_00.csv", embeddings, truth, {"hld": (PLANTED_PERTURBATION,)}
    )


def _turn(kind: Kind) -> float:
    return PLANTED_TURN if kind == "batch" else np.nan


def _population(
    n_individuals: int, n_snips: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, IntArray, IntArray]:
    """Table of the snips, number of the perturbation and number of the batch of each."""
    people = np.arange(len(_NAMES) * n_individuals)
    own = people // n_individuals
    rank = people % n_individuals
    first = np.where(own == _NAMES.index(PLANTED_PERTURBATION), _CONFOUNDED, 1 / 12) * n_individuals
    batch = np.where(rank < first, 0, 1 + rank % (_N_BATCHES - 1))
    person = np.repeat(people, n_snips)
    frame = np.tile(np.arange(n_snips), len(people))
    late = rng.uniform(0, 0.5, len(people))[person]
    time = _START + late + frame * (_END - _START - 0.5) / (n_snips - 1)
    names = [f"e{number:03d}" for number in person]
    obs = pd.DataFrame({
        "snip_id": [f"{name}_{number:03d}" for name, number in zip(names, frame, strict=True)],
        "embryo_id": names,
        "experiment_date": [f"2024010{1 + number}" for number in batch[person]],
        "phenotype": np.array(_NAMES)[own][person],
        "predicted_stage_hpf": time,
    })
    return obs, own[person], batch[person]


def _means(
    kind: Kind, model: int, regime: str, codes: IntArray, batch: IntArray, course: FloatArray
) -> FloatArray:
    """Latents without noise: development, classes, and what is planted."""
    means = np.zeros((len(codes), _N_LATENTS))
    means[:, 0] = 6.0 * course
    planted = codes == _NAMES.index(PLANTED_PERTURBATION)
    worse = _WORSE if model and kind != "none" else 1.0
    size = _SEPARATION * (0.1 + 1.4 * course) * np.where(planted, 1.0, worse)
    means[np.arange(len(codes)), 1 + codes] += size
    if model and kind == "batch" and regime == "all":
        early = _START + (_END - _START) * course < PLANTED_TURN
        means[:, 6] += _PLANTED * early * _SIGNATURES[batch]
    if model and kind == "real":
        means[:, 6] += _PLANTED / 2 * planted
    return means


def _manifest_row(number: int, model: int, regime: str, path: str) -> dict[str, object]:
    return {
        "process_id": number,
        "metric_loss_type": "NT-Xent",
        "metric_weight": (5.0, 25.0)[model],
        "beta": 1.0,
        "seed": model,
        "holdout_flag": int(regime != "all"),
        "completed": 1,
        "model_path": path,
    }
