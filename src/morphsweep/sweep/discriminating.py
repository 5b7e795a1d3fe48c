"""Products of a run that have to do with telling perturbations apart."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from morphsweep.errors import NotApplicable, NotComputable
from morphsweep.metrics import (
    IndividualCounts,
    Predictions,
    Separability,
    anchored_null,
    count_individuals,
    deal_into_folds,
    holdout_rows,
    never_learned,
    notebook_edges,
    permuted_labels,
    predict_baseline,
    predict_out_of_fold,
    relearned_f1,
    scores_over_time,
    separability,
    time_bins,
)
from morphsweep.records import BoolArray, FloatArray, IntArray
from morphsweep.sweep.asking import Run
from morphsweep.sweep.bin_intervals import RANKED, ranking_intervals
from morphsweep.sweep.cohort import dealing_order, fold_rows

__all__ = ["DISCRIMINATION_PRODUCTS", "prediction_rows"]

_TRAINED_ON = "train"
_SCORES = ("f1", "pr_auc", "auroc")


def _compared(run: Run) -> tuple[FloatArray, pd.DataFrame, BoolArray]:
    """Latents and table of the snips of compared perturbations, and which rows these are."""
    if len(run.cohort.perturbations) < 2:
        msg = "one perturbation only: there is nothing to tell apart"
        raise NotApplicable(msg)
    rows = run.embedding.obs["perturbation"].isin(run.cohort.perturbations).to_numpy()
    return run.embedding.latents[rows], run.embedding.obs.loc[rows].reset_index(drop=True), rows


def _predict(run: Run, folds: IntArray) -> Predictions:
    latents, obs, rows = _compared(run)
    return predict_out_of_fold(
        latents,
        obs["perturbation"].to_numpy(),
        obs["individual"].to_numpy(),
        folds,
        settings=run.settings,
        weight=None if run.weight is None else run.weight[rows],
    )


def _predictions(run: Run) -> Predictions:
    """Out-of-fold probabilities, averaged over repeated splits."""
    _, obs, _ = _compared(run)
    repeats = 1 if run.settings.split == "holdout" else run.settings.n_repeats
    made = [
        _predict(
            run, fold_rows(obs["individual"].tolist(), run.cohort, seed=run.settings.seed, repeat=repeat)
        )
        for repeat in range(repeats)
    ]
    if repeats == 1:
        return made[0]
    certificates = tuple(
        replace(found, fold=repeat * run.cohort.n_folds + found.fold)
        for repeat, part in enumerate(made)
        for found in part.certificates
    )
    mean = np.mean([part.probabilities for part in made], axis=0)
    return Predictions(made[0].classes, mean, made[0].test, certificates)


def _unlearned(run: Run) -> tuple[str, ...]:
    """Perturbations that no fit of the run's splits was trained on."""
    return never_learned(run.get("predictions"), _compared(run)[1]["perturbation"])


def _over_time_of(
    run: Run, predictions: Predictions, chosen: BoolArray, unlearned: tuple[str, ...]
) -> pd.DataFrame:
    """Scores over time of some of the predicted snips; where nothing was learned 0 would be no finding."""
    _, obs, _ = _compared(run)
    table = scores_over_time(
        predictions.probabilities[chosen],
        obs["perturbation"].to_numpy()[chosen],
        obs["time"].to_numpy(float)[chosen],
        run.get("edges"),
        predictions.classes,
        last_closed=run.settings.time_bins == "sweep",
    )
    lost = table["perturbation"].isin(unlearned)
    return table.assign(**{name: table[name].mask(lost) for name in _SCORES})


def _edges(run: Run) -> FloatArray:
    if run.settings.time_bins == "sweep":
        return run.cohort.bin_edges
    _, obs, _ = _compared(run)
    times = obs["time"].to_numpy(float)[run.get("predictions").test]
    return notebook_edges(times, run.settings.n_time_bins, run.settings.time_limit)


def _counts(run: Run) -> IndividualCounts:
    predictions = run.get("predictions")
    _, obs, _ = _compared(run)
    tested, edges = predictions.test, run.get("edges")
    obs = obs[tested]
    return count_individuals(
        predictions.probabilities[tested].argmax(axis=1),
        obs["perturbation"].to_numpy(),
        obs["individual"].to_numpy(),
        time_bins(obs["time"].to_numpy(float), edges, last_closed=run.settings.time_bins == "sweep"),
        predictions.classes,
        n_bins=len(edges) - 1,
        batches=obs["batch"].fillna("").to_numpy() if "batch" in obs else None,
        unlearned=run.get("unlearned"),
    )


