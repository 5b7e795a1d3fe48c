"""Tables of scores that another lab, or a spreadsheet, made."""

from pathlib import Path

import pandas as pd
from pyarrow import ArrowException

from morphsweep.errors import InvalidInput

__all__ = ["read_score_table"]

_SUFFIXES = (".csv", ".csv.gz", ".parquet")


def read_score_table(path: Path, /) -> pd.DataFrame:
    """Read a table of models and their scores.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.csv.gz`` or ``.parquet``. In a CSV an empty cell, ``nan`` and ``NaN`` mean missing; other text
        (``None``, ``NA``) stays text, because it may be the value of a hyper-parameter.

    Returns
    -------
    DataFrame
        Columns as found.

    Raises
    ------
    InvalidInput
        If there is no such file, its ending is another, or it cannot be read as what it claims to be.
    """
    if not path.is_file():
        msg = f"{path}: no such file; expected a results folder or a table ({', '.join(_SUFFIXES)})"
        raise InvalidInput(msg)
    if not path.name.endswith(_SUFFIXES):
        msg = f"{path}: cannot read a table with the ending {path.suffix!r}; expected one of {', '.join(_SUFFIXES)}"
        raise InvalidInput(msg)
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, keep_default_na=False, na_values=["", "nan", "NaN"])
    except (
        ArrowException,
        OSError,
        UnicodeDecodeError,
        pd.errors.EmptyDataError,
        pd.errors.ParserError,
    ) as error:
        msg = f"{path}: cannot be read as a table ({str(error).splitlines()[0]}); expected one row per model under a line of column names"
        raise InvalidInput(msg) from None
