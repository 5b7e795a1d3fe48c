"""The space of a run: principal components of its latents."""

import numpy as np

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.records import FloatArray, Space

__all__ = ["fit_space"]

_CONSTANT = 1e-12  # of the size of the latents: a spread below this is rounding


def fit_space(latents: FloatArray, /, *, n_components: int = 3, weight: FloatArray | None = None) -> Space:
    """Principal components of the latents of one run: centred, not scaled, in float64.

    Parameters
    ----------
    latents : array, shape (n_snips, n_latents)
        Latent means, finite.
    n_components : int
        How many components, 1 or more.
    weight : array, shape (n_snips,), optional
        Relative weight of each snip, not negative.

    Returns
    -------
    Space
        Of each component the loading of largest size is positive (of several equal ones, the first), so the same
        latents always give the same space, whatever the order of the rows.

    Raises
    ------
    InvalidInput
        If the latents are not finite rows, or the weights do not fit them.
    NotComputable
        If there are fewer than 2 snips, fewer latents than components, or the latents do not vary.

    Examples
    --------
    >>> space = fit_space(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]), n_components=1)
    >>> space.loadings.round(6), space.explained_variance.round(6)
    (array([[0.6, 0.8]]), array([1.]))
    """
    rows = _finite_rows(latents)
    n, d = rows.shape
    if n < 2 or d < n_components:
        msg = f"a space of {n_components} components needs at least 2 snips and {n_components} latents, found {n} snips with {d} latents"
        raise NotComputable(msg)
    share = _shares(weight, n)
    mean = share @ rows
    centred = rows - mean
    values, vectors = np.linalg.eigh((centred * share[:, None]).T @ centred)
    values = np.maximum(values[::-1], 0.0)
    if not values.sum() > (_CONSTANT * max(float(np.abs(mean).max()), np.finfo(float).tiny)) ** 2:
        msg = f"the {d} latents are the same for all {n} snips, so there is no space"
        raise NotComputable(msg)
    loadings = _signed(vectors[:, ::-1][:, :n_components].T)
    return Space(
        mean=mean,
        loadings=loadings,
        scores=centred @ loadings.T,
        explained_variance=values[:n_components] / values.sum(),
        effective_dimension=float(values.sum() ** 2 / (values**2).sum()),
    )


def _finite_rows(latents: FloatArray) -> FloatArray:
    rows = np.asarray(latents, dtype=np.float64)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        msg = f"latents must be finite with shape (n_snips, n_latents), found shape {rows.shape}, finite: {bool(np.isfinite(rows).all())}"
        raise InvalidInput(msg)
    return rows


def _shares(weight: FloatArray | None, n: int) -> FloatArray:
    if weight is None:
        return np.full(n, 1.0 / n)
    w = np.asarray(weight, dtype=np.float64)
    if w.shape != (n,) or not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        msg = f"weights must be {n} finite numbers, not negative and not all 0; found shape {w.shape}"
        raise InvalidInput(msg)
    shares: FloatArray = w / w.sum()
    return shares


def _signed(loadings: FloatArray) -> FloatArray:
    # Sizes that differ by rounding only count as equal, else rounding would choose the sign.
    size = np.abs(loadings)
    largest = (size >= size.max(axis=1, keepdims=True) * (1 - 1e-9)).argmax(axis=1)
    signed: FloatArray = loadings * np.sign(loadings[np.arange(len(loadings)), largest])[:, None]
    return np.ascontiguousarray(signed)