def _null_f1(run: Run) -> FloatArray:
    """F1 of labels that were dealt out anew within batches, folds and classifier made again for each."""
    latents, obs, _ = _compared(run)
    settings, counts = run.settings, run.get("counts")
    classes, edges = run.get("predictions").classes, run.get("edges")
    names, first, who = np.unique(
        obs["individual"].to_numpy(object).astype(str), return_index=True, return_inverse=True
    )
    own = pd.Index(list(classes)).get_indexer(pd.Index(obs["perturbation"].to_numpy(object)[first]))
    batch = np.zeros(len(names), dtype=np.int64)
    if "batch" in obs:
        batch = np.unique(obs["batch"].fillna("").astype(str).to_numpy(), return_inverse=True)[1][first]
    permuted = permuted_labels(own, batch, settings.n_permutations, seed=settings.seed)
    labels = np.vstack([own, permuted])  # the true ones first
    if settings.split == "holdout":
        tested = holdout_rows(obs["individual"], test_size=settings.test_size, seed=settings.seed)[first]
        folds = np.broadcast_to(np.where(tested, 0, -1), labels.shape)
    else:
        order = dealing_order(names.tolist(), seed=settings.seed)
        folds = deal_into_folds(labels, order, run.cohort.n_folds)
    f1 = relearned_f1(
        latents,
        who,
        time_bins(obs["time"].to_numpy(float), edges, last_closed=settings.time_bins == "sweep"),
        labels,
        folds,
        n_bins=counts.n_bins,
        n_classes=len(classes),
        ridge=(1 - settings.l1_ratio) / settings.C,
    )
    return anchored_null(f1[1:], f1[0], counts.f1()[0], permuted, own)


def _separability(run: Run) -> Separability:
    return separability(
        run.get("counts"),
        run.get("edges"),
        _null_f1(run),
        n_replicates=run.settings.n_replicates,
        seed=run.settings.seed,
    )


def _over_time(run: Run) -> pd.DataFrame:
    """Scores per bin with intervals, chance and false discovery rate."""
    predictions, by = run.get("predictions"), ["perturbation", "time_bin"]
    table = _over_time_of(run, predictions, predictions.test, run.get("unlearned"))
    try:
        tested = run.get("separability").over_time
        ranked = ranking_intervals(run, table)
    except NotComputable:  # the scores stand without their null
        ends = dict.fromkeys((*RANKED, "low", "high", "p", "q"), np.nan)
        return table.assign(**ends, separable=False)
    for more in (tested, ranked):
        table = table.merge(more, on=by, how="left", validate="one_to_one")
    return table


def _unseen(run: Run) -> pd.DataFrame:
    _, obs, _ = _compared(run)
    if "split" not in obs:
        msg = "no column says which individuals training saw; name it under columns.split in sweep.toml"
        raise NotApplicable(msg)
    seen = obs.loc[obs["split"] == _TRAINED_ON, "individual"].unique()
    if not len(seen):
        msg = (
            f"no snip has the split {_TRAINED_ON!r}; found {sorted(map(str, obs['split'].dropna().unique()))}"
        )
        raise NotApplicable(msg)
    predictions = run.get("predictions")
    chosen = predictions.test & ~obs["individual"].isin(seen).to_numpy()
    if not chosen.any():
        msg = "training saw every individual"
        raise NotApplicable(msg)
    return _over_time_of(run, predictions, chosen, run.get("unlearned"))


def _batch_predictions(run: Run) -> Predictions:
    """Predictions by classifiers that never saw the batch."""
    latents, obs, _ = _compared(run)
    if "batch" not in obs:
        msg = "no column says which batch a snip is from; name it under columns.batch in sweep.toml"
        raise NotApplicable(msg)
    batches, codes = np.unique(obs["batch"].fillna("").astype(str).to_numpy(), return_inverse=True)
    if len(batches) < 2:
        msg = "all snips are from one batch"
        raise NotApplicable(msg)
    folds = codes % min(len(batches), run.settings.n_folds)
    whole = run.settings.model_copy(update={"split": "folds"})
    labels = obs["perturbation"].to_numpy()
    return predict_out_of_fold(latents, labels, obs["individual"].to_numpy(), folds, settings=whole)


