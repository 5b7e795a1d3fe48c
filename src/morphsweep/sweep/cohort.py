"""The cohort: individuals, folds and time bins, fixed once so that all models are compared on the same ground."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from morphsweep.errors import InvalidInput, NotComputable
from morphsweep.io import digest, read_embedding
from morphsweep.metrics import sweep_edges
from morphsweep.records import Cohort, Embedding, IntArray, Settings, Sweep, SweepConfig

__all__ = [
    "compared_perturbations",
    "dealing_order",
    "first_readable",
    "fold_of",
    "fold_rows",
    "labels_of",
    "make_cohort",
    "other_labels",
    "refuse_other_labels",
]

_COLUMNS = ("snip_id", "individual", "perturbation", "time", "batch", "split", "image")


def first_readable(sweep: Sweep, /) -> tuple[Embedding, str]:
    """The run that the cohort is made from: the first of the reference regime that can be read.

    Parameters
    ----------
    sweep : Sweep
        As read.

    Returns
    -------
    Embedding
        Its table.
    str
        Which run it is.

    Raises
    ------
    InvalidInput
        If no run can be read.
    """
    reasons = []
    for regime in (sweep.reference, *sweep.regimes[1:]):
        for model in sweep.models:
            run = model.runs.get(regime)
            if run is None or run.embedding is None:
                continue
            try:
                embedding = read_embedding(
                    run.embedding, columns=sweep.config.columns, latent_prefix=sweep.config.latent_prefix
                )
            except (NotComputable, InvalidInput) as reason:
                reasons.append(str(reason))
            else:
                return embedding, f"model {model.model_index}, {regime}"
    found = "; ".join(dict.fromkeys(reasons[:3])) or "every run is unfinished or has no embedding"
    msg = f"{sweep.source}: no run can be read, so there is nothing to evaluate: {found}"
    raise InvalidInput(msg)


def make_cohort(embedding: Embedding, /, *, settings: Settings, config: SweepConfig) -> Cohort:
    """Fix folds, time bins and the compared perturbations from one run.

    Parameters
    ----------
    embedding : Embedding
        A reference run.
    settings : Settings
        Number of folds and bins, time limit, seed.
    config : SweepConfig
        The perturbations to compare, where the lab lists them.

    Returns
    -------
    Cohort
        The same for any order of the rows.

    Raises
    ------
    InvalidInput
        If no perturbation can be compared, or a listed one does not exist.
    """
    obs = embedding.obs
    perturbations, left_out = compared_perturbations(obs, settings=settings, config=config)
    individuals = obs[["individual", "perturbation"]].drop_duplicates("individual")
    folds = _stratified_folds(individuals, n_folds=settings.n_folds, seed=settings.seed)
    times = obs.loc[obs["perturbation"].isin(perturbations), "time"].to_numpy(float)
    try:
        edges = sweep_edges(times, settings.n_time_bins, settings.time_limit)
    except NotComputable as error:
        msg = f"{embedding.source}: {error}; check the time column and time_limit in sweep.toml"
        raise InvalidInput(msg) from None
    snips = obs[[name for name in _COLUMNS if name in obs]].reset_index(drop=True)
    snips = snips.assign(fold=snips["individual"].map(folds).astype(int))
    fingerprint = digest([
        perturbations,
        edges.tolist(),
        sorted(folds.items()),
        sorted(map(str, snips["snip_id"])),
        settings.n_folds,
    ])
    return Cohort(snips, perturbations, left_out, edges, folds, settings.n_folds, fingerprint)


def compared_perturbations(
    obs: pd.DataFrame, /, *, settings: Settings, config: SweepConfig
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Which perturbations are compared, and why the others are not.

    Parameters
    ----------
    obs : DataFrame
        ``individual, perturbation`` of the reference run.
    settings : Settings
        The fewest individuals.
    config : SweepConfig
        The lab's own list, which keeps its order.

    Returns
    -------
    tuple of str
        The compared perturbations, sorted by name unless listed.
    dict of str to str
        The others, each with a reason.

    Raises
    ------
    InvalidInput
        If a listed perturbation does not exist or none is left.
    """
    counts = obs.groupby("perturbation")["individual"].nunique()
    if config.perturbations is not None:
        if unknown := [name for name in config.perturbations if name not in counts.index]:
            msg = f"perturbations in the sweep file: {unknown} not found in the data; known: {sorted(counts.index)}"
            raise InvalidInput(msg)
        chosen = tuple(config.perturbations)
    else:
        chosen = tuple(sorted(counts.index[counts >= settings.min_individuals]))
    if not chosen:
        msg = (
            f"no perturbation has at least {settings.min_individuals} individuals (found "
            f"{counts.sort_values(ascending=False).head(5).to_dict()}); lower settings.min_individuals in sweep.toml"
        )
        raise InvalidInput(msg)
    left_out = {
        str(name): "not listed in the sweep file"
        if config.perturbations is not None
        else f"{count} individuals, fewer than {settings.min_individuals}"
        for name, count in counts.items()
        if name not in chosen
    }
    return chosen, left_out


