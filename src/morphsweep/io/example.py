"""The example sweep that ships with the package, written out as an ordinary sweep folder."""

from importlib.resources import as_file, files
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from morphsweep.errors import InvalidInput

__all__ = ["unpack_example"]

_COPIED = ("sweep01_00.csv", "sweep.toml", "README.md", "LICENSE-omniglot")


def unpack_example(out: str | Path, /) -> Path:
    """Write the example sweep (six letters growing stroke by stroke, 16 models, two regimes) into a folder.

    Parameters
    ----------
    out : str or Path
        A new or empty folder, or one that holds an earlier copy of the example.

    Returns
    -------
    Path
        Its ``sweep.toml``, to be read or evaluated like any other.

    Raises
    ------
    InvalidInput
        If the folder holds something else.
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        msg = f"{out}: a file, expected a folder to write the example sweep to"
        raise InvalidInput(msg)
    if out.is_dir() and any(out.iterdir()) and not (out / "sweep01_00.csv").is_file():
        msg = f"{out}: the folder is not empty; give a new one for the example sweep"
        raise InvalidInput(msg)
    out.mkdir(parents=True, exist_ok=True)
    with as_file(files("morphsweep") / "data" / "letters") as letters:
        for name in _COPIED:
            (out / name).write_bytes((letters / name).read_bytes())
        _write_runs(letters, out)
    return out / "sweep.toml"


def _write_runs(letters: Path, out: Path) -> None:
    """One table per run: the shared ids beside the run's own latents."""
    snips = pq.read_table(letters / "snips.parquet")
    latents = pq.read_table(letters / "latents.parquet")
    paths = pd.read_csv(letters / "sweep01_00.csv")["model_path"]
    for i, path in enumerate(paths):
        own = latents.slice(i * snips.num_rows, snips.num_rows)
        columns = {name: snips[name] for name in snips.column_names} | {
            name: own[name] for name in own.column_names
        }
        target = out / path / "figures" / "embryo_stats_df.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(columns), target)
