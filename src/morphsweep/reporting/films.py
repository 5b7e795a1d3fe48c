"""The embryos themselves: which snips lie nearest to equal steps along each curve, and small pictures of them."""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.io.thumbnails import find_images, read_thumbnail
from morphsweep.records import FloatArray
from morphsweep.reporting.source import ResultsLike, regimes
from morphsweep.sweep.provenance import sweep_of

__all__ = ["nearest_snips", "prepare_films"]

_FRAMES = 8
_BYTES = 2_000_000  # of pictures in a page, before they are written in base 64
_MOST_RUNS = 50  # folders that are tried for relative paths
_AXES = ["pc_1", "pc_2", "pc_3"]


def prepare_films(
    results: ResultsLike,
    order: Sequence[int],
    snips: pd.Index,
    /,
    *,
    images: Path | None = None,
    most_bytes: int = _BYTES,
) -> tuple[list[dict[str, Any]], dict[str, str], list[str]]:
    """Filmstrips of the first models, as far as the size of the page allows.

    Parameters
    ----------
    results : ResultsLike
        An evaluated sweep.
    order : sequence of int
        Rows of the summary, the most wanted first.
    snips : Index
        Names of the snips that the page knows.
    images : Path, optional
        Table or folder of pictures; default: the column ``image`` of the embeddings.
    most_bytes : int
        Greatest size of all pictures together.

    Returns
    -------
    list of dict
        ``row`` (of the summary), ``regime``, ``perturbation`` and ``snips``: places in `snips`, from the start of the curve
        to its end.
    dict of str to str
        Place -> picture as an address that holds its own data.
    list of str
        What could not be shown, in words.

    Raises
    ------
    InvalidInput
        If `images` cannot be used.
    """
    table = getattr(results, "snips", None)
    known = pd.DataFrame({"snip_id": snips}) if table is None else table
    found = find_images(images, known, bases=_bases(results)) if len(known) else {}
    if not found:
        return [], {}, []
    album = _Album(found, [str(name) for name in snips], most_bytes)
    films: list[dict[str, Any]] = []
    for row in order:
        strips = _strips(results, row, snips)
        if not album.take(place for strip in strips for place in strip["snips"]):
            break
        films += strips
    return films, album.pictures, album.said()


def nearest_snips(curve: FloatArray, points: FloatArray, /, *, n: int = _FRAMES) -> list[int]:
    """The points nearest to equal steps of arc length along a curve.

    Parameters
    ----------
    curve : array, shape (n_points, 3)
        In order.
    points : array, shape (n_snips, 3)
        In the same space.
    n : int
        Number of steps, both ends among them.

    Returns
    -------
    list of int
        Places in `points`, from the start of the curve; a point may come twice.

    Examples
    --------
    >>> line = np.column_stack([np.linspace(0, 2, 5), np.zeros((5, 2))])
    >>> nearest_snips(line, np.array([[2.0, 0, 0], [0.1, 0, 0], [1.0, 0.5, 0]]), n=3)
    [1, 2, 0]
    """
    steps = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, length[-1], n)
    places = np.column_stack([np.interp(wanted, length, curve[:, k]) for k in range(3)])
    distance = np.linalg.norm(places[:, None] - points[None], axis=2)
    return [int(k) for k in distance.argmin(axis=1)]


def _strips(results: ResultsLike, row: int, snips: pd.Index) -> list[dict[str, Any]]:
    """One strip per regime and perturbation of a model."""
    model = results.summary["model_index"].iloc[row]
    curves = results.curves[results.curves["model_index"] == model]
    sample = results.points_sample[results.points_sample["model_index"] == model]
    strips = []
    for name in map(str, results.info["perturbations"]):
        for regime in regimes(results):
            curve = curves[(curves["regime"] == regime) & (curves["perturbation"] == name)]
            points = sample[(sample["regime"] == regime) & (sample["perturbation"] == name)]
            if len(curve) > 1 and len(points):
                xyz = curve.sort_values("point_index")[_AXES].to_numpy(float)
                chosen = nearest_snips(xyz, points[_AXES].to_numpy(float))
                places = snips.get_indexer(pd.Index(points["snip_id"].iloc[chosen]))
                strips.append({"row": row, "regime": regime, "perturbation": name, "snips": places.tolist()})
    return strips


class _Album:
    """Pictures taken so far, by the place of their snip."""

    def __init__(self, found: Mapping[str, Path], names: Sequence[str], most: int) -> None:
        self.pictures: dict[str, str] = {}
        self._found, self._names, self._left = found, names, most
        self._failed: list[str] = []
        self._missing: set[str] = set()

    def take(self, places: Iterable[int]) -> bool:
        """Add the pictures of some snips; False once there is no room for more."""
        for place in dict.fromkeys(places):
            name = self._names[place]
            if str(place) in self.pictures or name in self._missing or name not in self._found:
                continue
            if self._left <= 0:
                return False
            self._add(place, name, read_thumbnail)
        return True

    def said(self) -> list[str]:
        """What could not be read."""
        if not self._failed:
            return []
        return [f"{len(self._failed)} pictures of snips could not be read; the first: {self._failed[0]}"]

    def _add(self, place: int, name: str, read: Callable[[Path], bytes]) -> None:
        try:
            content = read(self._found[name])
        except NotComputable as reason:
            self._failed.append(str(reason))
            self._missing.add(name)
            return
        self._left -= len(content)
        self.pictures[str(place)] = f"data:image/jpeg;base64,{base64.b64encode(content).decode('ascii')}"


def _bases(results: ResultsLike) -> list[Path]:
    """Folders that a relative path of a picture may start from: the sweep's, its runs', the results'."""
    sweep = sweep_of(results.info, results.path)
    folder = sweep if sweep.is_dir() else sweep.parent
    runs = results.runs["path"].dropna().astype(str).tolist()[:_MOST_RUNS] if "path" in results.runs else []
    return list(
        dict.fromkeys([
            folder,
            *(Path(run).parent for run in runs),
            *(folder / Path(run).parent for run in runs),
            results.path,
        ])
    )