def _by_batch(run: Run) -> pd.DataFrame:
    predictions = run.get("batch_predictions")
    unlearned = never_learned(predictions, _compared(run)[1]["perturbation"])
    return _over_time_of(run, predictions, predictions.test, unlearned)


def _baselines(run: Run) -> pd.DataFrame:
    """F1 of the baselines on the same splits, and how far the classifier is above each."""
    latents, obs, _ = _compared(run)
    predictions, main = run.get("predictions"), run.get("over_time")
    folds = fold_rows(obs["individual"].tolist(), run.cohort, seed=run.settings.seed)
    if run.settings.split == "holdout":
        folds = np.where(predictions.test, 0, -1)
    columns = ["perturbation", "time_bin", "time", "f1", "auroc"]
    frames = []
    for name in run.settings.baselines:
        classes, probabilities = predict_baseline(
            name,
            latents,
            obs["perturbation"].to_numpy(),
            obs["individual"].to_numpy(),
            obs["time"].to_numpy(float),
            folds,
            settings=run.settings,
        )
        found = replace(predictions, classes=classes, probabilities=probabilities)
        # on the same splits: a baseline that gives a class no chance has learned it, and its F1 of 0 is a finding
        table = _over_time_of(run, found, predictions.test, run.get("unlearned"))[columns]
        frames.append(table.assign(classifier=name, f1_above=main["f1"].to_numpy() - table["f1"].to_numpy()))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def prediction_rows(run: Run, product: str) -> pd.DataFrame:
    """Probabilities as a table: ``snip_id`` and one column ``p_<perturbation>`` each.

    Parameters
    ----------
    run : Run
        The run.
    product : {"predictions", "batch_predictions"}
        By classifiers that never saw the individual, or the batch.

    Returns
    -------
    DataFrame
        One row per snip that was predicted.
    """
    predictions = run.get(product)
    _, obs, _ = _compared(run)
    columns = {
        f"p_{name}": predictions.probabilities[predictions.test, k].astype(np.float32)
        for k, name in enumerate(predictions.classes)
    }
    return pd.DataFrame({"snip_id": obs["snip_id"].to_numpy()[predictions.test], **columns})


def _by_perturbation(product: str, column: str) -> Callable[[Run], Mapping[str, FloatArray]]:
    def made(run: Run) -> dict[str, FloatArray]:
        frame = run.get(product)
        found = {
            str(name): group.sort_values("time_bin")[column].to_numpy(float)
            for name, group in frame.groupby("perturbation", sort=False)
        }
        missing = np.full(frame["time_bin"].nunique(), np.nan)  # a perturbation that these rows do not have
        return {name: found.get(name, missing) for name in run.present}

    return made


def _f1_to_pair(run: Run) -> Mapping[str, FloatArray]:
    """F1 bin by bin where bins are common to all runs; else the mean alone, the only number that can be compared."""
    scores: Mapping[str, FloatArray] = run.get("f1_over_time")
    if run.settings.time_bins == "sweep":
        return scores
    return {
        name: np.array([np.nanmean(f1) if np.isfinite(f1).any() else np.nan]) for name, f1 in scores.items()
    }


DISCRIMINATION_PRODUCTS: dict[str, Callable[[Run], Any]] = {
    "predictions": _predictions,
    "unlearned": _unlearned,
    "edges": _edges,
    "counts": _counts,
    "separability": _separability,
    "over_time": _over_time,
    "unseen": _unseen,
    "batch_predictions": _batch_predictions,
    "by_batch": _by_batch,
    "baselines": _baselines,
    "f1_over_time": _by_perturbation("over_time", "f1"),
    "f1_to_pair": _f1_to_pair,
    "pr_auc_over_time": _by_perturbation("over_time", "pr_auc"),
    "auroc_over_time": _by_perturbation("over_time", "auroc"),
    "f1_unseen_over_time": _by_perturbation("unseen", "f1"),
    "f1_by_batch_over_time": _by_perturbation("by_batch", "f1"),
}
