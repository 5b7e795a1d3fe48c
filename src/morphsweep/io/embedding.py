"""Read the table of one run."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from morphsweep.errors import NotComputable
from morphsweep.io.columns import Roles, find_roles
from morphsweep.io.embedding_table import read_columns, read_header
from morphsweep.records import OPTIONAL_ROLES, BoolArray, Columns, Embedding, FloatArray

__all__ = ["find_embedding_roles", "read_embedding"]


def read_embedding(
    path: str | Path,
    /,
    *,
    columns: Columns | None = None,
    latent_prefix: str | None = None,
    whole: bool = True,
) -> Embedding:
    """Read latent means and the identity of every snip; only the needed columns are read.

    Parameters
    ----------
    path : str or Path
        CSV, gzipped CSV, Parquet or AnnData (``.h5ad``), one row per snip.
    columns : Columns, optional
        Which column plays which role; default: recognised by their usual names (`USUAL_NAMES`).
    latent_prefix : str, optional
        Prefix of the columns to score, or the key in ``obsm`` of an AnnData file; default ``z_mu_b_``, else plain ``z_mu_00`` ... with a note.
    whole : bool
        Whether the table is a run to fit curves to, with three latents that vary and more than one time; False for a few
        snips that are only to be placed.

    Returns
    -------
    Embedding
        Labels as text, time as float64, latents as float32 and finite. Rows with a missing label, time or latent, or
        an infinite latent, are left out and counted in ``dropped``.

    Raises
    ------
    NotComputable
        If the file is missing, damaged or lacks a role; if text stands among the latents; if more than half of the rows
        are unusable, a snip id occurs twice, an individual has two perturbations, fewer than three latents vary, or all
        snips have one single time. The message names file, column and number of rows.

    Examples
    --------
    >>> read_embedding("nowhere.csv")
    Traceback (most recent call last):
    morphsweep.errors.NotComputable: nowhere.csv: no such file
    """
    path = Path(path)
    roles = find_embedding_roles(path, columns=columns, latent_prefix=latent_prefix)
    table = read_columns(path, roles, latent_prefix=latent_prefix)
    if table.num_rows == 0:
        msg = f"{path}: 0 rows below the header, expected one per snip; write it again from the model"
        raise NotComputable(msg)
    obs, latents = _obs(path, table, roles), _latents(table, roles)
    keep, dropped = _usable_rows(obs, latents)
    _refuse_mostly_unusable(path, len(obs), dropped)
    if not keep.all():
        obs, latents = obs.loc[keep].reset_index(drop=True), latents[keep]
    _check_identity(path, obs, roles)
    if whole:
        _check_values(path, obs, latents, roles)
    return Embedding(latents, obs, roles.latents, source=str(path), notes=roles.notes, dropped=dropped)


def find_embedding_roles(
    path: Path, /, *, columns: Columns | None = None, latent_prefix: str | None = None
) -> Roles:
    """Which columns of a table would be read; its rows are not.

    Parameters
    ----------
    path : Path
        As for :func:`read_embedding`.
    columns : Columns, optional
        As there.
    latent_prefix : str, optional
        As there.

    Returns
    -------
    Roles
        Column of each role.

    Raises
    ------
    NotComputable
        If there is no such file, it is no readable table, or a role has no column.
    """
    names = read_header(path, latent_prefix=latent_prefix)
    if latent_prefix is None and path.suffix.lower() == ".h5ad":
        latent_prefix = _anndata_prefix(names)
    return find_roles(names, columns=columns, latent_prefix=latent_prefix, source=str(path))


def _anndata_prefix(names: list[str]) -> str | None:
    """Without a statement of the lab the latents of an AnnData file are named like its last column, all but the number."""
    last = names[-1].rpartition("_")[0] + "_"
    return None if last.startswith("z_mu_") or last == "_" else last


def _obs(path: Path, table: pa.Table, roles: Roles) -> pd.DataFrame:
    """Labels and time under our own names; the individual is cut from the snip id where no column names it."""
    named = {("snip_id" if role == "id" else role): column for role, column in roles.labels.items()}
    frame = pd.DataFrame({role: table[column].to_pandas() for role, column in named.items()})
    if "individual" not in frame:
        frame["individual"] = frame["snip_id"].str.rpartition("_")[0]
        if not (frame["individual"] != "").any():
            msg = (
                f"{path}: no column names the individual, and no snip id ({frame['snip_id'].iloc[0]!r}, ...; {len(frame)} rows) has "
                "a last '_' part to cut off; name the column as columns.individual in sweep.toml"
            )
            raise NotComputable(msg)
    order = [
        "snip_id",
        "individual",
        "perturbation",
        "time",
        *(role for role in OPTIONAL_ROLES if role in frame),
    ]
    return frame[order]


def _latents(table: pa.Table, roles: Roles) -> FloatArray:
    """Latents as one array, missing values as NaN."""
    latents = np.empty((table.num_rows, len(roles.latents)), np.float32)
    for j, name in enumerate(roles.latents):
        latents[:, j] = table[name].to_numpy()
    return latents


def _usable_rows(obs: pd.DataFrame, latents: FloatArray) -> tuple[BoolArray, dict[str, int]]:
    """Rows that can be used, and how many cannot by their first reason."""
    missing: dict[str, BoolArray] = {
        f"missing {role}": _absent(obs[role]) for role in ("snip_id", "individual", "perturbation", "time")
    }
    missing["infinite time"] = np.isinf(obs["time"].to_numpy(float))
    missing["missing latent"] = np.asarray(np.isnan(latents).any(axis=1))
    missing["infinite latent"] = np.asarray(np.isinf(latents).any(axis=1))
    keep = np.ones(len(obs), bool)
    dropped = {}
    for reason, bad in missing.items():
        if n := int((keep & bad).sum()):
            dropped[reason] = n
        keep &= ~bad
    return keep, dropped


def _absent(values: "pd.Series[Any]") -> BoolArray:
    """Null, NaN or empty text."""
    absent = values.isna().to_numpy(bool)
    return absent if values.dtype.kind == "f" else absent | (values == "").fillna(value=False).to_numpy(bool)


def _refuse_mostly_unusable(path: Path, n_rows: int, dropped: dict[str, int]) -> None:
    """More than half of the rows unusable: no evaluation of the rest would mean anything."""
    if 2 * (n := sum(dropped.values())) > n_rows:
        counts = ", ".join(f"{reason}: {count}" for reason, count in dropped.items())
        msg = f"{path}: {n} of {n_rows} rows cannot be used ({counts}), more than half; check how the table was written"
        raise NotComputable(msg)


def _check_identity(path: Path, obs: pd.DataFrame, roles: Roles) -> None:
    """Every snip once, every individual in one perturbation."""
    twice = obs["snip_id"].duplicated()
    if twice.any():
        msg = (
            f"{path}: column {roles.labels['id']!r} has {int(twice.sum())} repeated snip ids in {len(obs)} rows, "
            f"first {obs.loc[twice, 'snip_id'].iloc[0]!r}; each snip must have its own id"
        )
        raise NotComputable(msg)
    pairs = obs[["individual", "perturbation"]].drop_duplicates()
    mixed = pairs["individual"].duplicated()
    if mixed.any():
        name = pairs.loc[mixed, "individual"].iloc[0]
        labels = sorted(pairs.loc[pairs["individual"] == name, "perturbation"])
        column = roles.labels.get("individual", roles.labels["id"])
        msg = (
            f"{path}: {pairs.loc[mixed, 'individual'].nunique()} of {pairs['individual'].nunique()} individuals (column {column!r}) "
            f"have more than one perturbation (column {roles.labels['perturbation']!r}), first {name!r}: {', '.join(map(repr, labels))}; "
            "name the column of the individual as columns.individual in sweep.toml"
        )
        raise NotComputable(msg)


def _check_values(path: Path, obs: pd.DataFrame, latents: FloatArray, roles: Roles) -> None:
    """Three latents that vary, and more than one time."""
    varying = int((latents.max(axis=0) > latents.min(axis=0)).sum())
    if varying < 3:
        msg = (
            f"{path}: {varying} of {len(roles.latents)} latents vary over {len(obs)} rows, expected at least 3; "
            "the model has collapsed, or the wrong columns were read (latent_prefix in sweep.toml)"
        )
        raise NotComputable(msg)
    if obs["time"].nunique() < 2:
        msg = (
            f"{path}: column {roles.labels['time']!r} has one single time ({obs['time'].iloc[0]:g}) in all {len(obs)} rows; "
            "curves need a course of time; name the right column as columns.time in sweep.toml"
        )
        raise NotComputable(msg)
