"""Whether the segments of two curves point the same way."""

import numpy as np
from numpy.typing import ArrayLike

from morphsweep.errors import InvalidInput
from morphsweep.geometry.arrays import Array, points_array
from morphsweep.geometry.nearest import nearest_vertices

__all__ = ["segment_cosines"]


def segment_cosines(a: ArrayLike, b: ArrayLike, /, k: int = 100) -> Array:
    """Cosine between each segment of curve b and the chord of curve a that lies nearest to it.

    Parameters
    ----------
    a, b : array_like, shape (n_a, d) and (n_b, d)
        Ordered curve points in one space. Each curve is cut into k segments by its vertices, the points at indices
        floor(linspace(0, n - 1, k + 1)).
    k : int
        Number of segments.

    Returns
    -------
    array, shape (k,)
        Cosines, -1 to 1, higher is better. For each segment of b the chord of a joins the vertices of a nearest to
        the segment's two ends (of several equally near, the first); 0 where that chord, or the segment, is empty.
        The chord follows the segment, so the direction of travel of a does not matter; exchanging a and b does.

    Raises
    ------
    InvalidInput
        If k is below 1, a curve is empty or not finite, or the curves differ in the number of coordinates.

    Examples
    --------
    >>> line = np.linspace([0.0, 0.0], [1.0, 0.0], 50)
    >>> segment_cosines(line, line + 0.1, 4)
    array([1., 1., 1., 1.])
    >>> segment_cosines(line, line[:, ::-1], 4)
    array([0., 0., 0., 0.])
    """
    first = points_array(a, "curve a")
    second = points_array(b, "curve b", columns=first.shape[1])
    if k < 1 or not len(first) or not len(second):
        msg = f"expected k >= 1 and at least one point per curve, found k = {k}, {len(first)} and {len(second)} points"
        raise InvalidInput(msg)
    ends = _vertices(second, k)
    vertices = _vertices(first, k)
    nearest = vertices[nearest_vertices(vertices, ends)]
    segment, chord = np.diff(ends, axis=0), np.diff(nearest, axis=0)
    lengths = np.linalg.norm(segment, axis=1) * np.linalg.norm(chord, axis=1)
    dot = (segment * chord).sum(axis=1)
    cosine = np.divide(dot, lengths, out=np.zeros(k), where=lengths > 0)
    bounded: Array = np.clip(cosine, -1.0, 1.0)
    return bounded


def _vertices(points: Array, k: int) -> Array:
    cut: Array = points[np.floor(np.linspace(0, len(points) - 1, k + 1)).astype(np.int64)]
    return cut
