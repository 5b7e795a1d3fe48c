"""Numbers beside points, set where they cover neither a point nor each other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from morphsweep.reporting.figure_style import INK, SOFT

__all__ = ["label_points", "placed"]

_MOST = 40  # labels in one panel
_LEADER: Any = {
    "arrowstyle": "-",
    "linewidth": 0.4,
    "color": SOFT,
    "shrinkA": 0,
    "shrinkB": 2.5,
    "relpos": (0.5, 0.5),
}
_FAR = 11  # points between a mark and its label where it is crowded
_DISTINCT = 1.25  # how much farther from all other points a label must be
_AROUND = ((0, 1), (1, 0.6), (-1, 0.6), (0, -1), (1, -0.6), (-1, -0.6), (1.6, 0), (-1.6, 0))


def label_points(
    axes: Axes, xy: np.ndarray, texts: Sequence[str], /, *, others: np.ndarray | None = None, size: float = 5
) -> None:
    """Write texts beside points, farther out with a thin line where it is crowded; those without room are left out.

    Parameters
    ----------
    axes : Axes
        With its limits set.
    xy : array, shape (n, 2)
        Points in data units.
    texts : sequence of str
        One per point; the first have the first choice of place.
    others : array, shape (m, 2), optional
        Further points that must stay free.
    size : float
        Of the font, in points.
    """
    if not len(xy):
        return
    to_pixels = axes.transData.transform
    unit = axes.figure.dpi / 72 if axes.figure is not None else 1.0
    points = to_pixels(np.asarray(xy, dtype=float)) / unit
    blocked = points if others is None else np.vstack([points, to_pixels(others) / unit])
    offsets = placed(points, [0.62 * size * len(t) for t in texts], size, blocked=blocked)
    for (x, y), text, offset in list(zip(xy, texts, offsets, strict=True))[:_MOST]:
        if offset is not None:
            near = abs(offset[0]) <= 0.31 * size * len(text) * 1.6 + 6 and abs(offset[1]) <= size / 2 + 3.6
            axes.annotate(
                text, (x, y), xytext=offset, textcoords="offset points", ha="center", va="center",
                fontsize=size, color=INK, zorder=5, arrowprops=None if near else _LEADER,
            )  # fmt: skip


def placed(
    points: np.ndarray, widths: Sequence[float], height: float, /, *, blocked: np.ndarray
) -> list[tuple[float, float] | None]:
    """Where each label goes, greedily.

    Parameters
    ----------
    points : array, shape (n, 2)
        In typographic points.
    widths : sequence of float
        Of the labels, in typographic points.
    height : float
        Of a label.
    blocked : array, shape (m, 2)
        Centres of marks that no label may cover.

    Returns
    -------
    list
        Offset of the label's centre from its point; None where no place is free.

    Examples
    --------
    >>> placed(np.zeros((1, 2)), [6.0], 5.0, blocked=np.zeros((1, 2)))
    [(0.0, 6.0)]
    """
    boxes: list[tuple[float, float, float, float]] = []
    found: list[tuple[float, float] | None] = []
    for (x, y), width in zip(points, widths, strict=True):
        spot = None
        rivals = blocked[np.hypot(*(blocked - (x, y)).T) > 1e-9]
        for gap, (right, up) in ((gap, way) for gap in (3.5, _FAR) for way in _AROUND):
            dx, dy = right * (width / 2 + gap), up * (height / 2 + gap)
            box = (x + dx - width / 2, y + dy - height / 2, x + dx + width / 2, y + dy + height / 2)
            if gap < _FAR and _nearer_to(rivals, x + dx, y + dy, float(np.hypot(dx, dy))):
                continue
            if not _covers(box, blocked) and not any(_overlap(box, other) for other in boxes):
                boxes.append(box)
                spot = (float(dx), float(dy))
                break
        found.append(spot)
    return found


def _nearer_to(rivals: np.ndarray, x: float, y: float, own: float) -> bool:
    """Whether a label would stand hardly farther from another point than from its own, and be read as that one's."""
    return bool(len(rivals) and np.hypot(rivals[:, 0] - x, rivals[:, 1] - y).min() < _DISTINCT * own)


def _covers(box: tuple[float, float, float, float], points: np.ndarray) -> bool:
    left, low, right, high = box
    x, y = points.T
    return bool(((x > left - 2) & (x < right + 2) & (y > low - 2) & (y < high + 2)).any())


def _overlap(one: tuple[float, float, float, float], two: tuple[float, float, float, float]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
