"""The metrics as a table for people, made from their declarations."""

from collections.abc import Iterable

from morphsweep.metrics.registry import METRICS
from morphsweep.records import MetricSpec

__all__ = ["markdown_table"]


def markdown_table(specs: Iterable[MetricSpec] | None = None, /) -> str:
    """The metrics as a Markdown table, made from their declarations.

    Parameters
    ----------
    specs : iterable of MetricSpec, optional
        Which; default all.

    Returns
    -------
    str
        One line per metric.

    Examples
    --------
    >>> print(markdown_table([METRICS["auroc"]]).splitlines()[2][:34])
    | `auroc` | AUROC | pure number |
    """
    lines = [
        "| name | label | unit | better | bounds | of | per | shift | meaning |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for spec in METRICS.values() if specs is None else specs:
        alias = f" Also known as {', '.join(f'`{alias}`' for alias in spec.aliases)}." if spec.aliases else ""
        cells = (
            f"`{spec.name}`",
            spec.label,
            spec.unit or "pure number",
            {"higher": "higher", "lower": "lower", "range": "within a range"}[spec.better],
            _interval(spec.bounds),
            {"run": "a run", "pair": "a run and the reference"}[spec.scope],
            spec.per,
            "yes" if spec.shift and spec.scope == "run" else "",
            spec.description + alias,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _interval(bounds: tuple[float | None, float | None]) -> str:
    low, high = bounds
    if low is None and high is None:
        return "any"
    if high is None:
        return f"{low:g} or more"
    return f"up to {high:g}" if low is None else f"{low:g} to {high:g}"
