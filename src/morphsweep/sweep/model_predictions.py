"""Predictions of a model, wherever it is: in a results folder, or in an embedding that was never evaluated."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import Part, read_embedding
from morphsweep.metrics import IndividualCounts, count_individuals, time_bins
from morphsweep.records import Cohort, Columns, FloatArray, Settings, SweepConfig
from morphsweep.sweep.cohort import make_cohort
from morphsweep.sweep.discriminating import prediction_rows
from morphsweep.sweep.products import RunProducts
from morphsweep.sweep.results import Results

__all__ = ["Ground", "ModelPredictions", "common_counts", "embedding_predictions", "results_predictions"]

Run = tuple[str, str]  # regime; "individual" or "batch", whichever the classifier never saw

_TABLES = {"individual": "predictions", "batch": "predictions_by_batch"}
_PRODUCTS = {"individual": "predictions", "batch": "batch_predictions"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What models are compared on: the cohort, settings and words of the first results folder.

    Parameters
    ----------
    cohort : Cohort
        Individuals, folds, time bins.
    settings : Settings
        For embeddings that are predicted now.
    reference : str
        Name of the reference regime.
    held_out : mapping of str to tuple of str
        What each regime did not train on.
    config : SweepConfig
        Column roles, latent prefix, unit of time.
    """

    cohort: Cohort
    settings: Settings
    reference: str
    held_out: Mapping[str, tuple[str, ...]]
    config: SweepConfig

    @classmethod
    def of_results(cls, results: Results) -> "Ground":
        """As the results folder says."""
        info, snips = results.info, results.snips
        settings = Settings.model_validate({k: v["value"] for k, v in info["settings"].items()})
        folds = dict(zip(snips["individual"], snips["fold"], strict=True))
        edges = np.array(info["cohort"]["bin_edges"])
        cohort = Cohort(
            snips,
            tuple(info["perturbations"]),
            {},
            edges,
            folds,
            settings.n_folds,
            info["cohort"]["fingerprint"],
        )
        config = SweepConfig(
            columns=Columns.model_validate(info.get("columns") or {}),
            latent_prefix=info.get("latent_prefix"),
            control=info["control"],
            time_unit=info["time_unit"],
            colors=info["colors"],
        )
        held_out = {regime: tuple(names) for regime, names in info["held_out"].items()}
        return cls(cohort, settings, info["regimes"][0], held_out, config)

    @classmethod
    def of_embedding(cls, path: Path, config: SweepConfig) -> "Ground":
        """Of its own, with the settings of the default protocol."""
        settings = Settings.for_protocol("default", **dict(config.settings))
        embedding = read_embedding(path, columns=config.columns, latent_prefix=config.latent_prefix)
        cohort = make_cohort(embedding, settings=settings, config=config)
        return cls(cohort, settings, config.reference or "all", config.held_out, config)

    def named(self, reference: str) -> "Ground":
        """The same under another name of the reference regime."""
        return replace(self, reference=reference)


@dataclass(frozen=True, slots=True)
class ModelPredictions:
    """Probabilities of one model in each regime.

    Parameters
    ----------
    label : str
        What to call it.
    runs : mapping of (regime, split) to DataFrame
        ``individual, perturbation, time`` and one column ``p_<perturbation>`` each, by snip id.
    unknown : int
        Snips that were predicted but are not in the cohort of its results, and therefore left out.
    """

    label: str
    runs: Mapping[Run, pd.DataFrame]
    unknown: int = 0


def results_predictions(
    results: Results, index: int, label: str, reference: str, /, *, splits: Collection[str] = tuple(_TABLES)
) -> ModelPredictions:
    """Predictions stored in a results folder.

    Parameters
    ----------
    results : Results
        The folder.
    index : int
        The model.
    label : str
        What to call it.
    reference : str
        What the reference regime is called on the common ground; that of this folder gets the name.
    splits : collection of {"individual", "batch"}
        Which predictions to read.

    Returns
    -------
    ModelPredictions
        Of every regime that has them.

    Raises
    ------
    InvalidInput
        If there is no such model, or its predictions were not stored.
    """
    known = results.models["model_index"].tolist()
    if index not in known:
        msg = f"{results.path}: no model {index}; models: {', '.join(map(str, known[:40]))}"
        raise InvalidInput(msg)
    fingerprint = results.info["parts"].get(str(index))
    part = Part(results.path / "parts" / str(fingerprint))
    snips = results.snips.set_index("snip_id")[["individual", "perturbation", "time"]]
    own = results.info["regimes"][0]
    runs: dict[Run, pd.DataFrame] = {}
    unknown = 0
    for split in splits:
        table = part.table(_TABLES[split])
        for regime, rows in table.groupby("regime", sort=False) if len(table) else ():
            places = snips.index.get_indexer(pd.Index(rows["snip_id"]))
            kept = rows[places >= 0].drop(columns=["regime", "snip_id"])
            unknown += len(rows) - len(kept)
            kept = kept.dropna(axis=1, how="all")  # perturbations that this regime does not have
            found = snips.iloc[places[places >= 0]]
            runs[reference if regime == own else str(regime), split] = pd.concat(
                [found, kept.set_index(found.index)], axis=1
            )
    if not any(split == "individual" for _, split in runs):
        why = results.models.set_index("model_index").loc[index, ["status", "reason"]]
        msg = f"{results.path}: model {index} has no predictions (status {why['status']} {why['reason']}); evaluate it without --only"
        raise InvalidInput(msg)
    return ModelPredictions(label, runs, unknown)


