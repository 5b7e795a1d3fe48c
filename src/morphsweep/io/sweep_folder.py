"""Write a sweep that was made in memory as the folder that a lab would have."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from morphsweep.errors import InvalidInput

__all__ = ["write_sweep_folder"]


def write_sweep_folder(
    out: str | Path,
    /,
    *,
    manifest: pd.DataFrame,
    embeddings: Mapping[str, pd.DataFrame],
    truth: pd.DataFrame,
    config: str,
    manifest_name: str,
    on_run: Callable[[int, int], None] | None = None,
) -> Path:
    """Write manifest, embeddings, truth and sweep file.

    Parameters
    ----------
    out : str or Path
        A new or empty folder, or one that holds an earlier simulation.
    manifest : DataFrame
        One row per run.
    embeddings : mapping of str to DataFrame
        Table of each run by its path relative to `out`; the suffix (``.csv`` or ``.parquet``) gives the format.
    truth : DataFrame
        One row per model.
    config : str
        Text of ``sweep.toml``.
    manifest_name : str
        File name of the manifest.
    on_run : callable, optional
        Told after each run how many of how many are written.

    Returns
    -------
    Path
        The ``sweep.toml``.

    Raises
    ------
    InvalidInput
        If the folder holds something else.
    """
    out = Path(out)
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "truth.csv").is_file())):
        msg = f"{out}: exists and is no earlier simulation; give a new or empty folder"
        raise InvalidInput(msg)
    for done, (path, table) in enumerate(embeddings.items(), start=1):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".parquet":
            table.to_parquet(target, index=False)
        else:
            table.to_csv(target, index=False, float_format="%.5f")
        if on_run:
            on_run(done, len(embeddings))
    manifest.to_csv(out / manifest_name, index=False)
    truth.to_csv(out / "truth.csv", index=False)
    (out / "sweep.toml").write_text(config, encoding="utf-8")
    return out / "sweep.toml"
