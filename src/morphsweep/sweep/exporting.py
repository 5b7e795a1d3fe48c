"""Results under another lab's file and column names."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from morphsweep.errors import InvalidInput
from morphsweep.io import write_table
from morphsweep.metrics import METRICS, column
from morphsweep.selection import SweepFacts, hyperparameter_columns, lab_name
from morphsweep.sweep.results import Results

__all__ = ["NAMES", "export", "lab_curves", "lab_scores"]

NAMES = ("morphseq",)


def export(
    results: Results | Path | str, out: Path | str | None = None, /, *, names: str = "morphseq"
) -> tuple[Path, Path]:
    """Write a results folder's scores and curves under another lab's names.

    Parameters
    ----------
    results : Results, Path or str
        The results folder.
    out : Path, str or None
        Folder to write to; None: the results folder itself.
    names : {"morphseq"}
        Whose names.

    Returns
    -------
    tuple of Path
        ``paired_models_and_metrics_df.csv`` (one row per model and perturbation, ``avg_pert`` the model's own) and
        ``splines_final_df.csv`` (one row per curve point).

    Raises
    ------
    InvalidInput
        If the names are unknown, or it is no results folder.
    """
    if names not in NAMES:
        msg = f"no column names called {names!r}; known: {', '.join(NAMES)}"
        raise InvalidInput(msg)
    opened = results if isinstance(results, Results) else Results(results)
    folder = opened.path if out is None else Path(out)
    facts = SweepFacts.from_info(opened.info)
    paths = folder / "paired_models_and_metrics_df.csv", folder / "splines_final_df.csv"
    write_table(lab_scores(opened.scores, opened.models, facts=facts), paths[0])
    write_table(lab_curves(opened.curves), paths[1])
    return paths


def lab_scores(scores: pd.DataFrame, models: pd.DataFrame, /, *, facts: SweepFacts) -> pd.DataFrame:
    """Scores with one row per model and perturbation, one column per score that the lab has a name for.

    Parameters
    ----------
    scores : DataFrame
        The tidy scores.
    models : DataFrame
        One row per model, with its hyper-parameters.
    facts : SweepFacts
        Regimes and hyper-parameters of the sweep.

    Returns
    -------
    DataFrame
        ``model_index, Perturbation``, hyper-parameters, then ``F1_score_all, Aligned_RMSE`` and so on, in the order
        of the metrics. Scores of the whole model stand in the rows ``avg_pert`` only.
    """
    others = [regime for regime in facts.regimes or () if regime != facts.reference]
    known = scores[scores["metric"].isin([name for name, spec in METRICS.items() if spec.aliases])]
    pairs = known[["metric", "regime"]].drop_duplicates().itertuples(index=False)
    titles = {(m, r): lab_name(column(m, r, n_others=max(len(others), 1))) for m, r in pairs}
    named = known.assign(column=[titles[pair] for pair in zip(known["metric"], known["regime"], strict=True)])
    named = pd.concat([named, _means(named, others)], ignore_index=True)
    wide = named.pivot_table(
        index=["model_index", "perturbation"], columns="column", values="value", sort=False, dropna=False
    )
    wide = wide.dropna(how="all").reindex(columns=_ordered(titles, wide.columns)).reset_index()
    knobs = hyperparameter_columns(models, scores=(), listed=facts.hyperparameters)
    full = models[["model_index", *knobs]].merge(wide, on="model_index", how="inner")
    full.insert(1, "Perturbation", full.pop("perturbation"))
    return full


def lab_curves(curves: pd.DataFrame, /) -> pd.DataFrame:
    """Curve points with the lab's column names.

    Parameters
    ----------
    curves : DataFrame
        ``model_index, regime, perturbation, point_index, pc_1, pc_2, pc_3``.

    Returns
    -------
    DataFrame
        ``model_index, dataset, Perturbation, point_index, PCA_1, PCA_2, PCA_3``; aligned copies are the dataset
        ``<regime>_aligned``.
    """
    axes = {name: f"PCA_{name.removeprefix('pc_')}" for name in curves.columns if name.startswith("pc_")}
    names = {
        "model_index": "model_index",
        "regime": "dataset",
        "perturbation": "Perturbation",
        "point_index": "point_index",
    }
    return curves[[*names, *axes]].rename(columns={**names, **axes})


def _means(named: pd.DataFrame, others: list[str]) -> pd.DataFrame:
    """With several other regimes, the bare name of a comparison is the mean over them."""
    paired = named[named["metric"].map(lambda name: METRICS[name].scope == "pair")]
    if len(others) < 2 or paired.empty:
        return named.iloc[:0]
    keys = ["model_index", "perturbation", "metric"]
    mean: pd.DataFrame = paired.groupby(keys, sort=False)["value"].mean().reset_index()
    return mean.assign(column=mean["metric"].map(lab_name))


def _ordered(titles: Mapping[tuple[str, str], str], found: pd.Index) -> list[str]:
    """Columns in the order in which the metrics are declared."""
    order = {name: position for position, name in enumerate(METRICS)}
    by_metric = {title: order[metric] for (metric, _), title in titles.items()}
    bare = {lab_name(name): position for name, position in order.items()}
    return sorted(
        found, key=lambda title: (by_metric.get(title, bare.get(title, -1)), title.count("_"), title)
    )
