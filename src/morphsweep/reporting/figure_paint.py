"""From what shades a figure to colours."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize

from morphsweep.reporting.figure_record import Record
from morphsweep.reporting.figure_style import SOFT, shades

__all__ = ["Paint"]


class Paint:
    """From the column ``shade`` to colours."""

    def __init__(self, record: Record, frame: pd.DataFrame, /) -> None:
        self.classes: dict[str, Any] = {}
        self.mappable: ScalarMappable | None = None
        self.extend = "neither"
        if record.scale == "classes":
            given = {str(name) for name in frame["shade"]}
            self.classes = {name: color for name, color in record.colors.items() if name in given}
        elif record.shade:
            low, high, self.extend = _span(frame["shade"].to_numpy(dtype=float))
            norm = LogNorm(low, high) if record.scale == "log" else Normalize(low, high)
            self.mappable = ScalarMappable(norm, shades())

    def colors(self, rows: pd.DataFrame) -> Any:
        """One colour per row; grey where the number is missing."""
        if self.classes:
            return [self.classes.get(str(name), SOFT) for name in rows["shade"]]
        if self.mappable is None:
            return ["#0072B2"] * len(rows)
        values = rows["shade"].to_numpy(dtype=float)
        return [self.mappable.to_rgba(v) if np.isfinite(v) else "#c4cad4" for v in values]


def _span(values: np.ndarray) -> tuple[float, float, str]:
    """Ends of the colour scale: extremes far outside (1.5 x the interquartile range) do not stretch it."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0, "neither"
    q1, q3 = np.quantile(finite, [0.25, 0.75])
    inside = finite[(finite >= q1 - 1.5 * (q3 - q1)) & (finite <= q3 + 1.5 * (q3 - q1))]
    low, high = float(inside.min()), float(inside.max())
    below, above = bool(finite.min() < low), bool(finite.max() > high)
    ends = {(False, False): "neither", (True, False): "min", (False, True): "max", (True, True): "both"}
    return low, high if high > low else low + 1e-9 + abs(low) * 1e-6, ends[below, above]