def embedding_predictions(path: Path, label: str, ground: Ground, /) -> ModelPredictions:
    """Predict an embedding now, on the folds of the common ground.

    Parameters
    ----------
    path : Path
        The table.
    label : str
        What to call it.
    ground : Ground
        Cohort and settings.

    Returns
    -------
    ModelPredictions
        Of the reference regime.

    Raises
    ------
    InvalidInput
        If it cannot be read or has too few perturbations to predict.
    """
    config = ground.config
    embedding = read_embedding(path, columns=config.columns, latent_prefix=config.latent_prefix)
    run = RunProducts(embedding, ground.cohort, ground.settings, control=config.control, held_out=frozenset())
    obs = embedding.obs.set_index("snip_id")[["individual", "perturbation", "time"]]
    runs: dict[Run, pd.DataFrame] = {}
    for split, product in _PRODUCTS.items():
        try:
            table = prediction_rows(run, product).set_index("snip_id")
        except NotComputable as reason:
            if split == "individual":
                msg = f"{path}: cannot be predicted: {reason}"
                raise InvalidInput(msg) from None
            continue
        runs[ground.reference, split] = obs.loc[table.index].join(table)
    return ModelPredictions(label, runs)


def common_counts(
    first: pd.DataFrame, second: pd.DataFrame, edges: FloatArray, perturbations: tuple[str, ...], /
) -> tuple[IndividualCounts, IndividualCounts, dict[str, Any]]:
    """Counts of two models on their common snips.

    Parameters
    ----------
    first, second : DataFrame
        Runs of :class:`ModelPredictions`.
    edges : array
        Edges of the time bins.
    perturbations : tuple of str
        Which to compare, where both know them.

    Returns
    -------
    tuple of IndividualCounts
        Of the first and the second; the most probable of the perturbations that both know counts as the prediction.
    dict
        ``snips, individuals, snips_first, snips_second``.

    Raises
    ------
    InvalidInput
        If fewer than two perturbations or no snip is common, or a snip has two perturbations or individuals.
    """
    classes = [name for name in perturbations if _learned(first, name) and _learned(second, name)]
    shared = first.index.intersection(second.index).sort_values()
    one, two = first.loc[shared], second.loc[shared]
    inside = one["perturbation"].isin(classes).to_numpy()
    one, two = one[inside], two[inside]
    if len(classes) < 2 or one.empty:
        msg = (
            f"the models have {len(classes)} perturbations and {len(one)} snips in common; comparing needs at least 2 "
            f"perturbations and the same snip ids (found for instance {', '.join(map(str, first.index[:2]))} and "
            f"{', '.join(map(str, second.index[:2]))})"
        )
        raise InvalidInput(msg)
    for column in ("perturbation", "individual"):
        differs = (one[column].astype(str) != two[column].astype(str)).to_numpy()
        if differs.any():
            where = int(differs.argmax())
            msg = f"snip {one.index[where]!r} has the {column} {one[column].iloc[where]!r} in one and {two[column].iloc[where]!r} in the other; compare models of the same data"
            raise InvalidInput(msg)
    bins = time_bins(one["time"].to_numpy(float), edges)
    columns = [f"p_{name}" for name in classes]
    counts = [
        count_individuals(
            frame[columns].to_numpy(float).argmax(axis=1),
            one["perturbation"].to_numpy(object),
            one["individual"].to_numpy(object),
            bins,
            classes,
            n_bins=len(edges) - 1,
        )
        for frame in (one, two)
    ]
    common = {
        "snips": len(one),
        "individuals": int(one["individual"].nunique()),
        "snips_first": len(first),
        "snips_second": len(second),
    }
    return counts[0], counts[1], common


def _learned(run: pd.DataFrame, name: str) -> bool:
    """Whether the snips of a perturbation were predicted by any classifier that knew it."""
    column = f"p_{name}"
    return column in run and bool((run.loc[run["perturbation"] == name, column] > 0).any())
