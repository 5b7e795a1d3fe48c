"""AnnData files as the tables that the other formats are: labels from ``obs``, latents from ``obsm`` or ``X``."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from morphsweep.errors import NotComputable
from morphsweep.records import FloatArray

__all__ = ["read_anndata_columns", "read_anndata_names"]

_OBS_NAMES = "id"
_DERIVED = (
    "X_pca",
    "X_umap",
    "X_tsne",
    "X_draw_graph_fa",
    "X_diffmap",
)  # made from latents, never latents themselves


def read_anndata_names(path: Path, /, *, latent_prefix: str | None = None) -> list[str]:
    """Column names of an AnnData file: those of ``obs``, then one per latent.

    Parameters
    ----------
    path : Path
        ``.h5ad``.
    latent_prefix : str, optional
        The key of ``obsm`` that holds the latents (``X_vae``), or the prefix of their names among ``var_names``.

    Returns
    -------
    list of str
        ``id`` stands for ``obs_names`` where ``obs`` has no column of that name.

    Raises
    ------
    NotComputable
        If the package anndata is absent, the file is no AnnData, or several entries of ``obsm`` could be meant.
    """
    obs, names, _ = _read(path, latent_prefix, values=False)
    return [*obs.columns, *names]


def read_anndata_columns(path: Path, needed: list[str], /, *, latent_prefix: str | None = None) -> pa.Table:
    """The needed columns of an AnnData file.

    Parameters
    ----------
    path : Path
        ``.h5ad``.
    needed : list of str
        Among the names that :func:`read_anndata_names` gives.
    latent_prefix : str, optional
        As there.

    Returns
    -------
    pyarrow.Table
        Categories as text.

    Raises
    ------
    NotComputable
        As :func:`read_anndata_names`.
    """
    obs, names, latents = _read(path, latent_prefix, values=True)
    place = {name: j for j, name in enumerate(names)}
    columns = {}
    for name in needed:
        if name in place:
            columns[name] = pa.array(np.ascontiguousarray(latents[:, place[name]]), from_pandas=False)
        else:
            values = obs[name]
            plain = values.astype(object) if isinstance(values.dtype, pd.CategoricalDtype) else values
            columns[name] = pa.array(plain, from_pandas=True)
    return pa.table(columns)


def _read(
    path: Path, latent_prefix: str | None, *, values: bool
) -> tuple[pd.DataFrame, list[str], FloatArray]:
    """``obs`` with its names as a column, names of the latents, and the latents if asked for."""
    try:
        import h5py
        from anndata.io import read_elem
    except ImportError:
        msg = f"{path}: reading .h5ad needs anndata, which is not installed; install it with: pip install 'morphsweep[anndata]'"
        raise NotComputable(msg) from None
    try:
        with h5py.File(path, "r") as file:
            obs = read_elem(file["obs"])
            key = _entry(path, file, latent_prefix)
            stored = file["X"] if key is None else file["obsm"][key]
            names = _names(file, key, _width(stored))
            latents = _dense(read_elem(stored)) if values else np.empty((len(obs), 0), np.float32)
    except (OSError, KeyError, ValueError, TypeError, RuntimeError) as error:  # h5py's ways to refuse a file
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        msg = f"{path}: not a readable AnnData file ({reason}); expected obs, and latents in obsm or X"
        raise NotComputable(msg) from None
    if _OBS_NAMES not in obs.columns:
        obs = obs.assign(**{_OBS_NAMES: obs.index.astype(str)})
    return obs, names, latents


def _entry(path: Path, file: Any, latent_prefix: str | None) -> str | None:
    """Key of the latents in ``obsm``; None for ``X``."""
    known = list(file["obsm"]) if "obsm" in file else []
    if latent_prefix in known:
        return latent_prefix
    candidates = [] if latent_prefix is not None else [key for key in known if key not in _DERIVED]
    if not candidates or any(name.startswith("z_mu_") for name in _var_names(file)):
        return None
    if len(candidates) > 1:
        msg = f"{path}: obsm holds {len(candidates)} tables ({', '.join(candidates)}); name one as latent_prefix in sweep.toml"
        raise NotComputable(msg)
    return str(candidates[0])


def _var_names(file: Any) -> list[str]:
    """Names of the columns of ``X``."""
    from anndata.io import read_elem

    return [str(name) for name in read_elem(file["var"]).index] if "var" in file else []


def _names(file: Any, key: str | None, width: int) -> list[str]:
    """Names of the latents: those of ``X``, or the key with a number."""
    return _var_names(file) if key is None else [f"{key}_{j:02d}" for j in range(width)]


def _width(stored: Any) -> int:
    """Columns of an array, dense or sparse."""
    return int(stored.attrs["shape"][1] if "shape" in stored.attrs else stored.shape[1])


def _dense(values: Any) -> FloatArray:
    """Numbers as a float32 array, also from a sparse matrix or a data frame."""
    found = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    return np.asarray(found, np.float32)
