"""How exact the numbers are that are averaged over a sample of snips."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotComputable
from morphsweep.metrics.graphs import path_lengths_of_sources
from morphsweep.metrics.overlap import jaccard_overlaps
from morphsweep.records import FloatArray
from morphsweep.sweep.products import RunProducts

__all__ = ["sampling_table"]

_RUN = {
    "trustworthiness": "trust_at_queries",
    "continuity": "continuity_at_queries",
    "flow_coherence": "flow_cosines",
}
_PAIR = {
    "neighbour_jaccard": "nearest_ids",
    "neighbour_jaccard_intra": "same_ids",
    "neighbour_jaccard_inter": "others_ids",
}


def sampling_table(runs: Mapping[str, RunProducts], reference: str, /) -> pd.DataFrame:
    """Standard error that the draw of the snips leaves in each averaged number.

    Parameters
    ----------
    runs : mapping of str to RunProducts
        The runs of a model, by regime.
    reference : str
        The regime that the others are compared with.

    Returns
    -------
    DataFrame
        ``regime, metric, standard_error, n_sampled, n_total``: snips drawn, and those that there are. The error is that of
        a simple random sample, without that of having other individuals; every individual gives the same share of its
        snips, so that the true one is no larger.
    """
    rows: list[dict[str, Any]] = []
    for regime, run in runs.items():
        total = run.embedding.n_snips
        for metric, product in _RUN.items():
            rows += _row(regime, metric, lambda run=run, product=product: _flat(run.get(product)), total)
        rows += _row(
            regime,
            "path_length",
            lambda run=run: path_lengths_of_sources(run.get("graph_edges")),
            run.settings.n_graph_snips,
        )
        if regime == reference or reference not in runs:
            continue
        base = runs[reference]
        for metric, product in _PAIR.items():
            rows += _row(
                regime,
                metric,
                lambda run=run, product=product, base=base: jaccard_overlaps(
                    base.get(product), run.get(product)
                ),
                total,
            )
    return pd.DataFrame(rows)


def _flat(values: Any) -> FloatArray:
    return np.concatenate(list(values.values())) if isinstance(values, Mapping) else np.asarray(values)


def _row(regime: str, metric: str, values: Any, total: int) -> list[dict[str, Any]]:
    try:
        known = values()
    except NotComputable:
        return []  # its reason stands in the scores
    known = known[np.isfinite(known)]
    n = len(known)
    if n < 2:
        return []
    left = max(1.0 - n / total, 0.0)
    error = float(known.std(ddof=1) / np.sqrt(n) * np.sqrt(left))
    return [{"regime": regime, "metric": metric, "standard_error": error, "n_sampled": n, "n_total": total}]
