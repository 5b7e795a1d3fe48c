"""Would an unseen perturbation land where it should: its curve in a regime that never trained on it, and baselines."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from morphsweep.errors import NotApplicable
from morphsweep.geometry import kabsch, rmse
from morphsweep.records import FloatArray

__all__ = ["LANDS", "NEAR", "OFF", "landing"]

LANDS, NEAR, OFF = "lands where it should", "lands nearest to itself", "does not land"


def landing(
    reference: Mapping[str, FloatArray],
    other: Mapping[str, FloatArray],
    name: str,
    held_out: Collection[str],
    /,
    *,
    control: str,
) -> dict[str, Any]:
    """Where a held-out perturbation's curve lies among the reference's curves, after aligning on the kept ones only.

    Parameters
    ----------
    reference, other : mapping of str to array, shape (n_points, n_components)
        Curves of the reference run and of the run that did not train on `held_out`, matched points, latent units.
    name : str
        The perturbation.
    held_out : collection of str
        All perturbations that the other run did not train on; they take no part in the alignment.
    control : str
        The perturbation that a trivial prediction would take the curve of.

    Returns
    -------
    dict
        ``error`` (RMSE per coordinate to its own reference curve), ``retraining`` (median of the same number for kept
        perturbations, each left out of the alignment once: what another training alone does; missing with fewer than four) and ``retraining_worst``;
        ``control`` and ``mean_curve`` (error of predicting the control's curve, or the mean of the kept ones), ``skill`` =
        1 - error / the better baseline, ``nearest`` (whose reference curve is nearest), ``direction`` (cosine between both
        curves' way from start to end), ``verdict`` and ``kept`` (curves aligned on).

        It lands where it should when its own reference curve is the nearest, both baselines are worse, and the error is
        within what retraining does to kept perturbations: at most their worst, or twice their median.

    Raises
    ------
    NotApplicable
        If a curve is missing, or fewer than two kept perturbations have both.

    Examples
    --------
    >>> line = np.linspace([0.0, 0, 0], [4, 0, 0], 9)
    >>> curves = {"wt": line, "a": line + [0, 2.0, 0], "b": line + [0, 0, 3.0], "x": line + [0, -4.0, 1]}
    >>> found = landing(
    ...     curves, {k: v @ np.diag([1, -1, 1]) + 7 for k, v in curves.items()}, "x", ["x"], control="wt"
    ... )
    >>> round(found["error"], 6), found["nearest"], found["verdict"]
    (0.0, 'x', 'lands where it should')
    """
    for curves, run in ((reference, "reference run"), (other, "run that did not see it")):
        if name not in curves:
            msg = f"{name!r} has no curve in the {run}"
            raise NotApplicable(msg)
    kept = [p for p in reference if p in other and p not in held_out]
    if len(kept) < 2:
        msg = f"{len(kept)} perturbations that both runs trained on have curves; aligning on them needs at least 2"
        raise NotApplicable(msg)
    moved = _moved(reference, other, kept, name)
    error = rmse(moved, reference[name])
    noise = [_error_of(reference, other, kept, p) for p in kept] if len(kept) > 3 else []
    worst = max(noise, default=np.nan)
    trivial = {"control": rmse(reference[control], reference[name]) if control in kept else np.nan}
    trivial["mean_curve"] = rmse(np.mean([reference[p] for p in kept], axis=0), reference[name])
    best = float(np.nanmin(list(trivial.values())))
    distances = {p: rmse(moved, curve) for p, curve in reference.items()}
    nearest = min(distances, key=lambda p: distances[p])
    own = nearest == name and error < best
    usual = max(worst, 2 * float(np.median(noise))) if noise else np.inf
    verdict = LANDS if own and error <= usual else NEAR if nearest == name else OFF
    return {
        "error": error,
        "retraining": float(np.median(noise)) if noise else np.nan,
        "retraining_worst": worst,
        **trivial,
        "skill": 1 - error / best,
        "nearest": nearest,
        "direction": _cosine(moved, reference[name]),
        "verdict": verdict,
        "kept": len(kept),
    }


def _moved(
    reference: Mapping[str, FloatArray], other: Mapping[str, FloatArray], kept: list[str], name: str
) -> FloatArray:
    """The curve after the joint motion of the kept ones; signs of principal components are arbitrary, so O(3)."""
    P = np.vstack([reference[p] for p in kept])
    Q = np.vstack([other[p] for p in kept])
    return np.asarray(kabsch(P, Q, reflection=True).apply(other[name]))


def _error_of(
    reference: Mapping[str, FloatArray], other: Mapping[str, FloatArray], kept: list[str], name: str
) -> float:
    """The same number for a kept perturbation, left out of the alignment."""
    return rmse(_moved(reference, other, [p for p in kept if p != name], name), reference[name])


def _cosine(one: FloatArray, two: FloatArray) -> float:
    a, b = one[-1] - one[0], two[-1] - two[0]
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size else np.nan
