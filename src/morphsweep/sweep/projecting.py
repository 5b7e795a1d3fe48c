"""New snips placed in the space, and on the curves, of a model that has been evaluated."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry import place_on_polyline
from morphsweep.io import read_arrays, read_embedding
from morphsweep.records import Columns, Embedding, FloatArray
from morphsweep.sweep.results import Results

__all__ = ["NEAREST", "OWN", "project"]

OWN, NEAREST = "own", "nearest"


def project(
    results: Results | Path | str,
    model: int,
    embedding: Embedding | Path | str,
    /,
    *,
    regime: str | None = None,
    onto: str = OWN,
) -> pd.DataFrame:
    """Place snips on the curves of an evaluated model: how far along they are, how far off, and which time that stands for.

    Parameters
    ----------
    results : Results, Path or str
        What :func:`evaluate` returned, or a results folder.
    model : int
        ``model_index``.
    embedding : Embedding, Path or str
        Snips with the latents of that model's run, also snips that it has never seen; a path is read like the runs of the
        sweep.
    regime : str, optional
        Whose space and curves; default: the reference regime.
    onto : str
        ``"own"`` = the curve of each snip's perturbation, ``"nearest"`` = of whichever perturbation is nearest, or the name of
        one perturbation.

    Returns
    -------
    DataFrame
        One row per snip, in the order of the embedding: ``snip_id, individual, perturbation, curve, arc_length, distance, time,
        time_on_curve, pc_1, pc_2, pc_3``. Arc length, distance and coordinates in latent units; ``time_on_curve`` is the mean
        time of the curve's own snips at that place, so ``time - time_on_curve`` > 0 means behind it. NaN for snips whose
        perturbation has no curve.

    Raises
    ------
    InvalidInput
        If there is no such model, regime or curve, or the latents are not those of the run.

    Examples
    --------
    >>> import morphsweep as ms
    >>> ms.project("results", 74, "new_embryos.csv", onto="wt")  # doctest: +SKIP
    """
    opened = results if isinstance(results, Results) else Results(results)
    where = regime or str(opened.info["regimes"][0])
    curves = _curves(opened, model, where)
    snips = embedding if isinstance(embedding, Embedding) else _read(opened, Path(embedding))
    scores = _scores(opened, model, where, snips)
    labels = snips.obs["perturbation"].astype(str).to_numpy()
    table = snips.obs[["snip_id", "individual", "perturbation"]].astype(str).reset_index(drop=True)
    table = pd.concat([table, _placed(curves, scores, labels, onto)], axis=1)
    table.insert(6, "time", snips.obs["time"].to_numpy(float))
    return table.assign(**{f"pc_{k + 1}": scores[:, k] for k in range(scores.shape[1])})


def _read(results: Results, path: Path) -> Embedding:
    columns = results.info.get("columns")
    try:
        return read_embedding(
            path,
            columns=None if columns is None else Columns(**columns),
            latent_prefix=results.info.get("latent_prefix"),
            whole=False,
        )
    except NotComputable as reason:
        raise InvalidInput(str(reason)) from None


def _curves(results: Results, model: int, regime: str) -> dict[str, pd.DataFrame]:
    """Curves of one run by perturbation; refuses what does not exist by name."""
    known = results.models["model_index"].tolist()
    if model not in known:
        msg = f"{results.path}: no model {model}; it holds {_shown(known)}"
        raise InvalidInput(msg)
    if regime not in results.info["regimes"]:
        msg = (
            f"{results.path}: no regime {regime!r}; it holds {', '.join(map(repr, results.info['regimes']))}"
        )
        raise InvalidInput(msg)
    table = results.curves
    rows = table[(table["model_index"] == model) & (table["regime"] == regime)]
    if not len(rows):
        msg = f"{results.path}: model {model} has no curve in {regime!r}; failures.csv says why"
        raise InvalidInput(msg)
    return {str(name): frame.sort_values("point_index") for name, frame in rows.groupby("perturbation")}


def _scores(results: Results, model: int, regime: str, snips: Embedding) -> FloatArray:
    """The snips in the space of the run."""
    arrays = read_arrays(results.path / "spaces.npz")
    key = f"{model}/{regime}"
    mean, loadings = arrays[f"{key}/mean"], arrays[f"{key}/loadings"]
    names = tuple(arrays[f"{key}/latents"].tolist())
    if snips.latent_names != names:
        msg = (
            f"{snips.source or 'the embedding'} has {len(snips.latent_names)} latents ({_shown(snips.latent_names)}), but the space of "
            f"model {model} in {regime!r} was made from {len(names)} ({_shown(names)}); give an embedding by the same run"
        )
        raise InvalidInput(msg)
    scores: FloatArray = (snips.latents.astype(np.float64) - mean) @ loadings.T
    return scores


def _placed(
    curves: dict[str, pd.DataFrame], scores: FloatArray, labels: "np.typing.NDArray[Any]", onto: str
) -> pd.DataFrame:
    if onto not in {OWN, NEAREST, *curves}:
        msg = f"no curve {onto!r} to project onto; expected 'own', 'nearest' or one of {', '.join(map(repr, curves))}"
        raise InvalidInput(msg)
    if onto == NEAREST:
        each = [_on_curve(name, curve, scores) for name, curve in curves.items()]
        nearest = np.argmin([table["distance"].to_numpy() for table in each], axis=0)
        return _chosen(each, nearest)
    table = pd.DataFrame({
        "curve": pd.Series([""] * len(scores), dtype=object),
        "arc_length": np.nan,
        "distance": np.nan,
        "time_on_curve": np.nan,
    })
    for name, curve in curves.items():
        rows = np.flatnonzero(labels == name if onto == OWN else np.full(len(labels), name == onto))
        if len(rows):
            table.iloc[rows] = _on_curve(name, curve, scores[rows]).to_numpy(object)
    return table.astype({"curve": "str", "arc_length": float, "distance": float, "time_on_curve": float})


def _chosen(each: Sequence[pd.DataFrame], which: "np.typing.NDArray[Any]") -> pd.DataFrame:
    stacked = pd.concat(each, ignore_index=True)
    return stacked.iloc[which * len(which) + np.arange(len(which))].reset_index(drop=True)


def _on_curve(name: str, curve: pd.DataFrame, scores: FloatArray) -> pd.DataFrame:
    points = curve[[f"pc_{k + 1}" for k in range(scores.shape[1])]].to_numpy(float)
    arc_length = curve["arc_length"].to_numpy(float)
    place = place_on_polyline(scores, points, arc_length=arc_length)
    times = np.interp(place.arc_length, arc_length, curve["time_calibrated"].to_numpy(float))
    return pd.DataFrame({
        "curve": name,
        "arc_length": place.arc_length,
        "distance": place.distance,
        "time_on_curve": times,
    })


def _shown(values: Sequence[Any], most: int = 8) -> str:
    """The values, or the first few of many."""
    text = ", ".join(map(str, values[:most]))
    return text if len(values) <= most else f"{text}, ... ({len(values)})"
