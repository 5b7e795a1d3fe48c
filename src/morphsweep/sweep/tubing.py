"""Tubes around the curves of a model, from its bootstrap replicates."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.geometry import distance_across
from morphsweep.records import FloatArray
from morphsweep.sweep.products import RunProducts
from morphsweep.trajectories import tube_radius

__all__ = ["CurveOffsets", "split_offsets", "tube_table"]

LEVEL = 0.9
_PLACES = 51  # of each curve, from its first to its last point
_OFFSET = "offset "  # how the name of a row of distances begins; point and individuals follow


class CurveOffsets:
    """Distances of the replicates of all curves from the curves themselves, gathered replicate by replicate.

    Parameters
    ----------
    runs : mapping of str to RunProducts
        The runs as scored.
    n_replicates : int
        How many will come.
    """

    def __init__(self, runs: Mapping[str, RunProducts], n_replicates: int) -> None:
        self._curves: dict[tuple[str, str], FloatArray] = {}
        self._individuals: dict[tuple[str, str], int] = {}
        for regime, run in runs.items():
            try:
                curves = run.get("curves")
            except NotComputable:  # the scores say why
                continue
            counts = run.embedding.obs.groupby("perturbation")["individual"].nunique()
            for name, points in curves.items():
                self._curves[regime, name] = points
                self._individuals[regime, name] = int(counts[name])
        self._distances = {key: np.full((_PLACES, n_replicates), np.nan) for key in self._curves}

    def add(self, drawn: Mapping[str, RunProducts], replicate: int, /) -> None:
        """Measure one replicate.

        Parameters
        ----------
        drawn : mapping of str to RunProducts
            The same runs with weighted individuals.
        replicate : int
            Its position among those that were announced.
        """
        for (regime, name), points in self._curves.items():
            again = drawn[regime].get("curves").get(name)
            if again is not None:
                self._distances[regime, name][:, replicate] = distance_across(points[_places(points)], again)

    def frame(self, keys: list[str], columns: list[str], /) -> pd.DataFrame:
        """One row per point of a curve.

        Parameters
        ----------
        keys : list of str
            Names of the columns for regime, perturbation and what is measured.
        columns : list of str
            Names of the replicates.

        Returns
        -------
        DataFrame
            To stand below the scores of the same replicates.
        """
        frames = []
        for (regime, name), points in self._curves.items():
            n = self._individuals[regime, name]
            what = [f"{_OFFSET}{place} {n}" for place in _places(points)]
            frame = pd.DataFrame(self._distances[regime, name], columns=columns)
            frames.append(
                pd.concat([pd.DataFrame(dict(zip(keys, (regime, name, what), strict=True))), frame], axis=1)
            )
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*keys, *columns])


def _places(points: FloatArray) -> FloatArray:
    places: FloatArray = np.unique(np.linspace(0, len(points) - 1, _PLACES).round().astype(int))
    return places


def split_offsets(frame: pd.DataFrame, /) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the replicates of one model into those of scores and those of curves.

    Parameters
    ----------
    frame : DataFrame
        Both.

    Returns
    -------
    scores, offsets : DataFrame
        With the same columns.
    """
    if not len(frame):
        return frame, frame
    curves = frame["metric"].str.startswith(_OFFSET)
    return frame[~curves].reset_index(drop=True), frame[curves].reset_index(drop=True)


def tube_table(offsets: pd.DataFrame, /) -> pd.DataFrame:
    """Radii of the 90 % tubes of one model.

    Parameters
    ----------
    offsets : DataFrame
        From :func:`split_offsets`.

    Returns
    -------
    DataFrame
        ``regime, perturbation, point_index, radius`` (latent units). Without curves whose replicates are too few (10) or whose
        individuals are (2); replicates in which a curve could not be fitted are left out.
    """
    columns = ["regime", "perturbation", "point_index", "radius"]
    rows = []
    for (regime, name), group in (
        offsets.groupby(["regime", "perturbation"], sort=False) if len(offsets) else []
    ):
        words = group["metric"].str.split(" ", expand=True)
        distances = group.filter(regex=r"^\d+$").to_numpy(float).T
        known = distances[np.isfinite(distances).all(axis=1)]
        try:
            radius = tube_radius(known, level=LEVEL, n_individuals=int(words[2].iloc[0]))
        except (NotComputable, InvalidInput):
            continue
        places = words[1].astype(int)
        rows.append(
            pd.DataFrame({"regime": regime, "perturbation": name, "point_index": places, "radius": radius})
        )
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)