def labels_of(obs: pd.DataFrame, /) -> "pd.Series[str]":
    """Perturbation of each individual, by its first row."""
    labels: pd.Series[str] = (
        obs[["individual", "perturbation"]]
        .drop_duplicates("individual")
        .set_index("individual")["perturbation"]
        .astype(str)
    )
    return labels


def other_labels(labels: "pd.Series[str]", known: "pd.Series[str]", /) -> str:
    """Say which individual has another perturbation here than where the cohort comes from; empty if none has."""
    both = known.reindex(labels.index)
    odd = labels[both.notna() & (both != labels)]
    if odd.empty:
        return ""
    name = odd.index[0]
    return f"individual {name!r} is {odd.iloc[0]!r} here and {known[name]!r} in the run that the cohort comes from ({len(odd)} such)"


def refuse_other_labels(obs: pd.DataFrame, cohort: Cohort, /) -> None:
    """Runs are compared individual by individual, which needs one label for each.

    Parameters
    ----------
    obs : DataFrame
        ``individual, perturbation`` of a run.
    cohort : Cohort
        Of the sweep.

    Raises
    ------
    NotComputable
        If an individual has another perturbation than in the cohort.
    """
    if odd := other_labels(labels_of(obs), labels_of(cohort.snips)):
        msg = f"{odd}; give it the same label in every file"
        raise NotComputable(msg)


def _stratified_folds(individuals: pd.DataFrame, *, n_folds: int, seed: int) -> dict[str, int]:
    """Deal the individuals of each perturbation, in an order drawn by hash, to folds in turn."""
    keys = [_hash(seed, name) for name in individuals["individual"]]
    ordered = individuals.assign(key=keys).sort_values(["perturbation", "key"], kind="stable")
    # One running count over perturbations, so that small ones do not all begin with fold 0.
    return dict(zip(ordered["individual"], (np.arange(len(ordered)) % n_folds).tolist(), strict=True))


def dealing_order(individuals: Sequence[str], /, *, seed: int) -> IntArray:
    """The order in which individuals of one perturbation are dealt out to folds.

    Parameters
    ----------
    individuals : sequence of str
        Names.
    seed : int
        Of the cohort.

    Returns
    -------
    array of int
        Positions in `individuals`, the first to be dealt first.
    """
    keys = [_hash(seed, name) for name in individuals]
    order: IntArray = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    return order


def fold_of(individual: str, folds: Mapping[str, int], *, n_folds: int, seed: int) -> int:
    """Fold of an individual; one that the cohort does not know gets it by hash.

    Parameters
    ----------
    individual : str
        Its name.
    folds : mapping of str to int
        Of the cohort.
    n_folds, seed : int
        Number of folds and seed of the cohort.

    Returns
    -------
    int
        From 0 to ``n_folds`` - 1.
    """
    known = folds.get(individual)
    return known if known is not None else _hash(seed, individual) % n_folds


def fold_rows(individuals: Sequence[str], cohort: Cohort, *, seed: int, repeat: int = 0) -> IntArray:
    """Fold of every row.

    Parameters
    ----------
    individuals : sequence of str, length n
        Individual of each row.
    cohort : Cohort
        Source of the folds.
    seed : int
        For individuals that the cohort does not know.
    repeat : int
        Which of the repeated splits; 0 is the cohort's own.

    Returns
    -------
    array, shape (n,)
        Folds.
    """
    known = cohort.folds
    if repeat > 0:
        seed += repeat
        people = cohort.snips[["individual", "perturbation"]].drop_duplicates("individual")
        known = _stratified_folds(people, n_folds=cohort.n_folds, seed=seed)
    names, codes = np.unique(np.asarray(individuals, dtype=object).astype(str), return_inverse=True)
    per_name = [fold_of(str(name), known, n_folds=cohort.n_folds, seed=seed) for name in names]
    rows: IntArray = np.asarray(per_name, dtype=np.int64)[codes]
    return rows


def _hash(seed: int, name: object) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8).digest(), "big")
