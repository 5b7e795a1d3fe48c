"""Scores that a person gave, as the rating page saves them."""

from pathlib import Path
from typing import Any

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.io.tables import read_json

__all__ = ["read_agreements", "read_ratings"]

_COLUMNS = ["rater", "seed", "sweep", "token", "score"]
_LOWEST, _HIGHEST = 1, 5


def read_ratings(path: Path | str, /) -> pd.DataFrame:
    """Read the JSON or CSV that the rating page saved.

    Parameters
    ----------
    path : Path or str
        The file.

    Returns
    -------
    DataFrame
        ``rater, seed, sweep, token, score``.

    Raises
    ------
    InvalidInput
        If the file cannot be read as such, or a score is not between 1 and 5.
    """
    path = Path(path)
    if not path.is_file():
        msg = f"{path}: no such file; expected the JSON or CSV that the page of 'morphsweep rate' saved"
        raise InvalidInput(msg)
    frame = _from_json(read_json(path), path) if path.suffix == ".json" else _from_csv(path)
    missing = [name for name in _COLUMNS if name not in frame]
    if missing:
        msg = f"{path}: not a file of scores: {', '.join(missing)} missing; expected {', '.join(_COLUMNS)}"
        raise InvalidInput(msg)
    scores = pd.to_numeric(frame["score"], errors="coerce")
    wrong = frame.loc[~scores.between(_LOWEST, _HIGHEST), "score"].tolist()
    if wrong:
        msg = f"{path}: scores must lie between {_LOWEST} and {_HIGHEST}, found {', '.join(map(str, wrong[:5]))}"
        raise InvalidInput(msg)
    return frame[_COLUMNS].assign(score=scores, rater=frame["rater"].fillna("").astype(str))


def read_agreements(folder: Path, /) -> list[dict[str, Any]]:
    """What earlier judgements by ratings found in a results folder.

    Parameters
    ----------
    folder : Path
        The results folder.

    Returns
    -------
    list of dict
        ``rater, sentences, agreement, ratings`` of each person, by file name; empty when nobody has rated.
    """
    return [read_json(path) for path in sorted((folder / "ratings").glob("agreement_*.json"))]


def _from_json(content: dict[str, Any], path: Path) -> pd.DataFrame:
    scores = content.get("scores")
    if not isinstance(scores, list) or not all(isinstance(row, dict) for row in scores):
        msg = f"{path}: not a file of scores: expected an object with a list 'scores'"
        raise InvalidInput(msg)
    return pd.DataFrame(scores).assign(**{name: content.get(name) for name in ("rater", "seed", "sweep")})


def _from_csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, dtype={"rater": str, "token": str, "sweep": str})
    except (ValueError, UnicodeDecodeError) as error:
        msg = f"{path}: not a readable CSV of scores ({error})"
        raise InvalidInput(msg) from None
